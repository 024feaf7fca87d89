-- Calls of the imitated platform, and its clock: no server, no waiting.

local dkjson = require "dkjson"
local app = require "synthflow.sandbox.app"
local clock = require "synthflow.sandbox.clock"

local AGENT, PHONE = "agent-1", "+4915112345678"
local START = 1700000000

local LIST_FIELDS = {
  "agent_phone_number", "agents_used", "assistant_version", "call_id", "call_status", "campaign_type",
  "collected_variables", "deployment_type", "duration", "end_call_reason", "error_message",
  "executed_actions", "judge_results", "labels", "lead_name", "lead_phone_number", "model_id", "name",
  "phone_number_from", "phone_number_to", "recording_duration", "recording_url", "start_time",
  "telephony_disconnect_reason", "telephony_duration", "telephony_end", "telephony_hangup",
  "telephony_start", "timezone", "transcript", "type_of_call",
}
local SINGLE_FIELDS = {
  "call_id", "campaign_type", "collected_variables", "custom_end_call_reason", "duration",
  "end_call_reason", "error_message", "executed_actions", "model_id", "name", "phone_number_from",
  "phone_number_to", "prompt_variables", "recording_url", "start_time", "status",
  "telephony_disconnect_reason", "telephony_duration", "telephony_end", "telephony_hangup",
  "telephony_ringing_duration", "telephony_start", "timezone", "transcript", "type_of_call",
}

local function names_of(record)
  local names = {}
  for name in pairs(record) do names[#names + 1] = name end
  table.sort(names)
  return names
end

describe("the sandbox's calls", function()
  local platform, source

  setup(function()
    source = clock.source
    clock.source = function() return START end
  end)
  teardown(function()
    clock.source = source
    clock.reset()
  end)
  before_each(function() platform = app.new { api_key = "k", call_seconds = 10 } end)

  local function send(method, target, body)
    local reply = platform:handle {
      method = method, target = target, headers = { authorization = "Bearer k" },
      body = body and dkjson.encode(body),
    }
    return reply.status, dkjson.decode(dkjson.encode(reply.body), 1, dkjson.null)
  end

  local function make(more)
    local body = { model_id = AGENT, phone = PHONE, name = "Ana" }
    for name, value in pairs(more or {}) do body[name] = value end
    local status, answer = send("POST", "/v2/calls", body)
    assert.are.equal(200, status)
    return answer.response.call_id, answer
  end

  local function list(query)
    local status, answer = send("GET", "/v2/calls?model_id=" .. AGENT .. (query or ""))
    assert.are.equal(200, status)
    return answer.response.calls, answer.response.pagination
  end

  local function get(call_id)
    local status, answer = send("GET", "/v2/calls/" .. call_id)
    assert.are.equal(200, status)
    return answer.response.calls[1]
  end

  local function refused(text, status, answer)
    assert.are.equal(400, status)
    assert.truthy(answer.detail.description:find(text, 1, true), answer.detail.description)
  end

  it("are made", function()
    local call_id, answer = make { from_phone_number = "+15550123" }
    assert.are.equal("success", answer.status)
    assert.are.equal("ok", answer.response.answer)
    assert.are.equal("number", type(answer.eta))
    assert.are.equal(36, #call_id)
    assert.are.equal("+15550123", get(call_id).phone_number_from)
  end)

  it("are refused without what they need", function()
    for _, name in ipairs { "model_id", "phone", "name" } do
      for _, nothing in ipairs { "", dkjson.null } do
        local body = { model_id = AGENT, phone = PHONE, name = "Ana" }
        body[name] = nothing
        refused(name .. " is required", send("POST", "/v2/calls", body))
      end
    end
    assert.are.equal(422, (send("POST", "/v2/calls", { model_id = 1, phone = PHONE, name = "Ana" })))
    for _, variables in ipairs { "x", { { key = "a" } }, { { key = "a", value = 1 } }, { 1 } } do
      local body = { model_id = AGENT, phone = PHONE, name = "Ana", custom_variables = variables }
      refused("custom_variables", send("POST", "/v2/calls", body))
    end
    assert.are.equal(0, #list())
  end)

  it("show the variables of either form, by themselves alone", function()
    local as_list = make { custom_variables = { { key = "plan", value = "pro" } } }
    assert.are.same({ plan = "pro" }, get(as_list).prompt_variables)
    assert.are.same({ plan = "pro" }, get(make { custom_variables = { plan = "pro" } }).prompt_variables)
    assert.are.same({}, get(make()).prompt_variables)
    assert.is_nil(list()[1].prompt_variables)
  end)

  it("go through their statuses", function()
    local call_id = make()
    for _, step in ipairs {
      { 0, "queue" }, { 1.5, "ringing" }, { 2, "in-progress" }, { 6, "in-progress" }, { 1, "completed" },
      { 1e6, "completed" },
    } do
      clock.advance(step[1])
      assert.are.equal(step[2], get(call_id).status)
      assert.are.equal(step[2], list()[1].call_status)
    end
  end)

  it("have a transcript and an end when they are over, not before", function()
    local call_id = make { greeting = "Good morning!" }
    clock.advance(5)
    local record = get(call_id)
    assert.are.equal("", record.transcript)
    assert.are.equal("", record.end_call_reason)
    assert.are.equal(dkjson.null, record.recording_url)
    clock.advance(5)
    record = get(call_id)
    assert.are.equal("\nbot: Good morning!\nhuman: Yes, this is Ana.\nbot: Goodbye.", record.transcript)
    assert.are.equal("agent_goodbye", record.end_call_reason)
    assert.are.equal(7, record.duration)
    assert.are.equal(7000, record.telephony_duration)
    assert.are.equal(3000, record.telephony_ringing_duration)
    assert.are.equal("2023-11-14T22:13:23", record.telephony_start)
    assert.truthy(record.recording_url:find("^https://"))
  end)

  it("end as their number says", function()
    for ending, expected in pairs {
      ["9901"] = "busy", ["9902"] = "no-answer", ["9903"] = "failed", ["9904"] = "canceled",
      ["9905"] = "user-canceled", ["9906"] = "hangup_on_voicemail", ["9907"] = "left_voicemail",
      ["9908"] = "spam", ["9909"] = "in-progress", ["1234"] = "completed",
    } do
      local call_id = make { phone = "+4915112" .. ending }
      clock.advance(100)
      assert.are.equal(expected, get(call_id).status)
    end
    local invalid = make { phone = "0151 123" }
    clock.advance(100)
    assert.are.equal("failed", get(invalid).status)
    assert.are.equal("Telephony - 400 - Invalid phone number", get(invalid).error_message)
  end)

  it("look different in the list and by themselves", function()
    local call_id = make()
    clock.advance(10)
    local listed, single = list()[1], get(call_id)
    assert.are.same(LIST_FIELDS, names_of(listed))
    assert.are.same(SINGLE_FIELDS, names_of(single))
    assert.are.equal("7", listed.duration)
    assert.are.equal("1700000000000", listed.start_time)
    assert.are.equal("1700000000000", single.start_time)
    assert.are.equal(7, single.duration)
    assert.are.equal("Ana", listed.lead_name)
    assert.are.equal("Ana", single.name)
  end)

  it("are listed newest first, of one agent", function()
    local first = make()
    local second = make()
    clock.advance(1)
    local third = make()
    make { model_id = "agent-2" }
    local calls, pagination = list()
    assert.are.same({ third, second, first }, { calls[1].call_id, calls[2].call_id, calls[3].call_id })
    assert.are.same({ total_records = 3, limit = 20, offset = 0 }, pagination)
    assert.are.equal(second, list("&limit=1&offset=1")[1].call_id)
    refused("model_id is required", send("GET", "/v2/calls"))
    for _, limit in ipairs { "0", "101" } do
      refused("Limit must be between 1 and 100.", send("GET", "/v2/calls?model_id=a&limit=" .. limit))
    end
  end)

  it("are found by number, time, status and duration", function()
    make()
    clock.advance(60)
    local other = make { phone = "+15550123" }
    clock.advance(5)
    local function found(query)
      local calls = list(query)
      return #calls == 1 and calls[1].call_id == other
    end
    assert.is_true(found "&lead_phone_number=%2B15550123")
    assert.is_true(found "&lead_phone_number=15550123")
    assert.is_true(found "&from_date=1700000060000")
    assert.is_true(found "&from_date=2023-11-14T22:14:20Z")
    assert.is_true(found "&from_date=2023-11-14T23:14:20%2B01:00")
    assert.is_true(found "&call_status=in-progress")
    assert.is_true(found "&duration_max=0")
    assert.are.equal(1, #list "&duration_min=7")
    assert.are.equal(2, #list "&from_date=2023-11-14")
    assert.are.equal(0, #list "&from_date=2023-11-15")
    -- exclusive
    assert.are.equal(1, #list "&to_date=1700000060000")
    assert.are.equal(2, #list "&to_date=1700000060001")
    refused("from_date", send("GET", "/v2/calls?model_id=a&from_date=soon"))
    refused("to_date", send("GET", "/v2/calls?model_id=a&to_date=soon"))
  end)

  it("are 404 when there is none", function()
    local status, answer = send("GET", "/v2/calls/1")
    assert.are.equal(404, status)
    assert.are.equal("Call not found.", answer.detail.description)
  end)

  describe("for tests", function()
    it("take any field that they have, and refuse others", function()
      local call_id = make()
      local path = "/_sandbox/calls/" .. call_id
      assert.are.equal(200, (send("PATCH", path, { status = "busy", prompt_variables = dkjson.null })))
      assert.are.equal("busy", get(call_id).status)
      assert.are.equal("busy", list()[1].call_status)
      assert.are.equal(dkjson.null, get(call_id).prompt_variables)
      refused("Unknown fields: colour, shape", send("PATCH", path, { shape = 1, colour = 2 }))
      assert.are.equal(404, (send("PATCH", "/_sandbox/calls/1", { status = "busy" })))
      send("PATCH", path, { hidden = true })
      assert.are.equal(404, (send("GET", "/v2/calls/" .. call_id)))
      assert.are.equal(0, #list())
    end)

    it("appear late", function()
      send("PATCH", "/_sandbox/calls", { listed_after = 2 })
      local call_id = make()
      assert.are.equal(0, #list())
      assert.are.equal(404, (send("GET", "/v2/calls/" .. call_id)))
      clock.advance(2)
      assert.are.equal(1, #list())
      get(call_id)
    end)

    it("go faster, until the reset", function()
      send("PATCH", "/_sandbox/calls", { call_seconds = 1 })
      local call_id = make()
      clock.advance(1)
      assert.are.equal("completed", get(call_id).status)
      refused("Unknown fields: speed", send("PATCH", "/_sandbox/calls", { speed = 1 }))
      send("POST", "/_sandbox/reset")
      call_id = make()
      clock.advance(1)
      assert.are.equal("ringing", get(call_id).status)
    end)
  end)

  it("share a clock that can be put forward and back, until the reset", function()
    local _, answer = send("POST", "/_sandbox/clock", { advance = 3600.5 })
    assert.are.equal("2023-11-14T23:13:20.500000+00:00", answer.now)
    assert.are.equal(START + 3600.5, clock.now())
    send("POST", "/_sandbox/clock", { advance = -7200 })
    assert.are.equal(START - 3599.5, clock.now())
    send("POST", "/_sandbox/reset")
    assert.are.equal(START, clock.now())
    assert.are.equal(422, (send("POST", "/_sandbox/clock", {})))
    refused("Unknown fields: back", send("POST", "/_sandbox/clock", { advance = 1, back = 1 }))
  end)
end)

describe("the sandbox's clock reads", function()
  it("dates and times", function()
    for text, moment in pairs {
      ["1970-01-01"] = 0, ["2000-02-29"] = 951782400, ["2023-11-14T22:13:20"] = START,
      ["2023-11-14T22:13:20Z"] = START, ["2023-11-14T22:13:20.5+00:00"] = START + 0.5,
      ["2023-11-14 17:13:20-0500"] = START,
    } do
      assert.are.equal(moment, clock.parse(text))
    end
  end)

  it("nothing else", function()
    for _, text in ipairs { "", "soon", "2023-11", "2023-11-14T", "2023-11-14T22:13:20 somewhere" } do
      assert.is_nil(clock.parse(text))
    end
  end)
end)
