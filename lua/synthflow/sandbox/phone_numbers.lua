-- Phone numbers of the user's own carrier: import, list, get, update, delete.
--
-- What the platform does not document is a guess, and marked as such.

local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local paging = require "synthflow.sandbox.paging"
local replies = require "synthflow.sandbox.replies"

local PROVIDERS = { "twilio", "telnyx", "vonage", "ring_central", "ringcx", "custom", "zoom", "five9", "8x8" }

-- Providers whose SIP settings the platform fills in. The addresses of ringcx and zoom are
-- documented, those of five9 and 8x8 stand for the regional ones.
local FILLED_IN = {
  five9 = { sip_term_uri = "192.0.2.9", sip_outbound_proxy = "192.0.2.9:5061;transport=tls" },
  ringcx = { sip_term_uri = "sip.ringcentral.com" },
  zoom = { sip_term_uri = "sip.zoom.com" },
  ["8x8"] = { sip_term_uri = "sip.8x8.example.com" },
}

local DEFAULT_REGISTER_EXPIRES = 300
local REGISTER_EXPIRES_RANGE = { 60, 3600 }

local SETTINGS = {
  friendly_name = "string",
  provider_name = PROVIDERS,
  trunk_username = "string",
  trunk_pwd = "string",
  termination_uri = "string",
  sip_outbound_proxy = "string",
  sip_auth_username = "string",
  uac_enabled = "boolean",
  uac_register_expires = "number",
}

-- Guess: what may be shown as null is unset by null; null for anything else is as good as nothing.
local UNSET_BY_NULL = { "sip_auth_username", "sip_outbound_proxy", "uac_register_expires" }

local function with(types, more)
  local all = {}
  for name, kind in pairs(types) do all[name] = kind end
  for name, kind in pairs(more) do all[name] = kind end
  return all
end

local IMPORT_BODY = with(SETTINGS, { workspace_id = "string", phone_number = "string" })
local UPDATE_BODY = with(SETTINGS, { sip_term_uri = "string" })

-- What a record shows, in the platform's order. The trunk's credentials are kept and never shown.
local SHOWN = {
  "slug", "address_requirement", "phone_number", "friendly_name", "is_sms_capable", "is_voice_capable",
  "iso_country", "locality", "sip_auth_username", "sip_outbound_proxy", "sip_term_uri", "uac_enabled",
  "uac_register_expires", "sid", "provider_name", "region", "is_available", "agency_workspace_id",
  "workspace_id", "created_at", "updated_at", "assistants",
}

-- An outbound agent only calls from it.
local function is_available(sandbox, record)
  local agents = sandbox:collection("agents", "model_id")
  for _, model_id in ipairs(record.assistants) do
    local agent = agents:find(model_id)
    if not agent or agent.type == "inbound" then return false end
  end
  return true
end

local function show(sandbox, record)
  local filling = FILLED_IN[record.provider_name] or {}
  local shown = {}
  for _, name in ipairs(SHOWN) do
    local value = record[name]
    if value == nil then value = filling[name] end
    if value == nil then value = json.null end
    shown[name] = value
  end
  if shown.sip_term_uri == json.null then shown.sip_term_uri = "" end
  if record.uac_enabled and not record.uac_register_expires then
    shown.uac_register_expires = DEFAULT_REGISTER_EXPIRES
  end
  shown.is_available = is_available(sandbox, record)
  return json.ordered(shown, SHOWN)
end

local function show_in_list(sandbox, record)
  return json.ordered({
    number = record.phone_number,
    sid = json.null, -- only bought numbers have one
    is_available = is_available(sandbox, record),
  }, { "number", "sid", "is_available" })
end

-- An empty text counts as missing.
local function filled(text)
  return text ~= nil and text ~= ""
end

local function check_provider_enabled(sandbox, provider_name)
  if sandbox.options.disabled_providers[provider_name] then
    replies.refuse(403, ("Importing %s numbers is not enabled for this workspace."):format(provider_name))
  end
end

local function check_registration(settings)
  if settings.uac_enabled and not (filled(settings.trunk_username) and filled(settings.trunk_pwd)) then
    replies.refuse(400, "uac_enabled requires trunk_username and trunk_pwd.")
  end
  local seconds = settings.uac_register_expires
  local shortest, longest = REGISTER_EXPIRES_RANGE[1], REGISTER_EXPIRES_RANGE[2]
  if seconds and (seconds % 1 ~= 0 or seconds < shortest or seconds > longest) then
    replies.refuse(400,
      ("uac_register_expires must be a whole number between %d and %d."):format(shortest, longest))
  end
end

-- The number under which an import files the record.
local function choose_phone_number(body)
  local given = body.phone_number
  if body.provider_name == "8x8" then
    if not filled(given) then return identifiers.digits(12) end
    if not given:find("^" .. ("%d"):rep(12) .. "$") then
      replies.refuse(400, "phone_number must be a 12-digit identifier for 8x8.")
    end
  elseif not filled(given) then
    replies.refuse(400, "phone_number is required.")
  end
  return given
end

-- Keeps only what was given: what the platform fills in is added when a record is shown.
local function apply_settings(record, given)
  for name in pairs(UPDATE_BODY) do
    if given[name] ~= nil then record[name] = given[name] end
  end
  record.termination_uri = nil
  -- Guess: when both names are given, the platform's own wins over the alias.
  local sip_term_uri = given.sip_term_uri or given.termination_uri
  if filled(sip_term_uri) then record.sip_term_uri = sip_term_uri end
  if given.uac_register_expires then
    record.uac_register_expires = math.floor(given.uac_register_expires)
  end
end

local function numbers_of(sandbox)
  return sandbox:collection("phone_numbers", "slug")
end

local function import(sandbox, request)
  local body = request:read_body(IMPORT_BODY, { "workspace_id" })
  -- Guess: an empty workspace is refused like a missing number.
  if body.workspace_id == "" then replies.refuse(400, "workspace_id is required.") end
  local provider_name = body.provider_name or "custom"
  check_provider_enabled(sandbox, provider_name)
  local phone_number = choose_phone_number(body)
  if sandbox.options.strict and not FILLED_IN[provider_name] and not filled(body.termination_uri) then
    replies.refuse(400, ("termination_uri is required for provider %s."):format(provider_name))
  end
  check_registration(body)

  local record = {
    slug = (phone_number:gsub("^%+", "")),
    phone_number = phone_number,
    workspace_id = body.workspace_id,
    friendly_name = phone_number,
    provider_name = provider_name,
    address_requirement = "none",
    is_sms_capable = false,
    is_voice_capable = true,
    iso_country = "",
    locality = "",
    sid = "",
    region = "",
    uac_enabled = false,
    assistants = json.list {},
    created_at = replies.timestamp(),
  }
  apply_settings(record, body)
  -- Guess: a number belongs to one workspace at a time, because update and delete name it without a
  -- workspace; and a second import gets 400, since 409 is not among the documented answers.
  if not numbers_of(sandbox):insert(record) then
    replies.refuse(400, ("Phone number %s already exists."):format(phone_number))
  end
  return replies.ok { key = identifiers.uuid(), phone_number = phone_number }
end

local function list(sandbox, request)
  local query = request:read_query(
    with(paging.OFFSET_QUERY, { workspace = "string", is_available = "boolean" }), { "workspace" })
  local matching = numbers_of(sandbox):select(function(record)
    return record.workspace_id == query.workspace
      and (query.is_available == nil or is_available(sandbox, record) == query.is_available)
  end)
  local items, pagination = paging.by_offset(query, matching, function(record)
    return show_in_list(sandbox, record)
  end)
  return replies.ok { pagination = pagination, phone_numbers = items }
end

local function find(sandbox, request, workspace)
  local record = numbers_of(sandbox):find(request.parameters.phone_number_slug)
  if not record or (workspace and record.workspace_id ~= workspace) then
    replies.refuse(404, "Phone number not found.")
  end
  return record
end

local function get(sandbox, request)
  local query = request:read_query({ workspace = "string" }, { "workspace" })
  return replies.bare(show(sandbox, find(sandbox, request, query.workspace)))
end

local function update(sandbox, request)
  local record = find(sandbox, request)
  local body = request:read_body(UPDATE_BODY)
  if body.provider_name then
    check_provider_enabled(sandbox, body.provider_name)
    local has_domain = filled(body.sip_term_uri) or filled(body.termination_uri)
      or filled(record.sip_term_uri)
    if not FILLED_IN[body.provider_name] and not has_domain then
      replies.refuse(400, ("sip_term_uri is required for provider %s."):format(body.provider_name))
    end
  end
  -- Guess: credentials given earlier count.
  check_registration {
    uac_enabled = body.uac_enabled,
    trunk_username = body.trunk_username or record.trunk_username,
    trunk_pwd = body.trunk_pwd or record.trunk_pwd,
    uac_register_expires = body.uac_register_expires,
  }
  apply_settings(record, body)
  local sent = request:object()
  for _, name in ipairs(UNSET_BY_NULL) do
    if sent[name] == json.null then record[name] = nil end
  end
  record.updated_at = replies.timestamp()
  return replies.ok()
end

local function delete(sandbox, request)
  local record = find(sandbox, request)
  numbers_of(sandbox):remove(record.slug)
  return replies.ok()
end

local ALL = "/numbers"
local ONE = "/numbers/{phone_number_slug}"

return {
  { operation = "phone_numbers.import", method = "POST", path = "/custom-numbers", answer = import },
  { operation = "phone_numbers.list", method = "GET", path = ALL, answer = list },
  { operation = "phone_numbers.get", method = "GET", path = ONE, answer = get },
  { operation = "phone_numbers.update", method = "PATCH", path = ONE, answer = update },
  { operation = "phone_numbers.delete", method = "DELETE", path = ONE, answer = delete },
}
