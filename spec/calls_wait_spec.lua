-- Waiting for the end of a call: when it looks, what it survives, and its deadline.

local fake = require "support.fake_core"
local timed = require "support.timed_core"

local ROUTE = "GET /calls/c-1"

local function with_status(status)
  return { data = { status = "ok", response = { calls = { { call_id = "c-1", status = status } } } } }
end

local NOT_FOUND = { status = 404, took_effect = "no", data = { detail = { description = "None." } } }

describe("calls:wait", function()
  local core, calls, answers

  before_each(function()
    answers = {}
    core = timed.install(answers)
    calls = require("synthflow").new({ api_key = "key-0123456789" }).calls
  end)
  after_each(function() fake.remove() end)

  local function answer(...)
    answers[ROUTE] = timed.in_turn(...)
  end

  local function times()
    return timed.times_of(core, ROUTE)
  end

  local function fault_of(action)
    local raised, text = pcall(action)
    assert.is_false(raised)
    return (text:gsub("^%S+:%d+: ", ""))
  end

  it("returns the record of a call that has ended, at once", function()
    for _, status in ipairs {
      "completed", "no-answer", "busy", "failed", "canceled", "user-canceled", "hangup_on_voicemail",
      "left_voicemail", "spam", "no_answer", "Completed", "hangup-on-voicemail",
    } do
      answer(with_status(status))
      local record, response = calls:wait "c-1"
      assert.are.equal(status, record.status)
      assert.are.equal(status, record.call_status)
      assert.are.equal(200, response.status)
    end
    assert.are.same({}, core.pauses)
  end)

  it("looks after pauses that grow from 1 second by half to 15", function()
    answer(with_status "in-progress")
    local record, err = calls:wait("c-1", { timeout = 100 })
    assert.is_nil(record)
    assert.are.equal("timeout", err.kind)
    local expected, at, pause = {}, 0, 1
    while at < 100 do
      expected[#expected + 1] = at
      at, pause = at + pause, math.min(pause * 1.5, 15)
    end
    assert.are.same(expected, times())
    assert.are.equal(1100, core.now)
  end)

  it("takes other pauses", function()
    answer(with_status "ringing")
    calls:wait("c-1", { timeout = 4, first_pause = 0.5, longest_pause = 1 })
    assert.are.same({ 0, 0.5, 1.25, 2.25, 3.25 }, times())
  end)

  it("goes on through everything that is no end", function()
    answer(with_status "queue", with_status "pending", with_status "ringing", with_status "in-progress",
      with_status "paused", with_status "registered", with_status "something new", with_status(nil),
      with_status "completed")
    assert.are.equal("completed", calls:wait("c-1").status)
    assert.are.equal(9, #times())
  end)

  it("tells of each change", function()
    answer(with_status "ringing", with_status "ringing", with_status "in-progress", with_status "completed")
    local seen = {}
    calls:wait("c-1", { on_status = function(record) seen[#seen + 1] = record.status end })
    assert.are.same({ "ringing", "in-progress", "completed" }, seen)
  end)

  it("lets what on_status raises through", function()
    answer(with_status "ringing")
    local raised, text = pcall(function()
      return (calls:wait("c-1", { on_status = function() error("enough", 0) end }))
    end)
    assert.is_false(raised)
    assert.are.equal("enough", text)
  end)

  it("survives failures that pass", function()
    answer(
      { outcome = "network", took_effect = "maybe", message = "" },
      { outcome = "timeout", took_effect = "maybe", message = "" },
      { status = 502, took_effect = "maybe", body = "<html>" },
      { status = 500, took_effect = "maybe", data = {} },
      { status = 429, took_effect = "no", data = {} }, with_status "completed")
    assert.are.equal("completed", calls:wait("c-1").status)
  end)

  it("waits as long as the platform asks to", function()
    answer({
      status = 429, took_effect = "no", data = {}, headers = { ["retry-after"] = "20" }, retry_after = 20,
    }, with_status "completed")
    calls:wait "c-1"
    assert.are.same({ 0, 20 }, times())
  end)

  it("gives a call half a minute to be there", function()
    answer(NOT_FOUND, NOT_FOUND, with_status "completed")
    assert.are.equal("completed", calls:wait("c-1").status)
    answer(NOT_FOUND)
    core.now = 1000
    local record, err = calls:wait "c-1"
    assert.is_nil(record)
    assert.are.equal("not_found", err.kind)
    assert.truthy(core.now >= 1030 and core.now < 1050)
    core.now = 1000
    calls:wait("c-1", { appears_within = 0.1 })
    assert.are.equal(1001, core.now)
  end)

  it("ends when a call that was there is gone", function()
    answer(with_status "ringing", NOT_FOUND)
    assert.are.equal("not_found", select(2, calls:wait "c-1").kind)
    assert.are.equal(2, #times())
  end)

  it("ends with what does not pass", function()
    for _, result in ipairs {
      { status = 401, took_effect = "no", data = {} }, { status = 403, took_effect = "no", data = {} },
      { status = 400, took_effect = "no", data = {} },
      { outcome = "closed", took_effect = "no", message = "" },
      { outcome = "cancelled", took_effect = "no", message = "" },
    } do
      answer(result)
      local record, err = calls:wait "c-1"
      assert.is_nil(record)
      assert.truthy(({ auth = 1, permission = 1, invalid = 1, closed = 1, cancelled = 1 })[err.kind])
    end
    assert.are.same({}, core.pauses)
  end)

  it("says at its deadline what was seen last", function()
    answer(with_status "in-progress", { status = 502, took_effect = "maybe", data = {} })
    local record, err = calls:wait("c-1", { timeout = 2 })
    assert.is_nil(record)
    assert.are.equal("timeout", err.kind)
    assert.are.equal("no", err.took_effect)
    assert.are.equal("in-progress", err.call.status)
    assert.are.equal("server", err.last_error.kind)
    local text = tostring(err)
    assert.truthy(text:find("calls:wait: the call has not ended in 2 s", 1, true), text)
    assert.truthy(text:find("its status is in-progress", 1, true), text)
    assert.truthy(text:find("the last look failed: calls:get", 1, true), text)
    assert.falsy(text:find("\n", 1, true))
  end)

  it("says so when nothing was seen", function()
    answer { outcome = "network", took_effect = "no", message = "" }
    local _, err = calls:wait("c-1", { timeout = 1 })
    assert.is_nil(err.call)
    assert.truthy(err.hint:find("nothing was seen of it", 1, true))
  end)

  it("waits for an hour when it is not told for how long, and lets no request outlast it", function()
    answer(with_status "in-progress")
    calls:wait "c-1"
    assert.are.equal(4600, core.now)
    for index, at in ipairs(times()) do
      local left = 3600 - at
      assert.are.equal(left < 30 and left or nil, core.sent[index].timeout)
    end
  end)

  it("says what is wrong with its arguments", function()
    local text = fault_of(function()
      calls:wait("c-1", { timeout = 0, on_statu = print, first_pause = "x" })
    end)
    assert.are.equal("calls:wait: first_pause must be a number, not \"x\"; timeout must be seconds above 0, "
      .. "not 0; unknown option 'on_statu' (did you mean on_status?)", text)
    assert.are.equal("calls:wait: on_status must be a function",
      fault_of(function() calls:wait("c-1", { on_status = 1 }) end))
    for _, id in ipairs { false, true, { timeout = 5 } } do
      assert.are.equal("calls:wait: call_id is required: calls:wait(call_id, { timeout = 900 })",
        fault_of(function() calls:wait(id or nil) end))
    end
    assert.truthy(fault_of(function() calls:wait("c-1", { dry_run = true }) end)
      :find("unknown option 'dry_run'", 1, true))
    assert.are.same({}, core.sent)
  end)
end)

describe("calls:wait, through the core and the sandbox,", function()
  local sandbox, synthflow, client

  local function control(method, path, body)
    return synthflow.check(client:request {
      method = method, path = path, effect = "idempotent", body = body,
    })
  end

  local function make(phone)
    return synthflow.check(client.calls:make {
      model_id = "agent-1", phone = phone or "+4915112345678", name = "Ana",
    }).call_id
  end

  local QUICK = { timeout = 10, first_pause = 0.02, longest_pause = 0.05 }

  local function quick(more)
    local options = {}
    for _, source in ipairs { QUICK, more or {} } do
      for name, value in pairs(source) do
        options[name] = value
      end
    end
    return options
  end

  setup(function()
    fake.remove()
    sandbox = require("synthflow.sandbox").start { call_seconds = 0.4 }
    synthflow = require "synthflow"
    client = synthflow.new { base_url = sandbox.base_url, api_key = sandbox.api_key }
  end)
  teardown(function() sandbox.stop() end)
  before_each(function() control("POST", "/_sandbox/reset") end)

  it("sees a call from the queue to its end", function()
    local seen = {}
    control("PATCH", "/_sandbox/calls", { call_seconds = 60 })
    local record = client.calls:wait(make(), quick {
      on_status = function(call)
        seen[#seen + 1] = call.status
        if #seen == 1 then control("POST", "/_sandbox/clock", { advance = 60 }) end
      end,
    })
    assert.are.equal("completed", record.status)
    assert.are.equal("completed", seen[#seen])
    assert.truthy(#seen >= 2)
    assert.truthy(record.transcript:find("bot: ", 1, true))
  end)

  it("sees other ends", function()
    assert.are.equal("busy", client.calls:wait(make "+49151129901", quick()).status)
    assert.are.equal("left_voicemail", client.calls:wait(make "+49151129907", quick()).status)
  end)

  it("survives a 502, a lost connection, and a call that is not there yet", function()
    control("PATCH", "/_sandbox/calls", { listed_after = 0.2 })
    local call_id = make()
    control("POST", "/_sandbox/faults",
      { method = "GET", route = "/calls/{call_id}", status = 502, body = "<html>Bad Gateway</html>" })
    control("POST", "/_sandbox/faults", { method = "GET", route = "/calls/{call_id}", close = true })
    assert.are.equal("completed", client.calls:wait(call_id, quick()).status)
    assert.are.same({}, control("GET", "/_sandbox/faults").faults)
  end)

  it("ends at its deadline, with the call as it was", function()
    local clock = require("synthflow.core").clock
    local call_id = make "+49151129909"
    control("POST", "/_sandbox/clock", { advance = 0.3 })
    local before = clock()
    local record, err = client.calls:wait(call_id, quick { timeout = 0.6 })
    local took = clock() - before
    assert.is_nil(record)
    assert.are.equal("timeout", err.kind)
    assert.are.equal("in-progress", err.call.status)
    assert.truthy(took >= 0.6 and took < 5, tostring(took))
  end)

  it("does not outlast its deadline while an answer is late", function()
    local clock = require("synthflow.core").clock
    local call_id = make()
    control("POST", "/_sandbox/faults", { method = "GET", route = "/calls/{call_id}", delay = 2, times = 9 })
    local before = clock()
    assert.are.equal("timeout", select(2, client.calls:wait(call_id, quick { timeout = 0.3 })).kind)
    assert.truthy(clock() - before < 1.8)
  end)
end)
