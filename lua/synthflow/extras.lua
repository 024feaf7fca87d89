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
    return parameter and parameter.field.secret or mask.is_secret(inner)
  end)
  call.request[part] = merge(call.request[part] or {}, copied)
end

-- Numbers and booleans may come as text. Each returns what is sent, or nil and a fault.
local convert = {}

local function seconds(call, name, value)
  local number = tonumber(value)
  if not number or number ~= number or number <= 0 then
    return values.fault(call, "mismatch", name, "seconds above 0", value)
  end
  return number
end

convert.timeout, convert.attempt_timeout = seconds, seconds

function convert.retries(call, name, value)
  local number = tonumber(value)
  if not number or number ~= math.floor(number) or number < 0 or number > 10 then
    return values.fault(call, "mismatch", name, "a whole number from 0 to 10", value)
  end
  return number
end

local function boolean(call, name, value)
  local converted = values.boolean(value)
  if converted == nil then
    return values.fault(call, "mismatch", name, "true or false", value)
  end
  return converted
end

convert.blocking, convert.dry_run, convert.paced = boolean, boolean, boolean

-- Of the call itself, not of its request.
local OWN = { blocking = true, dry_run = true }

--- Takes one option into call.request; `blocking` and `dry_run` are the call's own.
function extras.set(call, name, value)
  local place = OWN[name] and call or call.request
  place[name] = convert[name](call, name, value)
end

local EXTRA = { extra_body = true, extra_headers = true, extra_query = true }

-- `paced` the catalogue says of its own operations.
local function is_option(name)
  return EXTRA[name] or convert[name] ~= nil and name ~= "paced"
end

--- The options of a convenience: its own, whose names are given, and those of its requests, nil where there
-- are none. What is neither is added to the faults.
function extras.divide(given, names, faults)
  local own, requests = {}, nil
  if given ~= nil and type(given) ~= "table" then
    faults[#faults + 1] = require("synthflow.usage").mismatch("the options", "a table", given)
    return own
  end
  for name, value in pairs(given or {}) do
    if names[name] then
      own[name] = value
    elseif is_option(name) then
      requests = requests or {}
      requests[name] = value
    else
      faults[#faults + 1] = require("synthflow.usage").unknown_request_option(name, names)
    end
  end
  return own, requests
end

--- Takes the options of one request into call.request.
function extras.take(call, given)
  if type(given) ~= "table" then
    return values.fault(call, "mismatch", "the request options", "a table", given)
  end
  for name, value in pairs(given) do
    if EXTRA[name] then
      take_extra(call, name, value)
    elseif is_option(name) then
      extras.set(call, name, value)
    else
      values.fault(call, "unknown_request_option", name)
    end
  end
end

return extras
