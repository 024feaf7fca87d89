-- How requests and clients are ended early: nothing is sent because of it, and nothing is freed too early.

local child = require "support.child"
local core = require "synthflow.core"
local fault_server = require "support.fault_server"
local process = require "support.process"

local DIAL = { method = "POST", path = "/dial", effect = "dials", body = {} }

describe("an early end", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function await_received(tag, count)
    process.await(function() return server:received(tag) >= count end)
    return (server:received(tag))
  end

  it("of many exchanges begins none of them that waits", function()
    local client = core.client {
      base_url = server:url("silence", "many"), api_key = "key-0123456789", connections = 2,
    }
    local exchanges = {}
    for index = 1, 20 do
      exchanges[index] = core.prepare(client, DIAL)
      core.submit(exchanges[index], nil, nil, true)
    end
    assert.are.equal(2, await_received("many", 2))
    core.cancel(exchanges)
    local unsent = 0
    for _, exchange in ipairs(exchanges) do
      while not core.wait(exchange, 0.25) do end
      unsent = unsent + (core.result(exchange).took_effect == "no" and 1 or 0)
    end
    assert.are.equal(18, unsent)
    assert.are.equal(2, (server:received "many"))
  end)

  it("is of exchanges, and of nothing else", function()
    for _, wrong in ipairs { { 5 }, { io.stdout }, { core.mailbox() }, 5, "x" } do
      assert.has_error(function() core.cancel(wrong) end)
    end
    core.cancel {}
  end)

  it("of an iterator sends none of those that wait for a connection", function()
    local client = require("synthflow").new {
      base_url = server:url("silence", "iterator"), api_key = "key-0123456789", connections = 2, timeout = 60,
    }
    local quick = require("synthflow").new { base_url = server:url "delay-300", api_key = "key-0123456789" }
    local left = 20
    local results = client:map(function() left = left - 1 return left >= 0 and left or nil end, function(item)
      return item == 19 and quick:request { method = "GET", path = "/x" } or client:request(DIAL)
    end, { concurrency = 20 })
    assert.is_true(results().ok)
    assert.are.equal(2, await_received("iterator", 2))
    results:close()
    assert.are.equal(0, client:stats().in_flight)
    assert.are.equal(2, (server:received "iterator"))
  end)

  -- Under a sanitizer a use of what has been freed ends the process.
  it("of a client in a finalizer takes nothing from the request that is being read", function()
    local output = child.run [[
      local core = require "synthflow.core"
      local close = debug.getmetatable(core.client { base_url = "http://127.0.0.1:1" }).__close
      collectgarbage("setpause", 0)
      collectgarbage("setstepmul", 1000)
      local function armed(client)
        if setmetatable and newproxy then
          getmetatable(newproxy(true)).__gc = function() close(client) end
        else
          setmetatable({}, { __gc = function() close(client) end })
        end
      end
      local outcomes = {}
      for index = 1, 2000 do
        local client = core.client { base_url = "http://127.0.0.1:1/" .. ("x"):rep(index % 100) }
        armed(client)
        local exchange = core.prepare(client, { method = "GET", path = "/x", effect = "read" })
        collectgarbage()
        core.submit(exchange)
        while not core.wait(exchange, 1) do end
        local outcome = core.result(exchange).outcome
        outcomes[outcome] = (outcomes[outcome] or 0) + 1
      end
      print(outcomes.closed)
    ]]
    assert.are.equal("2000\n", output)
  end)

  it("of a child leaves its parent's listening socket where it is", function()
    local output = child.run [[
      local core, processes = require "synthflow.core", require "support.fork"
      local mailbox = core.mailbox()
      local path = assert(mailbox:listen "/tmp")
      local id = processes.fork()
      if id == 0 then
        mailbox = nil
        collectgarbage()
        collectgarbage()
        os.exit(0)
      end
      processes.wait(id)
      print(os.execute("test -S " .. path) == true or os.execute("test -S " .. path) == 0)
      mailbox:accept()
      print(os.execute("test -e " .. path) == true or os.execute("test -e " .. path) == 0)
    ]]
    assert.are.equal("true\nfalse\n", output)
  end)
end)
