--- Actions: what agents do before, in and after a call. The body of one has a single key, its kind, in
-- capitals, and inside that kind's own settings:
--
--   client.actions:create { SEND_SMS = { content = "...", instructions = "when they ask for the address" } }
--
-- A new action does nothing until it is attached to an agent.

local schema = require "synthflow.schema"
local custom_action = require "synthflow.api.actions.custom_action"
local live_transfer = require "synthflow.api.actions.live_transfer"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, boolean, variables = schema.string, schema.integer, schema.boolean, schema.variables
local open_enum, open_enum_in = schema.open_enum, schema.open_enum_in
local list, map, object, required, nullable =
  schema.list, schema.map, schema.object, schema.required, schema.nullable
local wrapped, page, single, nothing = schema.wrapped, schema.page, schema.single, schema.nothing
local hint, absent = schema.hint, schema.absent

local action_id = string "the action's id"
local unknown_action = hint
  "no such action in this workspace and region: client.actions:each() shows those there are"
local unknown_agent_or_action = hint "no such agent or action in this workspace and region"
local unconnected = hint "connect the calendar in the dashboard first: Cal.com for CALCOM, HighLevel for GHL"
  :unless { REAL_TIME_BOOKING = absent }
local bad_human_detection = hint
  "LIVE_TRANSFER: human_detection_timeout_seconds is 30 to 1800, and a weekday has one interval"
  :unless { LIVE_TRANSFER = absent }

-- Kinds ----------------------------------------------------------------------------------------------------
-- `must` says what a new one needs: schema.required, or, for changes, nothing.

local function optional(field)
  return field
end

-- The settings of a new one, and those beside them that a change cannot touch.
local function with(fields, more)
  for name, field in pairs(more or {}) do
    fields[name] = field
  end
  return object(fields)
end

local function cal_com(must, more)
  return with({
    user_email = must(string "e-mail address under which meetings are booked"),
    integration = open_enum { "GMeet", "Zoom" } "where they take place",
    sms_boolean = boolean "whether sms_message is sent then; not unless set",
    sms_message = string "text of the SMS",
  }, more) "books with Cal.com, which must be connected in the dashboard"
end

local function high_level(must, more)
  return with({
    booking_title = must(string "name of the action in the dashboard"),
    autoconfirm = must(open_enum { "confirmed", "new" }
      "whether a booking is confirmed at once, or waits for you to do so in HighLevel"),
  }, more) "books with GoHighLevel, which must be connected in the dashboard"
end

local function booking(must, calendars)
  return with({
    first_appt_date = must(string "first day to offer, YYYY-MM-DD"),
    no_of_days = must(integer "how many days to offer, for instance 3"),
    max_time_slots = must(integer "how many appointments to offer on each day, at most 3"),
    min_hours_diff = must(integer "hours between those offered, for instance 3"),
    timezone = must(open_enum_in "synthflow.time_zones" "IANA name, for instance Europe/Berlin"),
  }, calendars) "books an appointment in the call"
end

local function sms(must)
  return object {
    content = must(string "text of the SMS"),
    instructions = must(string "what makes the agent send it"),
  } "sends the person an SMS, which is billed"
end

local function waits_for_reply(fields)
  return with(fields, {
    wait_for_reply = boolean "true: the agent waits for the reply; false: it goes on until one comes",
    timeout_seconds = integer "seconds to wait for the reply",
    fallback_message = string "said when none has come by then",
  })
end

local function sms_in_call(must)
  return waits_for_reply {
    message_body = must(string "text of the SMS; variables are filled in"),
    message_before_action = string "said before it is sent",
  } "sends the caller an SMS in the call, and can take the reply; billed"
end

local function whatsapp_in_call(must)
  return waits_for_reply {
    content_sid = must(string "Twilio's id of the template, HX..."),
    content_variables = map(string "value") 'values of the template\'s places: { ["1"] = "..." }',
  } "sends the caller a WhatsApp message in the call, and can take the reply; billed"
end

local function extractor(more)
  return with({
    identifier = required(string "name of the answer"),
    description = string "what is to be found out; kept as the condition of the action",
  }, more)
end

local information_extractor = object {
  YES_NO = extractor() "yes or no",
  SINGLE_CHOICE = extractor { choices = list(string "answer") "the possible answers" } "one of some answers",
  OPEN_QUESTION = extractor { examples = list(string "answer") "possible answers" } "any answer",
} "finds something out and stores it with the call, as info_extractor_<identifier> in executed_actions"
  :exactly_one { "YES_NO", "SINGLE_CHOICE", "OPEN_QUESTION" }

local changed_extractor = object {
  identifier = string "name of the answer",
  description = string "what is to be found out",
  choices = list(string "answer") "the possible answers, of a SINGLE_CHOICE",
  examples = list(string "answer") "possible answers, of an OPEN_QUESTION",
} "finds something out and stores it with the call"

local evaluation = object {
  question = object {
    identifier = string "its name",
    text = string "what is judged",
    category = open_enum { "pass_fail", "numeric", "descriptive", "likert_scale" } "how",
    expected_result = string 'what is good: "true" or "false" of pass_fail, 1 to 10 of numeric',
  } "what is asked about the call",
} "judges each call by a question of your own"

local new_kinds = {
  REAL_TIME_BOOKING = booking(required, {
    CALCOM = cal_com(required, { event_id = required(string "id of the event in Cal.com") }),
    GHL = high_level(required, { calendar_id = required(string "id of the calendar: Calendar Settings") }),
  }):exactly_one { "CALCOM", "GHL" },
  INFORMATION_EXTRACTOR = information_extractor,
  LIVE_TRANSFER = live_transfer.new,
  SEND_SMS = sms(required),
  INCALL_SMS = sms_in_call(required),
  INCALL_WHATSAPP = whatsapp_in_call(required),
  CUSTOM_ACTION = custom_action(required),
  CUSTOM_EVAL = evaluation,
}

local changed_kinds = {
  REAL_TIME_BOOKING = booking(optional, { CALCOM = cal_com(optional), GHL = high_level(optional) }),
  INFORMATION_EXTRACTOR = changed_extractor,
  LIVE_TRANSFER = live_transfer.changed,
  SEND_SMS = sms(optional),
  INCALL_SMS = sms_in_call(optional),
  INCALL_WHATSAPP = whatsapp_in_call(optional),
  CUSTOM_ACTION = custom_action(optional),
}

-- Attaching ------------------------------------------------------------------------------------------------

local attachment = object {
  action_id = action_id,
  slug = string "its slug instead of its id",
  attachment_type = nullable(open_enum { "before", "during", "after" }
    'when the agent can use it, before, in or after a call; "during" when not given'),
  trigger_condition = nullable(string
    'when this agent is to use it, of custom actions; not given or null leaves it as it is, "" clears it'),
  input_variables_mapping = list(object {
    variable_name = required(string "input variable of the action"),
    source = required(open_enum { "llm", "hardcoded" } "who gives the value: the agent, or you"),
    hardcoded_value = nullable(string 'your value, with "hardcoded"'),
    llm_config = nullable(object {
      description = nullable(string "what the value stands for"),
      example = nullable(string "a possible value"),
      required = nullable(boolean "whether the action needs it"),
    } 'what tells the agent, with "llm"'),
  }) "where its input variables come from, for this agent",
}:exactly_one { "action_id", "slug" }

return schema.resource "actions" {
  about = "What agents do before, in and after a call. A new action does nothing until it is attached to "
    .. "an agent.",

  list = GET "/actions" {
    summary = "One page of all actions.",
    effect = read,
    query = {
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
    },
    returns = page "actions",
    answer_secrets = { "value" }, -- of headers, queries and custom_auth
  },

  create = POST "/actions" {
    summary = "Makes an action, of one kind. It does nothing until it is attached to an agent.",
    effect = creates,
    body = object(new_kinds):exactly_one {
      "REAL_TIME_BOOKING", "INFORMATION_EXTRACTOR", "LIVE_TRANSFER", "SEND_SMS", "INCALL_SMS",
      "INCALL_WHATSAPP", "CUSTOM_ACTION", "CUSTOM_EVAL",
    },
    -- { action_id =, action_type = (in words here, in capitals in get), prompt_variables = }
    returns = wrapped:holding "action_id",
    means = { [400] = { unconnected, bad_human_detection } },
  },

  get = GET "/actions/{action_id}" {
    summary = "One action with its settings.",
    effect = read,
    path = { action_id = action_id },
    query = {
      include_assistants = boolean "true: also the ids of the agents it is attached to",
    },
    returns = single "actions",
    answer_secrets = { "value" }, -- of headers, queries and custom_auth
    means = { [404] = unknown_action },
  },

  update = PUT "/actions/{action_id}" {
    summary = "Changes an action, for all agents it is attached to. Its kind stays, and so does what is not "
      .. "given, but LIVE_TRANSFER is given whole. INFORMATION_EXTRACTOR takes its settings directly, not "
      .. "inside YES_NO and the like.",
    effect = idempotent,
    path = { action_id = action_id },
    body = object(changed_kinds):exactly_one {
      "REAL_TIME_BOOKING", "INFORMATION_EXTRACTOR", "LIVE_TRANSFER", "SEND_SMS", "INCALL_SMS",
      "INCALL_WHATSAPP", "CUSTOM_ACTION",
    },
    returns = wrapped,
    means = {
      [400] = { hint "the key must be the kind that the action has", unconnected, bad_human_detection },
      [404] = unknown_action,
    },
  },

  delete = DELETE "/actions/{action_id}" {
    summary = "Deletes an action, also for the agents it is attached to.",
    effect = idempotent,
    path = { action_id = action_id },
    returns = nothing,
    means = { [404] = unknown_action },
  },

  initialize = POST "/actions/initialize" {
    summary = "Initializes a custom action with values for its variables. The platform may send the action's "
      .. "request to do so, with all that this does at its address.",
    effect = creates,
    body = {
      action_id = required(action_id),
      variables = variables "values for the variables of the action",
    },
    returns = wrapped,
    means = { [404] = unknown_action },
  },

  attach = POST "/actions/attach" {
    summary = "Attaches actions to an agent, beside those it has. The agent's draft changes with it.",
    effect = idempotent,
    body = {
      model_id = required(string "agent, its id"),
      actions = list(string "action id") "the actions",
      items = list(attachment) "the same, each with settings for this agent",
    },
    returns = wrapped,
    means = {
      [400] = hint "give actions, a list of ids, or items" :when { actions = absent, items = absent },
      [404] = unknown_agent_or_action,
    },
  },

  detach = POST "/actions/detach" {
    summary = "Detaches actions from an agent; they stay in the workspace.",
    effect = idempotent,
    body = {
      model_id = required(string "agent, its id"),
      actions = required(list(string "action id") "the actions"),
    },
    returns = wrapped,
    means = { [404] = unknown_agent_or_action },
  },
}
