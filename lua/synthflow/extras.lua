--- Request options: the table behind the arguments. Loaded with the first of them.

local containers = require "synthflow.containers"
local mask = require "synthflow.mask"
local values = require "synthflow.values"

local extras = {}

local function is_map(value)
  return type(value) == "table" and #value == 0 and next(value) ~= nil
end

local function merge(target, extra)
  for name, value in pairs(extra) do
    if is_map(value) and is_map(target[name]) then
      merge(target[name], value)
    else
      target[name] = value
    end
  end
  return target
end

local function take_extra(call, name, extra)
  if type(extra) ~= "table" then
    return values.fault(call, "mismatch", name, "a table", extra)
  end
  local part, copied = name:match "^extra_(.*)$", containers.copy(extra, call, name, 0)
  mask.gather(copied, call.secrets, function(inner)
    local parameter = call.operation.parameters[inner]
    return parameter and parameter.field.secret
  end)
  call.request[part] = merge(call.request[part] or {}, copied)
end

--- Seconds above 0, or a fault.
function extras.timeout(call, value)
  local seconds = tonumber(value)
  if not seconds or seconds ~= seconds or seconds <= 0 then
    return values.fault(call, "mismatch", "timeout", "seconds above 0", value)
  end
  return seconds
end

--- Takes the options of one request into call.request.
function extras.take(call, options)
  if type(options) ~= "table" then
    return values.fault(call, "mismatch", "the request options", "a table", options)
  end
  for name, value in pairs(options) do
    if name == "timeout" then
      call.request.timeout = extras.timeout(call, value)
    elseif name == "extra_body" or name == "extra_query" or name == "extra_headers" then
      take_extra(call, name, value)
    else
      values.fault(call, "unknown_request_option", name)
    end
  end
end

return extras
