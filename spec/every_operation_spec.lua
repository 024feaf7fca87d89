-- Every operation of the catalogue, driven against the sandbox: what it sends for the least and for all it
-- takes, field by field, what it hands back, and what it refuses. An operation that is added to the catalogue
-- is driven without a line here, unless a value of it must be of some form.

local dkjson = require "dkjson"
local http = require "support.http"
local operation_arguments = require "support.operation_arguments"
local sandbox = require "synthflow.sandbox"
local sandbox_app = require "synthflow.sandbox.app"
local sandbox_catalogue = require "synthflow.sandbox.catalogue"
local synthflow = require "synthflow"

local OPERATIONS = sandbox_catalogue.operations()
local unpack = table.unpack or unpack -- luacheck: ignore 143 113

local AGENT = "0b0f9d3e-0000-4000-8000-000000000001"
local UUID = "%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x"
local NUMBER = "+15550100999"
local TOMORROW = (os.time() + 86400) * 1000

-- Records that operations need ------------------------------------------------------------------------------
-- make[name](world) makes one, once in each world; `world.name` is its id.

local make = {}

local World = {}

function World.__index(world, name)
  if not make[name] then return nil end
  local id = make[name](world)
  rawset(world, name, id)
  return id
end

function make.agent(world)
  return assert(world.client.agents:create { type = "inbound", name = "A", agent = {} }).model_id
end

function make.number(world)
  assert(world.client.phone_numbers:import { phone_number = NUMBER })
  return NUMBER
end

function make.attached_number(world)
  assert(world.client.agents:attach_numbers(world.agent, { phone_numbers = { world.number } }))
  return NUMBER
end

function make.action(world)
  return assert(world.client.actions:create { SEND_SMS = { content = "c", instructions = "i" } }).action_id
end

function make.batch(world)
  return assert(world.client.batches:create {
    model_id = AGENT, from_phone_number = NUMBER, trigger_timestamp = TOMORROW,
    tasks = { { to_phone_number = "+15550100001" } },
  }).batch_call_id
end

function make.paused_batch(world)
  assert(world.client.batches:pause(world.batch))
  return world.batch
end

function make.call(world)
  return assert(world.client.calls:make { model_id = AGENT, phone = "+15550100002", name = "Ana" }).call_id
end

function make.webhook_log(world)
  return world.call and assert(world.client.webhook_logs:list())[1].webhook_log_id
end

function make.chat(world)
  return assert(world.client.chats:create { model_id = AGENT }).chat_id
end

function make.contact(world)
  return assert(world.client.contacts:create { name = "Ana", phone_number = "+15550100003" }).id
end

function make.store(world)
  return assert(world.client.memory_stores:create { title = "S" }).id
end

function make.attached_contact(world)
  assert(world.client.memory_stores:attach_contact(world.store, world.contact))
  return world.contact
end

function make.knowledge_base(world)
  return assert(world.client.knowledge_bases:create { name = "K" }).knowledge_base_id
end

function make.source(world)
  local text = { name = "T", type = "text", content = "c" }
  return assert(world.client.knowledge_bases.sources:add(world.knowledge_base, text)).source_id
end

function make.mcp_server(world)
  return assert(world.client.mcp:set_config { servers = { { mcp_url = "https://tools.example.com" } } }).id
end

function make.book(world)
  return assert(world.client.phone_books:create { name = "B" }).key
end

function make.entry(world)
  local entry = { phone_number = "+15550100004", transfer_condition = "always" }
  return assert(world.client.phone_books:add_entry(world.book, entry)).key
end

function make.suite(world)
  return assert(world.client.simulation_suites:create { name = "U", model_id = AGENT }).id
end

function make.case(world)
  return assert(world.client.simulation_cases:create {
    name = "C", prompt = "p", type = "custom", success_criteria = { "s" }, call_success_type = "all",
    suite_id = world.suite,
  }).simulation_case_id
end

function make.scenario(world)
  return assert(world.client.simulation_scenarios:create { name = "S", description = "d" }).id
end

function make.simulation(world)
  return assert(world.client.simulations:start {
    simulation_case_id = world.case, target_agent_id = AGENT,
  }).simulation_id
end

function make.session(world)
  return assert(world.client.simulations:get(world.simulation)).simulation_session_id
end

function make.subaccount(world)
  return assert(world.client.subaccounts:create { subaccount_name = "S" }).subaccount_id
end

-- Values that must be of some form -------------------------------------------------------------------------

-- What a path names: the name of a record above.
local PATH = {
  model_id = "agent", assistant_id = "agent", phone_number_slug = "number", action_id = "action",
  batch_call_id = "batch", call_id = "call", webhook_log_id = "webhook_log", chat_id = "chat",
  contact_id = "contact", memory_store_id = "store", id = "knowledge_base", entry_id = "entry",
  knowledge_base_id = "knowledge_base", source_id = "source", phone_book_id = "book", suite_id = "suite",
  simulation_case_id = "case", scenario_id = "scenario", simulation_id = "simulation",
  simulation_session_id = "session", subaccount_id = "subaccount",
}
local PATH_IN = {
  ["agents.detach_number"] = { phone_number_slug = "attached_number" },
  ["batches.resume"] = { batch_call_id = "paused_batch" },
  ["memory_stores.get_memory"] = { contact_id = "attached_contact" },
}

-- What a list needs to have something in it.
local LISTED = {
  actions = "action", agents = "agent", batches = "batch", calls = "call", chats = "chat",
  contacts = "contact", knowledge_bases = "knowledge_base", ["knowledge_bases.sources"] = "source",
  memory_stores = "store", phone_books = "book", phone_numbers = "number", simulation_cases = "case",
  simulation_scenarios = "scenario", simulation_suites = "suite", simulations = "simulation",
  subaccounts = "subaccount", webhook_logs = "call",
}

-- Values by operation, for the least that is given and for all; false: not given. `made` is no field: the
-- record only has to be there.
local function servers(world)
  return { { id = world.mcp_server, mcp_url = "https://tools.example.com", headers = { Key = "k" } } }
end

local LEAST = {
  ["actions.attach"] = function(world) return { actions = { world.action } } end,
  ["actions.detach"] = function(world) return { actions = { world.action } } end,
  ["actions.initialize"] = function(world) return { action_id = world.action } end,
  ["agents.attach_numbers"] = function(world, variant)
    return variant == 1 and { phone_numbers = { world.number } }
      or { phone_number_slugs = { (world.number:gsub("%+", "")) } }
  end,
  ["batches.append"] = function(world) return { batch_call_id = world.batch } end,
  ["calls.list"] = function() return { model_id = AGENT } end,
  ["calls.prepare_inbound"] = function() return { model_id = AGENT } end,
  ["calls.start_media"] = function() return { modelId = AGENT } end,
  ["mcp.discover_tools"] = function(world) return { config_id = world.mcp_server } end,
  ["mcp.get_config"] = function(world) return { made = world.mcp_server } end,
  ["mcp.delete_config"] = function(world) return { made = world.mcp_server } end,
  ["mcp.invoke_tool"] = function(world)
    return { made = world.mcp_server, namespaced_tool = "tools_example_com__echo" }
  end,
  ["mcp.set_config"] = function(world) return { servers = servers(world) } end,
  ["mcp.update_config"] = function(world) return { servers = servers(world) } end,
  ["simulation_cases.list_by_agent"] = function() return { agent_id = AGENT } end,
  ["simulation_suites.execute"] = function() return { target_agent_id = AGENT } end,
  ["simulations.start"] = function(world) return { simulation_case_id = world.case } end,
}

local MOST = {
  ["actions.attach"] = function(world, variant)
    local item = { attachment_type = "before", trigger_condition = "when asked" }
    item[variant == 1 and "action_id" or "slug"] = variant == 1 and world.action or "Send Sms"
    return { actions = { world.action }, items = { item } }
  end,
  ["agents.update"] = function(world) return { actions = { world.action } } end,
  ["chats.list"] = function() return { cursor = "after-0" } end,
  ["knowledge_bases.sources.update"] = function() return { url = false } end,
  ["phone_numbers.import"] = function() return { uac_register_expires = 300 } end,
  ["phone_numbers.get"] = function(world) return { workspace = world.workspace } end,
  ["phone_numbers.update"] = function() return { uac_register_expires = 300 } end,
  ["simulation_cases.create"] = function(world) return { suite_id = world.suite } end,
  ["simulation_cases.update"] = function(world) return { suite_id = world.suite } end,
  ["simulation_cases.generate"] = function(world) return { suite_id = world.suite } end,
  ["simulations.start"] = function(world)
    return { simulation_case_id = world.case, simulation_session_id = world.session }
  end,
  ["subaccounts.update"] = function(world)
    return { products = { phone_numbers = { { number = world.number } } } }
  end,
}

-- What is in the answer, or in each record of it -----------------------------------------------------------

local HOLDS = {
  ["actions.create"] = { "action_id", "action_type", "prompt_variables" },
  ["actions.get"] = { "action_id", "action_type", "name", "parameters_hard_coded" },
  ["actions.initialize"] = { "answer" },
  ["actions.list"] = { "action_id", "action_type", "name" },
  ["actions.update"] = { "action_id" },
  ["agents.create"] = { "model_id", "details" },
  ["agents.get"] = { "model_id", "name", "type", "attached_phone_numbers" },
  ["agents.list"] = { "model_id", "name", "type" },
  ["agents.update"] = { "model_id", "details" },
  ["analytics.export"] = { "call_status_stat", "recent_call_history" },
  ["batches.append"] = { "batch_call_id", "status", "total_task_count" },
  ["batches.cancel"] = { "batch_call_id", "status" },
  ["batches.create"] = { "batch_call_id", "status", "pending_count", "created_at" },
  ["batches.get"] = { "batch_call_id", "status", "dispatched_count", "failed_count" },
  ["batches.list"] = { "batch_call_id", "status" },
  ["batches.list_recipients"] = { "to_phone_number", "status" },
  ["batches.pause"] = { "batch_call_id", "status" },
  ["batches.resume"] = { "batch_call_id", "status" },
  ["calls.get"] = { "call_id", "status", "call_status", "transcript" },
  ["calls.list"] = { "call_id", "status", "call_status", "judge_results" },
  ["calls.make"] = { "call_id", "eta" },
  ["calls.media_base_url"] = { "wsMediaBaseUrl" },
  ["calls.prepare_inbound"] = { "synthflow_call_id", "call_status", "direction" },
  ["calls.start_media"] = { "callId", "sid", "wsMediaUrl" },
  ["chats.create"] = { "chat_id", "chat_status", "conversation_history", "initial_message" },
  ["chats.get"] = { "chat_id", "chat_status", "transcript" },
  ["chats.list"] = { "chat_id", "chat_status", "start_timestamp" },
  ["chats.send"] = { "agent_message", "current_state", "turn_number" },
  ["chats.start_outbound"] = { "conversation_id" },
  ["contacts.create"] = { "id" },
  ["contacts.get"] = { "id", "name", "phone_number", "memory_store_ids" },
  ["contacts.list"] = { "id", "name", "phone_number" },
  ["knowledge_bases.create"] = { "knowledge_base_id" },
  ["knowledge_bases.get"] = { "id", "name", "rag_use_condition" },
  ["knowledge_bases.list"] = { "id", "name" },
  ["knowledge_bases.update"] = { "knowledge_base_id" },
  ["knowledge_bases.attach"] = { "knowledge_base_id", "model_id" },
  ["knowledge_bases.detach"] = { "model_id" },
  ["knowledge_bases.sources.add"] = { "source_id" },
  ["knowledge_bases.sources.list"] = { "id", "type", "name", "content_preview" },
  ["knowledge_bases.sources.update"] = { "source_id" },
  ["mcp.discover_tools"] = { "servers" },
  ["mcp.get_config"] = { "servers" },
  ["mcp.invoke_tool"] = { "result", "is_error" },
  ["mcp.set_config"] = { "id", "mcp_url", "has_headers", "headers_keys" },
  ["memory_stores.create"] = { "id", "number_of_contacts", "number_of_agents" },
  ["memory_stores.get"] = { "id", "title", "contact_ids" },
  ["memory_stores.get_memory"] = { "memory_store_id", "memory" },
  ["memory_stores.list"] = { "id", "title", "contact_ids" },
  ["memory_stores.update"] = { "id" },
  ["phone_books.add_entry"] = { "key" },
  ["phone_books.create"] = { "key" },
  ["phone_books.list"] = { "phone_book_id", "name", "entry_count", "agents" },
  ["phone_numbers.get"] = { "slug", "phone_number", "provider_name", "assistants" },
  ["phone_numbers.import"] = { "key", "phone_number" },
  ["phone_numbers.list"] = { "number", "is_available" },
  ["simulation_cases.create"] = { "simulation_case_id", "name", "type" },
  ["simulation_cases.get"] = { "simulation_case_id", "name", "success_criteria" },
  ["simulation_cases.list"] = { "simulation_case_id", "name" },
  ["simulation_cases.list_by_agent"] = { "simulation_case_id", "name" },
  ["simulation_cases.update"] = { "simulation_case_id", "name" },
  ["simulation_scenarios.create"] = { "id", "name", "description" },
  ["simulation_scenarios.get"] = { "id", "name", "description" },
  ["simulation_scenarios.list"] = { "id", "name", "description" },
  ["simulation_scenarios.update"] = { "id", "name", "description" },
  ["simulation_suites.create"] = { "id", "name", "model_id", "language", "cases" },
  ["simulation_suites.execute"] = { "session_id", "suite_id", "total_cases" },
  ["simulation_suites.get"] = { "id", "name", "cases", "agent" },
  ["simulation_suites.list"] = { "id", "name", "case_summaries" },
  ["simulation_suites.update"] = { "id", "name" },
  ["simulations.get"] = { "simulation_id", "status", "success_criteria_analysis", "timeline" },
  ["simulations.get_session"] = { "simulation_session_id", "simulations", "completed_simulations" },
  ["simulations.list"] = { "simulation_id", "status" },
  ["simulations.list_sessions"] = { "simulation_session_id", "total_simulations" },
  ["simulations.start"] = { "simulation_id", "simulation_session_id", "status" },
  ["subaccounts.create"] = { "subaccount_id", "api_key", "twilio_connected_successfully" },
  ["subaccounts.get"] = { "subaccount_id", "name", "permissions", "members" },
  ["subaccounts.list"] = { "subaccount_id", "name" },
  ["subaccounts.update"] = { "subaccount_id", "api_key" },
  ["voices.list"] = { "voice_id", "name", "provider", "languages" },
  ["webhook_logs.get"] = { "webhook_log_id", "call_id", "request_payload", "status" },
  ["webhook_logs.list"] = { "webhook_log_id", "webhook_url", "status" },
}

local function assert_holds(names, record)
  for _, name in ipairs(names or {}) do assert.is_not_nil(record[name], name .. " of the answer") end
end

local shapes = {}

function shapes.nothing(data)
  assert.is_true(data)
end

function shapes.page(data, names, is_full)
  assert.are.equal("function", type(data.next))
  if not is_full then
    assert.truthy(data[1], "the page is empty")
    assert_holds(names, data[1])
  end
end

function shapes.wrapped_list(data, names, is_full)
  assert.are.equal("table", type(data))
  assert.truthy(is_full or data[1])
  assert_holds(names, data[1] or {})
end

function shapes.lines(data)
  local count = 0
  for line in data do
    assert.are.equal("table", type(line))
    count = count + 1
  end
  assert.truthy(count > 1)
end

function shapes.record(data, names)
  assert.are.equal("table", type(data))
  assert_holds(names, data)
end

-- The sandbox wraps as the catalogue says: the library itself would take other forms as well.
local ENVELOPED = { wrapped = true, wrapped_list = true, single = true, page = true }

local function assert_envelope(returns, envelope)
  if returns.shape == "bare" then
    assert.is_nil(envelope.response)
  elseif ENVELOPED[returns.shape] then
    assert.are.equal("ok", (envelope.status:gsub("success", "ok")))
    assert.are.equal("table", type(envelope.response))
    assert.truthy(not returns.key or envelope.response[returns.key])
  end
end

-- Tests ----------------------------------------------------------------------------------------------------

local function query_text(value)
  return type(value) == "table" and value or { tostring(value) }
end

local function encode(text)
  return (text:gsub("[^%w%-%._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

describe("the catalogue and the sandbox", function()
  it("have the same resources", function()
    local listed, known = io.popen("find lua/synthflow/api -name '*.lua'"), {}
    for name in pairs(require "synthflow.resources") do known[name] = true end
    for path in listed:lines() do
      local name = path:match("^lua/synthflow/api/(.*)%.lua$"):gsub("/", ".")
      local described = require("synthflow.api." .. name)
      if type(described) == "table" and described.operations then
        assert.truthy(known[name], "synthflow.resources does not know the resource " .. name)
        known[name] = nil
      end
    end
    listed:close()
    assert.is_nil((next(known)))
  end)

  it("have a route for every operation", function()
    local app = sandbox_app.new { api_key = "k" }
    for _, operation in ipairs(OPERATIONS) do
      assert.truthy(app.routes:has(operation.method, operation.template),
        "the sandbox has no route for " .. operation.named)
    end
  end)
end)

describe("every operation", function()
  local running, client
  local elsewhere -- a client with a workspace of its own, which must not matter where another is given

  setup(function()
    running = sandbox.start { call_seconds = 0 }
    local function new_client(workspace_id)
      return synthflow.new {
        base_url = running.base_url, api_key = running.api_key, workspace_id = workspace_id,
      }
    end
    client, elsewhere = new_client(running.workspace_id), new_client "elsewhere"
  end)
  teardown(function() running.stop() end)

  local function control(method, path)
    local status, _, text = http.request(method, running.base_url .. "/_sandbox" .. path)
    assert.are.equal(200, status)
    return dkjson.decode(text, 1, dkjson.null, nil)
  end

  local function new_world()
    control("POST", "/reset")
    return setmetatable({ client = client, workspace = running.workspace_id }, World)
  end

  local function method_of(operation, caller)
    local resource = caller
    for part in operation.resource:gmatch("[^.]+") do resource = resource[part] end
    return function(...) return resource[operation.name](resource, ...) end
  end

  -- The leading arguments by their names.
  local function leading_of(operation, world)
    local values, special = {}, PATH_IN[sandbox_catalogue.name(operation)] or {}
    for index, name in ipairs(operation.leading) do
      local record = special[name] or PATH[name]
      values[index] = assert(record and world[record], "say in PATH what " .. name .. " names")
    end
    return values
  end

  -- `amount` is "least", "most", or "null": all, with null wherever that may be.
  local function arguments_of(operation, world, variant, amount)
    local name = sandbox_catalogue.name(operation)
    local values, is_full = LEAST[name] and LEAST[name](world, variant) or {}, amount ~= "least"
    if is_full then
      for field, value in pairs(MOST[name] and MOST[name](world, variant) or {}) do values[field] = value end
      if operation.path_in_table.fields.workspace_id then values.workspace_id = world.workspace end
    end
    return operation_arguments.make(operation, {
      variant = variant, is_full = is_full, values = values,
      null = amount == "null" and synthflow.null or nil, null_sent = dkjson.null,
      defaults = { workspace_id = running.workspace_id },
    })
  end

  -- An update of an action takes the kind that the action has.
  local function prepare_record(operation, world, variant)
    if sandbox_catalogue.name(operation) ~= "actions.update" then return end
    local kind = operation.body.one_of[(variant - 1) % #operation.body.one_of + 1]
    local create = require("synthflow.api.actions").operations.create
    for index, one in ipairs(create.body.one_of) do
      if one == kind then
        world.action = assert(client.actions:create((arguments_of(create, world, index, "least")))).action_id
      end
    end
  end

  local function call(operation, leading, given, caller)
    local words = { unpack(leading) }
    words[#words + 1] = given
    return method_of(operation, caller or client)(unpack(words))
  end

  -- The path that was called: what was made up for it is in the answer.
  local function expect_path(operation, leading, sent, data)
    local path, index = operation.template, 0
    for name in operation.template:gmatch("{([%w_]+)}") do
      local value = sent.path[name]
      if operation.leading[index + 1] == name then
        index = index + 1
        value = leading[index]
      elseif value == nil then
        value = data[name]
        assert.truthy(value:find("^" .. UUID .. "$"))
      end
      if operation.path.fields[name].kind == "slug" then value = value:gsub("^%+", "") end
      path = path:gsub("{" .. name .. "}", (encode(value):gsub("%%", "%%%%")))
    end
    return "/v2" .. path
  end

  local function last_request()
    local requests = control("GET", "/requests").requests
    return requests[#requests]
  end

  local function assert_sent(operation, sent, path)
    local request, query = last_request(), {}
    for name, value in pairs(sent.query or {}) do query[name] = query_text(value) end
    assert.are.equal(sandbox_catalogue.name(operation), request.operation)
    assert.are.equal(operation.method, request.method)
    assert.are.equal(path, request.path)
    assert.are.same(query, request.query)
    assert.are.same(sent.body, request.body)
  end

  local function drive(operation, variant, amount)
    local world = new_world()
    prepare_record(operation, world, variant)
    local name = sandbox_catalogue.name(operation)
    local listed = operation.name:find("^list") and LISTED[operation.resource]
    assert.truthy(not listed or world[listed])
    local leading = leading_of(operation, world)
    local given, sent = arguments_of(operation, world, variant, amount)
    local data, response = call(operation, leading, given, amount ~= "least" and elsewhere)
    assert.truthy(data, tostring(response))
    assert_sent(operation, sent, expect_path(operation, leading, sent, data))
    local shape = shapes[operation.returns.shape] or shapes.record
    shape(data, HOLDS[name], amount ~= "least")
    assert_envelope(operation.returns, response.envelope)
    assert.truthy(operation.returns.shape ~= "nothing" or not HOLDS[name])
  end

  local function refusal(operation, leading, given)
    control("DELETE", "/requests")
    local ran, reason = pcall(call, operation, leading, given)
    assert.is_false(ran)
    assert.are.equal(0, control("GET", "/requests").received)
    return tostring(reason)
  end

  local function without_required(operation, given)
    for _, place in ipairs { "query", "body" } do
      for name, field in pairs(operation[place] and operation[place].fields or {}) do
        if field.required and not field.client_option then
          given[name] = nil
          return name
        end
      end
    end
  end

  for _, operation in ipairs(OPERATIONS) do
    local named = sandbox_catalogue.name(operation)

    local variants, takes_null = operation_arguments.variants(operation)
    for variant = 1, variants do
      it(("%s sends the least it takes (%d)"):format(named, variant), function()
        drive(operation, variant, "least")
      end)

      it(("%s sends all it takes (%d)"):format(named, variant), function()
        drive(operation, variant, "most")
      end)
    end

    if takes_null then
      it(named .. " sends null where it may", function() drive(operation, 1, "null") end)
    end

    it(named .. " refuses what it does not know, and to go without what it needs", function()
      local world = new_world()
      local leading = leading_of(operation, world)
      local given = arguments_of(operation, world, 1, "least")
      given.no_such_parameter = 1
      local reason = refusal(operation, leading, given)
      assert.truthy(reason:find("no_such_parameter", 1, true), reason)
      given.no_such_parameter = nil
      local name = without_required(operation, given)
      if name then
        reason = refusal(operation, leading, given)
        assert.truthy(reason:find(name, 1, true), reason)
      end
    end)

    if #operation.leading > 0 then
      it(named .. " tells that there is no such record", function()
        local world = new_world()
        local leading = leading_of(operation, world)
        local given = arguments_of(operation, world, 1, "least")
        leading[#leading] = "no-such-id"
        local data, err = call(operation, leading, given)
        assert.is_nil(data)
        assert.are.equal("not_found", err.kind, tostring(err))
        assert.are.equal(404, err.status)
      end)
    end
  end
end)
