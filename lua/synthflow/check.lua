--- Makes the request of an operation out of the arguments it was called with, or gathers what is wrong.

local values = require "synthflow.values"

local check = {}

local function form(operation)
  return require("synthflow.usage").form(operation)
end

local function path_value(call, name, field, value)
  if value == nil then
    return values.fault(call, "text", "%s is required: %s", name, form(call.operation))
  elseif type(value) == "table" then
    return values.fault(call, "text", "%s comes before the table: %s", name, form(call.operation))
  end
  local text = values.convert(value, field, call, name)
  if text == "" or text == "." or text == ".." then
    -- It would turn this operation into another one.
    return values.fault(call, "text", '%s cannot be "%s"', name, text)
  end
  return text
end

local function take_leading(call, path, ...)
  local operation = call.operation
  for index, name in ipairs(operation.leading) do
    path[name] = path_value(call, name, operation.path.fields[name], (select(index, ...)))
  end
  local count = #operation.leading
  if select("#", ...) > count + 2 then
    values.fault(call, "text", "too many arguments: parameters are one table, request options another")
  end
  return (select(count + 1, ...)), (select(count + 2, ...))
end

local function put(call, places, name, parameter, value)
  if parameter.place == "path" then
    places.path[name] = path_value(call, name, parameter.field, value)
  else
    places[parameter.place][name] = values.convert(value, parameter.field, call, name)
  end
end

local function take_named(call, places, named)
  local operation = call.operation
  if named ~= nil and type(named) ~= "table" then
    values.fault(call, "mismatch", "the parameters of " .. form(operation), "a table", named)
    named = nil
  end
  local given = values.take(named or {}, operation.parameters, operation.aliases, call, "",
    function(name, parameter, value)
      put(call, places, name, parameter, value)
    end)
  for name, option in pairs(operation.from_client) do
    local default = call.context.defaults[option]
    if default ~= nil and not given[name] then
      given[name] = true
      put(call, places, name, operation.parameters[name], default)
    end
  end
  for _, name in ipairs(operation.fixed or {}) do
    if not given[name] then
      put(call, places, name, operation.parameters[name], os.time() + 1)
    end
  end
  values.relate(call, "", operation.path_in_table, places.path, given)
  values.relate(call, "", operation.query, places.query, given)
  values.relate(call, "", operation.body, places.body, given)
end

local function percent(byte)
  return ("%%%02X"):format(byte:byte())
end

-- RFC 3986: all but the unreserved characters.
local function encode(text)
  return text:find "[^%w%-%._~]" and text:gsub("[^%w%-%._~]", percent) or text
end

local function fill(template, path)
  if next(path) == nil then
    return template
  end
  return (template:gsub("{([%w_]+)}", function(name)
    return (encode(path[name] or ""))
  end))
end

--- A call that has no arguments yet. `context` holds null, list_metatable and defaults.
function check.new_call(operation, context)
  return { operation = operation, context = context, faults = {}, secrets = {}, unknown_values = {} }
end

--- The call that `operation` makes of these arguments; it can be sent when its `faults` are empty.
--   request         { method, path, query, body, headers, effect, timeout, paced, refusal }
--   given           the named values as they are sent
--   max             of an iterator: records wanted in all
--   secrets         values that nothing may show
--   unknown_values  { name, value, known }: sent, but not among the known ones
function check.arguments(operation, context, ...)
  local call = check.new_call(operation, context)
  local places = { path = {}, query = {}, body = {}, iterator = {} }
  local named, options = take_leading(call, places.path, ...)
  take_named(call, places, named)
  call.request = {
    method = operation.method,
    path = fill(operation.template, places.path),
    query = next(places.query) ~= nil and places.query or nil,
    body = operation.body and places.body,
    effect = operation.effect,
    timeout = operation.timeout,
    paced = operation.paced,
    refusal = operation.refusal,
  }
  call.given = operation.body and places.body or places.query
  call.max = places.iterator.max
  if options ~= nil then
    require("synthflow.extras").take(call, options)
  end
  return call
end

return check
