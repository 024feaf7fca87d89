-- blocking = true: what asks more than once blocks all the way, also in its pauses.

local fake = require "support.fake_core"
local timed = require "support.timed_core"

local NUMBER = "+33782990580"

describe("with blocking = true, in a place that cannot yield,", function()
  local core, client, answers

  before_each(function()
    answers = {}
    core = timed.install(answers)
    client = require("synthflow").new { api_key = "key-0123456789", workspace_id = "w-1" }
  end)
  after_each(function() fake.remove() end)

  -- What fn returns below string.gsub, which no Lua can yield across, in a task, which would yield.
  local function below_gsub(fn)
    local result = require("synthflow").parallel { function()
      local returned
      ("x"):gsub("x", function() returned = { fn() } end)
      return returned
    end }[1]
    assert.is_true(result.ok, tostring(result.err))
    return result.value[1], result.value[2]
  end

  local function answer(route, ...)
    answers[route] = timed.in_turn(...)
  end

  local function with_status(status)
    return { data = { status = "ok", response = { calls = { { call_id = "c-1", status = status } } } } }
  end

  local LOST = { outcome = "network", phase = "receive", took_effect = "maybe", message = "lost" }

  it("calls:wait waits", function()
    answer("GET /calls/c-1", with_status "ringing", with_status "in-progress", with_status "completed")
    local record = below_gsub(function() return client.calls:wait("c-1", { blocking = true }) end)
    assert.are.equal("completed", record.status)
    assert.are.same({ 1, 1.5 }, core.pauses)
  end)

  it("calls:make_once looks for a call of which nothing is known", function()
    answer("POST /calls", LOST)
    answer("GET /calls", { data = { status = "ok", response = { calls = {} } } })
    local call, err = below_gsub(function()
      return client.calls:make_once({ model_id = "a-1", phone = NUMBER, name = "Ana" },
        { blocking = "yes", look_for = 7 })
    end)
    assert.is_nil(call)
    assert.are.same({ 4, "likely" }, { err.search.looks, err.search.no_call })
    assert.are.same({ 1, 2, 4 }, core.pauses)
  end)

  it("phone_numbers:import_all looks for what was lost", function()
    answer("POST /custom-numbers", LOST)
    answer("GET /numbers/33782990580", { status = 404, took_effect = "no", data = { detail = "none" } })
    local rows = { { phone_number = NUMBER, termination_uri = "sip.example.com" } }
    local outcomes = below_gsub(function()
      return client.phone_numbers:import_all(rows, { blocking = true })
    end)
    assert.are.equal("failed", outcomes[1].outcome)
    assert.truthy(outcomes[1].err.hint:find("it was looked up and is not there", 1, true))
    assert.are.same({ 1, 2 }, core.pauses)
  end)
end)
