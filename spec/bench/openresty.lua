-- What a worker's other requests notice of API calls in flight.

local monotime = require("cqueues").monotime
local sleep = require("cqueues").sleep
local socket = require "cqueues.socket"
local openresty = require "hosts.openresty.server"

local bench = {}

bench.in_flight = 500
local PAUSE = 0.001 -- between two pings
local LOAD = [[
  init_by_lua_block {
    client = require("synthflow").new { api_key = "a-key", base_url = "%s", connections = %d }
    load = {}
    function go_on(_, pause)
      ngx.sleep(pause)
      while not load.stop do
        local done, err = client:request { method = "GET", path = "/thing" }
        if not done then load.failed = tostring(err) end
      end
    end
  }
]]
local LOCATIONS = [[
  keepalive_requests 1000000;
  location /ping { content_by_lua_block { ngx.header.content_length = 4 ngx.print "pong" } }
  location /start { content_by_lua_block {
    load.stop, load.failed = false, nil
    local count, spread = tonumber(ngx.var.arg_count), tonumber(ngx.var.arg_spread)
    for index = 1, count do
      ngx.timer.at(0, go_on, spread * index / count)
    end
  } }
  location /stop { content_by_lua_block {
    load.stop = true
    ngx.print(client:stats().in_flight, " ", load.failed or "")
  } }
]]

local function connect(port)
  local connection = socket.connect("127.0.0.1", port)
  connection:setmode("b", "bf")
  return connection
end

local function ping(connection)
  connection:write "GET /ping HTTP/1.1\r\nHost: here\r\n\r\n"
  connection:flush()
  repeat until connection:read "*l" == "\r"
  assert(connection:read(4) == "pong")
end

-- The time that 99 of 100 pings do not exceed.
local function p99(port, seconds)
  local connection, times = connect(port), {}
  local ends = monotime() + seconds
  while monotime() < ends do
    local began = monotime()
    ping(connection)
    times[#times + 1] = monotime() - began
    sleep(PAUSE)
  end
  connection:close()
  table.sort(times)
  return times[math.ceil(#times * 0.99)]
end

local function stop(server)
  local in_flight, failed
  repeat
    local _, body = server:ask "/stop"
    in_flight, failed = body:match "^(%d+) (.*)$"
    sleep(0.05)
  until in_flight == "0"
  assert(failed == "", failed)
end

---Idle and busy in turn.
---@param base_url string
---@param delay number seconds after which it answers; the calls begin spread over that time
---@param times integer
---@param seconds number for each
---@return table list of { idle = seconds, busy = seconds }
function bench.compare(base_url, delay, times, seconds)
  local server = openresty.start {
    main = "worker_rlimit_nofile 4096;", server = LOCATIONS,
    http = "lua_max_running_timers 1024;" .. LOAD:format(base_url, bench.in_flight),
  }
  p99(server.port, 0.5)
  local taken = {}
  for index = 1, times do
    local one = { idle = p99(server.port, seconds) }
    server:ask(("/start?count=%d&spread=%g"):format(bench.in_flight, delay))
    sleep(delay + 0.5) -- until all are on their way
    one.busy = p99(server.port, seconds)
    stop(server)
    taken[index] = one
  end
  assert(#server:errors() == 0, server:errors()[1])
  server:stop()
  return taken
end

return bench
