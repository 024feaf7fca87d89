-- Programs, files and ports: what specs need of the machine.

local cqueues = require "cqueues"
local lfs = require "lfs"
local socket = require "cqueues.socket"

local process = {}

---@param text string
---@return string word that a shell takes as that text
function process.quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

---@param command string for a shell
---@return string output without what it says of errors
function process.output(command)
  local pipe = assert(io.popen(command .. " 2>/dev/null", "r"))
  local text = pipe:read "*a"
  pipe:close()
  return text
end

---@param command string for a shell
---@return string|nil line the first one of its output
function process.line(command)
  return process.output(command):match "^[^\n]+"
end

---@return integer descriptors that this process has open; 0 where that cannot be seen
function process.descriptors()
  local count = 0
  if lfs.attributes "/proc/self/fd" then
    for _ in lfs.dir "/proc/self/fd" do count = count + 1 end
  end
  return count
end

---For want of something a spec may be left out, but not where all must be there: with CI=true.
---@param missing string what is missing
function process.want(missing)
  if os.getenv "CI" == "true" then error("CI=true, but " .. missing, 0) end
end

---@param path string
---@return string text empty when there is no such file
function process.read(path)
  local file = io.open(path)
  local text = file and file:read "*a" or ""
  if file then file:close() end
  return text
end

---@param path string
---@param text string
function process.write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

---Runs code that waits by cqueues. Outside of a controller a wait of cqueues' may end too early.
---@param code function
function process.in_controller(code)
  if cqueues.running() then
    code()
    return
  end
  local controller = cqueues.new()
  controller:wrap(code)
  local ended, problem = controller:loop()
  controller:close()
  if not ended then error(problem, 0) end
end

---Sleeps; other cqueues coroutines run meanwhile.
---@param seconds number
function process.sleep(seconds)
  process.in_controller(function() cqueues.sleep(seconds) end)
end

---Waits until a condition holds; other cqueues coroutines run meanwhile.
---@param holds function
---@param seconds? number 5 by default
---@return any what it returned last
function process.await(holds, seconds)
  local patience = cqueues.monotime() + (seconds or 5)
  while true do
    local value = holds()
    if value or cqueues.monotime() > patience then return value end
    process.sleep(0.01)
  end
end

---@return integer port that nobody listens on
function process.free_port()
  local listener = socket.listen("127.0.0.1", 0)
  listener:listen()
  local _, _, port = listener:localname()
  listener:close()
  return port
end

---@param port integer
---@return boolean whether somebody listens there
function process.accepts(port)
  local connection = socket.connect("127.0.0.1", port)
  local ran, connected = pcall(connection.connect, connection, 1)
  connection:close()
  return ran and connected
end

---Starts a server on a port that was free, up to three times: another program may have taken the port.
---@param start fun(): table starts it on another port each time, and raises when it does not start
---@return table server
function process.start_on_a_port(start)
  local started, server
  for _ = 1, 3 do
    started, server = pcall(start)
    if started then return server end
    if not tostring(server):find("Address already in use", 1, true) then break end
  end
  error(server, 0)
end

---Runs a server in a directory of its own until `server:stop()`, or until this process is gone.
---@param server table `directory`, which is removed at the end, and name; gets `input` and `stop`
---@param command string for a shell; its output is in the file `output` of the directory
---@param is_ready fun(): any
---@param options table seconds: how long it may take to start; log: more files that say why it does not
---@return table server
function process.serve(server, command, is_ready, options)
  local directory = server.directory
  -- The shell waits for the end of its input, which is ours to close.
  server.input = assert(io.popen(("%s >%s/output 2>&1 </dev/null & cat >/dev/null; kill $! 2>/dev/null; "
    .. "wait; rm -rf %s"):format(command, directory, directory), "w"))
  function server:stop()
    if self.input then
      self.input:close()
      self.input = nil
    end
  end
  if not process.await(is_ready, options.seconds) then
    local said = process.read(directory .. "/output") .. process.read(directory .. "/" .. (options.log or ""))
    server:stop()
    error(server.name .. " does not start: " .. said, 3)
  end
  return server
end

return process
