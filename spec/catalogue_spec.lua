-- One example of each hard shape of the platform, in the words of the catalogue: how it is written, which
-- request it makes, what is refused, and what comes out of an answer. New operations are best written by
-- looking for their shape here.

local answer = require "synthflow.answer"
local check = require "synthflow.check"
local schema = require "synthflow.schema"
local values = require "synthflow.values"

local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates, dials = schema.read, schema.idempotent, schema.creates, schema.dials
local string, integer, number, boolean = schema.string, schema.integer, schema.number, schema.boolean
local any, secret, slug, open_enum = schema.any, schema.secret, schema.slug, schema.open_enum
local list, map, object = schema.list, schema.map, schema.object
local required, nullable = schema.required, schema.nullable
local wrapped, wrapped_list, single, page = schema.wrapped, schema.wrapped_list, schema.single, schema.page
local bare, nothing, hint = schema.bare, schema.nothing, schema.hint
local date, variables, record = schema.date, schema.variables, schema.record

local NULL, LIST = io.stdout, {}

local context = {
  null = NULL, list_metatable = LIST, defaults = { workspace_id = "workspace-1" },
  core = { random = function() return "0123456789abcdef0123456789abcdef" end },
}

-- The operation, with what every description needs and most examples are not about.
local function operation(description)
  description.summary = "An example."
  description.effect = description.effect or creates
  description.returns = description.returns or wrapped
  return schema.resource "things" { act = description }.operations.act
end

local function request_of(described, ...)
  local call = check.arguments(described, context, ...)
  assert.are.same({}, call.faults)
  return call.request, call
end

local function faults_of(described, ...)
  return check.arguments(described, context, ...).faults
end

local function unwrap(described, envelope)
  return answer.read(described.returns, { status = 200, data = envelope, body = envelope and "{...}" or "" })
end

describe("the words of the catalogue can say", function()
  describe("that a field is required with some value of another", function()
    local import = operation(POST "/custom-numbers" {
      body = {
        phone_number = string "E.164":required_unless { provider_name = "8x8" },
        provider_name = open_enum { "custom", "8x8" } "where it comes from",
      },
    })
    local add = operation(POST "/knowledge_base/{id}/sources" {
      path = { id = string "knowledge base" },
      body = {
        type = open_enum { "pdf", "web", "text" } "kind of source",
        url = string "where it is":required_if { type = { "pdf", "web" } },
        content = string "the text itself":required_if { type = "text" },
      },
    })

    it("unless", function()
      assert.are.same({ provider_name = "8x8" }, request_of(import, { provider_name = "8x8" }).body)
      assert.are.same({ 'phone_number is required unless provider_name is "8x8"' }, faults_of(import, {}))
      assert.are.same({ 'phone_number is required unless provider_name is "8x8"' },
        faults_of(import, { provider_name = "custom" }))
    end)

    it("if", function()
      assert.are.same({ type = "web", url = "https://example.com" },
        request_of(add, "kb", { type = "web", url = "https://example.com" }).body)
      assert.are.same({ 'url is required when type is "pdf" or "web"' },
        faults_of(add, "kb", { type = "pdf" }))
      assert.are.same({ 'content is required when type is "text"' }, faults_of(add, "kb", { type = "text" }))
      assert.are.same({}, faults_of(add, "kb", { name = nil }))
    end)
  end)

  describe("that exactly one of several keys is given", function()
    local create = operation(POST "/actions" {
      body = object {
        REAL_TIME_BOOKING = object {
          timezone = required(string "IANA name"),
          CALCOM = object { event_id = required(string "event") } "cal.com",
          GHL = object { calendar_id = required(string "calendar") } "GoHighLevel",
        } "books appointments":exactly_one { "CALCOM", "GHL" },
        INFORMATION_EXTRACTOR = object {
          YES_NO = object { identifier = required(string "name") } "a question",
          OPEN_QUESTION = object { identifier = required(string "name") } "any text",
        } "asks":exactly_one { "YES_NO", "OPEN_QUESTION" },
        LIVE_TRANSFER = object {
          transfer_mode = required(open_enum { "cold_transfer", "warm_transfer" } "how"),
          phone = string "one number",
          phone_book_id = string "numbers to choose from",
          queue_id = string "a queue of a contact centre",
        } "hands the call over":exactly_one { "phone", "phone_book_id", "queue_id" },
      }:exactly_one { "REAL_TIME_BOOKING", "INFORMATION_EXTRACTOR", "LIVE_TRANSFER" },
    })

    it("at the top", function()
      assert.are.same({ LIVE_TRANSFER = { transfer_mode = "cold_transfer", phone = "+15550100" } },
        request_of(create, { LIVE_TRANSFER = { transfer_mode = "cold_transfer", phone = "+15550100" } }).body)
      assert.are.same(
        { "give exactly one of REAL_TIME_BOOKING, INFORMATION_EXTRACTOR, LIVE_TRANSFER (given: none)" },
        faults_of(create, {}))
    end)

    it("nested, in each of its forms", function()
      for _, form in ipairs { "phone", "phone_book_id", "queue_id" } do
        request_of(create, { LIVE_TRANSFER = { transfer_mode = "cold_transfer", [form] = "x" } })
      end
      assert.are.same(
        { "LIVE_TRANSFER: give exactly one of phone, phone_book_id, queue_id (given: phone, queue_id)" },
        faults_of(create, { LIVE_TRANSFER = { transfer_mode = "cold_transfer", phone = "x", queue_id = 5 } }))
      assert.are.same({ "REAL_TIME_BOOKING: give exactly one of CALCOM, GHL (given: none)" },
        faults_of(create, { REAL_TIME_BOOKING = { timezone = "Europe/Berlin" } }))
      assert.are.same({ "REAL_TIME_BOOKING.CALCOM.event_id is required" },
        faults_of(create, { REAL_TIME_BOOKING = { timezone = "Europe/Berlin", CALCOM = {} } }))
    end)
  end)

  it("that null is a value, and not the same as nothing", function()
    local update = operation(PUT "/subaccounts/{subaccount_id}" {
      path = { subaccount_id = string "workspace" },
      body = { max_agents = nullable(integer "null: no limit"), name = string "shown" },
    })
    assert.are.same({ max_agents = NULL }, request_of(update, "s", { max_agents = NULL }).body)
    assert.are.same({}, request_of(update, "s", {}).body)
    assert.are.same({ "name cannot be null: leave it out instead" }, faults_of(update, "s", { name = NULL }))
  end)

  it("that names are free, and an empty map differs from none", function()
    local set = operation(POST "/workspaces/{workspace_id}/mcp-config" {
      path = { workspace_id = required(string "workspace"):from_client "workspace_id" },
      body = {
        servers = required(list(object {
          mcp_url = required(string "https"),
          headers = nullable(map(secret "value") "sent along"),
        }) "all of them"),
        arguments = map(any) "of the tool",
      },
    })
    local servers = {
      { mcp_url = "https://a" }, { mcp_url = "https://b", headers = {} },
      { mcp_url = "https://c", headers = { Authorization = "Bearer x" } },
      { mcp_url = "https://d", headers = NULL },
    }
    local arguments = { deep = { 1, { a = true } } }
    local request, call = request_of(set, { servers = servers, arguments = arguments })
    assert.are.same(servers, request.body.servers)
    assert.are.same(arguments, request.body.arguments)
    assert.is_nil(getmetatable(request.body.servers[2].headers))
    assert.are.same({ "Bearer x" }, call.secrets)
    assert.are.same({ "servers[1].headers must be a table of names and values, not a table" },
      faults_of(set, { servers = { { mcp_url = "https://a", headers = { "x" } } } }))
  end)

  it("that a list may be empty", function()
    local update = operation(PUT "/assistants/{model_id}" {
      path = { model_id = string "agent" },
      body = { actions = list(string "id") "replaces all that are attached" },
    })
    local request = request_of(update, "a", { actions = {} })
    assert.are.equal(LIST, getmetatable(request.body.actions))
    assert.are.same({ "actions must be a list, not a table" },
      faults_of(update, "a", { actions = { a = 1 } }))
    assert.are.same({ "actions must be a list, not a table" },
      faults_of(update, "a", { actions = { [1] = "x", [3] = "y" } }))
  end)

  it("that whole numbers have known values", function()
    local tune = operation(PUT "/assistants/{model_id}" {
      path = { model_id = string "agent" },
      body = {
        latency = open_enum { 0, 1, 2, 3, 4 } "0 is slowest",
        words = open_enum { "0", "1" } "as text",
      },
    })
    assert.are.same({ latency = 3, words = "1" }, request_of(tune, "a", { latency = "3", words = 1 }).body)
    local _, call = request_of(tune, "a", { latency = 9 })
    assert.are.same({ { name = "latency", value = 9, known = { 0, 1, 2, 3, 4 } } }, call.unknown_values)
    assert.are.same({ 'latency must be a whole number, not "fast"' },
      faults_of(tune, "a", { latency = "fast" }))
  end)

  it("that known values are too many to be looked through before there is an error", function()
    local create = operation(POST "/assistants" {
      body = { timezone = schema.open_enum_in "synthflow.time_zones" "IANA name" },
    })
    package.loaded["synthflow.time_zones"] = nil
    local request, call = request_of(create, { timezone = "Berlin" })
    assert.are.same({ timezone = "Berlin" }, request.body)
    assert.are.same({ { name = "timezone", value = "Berlin", known_in = "synthflow.time_zones" } },
      call.unknown_values)
    assert.is_nil(package.loaded["synthflow.time_zones"])
    assert.are.same({ "timezone must be text, not a table" }, faults_of(create, { timezone = {} }))
  end)

  it("a query on a POST without a body", function()
    local execute = operation(POST "/simulation_suites/{suite_id}/execute" {
      path = { suite_id = string "suite" },
      query = { target_agent_id = required(string "agent"), max_turns = integer "10 to 50" },
      returns = bare,
    })
    assert.are.same({
      method = "POST", path = "/simulation_suites/s-1/execute", effect = "creates",
      query = { target_agent_id = "a", max_turns = 20 },
    }, request_of(execute, "s-1", { target_agent_id = "a", max_turns = "20" }))
  end)

  it("a POST without anything", function()
    local attach = operation(POST "/memory_stores/{memory_store_id}/contacts/{contact_id}/attach" {
      path = { contact_id = string "contact", memory_store_id = string "store" },
      effect = idempotent,
      returns = nothing,
    })
    assert.are.same({ method = "POST", path = "/memory_stores/s/contacts/c/attach", effect = "idempotent" },
      request_of(attach, "s", "c"))
    assert.are.same({}, request_of(operation(POST "/x" { body = { name = string "x" } }), nil).body)
  end)

  it("that free values are sent as a list of key and value", function()
    local make = operation(POST "/calls" { body = { custom_variables = variables "for the prompt" } })
    local request = request_of(make, { custom_variables = { plan = "pro", age = 7 } })
    assert.are.same({ { key = "age", value = "7" }, { key = "plan", value = "pro" } },
      request.body.custom_variables)
    assert.are.equal(LIST, getmetatable(request.body.custom_variables))
    assert.are.same(request.body, request_of(make, request.body).body)
  end)

  it("the same with values that are secret", function()
    local create = operation(POST "/actions" { body = { headers = schema.secret_variables "sent along" } })
    local request, call = request_of(create, { headers = { Authorization = "Bearer x" } })
    assert.are.same({ { key = "Authorization", value = "Bearer x" } }, request.body.headers)
    assert.are.same({ "Bearer x" }, call.secrets)
    assert.are.same(call.secrets, select(2, request_of(create, request.body)).secrets)
  end)

  it("that free values are sent as an object, which may be given in both ways", function()
    local start = operation(POST "/simulations" {
      body = { custom_variables = schema.variable_map "for the prompt" },
    })
    local sent = { custom_variables = { plan = "pro", age = "7", member = "true", deep = { a = 1 } } }
    local given = { custom_variables = { plan = "pro", age = 7, member = true, deep = { a = 1 } } }
    assert.are.same(sent, request_of(start, given).body)
    assert.are.same({ custom_variables = { plan = "pro", age = "7" } }, request_of(start, {
      custom_variables = { { key = "plan", value = "pro" }, { key = "age", value = 7 } },
    }).body)
    assert.are.same({ custom_variables = {} }, request_of(start, { custom_variables = {} }).body)
    assert.are.same({ "custom_variables[1] must be a table { key = name, value = text }, not \"pro\"" },
      faults_of(start, { custom_variables = { "pro" } }))
  end)

  it("that a value is a moment, always as text, or always in milliseconds", function()
    local act = operation(POST "/x" {
      body = { start_date = schema.iso_date "beginning", trigger_timestamp = schema.timestamp "when" },
    })
    local function sent(name, value)
      return request_of(act, { [name] = value }).body[name]
    end
    for given, text in pairs {
      [1732546200] = "2024-11-25T14:50:00Z", [1732546200500] = "2024-11-25T14:50:00.500Z",
      ["1732546200"] = "2024-11-25T14:50:00Z", ["2024-11-25"] = "2024-11-25T00:00:00Z",
      ["2024-11-25T14:50:00+01:00"] = "2024-11-25T14:50:00+01:00", yesterday = "yesterday",
    } do
      assert.are.equal(text, sent("start_date", given))
    end
    for given, milliseconds in pairs {
      [1732546200] = 1732546200000, [1732546200500] = 1732546200500, ["1732546200"] = 1732546200000,
      ["2024-11-25T15:50:00+01:00"] = 1732546200000,
    } do
      assert.are.equal(milliseconds, sent("trigger_timestamp", given))
    end
    assert.are.same({ "trigger_timestamp must be a date as ISO 8601 text, or a number of seconds or "
      .. 'milliseconds, not "soon"' }, faults_of(act, { trigger_timestamp = "soon" }))
  end)

  it("that a value is a moment, in milliseconds or as text", function()
    local calls = operation(GET "/calls" { query = { from_date = date "beginning" }, effect = read })
    assert.are.same({ from_date = 1732546200000 }, request_of(calls, { from_date = 1732546200 }).query)
    assert.are.same({ from_date = 1732546200000 }, request_of(calls, { from_date = 1732546200000 }).query)
    assert.are.same({ from_date = "2024-11-25" }, request_of(calls, { from_date = "2024-11-25" }).query)
  end)

  it("that an iterator keeps out what comes after its start", function()
    local calls = schema.resource "calls" {
      list = GET "/calls" {
        summary = "Lists.", effect = read, returns = page "calls",
        query = { to_date = date("end"):now_in_iterator() },
      },
    }.operations
    assert.is_nil(request_of(calls.list).query)
    local before = os.time()
    local fixed = request_of(calls.each).query.to_date
    assert.truthy(fixed > before * 1000 and fixed <= (os.time() + 1) * 1000)
    assert.are.same({ to_date = 5000 }, request_of(calls.each, { to_date = 5 }).query)
  end)

  it("that a request is a call attempt, which waits for its turn", function()
    local make = operation(POST "/calls" { effect = dials, paced = true, body = {} })
    assert.is_true(request_of(make).paced)
    assert.is_nil(request_of(operation(POST "/x" { body = {} })).paced)
  end)

  it("a query that repeats its key", function()
    local suites = operation(GET "/simulation_suites" {
      query = { model_ids = list(string "agent") "only of these" }, effect = read, returns = page "items",
    })
    assert.are.same({ model_ids = { "a", "b" } }, request_of(suites, { model_ids = { "a", "b" } }).query)
  end)

  describe("that the client fills a field", function()
    local workspace = required(string "workspace"):from_client "workspace_id"

    it("in the body", function()
      local import = operation(POST "/custom-numbers" { body = { workspace_id = workspace } })
      assert.are.same({ workspace_id = "workspace-1" }, request_of(import).body)
      assert.are.same({ workspace_id = "other" }, request_of(import, { workspace_id = "other" }).body)
    end)

    it("in the query, under another name", function()
      local voices = operation(GET "/voices" { query = { workspace = workspace }, returns = page "voices" })
      assert.are.same({ workspace = "workspace-1" }, request_of(voices).query)
    end)

    it("in the path, so that it is no leading argument", function()
      local get = operation(GET "/workspaces/{id}/logs/{webhook_log_id}" {
        path = { id = workspace, webhook_log_id = string "log" }, effect = read, returns = bare,
      })
      assert.are.equal("/workspaces/workspace-1/logs/l", request_of(get, "l").path)
      assert.are.equal("/workspaces/other/logs/l", request_of(get, "l", { id = "other" }).path)
      assert.are.same({ 'id cannot be ".."' }, faults_of(get, "l", { id = ".." }))
    end)

    it("and that it must come from somewhere", function()
      local get = operation(GET "/workspaces/{workspace_id}/x" { path = { workspace_id = workspace } })
      local call = check.arguments(get, { null = NULL, defaults = {} })
      assert.are.same({ "workspace_id is required: give it here, or workspace_id to synthflow.new, or set "
        .. "SYNTHFLOW_WORKSPACE_ID" }, call.faults)
    end)
  end)

  it("that an id is made up when it is not given, and that errors have it", function()
    local create = operation(POST "/chat/{chat_id}" {
      path = { chat_id = string "a UUID":generated() }, body = { model_id = required(string "agent") },
    })
    assert.are.same({}, create.leading)
    local request, call = request_of(create, { model_id = "a" })
    assert.are.equal("/chat/01234567-89ab-4def-8123-456789abcdef", request.path)
    assert.are.same({ model_id = "a" }, request.body)
    assert.are.same({ chat_id = "01234567-89ab-4def-8123-456789abcdef" }, call.error_fields)
    request, call = request_of(create, { model_id = "a", chat_id = "mine" })
    assert.are.equal("/chat/mine", request.path)
    assert.are.same({ chat_id = "mine" }, call.error_fields)
    assert.are.same({ 'chat_id cannot be ""' }, faults_of(create, { model_id = "a", chat_id = "" }))
  end)

  it("that two lists may not share a value", function()
    local permission = list(open_enum { "inbound", "chat" } "feature")
    local create = operation(POST "/subaccounts" {
      body = {
        grant_permissions = permission "to give":disjoint_from "revoke_permissions",
        revoke_permissions = permission "to take",
      },
    })
    request_of(create, { grant_permissions = { "inbound" }, revoke_permissions = { "chat" } })
    request_of(create, { grant_permissions = { "inbound" } })
    assert.are.same({ 'grant_permissions and revoke_permissions both hold "chat"' },
      faults_of(create, { grant_permissions = { "inbound", "chat" }, revoke_permissions = { "chat" } }))
  end)

  it("that a field has two names", function()
    local update = operation(PUT "/numbers/{slug}" {
      path = { slug = slug "number" },
      body = { sip_term_uri = string "SIP domain":alias "termination_uri" },
    })
    assert.are.same({ sip_term_uri = "a" }, request_of(update, "1", { termination_uri = "a" }).body)
    assert.are.same({ sip_term_uri = "a" }, request_of(update, "1", { sip_term_uri = "a" }).body)
    assert.are.same({ sip_term_uri = "a" },
      request_of(update, "1", { sip_term_uri = "a", termination_uri = "a" }).body)
    assert.are.same({ "sip_term_uri and termination_uri are two names of one value, and differ" },
      faults_of(update, "1", { sip_term_uri = "a", termination_uri = "b" }))
  end)

  it("a time limit of its own", function()
    local invoke = operation(POST "/mcp-tools/invoke" { body = {}, timeout = 60, returns = bare })
    assert.are.equal(60, request_of(invoke).timeout)
    assert.are.equal(2, request_of(invoke, {}, { timeout = 2 }).timeout)
  end)

  it("a time limit of its own for each attempt", function()
    local export = operation(GET "/analytics/" { effect = read, attempt_timeout = 30, returns = bare })
    assert.are.equal(30, request_of(export).attempt_timeout)
    assert.are.equal(2, request_of(export, {}, { attempt_timeout = 2 }).attempt_timeout)
  end)

  it("what an error takes out of the answer to a failure", function()
    local start = operation(POST "/calls/media" { body = {}, error_fields = { "callId" }, returns = bare })
    assert.are.same({ "callId" }, start.error_fields)
  end)

  it("what a status means, and with which arguments", function()
    local start = operation(POST "/calls/outbound-test-ws-media" {
      effect = dials,
      body = { modelId = required(string "agent"), wsMediaServerName = string "node" },
      means = {
        [400] = { hint "name the node" :when { wsMediaServerName = schema.absent }, hint "check the agent" },
        [503] = hint "not enabled for this workspace" :took_effect "no",
      },
      returns = bare,
    })
    assert.are.equal("no", start.means[503].effect_taken)
    assert.are.equal(503, request_of(start, { modelId = "m" }).refusal)
    assert.is_true(values.hold(start.means[400][1].when_all, request_of(start, { modelId = "m" }).body))
    assert.is_false(values.hold(start.means[400][1].when_all,
      request_of(start, { modelId = "m", wsMediaServerName = "n" }).body))
  end)

  it("which values are secret, in requests and answers, also nested", function()
    local create = operation(POST "/subaccounts" {
      body = {
        twilio_auth_token = secret "token",
        custom_auth = object { location = string "header", value = secret "token" } "for the call",
        headers = list(object { key = string "name", value = secret "value" }) "sent along",
      },
      answer_secrets = { "api_key", "sign_in_link" },
    })
    local _, call = request_of(create, {
      twilio_auth_token = "t-1",
      custom_auth = { location = "header", value = "t-2" },
      headers = { { key = "a", value = "t-3" } },
    })
    table.sort(call.secrets)
    assert.are.same({ "t-1", "t-2", "t-3" }, call.secrets)
    assert.are.same({ "api_key", "sign_in_link" }, create.answer_secrets)
    assert.are.same({ "twilio_auth_token must be text, not a boolean" },
      faults_of(create, { twilio_auth_token = true }))
  end)

  describe("how the answer is wrapped:", function()
    it("in an envelope, with what stands beside it", function()
      local make = operation(POST "/calls" { returns = wrapped })
      assert.are.same({ call_id = "c", answer = "ok", eta = 2 },
        unwrap(make, { status = "success", response = { call_id = "c", answer = "ok" }, eta = 2 }))
    end)

    it("once more", function()
      local create = operation(POST "/simulation_cases" { returns = wrapped "simulation_case" })
      assert.are.same({ name = "x" },
        unwrap(create, { status = "ok", response = { simulation_case = { name = "x" } } }))
    end)

    it("a list in the response", function()
      local by_agent = operation(GET "/simulation_cases/by_agent" { returns = wrapped_list })
      assert.are.same({ { id = 1 }, { id = 2 } },
        unwrap(by_agent, { status = "ok", response = { { id = 1 }, { id = 2 } } }))
      local subaccounts = operation(GET "/subaccounts/" { returns = wrapped_list "subaccounts" })
      assert.are.same({ { id = 1 } },
        unwrap(subaccounts, { status = "ok", response = { subaccounts = { { id = 1 } } } }))
    end)

    it("the only record of a list", function()
      local get = operation(GET "/calls/{id}" { path = { id = string "call" }, returns = single "calls" })
      assert.are.same({ id = 1 },
        unwrap(get, { status = "ok", response = { calls = { { id = 1 } }, pagination = {} } }))
      local none, problem = unwrap(get, { status = "ok", response = { calls = {} } })
      assert.is_nil(none)
      assert.are.equal("not_found", problem.kind)
    end)

    it("records in one shape, whatever the answer", function()
      local call = record { twins = { { "status", "call_status" } }, numbers = { "duration" } }
      local get = operation(GET "/calls/{id}" {
        path = { id = string "call" }, returns = single "calls":of(call),
      })
      local calls = operation(GET "/calls" { returns = page "calls":of(call) })
      local sent = { { call_status = "busy", duration = "25" }, { status = "busy", duration = 25 } }
      local expected = { status = "busy", call_status = "busy", duration = 25 }
      assert.are.same({ expected, expected }, unwrap(calls, { status = "ok", response = { calls = sent } }))
      assert.are.same(expected, unwrap(get, { status = "ok", response = { calls = sent } }))
      assert.are.same({ call_status = "busy", duration = "25" }, sent[1])
    end)

    it("with a field without which it is none", function()
      local make = operation(POST "/calls" { returns = wrapped:holding "call_id" })
      assert.are.same({ call_id = "c" }, unwrap(make, { status = "ok", response = { call_id = "c" } }))
      local data, problem = unwrap(make, { status = "ok", response = { answer = "ok" } })
      assert.is_nil(data)
      assert.are.same({ kind = "decode", message = "the answer has no `call_id`" }, problem)
    end)

    it("a page", function()
      local numbers = operation(GET "/numbers" { returns = page "phone_numbers" })
      local response = { phone_numbers = { { number = "+1" } }, pagination = { total_records = 1 } }
      assert.are.same({ { number = "+1" } }, unwrap(numbers, { status = "ok", response = response }))
    end)

    it("a page, in each way of moving, which its iterator shares", function()
      local things = schema.resource "things" {
        by_offset = GET "/a" { summary = "A.", effect = read, returns = page "items", each = "each_offset" },
        by_number = GET "/b" {
          summary = "B.", effect = read, returns = schema.numbered_page "items", each = "each_number",
        },
        by_cursor = GET "/c" {
          summary = "C.", effect = read, returns = schema.cursor_page "items", each = "each_cursor",
        },
        unknown = GET "/d" {
          summary = "D.", effect = read, returns = schema.guessed_page "items", each = "each_unknown",
        },
      }.operations
      for name, style in pairs {
        by_offset = "offset", by_number = "number", by_cursor = "cursor", unknown = "guess",
        each_offset = "offset", each_number = "number", each_cursor = "cursor", each_unknown = "guess",
      } do
        local _, call = request_of(things[name])
        assert.are.equal(style, call.paging.style)
        assert.are.same({ { id = 1 } }, unwrap(things[name], { response = { items = { { id = 1 } } } }))
      end
      local _, call = request_of(things.each_number, { max = 7, position = "page_number=3&skip=17" })
      assert.are.equal(7, call.paging.max)
      assert.are.equal("page_number=3&skip=17", call.paging.position)
      assert.are.same({ "position must be what `position` of an iterator of the same method was" },
        faults_of(things.each_number, { position = "offset=3" }))
    end)

    it("a record that must be there, when it is read", function()
      local get = operation(GET "/contacts/{id}" { path = { id = string "contact" }, returns = wrapped })
      assert.are.same({ id = 1 }, unwrap(get, { status = "ok", response = { id = 1 } }))
      assert.are.same({ id = 1 }, unwrap(get, { status = "ok", response = { { id = 1 } } }))
      for _, envelope in ipairs { { status = "ok", response = {} }, { status = "ok" } } do
        local none, problem = unwrap(get, envelope)
        assert.is_nil(none)
        assert.are.equal("not_found", problem.kind)
      end
      local attach = operation(POST "/x" { returns = wrapped })
      assert.are.same({}, unwrap(attach, { status = "ok", response = {} }))
    end)

    it("lines of JSON, as text", function()
      local generate = operation(POST "/simulation_cases/generate" { body = {}, returns = schema.lines })
      local text = '{"a":1}\n{"a":2}\n'
      assert.are.equal(text, answer.read(generate.returns,
        { status = 200, body = text, decode_error = "two values" }))
      local none, problem = answer.read(generate.returns,
        { status = 200, body = "{...}", data = { status = "error" } })
      assert.is_nil(none)
      assert.are.equal("server", problem.kind)
    end)

    it("not at all", function()
      local get = operation(GET "/numbers/1" { returns = bare })
      assert.are.same({ slug = "1", status = "failed" }, unwrap(get, { slug = "1", status = "failed" }))
    end)

    it("an empty 200", function()
      local delete = operation(DELETE "/phonebooks/{phone_book_id}/entries/{entry_id}" {
        path = { phone_book_id = string "book", entry_id = string "entry" }, returns = nothing,
      })
      assert.is_true(unwrap(delete, nil))
      assert.is_true(unwrap(delete, { status = "ok" }))
    end)
  end)

  it("numbers and truth as nginx and Kamailio hand them over", function()
    local tune = operation(POST "/x" {
      body = {
        speed = number "factor", on = boolean "whether", count = integer "how many", id = string "id",
      },
    })
    assert.are.same({ speed = 1.5, on = true, count = 20, id = "491511234567890" },
      request_of(tune, { speed = "1.5", on = "true", count = "20", id = 491511234567890 }).body)
    assert.are.same({ on = false }, request_of(tune, { on = "False" }).body)
  end)
end)
