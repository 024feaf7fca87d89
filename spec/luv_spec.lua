-- luacheck: std max+busted
local child = require "support.child"
local core = require "synthflow.core"
local coroutine_suite = require "support.coroutine_suite"
local fault_server = require "support.fault_server"
local hosts = require "synthflow.hosts"
local process = require "support.process"
local request_suite = require "support.request_suite"
local synthflow = require "synthflow"
local uv = require "luv"

local GET = { method = "GET", path = "/thing" }
local CALL = { method = "POST", path = "/thing", effect = "dials" }
local PATIENCE = 10

local server

local function new(options)
  options.host = "luv"
  return synthflow.new(options)
end

local function run(code)
  local ended
  coroutine.wrap(function() code() ended = true end)()
  uv.run()
  assert(ended, "the loop ended before")
end

local function client_of(kind, tag)
  return new { base_url = server:url(kind, "luv-" .. tag), api_key = "key-0123456789", retries = 0 }
end

local function received(tag)
  return (server:received("luv-" .. tag))
end

local function descriptors()
  collectgarbage()
  collectgarbage()
  return process.descriptors()
end

-- In a process of its own: `client` is one for luv, `try(code)` starts a coroutine.
local function run_child(kind, tag, code)
  return child.run(([[
    local uv, core = require "luv", require "synthflow.core"
    local client = require("synthflow").new { host = "luv", base_url = %q, api_key = "key-0123456789" }
    local GET = { method = "GET", path = "/thing" }
    local function try(code) coroutine.wrap(code)() end
  ]]):format(server:url(kind, "luv-" .. tag)) .. code)
end

describe("in luv", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  request_suite.define {
    it = it, tag = "luv", server = function() return server end, new = new, run = run,
    stuck = function(code) code() end,
  }

  coroutine_suite.define {
    it = it, finally = function(code) finally(code) end,
    run = run, client_of = client_of, received = received,
  }

  it("the loop turns during a call", function()
    local client, turns, timer = client_of("delay-300", "beside"), 0, uv.new_timer()
    timer:start(0, 10, function() turns = turns + 1 end)
    run(function()
      local ends = core.clock() + PATIENCE
      repeat
        turns = 0
        assert(client:request(GET))
      until turns >= 3 or core.clock() > ends
      timer:close()
    end)
    assert.is_true(turns >= 3, turns)
  end)

  it("coroutines call at once", function()
    local client, good, began = client_of("delay-300", "at-once"), 0, core.clock()
    for _ = 1, 20 do
      coroutine.wrap(function()
        local data = client:request(GET)
        good = good + (data and 1 or 0)
      end)()
    end
    collectgarbage()
    uv.run()
    assert.equal(20, good)
    assert.is_true(core.clock() - began < 5) -- 6 s one after the other
  end)

  it("the loop ends with the last call, and goes on with the next", function()
    local client, opened = client_of("ok", "loop"), nil
    for round = 1, 30 do
      run(function()
        for _ = 1, 3 do
          assert(client:request(GET))
        end
      end)
      assert.is_false(uv.loop_alive())
      opened = opened or descriptors()
      assert.is_true(descriptors() <= opened, round)
    end
    assert.equal(90, received "loop")
  end)

  it("it goes on after all handles were closed", function()
    local client = client_of("ok", "closed")
    run(function() assert(client:request(GET)) end)
    uv.walk(function(handle)
      if not handle:is_closing() then handle:close() end
    end)
    uv.run()
    run(function() assert(client:request(GET)) end)
  end)

  it("what waits is served after all handles were closed", function()
    local slow, quick, ended = client_of("delay-500", "closed-slow"), client_of("ok", "closed-quick"), 0
    coroutine.wrap(function()
      assert(slow:request(GET))
      ended = ended + 1
    end)()
    local ends = core.clock() + PATIENCE
    repeat uv.run "nowait" until slow:stats().in_flight == 1 or core.clock() > ends
    assert.equal(1, slow:stats().in_flight)
    uv.walk(function(handle)
      if not handle:is_closing() then handle:close() end
    end)
    run(function() assert(quick:request(GET)) end)
    assert.equal(1, ended)
  end)

  it("the main coroutine is told where to call", function()
    local data, err = client_of("ok", "main"):request(CALL)
    assert.is_nil(data)
    assert.equal("cannot_wait", err.kind)
    assert.is_truthy((tostring(err.hint) .. tostring(err)):find("coroutine.wrap", 1, true))
  end)

  it("nobody resumes a coroutine that waits for others", function()
    local client = client_of("ok", "others")
    local waiting = coroutine.create(function()
      pcall(table.sort, { 3, 2, 1 }, function(a, b)
        client:request(CALL) -- raises in Lua 5.1 and 5.2
        return a < b
      end)
      return coroutine.yield "its own"
    end)
    local _, given = coroutine.resume(waiting)
    assert.equal("its own", given)
    uv.run()
    assert.equal("suspended", coroutine.status(waiting))
    assert.same({ true, "back" }, { coroutine.resume(waiting, "back") })
  end)

  it("others may resume a coroutine that waits", function()
    local client, data, err = client_of("delay-100", "spurious"), nil, nil
    local waiting = coroutine.create(function() data, err = client:request(GET) end)
    coroutine.resume(waiting)
    for _ = 1, 3 do
      assert.is_true((coroutine.resume(waiting)))
      assert.equal("suspended", coroutine.status(waiting))
    end
    uv.run()
    assert.is_table(data, tostring(err))
    assert.equal("dead", coroutine.status(waiting))
    assert.equal(1, received "spurious")
  end)

  it("an error after a call is reported with its traceback, and hinders no other coroutine", function()
    local output = run_child("delay-500", "raises", [[
      local function fail_there() error "it went wrong" end
      try(function() client:request(GET) fail_there() end)
      try(function() client:request(GET) print "the second one went on" end)
      local ends = core.clock() + 10
      repeat uv.run "nowait" until client:stats().in_flight == 2 or core.clock() > ends
      while client:stats().in_flight > 0 do core.sleep(0.01) end
      uv.run() -- both at once
    ]])
    assert.matches("it went wrong", output)
    assert.matches("fail_there", output)
    assert.matches("the second one went on", output)
  end)

  it("a process may end during a call", function()
    local code = [[
      try(function() client:request(GET) print "it was answered" end)
      repeat uv.run "nowait" until client:stats().in_flight == 1
      print "leaving"
    ]]
    assert.equal("leaving\n", run_child("silence", "ends", code))
    assert.equal("leaving\n", run_child("silence", "exits", code .. " os.exit(0)"))
    assert.equal("leaving\n", run_child("silence", "closes", code .. " client:close()"))
  end)

  it("a sleep yields where it can and blocks elsewhere", function()
    local link, turns, timer = { core = core, host = require "synthflow.host.luv" }, 0, uv.new_timer()
    local function sleep()
      local began = core.clock()
      hosts.sleep(link, 0.1)
      return core.clock() - began
    end
    timer:start(0, 10, function() turns = turns + 1 end)
    run(function()
      core.sleep(0.2) -- the loop's own time stands still
      local ends = core.clock() + PATIENCE
      repeat
        turns = 0
        assert(sleep() >= 0.09)
      until turns >= 3 or core.clock() > ends
      timer:close()
    end)
    assert.is_true(turns >= 3, turns)
    assert.is_true(sleep() >= 0.09)
  end)
end)
