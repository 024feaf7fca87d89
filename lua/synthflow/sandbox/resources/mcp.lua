-- MCP servers of a workspace. Each has two tools: `echo`, which answers its arguments, and `fail`.

local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local NONE = "No MCP configuration found for this workspace."

local function configs_of(sandbox)
  return sandbox:collection("mcp", "workspace_id")
end

local function config_of(act)
  local config = configs_of(act.sandbox):find(act.path.workspace_id)
  return config or replies.refuse(404, NONE)
end

local function check_urls(servers)
  for _, server in ipairs(servers) do
    if not server.mcp_url:find("^https://%S+$") then
      replies.refuse(400, "mcp_url must be an https URL: " .. server.mcp_url)
    end
  end
end

local function same(server, given)
  if given.id then return server.id == given.id end
  return server.mcp_url == given.mcp_url
end

-- Headers that are left out, or null, stay as they are.
local function put(config, given)
  local found
  for _, server in ipairs(config.servers) do
    if same(server, given) then found = server end
  end
  if not found then
    found = { id = given.id or identifiers.uuid(), headers = {} }
    table.insert(config.servers, found)
  end
  found.mcp_url = given.mcp_url
  if given.headers and given.headers ~= json.null then found.headers = given.headers end
  return found
end

local function show(server)
  local names = {}
  for name in pairs(server.headers) do names[#names + 1] = name end
  table.sort(names)
  return {
    id = server.id, mcp_url = server.mcp_url, has_headers = #names > 0, headers_keys = json.list(names),
  }
end

local function get_config(act)
  local shown = {}
  for index, server in ipairs(config_of(act).servers) do shown[index] = show(server) end
  return { servers = json.list(shown) }
end

local function set_config(act)
  check_urls(act.body.servers)
  if not act.body.servers[1] then replies.refuse(400, "servers must not be empty.") end
  local configs = configs_of(act.sandbox)
  configs:insert { workspace_id = act.path.workspace_id, servers = {} }
  local config, first = configs:find(act.path.workspace_id), nil
  for _, given in ipairs(act.body.servers) do
    local server = put(config, given)
    first = first or server
  end
  return show(first)
end

-- Guess: servers that are left out stay.
local function update_config(act)
  local config = config_of(act)
  check_urls(act.body.servers)
  for _, given in ipairs(act.body.servers) do put(config, given) end
  return { status = 204 }
end

local function delete_config(act)
  config_of(act)
  configs_of(act.sandbox):remove(act.path.workspace_id)
  return { status = 204 }
end

-- Tools --------------------------------------------------------------------------------------------------

local function namespace_of(server)
  return (server.mcp_url:match("^https://([^/:]+)"):gsub("%W", "_"))
end

local function tool(namespace, name, description)
  return {
    namespaced_tool = namespace .. "__" .. name, original_tool_name = name, tool_description = description,
    input_schema = { type = "object", properties = json.ordered({}, {}) },
  }
end

local function discover_tools(act)
  local shown = {}
  for _, server in ipairs(config_of(act).servers) do
    if not act.query.config_id or act.query.config_id == server.id then
      local namespace = namespace_of(server)
      shown[#shown + 1] = {
        config_id = server.id, server_name = namespace, server_title = namespace, server_version = "1.0.0",
        namespace = namespace, error = json.null,
        tools = json.list {
          tool(namespace, "echo", "Answers its arguments."), tool(namespace, "fail", "Fails."),
        },
      }
    end
  end
  return { servers = json.list(shown) }
end

local function invoke_tool(act)
  local namespace, name = act.body.namespaced_tool:match("^(.-)__(.+)$")
  if not namespace then replies.refuse(400, "namespaced_tool must be {namespace}__{tool_name}.") end
  for _, server in ipairs(config_of(act).servers) do
    if namespace_of(server) == namespace then
      if name ~= "echo" then return { result = "", is_error = true, error = "The tool failed." } end
      local arguments = json.encode(act.body.arguments or json.ordered({}, {}))
      return { result = arguments, is_error = false, error = json.null }
    end
  end
  replies.refuse(404, ("There is no MCP server %s."):format(namespace))
end

return {
  mcp = {
    acts = {
      get_config = get_config, set_config = set_config, update_config = update_config,
      delete_config = delete_config, discover_tools = discover_tools, invoke_tool = invoke_tool,
    },
  },
}
