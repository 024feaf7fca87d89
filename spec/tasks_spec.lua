-- Functions at once: results, errors, groups in groups, and what else may yield in them.

local fake = require "support.fake_core"
local timed = require "support.timed_core"

describe("parallel", function()
  local core, synthflow, client

  before_each(function()
    core = timed.install { ["GET /a"] = function() return { data = { name = "a" } } end }
    synthflow = require "synthflow"
    client = synthflow.new { api_key = "key-0123456789" }
  end)
  after_each(function() fake.remove() end)

  local function get()
    return client:request { method = "GET", path = "/a" }
  end

  local function sleep(seconds)
    require("synthflow.hosts").sleep({ core = core }, seconds)
  end

  it("returns what each function returns, in their order", function()
    local results = synthflow.parallel {
      get, function() return 5 end, function() end, function() return false end,
    }
    assert.are.equal(4, #results)
    assert.are.same({ ok = true, value = { name = "a" } }, results[1])
    assert.are.same({ ok = true, value = 5 }, results[2])
    assert.are.same({ ok = true }, results[3])
    assert.are.same({ ok = true, value = false }, results[4])
    assert.are.same({}, synthflow.parallel {})
  end)

  it("returns the error of a function that fails, and the text and place of what it raises", function()
    local problem = setmetatable({}, { __tostring = function() return "the problem" end })
    local results = synthflow.parallel {
      function() return nil, problem end,
      function()
        get()
        error "boom" -- the line that is named
      end,
      function() error(problem) end,
      get,
    }
    assert.are.same({ false, true }, { results[1].ok, rawequal(results[1].err, problem) })
    assert.is_false(results[2].ok)
    assert.truthy(results[2].err:find "^%S*tasks_spec.lua:%d+: boom\nstack traceback:", results[2].err)
    assert.truthy(results[2].err:find("tasks_spec.lua:" .. results[2].err:match "lua:(%d+): boom", 20, true))
    assert.truthy(results[3].err:find("^the problem\nstack traceback:"))
    assert.is_true(results[4].ok)
  end)

  it("runs the others while one sleeps", function()
    local order = {}
    local function sleeper(seconds)
      return function()
        sleep(seconds)
        order[#order + 1] = seconds
      end
    end
    synthflow.parallel { sleeper(3), sleeper(1), sleeper(2), sleeper(0) }
    assert.are.same({ 0, 1, 2, 3 }, order)
    assert.are.equal(1003, core.now)
  end)

  it("lets groups in groups run beside each other", function()
    local function both(seconds)
      return function()
        local inner = synthflow.parallel { function() sleep(seconds) return get() end, get }
        return inner[1].value.name .. inner[2].value.name
      end
    end
    local results = synthflow.parallel { both(5), both(5), function() sleep(5) end }
    assert.are.same({ "aa", "aa" }, { results[1].value, results[2].value })
    assert.are.equal(1005, core.now)
    assert.are.equal(4, #core.sent)
  end)

  it("passes on what is yielded to somebody else", function()
    local wrapped = coroutine.wrap(function()
      return synthflow.parallel { function()
        local answer = coroutine.yield "a question"
        return answer .. get().name
      end }
    end)
    assert.are.equal("a question", wrapped())
    assert.are.equal("an a", wrapped("an ")[1].value)
  end)

  it("blocks in coroutines that a function makes for itself", function()
    local results = synthflow.parallel { function()
      local names = {}
      for name in coroutine.wrap(function() coroutine.yield(get().name) end) do
        names[#names + 1] = name
      end
      return #names
    end }
    assert.are.equal(1, results[1].value)
  end)

  it("sends what waits where nothing can yield only if it may block", function()
    local results = synthflow.parallel { function()
      local value, err
      local reached, raised = pcall(string.gsub, "x", "x", function() value, err = get() end)
      return { value = value, err = err, raised = not reached and raised }
    end }
    local found = results[1].value or results[1]
    assert.are.same({}, core.sent)
    local err = found.raised or found.err
    assert.truthy(tostring(err):find(rawget(coroutine, "isyieldable") and "cannot wait" or "yield"), err)
    results = synthflow.parallel { function()
      local value
      ("x"):gsub("x", function() value = client:request { method = "GET", path = "/a", blocking = true } end)
      return value
    end }
    assert.are.equal("a", results[1].value.name)
  end)

  it("tells hooks of a request that could not wait", function()
    if not rawget(coroutine, "isyieldable") then
      return -- there it raises
    end
    local told
    client = synthflow.new { api_key = "key-0123456789", on_response = function(event) told = event end }
    synthflow.parallel { function() ("x"):gsub("x", function() get() end) end }
    assert.are.equal("cannot_wait", told.error.kind)
    assert.are.equal("no", told.took_effect)
  end)

  it("raises what is no list of functions", function()
    local raised, text = pcall(function()
      local results = synthflow.parallel { get, 5 }
      return results
    end)
    assert.is_false(raised)
    assert.truthy(text:find "tasks_spec.lua:%d+: synthflow.parallel: function 2 must be a function", text)
    for _, wrong in ipairs { get, { a = get }, { get, [3] = get } } do
      raised, text = pcall(synthflow.parallel, wrong)
      assert.is_false(raised)
      assert.truthy(text:find("takes a list of functions", 1, true))
    end
  end)

  it("keeps nothing of what has ended", function()
    local kept = setmetatable({}, { __mode = "k" })
    synthflow.parallel { function()
      kept[coroutine.running()] = true
      get()
    end }
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(kept))
    assert.is_nil(next(require("synthflow.hosts").tasks))
  end)
end)
