--- Calls. The agent of the dashboard is the `model_id` here, as on the platform.
--
-- A record of a call is read in two ways, by `list` (and `each`) and by `get`, and the platform answers with
-- two shapes. Here they are one. Both have
--
--   call_id, model_id, type_of_call ("inbound", "outbound"), campaign_type, phone_number_from,
--   phone_number_to, transcript, recording_url, end_call_reason, error_message, executed_actions,
--   collected_variables, timezone, telephony_start, telephony_end (ISO 8601, in UTC where no zone is said),
--   telephony_hangup, telephony_disconnect_reason: as the platform sends them;
--   status and call_status: the same; `list` sends the second, `get` the first;
--   name and lead_name: the person called; `list` sends both, or the second alone, `get` the first;
--   duration (seconds), start_time (milliseconds since 1970), telephony_duration (milliseconds): numbers,
--   also where they come as text.
--
-- Only `list` has judge_results, labels, agents_used, agent_phone_number, assistant_version,
-- deployment_type, lead_phone_number, recording_duration (a number); only `get` has prompt_variables,
-- custom_end_call_reason, telephony_ringing_duration (a number). What the platform has left out is absent;
-- what it adds one day passes through. `response.envelope` holds what came, untouched.
--
-- The media operations write and answer their fields in camelCase, unlike all others: modelId, callId.

local schema = require "synthflow.schema"
local GET, POST = schema.GET, schema.POST
local read, creates, dials = schema.read, schema.creates, schema.dials
local string, integer, date, variables = schema.string, schema.integer, schema.date, schema.variables
local open_enum, open_enum_in, required = schema.open_enum, schema.open_enum_in, schema.required
local variable_map = schema.variable_map
local wrapped, page, single, record = schema.wrapped, schema.page, schema.single, schema.record
local bare = schema.bare
local hint, absent = schema.hint, schema.absent

local statuses = {
  "pending", "queue", "ringing", "in-progress", "completed", "no-answer", "busy", "failed", "canceled",
  "user-canceled", "hangup_on_voicemail", "left_voicemail", "voicemail", "spam", "paused", "registered",
}

local call_record = record {
  twins = { { "status", "call_status" }, { "name", "lead_name" } },
  numbers = {
    "duration", "start_time", "recording_duration", "telephony_duration", "telephony_ringing_duration",
  },
}

local media_not_enabled = hint "audio by WebSocket is not enabled here: have the platform enable it"
  :took_effect "no"

return schema.resource "calls" {
  about = "Calls: made, listed, read and awaited. The agent of the dashboard is the `model_id` here.",

  make = POST "/calls" {
    summary = "Calls a person, at once: the phone rings, and the agent talks with whoever answers. Billed.",
    effect = dials,
    paced = true,
    body = {
      model_id = required(string "agent that calls, an outbound one"),
      phone = required(string "number to call, E.164 with its +"),
      name = required(string "name of the person to call"),
      from_phone_number = string "caller id: a number that is attached to the agent",
      custom_variables = variables "values for {name} in prompt and greeting, for this call",
      lead_email = string "e-mail address of the person, to book appointments with",
      lead_timezone = open_enum_in "synthflow.time_zones"
        "their time zone, an IANA name, to book appointments in",
      prompt = string "in place of the agent's own, for this call",
      greeting = string "in place of the agent's own, for this call",
      external_webhook_url = string "where the outcome is posted, in place of the agent's own, for this call",
    },
    -- { call_id =, answer =, eta = seconds until it starts }
    returns = wrapped:holding "call_id",
    means = {
      [400] = {
        hint "model_id must be an outbound agent, and phone a number in E.164 with its +",
        hint "from_phone_number must be attached to the agent" :unless { from_phone_number = absent },
      },
      [404] = hint "no such agent in this workspace and region: check model_id",
      [429] = hint "too many calls at once: wait for some to end, or set calls_per_second",
    },
  },

  list = GET "/calls" {
    summary = "One page of the calls of an agent, newest first.",
    effect = read,
    query = {
      model_id = required(string "agent whose calls are wanted"),
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
      from_date = date "only calls that started then or later",
      to_date = date("only calls from before then; that moment itself is left out"):now_in_iterator(),
      call_status = open_enum(statuses) "only calls with this status",
      duration_min = integer "seconds, at least",
      duration_max = integer "seconds, at most",
      lead_phone_number = string "only calls with this caller or callee; E.164",
      -- In no document: the platform's guide to batches implies it.
      batch_call_id = string "only calls of this batch; the platform may not heed it",
    },
    returns = page "calls":of(call_record),
  },

  get = GET "/calls/{call_id}" {
    summary = "One call with its transcript, what was done in it, and how it ended.",
    effect = read,
    path = { call_id = string "the call_id that make answered":never "batch" },
    returns = single "calls":of(call_record),
    means = {
      [404] = hint "no such call in this workspace and region; one just made may take a moment to be there",
    },
  },

  -- In no OpenAPI file of the platform; whether it still exists is not certain.
  prepare_inbound = POST "/prepare_inbound" {
    summary = "Announces a call that your own SIP server is about to forward, with agent and variables for "
      .. "it. Rings nobody. Then send the INVITE to sip:{number}@sipin.synthflow.ai:32681, with the header "
      .. '"X-EI: S.{id};", {id} being the synthflow_call_id of the answer.',
    effect = creates,
    body = {
      from_number = required(string "number of the caller, E.164"),
      to_number = required(string "number that is called, E.164"),
      model_id = string "agent that takes the call",
      workspace_id = string "workspace of the agent" :alias "workspace":from_client "workspace_id",
      custom_variables = variable_map "values for {name} in prompt and greeting, for this call",
    },
    -- { synthflow_call_id =, call_status = "registered", direction = "inbound", model_id =, workspace_id =,
    --   custom_variables = }
    returns = bare:holding "synthflow_call_id",
    means = {
      [400] = {
        hint "give model_id" :when { model_id = absent },
        hint "give workspace_id" :when { workspace_id = absent },
      },
      [404] = hint "no such agent in this workspace and region, or the platform no longer has this operation",
    },
  },

  start_media = POST "/calls/outbound-test-ws-media" {
    summary = "Starts a test call whose audio goes over a WebSocket of yours in place of a phone; it is a "
      .. "call like any other, and billed. Open media_base_url first, read server-name from its first "
      .. 'message, start with that as wsMediaServerName, then send {"type": "bind", "sid": sid} there. Its '
      .. "fields are in camelCase, unlike those of others.",
    effect = dials,
    paced = true,
    body = {
      modelId = required(string "agent"),
      fromPhoneNumber = required(string "caller id"),
      toPhoneNumber = required(string "number that is called; no phone rings"),
      leadName = string "name of the person called",
      agentVersion = string '"draft", or the id of a version; the live one when not given',
      wsMediaCodec = open_enum { "opus", "pcma", "pcmu", "l16" }
        "opus when not given; pcma and pcmu: G.711, 8 kHz; l16: 16 bit big-endian PCM, 16 kHz, mono",
      wsMediaFraming = open_enum { "rtp", "payload" }
        "rtp, when not given: each message is an RTP packet; payload: audio alone, not for opus",
      wsMediaServerName = string("server-name of the first message of the WebSocket; without it no `sid` is "
        .. "answered, and wsMediaUrl is to be opened, which only works with a single media server"),
    },
    -- { callId =, sid =, wsMediaUrl = }
    returns = bare:holding "callId",
    answer_secrets = { "sid", "wsMediaUrl" },
    error_fields = { "callId" },
    means = {
      [400] = hint "modelId must be the UUID of a voice agent",
      [502] = hint "the media server did not take the call in: if the error has a callId, there is a call",
      [503] = media_not_enabled,
    },
  },

  media_base_url = GET "/calls/outbound-test-ws-media/base-url" {
    summary = "The address of the WebSocket for start_media: { wsMediaBaseUrl = }, in camelCase. Starts "
      .. "nothing.",
    effect = read,
    returns = bare:holding "wsMediaBaseUrl",
    means = { [503] = media_not_enabled },
  },
}
