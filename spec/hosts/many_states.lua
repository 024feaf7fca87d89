-- Lua states that come and go in call_host: what is theirs ends with them, what is the process's stays.
--
--   call_host many_states.lua

local host = require "call_host"
local fault_server = require "support.fault_server"
local process = require "support.process"

local STATES, REQUESTS, THREADS = 50, 4, 8

local passed, failed = 0, 0
local function check(holds, ...)
  print(...)
  passed, failed = passed + (holds and 1 or 0), failed + (holds and 0 or 1)
end

local server = fault_server.start()

-- Each state is closed with its requests under way, and the binding unloaded, as it believes.
for _, threads in ipairs { 1, THREADS } do
  local good = host.run(threads, STATES, "spec/hosts/leaving.lua", "leaving-" .. threads, server.plain,
    server.tls, server.tls_stall, server.ca_file)
  check(good == STATES, ("%d of %d states went well, %d at once"):format(good, STATES, threads))
end
local maps = process.read "/proc/self/maps"
if maps ~= "" then
  check(not maps:find("cjson.so", 1, true), "the libraries of the states have been unloaded")
  check(maps:find("synthflow/core.so", 1, true), "the binding has not: there is a thread in it")
end

local core = require "synthflow.core"
process.await(function() return core.stats().in_flight == 0 end)
local stats = core.stats()
check(stats.in_flight == 0, stats.in_flight .. " requests are still under way")
check(stats.submitted == 2 * STATES * REQUESTS, stats.submitted .. " requests were made by one engine")

local function all_ended()
  local connections, ended = 0, 0
  for _, details in pairs(server:received_all "leaving") do
    connections, ended = connections + details.connections, ended + details.ended
  end
  local text = ("%d of %d connections were closed"):format(ended, connections)
  return connections >= STATES and connections == ended, text
end
process.await(all_ended)
check(all_ended())

local good = host.run(1, 3, "spec/hosts/spending.lua",
  (server:url("retry_after_ms-503", "spending"):gsub("127%.0%.0%.1", "spending.localhost")))
check(good == 3, "the budget for retries is that of the process")

-- The process itself ends in the same way.
local client = core.client { base_url = server:url("silence", "last") }
package.loaded.kept = core.start(client, { method = "GET", path = "/x", effect = "read", background = true })
print(("call_host: %d passed, %d failed"):format(passed, failed))
if failed > 0 then error("not all of it holds", 0) end
