-- Webhook logs: one for each call that has ended, to the address of the call, or of its agent. Nothing is
-- sent to it: all webhooks of the sandbox are said to have succeeded, unless a test has set something else.

local call_records = require "synthflow.sandbox.call_records"
local clock = require "synthflow.sandbox.clock"
local envelopes = require "synthflow.sandbox.envelopes"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local DEFAULT_URL = "https://webhooks.example.com/synthflow"
local DURATION = 120

local function url_of(act, call)
  local agent = act.sandbox:collection("agents", "model_id"):find(call.model_id)
  return call.webhook_url or agent and agent.external_webhook_url or DEFAULT_URL
end

local function payload(act, call)
  local shown = call_records.by_itself(act.sandbox, call)
  return {
    status = shown.status, error_message = shown.error_message,
    lead = { name = shown.name, phone_number = call.phone, prompt_variables = shown.prompt_variables },
    call = {
      status = shown.status, end_call_reason = shown.end_call_reason, model_id = call.model_id,
      timezone = shown.timezone, call_id = call.call_id, duration = shown.duration,
      start_time = clock.iso(call.made_at), transcript = shown.transcript,
      recording_url = shown.recording_url,
    },
    executed_actions = shown.executed_actions,
  }
end

-- A log of a call, in the form in which the filters see it.
local function log_of(act, call)
  local log = act.sandbox:override(call.webhook_log_id, {
    call = call, webhook_log_id = call.webhook_log_id, call_id = call.call_id,
    webhook_type = "external_webhook", status = "success", http_method = "post",
    created_at = clock.iso(call.made_at + call_records.seconds(act.sandbox)),
    response_status_code = 200, error_message = json.null, webhook_url = url_of(act, call),
    model_id = call.model_id,
  })
  log.url, log.name, log.assistant_id = log.webhook_url, log.webhook_url, log.model_id
  return log
end

local function logs_of(act)
  local logs, records = {}, call_records.collection(act.sandbox).records
  for index = #records, 1, -1 do
    if call_records.stage(act.sandbox, records[index]).ended then
      logs[#logs + 1] = log_of(act, records[index])
    end
  end
  return logs
end

local function show_in_list(act, log)
  return act.sandbox:override(log.webhook_log_id, {
    request_timestamp = log.created_at, webhook_log_id = log.webhook_log_id, model_id = log.assistant_id,
    status = log.status, webhook_url = log.url, response_status_code = log.response_status_code,
    http_method = log.http_method:upper(),
  })
end

local function show(act, log)
  return act.sandbox:override(log.webhook_log_id, {
    webhook_log_id = log.webhook_log_id, webhook_type = log.webhook_type, webhook_url = log.url,
    call_id = log.call_id, model_id = log.assistant_id, workspace_id = act.query.workspace_id,
    action_id = json.null, request_timestamp = log.created_at, attempt_number = 1,
    request_headers = { ["Content-Type"] = "application/json" }, request_payload = payload(act, log.call),
    response_timestamp = log.created_at, response_status_code = log.response_status_code,
    response_payload = { ok = true },
    response_headers = { ["Content-Type"] = "application/json" }, duration_ms = DURATION,
    status = log.status, error_message = log.error_message,
  })
end

local function list(act)
  local resources = require "synthflow.sandbox.resources" -- which loads this file
  return envelopes.page(act, resources.select(act, logs_of(act)), function(log)
    return show_in_list(act, log)
  end)
end

local function get(act)
  for _, log in ipairs(logs_of(act)) do
    if log.webhook_log_id == act.path.webhook_log_id then return show(act, log) end
  end
  replies.refuse(404, "Webhook log not found.")
end

-- Any workspace will do.
local function any()
  return true
end

return {
  webhook_logs = { page_size = 20, filters = { workspace_id = any }, acts = { list = list, get = get } },
}
