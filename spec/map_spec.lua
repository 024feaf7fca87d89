-- One function for many items: order, how many at once, failures, pacing, and iterators.

local child = require "support.child"
local fake = require "support.fake_core"
local fault_server = require "support.fault_server"
local timed = require "support.timed_core"

local GET = { method = "GET", path = "/thing" }
local SLOWNESS = os.getenv "SYNTHFLOW_SANITIZED" and 8 or 1

local function numbers(count)
  local list = {}
  for index = 1, count do
    list[index] = index
  end
  return list
end

local function counter(last)
  local at = 0
  return function()
    if at < last then
      at = at + 1
      return at
    end
  end
end

describe("map", function()
  local core, client, sleep

  before_each(function()
    core = timed.install {
      ["GET /thing"] = function() return { data = { name = "a" } } end,
      ["POST /calls"] = function() return { data = { response = { call_id = "c" } } } end,
    }
    client = require("synthflow").new { api_key = "key-0123456789" }
    function sleep(seconds)
      require("synthflow.hosts").sleep({ core = core }, seconds)
    end
  end)
  after_each(function() fake.remove() end)

  it("returns the results of a list in its order", function()
    local results = client:map({ 3, 1, 2 }, function(item, index)
      sleep(item)
      client:request(GET)
      return item * 10 + index
    end)
    assert.are.same({
      { ok = true, value = 31 }, { ok = true, value = 12 }, { ok = true, value = 23 },
    }, results)
    assert.are.equal(1003, core.now)
  end)

  it("has no more under way than it may", function()
    local under_way, most = 0, 0
    local function fn()
      under_way = under_way + 1
      most = math.max(most, under_way)
      sleep(1)
      under_way = under_way - 1
    end
    client:map(numbers(20), fn, { concurrency = 4 })
    assert.are.equal(4, most)
    assert.are.equal(1005, core.now)
    most = 0
    client:map(numbers(200), fn)
    assert.are.equal(64, most)
  end)

  it("goes on after a failure, and tells of each item that has ended", function()
    local told = {}
    local results = client:map({ 1, 2, 3 }, function(item)
      sleep(4 - item)
      if item == 1 then
        return nil, "no"
      elseif item == 2 then
        error "boom"
      end
      return item
    end, { on_progress = function(done, total, result, index)
      told[#told + 1] = ("%d/%d %d %s"):format(done, total, index, tostring(result.ok))
    end })
    assert.are.same({ "1/3 3 true", "2/3 2 false", "3/3 1 false" }, told)
    assert.are.equal("no", results[1].err)
    assert.truthy(results[2].err:find "map_spec.lua:%d+: boom\nstack traceback")
    assert.are.equal(3, results[3].value)
  end)

  it("begins nothing after a failure if it is to stop, and awaits what is under way", function()
    local ended = {}
    local results = client:map(numbers(6), function(item)
      sleep(item)
      ended[#ended + 1] = item
      if item == 2 then
        return nil, "no"
      end
    end, { concurrency = 3, stop_on_error = true })
    assert.are.same({ 1, 2, 3, 4 }, ended)
    assert.are.equal("no", results[2].err)
    assert.is_true(results[4].ok)
    assert.are.same({ ok = false, skipped = true, err = "not begun, because item 2 failed" }, results[5])
    assert.are.equal(6, #results)
  end)

  it("passes on what on_progress raises", function()
    local begun = 0
    local raised, text = pcall(client.map, client, numbers(9), function()
      begun = begun + 1
      sleep(1)
    end, { concurrency = 2, on_progress = function() error("stop", 0) end })
    assert.is_false(raised)
    assert.are.equal("stop", text)
    assert.are.equal(2, begun)
  end)

  it("begins call attempts at their rate, outside of their timeout", function()
    client = require("synthflow").new { api_key = "key-0123456789", calls_per_second = 20 }
    local begun = {}
    local results = client:map(numbers(10), function()
      begun[#begun + 1] = core.now - 1000
      return client:request { method = "POST", path = "/calls", timeout = 0.1 }
    end)
    assert.are.equal(10, #results)
    local at = timed.times_of(core, "POST /calls")
    for index = 1, 10 do
      assert.is_true(math.abs(at[index] - (index - 1) / 20) < 1e-6, at[index])
      -- One item waits for its turn, those behind it are not begun.
      assert.is_true(begun[index] >= (index - 2) / 20 - 1e-6, begun[index])
    end
  end)

  it("lets no call attempt wait that is refused", function()
    client = require("synthflow").new {
      api_key = "key-0123456789", calls_per_second = 1, allow_calls = false,
    }
    local results = client:map(numbers(3), function()
      return client:request { method = "POST", path = "/calls" }
    end)
    assert.are.equal("refused", results[3].err.kind)
    assert.are.same({}, core.pauses)
  end)

  it("does not hold up what makes no calls", function()
    client = require("synthflow").new { api_key = "key-0123456789", calls_per_second = 1 }
    client:map(numbers(50), function() return client:request(GET) end)
    assert.are.equal(1000, core.now)
    assert.are.equal(50, #core.sent)
  end)

  it("raises wrong arguments", function()
    local function fault_of(...)
      local raised, text = pcall(function(...)
        local results = client:map(...)
        return results
      end, ...)
      assert.is_false(raised)
      return (text:gsub("^%S+:%d+: ", ""))
    end
    assert.are.equal("client:map: the first argument must be a list or an iterator, not 5; "
      .. "the second argument must be a function, not nil", fault_of(5))
    assert.are.equal("client:map: concurrency must be a whole number above 0, not 0",
      fault_of({}, print, { concurrency = 0 }))
    assert.are.equal("client:map: unknown option 'concurency' (did you mean concurrency?)",
      fault_of({}, print, { concurency = 1 }))
    assert.are.equal("client:map: on_progress must be a function, not true",
      fault_of({}, print, { on_progress = true }))
    assert.are.equal("client:map: the options must be a table, not 5", fault_of({}, print, 5))
    assert.are.equal("client:map: the first argument must be a list or an iterator, not a table with names",
      fault_of({ a = 1 }, print))
    assert.are.equal("client:map: the first argument must be a list or an iterator, not a table with holes",
      fault_of({ 1, [3] = 3 }, print))
    assert.are.equal('client:map: stop_on_error must be true or false, not "perhaps"',
      fault_of({}, print, { stop_on_error = "perhaps" }))
  end)

  describe("of an iterator", function()
    it("is an iterator in the same order, which ends", function()
      local results = client:map(counter(5), function(item)
        sleep(6 - item)
        client:request(GET)
        return item
      end, { concurrency = 3 })
      for expected = 1, 5 do
        assert.are.equal(expected, results().value)
      end
      assert.is_nil(results())
      assert.is_nil(results())
    end)

    it("reads nothing before the first result is asked for, and no further ahead than it may", function()
      local read = 0
      local results = client:map(function()
        read = read + 1
        return read
      end, function(item)
        sleep(1)
        return item
      end, { concurrency = 10 })
      assert.are.equal(0, read)
      for expected = 1, 500 do
        assert.are.equal(expected, results().value)
        assert.is_true(read <= expected + 10, read)
      end
    end)

    it("reads records of all pages, beside the others", function()
      local offset_asked = {}
      core.answers[1] = function(request)
        local offset = request.query and request.query.offset or 0
        offset_asked[#offset_asked + 1] = offset
        local list = {}
        for index = 1, offset < 200 and 100 or 0 do
          list[index] = { number = offset + index }
        end
        return { data = { response = { phone_numbers = list, pagination = { total_records = 200 } } } }
      end
      local numbers_each = client.phone_numbers:each { workspace = "w" }
      local count = 0
      for result in client:map(numbers_each, function(record) return record.number end) do
        count = count + 1
        assert.are.equal(count, result.value)
      end
      assert.are.equal(200, count)
      assert.are.same({ 0, 100 }, offset_asked)
    end)

    it("raises what its source raises, after the results of what came before", function()
      local at = 0
      local results = client:map(function()
        at = at + 1
        if at == 3 then error("the source is broken", 0) end
        return at
      end, function(item) return item end)
      assert.are.equal(1, results().value)
      assert.are.equal(2, results().value)
      local raised, text = pcall(results)
      assert.is_false(raised)
      assert.are.equal("the source is broken", text)
      assert.is_nil(results())
    end)

    it("ends after a failure if it is to stop, with what was under way", function()
      local read = 0
      local results = client:map(function()
        read = read + 1
        return read
      end, function(item)
        sleep(1)
        if item == 2 then return nil, "no" end
        return item
      end, { concurrency = 3, stop_on_error = true })
      local found = {}
      for result in results do
        found[#found + 1] = tostring(result.value or result.err)
      end
      assert.are.equal("1 no 3", table.concat(found, " "))
    end)

    it("is closed when it is to be", function()
      local results = client:map(counter(5), function(item) sleep(1) return item end)
      assert.are.equal(1, results().value)
      results:close()
      assert.is_nil(results())
    end)
  end)
end)

describe("map over connections", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function new(fault, tag, options)
    options = options or {}
    options.base_url, options.api_key = server:url(fault, tag), "key-0123456789"
    return require("synthflow").new(options)
  end

  it("has as many requests in flight as it may, in one thread", function()
    local output = child.run(([[
      local client = require("synthflow").new { base_url = %q, api_key = "k" }
      local core = require "synthflow.core"
      local items, running, most, began = {}, 0, 0, core.clock()
      for index = 1, 40 do items[index] = index end
      local results = client:map(items, function(item)
        running = running + 1
        most = math.max(most, running)
        local data, err = client:request { method = "GET", path = "/thing" }
        running = running - 1
        return data and item, err
      end, { concurrency = 10 })
      for index, result in ipairs(results) do assert(result.value == index, tostring(result.err)) end
      print(#results, most, core.stats().thread, core.stats().connections_opened, core.clock() - began < %d)
    ]]):format(server:url("delay-100", "in-flight"), 2 * SLOWNESS))
    local opened = tonumber(output:match "^40\t10\tfalse\t(%d+)\ttrue\n$")
    assert.truthy(opened and opened <= 10, output)
    assert.are.equal(40, (server:received "in-flight"))
  end)

  it("paces call attempts, none of which meets its timeout", function()
    local client = new("ok", "paced", { calls_per_second = 5 })
    local clock = require("synthflow.core").clock
    local began = clock()
    local results = client:map(numbers(10), function()
      return client:request { method = "POST", path = "/calls", timeout = 1 * SLOWNESS }
    end)
    local taken = clock() - began
    for _, result in ipairs(results) do
      assert.is_true(result.ok, tostring(result.err))
    end
    assert.are.equal(10, (server:received "paced"))
    assert.is_true(taken >= 1.75, taken)
    assert.is_true(taken < 1.75 + 5, taken)
  end)

  -- An iterator with one result, and three that will not come.
  local function with_three_in_flight(tag)
    local quick, silent = new("ok", tag), new("silence", tag, { timeout = 60 })
    local results = silent:map(counter(4), function(item)
      return (item == 1 and quick or silent):request(GET)
    end, { concurrency = 4 })
    assert.is_true(results().ok)
    assert.are.equal(3, silent:stats().in_flight)
    return results, silent
  end

  it("cancels what is in flight when nobody holds its iterator any more", function()
    local _, silent = with_three_in_flight "abandoned"
    _ = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.are.equal(0, silent:stats().in_flight)
  end)

  it("cancels what is in flight when it is closed", function()
    local results, silent = with_three_in_flight "closed"
    results:close()
    assert.are.equal(0, silent:stats().in_flight)
    assert.is_nil(results())
  end)
end)
