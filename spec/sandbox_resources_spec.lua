-- What the sandbox makes of the operations beyond calls and numbers: records, envelopes, pages, and what goes
-- on by itself. No server, no waiting.

local dkjson = require "dkjson"
local app = require "synthflow.sandbox.app"
local clock = require "synthflow.sandbox.clock"

local AGENT = "0b0f9d3e-0000-4000-8000-000000000001"
local START = 1700000000
local EMPTY = setmetatable({}, { __jsontype = "object" })

describe("the sandbox's records", function()
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
      method = method, target = "/v2" .. target, headers = { authorization = "Bearer k" },
      body = body and dkjson.encode(body),
    }
    if type(reply.body) ~= "table" then return reply.status, reply.body, reply end
    return reply.status, dkjson.decode(dkjson.encode(reply.body), 1, dkjson.null), reply
  end

  local function ask(method, target, body)
    local status, answer = send(method, target, body)
    assert.are.equal(200, status, answer and dkjson.encode(answer))
    return answer.response or answer
  end

  local function assert_refused(expected, text, status, answer)
    assert.are.equal(expected, status)
    assert.are.equal("error", answer.detail.status)
    assert.truthy(answer.detail.description:find(text, 1, true), answer.detail.description)
  end

  local function new_agent(more)
    local body = { type = "outbound", name = "Ana", agent = { prompt = "p" } }
    for name, value in pairs(more or {}) do body[name] = value end
    return ask("POST", "/assistants", body).model_id
  end

  local function new_contact(name)
    return ask("POST", "/contacts", { name = name or "Ana", phone_number = "+15550100" }).id
  end

  describe("are made, listed, read, changed and deleted", function()
    it("in the envelope of each operation", function()
      local status, created = send("POST", "/assistants", { type = "inbound", name = "A", agent = EMPTY })
      assert.are.equal(200, status)
      assert.are.same({ phone = "", voice = "" }, created.details)
      local path = "/assistants/" .. created.response.model_id
      local got = ask("GET", path)
      assert.are.same({ total_records = 1, limit = 1, offset = 0 }, got.pagination)
      assert.are.equal("A", got.assistants[1].name)
      assert.are.equal("A", ask("GET", "/assistants").assistants[1].name)
      ask("PUT", path, { agent = { prompt = "q" }, name = "B" })
      assert.are.equal("q", ask("GET", path).assistants[1].agent.prompt)
      assert.are.equal("B", ask("GET", path).assistants[1].name)
      ask("DELETE", path)
      assert_refused(404, "Agent not found.", send("GET", path))
      assert_refused(404, "Agent not found.", send("DELETE", path))
    end)

    it("with 204 where nothing is answered", function()
      local id = ask("POST", "/simulation_scenarios", { name = "n", description = "d" }).id
      local status, body = send("DELETE", "/simulation_scenarios/" .. id)
      assert.are.equal(204, status)
      assert.is_nil(body)
    end)

    it("keeping what is null in a change, where the platform does", function()
      local id = ask("POST", "/simulation_scenarios", { name = "n", description = "d" }).id
      ask("PUT", "/simulation_scenarios/" .. id, { name = dkjson.null, description = "e" })
      local record = ask("GET", "/simulation_scenarios/" .. id)
      assert.are.equal("n", record.name)
      assert.are.equal("e", record.description)
    end)

    it("and are gone after a reset", function()
      new_contact()
      platform:reset()
      assert.are.equal(0, ask("GET", "/contacts").total)
    end)
  end)

  describe("are checked", function()
    it("for what is missing, at any depth", function()
      local status, answer = send("POST", "/calls/batch", {
        model_id = AGENT, from_phone_number = "+1", tasks = { EMPTY },
      })
      assert.are.equal(422, status)
      assert.are.same({ "body", "tasks", 0, "to_phone_number" }, answer.detail[1].loc)
      assert.are.equal("missing", answer.detail[1].type)
    end)

    it("for types and known values", function()
      local status, answer = send("POST", "/assistants", { type = "both", name = 1, agent = "x" })
      assert.are.equal(422, status)
      local types = {}
      for index, fault in ipairs(answer.detail) do types[index] = fault.loc[2] .. " " .. fault.type end
      assert.are.same({ "agent model_attributes_type", "name string_type", "type enum" }, types)
    end)

    it("for what must hold between fields", function()
      assert_refused(400, "Exactly one of", send("POST", "/actions", EMPTY))
      local base = ask("POST", "/knowledge_base", { name = "n" }).knowledge_base_id
      local sources = "/knowledge_base/" .. base .. "/sources"
      assert_refused(400, "url is required.", send("POST", sources, { type = "web" }))
      assert_refused(400, "is in both", send("POST", "/subaccounts", {
        subaccount_name = "s", grant_permissions = { "chat" }, revoke_permissions = { "chat" },
      }))
    end)

    it("and keep no field that the platform does not know", function()
      local id = ask("POST", "/contacts", { name = "Ana", phone_number = "+1", nickname = "A" }).id
      assert.is_nil(ask("GET", "/contacts/" .. id).nickname)
    end)
  end)

  describe("come in pages", function()
    it("by limit and offset", function()
      for _ = 1, 3 do new_agent() end
      local page = ask("GET", "/assistants/?limit=2&offset=2")
      assert.are.equal(1, #page.assistants)
      assert.are.same({ total_records = 3, limit = 2, offset = 2 }, page.pagination)
      assert_refused(400, "Limit must be between 1 and 100.", send("GET", "/assistants/?limit=101"))
    end)

    it("by page_number and page_size", function()
      for index = 1, 3 do new_contact("Ana " .. index) end
      local page = ask("GET", "/contacts?page_number=2&page_size=2")
      assert.are.equal("Ana 3", page.items[1].name)
      assert.are.same({ 3, 2, 2 }, { page.total, page.page_number, page.page_size })
    end)

    it("by cursor", function()
      for index = 1, 3 do ask("POST", "/chat/c" .. index, { model_id = AGENT }) end
      local page = ask("GET", "/chat?limit=2")
      assert.are.same({ "c3", "c2", true }, { page.chats[1].chat_id, page.chats[2].chat_id, page.has_more })
      page = ask("GET", "/chat?limit=2&cursor=" .. page.next_cursor)
      assert.are.equal("c1", page.chats[1].chat_id)
      assert.are.same({ false, dkjson.null }, { page.has_more, page.next_cursor })
      assert_refused(400, "cursor", send("GET", "/chat?cursor=x"))
    end)

    it("of those that the query is about", function()
      local one = ask("POST", "/simulation_suites", { name = "One", model_id = "a" }).id
      ask("POST", "/simulation_suites", { name = "Two", model_id = "b" })
      ask("POST", "/simulation_suites", { name = "Three", model_id = "c" })
      assert.are.equal(2, ask("GET", "/simulation_suites?model_ids=a&model_ids=b").total)
      assert.are.equal(one, ask("GET", "/simulation_suites?search=on").items[1].id)
      assert.are.equal(0, ask("GET", "/simulation_suites?end_date=2020-01-01T00:00:00Z").total)
    end)
  end)

  describe("belong together:", function()
    it("numbers and agents", function()
      local agent = new_agent()
      ask("POST", "/custom-numbers", { workspace_id = "w", phone_number = "+15550100" })
      local path = "/assistants/" .. agent .. "/phone_numbers"
      assert_refused(404, "+15550199", send("PUT", path, { phone_numbers = { "+15550199" } }))
      ask("PUT", path, { phone_number_slugs = { "15550100" } })
      assert.are.same({ agent }, ask("GET", "/numbers/15550100?workspace=w").assistants)
      local shown = ask("GET", "/assistants/" .. agent).assistants[1]
      assert.are.equal("15550100", shown.attached_phone_numbers[1].slug)
      ask("DELETE", path .. "/15550100")
      assert_refused(404, "not attached", send("DELETE", path .. "/15550100"))
    end)

    it("actions and agents", function()
      local agent = new_agent()
      local created = ask("POST", "/actions", {
        INFORMATION_EXTRACTOR = { YES_NO = { identifier = "open", description = "is it open" } },
      })
      assert.are.equal("Information Extractor", created.action_type)
      local path = "/actions/" .. created.action_id
      ask("POST", "/actions/attach", { model_id = agent, actions = { created.action_id } })
      local shown = ask("GET", path .. "?include_assistants=true").actions[1]
      assert.are.same({ agent }, shown.assistants)
      assert.are.equal("info_extractor_open", shown.name)
      assert.are.equal("is it open", shown.parameters_hard_coded.condition)
      assert_refused(400, "INFORMATION_EXTRACTOR", send("PUT", path, { SEND_SMS = EMPTY }))
      ask("PUT", "/assistants/" .. agent, { actions = dkjson.decode("[]") })
      local without = ask("GET", "/assistants/" .. agent .. "?include_actions=true").assistants[1]
      assert.are.same({}, without.actions)
      assert_refused(404, "Action nothing", send("POST", "/actions/attach",
        { model_id = agent, actions = { "nothing" } }))
    end)

    it("contacts and memory stores", function()
      local contact, store = new_contact(), ask("POST", "/memory_stores", { title = "t" }).id
      local path = "/memory_stores/" .. store .. "/contacts/" .. contact
      assert_refused(404, "not attached", send("GET", path .. "/memory_data"))
      ask("POST", path .. "/attach")
      assert.are.same({ store }, ask("GET", "/contacts/" .. contact).memory_store_ids)
      assert.are.equal(store, ask("GET", path .. "/memory_data").memory_store_id)
      ask("DELETE", "/contacts/" .. contact)
      assert.are.same({}, ask("GET", "/memory_stores/" .. store).contact_ids)
    end)

    it("sources and their knowledge base", function()
      local one = ask("POST", "/knowledge_base", { name = "1" }).knowledge_base_id
      local other = ask("POST", "/knowledge_base", { name = "2" }).knowledge_base_id
      local source_id = ask("POST", "/knowledge_base/" .. one .. "/sources",
        { type = "text", content = "words" }).source_id
      local sources = ask("GET", "/knowledge_base/" .. one .. "/sources")
      assert.are.same({ 1, one, "words" },
        { sources.total_records, sources.knowledge_base_id, sources.sources[1].content_preview })
      assert.are.equal(0, ask("GET", "/knowledge_base/" .. other .. "/sources").total_records)
      assert_refused(404, "Source", send("DELETE", "/knowledge_base/" .. other .. "/sources/" .. source_id))
      assert_refused(400, "url", send("PUT", "/knowledge_base/" .. one .. "/sources/" .. source_id,
        { url = "https://example.com" }))
    end)

    it("subaccounts and numbers", function()
      ask("POST", "/custom-numbers", { workspace_id = "w", phone_number = "+15550100" })
      local created = ask("POST", "/subaccounts", { subaccount_name = "s", user_email = "a@example.com" })
      assert.truthy(created.sign_in_link:find("^https://"))
      assert_refused(400, "already exists", send("POST", "/subaccounts", { subaccount_name = "s" }))
      local path = "/subaccounts/" .. created.subaccount_id
      ask("PUT", path, {
        operation_type = "import", products = { phone_numbers = { { number = "+15550100" } } },
        revoke_permissions = { "chat" },
      })
      assert.are.equal(200, (send("GET", "/numbers/15550100?workspace=" .. created.subaccount_id)))
      assert.is_false(ask("GET", path).subaccounts[1].permissions.chat)
      assert_refused(400, "permissions", send("PUT", path, { permissions = { chat = true } }))
    end)
  end)

  describe("go on by themselves:", function()
    local function batch(more)
      local body = {
        model_id = AGENT, from_phone_number = "+15550100",
        tasks = { { to_phone_number = "+15550101" }, { to_phone_number = "0155" } },
      }
      for name, value in pairs(more or {}) do body[name] = value end
      return "/calls/batch/" .. ask("POST", "/calls/batch", body).batch_call_id
    end

    local function status_of(path)
      return ask("GET", path).status
    end

    it("batches call one person after the other", function()
      local path = batch()
      assert.are.equal("in_progress", status_of(path))
      clock.advance(1)
      local shown = ask("GET", path)
      assert.are.same({ 1, 1, 0 }, { shown.dispatched_count, shown.failed_count, shown.pending_count })
      local failed = ask("GET", path .. "/tasks?status=failed").tasks[1]
      assert.truthy(failed.error_message:find("Invalid phone number", 1, true))
      local call_id = ask("GET", path .. "/tasks").tasks[1].call_id
      assert.are.equal(call_id, ask("GET", "/calls?model_id=" .. AGENT).calls[1].call_id)
      clock.advance(10)
      assert.are.equal("completed", status_of(path))
    end)

    it("scheduled ones can be paused and resumed, canceled ones take nobody", function()
      local path = batch { trigger_timestamp = (clock.now() + 60) * 1000 }
      assert_refused(400, "scheduled", send("POST", path .. "/resume"))
      assert.are.equal("paused", ask("POST", path .. "/pause").status)
      clock.advance(100)
      assert.are.equal("paused", status_of(path))
      assert.are.equal("in_progress", ask("POST", path .. "/resume").status)
      assert_refused(400, "in_progress", send("POST", path .. "/pause"))
      assert.are.equal("canceled", ask("POST", path .. "/cancel").status)
      assert.are.equal("canceled", ask("POST", path .. "/cancel").status)
      assert_refused(400, "canceled", send("POST", "/calls/batch", {
        batch_call_id = path:match("[^/]+$"), tasks = { { to_phone_number = "+15550102" } },
      }))
    end)

    it("simulations end with what came of them", function()
      local suite = ask("POST", "/simulation_suites", { name = "s", model_id = AGENT }).id
      assert_refused(400, "multi", send("POST", "/simulation_suites",
        { name = "s", model_id = AGENT, language = "multi" }))
      for _ = 1, 2 do
        ask("POST", "/simulation_cases", {
          name = "n", prompt = "p", type = "custom", success_criteria = { "c" }, call_success_type = "all",
          suite_id = suite,
        })
      end
      local path = "/simulation_suites/" .. suite .. "/execute?target_agent_id="
      assert_refused(400, "agent of the suite", send("POST", path .. "other"))
      assert_refused(400, "max_turns", send("POST", path .. AGENT .. "&max_turns=9"))
      local executed = ask("POST", path .. AGENT)
      assert.are.equal(2, executed.total_cases)
      local session = ask("GET", "/simulations/session/" .. executed.session_id)
      assert.are.same({ 2, 0 }, { session.pending_simulations, session.completed_simulations })
      clock.advance(10)
      session = ask("GET", "/simulations/session/" .. executed.session_id)
      assert.are.same({ 0, 2 }, { session.pending_simulations, session.completed_simulations })
      assert.are.equal(2, #ask("GET", "/simulations?status=completed").items)
      assert.is_true(session.simulations[1].success_criteria_analysis.evaluations[1].success)
    end)

    it("simulations end as a test says", function()
      local suite = ask("POST", "/simulation_suites", { name = "s", model_id = AGENT }).id
      ask("POST", "/simulation_cases", {
        name = "n", prompt = "p", type = "custom", success_criteria = { "c" }, call_success_type = "all",
        suite_id = suite,
      })
      local executed = ask("POST", "/simulation_suites/" .. suite .. "/execute?target_agent_id=" .. AGENT)
      local id = ask("GET", "/simulations").items[1].simulation_id
      ask("PATCH", "/_sandbox/simulations/" .. id, { status = "failed", error_info = "the agent hung up" })
      local shown = ask("GET", "/simulations/" .. id)
      assert.are.same({ "failed", "the agent hung up" }, { shown.status, shown.error_info })
      assert.are.equal(1, #ask("GET", "/simulations?status=failed").items)
      assert.are.equal(1, ask("GET", "/simulations/session/" .. executed.session_id).failed_simulations)
      ask("POST", "/_sandbox/reset")
      assert.are.equal(0, #ask("GET", "/simulations").items)
    end)

    it("each call that has ended has a webhook log", function()
      local agent = new_agent { external_webhook_url = "https://agent.example.com" }
      ask("POST", "/calls", { model_id = agent, phone = "+15550101", name = "Ana" })
      ask("POST", "/calls", {
        model_id = agent, phone = "+15550101", name = "Ana",
        external_webhook_url = "https://call.example.com",
      })
      assert.are.equal(0, ask("GET", "/logs?workspace_id=w").total)
      clock.advance(10)
      local logs = ask("GET", "/logs?workspace_id=w&assistant_id=" .. agent)
      assert.are.equal(2, logs.total)
      assert.are.equal("https://call.example.com", logs.items[1].webhook_url)
      assert.are.equal("https://agent.example.com", logs.items[2].webhook_url)
      local log = ask("GET", "/logs/" .. logs.items[1].webhook_log_id .. "?workspace_id=w")
      assert.are.equal("agent_goodbye", log.request_payload.call.end_call_reason)
    end)

    it("webhooks fail as a test says", function()
      ask("POST", "/calls", { model_id = AGENT, phone = "+15550101", name = "Ana" })
      clock.advance(10)
      local id = ask("GET", "/logs?workspace_id=w").items[1].webhook_log_id
      assert.are.equal(0, ask("GET", "/logs?workspace_id=w&status=failed").total)
      ask("PATCH", "/_sandbox/logs/" .. id, { status = "failed", response_status_code = 500 })
      local log = ask("GET", "/logs?workspace_id=w&status=failed").items[1]
      assert.are.same({ id, 500 }, { log.webhook_log_id, log.response_status_code })
    end)

    it("webhooks and simulations refuse what they do not know, or cannot show", function()
      ask("POST", "/calls", { model_id = AGENT, phone = "+15550101", name = "Ana" })
      clock.advance(10)
      local log = "/_sandbox/logs/" .. ask("GET", "/logs?workspace_id=w").items[1].webhook_log_id
      for _, path in ipairs { log, "/_sandbox/simulations/s-1" } do
        assert_refused(400, "Unknown fields: statuz.", send("PATCH", path, { statuz = "x" }))
        assert_refused(400, "status must be text.", send("PATCH", path, { status = 5 }))
      end
      assert_refused(400, "http_method must be text.", send("PATCH", log, { http_method = dkjson.null }))
      ask("PATCH", log, { webhook_url = "https://other.example.com", duration_ms = 9, model_id = "m-1" })
      local listed = ask("GET", "/logs?workspace_id=w&assistant_id=m-1").items[1]
      assert.are.equal("https://other.example.com", listed.webhook_url)
      assert.is_nil(listed.duration_ms)
      local shown = ask("GET", "/logs/" .. listed.webhook_log_id .. "?workspace_id=w")
      assert.are.same({ "https://other.example.com", 9, "m-1" },
        { shown.webhook_url, shown.duration_ms, shown.model_id })
    end)

    it("calls with fields of any kind are still listed", function()
      local call = ask("POST", "/calls", { model_id = AGENT, phone = "+15550101", name = "Ana" }).call_id
      ask("POST", "/calls", { model_id = AGENT, phone = "+15550102", name = "Bob" })
      for _, value in ipairs { dkjson.null, "2027-01-01", 7 } do
        ask("PATCH", "/_sandbox/calls/" .. call,
          { start_time = value, duration = value, lead_phone_number = value })
        local listed = ask("GET", "/calls?model_id=" .. AGENT .. "&from_date=1&to_date=2099-01-01"
          .. "&duration_min=0&duration_max=99&lead_phone_number=%2B15550102").calls
        assert.are.equal(1, #listed)
        assert.are.equal("+15550102", listed[1].lead_phone_number)
      end
      assert_refused(400, "hidden must be true or false.",
        send("PATCH", "/_sandbox/calls/" .. call, { hidden = "yes" }))
      assert_refused(400, "call_seconds must be seconds.",
        send("PATCH", "/_sandbox/calls", { call_seconds = -5 }))
      assert_refused(400, "hundred years", send("POST", "/_sandbox/clock", { advance = 1e12 }))
    end)

    it("a number that only an outbound agent has is available", function()
      ask("POST", "/custom-numbers",
        { workspace_id = "w", phone_number = "+15550100", termination_uri = "sip.example.com" })
      for kind, available in pairs { outbound = 1, inbound = 0 } do
        local path = "/assistants/" .. new_agent { type = kind } .. "/phone_numbers"
        ask("PUT", path, { phone_numbers = { "+15550100" } })
        assert.are.equal(available, #ask("GET", "/numbers?workspace=w&is_available=true").phone_numbers)
        send("DELETE", path .. "/15550100")
      end
    end)

    it("recordings of calls that were answered", function()
      local call = ask("POST", "/calls", { model_id = AGENT, phone = "+15550101", name = "Ana" }).call_id
      assert.are.equal(dkjson.null, ask("GET", "/calls/" .. call).calls[1].recording_url)
      clock.advance(10)
      local url = ask("GET", "/calls/" .. call).calls[1].recording_url
      local target = url:match "^https://[^/]+(/.*)$"
      local reply = platform:handle { method = "GET", target = target, headers = {} }
      assert.are.same({ 200, "audio/wav" }, { reply.status, reply.headers["content-type"] })
      assert.truthy(reply.body:find "^RIFF....WAVEfmt ")
      reply = platform:handle { method = "GET", target = target:match "^[^?]+", headers = {} }
      assert.are.equal(403, reply.status)
      reply = platform:handle { method = "GET", target = target, headers = { authorization = "Bearer k" } }
      assert.are.equal(400, reply.status)
    end)

    it("chats, until somebody says goodbye", function()
      local path = "/chat/0b0f"
      ask("POST", path, { model_id = AGENT })
      assert_refused(400, "already exists", send("POST", path, { model_id = AGENT }))
      assert.are.equal("You said: Hi", ask("POST", path .. "/messages", { message = "Hi" }).agent_message)
      ask("POST", path .. "/messages", { message = "Goodbye" })
      assert_refused(400, "not ongoing", send("POST", path .. "/messages", { message = "Hi" }))
      local chat = ask("GET", path)
      assert.are.equal("completed", chat.chat_status)
      assert.truthy(chat.transcript:find("human: Hi", 1, true))
    end)
  end)

  it("generates cases line by line", function()
    local _, text, reply = send("POST", "/simulation_cases/generate",
      { agent_id = AGENT, include_tests = { "csat_score", "angry_user" } })
    assert.are.equal("application/x-ndjson", reply.headers["content-type"])
    local lines = {}
    for line in text:gmatch("[^\n]+") do lines[#lines + 1] = dkjson.decode(line) end
    assert.are.equal(3, #lines)
    assert.are.equal("angry_user", lines[3].simulation_case.name)
    assert.are.equal(2, #ask("GET", "/simulation_cases/by_agent?agent_id=" .. AGENT))
  end)

  it("keeps MCP servers, and runs their tools", function()
    local path = "/workspaces/w/mcp-config"
    assert_refused(404, "No MCP configuration", send("GET", path))
    assert_refused(400, "https", send("POST", path, { servers = { { mcp_url = "http://a" } } }))
    local given = { mcp_url = "https://a.example", headers = { X = "1" } }
    local server = ask("POST", path, { servers = { given } })
    assert.are.same({ "X" }, server.headers_keys)
    local change = { id = server.id, mcp_url = "https://b.example" }
    assert.are.equal(204, (send("PUT", path, { servers = { change } })))
    assert.are.same({ "X" }, ask("GET", path).servers[1].headers_keys)
    local tools = ask("POST", "/workspaces/w/mcp-tools/discover").servers[1].tools
    local function invoke(name)
      return ask("POST", "/workspaces/w/mcp-tools/invoke", { namespaced_tool = name, arguments = { a = 1 } })
    end
    assert.are.equal('{"a":1}', invoke(tools[1].namespaced_tool).result)
    assert.is_true(invoke(tools[2].namespaced_tool).is_error)
    assert.are.equal(204, (send("DELETE", path)))
    assert_refused(404, "No MCP configuration", send("DELETE", path))
  end)

  it("starts media calls where they are enabled, and announces calls that come in", function()
    local body = { modelId = AGENT, fromPhoneNumber = "+15550100", toPhoneNumber = "+15550101" }
    local started = ask("POST", "/calls/outbound-test-ws-media", body)
    assert.are.equal("", started.sid)
    assert.are.equal(200, (send("GET", "/calls/" .. started.callId)))
    local announced = ask("POST", "/prepare_inbound",
      { from_number = "+1", to_number = "+2", model_id = AGENT, workspace_id = "w" })
    local record = ask("GET", "/calls/" .. announced.synthflow_call_id).calls[1]
    assert.are.same({ "registered", "inbound" }, { record.status, record.type_of_call })
    platform = app.new { api_key = "k", media = false }
    assert_refused(503, "not enabled", send("POST", "/calls/outbound-test-ws-media", body))
    assert_refused(503, "not enabled", send("GET", "/calls/outbound-test-ws-media/base-url"))
  end)

  it("counts calls, within 120 days", function()
    ask("POST", "/calls", { model_id = AGENT, phone = "+15550101", name = "Ana" })
    clock.advance(20)
    local figures = ask("GET", "/analytics/?model_id=" .. AGENT)
    assert.are.equal("completed", figures.call_status_stat.items[1].status)
    assert_refused(400, "120", send("GET", "/analytics/?from_date=2023-01-01T00:00:00Z"))
  end)

  it("masks what the catalogue calls a secret, also where it refuses", function()
    local custom = { CUSTOM_ACTION = {
      name = "n", http_mode = "GET", url = "u", run_action_before_call_start = true,
      headers = { { key = "X-Any", value = "hidden" } }, custom_auth = { value = "hidden" },
    } }
    ask("POST", "/actions", custom)
    local server = { mcp_url = "https://a", headers = { X = "hidden" } }
    ask("POST", "/workspaces/w/mcp-config", { servers = { server } })
    ask("POST", "/_sandbox/faults", { method = "POST", route = "/actions", status = 500 })
    assert.are.equal(500, (send("POST", "/actions", custom)))
    local _, _, reply = send("GET", "/_sandbox/requests")
    local text = dkjson.encode(reply.body)
    assert.falsy(text:find("hidden", 1, true))
    assert.truthy(text:find("X-Any", 1, true))
  end)

  it("meets faults on any route, with and without a slash at its end", function()
    for _, route in ipairs { "/assistants", "/assistants/" } do
      ask("POST", "/_sandbox/faults", { method = "GET", route = route, status = 503 })
      assert.are.equal(503, (send("GET", "/assistants")))
      assert.are.equal(200, (send("GET", "/assistants/")))
    end
  end)
end)
