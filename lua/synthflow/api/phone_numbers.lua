local schema = require "synthflow.schema"
local GET, POST, PATCH, DELETE = schema.GET, schema.POST, schema.PATCH, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, boolean = schema.string, schema.integer, schema.boolean
local secret, slug, open_enum = schema.secret, schema.slug, schema.open_enum
local required, nullable = schema.required, schema.nullable
local wrapped, page, bare, nothing = schema.wrapped, schema.page, schema.bare, schema.nothing
local hint, absent = schema.hint, schema.absent

local providers = { "custom", "twilio", "telnyx", "vonage", "ring_central", "ringcx", "zoom", "five9", "8x8" }
-- For these the platform fills in the SIP domain by itself.
local providers_with_domain = { "zoom", "ringcx", "five9", "8x8" }

local number = slug "the number, with or without its leading +; other identifiers as they are"
local workspace = required(string "workspace that owns the numbers")
  :alias "workspace_id":from_client "workspace_id"

local needs_domain = hint "most providers need termination_uri, the SIP domain of your carrier or PBX"
  :when { termination_uri = absent }:unless { provider_name = providers_with_domain }
local needs_username = hint "uac_enabled needs trunk_username"
  :when { uac_enabled = true, trunk_username = absent }
local needs_password = hint "uac_enabled needs trunk_pwd"
  :when { uac_enabled = true, trunk_pwd = absent }
local unknown_number = hint
  "no such number in this workspace and region: client.phone_numbers:each() shows those there are"

return schema.resource "phone_numbers" {
  about = "Phone numbers of a workspace: those of your own carrier or PBX, and those bought through the "
    .. "platform.",

  import = POST "/custom-numbers" {
    summary = "Brings a number of your own carrier or PBX into a workspace. Nothing is bought.",
    effect = creates,
    body = {
      workspace_id = required(string "workspace that will own the number")
        :alias "workspace":from_client "workspace_id",
      phone_number = string "E.164; five9 and zoom take other identifiers; 8x8 12 digits, or nothing"
        :required_unless { provider_name = "8x8" },
      friendly_name = string "name shown in lists",
      provider_name = open_enum(providers) "where the number comes from; a SIP trunk of your own by default",
      termination_uri = string "SIP domain for outgoing calls; needed unless the provider implies it"
        :alias "sip_term_uri",
      trunk_username = string "user of the SIP trunk; needed with uac_enabled",
      trunk_pwd = secret "password of the SIP trunk; needed with uac_enabled",
      sip_auth_username = string "user for SIP REGISTER, where it is not trunk_username",
      sip_outbound_proxy = string "proxy for outgoing calls and SIP REGISTER",
      uac_enabled = boolean "whether the platform registers at your carrier or PBX (SIP REGISTER)",
      uac_register_expires = integer "seconds between registrations, 60 to 3600; 300 when not given",
    },
    returns = wrapped,
    means = {
      [400] = { needs_domain, needs_username, needs_password },
      [403] = hint "this workspace may not import from this provider: have it enabled, or check workspace_id",
    },
  },

  list = GET "/numbers" {
    summary = "One page of the numbers of a workspace.",
    effect = read,
    query = {
      workspace = workspace,
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
      is_available = boolean "true: only numbers that no inbound agent has; false: only those that one has",
    },
    returns = page "phone_numbers",
  },

  get = GET "/numbers/{phone_number_slug}" {
    summary = "One number with its SIP settings and the agents it is attached to.",
    effect = read,
    path = { phone_number_slug = number },
    query = { workspace = workspace },
    returns = bare,
    means = { [404] = unknown_number },
  },

  update = PATCH "/numbers/{phone_number_slug}" {
    summary = "Changes the settings of a number; what is not given stays as it is.",
    effect = idempotent,
    path = { phone_number_slug = number },
    body = {
      friendly_name = string "name shown in lists",
      provider_name = open_enum(providers) "telephony provider; most want sip_term_uri with it",
      sip_term_uri = string "SIP domain or address for outgoing calls":alias "termination_uri",
      trunk_username = string "user of the SIP trunk; needed to switch uac_enabled on",
      trunk_pwd = secret "password of the SIP trunk; needed to switch uac_enabled on",
      -- The platform shows null where these three are not set, so null may unset them.
      sip_auth_username = nullable(string "user for SIP REGISTER, where it is not trunk_username"),
      sip_outbound_proxy = nullable(string "proxy for outgoing calls and SIP REGISTER"),
      uac_enabled = boolean "whether the platform registers at your carrier or PBX (SIP REGISTER)",
      uac_register_expires = nullable(integer "seconds between registrations, 60 to 3600"),
    },
    returns = nothing,
    means = {
      [400] = {
        hint "a change of provider_name needs sip_term_uri, the SIP domain or address, for most providers"
          :when { sip_term_uri = absent }:unless { provider_name = { absent, providers_with_domain } },
        needs_username, needs_password,
      },
      [404] = unknown_number,
    },
  },

  delete = DELETE "/numbers/{phone_number_slug}" {
    summary = "Removes a number from its workspace and its agents; of a number bought through the platform "
      .. "this also cancels the monthly subscription.",
    effect = idempotent,
    path = { phone_number_slug = number },
    returns = nothing,
    means = { [404] = unknown_number },
  },
}
