-- What one connection, or the lack of one, does to the others.

local core = require "synthflow.core"
local child = require "support.child"
local fault_server = require "support.fault_server"
local slow_resolver = require "support.slow_resolver"
local monotime = require("cqueues").monotime

local server
setup(function() server = fault_server.start() end)
teardown(function() server:stop() end)

local function make_client(origin, settings)
  settings = settings or {}
  settings.base_url, settings.retries = origin, 0
  settings.ca_file = server.ca_file
  return core.client(settings)
end

local function start(client, effect, path, timeout)
  local method = (effect == "creates" or effect == "dials") and "POST" or "GET"
  return core.start(client, { method = method, path = path, effect = effect, timeout = timeout or 5 })
end

local function finish(exchange)
  while not core.wait(exchange, 0.25) do end
  return core.result(exchange)
end

local function send(...)
  return finish(start(...))
end

for _, kind in ipairs { "plain", "tls" } do
  describe("connections over " .. kind, function()
    -- What must not happen twice may have a connection apart from the rest.
    it("are kept for the next request, whichever client makes it", function()
      local origin = server:origin(kind)
      for index = 1, 20 do
        local effect = ({ "creates", "read", "dials", "idempotent" })[index % 4 + 1]
        local result = send(make_client(origin), effect, "/ok/kept-" .. kind)
        assert.equal("response", result.outcome)
        assert.is_true(index <= 2 or result.timing.reused)
      end
      local requests, connections = server:received("kept-" .. kind)
      assert.equal(20, requests)
      assert.is_true(connections <= 2, connections .. " connections")
    end)

    for _, effect in ipairs { "creates", "read" } do
      it("are never more than the cap allows (" .. effect .. ")", function()
        local tag = "cap-" .. kind .. "-" .. effect
        local client = make_client(server:origin(kind), { connections = 4 })
        local before = server:accepted()
        local exchanges = {}
        for index = 1, 32 do
          exchanges[index] = start(client, effect, "/delay-10/" .. tag)
        end
        for index = 1, 32 do
          assert.equal("response", finish(exchanges[index]).outcome)
        end
        assert.equal(32, (server:received(tag)))
        -- The question before and the two after come over connections of their own.
        local opened = server:accepted() - before - 2
        assert.is_true(opened <= 4, opened .. " connections were opened")
      end)
    end

    it("wait for no answer that another one waits for", function()
      local client = make_client(server:origin(kind))
      local slow = start(client, "creates", "/silence/held-up-" .. kind, 20)
      assert.is_false(core.wait(slow, 0.05))
      local result = send(client, "read", "/ok/not-held-up-" .. kind)
      assert.equal("response", result.outcome)
      core.cancel(slow)
      local cancelled = finish(slow)
      assert.equal("cancelled", cancelled.outcome)
      assert.equal("maybe", cancelled.took_effect)
    end)

    it("that die without a word cost one request each", function()
      local effects, clients, deadly = { "creates", "dials", "read", "idempotent" }, {}, {}
      local function path_of(effect)
        return "/keep_then_silence/dead-" .. kind .. "-" .. effect
      end
      for _, effect in ipairs(effects) do
        clients[effect] = make_client(server:origin(kind))
        assert.equal("response", send(clients[effect], effect, path_of(effect)).outcome)
      end
      for _, effect in ipairs(effects) do
        deadly[effect] = start(clients[effect], effect, path_of(effect), 1)
      end
      for _, effect in ipairs(effects) do
        assert.equal("timeout", finish(deadly[effect]).outcome, effect)
        assert.equal("response", send(clients[effect], effect, path_of(effect)).outcome, effect)
        local requests, connections = server:received("dead-" .. kind .. "-" .. effect)
        assert.equal(3, requests, effect)
        assert.equal(2, connections, effect)
      end
    end)
  end)
end

describe("connections of two kinds", function()
  -- Whether the host speaks HTTP/2 is known only after the first read, and until then what must not be
  -- repeated has connections apart. A process of its own, because the limits of all origins add up.
  it("are together not more than the cap allows", function()
    local output = child.run [[
      local core = require "synthflow.core"
      local server = require("support.fault_server").start()
      local client = core.client { base_url = server:origin "tls", ca_file = server.ca_file, connections = 4 }
      local function burst(method, effect, tag)
        local exchanges = {}
        for index = 1, 8 do
          local request = { method = method, path = "/delay-20/" .. tag, effect = effect }
          exchanges[index] = core.start(client, request)
        end
        for index = 1, 8 do
          while not core.wait(exchanges[index], 0.25) do end
          assert(core.result(exchanges[index]).status == 200)
        end
      end
      local function count()
        local pipe = io.popen "ls -l /proc/$PPID/fd 2>/dev/null" -- some may be closed meanwhile
        local _, sockets = pipe:read("*a"):gsub("socket:", "")
        pipe:close()
        return sockets
      end
      local most, before = 0, count()
      local function look()
        most = math.max(most, count() - before)
      end
      burst("POST", "dials", "calls")
      look()
      burst("GET", "read", "reads")
      look()
      burst("POST", "dials", "more-calls")
      look()
      burst("GET", "read", "more-reads")
      look()
      io.write(most, " ", core.stats().connections_opened)
    ]]
    local most, opened = output:match "^(%d+) (%d+)$"
    assert.truthy(most, output)
    -- libcurl has a pair of sockets of its own, to be woken by.
    assert.is_true(tonumber(most) <= 4 + 2, most .. " sockets at once")
    -- Once it is known that the host has no HTTP/2, all share the same connections.
    assert.is_true(tonumber(opened) <= 2 * 4, opened .. " connections were opened")
  end)
end)

describe("a child process", function()
  local function count_sockets()
    local output = assert(io.popen("ls -l /proc/self/fd", "r"))
    local _, count = output:read("*a"):gsub("socket:", "")
    output:close()
    return count
  end

  it("inherits no connection", function()
    if not io.open("/proc/self/fd") then pending("needs /proc") return end
    local clients = {}
    for index = 1, 6 do
      clients[index] = make_client(server:origin(index % 2 == 0 and "plain" or "tls"))
    end
    assert.equal("response", send(clients[1], "read", "/ok/inherit").outcome)
    local before = count_sockets()
    for index = 2, 6 do
      assert.equal("response", send(clients[index], "read", "/ok/inherit").outcome)
    end
    local silent = start(make_client(server:origin("plain")), "read", "/silence/inherit")
    assert.is_false(core.wait(silent, 0.02))
    assert.equal(before, count_sockets())
    core.cancel(silent)
    finish(silent)
  end)
end)

describe("a name that never resolves", function()
  local CODE = [[
    local core = require "synthflow.core"
    local monotime = require("cqueues").monotime
    local lost = core.client {
      base_url = "https://%s", connect_timeout = %s, retries = 0,
    }
    local near = core.client { base_url = "%s" }
    local exchange = core.start(lost, { method = "POST", path = "/x", effect = "creates", timeout = %s })
    core.wait(exchange, 0.02)
    local longest = 0
    for index = 1, 20 do
      local began = monotime()
      local result = core.request(near, { method = "GET", path = "/near", effect = "read", timeout = 3 })
      assert(result.outcome == "response", result.outcome)
      longest = math.max(longest, monotime() - began)
    end
    while not core.wait(exchange, 0.25) do end
    local result = core.result(exchange)
    print(("longest=%%.3f outcome=%%s took_effect=%%s phase=%%s total=%%.3f"):format(
      longest, result.outcome, result.took_effect, result.phase, result.timing.total))
  ]]

  local function run(connect_timeout, timeout)
    local environment = slow_resolver.environment()
    if not environment then return nil end
    local began = monotime()
    local code = CODE:format(slow_resolver.NAME, connect_timeout, server:url("ok", "resolve"), timeout)
    local output = child.run(code, environment)
    local seconds = monotime() - began
    local found = { output = output, seconds = seconds }
    for name, value in output:gmatch("([%w_]+)=(%S+)") do
      found[name] = tonumber(value) or value
    end
    return found
  end

  local limits = {
    { "the deadline", connect_timeout = 5, timeout = 0.4 },
    { "the connect timeout", connect_timeout = 0.4, timeout = 5 },
  }
  for _, limit in ipairs(limits) do
    it("ends with " .. limit[1] .. " and delays nobody else", function()
      local found = run(limit.connect_timeout, limit.timeout)
      if not found then pending("this libcurl waits for its resolver") return end
      assert.equal("timeout", found.outcome, found.output)
      assert.equal("no", found.took_effect)
      assert.equal("resolve", found.phase)
      -- The name server takes 20 s, the other limit is 5 s.
      assert.is_true(found.total <= 3.4, found.output)
      assert.is_true(found.longest <= 2.5, found.output)
      assert.is_nil(found.output:find("Sanitizer", 1, true), found.output)
      -- The process, too, ends without waiting for the resolver.
      assert.is_true(found.seconds <= 8, found.seconds .. " s for the whole process")
    end)
  end
end)
