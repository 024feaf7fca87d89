-- The sandbox as a program of its own:
--
--   luajit server.lua --port 8080 --api-key my-key
--
-- Needs lua-http and dkjson, nothing else of this library. Run it by hand to try things with
-- curl, or let synthflow.sandbox start it.

local USAGE = [[
usage: server.lua [options]
  --port PORT                  0, the default, takes a free one
  --host ADDRESS               127.0.0.1 by default
  --api-key KEY                the key that is accepted, "sandbox-key" by default
  --other-region-key KEY       a key that is refused as one of another region
  --disabled-providers NAMES   separated by commas: importing their numbers gets 403
  --strict                     require termination_uri where the platform documents it
  --call-seconds SECONDS       how long a call takes from its making to its end, 3 by default
  --listed-after SECONDS       how long a call is neither listed nor found at first, 0 by default
  --no-media                   the media operations are answered with 503, as where they are not enabled
]]

local function exit_with(stream, text, status)
  stream:write(text, "\n")
  stream:flush()
  os.exit(status)
end

local function parse_arguments(words)
  local options = { port = 0, host = "127.0.0.1", api_key = "sandbox-key", disabled_providers = {} }
  local flags = { ["--strict"] = "strict", ["--child"] = "child", ["--no-media"] = "no_media" }
  local function read_seconds(flag, name)
    return function(text)
      options[name] = tonumber(text)
      if not options[name] or options[name] < 0 then
        exit_with(io.stderr, flag .. " wants seconds\n" .. USAGE, 2)
      end
    end
  end
  local readers = {
    ["--port"] = function(text) options.port = tonumber(text) end,
    ["--host"] = function(text) options.host = text end,
    ["--api-key"] = function(text) options.api_key = text end,
    ["--other-region-key"] = function(text) options.other_region_key = text end,
    ["--disabled-providers"] = function(text)
      for name in text:gmatch("[^,]+") do table.insert(options.disabled_providers, name) end
    end,
    ["--call-seconds"] = read_seconds("--call-seconds", "call_seconds"),
    ["--listed-after"] = read_seconds("--listed-after", "listed_after"),
  }
  local index = 1
  while words[index] do
    local word, value = words[index], words[index + 1]
    if flags[word] then
      options[flags[word]] = true
      index = index + 1
    elseif readers[word] and value then
      readers[word](value)
      index = index + 2
    else
      if word == "--help" then exit_with(io.stdout, USAGE, 0) end
      local complaint = readers[word] and word .. " wants a value" or "unknown option " .. word
      exit_with(io.stderr, complaint .. "\n" .. USAGE, 2)
    end
  end
  local port = options.port
  if not port or port % 1 ~= 0 or port < 0 or port > 65535 then
    exit_with(io.stderr, "--port wants a number from 0 to 65535\n" .. USAGE, 2)
  end
  return options
end

local options = parse_arguments(arg)

-- Whoever starts this as a child (--child) reads one line: "listening URL", "missing PACKAGE" or
-- "failed REASON".
local function give_up(word, reason)
  if options.child then exit_with(io.stdout, word .. " " .. reason, 1) end
  exit_with(io.stderr, "the sandbox cannot start: " .. word .. " " .. reason, 1)
end

local function need(module_name, package_name)
  local loaded, module_or_fault = pcall(require, module_name)
  if loaded then return module_or_fault end
  local absent = tostring(module_or_fault):match("module '([^']+)' not found")
  if absent == module_name then give_up("missing", package_name) end
  give_up("missing", package_name .. (absent and " (no module " .. absent .. ")" or " (it does not load)"))
end

local root = (arg[0]:match("^(.*/)") or "./") .. "../../"
package.path = root .. "?.lua;" .. root .. "?/init.lua;" .. package.path

local http_server = need("http.server", "lua-http")
local new_headers = need("http.headers", "lua-http").new
need("dkjson", "dkjson")

local cqueues = require "cqueues"
local signal = require "cqueues.signal"
local app = require "synthflow.sandbox.app"
local clock = require "synthflow.sandbox.clock"
local json = require "synthflow.sandbox.json"

local BODY_TIMEOUT = 30
local IDLE_TIMEOUT = 60

local function report(text)
  io.stderr:write("synthflow sandbox: ", text, "\n")
end

-- A client that leaves in the middle of its body looks like one that has said everything, and
-- lua-http's own shutdown would then read for ever.
local function is_whole(stream)
  return stream.state == "half closed (remote)"
end

local function abandon(stream)
  if stream.connection.socket then stream.connection.socket:shutdown() end
  stream:set_state("closed")
end

local function receive(stream)
  local headers = stream:get_headers(BODY_TIMEOUT)
  if not headers then return nil end
  local received = { method = headers:get(":method"), target = headers:get(":path"), headers = {} }
  for name, value in headers:each() do
    if name:sub(1, 1) ~= ":" then
      local before = received.headers[name]
      received.headers[name] = before and before .. ", " .. value or value
    end
  end
  if (received.headers.expect or ""):lower() == "100-continue" then
    local interim = new_headers()
    interim:append(":status", "100")
    stream:write_headers(interim, false, BODY_TIMEOUT)
  end
  received.body = stream:get_body_as_string(BODY_TIMEOUT)
  if received.body and is_whole(stream) then return received end
  abandon(stream)
end

local function send(stream, reply)
  local text = reply.body == nil and "" or type(reply.body) == "string" and reply.body
    or json.encode(reply.body)
  local headers = new_headers()
  headers:append(":status", tostring(reply.status))
  if reply.status ~= 204 then
    headers:append("content-type", "application/json")
    headers:append("content-length", tostring(#text))
  end
  headers:append("date", os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(clock.now())))
  for name, value in pairs(reply.headers or {}) do headers:upsert(name, value) end
  stream:write_headers(headers, reply.status == 204, BODY_TIMEOUT)
  if reply.status ~= 204 then stream:write_chunk(text, true, BODY_TIMEOUT) end
end

-- Timestamps with fractions: the system's second, carried on by a clock that has them.
local started_at, started = os.time(), cqueues.monotime()
clock.source = function() return started_at + (cqueues.monotime() - started) end

signal.ignore(signal.SIGPIPE)
-- The interpreter's own handler would print a traceback.
signal.default(signal.SIGINT)

options.report, options.media = report, not options.no_media
local sandbox = app.new(options)

local function answer(_, stream)
  local received = receive(stream)
  if not received then return end
  local reply = sandbox:handle(received)
  if reply.delay then cqueues.sleep(reply.delay) end
  if reply.close then abandon(stream) else send(stream, reply) end
end

-- Connections that break or speak no HTTP are their clients' affair.
local function on_error(_, _, operation, fault)
  if operation == "onstream" or operation == "accept" then report(operation .. ": " .. tostring(fault)) end
end

local server, reason = http_server.listen {
  host = options.host,
  port = options.port,
  tls = false,
  version = 1.1,
  intra_stream_timeout = IDLE_TIMEOUT,
  onstream = answer,
  onerror = on_error,
}
local listening = server
if server then listening, reason = server:listen() end
if not listening then
  give_up("failed", ("to listen on %s port %d: %s"):format(options.host, options.port, tostring(reason)))
end
local _, host, port = server:localname()
if host:find(":", 1, true) then host = "[" .. host .. "]" end
sandbox.origin = ("http://%s:%d"):format(host, port)
local base_url = sandbox.origin .. app.PREFIX

if options.child then
  io.stdout:write("listening ", base_url, "\n")
  -- Wakes only when nobody is left to read what this program prints: whoever started it has ended.
  server.cq:wrap(function()
    cqueues.poll({ pollfd = 1, events = "r" })
    os.exit(0)
  end)
else
  io.stdout:write("synthflow sandbox: ", base_url, "  API key: ", options.api_key, "  (Ctrl-C ends it)\n")
end
io.stdout:flush()

local ran, fault = server:loop()
if not ran then give_up("failed", tostring(fault)) end
