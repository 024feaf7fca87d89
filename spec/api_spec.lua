-- The resources that are data alone: what each operation sends when all is given, what it must be given, what
-- it would do twice, and what comes out of its answer. Agents and knowledge bases are in api_agents_spec,
-- actions in api_actions_spec, phone_numbers in phone_numbers_spec; calls have more in calls_spec.

local api_rows = require "support.api_rows"
local fake = require "support.fake_core"

local NULL, merge, read = api_rows.NULL, api_rows.merge, api_rows.read

local WORKSPACE = api_rows.no_workspace "workspace_id"

local WHEN, WHEN_TEXT, WHEN_MS = 1732546200, "2024-11-25T14:50:00Z", 1732546200000

local TASK = {
  to_phone_number = "+15550100", id = "lead-1", lead_name = "Ana", lead_email = "ana@example.com",
  custom_variables = { plan = "pro" }, override_model_id = "a-2",
}
local BATCH = {
  name = "Monday", model_id = "a-1", from_phone_number = "+15550199", tasks = { TASK },
  reserved_concurrency = 2, call_time_window = { enable = true, weekly_hours = { monday = { 9, 17 } } },
}
local SUBACCOUNT = {
  subaccount_name = "Customer", twilio_account_sid = "AC1", twilio_auth_token = "t-1", concurrency = 3,
  max_agents = 5, max_minutes = 100, max_workflow_runs = 50, grant_permissions = { "inbound" },
  revoke_permissions = { "chat" },
}
local UNLIMITED = { "max_agents", "max_minutes", "max_workflow_runs" }
local SERVER = { id = "s-1", mcp_url = "https://a.example.com", headers = { ["X-Key"] = "k" } }
local SERVERS = { servers = { SERVER } }
local SERVERS_LEAST = { "servers", "servers[1].mcp_url", WORKSPACE }
local NUMBERED = { page_number = 2, page_size = 50 }
local SPAN = { start_date = WHEN_TEXT, end_date = "2024-12-01T00:00:00Z" }
local SPAN_GIVEN = { start_date = WHEN, end_date = "2024-12-01" }

-- See support/api_rows.lua.
local OPERATIONS = {
  { "analytics:export", "read", "GET /analytics/", attempt_timeout = 30,
    query = { from_date = WHEN_TEXT, to_date = "2024-12-01T00:00:00Z", model_id = "a-1",
      type_of_call = "widget" },
    given = { from_date = WHEN, to_date = "2024-12-01" } },

  { "batches:create", "dials", "POST /calls/batch", body = merge(BATCH, { trigger_timestamp = WHEN_MS }),
    given = { trigger_timestamp = "2024-11-25T14:50:00Z" },
    least = { "from_phone_number", "model_id", "tasks", "tasks[1].to_phone_number" },
    null = { "call_time_window.weekly_hours" } },
  { "batches:append", "dials", "POST /calls/batch",
    body = merge(BATCH, { trigger_timestamp = WHEN_MS, batch_call_id = "b-1" }),
    given = { trigger_timestamp = WHEN }, least = { "batch_call_id", "tasks", "tasks[1].to_phone_number" },
    null = { "call_time_window.weekly_hours" } },
  { "batches:list", "read", "GET /calls/batch", query = { limit = 5, offset = 10 } },
  { "batches:get", "read", "GET /calls/batch/b-1", "b-1" },
  { "batches:list_recipients", "read", "GET /calls/batch/b-1/tasks", "b-1",
    query = { limit = 5, offset = 10, status = "failed" } },
  { "batches:pause", "idempotent", "POST /calls/batch/b-1/pause", "b-1" },
  { "batches:resume", "dials", "POST /calls/batch/b-1/resume", "b-1" },
  { "batches:cancel", "idempotent", "POST /calls/batch/b-1/cancel", "b-1" },

  { "calls:make", "dials", "POST /calls",
    body = { model_id = "a-1", phone = "+1", name = "Ana", from_phone_number = "+2",
      custom_variables = { { key = "age", value = "7" } }, lead_email = "a@b",
      lead_timezone = "Europe/Berlin", prompt = "P", greeting = "Hello",
      external_webhook_url = "https://a.example.com" },
    given = { custom_variables = { age = 7 } }, least = { "model_id", "name", "phone" } },
  { "calls:list", "read", "GET /calls",
    query = { model_id = "a-1", limit = 5, offset = 10, from_date = WHEN_MS, to_date = "2024-12-01",
      call_status = "no-answer", duration_min = 1, duration_max = 60, lead_phone_number = "+1",
      batch_call_id = "b-1" },
    given = { from_date = WHEN }, least = { "model_id" } },
  { "calls:get", "read", "GET /calls/c-1", "c-1" },
  { "calls:prepare_inbound", "creates", "POST /prepare_inbound",
    body = { from_number = "+1", to_number = "+2", model_id = "a-1", workspace_id = "w-1",
      custom_variables = { age = "7" } },
    given = { custom_variables = { age = 7 } }, least = { "from_number", "to_number" },
    aliases = { workspace = "workspace_id" } },
  { "calls:start_media", "dials", "POST /calls/outbound-test-ws-media",
    body = { modelId = "a-1", fromPhoneNumber = "+1", toPhoneNumber = "+2", leadName = "Ana",
      agentVersion = "draft", wsMediaCodec = "l16", wsMediaFraming = "payload", wsMediaServerName = "n-1" },
    least = { "fromPhoneNumber", "modelId", "toPhoneNumber" } },
  { "calls:media_base_url", "read", "GET /calls/outbound-test-ws-media/base-url" },

  { "chats:create", "creates", "POST /chat/01234567-89ab-4def-8123-456789abcdef",
    body = { model_id = "a-1", metadata = { ticket = 7, deep = { x = true } } }, least = { "model_id" } },
  { "chats:list", "read", "GET /chat", query = { agent_id = "a-1", limit = 5, cursor = "c" } },
  { "chats:get", "read", "GET /chat/c-1", "c-1" },
  { "chats:delete", "idempotent", "DELETE /chat/c-1", "c-1" },
  { "chats:send", "creates", "POST /chat/c-1/messages", "c-1", timeout = 60, body = { message = "Hello" },
    least = { "message" } },
  { "chats:start_outbound", "dials", "POST /chat/outbound",
    body = { agent_id = "a-1", channel = "whatsapp", to_number = "+1", from_number = "+2",
      initial_message = "Hello", template = { content_sid = "HX1", variables = { ["1"] = "Ana" } },
      custom_variables = { age = "7" } },
    given = { custom_variables = { { key = "age", value = 7 } } },
    least = { "agent_id", "channel", "from_number", "template.content_sid", "to_number" } },

  { "contacts:create", "creates", "POST /contacts",
    body = { name = "Ana", phone_number = "+1", email = "a@b",
      contact_metadata = { company = "C", size = 3 } },
    least = { "name", "phone_number" } },
  { "contacts:list", "read", "GET /contacts", query = merge(NUMBERED, { search = "+1" }) },
  { "contacts:get", "read", "GET /contacts/k-1", "k-1" },
  { "contacts:update", "idempotent", "PATCH /contacts/k-1", "k-1",
    body = { name = "Ana", phone_number = "+1", email = "a@b", contact_metadata = {} } },
  { "contacts:delete", "idempotent", "DELETE /contacts/k-1", "k-1" },

  { "mcp:get_config", "read", "GET /workspaces/w-1/mcp-config", least = { WORKSPACE } },
  { "mcp:set_config", "idempotent", "POST /workspaces/w-1/mcp-config", body = SERVERS,
    least = SERVERS_LEAST, null = { "servers[1].headers" } },
  { "mcp:update_config", "idempotent", "PUT /workspaces/w-1/mcp-config", body = SERVERS,
    least = SERVERS_LEAST, null = { "servers[1].headers" } },
  { "mcp:delete_config", "idempotent", "DELETE /workspaces/w-1/mcp-config", least = { WORKSPACE } },
  { "mcp:discover_tools", "read", "POST /workspaces/w-1/mcp-tools/discover",
    query = { config_id = "s-1" }, least = { WORKSPACE }, timeout = 60, attempt_timeout = 30 },
  { "mcp:invoke_tool", "creates", "POST /workspaces/w-1/mcp-tools/invoke", timeout = 60,
    body = { namespaced_tool = "crm__find", arguments = { deep = { 1, 2 } }, timeout_ms = 9000 },
    least = { "namespaced_tool", WORKSPACE } },

  { "memory_stores:create", "creates", "POST /memory_stores", body = { title = "T", description = "D" } },
  { "memory_stores:list", "read", "GET /memory_stores", query = merge(NUMBERED, { search = "T" }) },
  { "memory_stores:get", "read", "GET /memory_stores/m-1", "m-1" },
  { "memory_stores:update", "idempotent", "PATCH /memory_stores/m-1", "m-1",
    body = { title = "T", description = "D" } },
  { "memory_stores:delete", "idempotent", "DELETE /memory_stores/m-1", "m-1" },
  { "memory_stores:attach_agent", "idempotent", "POST /memory_stores/m-1/assistants/a-1/attach",
    "m-1", "a-1" },
  { "memory_stores:detach_agent", "idempotent", "POST /memory_stores/m-1/assistants/a-1/detach",
    "m-1", "a-1" },
  { "memory_stores:attach_contact", "idempotent", "POST /memory_stores/m-1/contacts/k-1/attach",
    "m-1", "k-1" },
  { "memory_stores:detach_contact", "idempotent", "POST /memory_stores/m-1/contacts/k-1/detach",
    "m-1", "k-1" },
  { "memory_stores:get_memory", "read", "GET /memory_stores/m-1/contacts/k-1/memory_data", "m-1", "k-1" },

  { "phone_books:create", "creates", "POST /phonebooks", body = { name = "B" }, least = { "name" } },
  { "phone_books:list", "read", "GET /phonebooks", query = NUMBERED },
  { "phone_books:delete", "idempotent", "DELETE /phonebooks/b-1", "b-1" },
  { "phone_books:add_entry", "creates", "POST /phonebooks/b-1/entries", "b-1",
    body = { phone_number = "+1", transfer_condition = "asks for sales" },
    least = { "phone_number", "transfer_condition" } },
  { "phone_books:delete_entry", "idempotent", "DELETE /phonebooks/b-1/entries/e-1", "b-1", "e-1" },

  { "simulation_cases:create", "creates", "POST /simulation_cases",
    body = { name = "N", prompt = "P", type = "custom", success_criteria = { "C" }, call_success_type = "any",
      suite_id = "s-1", base_agent_id = "a-1" },
    least = { "call_success_type", "name", "prompt", "success_criteria", "type" },
    null = { "base_agent_id" } },
  { "simulation_cases:list", "read", "GET /simulation_cases",
    query = merge(NUMBERED, { search = "N", simulation_case_type = "agent_based", suite_id = "s-1" }) },
  { "simulation_cases:list_by_agent", "read", "GET /simulation_cases/by_agent", query = { agent_id = "a-1" },
    least = { "agent_id" } },
  { "simulation_cases:get", "read", "GET /simulation_cases/i-1", "i-1" },
  { "simulation_cases:update", "idempotent", "PUT /simulation_cases/i-1", "i-1",
    body = { name = "N", prompt = "P", success_criteria = {}, call_success_type = "all", suite_id = "s-1" },
    null = { "call_success_type", "name", "prompt", "success_criteria", "suite_id" } },
  { "simulation_cases:delete", "idempotent", "DELETE /simulation_cases/i-1", "i-1" },
  { "simulation_cases:generate", "creates", "POST /simulation_cases/generate", timeout = 180,
    body = { agent_id = "a-1", suite_id = "s-1", include_tests = { "angry_user" } }, least = { "agent_id" } },

  { "simulation_suites:create", "creates", "POST /simulation_suites",
    body = { name = "N", model_id = "a-1", language = "es-ES" }, least = { "model_id", "name" } },
  { "simulation_suites:list", "read", "GET /simulation_suites",
    query = merge(NUMBERED, SPAN, { search = "N", model_ids = { "a-1", "a-2" } }), given = SPAN_GIVEN },
  { "simulation_suites:get", "read", "GET /simulation_suites/s-1", "s-1" },
  { "simulation_suites:update", "idempotent", "PUT /simulation_suites/s-1", "s-1",
    body = { name = "N", model_id = "a-1" }, null = { "model_id", "name" } },
  { "simulation_suites:delete", "idempotent", "DELETE /simulation_suites/s-1", "s-1" },
  { "simulation_suites:execute", "creates", "POST /simulation_suites/s-1/execute", "s-1",
    query = { target_agent_id = "a-1", max_turns = 30 }, least = { "target_agent_id" } },

  { "simulation_scenarios:create", "creates", "POST /simulation_scenarios",
    body = { name = "N", description = "D" }, least = { "description", "name" } },
  { "simulation_scenarios:list", "read", "GET /simulation_scenarios",
    query = merge(NUMBERED, SPAN, { search = "N" }), given = SPAN_GIVEN },
  { "simulation_scenarios:get", "read", "GET /simulation_scenarios/o-1", "o-1" },
  { "simulation_scenarios:update", "idempotent", "PUT /simulation_scenarios/o-1", "o-1",
    body = { name = "N", description = "D" }, null = { "description", "name" } },
  { "simulation_scenarios:delete", "idempotent", "DELETE /simulation_scenarios/o-1", "o-1" },

  { "simulations:start", "creates", "POST /simulations",
    body = { simulation_case_id = "i-1", target_agent_id = "a-1", simulation_session_id = "n-1",
      custom_variables = { plan = "pro" } },
    least = { "simulation_case_id", "target_agent_id" }, null = { "simulation_session_id" } },
  { "simulations:list", "read", "GET /simulations",
    query = merge(NUMBERED, SPAN,
      { simulation_session_id = "n-1", status = "in-progress", target_agent_id = "a-1" }),
    given = SPAN_GIVEN },
  { "simulations:get", "read", "GET /simulations/u-1", "u-1" },
  { "simulations:list_sessions", "read", "GET /simulations/sessions",
    query = merge(NUMBERED, SPAN, { target_agent_id = "a-1" }), given = SPAN_GIVEN },
  { "simulations:get_session", "read", "GET /simulations/session/n-1", "n-1" },

  { "subaccounts:create", "creates", "POST /subaccounts", body = merge(SUBACCOUNT, { user_email = "a@b" }),
    least = { "subaccount_name" }, null = UNLIMITED },
  { "subaccounts:update", "creates", "PUT /subaccounts/s-1", "s-1",
    body = merge(SUBACCOUNT, {
      invite_user_email = "a@b", pricing_tiers_attach = { { pricing_tier_id = "p-1" } },
      pricing_tiers_detach = { { pricing_tier_id = "p-2" } }, operation_type = "return",
      import_subscription = { stripe_subscription_id = "x", synthflow_price_id = "y" },
      products = { phone_numbers = { { number = "+1" } } },
    }),
    least = { "pricing_tiers_attach[1].pricing_tier_id", "pricing_tiers_detach[1].pricing_tier_id" },
    null = UNLIMITED },
  { "subaccounts:delete", "idempotent", "DELETE /subaccounts/s-1", "s-1" },
  { "subaccounts:get", "read", "GET /subaccounts/s-1", "s-1" },
  { "subaccounts:list", "read", "GET /subaccounts/" },

  { "voices:list", "read", "GET /voices",
    query = { workspace = "w-1", limit = 5, offset = 10, search = "Ana", provider = "deepgram" },
    least = { api_rows.no_workspace "workspace" }, aliases = { workspace_id = "workspace" } },

  { "webhook_logs:list", "read", "GET /logs",
    query = merge(NUMBERED, { workspace_id = "w-1", search = "x", webhook_type = "custom_action",
      status = "failed", http_method = "post", from_date = WHEN_TEXT, to_date = "2024-12-01T00:00:00Z",
      assistant_id = "a-1", call_id = "c-1" }),
    given = { from_date = WHEN, to_date = "2024-12-01" }, least = { WORKSPACE },
    aliases = { workspace = "workspace_id" } },
  { "webhook_logs:get", "read", "GET /logs/l-1", "l-1", query = { workspace_id = "w-1" },
    least = { WORKSPACE }, aliases = { workspace = "workspace_id" } },
}

describe("each operation", function()
  api_rows.define(it, OPERATIONS)
end)

describe("permissions of a subaccount", function()
  it("are granted or revoked, not both", function()
    local both = { subaccount_name = "N", grant_permissions = { "chat" }, revoke_permissions = { "chat" } }
    local fault = 'grant_permissions and revoke_permissions both hold "chat"'
    assert.are.same({ fault }, api_rows.call("subaccounts:create", both).faults)
    assert.are.same({ fault }, api_rows.call("subaccounts:update", "s-1", both).faults)
  end)
end)

describe("an answer to", function()
  it("what is deleted or attached is true, also when it is empty", function()
    api_rows.assert_true_answers {
      "chats:delete", "contacts:delete", "contacts:update", "mcp:delete_config", "mcp:update_config",
      "memory_stores:delete", "memory_stores:attach_agent", "memory_stores:detach_contact",
      "phone_books:delete", "phone_books:delete_entry", "simulation_cases:delete", "simulation_suites:delete",
      "simulation_scenarios:delete", "subaccounts:delete",
    }
  end)

  it("simulation_cases:create is the case itself", function()
    assert.are.same({ name = "x" },
      read("simulation_cases:create", { status = "ok", response = { simulation_case = { name = "x" } } }))
    assert.are.same({ { name = "x" } },
      read("simulation_cases:list_by_agent", { status = "ok", response = { { name = "x" } } }))
  end)

  it("subaccounts:get is the only one of a list; list is all of them", function()
    local envelope = { status = "ok", response = { subaccounts = { { name = "x" } } } }
    assert.are.same({ name = "x" }, read("subaccounts:get", envelope))
    assert.are.same({ { name = "x" } }, read("subaccounts:list", envelope))
    assert.are.same({}, read("subaccounts:list", { status = "ok", response = { subaccounts = {} } }))
  end)

  it("a get is not found when the platform answers nothing", function()
    for _, named in ipairs {
      "batches:get", "chats:get", "contacts:get", "memory_stores:get", "memory_stores:get_memory",
      "simulation_cases:get", "simulation_suites:get", "simulation_scenarios:get", "simulations:get",
      "simulations:get_session", "webhook_logs:get",
    } do
      assert.are.same({ id = "x" }, read(named, { status = "ok", response = { id = "x" } }))
      local _, problem = read(named, { status = "ok", response = {} })
      assert.are.equal("not_found", problem.kind)
    end
    local _, problem = read("subaccounts:get", { status = "ok", response = { subaccounts = {} } })
    assert.are.equal("not_found", problem.kind)
  end)

  it("what is wrapped is what is inside", function()
    for _, named in ipairs {
      "batches:pause", "batches:resume", "batches:cancel", "chats:create", "chats:send", "contacts:create",
      "memory_stores:create", "phone_books:create", "phone_books:add_entry", "phone_numbers:import",
      "simulation_cases:update", "simulation_suites:create", "simulation_suites:update",
      "simulation_scenarios:create", "simulation_scenarios:update", "simulations:start", "subaccounts:create",
      "subaccounts:update",
    } do
      assert.are.same({ id = "x" }, read(named, { status = "ok", response = { id = "x" } }))
      assert.is_true(read(named, { status = "ok" }))
    end
    assert.are.same({ conversation_id = "x" },
      read("chats:start_outbound", { status = "ok", response = { conversation_id = "x" } }))
  end)

  it("what is not wrapped is all that came, whatever its status says", function()
    for named, record in pairs {
      ["simulation_suites:execute"] = { session_id = "x" }, ["memory_stores:update"] = { id = "x" },
      ["mcp:set_config"] = { id = "x" }, ["mcp:get_config"] = { servers = {} },
      ["mcp:discover_tools"] = { servers = {} }, ["mcp:invoke_tool"] = { is_error = true, error = "x" },
      ["calls:start_media"] = { callId = "x", sid = "y" },
      ["calls:media_base_url"] = { wsMediaBaseUrl = "x" },
      ["calls:prepare_inbound"] = { synthflow_call_id = "x", call_status = "registered" },
      ["analytics:export"] = { duration_metrics = {} },
    } do
      record.status = "failed"
      assert.are.same(record, read(named, record))
    end
  end)

  it("what begins something is none without its id", function()
    for named, id in pairs {
      ["calls:start_media"] = "callId", ["calls:media_base_url"] = "wsMediaBaseUrl",
      ["calls:prepare_inbound"] = "synthflow_call_id", ["chats:start_outbound"] = "conversation_id",
      ["batches:create"] = "batch_call_id", ["batches:append"] = "batch_call_id",
    } do
      for _, response in ipairs { { answer = "x" }, {} } do
        local begun, problem = read(named, { status = "ok", response = response })
        assert.is_nil(begun)
        assert.are.equal("the answer has no `" .. id .. "`", problem.message)
      end
      assert.are.equal("x", read(named, { [id] = "x" })[id])
    end
  end)

  it("a page is its records, each list in its own way of moving", function()
    for named, expected in pairs {
      ["batches:list"] = { "batch_calls", "offset" },
      ["batches:list_recipients"] = { "tasks", "offset", "each_recipient" },
      ["voices:list"] = { "voices", "offset" }, ["chats:list"] = { "chats", "cursor" },
      ["contacts:list"] = { "items", "guess" }, ["memory_stores:list"] = { "items", "guess" },
      ["phone_books:list"] = { "items", "guess" }, ["simulation_cases:list"] = { "items", "number" },
      ["simulation_suites:list"] = { "items", "number" },
      ["simulation_scenarios:list"] = { "items", "number" }, ["simulations:list"] = { "items", "number" },
      ["simulations:list_sessions"] = { "items", "number", "each_session" },
      ["webhook_logs:list"] = { "items", "number" },
    } do
      local response = { [expected[1]] = { { id = "x" } } }
      assert.are.equal(expected[2], api_rows.operation(named).returns.paging)
      assert.are.same({ { id = "x" } }, read(named, { status = "ok", response = response }))
      local iterator = api_rows.operation(named:match "^[^:]+:" .. (expected[3] or "each"))
      assert.are.equal(expected[1], iterator.returns.key)
    end
  end)
end)

describe("what must not be seen", function()
  it("is known of requests, also nested", function()
    local call = api_rows.call("mcp:set_config", SERVERS)
    assert.are.same({ "k" }, call.secrets)
    call = api_rows.call("subaccounts:create", SUBACCOUNT)
    assert.are.same({ "t-1" }, call.secrets)
  end)

  it("is known of answers", function()
    for _, method in ipairs { "create", "update", "get", "list" } do
      assert.are.same({ "api_key", "sign_in_link" },
        api_rows.operation("subaccounts:" .. method).answer_secrets)
    end
    assert.are.same({ "sid", "wsMediaUrl" }, api_rows.operation "calls:start_media".answer_secrets)
  end)
end)

describe("the whole way", function()
  local core, client

  before_each(function()
    core = fake.install()
    core.random = function() return "0123456789abcdef0123456789abcdef" end
    client = require("synthflow").new { api_key = "key-0123456789", workspace_id = "w-1" }
  end)
  after_each(function() fake.remove() end)

  it("leads to each resource", function()
    for _, row in ipairs(OPERATIONS) do
      local resource, method = row[1]:match "^([%w_]+):([%w_]+)$"
      assert.are.equal("function", type(client[resource][method]))
    end
  end)

  it("tells the id that was made up for a chat, and of each attempt to begin it", function()
    core.answers = { { data = { status = "ok", response = { chat_id = "from the platform" } } },
      { outcome = "timeout", status = nil, phase = "receive", took_effect = "maybe", message = "" } }
    assert.are.equal("from the platform", client.chats:create({ model_id = "a-1" }).chat_id)
    assert.are.equal("/chat/01234567-89ab-4def-8123-456789abcdef", core.sent[1].path)
    local chat, err = client.chats:create { model_id = "a-1" }
    assert.is_nil(chat)
    assert.are.equal("01234567-89ab-4def-8123-456789abcdef", err.chat_id)
  end)

  it("keeps the id of a media call that is there though it failed, and knows what is not enabled", function()
    local arguments = { modelId = "a-1", fromPhoneNumber = "+1", toPhoneNumber = "+2" }
    core.answers = { { status = 502, took_effect = "maybe",
      data = { callId = "call-1", error = "Room join failed", sid = "not to be seen" },
      body = '{"callId":"call-1","error":"Room join failed","sid":"not to be seen"}' } }
    local call, err = client.calls:start_media(arguments)
    assert.is_nil(call)
    assert.are.same({ "call-1", "maybe", "Room join failed" }, { err.callId, err.took_effect, err.message })
    assert.is_nil(err.body:find("not to be seen", 1, true))
    assert.are.same({ true, 503 }, { core.sent[1].paced, core.sent[1].refusal })
    core.answers = { { status = 503, took_effect = "no" } }
    call, err = client.calls:start_media(arguments)
    assert.is_nil(call)
    assert.are.equal("no", err.took_effect)
    assert.truthy(err.hint:find("not enabled", 1, true))
  end)

  it("shows no secret of a subaccount when its answer is of no use", function()
    local response = { api_key = "k-9", sign_in_link = "https://s" }
    core.answers = { { data = { status = "error", response = response },
      body = '{"status":"error","response":{"api_key":"k-9","sign_in_link":"https://s"}}' } }
    local subaccount, err = client.subaccounts:create { subaccount_name = "Customer" }
    assert.is_nil(subaccount)
    assert.are.equal('{"status":"error","response":{"api_key":"***","sign_in_link":"***"}}', err.body)
  end)

  it("goes through all pages, and on from a position", function()
    core.answers = { function(request)
      local number, items = request.query.page_number or 1, {}
      for index = 1, 100 do
        items[index] = { webhook_log_id = ("%d-%d"):format(number, index) }
      end
      return { data = { status = "ok", response = { items = items, total = 300, page_number = number } } }
    end }
    local it = client.webhook_logs:each { max = 150, status = "failed" }
    local last
    for record in it do
      last = record.webhook_log_id
    end
    assert.are.equal("2-50", last)
    assert.are.equal(2, #core.sent)
    assert.are.same({ page_number = 2, page_size = 100, status = "failed", workspace_id = "w-1" },
      core.sent[2].query)
    assert.are.equal("2-51", client.webhook_logs:each({ status = "failed", position = it.position })()
      .webhook_log_id)
    assert.is_false(pcall(client.webhook_logs.each, client.webhook_logs, { position = "offset=5" }))
    assert.are.equal(300, client.webhook_logs:list().total)
  end)
end)

describe("headers of an MCP server", function()
  it("that are taken away differ from those that stay", function()
    local function sent(headers)
      local call = api_rows.call("mcp:set_config",
        { servers = { { mcp_url = "https://a.example.com", headers = headers } } })
      return call.request.body.servers[1].headers
    end
    assert.are.same({}, sent {})
    assert.are.equal(NULL, sent(NULL))
    assert.is_nil(sent(nil))
  end)
end)
