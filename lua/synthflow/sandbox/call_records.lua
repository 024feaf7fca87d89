-- Records of calls, whoever made them, and how they are shown. How they go on is in call_life.lua.
--
-- As on the platform, a record looks different in the list and by itself, and numbers of the list come as
-- text. What the platform does not document is a guess, and marked as such.

local call_life = require "synthflow.sandbox.call_life"
local clock = require "synthflow.sandbox.clock"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local recordings = require "synthflow.sandbox.recordings"

local call_records = {}

local CALL_SECONDS = 3
local OWN_NUMBER = "+15550100000"

function call_records.collection(sandbox)
  return sandbox:collection("calls", "call_id")
end

---Seconds that the life of a call lasts.
function call_records.seconds(sandbox)
  return sandbox.options.call_seconds or CALL_SECONDS
end

local function filled(text)
  return text ~= nil and text ~= ""
end

---A call that begins now, unless `made_at` says otherwise.
---@param given table { model_id, phone, name, from_phone_number?, greeting?, lead_timezone?, variables?,
---  external_webhook_url?, batch_call_id?, made_at?, registered? (true: it never begins) }
---@return table record
function call_records.add(sandbox, given)
  local calls = call_records.collection(sandbox)
  local record = {
    call_id = identifiers.uuid(),
    model_id = given.model_id,
    phone = given.phone,
    name = given.name,
    from = filled(given.from_phone_number) and given.from_phone_number or OWN_NUMBER,
    greeting = given.greeting or "Hello!",
    timezone = given.lead_timezone or "Europe/Berlin",
    variables = given.variables or {},
    webhook_url = filled(given.external_webhook_url) and given.external_webhook_url or nil,
    webhook_log_id = identifiers.uuid(),
    batch_call_id = given.batch_call_id,
    registered = given.registered,
    made_at = given.made_at or clock.now(),
    order = #calls.records,
  }
  calls:insert(record)
  return record
end

-- Showing --------------------------------------------------------------------------------------------

---Where a call is in its life: see call_life.lua.
function call_records.stage(sandbox, record)
  local whole = call_records.seconds(sandbox)
  if record.registered then return { status = "registered", ending = {} } end
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

-- What both forms have.
local function common(sandbox, record, stage)
  local ending, answered = stage.ending, stage.answered_for
  local shown = {
    call_id = record.call_id,
    model_id = record.model_id,
    campaign_type = record.registered and "inbound" or "outbound",
    type_of_call = record.registered and "inbound" or "outbound",
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
    shown.recording_url = recordings.url(sandbox, record.call_id)
    shown.telephony_end = without_zone(record.made_at + stage.ringing_for + answered)
    shown.telephony_duration = math.floor(answered * 1000)
  end
  return shown
end

local function judge_results(stage)
  if not (stage.ended and stage.answered_for) then return json.null end
  return { goal = "true", goal_feedback = "The agent said goodbye.", answered_by_human = "True" }
end

function call_records.in_list(sandbox, record)
  local stage = call_records.stage(sandbox, record)
  local shown = common(sandbox, record, stage)
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
  return sandbox:override(record.call_id, shown)
end

function call_records.by_itself(sandbox, record)
  local stage = call_records.stage(sandbox, record)
  local shown = common(sandbox, record, stage)
  shown.status = stage.status
  shown.prompt_variables = json.ordered(record.variables, {})
  shown.custom_end_call_reason = json.null
  shown.telephony_ringing_duration = stage.answered_for and math.floor(stage.ringing_for * 1000) or json.null
  return sandbox:override(record.call_id, shown)
end

---A call may be there before it is shown.
function call_records.is_listed(sandbox, record)
  return not record.hidden and clock.now() - record.made_at >= (sandbox.options.listed_after or 0)
end

return call_records
