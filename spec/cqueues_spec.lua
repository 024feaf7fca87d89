-- luacheck: std max+busted
local auxlib = require "cqueues.auxlib"
local core = require "synthflow.core"
local coroutine_suite = require "support.coroutine_suite"
local cqueues = require "cqueues"
local fault_server = require "support.fault_server"
local hosts = require "synthflow.hosts"
local process = require "support.process"
local request_suite = require "support.request_suite"
local synthflow = require "synthflow"

local GET = { method = "GET", path = "/thing" }
local CALL = { method = "POST", path = "/thing", effect = "dials" }
local PATIENCE = 10

local server

local function run(code, controller)
  controller = controller or cqueues.new()
  controller:wrap(code)
  assert(controller:loop())
end

local function inside_another(code)
  run(function() coroutine.wrap(code)() end)
end

local function client_of(kind, tag, options)
  local all = { base_url = server:url(kind, "cqueues-" .. tag), api_key = "key-0123456789", retries = 0 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return synthflow.new(all)
end

local function received(tag)
  return (server:received("cqueues-" .. tag))
end

local function descriptors()
  collectgarbage()
  collectgarbage()
  return process.descriptors()
end

describe("in cqueues", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  request_suite.define {
    it = it, tag = "cqueues", server = function() return server end, run = run, stuck = inside_another,
  }

  coroutine_suite.define {
    it = it, finally = function(code) finally(code) end,
    run = run, client_of = client_of, received = received,
  }

  it("the other coroutines of the controller run during a call", function()
    local client, turns, is_done = client_of("delay-300", "beside"), 0, false
    run(function()
      cqueues.running():wrap(function()
        while not is_done do
          turns = turns + 1
          cqueues.sleep(0.01)
        end
      end)
      local ends = core.clock() + PATIENCE
      repeat
        turns = 0
        assert(client:request(GET))
      until turns >= 3 or core.clock() > ends
      is_done = true
    end)
    assert.is_true(turns >= 3, turns)
  end)

  it("coroutines call at once", function()
    local client, good, began = client_of("delay-300", "at-once"), 0, core.clock()
    local controller = cqueues.new()
    for _ = 1, 20 do
      controller:wrap(function()
        local data = client:request(GET)
        good = good + (data and 1 or 0)
      end)
    end
    assert(controller:loop())
    assert.equal(20, good)
    assert.is_true(core.clock() - began < 5) -- 6 s one after the other
  end)

  it("the loop ends with the last call, and goes on with the next", function()
    local client, controller, opened = client_of("ok", "loop"), cqueues.new(), nil
    for round = 1, 30 do
      run(function()
        for _ = 1, 3 do
          assert(client:request(GET))
        end
      end, controller)
      assert.is_true(controller:empty())
      opened = opened or descriptors()
      assert.is_true(descriptors() <= opened, round)
    end
    assert.equal(90, received "loop")
  end)

  it("a call after another one that has ended finds the loop", function()
    local client = client_of("delay-20", "later")
    run(function()
      assert(client:request(GET))
      cqueues.sleep(0.05)
      assert(client:request(GET))
    end)
  end)

  it("each controller serves its own, one inside another too", function()
    local client, order = client_of("delay-100", "controllers"), {}
    run(function()
      local inner = cqueues.new()
      inner:wrap(function()
        assert(client:request(GET))
        order[#order + 1] = "inner"
      end)
      cqueues.running():wrap(function()
        assert(client:request(GET))
        order[#order + 1] = "outer"
      end)
      assert(inner:loop())
      order[#order + 1] = "inner loop"
    end)
    table.sort(order)
    assert.same({ "inner", "inner loop", "outer" }, order)
  end)

  it("a coroutine in between is told where to call", function()
    local data, err
    inside_another(function() data, err = client_of("ok", "between"):request(CALL) end)
    assert.is_nil(data)
    assert.equal("cannot_wait", err.kind)
    assert.matches("controller:wrap", tostring(err.hint) .. tostring(err), 1, true)
  end)

  it("a coroutine in between can call where cqueues makes them all", function()
    local wrap, ended = coroutine.wrap, false
    coroutine.wrap = auxlib.wrap -- luacheck: ignore
    finally(function() coroutine.wrap = wrap end) -- luacheck: ignore
    inside_another(function()
      assert(client_of("delay-20", "patched"):request(GET))
      ended = true
    end)
    assert.is_true(ended)
  end)

  it("an iterator can call, by hand in Lua 5.1", function()
    local sandbox = require("synthflow.sandbox").start()
    finally(function() sandbox:stop() end)
    local client = synthflow.new {
      base_url = sandbox.base_url, api_key = sandbox.api_key, workspace_id = sandbox.workspace_id,
    }
    local by_hand, by_loop = 0, 0
    run(function()
      for i = 1, 3 do
        assert(client.phone_numbers:import {
          phone_number = "+4915112345" .. i, friendly_name = "n", termination_uri = "sip.example.com",
        })
      end
      local it = client.phone_numbers:each()
      while it() do by_hand = by_hand + 1 end
    end)
    assert.equal(3, by_hand)
    local passed = pcall(run, function()
      for _ in client.phone_numbers:each() do by_loop = by_loop + 1 end
    end)
    local can = _VERSION ~= "Lua 5.1" or _G.jit ~= nil
    assert.equal(can, passed)
    assert.equal(can and 3 or 0, by_loop)
  end)

  it("a call outside of a controller blocks, unless the client is for cqueues alone", function()
    assert.is_table((client_of("ok", "outside"):request(GET)))
    local data, err = client_of("ok", "named", { host = "cqueues" }):request(CALL)
    assert.is_nil(data)
    assert.equal("cannot_wait", err.kind)
    assert.equal(0, received "named")
  end)

  it("a sleep yields where it can and blocks elsewhere", function()
    local link = { core = core }
    local turns, times, is_done = 0, 0, false
    local function sleep()
      local began = core.clock()
      hosts.sleep(link, 0.1)
      assert(core.clock() - began >= 0.09)
      times = times + 1
    end
    run(function()
      cqueues.running():wrap(function()
        while not is_done do
          turns = turns + 1
          cqueues.sleep(0.01)
        end
      end)
      local ends = core.clock() + PATIENCE
      repeat
        turns = 0
        sleep()
      until turns >= 3 or core.clock() > ends
      is_done = true
    end)
    assert.is_true(turns >= 3, turns)
    local before = times
    inside_another(sleep)
    assert.equal(before + 1, times)
  end)

  it("a controller that is given up takes its calls with it", function()
    local client = client_of("silence", "given-up")
    do
      local controller = cqueues.new()
      controller:wrap(function() client:request(GET) end)
      controller:step(0)
      controller:step(0)
    end
    assert.equal(1, client:stats().in_flight)
    local ends = core.clock() + 5
    repeat
      collectgarbage()
    until client:stats().in_flight == 0 or core.clock() > ends
    assert.equal(0, client:stats().in_flight)
  end)
end)
