-- Calls: each field and each request, the one shape of their records, and what time has to do with them. Then
-- the whole way through core and sandbox.

local fake = require "support.fake_core"

local AGENT, PHONE = "agent-1", "+4915112345678"

local MAKE_FIELDS = {
  model_id = AGENT, phone = PHONE, name = "Ana", from_phone_number = "+15550100",
  lead_email = "ana@example.com", lead_timezone = "Europe/Berlin", prompt = "Be brief.", greeting = "Hello!",
  external_webhook_url = "https://example.com/hook",
}

-- As the platform sends them: numbers as text, and the two shapes.
local function listed(more)
  local record = {
    call_id = "c-1", model_id = AGENT, call_status = "completed", lead_name = "Ana", name = "Ana",
    lead_phone_number = PHONE, duration = "25", start_time = "1776876567837", telephony_duration = 25013,
    transcript = "\nbot: Hello!", judge_results = { goal = "true" },
  }
  for name, value in pairs(more or {}) do
    record[name] = value
  end
  return record
end

local function single()
  return {
    call_id = "c-1", model_id = AGENT, status = "completed", name = "Ana", duration = 25,
    start_time = "1776876567837", telephony_duration = "25013.5", telephony_ringing_duration = "4000",
    prompt_variables = { plan = "pro" }, end_call_reason = "agent_goodbye",
  }
end

describe("calls", function()
  local core, calls

  before_each(function()
    core = fake.install()
    core.answers = {
      { data = { status = "success", response = { answer = "ok", call_id = "c-1" }, eta = 2 } },
    }
    calls = require("synthflow").new({ api_key = "key-0123456789" }).calls
  end)
  after_each(function() fake.remove() end)

  local function sent()
    return core.sent[#core.sent]
  end

  local function faults(action)
    local raised, text = pcall(action)
    assert.is_false(raised)
    return (text:gsub("^%S+:%d+: ", ""))
  end

  local function make(more)
    local arguments = { model_id = AGENT, phone = PHONE, name = "Ana" }
    for name, value in pairs(more or {}) do
      arguments[name] = value
    end
    return calls:make(arguments)
  end

  describe("make", function()
    it("sends every field, as something that rings a phone and waits for its turn", function()
      calls:make(MAKE_FIELDS)
      assert.are.same({
        method = "POST", path = "/calls", effect = "dials", paced = true, body = MAKE_FIELDS,
      }, sent())
    end)

    it("returns the call with what stands beside it", function()
      assert.are.same({ answer = "ok", call_id = "c-1", eta = 2 }, (make()))
    end)

    it("takes an answer without a call_id for none", function()
      for _, data in ipairs { { status = "ok" }, { status = "ok", response = { answer = "ok" } } } do
        core.answers = { { data = data } }
        local call, err = make()
        assert.is_nil(call)
        assert.are.equal("decode yes", err.kind .. " " .. err.took_effect)
        assert.are.equal("the answer has no `call_id`", err.message)
        assert.truthy(err.hint:find("do not send it again", 1, true))
      end
    end)

    it("sends variables as the list that the platform wants", function()
      make { custom_variables = { plan = "pro", visits = 3, member = true, balance = 1.5 } }
      assert.are.same({
        { key = "balance", value = "1.5" }, { key = "member", value = "true" },
        { key = "plan", value = "pro" }, { key = "visits", value = "3" },
      }, sent().body.custom_variables)
      assert.are.equal(core.list_metatable, getmetatable(sent().body.custom_variables))
    end)

    it("takes that list as it is", function()
      local variables = { { key = "plan", value = "pro" }, { key = "visits", value = 3 } }
      make { custom_variables = variables }
      assert.are.same({ { key = "plan", value = "pro" }, { key = "visits", value = "3" } },
        sent().body.custom_variables)
      assert.are.equal(3, variables[2].value)
    end)

    it("sends no variables as an empty list", function()
      make { custom_variables = {} }
      assert.are.same({}, sent().body.custom_variables)
      assert.are.equal(core.list_metatable, getmetatable(sent().body.custom_variables))
    end)

    it("says what is wrong with variables", function()
      local function fault(variables)
        return (faults(function() make { custom_variables = variables } end):gsub("^calls:make: ", ""))
      end
      local form = "custom_variables must be a table of names and values, "
        .. "or a list of { key =, value = }, not "
      local item = "custom_variables[1] must be a table { key = name, value = text }, not "
      assert.are.equal(form .. '"x"', fault "x")
      assert.are.equal(form .. "a table", fault { "x", name = "y" })
      assert.are.equal(item .. '"x"', fault { "x" })
      assert.are.equal(item .. "a table", fault { { key = "x" } })
      assert.are.equal("custom_variables.deep must be text, not a table", fault { deep = {} })
      assert.are.equal("custom_variables.none cannot be null: leave it out instead",
        fault { none = core.null })
      assert.are.equal("custom_variables[1].value must be text, not a function",
        fault { { key = "x", value = print } })
    end)

    it("needs agent, phone and name", function()
      assert.are.equal("calls:make: model_id is required; name is required; phone is required",
        faults(function() calls:make {} end))
    end)

    it("says what may be wrong when the platform refuses", function()
      core.answers = { { status = 400, took_effect = "no", data = {} } }
      assert.falsy(select(2, make()).hint:find("from_phone_number", 1, true))
      local _, err = make { from_phone_number = "+1" }
      assert.truthy(err.hint:find("from_phone_number must be", 1, true))
      core.answers = { { status = 429, took_effect = "no", data = {} } }
      assert.truthy(select(2, make()).hint:find("calls_per_second", 1, true))
    end)
  end)

  describe("list", function()
    before_each(function()
      core.answers = { { data = { status = "ok", response = {
        calls = { listed(), listed { call_id = "c-2", name = false } }, pagination = { total_records = 2 },
      } } } }
    end)

    it("sends every filter", function()
      local query = {
        model_id = AGENT, limit = 5, offset = 10, from_date = 1732546200000, to_date = 1732546300000,
        call_status = "no-answer", duration_min = 1, duration_max = 60, lead_phone_number = PHONE,
      }
      calls:list(query)
      assert.are.same({ method = "GET", path = "/calls", effect = "read", query = query }, sent())
      assert.are.equal("calls:list: model_id is required", faults(function() calls:list {} end))
    end)

    it("takes dates as the platform does, and as os.time gives them", function()
      for given, expected in pairs {
        [1732546200] = 1732546200000, [1732546200.5] = 1732546200500, [1e11 - 1] = (1e11 - 1) * 1000,
        [1e11] = 1e11, [1732546200000] = 1732546200000, [0] = 0, ["1732546200"] = 1732546200000,
        ["2024-11-25"] = "2024-11-25", ["2024-11-25T14:50:00Z"] = "2024-11-25T14:50:00Z",
      } do
        calls:list { model_id = AGENT, from_date = given }
        assert.are.equal(expected, sent().query.from_date)
        assert.falsy(tostring(sent().query.from_date):find("%.%d*5"))
      end
      assert.truthy(faults(function() calls:list { model_id = AGENT, from_date = {} } end):find(
        "from_date must be a date as text, or a number of seconds or milliseconds, not a table", 1, true))
      assert.truthy(faults(function() calls:list { model_id = AGENT, to_date = 1 / 0 } end))
    end)

    it("has numbers for texts, and both names of what has two", function()
      local page, response = calls:list { model_id = AGENT }
      local record = page[1]
      assert.are.equal("25 1776876567837 25013", ("%.0f %.0f %.0f"):format(record.duration, record.start_time,
        record.telephony_duration))
      for _, name in ipairs { "duration", "start_time", "telephony_duration" } do
        assert.are.equal("number", type(record[name]))
        if math.type then -- luacheck: ignore 143
          assert.are.equal("integer", math.type(record[name])) -- luacheck: ignore 143
        end
      end
      assert.are.equal("completed", record.status)
      assert.are.equal("completed", record.call_status)
      assert.are.equal("Ana", record.name)
      assert.are.equal("Ana", record.lead_name)
      assert.are.same({ goal = "true" }, record.judge_results)
      assert.are.equal(2, page.total)
      assert.are.same(listed(), response.envelope.response.calls[1])
    end)

    it("leaves alone what is no number", function()
      core.answers = { { data = { response = { calls = { {
        duration = "", start_time = "2025-10-27T10:59:46+01:00", telephony_duration = "0x10", name = "A",
      } } } } } }
      local record = calls:list({ model_id = AGENT })[1]
      assert.are.equal("", record.duration)
      assert.are.equal("2025-10-27T10:59:46+01:00", record.start_time)
      assert.are.equal("0x10", record.telephony_duration)
      assert.are.equal("A", record.lead_name)
      assert.is_nil(record.status)
    end)
  end)

  it("each fixes its end when it is made", function()
    core.answers = { { data = { response = { calls = { listed() }, pagination = { total_records = 2 } } } } }
    local before = os.time()
    local it = calls:each { model_id = AGENT }
    local after = os.time()
    it()
    local fixed = sent().query.to_date
    assert.truthy(fixed >= (before + 1) * 1000 and fixed <= (after + 1) * 1000)
    core.answers[1].data.response.calls = { listed { call_id = "c-2" } }
    it()
    assert.are.same({ model_id = AGENT, limit = 100, offset = 1, to_date = fixed }, sent().query)
    it = calls:each { model_id = AGENT, to_date = "2024-11-25" }
    it()
    assert.are.equal("2024-11-25", sent().query.to_date)
    calls:list { model_id = AGENT }
    assert.is_nil(sent().query.to_date)
  end)

  describe("get", function()
    it("takes the only record, in the same shape", function()
      core.answers = { { data = { status = "ok", response = { calls = { single() }, pagination = {} } } } }
      local record, response = calls:get "c-1"
      assert.are.same({ method = "GET", path = "/calls/c-1", effect = "read" }, sent())
      assert.are.equal("completed", record.call_status)
      assert.are.equal("Ana", record.lead_name)
      assert.are.equal("1776876567837", ("%.0f"):format(record.start_time))
      assert.are.equal(25013.5, record.telephony_duration)
      assert.are.equal(4000, record.telephony_ringing_duration)
      assert.are.same({ plan = "pro" }, record.prompt_variables)
      assert.are.same(single(), response.envelope.response.calls[1])
    end)

    it("takes an empty list for not_found", function()
      core.answers = {
        { data = { status = "ok", response = { calls = {}, pagination = {} } } },
        { status = 404, took_effect = "no", data = { detail = { description = "None." } } },
      }
      for _ = 1, 2 do
        local record, err = calls:get "c-1"
        assert.is_nil(record)
        assert.are.equal("not_found no", err.kind .. " " .. err.took_effect)
      end
    end)
  end)

  describe("find_recent", function()
    it("asks by agent, number and time, and takes all pages", function()
      core.answers = {
        { data = { response = { calls = { listed() }, pagination = { total_records = 2 } } } },
        { data = { response = { calls = { listed { call_id = "c-2" } } } } },
        { data = { response = { calls = {} } } },
      }
      local found, response = calls:find_recent {
        model_id = AGENT, phone = "+49 151 / 12345678", since = 1732546200,
      }
      assert.are.same({
        model_id = AGENT, lead_phone_number = PHONE, from_date = 1732546200000, limit = 100,
      }, core.sent[1].query)
      assert.are.equal(2, #found)
      assert.are.equal("completed", found[2].status)
      assert.are.equal(200, response.status)
    end)

    it("leaves out what does not match, should the platform not have understood", function()
      core.answers = { { data = { response = { calls = {
        listed(), listed { lead_phone_number = "+15550100" }, listed { start_time = "1700000000000" },
        listed { lead_phone_number = "+49151*****78" },
      } } } }, { data = { response = { calls = {} } } } }
      core.answers[3], core.answers[4] = core.answers[1], core.answers[2]
      for _, since in ipairs { 1732546200, "2024-11-25T14:50:00Z" } do
        assert.are.equal(2, #calls:find_recent { model_id = AGENT, phone = PHONE, since = since })
      end
      assert.are.equal('calls:find_recent: since must be a date as ISO 8601 text, or a number of seconds or '
        .. 'milliseconds, not "yesterday"',
        faults(function() calls:find_recent { model_id = AGENT, phone = PHONE, since = "yesterday" } end))
    end)

    it("may find nothing, and passes on errors", function()
      core.answers = { { data = { response = { calls = {}, pagination = { total_records = 0 } } } } }
      assert.are.same({}, (calls:find_recent { model_id = AGENT, phone = PHONE, since = "2024-11-25" }))
      core.answers = { { status = 500, took_effect = "maybe", data = {} } }
      local found, err = calls:find_recent { model_id = AGENT, phone = PHONE, since = 0 }
      assert.is_nil(found)
      assert.are.equal("server", err.kind)
      local failure = core.answers[1]
      core.answers = { failure, failure, { data = { response = { calls = { listed() } } } }, failure }
      found, err = calls:find_recent { model_id = AGENT, phone = PHONE, since = 0 }
      assert.is_nil(found)
      assert.are.equal("server", err.kind)
    end)

    it("says what is wrong with its arguments", function()
      assert.are.equal("calls:find_recent: the options must be a table, not 5",
        faults(function() calls:find_recent({ model_id = AGENT, phone = PHONE, since = 0 }, 5) end))
      assert.are.equal("calls:find_recent: phone is required; since is required; unknown parameter 'model' "
        .. "(did you mean model_id?)",
        faults(function() calls:find_recent { model_id = AGENT, model = 1 } end))
      assert.are.equal("calls:find_recent: takes a table of named values",
        faults(function() calls:find_recent(AGENT) end))
      assert.are.equal("client.calls.find_recent: write it with a colon, client.calls:find_recent",
        faults(function() calls.find_recent { model_id = AGENT } end))
    end)
  end)

  it("know all their methods", function()
    assert.are.equal("client.calls: unknown method 'dial' (known: download_recording, each, find_recent, "
      .. "get, list, make, make_once, media_base_url, prepare_inbound, start_media, wait; "
      .. "client:help() lists them)",
      faults(function() calls:dial {} end))
    assert.are.equal(calls.wait, calls.wait)
  end)
end)

describe("calls, through the core and the sandbox,", function()
  local sandbox, synthflow, client

  local function control(method, path, body)
    return synthflow.check(client:request {
      method = method, path = path, effect = "idempotent", body = body,
    })
  end

  setup(function()
    fake.remove()
    sandbox = require("synthflow.sandbox").start { call_seconds = 60 }
    synthflow = require "synthflow"
    client = synthflow.new { base_url = sandbox.base_url, api_key = sandbox.api_key }
  end)
  teardown(function() sandbox.stop() end)
  before_each(function() control("POST", "/_sandbox/reset") end)

  local function make(more)
    local arguments = { model_id = AGENT, phone = PHONE, name = "Ana" }
    for name, value in pairs(more or {}) do
      arguments[name] = value
    end
    return synthflow.check(client.calls:make(arguments))
  end

  it("are made, with everything that can be said of them", function()
    local fields = { custom_variables = { plan = "pro", visits = 3 } }
    for name, value in pairs(MAKE_FIELDS) do
      fields[name] = value
    end
    local call, response = make(fields)
    assert.are.equal("ok", call.answer)
    assert.are.equal(2, call.eta)
    assert.are.equal(call.call_id, response.envelope.response.call_id)
    local requests = control("GET", "/_sandbox/requests").requests
    local body = requests[#requests].body
    assert.are.same({ { key = "plan", value = "pro" }, { key = "visits", value = "3" } },
      body.custom_variables)
    for name, value in pairs(MAKE_FIELDS) do
      assert.are.equal(value, body[name])
    end
    assert.are.same({ plan = "pro", visits = "3" }, client.calls:get(call.call_id).prompt_variables)
  end)

  it("look the same in the list and by themselves", function()
    local call_id = make().call_id
    control("POST", "/_sandbox/clock", { advance = 60 })
    local one, other = client.calls:get(call_id), client.calls:list({ model_id = AGENT })[1]
    local only = {
      judge_results = true, labels = true, agents_used = true, agent_phone_number = true,
      lead_phone_number = true, prompt_variables = true, telephony_ringing_duration = true,
    }
    for _, record in ipairs { one, other } do
      for name in pairs(record) do
        if not only[name] then
          assert.are.same(one[name], other[name], name)
        end
      end
    end
    assert.are.equal("completed", other.status)
    assert.are.equal(42, other.duration)
    assert.are.equal("number", type(other.start_time))
  end)

  it("come one by one, and none twice, while new ones are made", function()
    local made = {}
    for _ = 1, 5 do
      made[make().call_id] = true
    end
    local seen, count = {}, 0
    local it = client.calls:each { model_id = AGENT, limit = 2 }
    for call in it do
      assert.is_true(made[call.call_id])
      assert.is_nil(seen[call.call_id])
      seen[call.call_id], count = true, count + 1
      if count == 2 then
        control("POST", "/_sandbox/clock", { advance = 2 })
        make()
        make()
      end
    end
    assert.are.equal(5, count)
    assert.are.equal(7, client.calls:list({ model_id = AGENT }).total)
  end)

  it("are found by number and time", function()
    local first = make().call_id
    make { phone = "+15550123" }
    control("POST", "/_sandbox/clock", { advance = 100 })
    local second = make().call_id
    local function found(since)
      local ids = {}
      for index, call in ipairs(synthflow.check(client.calls:find_recent {
        model_id = AGENT, phone = PHONE, since = since,
      })) do
        ids[index] = call.call_id
      end
      return ids
    end
    assert.are.same({ second, first }, found(os.time() - 10))
    assert.are.same({ second }, found(os.time() + 50))
    assert.are.same({}, found "2099-01-01")
  end)

  it("that are none are not found", function()
    local _, err = client.calls:get "nobody"
    assert.are.equal("not_found", err.kind)
    assert.truthy(err.hint:find("one just made may take a moment", 1, true))
    _, err = client.calls:list { model_id = AGENT, limit = 500 }
    assert.are.equal("Limit must be between 1 and 100.", err.message)
  end)
end)
