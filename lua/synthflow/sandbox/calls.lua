-- Calls: make, list, get. How they go on is in call_life.lua.
--
-- As on the platform, a record looks different in the list and by itself, and numbers of the list come as
-- text. What the platform does not document is a guess, and marked as such.

local call_life = require "synthflow.sandbox.call_life"
local clock = require "synthflow.sandbox.clock"
local fields = require "synthflow.sandbox.fields"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local paging = require "synthflow.sandbox.paging"
local replies = require "synthflow.sandbox.replies"

local CALL_SECONDS = 3
local OWN_NUMBER = "+15550100000"
local ETA = 2

local BODY = {
  model_id = "string", phone = "string", name = "string", from_phone_number = "string", lead_email = "string",
  lead_timezone = "string", prompt = "string", greeting = "string", external_webhook_url = "string",
}
local REQUIRED = { "model_id", "phone", "name" }

local function calls_of(sandbox)
  return sandbox:collection("calls", "call_id")
end

local function filled(text)
  return text ~= nil and text ~= ""
end

-- Making ---------------------------------------------------------------------------------------------

local VARIABLES = "custom_variables must be a list of objects with key and value, both text."

-- The documented list, and the plain object that others send. The values by name.
local function read_variables(given)
  if given == nil or given == json.null then return {} end
  if type(given) ~= "table" then replies.refuse(400, VARIABLES) end
  local values = {}
  if json.is_object(given) and #given == 0 then
    for name, value in pairs(given) do values[name] = tostring(value) end
    return values
  end
  for _, one in ipairs(given) do
    if type(one) ~= "table" or type(one.key) ~= "string" or type(one.value) ~= "string" then
      replies.refuse(400, VARIABLES)
    end
    values[one.key] = one.value
  end
  return values
end

local function make(sandbox, request)
  local body = request:read_body(BODY)
  for _, name in ipairs(REQUIRED) do
    if not filled(body[name]) then replies.refuse(400, ("%s is required."):format(name)) end
  end
  local now = clock.now()
  local record = {
    call_id = identifiers.uuid(),
    model_id = body.model_id,
    phone = body.phone,
    name = body.name,
    from = filled(body.from_phone_number) and body.from_phone_number or OWN_NUMBER,
    greeting = body.greeting or "Hello!",
    timezone = body.lead_timezone or "Europe/Berlin",
    variables = read_variables(request:object().custom_variables),
    made_at = now,
    order = #calls_of(sandbox).records,
  }
  calls_of(sandbox):insert(record)
  return {
    status = 200,
    body = { status = "success", response = { answer = "ok", call_id = record.call_id }, eta = ETA },
  }
end

-- Showing --------------------------------------------------------------------------------------------

local function stage_of(sandbox, record)
  local whole = sandbox.options.call_seconds or CALL_SECONDS
  local stage = call_life.stage(record.phone, clock.now() - record.made_at, whole)
  stage.ringing_for = call_life.ringing_ends(whole)
  return stage
end

-- Guess: to the platform a second of the call is a second, and a call of the sandbox is over before.
local function whole_seconds(seconds)
  return math.max(math.floor(seconds + 0.5), 1)
end

-- ISO without a zone, as it comes in real records.
local function without_zone(moment)
  return (clock.iso(moment):gsub("%.%d+%+00:00$", ""))
end

local function transcript_of(record)
  return ("\nbot: %s\nhuman: Yes, this is %s.\nbot: Goodbye."):format(record.greeting, record.name)
end

-- What both forms have. `overridden` is what a test has set.
local function common(record, stage)
  local ending, answered = stage.ending, stage.answered_for
  local shown = {
    call_id = record.call_id,
    model_id = record.model_id,
    campaign_type = "outbound",
    type_of_call = "outbound",
    phone_number_from = record.from,
    phone_number_to = record.phone,
    name = record.name,
    timezone = record.timezone,
    start_time = ("%.0f"):format(record.made_at * 1000),
    executed_actions = json.ordered({}, {}),
    collected_variables = json.null,
    recording_url = json.null,
    transcript = "",
    duration = 0,
    end_call_reason = "",
    error_message = "",
    telephony_hangup = json.null,
    telephony_disconnect_reason = json.null,
    telephony_start = json.null,
    telephony_end = json.null,
    telephony_duration = json.null,
  }
  if answered then
    shown.telephony_start = without_zone(record.made_at + stage.ringing_for)
  end
  if not stage.ended then return shown end
  shown.end_call_reason = ending.reason
  shown.error_message = ending.error_message or ""
  shown.telephony_hangup = ending.hangup or json.null
  shown.telephony_disconnect_reason = ending.error_message and "error"
    or ending.hangup and ending.hangup .. "_hangup" or "unknown"
  if answered then
    shown.duration = whole_seconds(answered)
    shown.transcript = transcript_of(record)
    shown.recording_url = "https://recordings.example.com/" .. record.call_id .. ".mp3?signature=sandbox"
    shown.telephony_end = without_zone(record.made_at + stage.ringing_for + answered)
    shown.telephony_duration = math.floor(answered * 1000)
  end
  return shown
end

local function override(shown, record)
  for name, value in pairs(record.overridden or {}) do
    if shown[name] ~= nil then shown[name] = value end
  end
  return shown
end

local function judge_results(stage)
  if not (stage.ended and stage.answered_for) then return json.null end
  return { goal = "true", goal_feedback = "The agent said goodbye.", answered_by_human = "True" }
end

local function in_list(sandbox, record)
  local stage = stage_of(sandbox, record)
  local shown = common(record, stage)
  shown.call_status = stage.status
  shown.duration = ("%d"):format(shown.duration)
  shown.lead_name = record.name
  shown.lead_phone_number = record.phone
  shown.judge_results = judge_results(stage)
  shown.labels = json.list {}
  shown.agents_used = json.list { record.model_id }
  shown.agent_phone_number = record.from
  shown.deployment_type = json.null
  shown.assistant_version = json.null
  shown.recording_duration = json.null
  return override(shown, record)
end

local function by_itself(sandbox, record)
  local stage = stage_of(sandbox, record)
  local shown = common(record, stage)
  shown.status = stage.status
  shown.prompt_variables = json.ordered(record.variables, {})
  shown.custom_end_call_reason = json.null
  shown.telephony_ringing_duration = stage.answered_for and math.floor(stage.ringing_for * 1000) or json.null
  return override(shown, record)
end

-- Finding --------------------------------------------------------------------------------------------

-- A call may be there before it is shown.
local function is_listed(sandbox, record)
  return not record.hidden and clock.now() - record.made_at >= (sandbox.options.listed_after or 0)
end

local function digits(text)
  return (text:gsub("%D", ""))
end

-- Milliseconds: a number of them, or a date.
local function read_moment(name, text)
  if text == nil then return nil end
  local moment = tonumber(text) or clock.parse(text) and clock.parse(text) * 1000
  if not moment then replies.refuse(400, ("%s is not a date."):format(name)) end
  return moment
end

local QUERY = {
  model_id = "string", from_date = "string", to_date = "string", call_status = "string",
  duration_min = "integer", duration_max = "integer", lead_phone_number = "string",
  limit = "integer", offset = "integer",
}

-- `to_date` is exclusive, as seen live.
local function filter(query)
  local from, to = read_moment("from_date", query.from_date), read_moment("to_date", query.to_date)
  return function(shown)
    local start, duration = tonumber(shown.start_time), tonumber(shown.duration)
    return shown.model_id == query.model_id
      and not (from and start < from)
      and not (to and start >= to)
      and not (query.call_status and shown.call_status ~= query.call_status)
      and not (query.duration_min and duration < query.duration_min)
      and not (query.duration_max and duration > query.duration_max)
      and not (query.lead_phone_number and digits(shown.lead_phone_number) ~= digits(query.lead_phone_number))
  end
end

local function newest_first(left, right)
  local one, other = tonumber(left.shown.start_time), tonumber(right.shown.start_time)
  if one ~= other then return one > other end
  return left.order > right.order
end

local function list(sandbox, request)
  local query = request:read_query(QUERY)
  if not filled(query.model_id) then replies.refuse(400, "model_id is required.") end
  local matches, found = filter(query), {}
  for _, record in ipairs(calls_of(sandbox).records) do
    local shown = is_listed(sandbox, record) and in_list(sandbox, record)
    if shown and matches(shown) then found[#found + 1] = { shown = shown, order = record.order } end
  end
  table.sort(found, newest_first)
  local items, pagination = paging.by_offset(query, found, function(one) return one.shown end)
  return replies.ok { pagination = pagination, calls = items }
end

local function get(sandbox, request)
  local record = calls_of(sandbox):find(request.parameters.call_id)
  if not record or not is_listed(sandbox, record) then replies.refuse(404, "Call not found.") end
  return replies.ok {
    pagination = { total_records = 1, limit = 1, offset = 0 },
    calls = json.list { by_itself(sandbox, record) },
  }
end

-- For tests ------------------------------------------------------------------------------------------

local SPEED = { call_seconds = "number", listed_after = "number" }
local SPEED_NAMES = { "call_seconds", "listed_after" }

local function set_speed(sandbox, request)
  fields.refuse_unknown(request:object(), SPEED_NAMES)
  local given = request:read_body(SPEED)
  for name, value in pairs(given) do sandbox.options[name] = value end
  return replies.ok()
end

-- Any field of a record, in the list or by itself; `hidden` takes it out of sight.
local function set_call(sandbox, request)
  local record = calls_of(sandbox):find(request.parameters.call_id)
  if not record then replies.refuse(404, "Call not found.") end
  local given, known = request:object(), { "hidden" }
  for _, shown in ipairs { in_list(sandbox, record), by_itself(sandbox, record) } do
    for name in pairs(shown) do known[#known + 1] = name end
  end
  fields.refuse_unknown(given, known)
  record.overridden = record.overridden or {}
  for name, value in pairs(given) do
    if name == "hidden" then record.hidden = value == true else record.overridden[name] = value end
  end
  -- Both forms have it, under a name of their own.
  local status = given.status or given.call_status
  if status then record.overridden.status, record.overridden.call_status = status, status end
  return replies.ok()
end

local ALL, ONE = "/calls", "/calls/{call_id}"
local TEST_ALL, TEST_ONE = "/_sandbox/calls", "/_sandbox/calls/{call_id}"

return {
  { operation = "calls.make", method = "POST", path = ALL, answer = make },
  { operation = "calls.list", method = "GET", path = ALL, answer = list },
  { operation = "calls.get", method = "GET", path = ONE, answer = get },
  { operation = "sandbox.set_speed", method = "PATCH", path = TEST_ALL, answer = set_speed, open = true },
  { operation = "sandbox.set_call", method = "PATCH", path = TEST_ONE, answer = set_call, open = true },
}
