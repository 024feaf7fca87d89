--- Carries out one checked call: key, hooks, waiting, and what comes back.
--
-- A `link` is what calls need of their client: core, transport (the core's client, which has the key),
-- region, defaults, null, list_metatable, api_key (a function, or nil), on_request, on_response, hook_faults,
-- trace.

local answer = require "synthflow.answer"
local host = require "synthflow.host.plain"

local send = {}

local function copy(original)
  local copied = {}
  for name, value in pairs(original) do
    copied[name] = value
  end
  return copied
end

-- The key of a client whose api_key is a function, or nil and why there is none. What the function raises or
-- returns may hold the key, so it is not shown.
local function ask_for_key(api_key)
  local asked, key = pcall(api_key)
  if not asked then
    return nil, "the api_key function raised an error"
  elseif type(key) ~= "string" or not key:find "%S" then
    return nil, "the api_key function returned no key"
  end
  key = key:match "^%s*(.-)%s*$"
  if key:find "[%c\127-\255]" then
    return nil, "the api_key function returned a key with control characters"
  end
  return key
end

--- An error that errors[kind] words.
function send.error(kind, link, call, key, ...)
  local errors = require "synthflow.errors"
  return errors[kind](errors.scene(link, call, key), ...)
end

local header_names = {
  __index = function(headers, name)
    return type(name) == "string" and rawget(headers, name:lower()) or nil
  end,
}

local function response_of(result)
  local envelope, headers = result.data, setmetatable(result.headers, header_names)
  return {
    status = result.status,
    headers = headers,
    request_id = headers["x-request-id"] or type(envelope) == "table" and envelope.request_id or nil,
    attempts = result.attempts,
    timing = result.timing,
    body = result.body,
    envelope = envelope,
  }
end

-- Data and response, or nil and an error.
local function read(link, call, key, result)
  if result.outcome ~= "response" then
    return nil, send.error("of_transport", link, call, key, result)
  elseif result.status < 200 or result.status > 299 then
    return nil, send.error("of_status", link, call, key, result)
  end
  local data, problem = answer.read(call.operation.returns, result)
  if problem then
    return nil, send.error("of_answer", link, call, key, result, problem)
  end
  return data, response_of(result)
end

-- Hooks ----------------------------------------------------------------------------------------------------

-- What hooks and trace are told of a request; nil where nobody listens.
local function event_of(link, operation)
  if not (link.on_request or link.on_response or link.trace) then
    return nil
  end
  return {
    operation = operation.named,
    method = operation.method,
    route = link.transport:mask(operation.template),
    effect = operation.effect,
    host = link.transport:host(),
  }
end

-- A hook may fail without harm to the request; how often it did is kept.
local function run_hook(link, name, event)
  if link[name] and not pcall(link[name], copy(event)) then
    link.hook_faults = link.hook_faults + 1
  end
end

local function report(link, event, result, response, err)
  event.status, event.attempts, event.error = result.status, result.attempts, err
  event.seconds = result.timing and result.timing.total
  event.took_effect = err and err.took_effect or result.took_effect
  event.request_id = (err or response).request_id
  run_hook(link, "on_response", event)
  if link.trace then
    require("synthflow.trace").write(event)
  end
end

-- Sending --------------------------------------------------------------------------------------------------

local function start(link, call, key)
  local request = call.request
  if key then
    request = copy(request) -- what others hold never has the key in it
    request.api_key = key
  end
  local started, exchange = pcall(link.core.start, link.transport, request)
  if not started then
    require("synthflow.usage").raise(call.operation.named, { tostring(exchange) })
  end
  return exchange
end

--- Data and response, or nil and an error. What the core will not take raises, at the caller's line.
-- Nothing between start and result runs under pcall, so that a host may yield there.
function send.call(link, call)
  local key, no_key
  if link.api_key then
    key, no_key = ask_for_key(link.api_key)
  end
  if no_key then
    return nil, send.error("of_key_function", link, call, nil, no_key)
  elseif not key and not link.transport:has_key() then
    return nil, send.error("of_no_key", link, call)
  end
  local event = event_of(link, call.operation)
  if event then
    run_hook(link, "on_request", event)
  end
  local exchange = start(link, call, key)
  host.wait(link.core, exchange)
  local result = link.core.result(exchange)
  local data, response = read(link, call, key, result)
  if event then
    report(link, event, result, response, data == nil and response or nil)
  end
  return data, response
end

return send
