local schema = require "synthflow.schema"
local GET, read = schema.GET, schema.read
local string, integer, open_enum, iso_date = schema.string, schema.integer, schema.open_enum, schema.iso_date
local required, hint = schema.required, schema.hint
local wrapped, numbered_page = schema.wrapped, schema.numbered_page

local workspace = required(string "workspace whose webhooks are wanted")
  :alias "workspace":from_client "workspace_id"

local wrong_workspace = hint "this key has no access to that workspace: check workspace_id"

return schema.resource "webhook_logs" {
  about = "Webhook logs: what the platform has sent to the addresses of its agents, and what they "
    .. "answered. Lost webhooks can be replayed from here.",

  list = GET "/logs" {
    summary = "One page of the webhooks that were sent for a workspace.",
    effect = read,
    query = {
      workspace_id = workspace,
      page_number = integer "which page, from 1",
      page_size = integer "records in a page",
      search = string "only webhooks in which this is found",
      webhook_type = open_enum { "external_webhook", "inbound_webhook", "custom_action" }
        "only webhooks of this type: after calls, before inbound calls, of actions",
      status = open_enum { "pending", "success", "failed" } "only webhooks with this status",
      http_method = open_enum { "get", "post", "put", "patch", "delete" } "only webhooks sent by this method",
      from_date = iso_date "only webhooks sent then or later",
      to_date = iso_date "only webhooks sent until then",
      assistant_id = string "only webhooks of this agent: its model_id",
      call_id = string "only webhooks of this call",
    },
    returns = numbered_page "items",
    means = { [403] = wrong_workspace },
  },

  get = GET "/logs/{webhook_log_id}" {
    summary = "One webhook: request and answer with headers and bodies, and how long it took.",
    effect = read,
    path = { webhook_log_id = string "its id, from list" },
    query = { workspace_id = workspace },
    returns = wrapped,
    means = {
      [403] = wrong_workspace,
      [404] = hint "no such webhook in this workspace: client.webhook_logs:each() shows those there are",
    },
  },
}
