--- client:request: operations that the catalogue does not know, with the same key, checks and errors.

local check = require "synthflow.check"
local containers = require "synthflow.containers"
local extras = require "synthflow.extras"
local mask = require "synthflow.mask"
local schema = require "synthflow.schema"
local send = require "synthflow.send"
local usage = require "synthflow.usage"
local values = require "synthflow.values"

local raw = {}

local REQUEST = {
  "attempt_timeout", "blocking", "body", "dry_run", "effect", "headers", "method", "paced", "path", "query",
  "retries", "timeout",
}
local OPTIONS = { "attempt_timeout", "blocking", "dry_run", "paced", "retries", "timeout" }

-- Unless it is said otherwise, a POST may ring somebody's phone.
local EFFECTS = {
  GET = "read", HEAD = "read", PUT = "idempotent", PATCH = "idempotent", DELETE = "idempotent",
  POST = "dials",
}

-- The platform counts the attempts of this operation.
local function is_call_attempt(request)
  return request.method == "POST" and request.path == "/calls"
end

local function check_raw(call, given)
  for name in pairs(given) do
    if not values.is_one_of(name, REQUEST) then
      values.fault(call, "unknown", "parameter", name, REQUEST)
    end
  end
  for _, name in ipairs { "method", "path" } do
    if type(given[name]) ~= "string" then
      values.fault(call, "text", '%s is required: client:request { method = "GET", path = "/numbers" }', name)
    end
  end
  call.request = {
    method = call.operation.method,
    path = given.path,
    effect = call.operation.effect,
    query = containers.copy(given.query, call, "query", 0),
    body = containers.copy(given.body, call, "body", 0),
    headers = containers.copy(given.headers, call, "headers", 0),
  }
  for _, name in ipairs(OPTIONS) do
    if given[name] ~= nil then
      extras.set(call, name, given[name])
    end
  end
  if given.paced == nil and is_call_attempt(call.request) then
    call.request.paced = true
  end
  for _, part in ipairs { "query", "body", "headers" } do
    mask.gather(call.request[part], call.secrets, mask.is_secret)
  end
end

local function raw_call(link, given)
  local method = tostring(given.method):upper()
  local call = check.new_call({
    named = "client:request",
    method = method,
    template = tostring(given.path),
    effect = given.effect or EFFECTS[method] or EFFECTS.POST,
    effect_assumed = given.effect == nil,
    returns = schema.as_it_comes,
  }, link)
  call.given = {}
  check_raw(call, given)
  return call
end

function raw.request(link, given)
  if type(given) ~= "table" then
    usage.raise("client:request", { 'takes one table: client:request { method = "GET", path = "/numbers" }' })
  end
  local call = raw_call(link, given)
  if #call.faults > 0 then
    usage.raise("client:request", call.faults)
  end
  if call.dry_run then
    return require("synthflow.dry_run").describe(link, call)
  end
  return send.call(link, call)
end

return raw
