-- Starts the sandbox, an imitation of the platform on this machine, from any interpreter:
--
--   local sandbox = require("synthflow.sandbox").start()
--   local client = synthflow.new {
--     base_url = sandbox.base_url, api_key = sandbox.api_key, workspace_id = sandbox.workspace_id,
--   }
--
-- It runs as a process of its own, on an interpreter that has lua-http and dkjson, and ends by
-- itself when this process does, however that comes about.
--
-- For tests it has routes that need no key, beside the API and below its prefix; bodies are JSON, and
-- what they do not know is refused with a 400 that names it:
--
--   GET, DELETE /_sandbox/requests   what was received since the start: { received = how many, requests =
--                                    the last of them, each with at, method, path, query, headers, body,
--                                    operation, key, status, fault; secrets are masked }; forgets it
--   POST /_sandbox/reset             forgets records, requests and faults; clock and speed as at the start
--   POST /_sandbox/clock             { advance = seconds }: puts its clock forward (below 0: back)
--   PATCH /_sandbox/calls            { call_seconds, listed_after }: as the options below
--   PATCH /_sandbox/calls/{call_id}  sets any field of a record, such as status, for good; hidden = true:
--                                    it is neither listed nor found
--   PATCH /_sandbox/simulations/{simulation_id}, /_sandbox/logs/{webhook_log_id}
--                                    sets fields of a simulation or a webhook log, such as status
--   POST /_sandbox/faults            makes the next requests to a route fail: { method, route (a template,
--                                    "/calls/{call_id}"), times (1), status with body and headers, or
--                                    close = true (no answer), delay (seconds), after = true (the operation
--                                    is carried out first) }
--   GET /_sandbox/faults             those that are left
--
-- It knows every operation of the catalogue. What is made is kept, found, listed in pages, changed and
-- deleted; what a path names must exist. Calls go on by themselves; the number that is called decides
-- how they end (see call_life.lua). So do batches (batch_life.lua) and simulations, which are over when
-- a call would be. Each call that was answered has a recording, each that has ended a webhook log; a chat
-- goes on until "goodbye"; MCP servers have the tools `echo` and `fail`.

local sandbox = {}

local INTERPRETERS = { "luajit", "lua5.3", "lua5.2", "lua5.1", "lua5.4", "lua" }

---@class synthflow.sandbox.Options
---@field port? integer a free one by default
---@field host? string 127.0.0.1 by default
---@field api_key? string the key that is accepted
---@field other_region_key? string refused like a wrong key; the request log tells them apart
---@field disabled_providers? string[] importing their numbers gets 403
---@field strict? boolean demand termination_uri where the platform documents it
---@field call_seconds? number from the making of a call to its end, 3 by default
---@field listed_after? number seconds in which a new call is neither listed nor found, 0 by default
---@field media? boolean false: the media operations are answered with 503, as where they are not enabled
---@field interpreter? string the only one to try
local OPTIONS = {
  port = "number",
  host = "string",
  api_key = "string",
  other_region_key = "string",
  disabled_providers = "table",
  strict = "boolean",
  call_seconds = "number",
  listed_after = "number",
  media = "boolean",
  interpreter = "string",
}

---@class synthflow.sandbox.Sandbox
---@field base_url string
---@field host string
---@field port integer
---@field api_key string
---@field workspace_id string
---@field interpreter string the one the server runs on
---@field stop fun() ends the server; a second call does nothing

-- Keeps the pipes of running sandboxes from being collected: that would end their servers.
local running = {}

local metatable = {}

local function directory_of_this_file()
  return debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
end

local server_path = directory_of_this_file() .. "server.lua"

local function quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

local function check(options)
  local faults = {}
  for name, value in pairs(options) do
    local expected = OPTIONS[name]
    if not expected then
      faults[#faults + 1] = "unknown option " .. tostring(name)
    elseif type(value) ~= expected then
      faults[#faults + 1] = ("%s must be a %s, not a %s"):format(name, expected, type(value))
    elseif expected == "string" and (value == "" or value:find("[%c%s]")) then
      faults[#faults + 1] = name .. " is empty or holds white space or control characters"
    end
  end
  for _, name in ipairs { "call_seconds", "listed_after" } do
    local seconds = tonumber(options[name]) or 0
    if seconds < 0 or seconds ~= seconds or seconds == math.huge then
      faults[#faults + 1] = name .. " must be seconds"
    end
  end
  local port = tonumber(options.port) or 0
  if port % 1 ~= 0 or port < 0 or port > 65535 then
    faults[#faults + 1] = "port must be a whole number from 0 to 65535"
  end
  local providers = options.disabled_providers
  if providers ~= nil and (type(providers) ~= "table" or #providers == 0 and next(providers) ~= nil) then
    faults[#faults + 1] = "disabled_providers must be a list of names"
  end
  for _, name in ipairs(type(providers) == "table" and providers or {}) do
    if type(name) ~= "string" or not name:find("^[%w_%-]+$") then
      faults[#faults + 1] = "disabled_providers holds something that is not a provider's name"
      break
    end
  end
  if #faults > 0 then
    table.sort(faults)
    error("synthflow.sandbox.start: " .. table.concat(faults, "; "), 3)
  end
end

local function arguments(options)
  local words = { "--child" }
  local function add(flag, value)
    if value then
      words[#words + 1] = flag
      words[#words + 1] = quote(value)
    end
  end
  add("--port", options.port and ("%d"):format(options.port))
  add("--host", options.host)
  add("--api-key", options.api_key)
  add("--other-region-key", options.other_region_key)
  if options.disabled_providers then
    add("--disabled-providers", table.concat(options.disabled_providers, ","))
  end
  add("--call-seconds", options.call_seconds)
  add("--listed-after", options.listed_after)
  if options.media == false then words[#words + 1] = "--no-media" end
  if options.strict then words[#words + 1] = "--strict" end
  return table.concat(words, " ")
end

-- One attempt with one interpreter. The shell prints its process id, then becomes the server.
---@return table|nil attempt { pipe, pid, base_url }
---@return string|nil reason
---@return boolean|nil is_final no other interpreter would fare better
local function attempt(interpreter, options, preparation)
  local name = quote(interpreter)
  local pipe = io.popen(table.concat({
    "echo $$;",
    "command -v", name, ">/dev/null 2>&1 || { echo absent; exit; };",
    preparation, "exec", name, quote(server_path), arguments(options), "</dev/null",
  }, " "))
  local pid, line = pipe:read("*l"), pipe:read("*l")
  local base_url = line and line:match("^listening (http://%S+)$")
  if base_url then
    -- What listens everywhere is reached here.
    return { pipe = pipe, pid = pid, base_url = (base_url:gsub("//0%.0%.0%.0:", "//127.0.0.1:")) }
  end
  pipe:close()
  if line == "absent" then return nil, "not installed" end
  if not line then return nil, "the server did not start" end
  return nil, line, line:find("^failed ") ~= nil
end

-- Search paths made for one interpreter can mislead another: the second attempt goes without.
local function preparations()
  if os.getenv("LUA_PATH") or os.getenv("LUA_CPATH") or os.getenv("LUA_INIT") then
    return { "", "unset LUA_PATH LUA_CPATH LUA_INIT;" }
  end
  return { "" }
end

local function find_server(options)
  local reasons = {}
  for _, interpreter in ipairs(options.interpreter and { options.interpreter } or INTERPRETERS) do
    local reason
    for _, preparation in ipairs(preparations()) do
      local server, is_final
      server, reason, is_final = attempt(interpreter, options, preparation)
      if server then
        server.interpreter = interpreter
        return server
      end
      if is_final then return nil, "the sandbox " .. reason end
    end
    reasons[#reasons + 1] = interpreter .. ": " .. reason
  end
  return nil, "the sandbox needs lua-http and dkjson (Debian: apt install lua5.1 lua-http lua-dkjson; "
    .. "LuaRocks: luarocks install http, luarocks install dkjson); " .. table.concat(reasons, "; ")
end

---Starts a sandbox and waits until it listens.
---@param options? synthflow.sandbox.Options
---@return synthflow.sandbox.Sandbox
function sandbox.start(options)
  if options ~= nil and type(options) ~= "table" then
    error("synthflow.sandbox.start: the options must be a table, not a " .. type(options), 2)
  end
  options = options or {}
  check(options)
  local server, reason = find_server(options)
  if not server then error(reason, 2) end
  running[server.pipe] = server.pid

  local started = setmetatable({
    base_url = server.base_url,
    host = server.base_url:match("^http://(.*):%d+/"),
    port = tonumber(server.base_url:match(":(%d+)/")),
    api_key = options.api_key or "sandbox-key",
    workspace_id = "sandbox-workspace", -- any other will do
    interpreter = server.interpreter,
  }, metatable)

  function started.stop()
    if not running[server.pipe] then return end
    running[server.pipe] = nil
    -- Our child until the pipe is closed, so the process id cannot be another's by now.
    os.execute("kill " .. server.pid .. " 2>/dev/null")
    server.pipe:close()
  end

  return started
end

function metatable:__tostring()
  return "synthflow sandbox (" .. self.base_url .. ")"
end

function metatable:__close()
  self.stop()
end

return sandbox
