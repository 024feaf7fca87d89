-- Many short calls in call_host: each opens a Lua state, makes a client, asks over TLS and is gone.
--
--   call_host many_calls.lua CALLS
--
-- However many there are, the connections stay as few as a client may have.

local host = require "call_host"
local fault_server = require "support.fault_server"

local THREADS = 64

local passed, failed = 0, 0
local function check(holds, ...)
  print(...)
  passed, failed = passed + (holds and 1 or 0), failed + (holds and 0 or 1)
end

---@param calls integer
---@param requests integer that each of them makes
---@param connections integer at most
local function try(calls, requests, connections)
  local server = fault_server.start()
  local good = host.run(THREADS, calls, "spec/hosts/one_call.lua",
    server:url("ok", "calls", "tls"), server.ca_file, requests, connections)
  local received = server:received("calls")
  local _, opened = server:accepted()
  server:stop()
  check(good == calls and received == calls * requests,
    ("%d of %d calls went well; %d requests"):format(good, calls, received))
  check(opened.tls > 0 and opened.tls <= connections,
    ("%d connections were opened, %d are allowed"):format(opened.tls, connections))
end

local calls = tonumber((...))
try(calls, 1, 8)
try(THREADS, 5, 32)
print(("call_host: %d passed, %d failed"):format(passed, failed))
if failed > 0 then error("not all of it holds", 0) end
