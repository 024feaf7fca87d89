-- Making a call once: what is sent, and how a call is found of which nothing is known.

local fake = require "support.fake_core"
local timed = require "support.timed_core"

local AGENT, PHONE = "agent-1", "+4915112345678"
local MARK = ("0123456789abcdef"):rep(2)
local LOST = {
  outcome = "network", phase = "send", took_effect = "maybe", message = "the connection was lost",
}
local BAD_GATEWAY = { status = 502, took_effect = "maybe", body = "<html>" }

describe("calls:make_once", function()
  local core, calls, answers, listed, variables

  -- Milliseconds, so many seconds from now.
  local function at(seconds)
    return ("%.0f"):format((os.time() + seconds) * 1000)
  end

  local function list_answer()
    return {
      data = { status = "ok", response = { calls = listed, pagination = { total_records = #listed } } },
      headers = { date = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + (core.ahead or 0)) },
    }
  end

  -- A call that the platform knows, and the variables that it shows of it.
  local function there_is(id, record, shown)
    local whole = { call_id = id, model_id = AGENT, lead_phone_number = PHONE, start_time = at(0) }
    for name, value in pairs(record) do
      whole[name] = value or nil
    end
    listed[#listed + 1] = whole
    variables[id] = shown
    answers["GET /calls/" .. id] = function()
      return { data = { status = "ok", response = { calls = {
        { call_id = id, status = "ringing", prompt_variables = variables[id] },
      } } } }
    end
  end

  before_each(function()
    listed, variables = {}, {}
    answers = {
      ["POST /calls"] = function() return LOST end,
      ["GET /calls"] = list_answer,
    }
    core = timed.install(answers)
    calls = require("synthflow").new({ api_key = "key-0123456789" }).calls
  end)
  after_each(function() fake.remove() end)

  local function make_once(more, options)
    local arguments = { model_id = AGENT, phone = PHONE, name = "Ana" }
    for name, value in pairs(more or {}) do
      arguments[name] = value
    end
    return calls:make_once(arguments, options)
  end

  local function looks()
    return timed.times_of(core, "GET /calls")
  end

  local function posts()
    return #timed.times_of(core, "POST /calls")
  end

  describe("sends", function()
    before_each(function()
      answers["POST /calls"] = function()
        return { data = { status = "ok", response = { answer = "ok", call_id = "c-1" }, eta = 2 } }
      end
    end)

    it("one request with a mark, and looks for nothing when it is answered", function()
      local call, response = make_once({ prompt = "Be brief." }, { timeout = 5 })
      assert.are.same({ answer = "ok", call_id = "c-1", eta = 2 }, call)
      assert.is_nil(response.found)
      assert.are.same({
        method = "POST", path = "/calls", effect = "dials", paced = true, timeout = 5,
        body = {
          model_id = AGENT, phone = PHONE, name = "Ana", prompt = "Be brief.",
          custom_variables = { { key = "synthflow_mark", value = MARK } },
        },
      }, core.sent[1])
      assert.are.equal(1, #core.sent)
    end)

    it("the mark beside other variables in either form, and writes to none of them", function()
      local plain, list = { plan = "pro" }, { { key = "plan", value = "pro" } }
      for _, given in ipairs { plain, list } do
        make_once { custom_variables = given }
        assert.are.same({ { key = "plan", value = "pro" }, { key = "synthflow_mark", value = MARK } },
          core.sent[#core.sent].body.custom_variables)
      end
      assert.are.same({ plan = "pro" }, plain)
      assert.are.same({ { key = "plan", value = "pro" } }, list)
    end)

    it("nothing when the arguments are wrong", function()
      local function fault_of(...)
        local raised, text = pcall(make_once, ...)
        assert.is_false(raised)
        return (text:gsub("^%S+:%d+: ", ""))
      end
      assert.truthy(fault_of { custom_variables = "x" }:find("custom_variables must be a table", 1, true))
      assert.truthy(fault_of { phon = 1 }:find("did you mean phone?", 1, true))
      assert.are.equal("calls:make_once: look_for must be seconds above 0, not 0",
        fault_of({}, { look_for = 0 }))
      assert.are.equal("calls:make_once: unknown option 'look_fro' (did you mean look_for?)",
        fault_of({}, { look_fro = 1 }))
      for _, name in ipairs { "custom_variables", "model_id", "phone" } do
        assert.truthy(fault_of({}, { extra_body = { [name] = {} } }):find(
          "calls:make_once: " .. name .. " belongs into the first table", 1, true))
      end
      assert.are.equal("calls:make_once: the options must be a table, not 5", fault_of({}, 5))
      assert.truthy(select(2, pcall(calls.make_once, calls)):find("calls:make", 1, true))
      assert.are.same({}, core.sent)
    end)
  end)

  it("passes on an error that says that nothing was done", function()
    answers["POST /calls"] = function() return { status = 400, took_effect = "no", data = {} } end
    local call, err = make_once()
    assert.is_nil(call)
    assert.are.equal("invalid", err.kind)
    assert.is_nil(err.search)
    assert.are.equal(1, #core.sent)
  end)

  it("finds the call by its mark, at once", function()
    there_is("c-1", {}, { plan = "pro", synthflow_mark = MARK })
    for _, lost in ipairs {
      LOST, BAD_GATEWAY, { data = { status = "ok" } }, { data = { status = "failed" } },
    } do
      answers["POST /calls"] = function() return lost end
      local call, response = make_once()
      assert.are.equal("c-1", call.call_id)
      assert.are.equal("ringing", call.call_status)
      assert.are.equal("by_mark", response.found)
    end
    assert.are.same({}, core.pauses)
    assert.are.equal(4, posts())
  end)

  it("asks for the calls to this number, without a date: those in the queue may have none", function()
    there_is("c-1", { start_time = false }, { synthflow_mark = MARK })
    make_once { phone = "+49 (151) 12345678" }
    assert.are.same({ model_id = AGENT, lead_phone_number = PHONE, limit = 100 }, core.sent[2].query)
    core.sent[2] = nil
    make_once { phone = "0151 12345678" }
    assert.is_nil(core.sent[#core.sent - 1].query.lead_phone_number)
  end)

  it("reads the mark in a list of variables as well", function()
    there_is("c-1", {}, { { key = "synthflow_mark", value = MARK } })
    assert.are.equal("by_mark", select(2, make_once()).found)
  end)

  it("looks again until the call is listed", function()
    answers["GET /calls"] = function(_, count)
      if count == 4 then
        there_is("c-1", {}, { synthflow_mark = MARK })
      end
      return list_answer()
    end
    assert.are.equal("c-1", make_once().call_id)
    assert.are.same({ 0, 1, 3, 7 }, looks())
    assert.are.equal(1, posts())
  end)

  it("says how sure it is that there is none", function()
    local call, err = make_once()
    assert.is_nil(call)
    assert.are.equal("network maybe", err.kind .. " " .. err.took_effect)
    assert.are.equal("calls:make_once", err.operation)
    assert.are.same({ 0, 1, 3, 7, 15, 30, 45, 60 }, looks())
    assert.are.same({ looks = 8, failed = 0, seconds = 60, no_call = "likely" }, err.search)
    local text = tostring(err)
    assert.truthy(text:find("8 looks in 60 s found no such call: most likely it was not made", 1, true), text)
    assert.truthy(text:find("the connection was lost", 1, true), text)
    assert.falsy(text:find("look before you send it again", 1, true), text) -- which it has done
    assert.are.equal(1, posts())
  end)

  it("takes other times", function()
    make_once({}, { look_for = 2, first_pause = 0.5 })
    assert.are.same({ 0, 0.5, 1.5, 2 }, looks())
  end)

  it("is less sure when a success was answered, or the number may be listed in another form", function()
    local _, err = make_once { phone = "0151 12345678" }
    assert.are.equal("unknown", err.search.no_call)
    assert.truthy(err.hint:find("the number is not E.164", 1, true))
    answers["POST /calls"] = function() return { data = { status = "ok" } } end
    _, err = make_once()
    assert.are.equal("yes unknown", err.took_effect .. " " .. err.search.no_call)
    assert.truthy(err.hint:find("but success was answered: it may be listed later", 1, true))
  end)

  it("is not sure when looks have failed", function()
    answers["GET /calls"] = function(_, count) return count % 2 == 1 and BAD_GATEWAY or list_answer() end
    local _, err = make_once({}, { look_for = 3 })
    assert.are.same({ looks = 3, failed = 2, seconds = 3, no_call = "unknown" }, err.search)
    assert.truthy(err.hint:find(
      "1 look in 3 s found no such call, but 2 more looks failed (calls:list: ", 1, true), err.hint)
    answers["GET /calls"] = function() return BAD_GATEWAY end
    _, err = make_once({}, { look_for = 3 })
    assert.are.equal("unknown", err.search.no_call)
    assert.truthy(err.hint:find("looking for the call failed (calls:list: ", 1, true), err.hint)
  end)

  it("ends looking when that cannot succeed", function()
    answers["GET /calls"] = function() return { status = 403, took_effect = "no", data = {} } end
    local _, err = make_once()
    assert.are.equal("network", err.kind)
    assert.are.equal(1, err.search.looks)
    assert.are.same({}, core.pauses)
  end)

  it("leaves the error as it was to those who saw it before", function()
    local seen
    calls = require("synthflow").new({
      api_key = "key-0123456789", on_response = function(event) seen = seen or event.error end,
    }).calls
    local _, err = make_once({}, { look_for = 1 })
    assert.is_nil(seen.search)
    assert.falsy(seen.hint == err.hint)
  end)

  describe("does not take for its own", function()
    local function finds_none(expected)
      local call, err = make_once({}, { look_for = 7 })
      assert.is_nil(call)
      assert.are.equal(expected, err.search.no_call)
      return err
    end

    it("a call with another mark or with other variables", function()
      there_is("c-1", {}, { synthflow_mark = ("f"):rep(32) })
      there_is("c-2", {}, { plan = "pro" })
      local err = finds_none "likely"
      assert.truthy(err.hint:find("(but 2 calls to this number, with other variables)", 1, true), err.hint)
      assert.are.equal(1, #timed.times_of(core, "GET /calls/c-1"))
    end)

    it("a call from before, to another number, or from that number", function()
      there_is("c-1", { start_time = at(-10) }, {})
      there_is("c-2", { lead_phone_number = "+15550123" }, {})
      there_is("c-3", { type_of_call = "inbound" }, {})
      finds_none "likely"
      assert.are.equal(0, #timed.times_of(core, "GET /calls/c-1"))
    end)

    it("a call of which too little is known", function()
      there_is("c-1", { start_time = false }, {})
      there_is("c-2", { lead_phone_number = "+49151*****78" }, {})
      local err = finds_none "unknown"
      assert.truthy(err.hint:find("but 2 calls to this number of which", 1, true), err.hint)
    end)

    it("a call that is listed and cannot be read", function()
      there_is("c-1", {}, {})
      answers["GET /calls/c-1"] = function() return { status = 404, took_effect = "no", data = {} } end
      finds_none "unknown"
      answers["GET /calls/c-1"] = function() return BAD_GATEWAY end
      assert.are.equal(5, finds_none("unknown").search.failed + 1)
    end)
  end)

  describe("by number and time", function()
    it("takes a call that goes on showing no variables, and says so", function()
      for _, shown in ipairs { {}, { user_phone_number = PHONE, name = "Ana" }, false,
        { synthflow_mark = "[redacted]" } } do
        listed = {}
        there_is("c-1", { lead_phone_number = "015112345678" }, shown or nil)
        local call, response = make_once()
        assert.are.equal("c-1", call.call_id)
        assert.are.equal("by_phone_and_time", response.found)
      end
      assert.are.same({ 0, 1, 3 }, { (table.unpack or unpack)(looks(), 1, 3) }) -- luacheck: ignore 143 113
    end)

    it("prefers one with the mark, should that appear", function()
      there_is("c-1", {}, {})
      answers["GET /calls"] = function(_, count)
        if count == 2 then
          there_is("c-2", {}, { synthflow_mark = MARK })
        end
        return list_answer()
      end
      local call, response = make_once()
      assert.are.equal("c-2 by_mark", call.call_id .. " " .. response.found)
    end)

    it("waits for variables that are shown late", function()
      there_is("c-1", {}, {})
      answers["GET /calls"] = function(_, count)
        variables["c-1"] = count == 3 and { synthflow_mark = ("f"):rep(32) } or variables["c-1"]
        return list_answer()
      end
      assert.is_nil((make_once({}, { look_for = 7 })))
    end)

    it("takes the first one after the request", function()
      there_is("c-2", { start_time = at(3) }, {})
      there_is("c-1", { start_time = at(1) }, {})
      assert.are.equal("c-1", make_once().call_id)
    end)

    it("takes what was seen when the time is over", function()
      there_is("c-1", {}, {})
      local call, response = make_once({}, { look_for = 0.5 })
      assert.are.equal("c-1 by_phone_and_time", call.call_id .. " " .. response.found)
    end)

    it("goes by the platform's clock", function()
      for _, ahead in ipairs { 3600, -3600 } do
        core.ahead, listed = ahead, {}
        there_is("c-1", { start_time = at(ahead) }, {})
        there_is("c-2", { start_time = at(ahead - 60) }, {})
        assert.are.equal("c-1", make_once().call_id)
      end
    end)

    it("is generous where no answer tells what its clock shows", function()
      answers["GET /calls"] = function()
        local result = list_answer()
        result.headers = {}
        return result
      end
      there_is("c-1", { start_time = at(-200) }, {})
      there_is("c-2", { start_time = at(-400) }, {})
      assert.are.equal("c-1", make_once().call_id)
    end)
  end)

  it("reads on while a page holds young calls", function()
    local pages = {}
    for number = 1, 3 do
      pages[number] = {
        { call_id = "o-" .. number, lead_phone_number = "+1555000000" .. number, start_time = at(0) },
      }
    end
    there_is("c-1", {}, { synthflow_mark = MARK })
    pages[3] = listed
    pages[4] = { { call_id = "o-4", lead_phone_number = "+15550000004", start_time = at(-3600) } }
    answers["GET /calls"] = function(request)
      local result = list_answer()
      result.data.response = { calls = pages[(request.query.offset or 0) + 1] or {} }
      return result
    end
    assert.are.equal("c-1", make_once({ phone = "015112345678" }).call_id)
    assert.are.equal(4, #looks())
  end)
end)

describe("calls:make_once, through the core and the sandbox,", function()
  local sandbox, synthflow, client

  local function control(method, path, body)
    return synthflow.check(client:request {
      method = method, path = path, effect = "idempotent", body = body,
    })
  end

  -- The faults of each spec meet the making of a call.
  local function lose(fault)
    fault.method, fault.route = "POST", "/calls"
    control("POST", "/_sandbox/faults", fault)
  end

  local ARGUMENTS = { model_id = AGENT, phone = PHONE, name = "Ana", custom_variables = { plan = "pro" } }
  local QUICK = { look_for = 0.5, first_pause = 0.05 }

  local function posts()
    local count = 0
    for _, request in ipairs(control("GET", "/_sandbox/requests").requests) do
      count = count + (request.operation == "calls.make" and 1 or 0)
    end
    return count
  end

  setup(function()
    fake.remove()
    sandbox = require("synthflow.sandbox").start { call_seconds = 60 }
    synthflow = require "synthflow"
    client = synthflow.new { base_url = sandbox.base_url, api_key = sandbox.api_key }
  end)
  teardown(function() sandbox.stop() end)
  before_each(function() control("POST", "/_sandbox/reset") end)

  it("makes one", function()
    local call, response = client.calls:make_once(ARGUMENTS)
    assert.are.equal("ok", call.answer)
    assert.is_nil(response.found)
    local other = client.calls:make_once(ARGUMENTS)
    local function mark_of(made)
      return client.calls:get(made.call_id).prompt_variables.synthflow_mark
    end
    assert.truthy(mark_of(call):find "^%x+$")
    assert.are.equal(32, #mark_of(call))
    assert.falsy(mark_of(call) == mark_of(other))
  end)

  it("finds the call whose answer was lost, whichever way, and dials once", function()
    for count, fault in ipairs {
      { close = true, after = true }, { status = 502, body = "<html>", after = true },
      { status = 500, after = true }, { status = 200, body = "<html>", after = true },
      { status = 200, body = { status = "ok" }, after = true }, { status = 408, after = true },
    } do
      lose(fault)
      local call, response = client.calls:make_once(ARGUMENTS, QUICK)
      assert.are.equal("by_mark", response and response.found or tostring(response))
      assert.are.equal("pro", call.prompt_variables.plan)
      assert.are.equal(count, posts())
    end
  end)

  it("finds a call that is listed late", function()
    control("PATCH", "/_sandbox/calls", { listed_after = 0.3 })
    lose { close = true, after = true }
    local _, response = client.calls:make_once(ARGUMENTS, { look_for = 5, first_pause = 0.05 })
    assert.are.equal("by_mark", response.found)
    assert.are.equal(1, posts())
  end)

  it("says so when there is none, and does not take another one", function()
    client.calls:make(ARGUMENTS)
    client.calls:make_once(ARGUMENTS)
    lose { close = true }
    local call, err = client.calls:make_once(ARGUMENTS, QUICK)
    assert.is_nil(call)
    assert.are.equal("network maybe", err.kind .. " " .. err.took_effect)
    assert.are.equal("likely", err.search.no_call)
    assert.truthy(tostring(err):find("most likely it was not made", 1, true), tostring(err))
    assert.truthy(err.hint:find("2 calls to this number, with other variables", 1, true), err.hint)
    assert.are.equal(3, posts())
  end)

  it("finds a call whose variables are not shown", function()
    client.calls:make(ARGUMENTS)
    local before = client.calls:list({ model_id = AGENT })[1].call_id
    lose { close = true, after = true }
    local made
    local quick = synthflow.new {
      base_url = sandbox.base_url, api_key = sandbox.api_key, on_response = function(event)
        if event.operation == "calls:make" then
          made = client.calls:list({ model_id = AGENT })[1].call_id
          control("PATCH", "/_sandbox/calls/" .. made, { prompt_variables = synthflow.null })
        end
      end,
    }
    local call, response = quick.calls:make_once(ARGUMENTS, QUICK)
    assert.are.equal("by_phone_and_time", response.found)
    assert.are.equal(made, call.call_id)
    assert.falsy(made == before)
  end)

  it("goes by the sandbox's clock", function()
    for _, seconds in ipairs { 7200, -14400 } do
      control("POST", "/_sandbox/clock", { advance = seconds })
      lose { close = true, after = true }
      assert.are.equal("by_mark", select(2, client.calls:make_once(ARGUMENTS, QUICK)).found)
    end
  end)

  it("sends nothing, and looks for nothing, where nothing may be sent", function()
    local told = client.calls:make_once(ARGUMENTS, { dry_run = true, look_for = 1 })
    assert.truthy(told.body:find("synthflow_mark", 1, true))
    local careful = synthflow.new {
      base_url = sandbox.base_url, api_key = sandbox.api_key, allow_calls = false,
    }
    local call, err = careful.calls:make_once(ARGUMENTS)
    assert.is_nil(call)
    assert.are.equal("refused no", err.kind .. " " .. err.took_effect)
    assert.are.equal(0, control("GET", "/_sandbox/requests").received)
  end)

  it("survives lost looks", function()
    lose { close = true, after = true }
    control("POST", "/_sandbox/faults", { method = "GET", route = "/calls", status = 502 })
    control("POST", "/_sandbox/faults", { method = "GET", route = "/calls/{call_id}", close = true })
    assert.are.equal("by_mark", select(2, client.calls:make_once(ARGUMENTS,
      { look_for = 10, first_pause = 0.05 })).found)
    assert.are.equal(1, posts())
  end)
end)
