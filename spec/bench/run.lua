-- Measures the library against what it is made of, and prints a table.
--
--   run.lua BARE BENCH_HOST      the two programs beside this file, as `make bench` has built them
--
-- Ratios are medians of pairs: a block of ours and a block of theirs in turn, so that both meet the
-- same machine. Exits 0 whether or not the goals are reached.

package.path = package.path .. ";spec/?.lua"

local core = require "synthflow.core"
local monotime = require("cqueues").monotime
local child = require "support.child"
local fault_server = require "support.fault_server"
local nginx = require "support.nginx"
local openresty = require "bench.openresty"
local openresty_server = require "hosts.openresty.server"
local page = require "bench.page"
local quote = require("support.process").quote
local work = require "bench.work"

local PAIRS = 11
local WARM_UP = 20
local THREADS = 8
local AT_ONCE, IMPORTS_AT_ONCE = 64, 32
local BARE, HOST = arg[1], arg[2]

-- Numbers --------------------------------------------------------------------------------------------------

local function sorted(list)
  local copy = {}
  for index, value in ipairs(list) do
    copy[index] = value
  end
  table.sort(copy)
  return copy
end

local function median(list)
  local ordered = sorted(list)
  local middle = math.floor(#ordered / 2)
  return #ordered % 2 == 1 and ordered[middle + 1] or (ordered[middle] + ordered[middle + 1]) / 2
end

local function field(list, name)
  local values = {}
  for index, item in ipairs(list) do
    values[index] = item[name]
  end
  return values
end

-- The table ------------------------------------------------------------------------------------------------

local LINE = "%-44s %9s %9s   %-20s %-10s %s"
local goals, reached_goals = 0, 0

local function line(...)
  print((LINE:format(...):gsub("%s+$", "")))
  io.stdout:flush()
end

-- One row: a number and the most, or the least, it is to be; without a goal it only informs.
local function row(name, shown, number, goal, note)
  local verdict = ""
  if goal then
    local reached = goal.least and number >= goal.least or goal.most and number <= goal.most
    reached = reached and not (note and note.fault)
    goals, reached_goals = goals + 1, reached_goals + (reached and 1 or 0)
    verdict = reached and "reached" or "MISSED"
  end
  line("  " .. name, shown.ours, shown.theirs or "", shown.ratio or "", goal and goal.text or "",
    verdict .. (note and (verdict ~= "" and ", " or "") .. note.text or ""))
end

local function microseconds(value)
  return value < 1000 and ("%.1f us"):format(value) or ("%.2f ms"):format(value / 1000)
end

-- Both give the microseconds of one operation, by blocks in turn; every other pair begins with theirs.
local function compare(name, ours, theirs, least, note)
  local taken = {}
  for index = 1, PAIRS do
    local pair = {}
    if index % 2 == 0 then pair.theirs = theirs() end
    pair.ours = ours()
    pair.theirs = pair.theirs or theirs()
    pair.ratio = pair.theirs / pair.ours
    taken[index] = pair
  end
  local ratios = sorted(field(taken, "ratio"))
  local ratio = median(ratios)
  row(name, {
    ours = microseconds(median(field(taken, "ours"))),
    theirs = microseconds(median(field(taken, "theirs"))),
    ratio = ("%.2f (%.2f-%.2f)"):format(ratio, ratios[1], ratios[#ratios]),
  }, ratio, least and { least = least, text = (">= %.2f"):format(least) }, note and note())
end

-- Blocks ---------------------------------------------------------------------------------------------------

local function timed(operation, count, warm_up)
  return function()
    collectgarbage()
    operation(warm_up)
    local began = monotime()
    operation(count)
    return (monotime() - began) * 1e6 / count
  end
end

-- What a program prints; Lua in it finds what is found here.
local function run(command)
  local words = { "env", "LUA_PATH=" .. package.path, "LUA_CPATH=" .. package.cpath }
  for _, word in ipairs(command) do
    words[#words + 1] = word
  end
  for index, word in ipairs(words) do
    words[index] = quote(word)
  end
  local output = assert(io.popen(table.concat(words, " "), "r"))
  local text = output:read "*a"
  output:close()
  if not text:find "%d" then error("no result from " .. table.concat(words, " ", 4), 0) end
  return text
end

local function bare_sequential(method, base_url, ca_file, count)
  local command = { BARE, "sequential", count, method, base_url .. work.paths[method], ca_file }
  return function()
    return tonumber(run(command))
  end
end

local function bare_multi(method, base_url, ca_file, count, in_flight)
  local url = base_url .. work.paths[method]
  local command = { BARE, "multi", in_flight or THREADS, count, method, url, ca_file }
  return function()
    return tonumber(run(command))
  end
end

-- Against bare libcurl -------------------------------------------------------------------------------------

-- The same requests without the Lua layer: what that costs.
local function core_requests(base_url, ca_file)
  local client = core.client { base_url = base_url, ca_file = ca_file, api_key = "a-key" }
  local request = { method = "POST", path = work.paths.POST, effect = "creates", body = {
    friendly_name = "My Custom Number", phone_number = "+33780000000", termination_uri = "sip.example.com",
    workspace_id = "1710107690998x536152705164378100",
  } }
  return function(count)
    for _ = 1, count do
      local result = core.request(client, request)
      assert(result.status == 200 and result.data.status == "ok", result.message)
    end
  end
end

local function sequential(name, method, base_url, ca_file, count, least)
  local send = work.requests(method, work.client(base_url, ca_file))
  compare(name, timed(send, count, WARM_UP), bare_sequential(method, base_url, ca_file, count), least)
end

local function threads(method, base_url, ca_file, count, least)
  local command = { HOST, "threads", THREADS, count, method, base_url, ca_file }
  local most = 0
  local function ours()
    local spent, connections = run(command):match "^(%S+) (%d+)"
    most = math.max(most, tonumber(connections))
    return tonumber(spent)
  end
  compare(THREADS .. " threads, " .. THREADS .. " in flight", ours,
    bare_multi(method, base_url, ca_file, count), least, function()
      return { text = ("%d of at most %d connections"):format(most, THREADS), fault = most > THREADS }
    end)
end

local function mapped(method, base_url, ca_file, count, least)
  local send = work.mapped(method, work.client(base_url, ca_file), AT_ONCE)
  compare(("map, %d in flight from one thread"):format(AT_ONCE), timed(send, count, AT_ONCE * WARM_UP),
    bare_multi(method, base_url, ca_file, count, AT_ONCE), least)
end

-- The goal is 1.05 times their time; the ratio is of rates.
local function imports(base_url, ca_file, count)
  local send = work.imports(work.client(base_url, ca_file), IMPORTS_AT_ONCE)
  compare(("import_all, %d numbers, %d at once, 50 ms away"):format(count, IMPORTS_AT_ONCE),
    timed(send, count, 2 * IMPORTS_AT_ONCE),
    bare_multi("POST", base_url, ca_file, count, IMPORTS_AT_ONCE), 1 / 1.05)
end

local function against_fault_server(server)
  local ca_file = server.ca_file
  local url, far = server:url("ok", "bench", "tls"), server:url("delay-5", "bench", "tls")
  print "POST over TLS and HTTP/1.1 to the fault server; theirs: bare libcurl"
  sequential("one after the other", "POST", url, ca_file, 1000, 0.90)
  compare("the same by core.request", timed(core_requests(url, ca_file), 1000, WARM_UP),
    bare_sequential("POST", url, ca_file, 1000))
  sequential("one after the other, 5 ms away", "POST", far, ca_file, 40, 0.99)
  threads("POST", url, ca_file, 2000, 0.75)
  imports(server:url("delay-50", "bench", "tls"), ca_file, 1000)
end

local function against_nginx()
  local path = nginx.find()
  if not path or not core.info().http2 then
    print "GET over HTTP/2: left out, it needs nginx and a libcurl with HTTP/2"
    return
  end
  local server = nginx.start { requests = 1000000 }
  local version = run { "sh", "-c", quote(path) .. " -v 2>&1" }:match "nginx/[%d.]+" or "nginx"
  print("GET over TLS and HTTP/2 to " .. version .. "; theirs: bare libcurl")
  sequential("one after the other", "GET", server.origin, server.ca_file, 1000, 0.90)
  threads("GET", server.origin, server.ca_file, 2000, 0.75)
  mapped("GET", server.origin, server.ca_file, 4000, 0.95)
  server:stop()
end

-- Against lua-cjson ----------------------------------------------------------------------------------------

local function against_cjson()
  local text = page.text()
  print "JSON to Lua tables; theirs: plain cjson.decode"
  compare(("page of 100 calls with transcripts, %.1f MB"):format(#text / 1e6),
    timed(page.decoding(core.decode, text), 5, 1),
    timed(page.decoding(require("cjson").decode, text), 5, 1), 0.9)
end

-- By itself ------------------------------------------------------------------------------------------------

local function milliseconds(values)
  local ordered = sorted(values)
  return ("%.2f ms"):format(median(ordered)), ("%.2f-%.2f ms"):format(ordered[1], ordered[#ordered])
end

-- In a process that has a warm connection; what counts is what a new state costs beyond a warm request.
local function new_state(server)
  local command = { HOST, "state", 2 * PAIRS, server:url("ok", "state", "tls"), server.ca_file }
  local text, taken = run(command), {}
  for first, warm in text:gmatch "(%S+) (%S+)\n" do
    taken[#taken + 1] = { first = first + 0, warm = warm + 0, beyond = (first - warm) / 1000 }
  end
  local opened = tonumber(text:match "(%d+)\n$")
  local beyond = field(taken, "beyond")
  local shown, spread = milliseconds(beyond)
  print "A new Lua state beside a warm connection; theirs: a warm request; ratio: the difference"
  row("require, new and first request", {
    ours = microseconds(median(field(taken, "first"))), theirs = microseconds(median(field(taken, "warm"))),
    ratio = ("+%s (%s)"):format(shown:match "^%S+", spread),
  }, median(beyond), { most = 1.5, text = "<= 1.5 ms" },
    { text = opened .. " connections opened", fault = opened > 0 })
end

local REQUIRE = [[
  local monotime = require("cqueues").monotime
  collectgarbage() collectgarbage() collectgarbage "stop"
  local before, began = collectgarbage "count", monotime()
  require "synthflow"
  local spent = monotime() - began
  print(spent * 1000, collectgarbage "count" - before)
]]

local function require_alone()
  local values, kept = {}, {}
  for index = 1, PAIRS do
    local spent, kilobytes = child.run(REQUIRE):match "^(%S+)%s+(%S+)"
    values[index], kept[index] = tonumber(spent), tonumber(kilobytes)
  end
  local shown, spread = milliseconds(values)
  print "require \"synthflow\" in a fresh interpreter"
  row("time", { ours = shown, ratio = "(" .. spread .. ")" }, median(values), { most = 1, text = "<= 1 ms" })
  row("memory", { ours = ("%.1f KiB"):format(median(kept)) }, median(kept), { most = 60, text = "<= 60 KiB" })
end

-- In nginx -------------------------------------------------------------------------------------------------

-- `goal`: at most 1.1 times the idle one, or so much more.
local function beside_calls(server, delay, goal)
  local taken = openresty.compare(server:url(("delay-%d"):format(delay * 1000), "bench"), delay, 5, 2)
  local lost, ratios = {}, {}
  for index, one in ipairs(taken) do
    lost[index], ratios[index] = (one.busy - one.idle) * 1000, one.busy / one.idle
  end
  local shown, spread = milliseconds(lost)
  local reached = math.min(median(lost) / 0.3, median(ratios) / 1.1) <= 1
  row(("%d in flight, %d calls a second"):format(openresty.in_flight, openresty.in_flight / delay), {
    ours = microseconds(median(field(taken, "busy")) * 1e6),
    theirs = microseconds(median(field(taken, "idle")) * 1e6),
    ratio = ("+%s (%s)"):format(shown:match "^%S+", spread),
  }, reached and 0 or 1, goal and { most = 0, text = goal })
end

local function in_nginx(server)
  local missing = openresty_server.missing()
  if missing then
    print("In an nginx worker: left out, " .. missing)
    return
  end
  print "p99 of other requests to an nginx worker; theirs: idle; ratio: the difference"
  beside_calls(server, 2, "<= 0.3 ms")
  beside_calls(server, 0.5)
end

-- LONG=1: a million requests; LONG=N: so many. What ten thousand need is what it is measured against.
local function long_run(server)
  local long = tonumber(os.getenv "LONG" or "")
  if not long or long < 1 then return end
  local count, at = long == 1 and 1000000 or long, {}
  print(("Resident memory of one process, %d requests by map"):format(count))
  local text = run { child.interpreter(), "spec/bench/memory.lua", count, server:url("ok", "memory") }
  for requests, kilobytes in text:gmatch "(%d+) (%d+)\n" do
    at[#at + 1] = { requests = tonumber(requests), kilobytes = tonumber(kilobytes) }
  end
  local base
  for _, point in ipairs(at) do
    base = point.requests <= 10000 and point or base
    local last = point == at[#at] and point ~= base
    local more = (point.kilobytes - base.kilobytes) / 1024
    row(("after %d requests"):format(point.requests), { ours = ("%.1f MiB"):format(point.kilobytes / 1024) },
      more, last and { most = 2, text = "<= +2 MiB" }, last and { text = ("%+.2f MiB"):format(more) })
  end
end

-- ----------------------------------------------------------------------------------------------------------

local function load_average()
  local file = io.open "/proc/loadavg"
  local text = file and file:read "*l" or "?"
  if file then file:close() end
  return text:match "^%S+"
end

local function main()
  local info = core.info()
  local processors = run { "getconf", "_NPROCESSORS_ONLN" }:match "%d+"
  local jit = rawget(_G, "jit")
  print(("synthflow %s, %s, libcurl %s, %s; %s processors, load %s"):format(info.version,
    jit and jit.version or info.lua, info.curl, info.ssl, processors, load_average()))
  print(("Medians of %d blocks each, ours and theirs in turn; ratio: our rate by theirs (lowest-highest).")
    :format(PAIRS))
  print()
  line("", "ours", "theirs", "ratio", "goal", "")
  local server = fault_server.start()
  against_fault_server(server)
  against_nginx()
  against_cjson()
  new_state(server)
  in_nginx(server)
  require_alone()
  long_run(server)
  server:stop()
  print()
  print(("%d of %d goals reached; load now %s"):format(reached_goals, goals, load_average()))
end

main()
