-- Calls that are made by other means: audio over a WebSocket, which nobody serves here, and calls that come
-- in over a SIP server.

local call_records = require "synthflow.sandbox.call_records"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local MEDIA_URL = "wss://media.example.com/ws"
local UUID = "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"

local function check_enabled(act)
  if not act.sandbox.options.media then
    replies.refuse(503, "WebSocket media is not enabled in this environment.", "critical")
  end
end

local function media_base_url(act)
  check_enabled(act)
  return { wsMediaBaseUrl = MEDIA_URL }
end

local function start_media(act)
  check_enabled(act)
  local body = act.body
  if not body.modelId:find(UUID) then replies.refuse(400, "modelId must be a UUID.") end
  local call = call_records.add(act.sandbox, {
    model_id = body.modelId, phone = body.toPhoneNumber, from_phone_number = body.fromPhoneNumber,
    name = body.leadName or "",
  })
  local sid = identifiers.hexadecimal(32)
  return {
    callId = call.call_id, sid = body.wsMediaServerName and sid or "", wsMediaUrl = MEDIA_URL .. "/" .. sid,
  }
end

local function prepare_inbound(act)
  local body = act.body
  for _, name in ipairs { "model_id", "workspace_id" } do
    if not body[name] or body[name] == "" then replies.refuse(400, name .. " is required.") end
  end
  local variables = body.custom_variables or json.ordered({}, {})
  local call = call_records.add(act.sandbox, {
    model_id = body.model_id, phone = body.to_number, from_phone_number = body.from_number, name = "",
    variables = variables, registered = true,
  })
  return {
    synthflow_call_id = call.call_id, call_status = "registered", direction = "inbound",
    model_id = body.model_id, workspace_id = body.workspace_id, custom_variables = variables,
  }
end

return {
  calls = {
    acts = {
      media_base_url = media_base_url, start_media = start_media, prepare_inbound = prepare_inbound,
    },
  },
}
