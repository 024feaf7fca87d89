-- Subaccounts.

local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local AGENCY = "sandbox-workspace"
local PERMISSIONS = {
  "assistants", "knowledge_base", "actions", "workflows", "contacts", "phone_numbers", "inbound", "outbound",
  "widget", "chat", "logs", "simulations", "analytics",
}
local LIMITS = { "concurrency", "max_agents", "max_minutes", "max_workflow_runs" }

local function check_name(act, name, own)
  local others = act.collection:select(function(record) return record.name == name and record ~= own end)
  if others[1] then replies.refuse(400, ("A subaccount named %s already exists."):format(name)) end
end

local function invite(record, email)
  record.user_email = email
  record.sign_in_link = "https://app.example.com/sign-in/" .. identifiers.hexadecimal(32)
  record.members[#record.members + 1] = { email = email, status = "invited" }
end

local function permit(record, body)
  for _, name in ipairs(body.grant_permissions or {}) do record.permissions[name] = true end
  for _, name in ipairs(body.revoke_permissions or {}) do record.permissions[name] = false end
end

local function limit(record, body)
  for _, name in ipairs(LIMITS) do
    if body[name] ~= nil then record[name] = body[name] end
  end
end

local function new(act)
  local body = act.body
  check_name(act, body.subaccount_name)
  local record = {
    name = body.subaccount_name, api_key = identifiers.hexadecimal(40), permissions = {},
    members = json.list {}, pricing_tiers = json.list {}, twilio = body.twilio_account_sid ~= nil,
  }
  for _, name in ipairs(PERMISSIONS) do record.permissions[name] = true end
  permit(record, body)
  limit(record, body)
  if body.user_email then invite(record, body.user_email) end
  return record
end

local function set_tiers(record, body)
  local detached = {}
  for _, tier in ipairs(body.pricing_tiers_detach or {}) do detached[tier.pricing_tier_id] = true end
  local tiers = json.list {}
  for _, given in ipairs { record.pricing_tiers, body.pricing_tiers_attach or {} } do
    for _, tier in ipairs(given) do
      if not detached[tier.pricing_tier_id] then tiers[#tiers + 1] = tier end
    end
  end
  record.pricing_tiers = tiers
end

local function move_numbers(act, record, body)
  local target = body.operation_type == "return" and AGENCY or record.subaccount_id
  for _, moved in ipairs((body.products or {}).phone_numbers or {}) do
    local found = act.sandbox:collection("phone_numbers", "slug"):select(function(number)
      return number.phone_number == moved.number
    end)
    if not found[1] then replies.refuse(404, ("Phone number %s not found."):format(moved.number or "")) end
    found[1].workspace_id = target
  end
end

local function change(record, body, act)
  if act.request:object().permissions ~= nil then
    replies.refuse(400, "permissions is no longer supported: use grant_permissions and revoke_permissions.")
  end
  if body.subaccount_name then check_name(act, body.subaccount_name, record) end
  move_numbers(act, record, body)
  record.name = body.subaccount_name or record.name
  record.subscription = body.import_subscription or record.subscription
  set_tiers(record, body)
  permit(record, body)
  limit(record, body)
  if body.invite_user_email then invite(record, body.invite_user_email) end
end

local function show(record)
  local shown = {
    subaccount_id = record.subaccount_id, agency_id = AGENCY, name = record.name,
    pricing_tiers = record.pricing_tiers, permissions = record.permissions, minutes_used = 0,
    subscription = record.subscription or json.null, members = record.members,
  }
  for _, name in ipairs(LIMITS) do shown[name] = record[name] == nil and json.null or record[name] end
  return shown
end

local function done(record)
  return {
    subaccount_id = record.subaccount_id, api_key = record.api_key,
    user_email = record.user_email or json.null, sign_in_link = record.sign_in_link or json.null,
  }
end

local function created(record)
  local shown = done(record)
  shown.twilio_connected_successfully = record.twilio
  return shown
end

return {
  subaccounts = {
    noun = "Subaccount", id = "subaccount_id", named_by = { "subaccount_id" }, new = new, change = change,
    show = show, answers = { create = created, update = done },
  },
}
