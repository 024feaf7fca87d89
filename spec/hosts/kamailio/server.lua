-- A private Kamailio on a port of its own, and sipp to call it with the scenarios beside this file.
--
-- It ends with `stop`, or when the process that started it is gone.

local process = require "support.process"
local socket = require "cqueues.socket"

local quote, line_of = process.quote, process.line

local kamailio = {}
local methods = {}
local metatable = { __index = methods }

local SCENARIOS = "spec/hosts/kamailio"
local PLACES = { "/usr/lib/*/kamailio", "/usr/lib*/kamailio", "/usr/local/lib*/kamailio" }

local function absolute(path)
  return line_of("cd " .. quote(path) .. " && pwd")
end

local function build()
  return absolute(os.getenv "SYNTHFLOW_BUILD" or "build")
end

-- The program, and the directory of its modules. deps.sh unpacks both below the build.
local function find()
  local unpacked = build() .. "/kamailio"
  local path = "PATH=$PATH:/usr/sbin:/usr/local/sbin:" .. quote(unpacked .. "/usr/sbin")
  local program = line_of(path .. " command -v kamailio")
  local candidates = {}
  for index, place in ipairs(PLACES) do
    candidates[index] = place .. "/modules/app_lua.so " .. quote(unpacked) .. place .. "/modules/app_lua.so"
  end
  local found = line_of("ls -d " .. table.concat(candidates, " "))
  return program, found and found:match "^(.*)/modules/"
end

---@return string|nil reason why it cannot be run here
---@return boolean|nil on_purpose whether that is meant to be so
function kamailio.missing()
  local program, libraries = find()
  if os.getenv "SYNTHFLOW_SANITIZED" then return "Kamailio has no sanitizer inside", true end
  if not (program and libraries) then return "kamailio or its app_lua is not installed" end
  if not line_of "command -v sipp" then return "sipp is not installed" end
  if not io.open(build() .. "/lua5.1/synthflow/core.so") then
    return "Kamailio's Lua is 5.1, for which nothing is built"
  end
end

local function free_port()
  local one = socket.connect { host = "127.0.0.1", port = 9, type = socket.SOCK_DGRAM }
  one:connect()
  local _, _, port = one:localname()
  one:close()
  return port
end

-- From then on, what is sent there waits for Kamailio.
local function is_bound(port)
  return process.read("/proc/net/udp"):find((":%04X 00000000:0000"):format(port), 1, true) ~= nil
end

-- The Lua of this process need not be Kamailio's.
local function environment(variables, libraries)
  local here = absolute "."
  local words = {
    "LUA_PATH=" .. quote(("%s/lua/?.lua;%s/lua/?/init.lua;%s/spec/?.lua;;"):format(here, here, here)),
    "LUA_CPATH=" .. quote(build() .. "/lua5.1/?.so;;"),
    "LD_LIBRARY_PATH=" .. quote(libraries),
  }
  for name, value in pairs(variables) do
    words[#words + 1] = name .. "=" .. quote(value)
  end
  return "env " .. table.concat(words, " ")
end

local function start(script, variables, answers_pings)
  local program, libraries = find()
  local directory, port = assert(line_of "mktemp -d"), free_port()
  local route = script:match "^/" and script or absolute "." .. "/" .. script
  local command = table.concat({
    environment(variables, libraries), quote(program), "-DD -E -m 32 -M 4",
    "-f", SCENARIOS .. "/kamailio.cfg", "-L", quote(libraries .. "/modules/"),
    "-Y", directory, "-w", directory, "-A LISTEN=udp:127.0.0.1:" .. port,
    "-A", quote(('ROUTE_SCRIPT="%s"'):format(route)),
  }, " ")
  local server = setmetatable({
    name = "Kamailio", directory = directory, port = port, runs = 0,
  }, metatable)
  return process.serve(server, command, function()
    local pings = answers_pings ~= false
    return is_bound(port)
      and not (pings and server:sipp("ping.xml", { calls = 1, seconds = 1 }):finish().failed > 0)
  end, { seconds = 10 })
end

---@param script string the route script, its whole path or from here
---@param variables table of its environment
---@param answers_pings? boolean false: the script knows no OPTIONS
---@return table server
function kamailio.start(script, variables, answers_pings)
  return process.start_on_a_port(function() return start(script, variables, answers_pings) end)
end

---What Kamailio has said so far.
function methods:log()
  return process.read(self.directory .. "/output")
end

local function finish(one)
  one.output:read("*a")
  one.output:close()
  local errors = process.output("cat " .. one.directory .. "/*_errors.log")
  local result = { times = {}, hosts = {}, errors = errors }
  for time in process.output("cat " .. one.directory .. "/*_rtt.csv"):gmatch "\n[%d.]+;([%d.]+);1" do
    result.times[#result.times + 1] = tonumber(time) / 1000
  end
  table.sort(result.times)
  for host in process.output("cat " .. one.directory .. "/*_logs.log"):gmatch "host (%S+)" do
    result.hosts[host] = (result.hosts[host] or 0) + 1
  end
  result.failed = one.calls - #result.times
  return result
end

---Begins calls; `finish` waits for their end and tells how they went.
---@param scenario string
---@param options table calls; number: the called one; rate: calls per second, 1000 when absent; seconds:
---  patience
---@return table one `one:finish()` returns { times = sorted seconds, failed = count, hosts = { [host] =
---  count } that the calls were sent to, errors = text }
function methods:sipp(scenario, options)
  self.runs = self.runs + 1
  local directory = ("%s/sipp-%d"):format(self.directory, self.runs)
  local command = table.concat({
    "mkdir", directory, "&& cd", directory, "&& exec timeout -k 1", options.seconds or 10,
    "sipp 127.0.0.1:" .. self.port, "-i 127.0.0.1 -p", free_port(),
    "-sf", quote(absolute(SCENARIOS) .. "/" .. scenario), "-s", quote(options.number or "+15550199"),
    "-m", options.calls, "-l", options.calls, "-r", options.rate or 1000,
    "-nostdin -trace_rtt -rtt_freq 1 -trace_logs -trace_err 2>&1 </dev/null",
  }, " ")
  return {
    output = assert(io.popen(command, "r")), directory = directory, calls = options.calls, finish = finish,
  }
end

return kamailio
