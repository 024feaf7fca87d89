local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, secret = schema.string, schema.integer, schema.secret
local list, object, open_enum = schema.list, schema.object, schema.open_enum
local required, nullable, hint = schema.required, schema.nullable, schema.hint
local wrapped, wrapped_list, single, nothing =
  schema.wrapped, schema.wrapped_list, schema.single, schema.nothing

local permissions = list(open_enum {
  "inbound", "outbound", "widget", "chat", "assistants", "knowledge_base", "actions", "workflows", "contacts",
  "phone_numbers", "logs", "simulations", "analytics",
})
local pricing_tiers = list(object { pricing_tier_id = required(string "id of a pricing tier") })

local subaccount = string "the subaccount_id that create answered"

local unknown_subaccount = hint
  "no such subaccount of this workspace: client.subaccounts:list() shows those there are"

return schema.resource "subaccounts" {
  about = "Subaccounts: workspaces of an agency's customers, each with an API key of its own. A "
    .. "subaccount_id is a workspace_id.",

  create = POST "/subaccounts" {
    summary = "Makes a workspace below this one, and invites a person to it if user_email is given. The "
      .. "answer holds its api_key, and a sign_in_link for the person: both are secrets.",
    effect = creates,
    body = {
      subaccount_name = required(string "its name, one that no other has"),
      user_email = string "e-mail address of a person to invite",
      twilio_account_sid = string "a Twilio account to connect",
      twilio_auth_token = secret "token of that Twilio account",
      concurrency = integer "calls at the same time at most, out of those of the parent",
      max_agents = nullable(integer "agents at most; null: no limit"),
      max_minutes = nullable(integer "minutes of calls at most; null: no limit"),
      max_workflow_runs = nullable(integer "runs of workflows at most; null: no limit"),
      grant_permissions = permissions "what it may do" :disjoint_from "revoke_permissions",
      revoke_permissions = permissions "what it may not do",
    },
    returns = wrapped,
    answer_secrets = { "api_key", "sign_in_link" },
  },

  -- PUT, but it invites people and moves numbers: to do so twice is not the same as once.
  update = PUT "/subaccounts/{subaccount_id}" {
    summary = "Changes a subaccount; what is not given stays as it is. It can also invite a person, set what "
      .. "may be subscribed to, take over a Stripe subscription, and move numbers to it or to the parent.",
    effect = creates,
    path = { subaccount_id = subaccount },
    body = {
      subaccount_name = string "its name, one that no other has",
      invite_user_email = string "e-mail address of a person to invite; the answer has their sign_in_link",
      pricing_tiers_attach = pricing_tiers "pricing tiers it may choose from, besides those so far",
      pricing_tiers_detach = pricing_tiers "pricing tiers it may no longer choose from",
      import_subscription = object {
        stripe_subscription_id = string "subscription at Stripe",
        synthflow_price_id = string "pricing tier that stands for it",
      } "an existing subscription to take over",
      twilio_account_sid = string "a Twilio account to connect",
      twilio_auth_token = secret "token of that Twilio account",
      concurrency = integer "calls at the same time at most, out of those of the parent",
      max_agents = nullable(integer "agents at most; null: no limit"),
      max_minutes = nullable(integer "minutes of calls at most; null: no limit"),
      max_workflow_runs = nullable(integer "runs of workflows at most; null: no limit"),
      grant_permissions = permissions "what it may do from now on" :disjoint_from "revoke_permissions",
      revoke_permissions = permissions "what it may no longer do",
      operation_type = open_enum { "import", "return" } "import: from the parent; return: back to it",
      products = object {
        phone_numbers = list(object { number = string "E.164" }) "numbers to move",
      } "what operation_type moves",
    },
    returns = wrapped,
    answer_secrets = { "api_key", "sign_in_link" },
    means = {
      [404] = unknown_subaccount,
    },
  },

  delete = DELETE "/subaccounts/{subaccount_id}" {
    summary = "Deletes a subaccount, a whole workspace.",
    effect = idempotent,
    path = { subaccount_id = subaccount },
    returns = nothing,
    means = { [404] = unknown_subaccount },
  },

  get = GET "/subaccounts/{subaccount_id}" {
    summary = "One subaccount: its members, permissions, subscription and used minutes.",
    effect = read,
    path = { subaccount_id = subaccount },
    returns = single "subaccounts",
    answer_secrets = { "api_key", "sign_in_link" },
    means = { [404] = unknown_subaccount },
  },

  list = GET "/subaccounts/" {
    summary = "All subaccounts, in one list without pages.",
    effect = read,
    returns = wrapped_list "subaccounts",
    answer_secrets = { "api_key", "sign_in_link" },
  },
}
