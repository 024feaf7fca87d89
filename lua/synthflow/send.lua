--- Carries out one checked call: key, hooks, waiting, and what comes back.
--
-- A `link` is what calls need of their client: core, transport (the core's client, which has the key),
-- region, defaults, null, list_metatable, api_key (a function, or nil), calls_refused_by (what forbids to
-- ring people, or nil), host (an adapter, see hosts.lua, or nil), on_request, on_retry, on_response,
-- hook_faults, trace, closed; timeout, calls_per_second, ca_file and proxy where they were given.

local answer = require "synthflow.answer"
local hosts = require "synthflow.hosts"

local send = {}

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
  local envelope, headers = result.data, result.headers
  return {
    status = result.status,
    request_id = headers["x-request-id"] or type(envelope) == "table" and envelope.request_id or nil,
    headers = setmetatable(headers, header_names),
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
  elseif result.already_gone then
    return true, response_of(result) -- an attempt before has deleted it
  elseif result.status < 200 or result.status > 299 then
    return nil, send.error("of_status", link, call, key, result)
  end
  local data, problem = answer.read(call.operation.returns, result)
  if problem then
    return nil, send.error("of_answer", link, call, key, result, problem)
  end
  return data, response_of(result)
end

-- Sending --------------------------------------------------------------------------------------------------

-- A copy: what others hold never has the key in it.
local function with_key(request, key)
  local copied = { api_key = key }
  for name, value in pairs(request) do
    copied[name] = value
  end
  return copied
end

--- What the core makes of a request by `start` or `describe`. What it will not take raises, at the caller's
-- line.
function send.ask(link, call, function_name, request)
  local taken, answered = pcall(link.core[function_name], link.transport, request)
  if not taken then
    require("synthflow.usage").raise(call.operation.named, { tostring(answered) })
  end
  return answered
end

-- Loaded for the first client that somebody listens to.
local function hooks_of(link)
  return (link.on_request or link.on_retry or link.on_response or link.trace) and require "synthflow.hooks"
end

local function is_refused(link, call)
  return link.calls_refused_by and call.operation.effect == "dials"
end

--- Makes a call ready, up to its hooks, and sends nothing yet: what send.finish takes, or nil and an error.
function send.begin(link, call)
  if is_refused(link, call) then
    return nil, send.error("of_refused_call", link, call, nil, link.calls_refused_by)
  end
  local key, no_key
  if link.api_key then
    key, no_key = ask_for_key(link.api_key)
  end
  if no_key then
    return nil, send.error("of_key_function", link, call, nil, no_key)
  elseif not key and not link.transport:has_key() then
    return nil, send.error("of_no_key", link, call)
  end
  local hooks = hooks_of(link)
  local event = hooks and hooks.before(link, call.operation)
  local exchange = send.ask(link, call, "prepare", key and with_key(call.request, key) or call.request)
  return { link = link, call = call, key = key, event = event, exchange = exchange }
end

--- Submits what send.begin has made ready, for a send.finish that blocks.
function send.submit(sent)
  sent.link.core.submit(sent.exchange)
  sent.submitted = true
end

-- It cannot be waited for any longer.
local function give_up(core, exchange)
  core.cancel(exchange)
  while not core.wait(exchange, 0.25) do end
end

-- The core's result; or nil and why this place cannot wait, and nothing was sent.
local function wait(sent, adapter)
  local core, exchange = sent.link.core, sent.exchange
  local again = sent.submitted
  while true do
    local done, reason, submitted = hosts.wait(adapter, core, exchange, again)
    if not done and not (again or submitted) then
      return nil, reason
    elseif not done then
      give_up(core, exchange)
    end
    local result = core.result(exchange)
    if result then
      return result
    end
    again = true -- it could not be read, and is asked for again
  end
end

local function refuse_to_wait(sent, reason)
  local err = send.error("of_cannot_wait", sent.link, sent.call, sent.key, reason)
  if sent.event then
    hooks_of(sent.link).after(sent.link, sent.event, { attempts = {}, took_effect = "no" }, nil, err)
  end
  return nil, err
end

--- Sends what send.begin has made ready and waits for it, by the adapter if one is given: data and response,
-- or nil and an error. Nothing in here runs under pcall, so that a host may yield.
function send.finish(sent, adapter)
  local link = sent.link
  local result, reason = wait(sent, adapter or hosts.of(link, sent.call))
  if not result then
    return refuse_to_wait(sent, reason)
  end
  local data, response = read(link, sent.call, sent.key, result)
  if sent.event then
    hooks_of(link).after(link, sent.event, result, response, data == nil and response or nil)
  end
  return data, response
end

--- Data and response, or nil and an error.
function send.call(link, call)
  local adapter = hosts.of(link, call)
  if call.request.paced and adapter.take_turn and not is_refused(link, call) then
    adapter.take_turn(link)
  end
  local sent, err = send.begin(link, call)
  if not sent then
    return nil, err
  end
  return send.finish(sent, adapter)
end

return send
