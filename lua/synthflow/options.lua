--- Reads the options of synthflow.new and the environment behind them.

local values = require "synthflow.values"

local options = {}

options.REGIONS = {
  us = "https://api.us.synthflow.ai/v2",
  eu = "https://api.eu.synthflow.ai/v2",
  global = "https://api.synthflow.ai/v2",
}

-- What the core checks. Numbers may come as text: nginx and Kamailio have nothing else.
local FOR_CORE = {
  base_url = "text", ca_file = "text", proxy = "text", user_agent = "text",
  timeout = "number", attempt_timeout = "number", connect_timeout = "number", retries = "number",
  calls_per_second = "number", connections = "number", max_response_bytes = "number",
}
local OWN = {
  allow_calls = true, api_key = true, host = true, region = true, workspace_id = true, on_request = true,
  on_response = true, on_retry = true,
}

local HOSTS = { cqueues = true, luv = true, openresty = true, plain = true }

-- An empty variable counts as unset.
local function environment(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

-- One more fault, in the words of usage[wording].
local function add(faults, wording, ...)
  faults[#faults + 1] = require("synthflow.usage")[wording](...)
end

local function read_key(given, settings, own, faults)
  local key = given.api_key
  if values.is_callable(key) then
    own.api_key = key
  elseif key ~= nil and type(key) ~= "string" then
    add(faults, "mismatch", "api_key", "text or a function that returns it", key, { secret = true })
  elseif key then
    settings.api_key = key
  else
    settings.api_key = environment "SYNTHFLOW_API_KEY"
  end
end

local function region_url(region, name, faults)
  local url = type(region) == "string" and options.REGIONS[region:lower()]
  if not url then
    add(faults, "unknown", "region", tostring(region), { "eu", "global", "us" }, "given as " .. name)
  end
  return url, url and region:lower()
end

-- Options win over the environment; region and base_url that are given in the same place may not differ.
local function read_place(region, base_url, region_name, base_url_name, faults)
  local url, known
  if region ~= nil then
    url, known = region_url(region, region_name, faults)
  end
  if url and base_url and tostring(base_url):gsub("/+$", "") ~= url then
    add(faults, "text", "%s and %s say different things: give one of them", region_name, base_url_name)
  end
  return base_url or url, known
end

local function read_address(given, settings, own, faults)
  local url, region
  if given.region ~= nil or given.base_url ~= nil then
    url, region = read_place(given.region, given.base_url, "region", "base_url", faults)
  else
    url, region = read_place(environment "SYNTHFLOW_REGION", environment "SYNTHFLOW_BASE_URL",
      "SYNTHFLOW_REGION", "SYNTHFLOW_BASE_URL", faults)
  end
  if not url then
    url, region = options.REGIONS.global, "global"
  end
  settings.base_url, own.region = url, region
end

local function read_workspace(given, own, faults)
  local workspace = given.workspace_id
  if workspace ~= nil and type(workspace) ~= "string" then
    add(faults, "mismatch", "workspace_id", "text", workspace)
  elseif workspace == nil or workspace == "" then
    workspace = environment "SYNTHFLOW_WORKSPACE_ID"
  end
  own.defaults = { workspace_id = workspace }
end

-- Each of both places can refuse: what was locked from outside, no program opens by an oversight.
local function read_calls(given, own, faults)
  local places = {
    allow_calls = given.allow_calls, SYNTHFLOW_ALLOW_CALLS = environment "SYNTHFLOW_ALLOW_CALLS",
  }
  for name, value in pairs(places) do
    local allowed = values.boolean(value)
    if allowed == nil then
      add(faults, "mismatch", name, "true or false", value)
    elseif not allowed and own.calls_refused_by ~= "allow_calls" then
      own.calls_refused_by = name
    end
  end
end

-- Loaded now: what is missing for it is said here, not in the middle of a request.
local function read_host(given, own, faults)
  local name = given.host
  if name == nil then
    return
  elseif not HOSTS[name] then
    return add(faults, "unknown", "host", tostring(name), require("synthflow.usage").sorted_names(HOSTS))
  end
  local found, adapter = pcall(require, "synthflow.host." .. name)
  if not found then
    return add(faults, "text", "host = \"%s\" cannot be used: %s", name, tostring(adapter):match "^[^\n]*")
  end
  own.host = adapter
end

local function read_hooks(given, own, faults)
  for _, name in ipairs { "on_request", "on_retry", "on_response" } do
    if given[name] ~= nil and not values.is_callable(given[name]) then
      add(faults, "mismatch", name, "a function", given[name])
    end
    own[name] = given[name]
  end
end

local function add_unknown(faults, name)
  local usage = require "synthflow.usage"
  local names = usage.sorted_names(FOR_CORE)
  for own in pairs(OWN) do
    names[#names + 1] = own
  end
  table.sort(names)
  add(faults, "unknown", "option", name, names)
end

--- Returns the settings of the core, what stays in Lua, and the faults.
function options.read(given)
  local settings, own, faults = {}, {}, {}
  if given ~= nil and type(given) ~= "table" then
    add(faults, "mismatch", "the options", "a table", given, { secret = true })
    given = nil
  elseif given ~= nil and given == package.loaded.synthflow then
    add(faults, "text", "write synthflow.new { ... }, with a dot")
    given = nil
  end
  given = given or {}
  for name, value in pairs(given) do
    if FOR_CORE[name] then
      settings[name] = FOR_CORE[name] == "number" and tonumber(value) or value
    elseif not OWN[name] then
      add_unknown(faults, name)
    end
  end
  read_key(given, settings, own, faults)
  read_address(given, settings, own, faults)
  read_workspace(given, own, faults)
  read_calls(given, own, faults)
  read_host(given, own, faults)
  read_hooks(given, own, faults)
  own.timeout, own.ca_file, own.proxy = settings.timeout, settings.ca_file, settings.proxy
  own.calls_per_second = settings.calls_per_second
  own.trace = environment "SYNTHFLOW_DEBUG" == "1"
  return settings, own, faults
end

return options
