--- One line per request on standard error, for SYNTHFLOW_DEBUG=1. Events hold no secrets.

local trace = {}

function trace.write(event)
  local outcome = event.status and ("HTTP %d"):format(event.status) or "no answer"
  if event.error then
    outcome = outcome .. ", " .. event.error.kind .. ": " .. event.error.message
  end
  if event.request_id then
    outcome = outcome .. ", request " .. event.request_id
  end
  io.stderr:write(("synthflow: %s %s %s at %s: %s (%.3f s, attempts: %d)\n"):format(event.operation,
    event.method, event.route, event.host, outcome, event.seconds or 0, #event.attempts))
end

return trace
