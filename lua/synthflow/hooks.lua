--- Tells the hooks of a client, and the trace, of its requests.
--
-- Each hook gets a table of its own: operation, method, route, effect and host, and further
--
--   on_request   nothing: it runs before anything is sent
--   on_retry     attempt (its number), at, seconds, status or reason: once for each attempt that another one
--                followed, after the outcome
--   on_response  status, attempts, error, seconds, took_effect, request_id

local values = require "synthflow.values"

local hooks = {}

-- A hook may fail without harm to the request; how often it did is kept.
local function run(link, name, event)
  if link[name] and not pcall(link[name], event) then
    link.hook_faults = link.hook_faults + 1
  end
end

--- Runs on_request. Returns what hooks.after wants, nil where nobody listens.
function hooks.before(link, operation)
  if not (link.on_request or link.on_retry or link.on_response or link.trace) then
    return nil
  end
  local event = {
    operation = operation.named,
    method = operation.method,
    route = link.transport:mask(operation.template),
    effect = operation.effect,
    host = link.transport:host(),
  }
  run(link, "on_request", values.copy(event))
  return event
end

local function tell_of_retries(link, event, attempts)
  for number = 1, link.on_retry and #attempts - 1 or 0 do
    local attempt, retried = attempts[number], values.copy(event)
    retried.attempt, retried.at, retried.seconds = number, attempt.at, attempt.seconds
    retried.status, retried.reason = attempt.status, attempt.reason
    run(link, "on_retry", retried)
  end
end

--- Runs on_retry and on_response; `result` is the core's, `response` nil where there is an error.
function hooks.after(link, event, result, response, err)
  tell_of_retries(link, event, result.attempts)
  event.status, event.attempts, event.error = result.status, result.attempts, err
  event.seconds = result.timing and result.timing.total
  event.took_effect = err and err.took_effect or result.took_effect
  event.request_id = (err or response).request_id
  run(link, "on_response", values.copy(event))
  if link.trace then
    require("synthflow.trace").write(event)
  end
end

return hooks
