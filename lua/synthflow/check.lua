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
  if text == "" or text == "." or text == ".." or text and text == field.never_text then
    -- It would turn this operation into another one.
    return values.fault(call, "text", '%s cannot be "%s"', name, text)
  end
  return text
end

-- The values of one place; most operations have few of the places.
local function at(places, place)
  local there = places[place]
  if not there then
    there = {}
    places[place] = there
  end
  return there
end

local function take_leading(call, places, ...)
  local operation = call.operation
  local count = #operation.leading
  for index = 1, count do
    local name = operation.leading[index]
    at(places, "path")[name] = path_value(call, name, operation.path.fields[name], (select(index, ...)))
  end
  if select("#", ...) > count + 2 then
    values.fault(call, "text", "too many arguments: parameters are one table, request options another")
  end
  return select(count + 1, ...)
end

-- Returns what is sent, nil when the value has a fault.
local function put(name, parameter, value, call, places)
  local sent
  if parameter.place == "path" then
    sent = path_value(call, name, parameter.field, value)
  else
    sent = values.convert(value, parameter.field, call, name)
  end
  at(places, parameter.place)[name] = sent
  return sent
end

local function put_default(call, places, refused, name, value)
  local parameter = call.operation.parameters[name]
  local given = refused[name] or at(places, parameter.place)[name] ~= nil
  if not given and put(name, parameter, value, call, places) == nil then
    refused[name] = true
  end
end

-- A UUID (version 4) of 32 hexadecimal digits.
local function uuid(digits)
  local variant = tonumber(digits:sub(17, 17), 16) % 4 + 1
  return ("%s-%s-4%s-%s%s-%s"):format(digits:sub(1, 8), digits:sub(9, 12), digits:sub(14, 16),
    ("89ab"):sub(variant, variant), digits:sub(18, 20), digits:sub(21))
end

local function put_defaults(call, places, refused)
  local from_client, fixed = call.operation.from_client, call.operation.fixed
  for index = 1, #from_client do
    local default = call.context.defaults[from_client[index].option]
    if default ~= nil then
      put_default(call, places, refused, from_client[index].name, default)
    end
  end
  for index = 1, #fixed do
    put_default(call, places, refused, fixed[index], os.time() + 1)
  end
  local generated = call.operation.generated
  if generated then
    put_default(call, places, refused, generated, uuid(call.context.core.random()))
    call.error_fields = { [generated] = places.path[generated] }
  end
end

local function take_named(call, places, named)
  local operation = call.operation
  if named ~= nil and type(named) ~= "table" then
    values.fault(call, "mismatch", "the parameters of " .. form(operation), "a table", named)
    named = nil
  end
  local refused = values.take(named or {}, operation.parameters, operation.aliases, call, "", put, places)
  put_defaults(call, places, refused)
  for index = 1, #operation.related do
    local related = operation.related[index]
    values.relate(call, "", related.object, places[related.place] or {}, refused)
  end
end

local function percent(byte)
  return ("%%%02X"):format(byte:byte())
end

-- RFC 3986: all but the unreserved characters.
local function encode(text)
  return (text:gsub("[^%w%-%._~]", percent))
end

local function fill(template, path)
  return path and template:gsub("{([%w_]+)}", function(name)
    return encode(path[name] or "")
  end) or template
end

--- A call that has no arguments yet. `context` holds null, list_metatable and defaults.
function check.new_call(operation, context)
  return { operation = operation, context = context, faults = {}, secrets = {}, unknown_values = {} }
end

local function paging_of(call, iterator)
  local operation = call.operation
  local paging = {
    style = operation.returns.paging, fixed = operation.fixed,
    max = iterator.max, position = iterator.position,
  }
  if paging.position and not require("synthflow.pages").read_position(paging, paging.position) then
    values.fault(call, "text", "position must be what `position` of an iterator of the same method was")
  end
  return paging
end

--- The call that `operation` makes of these arguments; it can be sent when its `faults` are empty.
--   request         { method, path, query, body, headers, effect, timeout, paced, refusal }
--   given           the named values as they are sent
--   paging          of a paged list: how it is read (see pages.lua)
--   secrets         values that nothing may show
--   unknown_values  { name, value, known }: sent, but not among the known ones; or, where these are many,
--                   { name, value, known_in = module }: it may be among those
function check.arguments(operation, context, ...)
  local call, places = check.new_call(operation, context), {}
  local named, options = take_leading(call, places, ...)
  take_named(call, places, named)
  local given = places[operation.body and "body" or "query"] or {}
  call.request = {
    method = operation.method,
    path = fill(operation.template, places.path),
    query = places.query,
    body = operation.body and given,
    effect = operation.effect,
    timeout = operation.timeout,
    attempt_timeout = operation.attempt_timeout,
    paced = operation.paced,
    refusal = operation.refusal,
  }
  call.given = given
  if operation.returns.paging then
    call.paging = paging_of(call, places.iterator or {})
  end
  if options ~= nil then
    require("synthflow.extras").take(call, options)
  end
  return call
end

return check
