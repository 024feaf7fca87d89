-- Actions: what each kind sends when all is given, what it must be given, what would be done twice, and what
-- comes out of the answers.

local api_rows = require "support.api_rows"

local NULL, merge, read = api_rows.NULL, api_rows.merge, api_rows.read

local ZONE = "Europe/Berlin"

local BOOKING = {
  first_appt_date = "2024-11-25", no_of_days = 3, max_time_slots = 2, min_hours_diff = 4, timezone = ZONE,
}
local CALCOM = { user_email = "a@b", integration = "Zoom", sms_boolean = true, sms_message = "See you" }
local GHL = { booking_title = "B", autoconfirm = "new" }

local TRANSFER = {
  transfer_mode = "warm_transfer_with_context", instructions = "asks for a manager", digits = "7",
  timeout = 20, preserve_caller_id = true, screened = false, human_detection = true,
  human_detection_timeout_seconds = 60, initiating_msg = "One moment", goodbye_msg = "Goodbye",
  failed_msg = "Nobody is there", message_to_transfer_target = "A call", summarization_prompt = "In short",
  stop_recording_after_transfer = true,
  human_availability = {
    active = true, timezone = ZONE, unavailable_message = "Call tomorrow",
    schedule = { { weekday = "monday", interval = { { from = "09:00", to = "17:00" } } } },
  },
}
local TO_NUMBER, TO_BOOK = merge(TRANSFER, { phone = "+1" }), merge(TRANSFER, { phone_book_id = "b-1" })
local MUSIC = { enable_background_music = true }

local SMS = { content = "Main Street 1", instructions = "asks for the address" }
local REPLY = { wait_for_reply = true, timeout_seconds = 60, fallback_message = "We go on" }
local INCALL_SMS = merge(REPLY, { message_body = "Hello {name}", message_before_action = "I write to you" })
local WHATSAPP = merge(REPLY, { content_sid = "HX1", content_variables = { ["1"] = "7" } })

local YES_NO = { identifier = "vip", description = "whether they are one" }
local SINGLE_CHOICE = merge(YES_NO, { choices = { "gold", "silver" } })
local OPEN_QUESTION = merge(YES_NO, { examples = { "gold" } })

-- The variables as they are sent.
local CUSTOM = {
  name = "CRM", description = "finds them", http_mode = "POST", url = "https://a.example.com",
  headers = { { key = "X-Key", value = "h-1" } }, query_parameters = { { key = "q", value = "q-1" } },
  json_body_stringified = "{}",
  custom_auth = { is_needed = true, location = "header", key = "Bearer", value = "t-1" },
  integration = "hubspot", failure_timeout = 10, run_action_before_call_start = false,
  variables_before_the_call = { { key = "age", value = "7" } },
  variables_during_the_call = {
    { name = "city", description = "where they live", example = "Bonn", type = "string" },
  },
  prompt = "look them up", agent_speak_naturally = true, message_before_action_starts = "I look",
  speech_while_using_the_tool = "Still looking", message_delay_time = 5, message_delay = "It takes long",
  message_error = "I cannot", action_sound = "typing",
}
local CUSTOM_GIVEN = { CUSTOM_ACTION = merge(CUSTOM, {
  headers = { ["X-Key"] = "h-1" }, query_parameters = { q = "q-1" },
  variables_before_the_call = { age = 7 },
}) }

local ITEM = {
  action_id = "x-1", attachment_type = "before", trigger_condition = "when asked",
  input_variables_mapping = {
    { variable_name = "city", source = "hardcoded", hardcoded_value = "Bonn",
      llm_config = { description = "where they live", example = "Bonn", required = true } },
  },
}
local BY_SLUG = { slug = "crm", attachment_type = "after" }

local NEW_KINDS = "REAL_TIME_BOOKING, INFORMATION_EXTRACTOR, LIVE_TRANSFER, SEND_SMS, INCALL_SMS, "
  .. "INCALL_WHATSAPP, CUSTOM_ACTION, CUSTOM_EVAL"
local KINDS = NEW_KINDS:gsub(", CUSTOM_EVAL", "")

-- Faults in full words, and names inside of the kind.
local function needed(kind, kinds, names)
  local least = { ("give exactly one of %s (given: none)"):format(kinds) }
  for _, name in ipairs(names) do
    least[#least + 1] = kind .. (name:find "^: " and "" or ".") .. name
  end
  return least
end

local function create(case, kind, settings, names, more)
  return merge({
    "actions:create", "creates", "POST /actions", case = case, body = { [kind] = settings },
    least = needed(kind, NEW_KINDS, names),
  }, more or {})
end

local function change(case, kind, settings, names, more)
  return merge({
    "actions:update", "idempotent", "PUT /actions/x-1", "x-1", case = case, body = { [kind] = settings },
    least = needed(kind, KINDS, names),
  }, more or {})
end

local BOOKING_LEAST = {
  "first_appt_date", "no_of_days", "max_time_slots", "min_hours_diff", "timezone",
  ": give exactly one of CALCOM, GHL (given: none)",
}
local TRANSFER_LEAST = {
  "transfer_mode", "instructions", "initiating_msg", "human_availability.active",
  "human_availability.timezone", "human_availability.schedule", "human_availability.schedule[1].weekday",
  "human_availability.schedule[1].interval", "human_availability.schedule[1].interval[1].from",
  "human_availability.schedule[1].interval[1].to",
  ": give exactly one of phone, phone_book_id (given: none)",
}
local EXTRACTOR_LEAST = ": give exactly one of YES_NO, SINGLE_CHOICE, OPEN_QUESTION (given: none)"
local SOUND = { "CUSTOM_ACTION.action_sound" }

local function booking_least(...)
  local least = { ... }
  for _, name in ipairs(BOOKING_LEAST) do
    least[#least + 1] = name
  end
  return least
end

-- See support/api_rows.lua.
local OPERATIONS = {
  { "actions:list", "read", "GET /actions", query = { limit = 5, offset = 10 } },

  create("booking with Cal.com", "REAL_TIME_BOOKING",
    merge(BOOKING, { CALCOM = merge(CALCOM, { event_id = "e-1" }) }),
    booking_least("CALCOM.event_id", "CALCOM.user_email")),
  create("booking with HighLevel", "REAL_TIME_BOOKING",
    merge(BOOKING, { GHL = merge(GHL, { calendar_id = "c-1" }) }),
    booking_least("GHL.autoconfirm", "GHL.booking_title", "GHL.calendar_id")),
  create("yes or no", "INFORMATION_EXTRACTOR", { YES_NO = YES_NO },
    { "YES_NO.identifier", EXTRACTOR_LEAST }),
  create("one choice", "INFORMATION_EXTRACTOR", { SINGLE_CHOICE = SINGLE_CHOICE },
    { "SINGLE_CHOICE.identifier", EXTRACTOR_LEAST }),
  create("open question", "INFORMATION_EXTRACTOR", { OPEN_QUESTION = OPEN_QUESTION },
    { "OPEN_QUESTION.identifier", EXTRACTOR_LEAST }),
  create("transfer to a number", "LIVE_TRANSFER", TO_NUMBER, TRANSFER_LEAST),
  create("transfer by a phone book", "LIVE_TRANSFER", TO_BOOK, TRANSFER_LEAST),
  create("SMS", "SEND_SMS", SMS, { "content", "instructions" }),
  create("SMS in the call", "INCALL_SMS", INCALL_SMS, { "message_body" }),
  create("WhatsApp in the call", "INCALL_WHATSAPP", WHATSAPP, { "content_sid" }),
  create("custom action", "CUSTOM_ACTION", CUSTOM,
    { "name", "http_mode", "url", "run_action_before_call_start" }, { given = CUSTOM_GIVEN, null = SOUND }),
  create("evaluation", "CUSTOM_EVAL",
    { question = { identifier = "i", text = "T", category = "numeric", expected_result = "7" } }, {}),

  { "actions:get", "read", "GET /actions/x-1", "x-1", query = { include_assistants = true } },

  change("booking with Cal.com", "REAL_TIME_BOOKING", merge(BOOKING, { CALCOM = CALCOM }), {}),
  change("booking with HighLevel", "REAL_TIME_BOOKING", merge(BOOKING, { GHL = GHL }), {}),
  change("extractor", "INFORMATION_EXTRACTOR", merge(SINGLE_CHOICE, OPEN_QUESTION), {}),
  change("transfer to a number", "LIVE_TRANSFER", merge(TO_NUMBER, MUSIC), TRANSFER_LEAST),
  change("transfer by a phone book", "LIVE_TRANSFER", merge(TO_BOOK, MUSIC), TRANSFER_LEAST),
  change("SMS", "SEND_SMS", SMS, {}),
  change("SMS in the call", "INCALL_SMS", INCALL_SMS, {}),
  change("WhatsApp in the call", "INCALL_WHATSAPP", WHATSAPP, {}),
  change("custom action", "CUSTOM_ACTION", CUSTOM, {}, { given = CUSTOM_GIVEN, null = SOUND }),

  { "actions:delete", "idempotent", "DELETE /actions/x-1", "x-1" },
  { "actions:initialize", "creates", "POST /actions/initialize",
    body = { action_id = "x-1", variables = { { key = "age", value = "7" } } },
    given = { variables = { age = 7 } }, least = { "action_id" } },
  { "actions:attach", "idempotent", "POST /actions/attach",
    body = { model_id = "a-1", actions = { "x-1" }, items = { ITEM, BY_SLUG } },
    least = {
      "model_id", "items[1]: give exactly one of action_id, slug (given: none)",
      "items[2]: give exactly one of action_id, slug (given: none)",
      "items[1].input_variables_mapping[1].variable_name", "items[1].input_variables_mapping[1].source",
    },
    null = {
      "items[1].attachment_type", "items[1].trigger_condition", "items[2].attachment_type",
      "items[1].input_variables_mapping[1].hardcoded_value", "items[1].input_variables_mapping[1].llm_config",
      "items[1].input_variables_mapping[1].llm_config.description",
      "items[1].input_variables_mapping[1].llm_config.example",
      "items[1].input_variables_mapping[1].llm_config.required",
    } },
  { "actions:detach", "idempotent", "POST /actions/detach",
    body = { model_id = "a-1", actions = { "x-1" } }, least = { "actions", "model_id" } },
}

describe("each operation of actions", function()
  api_rows.define(it, OPERATIONS)
end)

describe("an action", function()
  local function refused(body, fault)
    assert.are.same({ fault }, api_rows.call("actions:create", body).faults)
    return fault
  end

  it("is of one kind", function()
    assert.are.same({ ("give exactly one of %s (given: SEND_SMS, CUSTOM_EVAL)"):format(NEW_KINDS) },
      api_rows.call("actions:create", { SEND_SMS = SMS, CUSTOM_EVAL = {} }).faults)
    assert.are.same({ ("give exactly one of %s (given: SEND_SMS, INCALL_SMS)"):format(KINDS) },
      api_rows.call("actions:update", "x-1", { SEND_SMS = SMS, INCALL_SMS = INCALL_SMS }).faults)
  end)

  it("books in one calendar", function()
    local calendars = { CALCOM = merge(CALCOM, { event_id = "e" }), GHL = merge(GHL, { calendar_id = "c" }) }
    refused({ REAL_TIME_BOOKING = merge(BOOKING, calendars) },
      "REAL_TIME_BOOKING: give exactly one of CALCOM, GHL (given: CALCOM, GHL)")
  end)

  it("asks one question", function()
    refused({ INFORMATION_EXTRACTOR = { YES_NO = YES_NO, OPEN_QUESTION = OPEN_QUESTION } },
      "INFORMATION_EXTRACTOR: give exactly one of YES_NO, SINGLE_CHOICE, OPEN_QUESTION "
      .. "(given: YES_NO, OPEN_QUESTION)")
  end)

  it("transfers to one number or one phone book", function()
    local both = { LIVE_TRANSFER = merge(TO_NUMBER, TO_BOOK) }
    local fault = refused(both,
      "LIVE_TRANSFER: give exactly one of phone, phone_book_id (given: phone, phone_book_id)")
    assert.are.same({ fault }, api_rows.call("actions:update", "x-1", both).faults)
  end)

  it("is attached by its id or its slug", function()
    local items = { merge(ITEM, { slug = "crm" }) }
    assert.are.same({ "items[1]: give exactly one of action_id, slug (given: action_id, slug)" },
      api_rows.call("actions:attach", { model_id = "a-1", items = items }).faults)
  end)

  it("makes text of the values for a template", function()
    local given = { INCALL_WHATSAPP = merge(WHATSAPP, { content_variables = { ["1"] = 7 } }) }
    assert.are.same({ INCALL_WHATSAPP = WHATSAPP }, api_rows.call("actions:create", given).request.body)
  end)

  it("has no sound when that is null", function()
    local call = api_rows.call("actions:update", "x-1", { CUSTOM_ACTION = { action_sound = NULL } })
    assert.are.same({ CUSTOM_ACTION = { action_sound = NULL } }, call.request.body)
  end)

  it("keeps its token, and the values of its headers and its query, to itself", function()
    for named, arguments in pairs {
      ["actions:create"] = { CUSTOM_GIVEN }, ["actions:update"] = { "x-1", CUSTOM_GIVEN },
    } do
      local secrets = api_rows.call(named, arguments[1], arguments[2]).secrets
      table.sort(secrets)
      assert.are.same({ "h-1", "q-1", "t-1" }, secrets)
    end
  end)
end)

describe("an answer to", function()
  it("actions:delete is true", function()
    assert.is_true(read("actions:delete", nil))
    assert.is_true(read("actions:delete", { status = "ok", response = { answer = "deleted" } }))
  end)

  it("actions:create is the id and what is told with it; without an id there is none", function()
    local response = { action_id = "x-1", action_type = "Send Sms", prompt_variables = {} }
    assert.are.same(response, read("actions:create", { status = "ok", response = response }))
    local made, problem = read("actions:create", { status = "ok", response = { answer = "x" } })
    assert.is_nil(made)
    assert.are.equal("the answer has no `action_id`", problem.message)
  end)

  it("a change is what is told of it, or true", function()
    for _, named in ipairs { "actions:update", "actions:initialize", "actions:attach", "actions:detach" } do
      assert.are.same({ answer = "x" }, read(named, { status = "ok", response = { answer = "x" } }))
      assert.is_true(read(named, { status = "ok" }))
    end
  end)

  it("actions:get is the only one of a list, and not found when that is empty", function()
    local envelope = { status = "ok", response = { actions = { { action_id = "x" } } } }
    assert.are.same({ action_id = "x" }, read("actions:get", envelope))
    local _, problem = read("actions:get", { status = "ok", response = { actions = {} } })
    assert.are.equal("not_found", problem.kind)
  end)

  it("actions:list is the records of a page, moved by limit and offset", function()
    assert.are.equal("offset", api_rows.operation "actions:list".returns.paging)
    assert.are.same({ { action_id = "x" } },
      read("actions:list", { status = "ok", response = { actions = { { action_id = "x" } } } }))
  end)
end)
