local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, secret, any = schema.string, schema.integer, schema.secret, schema.any
local list, map, object = schema.list, schema.map, schema.object
local required, nullable, hint = schema.required, schema.nullable, schema.hint
local bare, nothing = schema.bare, schema.nothing

local workspace = required(string "workspace"):from_client "workspace_id"

local servers = required(list(object {
  id = string "id of a server that is configured already; left out, it is a new one",
  mcp_url = required(string "https address of the server (its SSE endpoint)"),
  headers = nullable(map(secret)
    "headers to send it; left out, or null, it keeps those it has; {} takes all of them away"),
}))

local none = hint "no MCP server is configured for this workspace: client.mcp:set_config does that"

return schema.resource "mcp" {
  about = "MCP servers of a workspace, whose tools its agents can use.",

  get_config = GET "/workspaces/{workspace_id}/mcp-config" {
    summary = "The MCP servers of a workspace: { servers = list }. Of headers only the names are shown.",
    effect = read,
    path = { workspace_id = workspace },
    returns = bare,
    means = { [404] = none },
  },

  set_config = POST "/workspaces/{workspace_id}/mcp-config" {
    summary = "Adds MCP servers to a workspace, or changes those of the same id or mcp_url; others stay. "
      .. "Answers the first of those given.",
    effect = idempotent,
    path = { workspace_id = workspace },
    body = { servers = servers "those to add or change" },
    returns = bare,
    means = { [400] = hint "an mcp_url must be an https address" },
  },

  update_config = PUT "/workspaces/{workspace_id}/mcp-config" {
    summary = "Changes the MCP servers of a workspace that has some. Whether those that are left out stay is "
      .. "not documented.",
    effect = idempotent,
    path = { workspace_id = workspace },
    body = { servers = servers "those to change, by their id" },
    returns = nothing,
    means = { [400] = hint "an mcp_url must be an https address", [404] = none },
  },

  delete_config = DELETE "/workspaces/{workspace_id}/mcp-config" {
    summary = "Removes all MCP servers of a workspace, and the headers kept for them.",
    effect = idempotent,
    path = { workspace_id = workspace },
    returns = nothing,
    means = { [404] = none },
  },

  discover_tools = POST "/workspaces/{workspace_id}/mcp-tools/discover" {
    summary = "Asks the MCP servers of a workspace for their tools. One that fails is listed with its error.",
    effect = read,
    -- The platform asks each server in turn.
    timeout = 60,
    attempt_timeout = 30,
    path = { workspace_id = workspace },
    query = { config_id = string "id of the only server to ask" },
    -- { servers = { { server_name =, namespace =, tools = list, error = text if it failed, ... }, ... } }
    returns = bare,
    means = { [404] = none },
  },

  invoke_tool = POST "/workspaces/{workspace_id}/mcp-tools/invoke" {
    summary = "Runs a tool of an MCP server, whatever that does, and waits for its result: 8 to 15 seconds. "
      .. "A tool that fails is no error here: is_error is true, and error says why.",
    effect = creates,
    timeout = 60,
    path = { workspace_id = workspace },
    body = {
      namespaced_tool = required(string "the tool, from discover_tools: {namespace}__{tool_name}"),
      arguments = map(any) "what the tool takes, as its input_schema says",
      timeout_ms = integer "milliseconds that the tool may take; above 60000 give `timeout` too",
    },
    -- { result = text, is_error =, error = text if it failed }
    returns = bare,
    means = {
      [400] = hint "namespaced_tool must be {namespace}__{tool_name}, and arguments fit its input_schema",
      [404] = hint "no such workspace, or no server of that namespace: see client.mcp:discover_tools",
    },
  },
}
