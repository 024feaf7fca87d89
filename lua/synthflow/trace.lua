--- Lines on standard error for SYNTHFLOW_DEBUG=1: one for each attempt, one for the request. Events hold no
-- secrets.

local trace = {}

local function outcome_of(event)
  local outcome = event.status and ("HTTP %d"):format(event.status) or "no answer"
  if event.error then
    outcome = outcome .. ", " .. event.error.kind .. ": " .. event.error.message
  end
  if event.request_id then
    outcome = outcome .. ", request " .. event.request_id
  end
  return outcome
end

local function attempt_line(attempt, number)
  local outcome = attempt.status and ("HTTP %d"):format(attempt.status) or attempt.reason or "no answer"
  local way = not attempt.on_wire and "not sent" or attempt.reused and "open connection" or "new connection"
  return ("attempt %d at %.3f s: %s (%.3f s, %s)"):format(number, attempt.at or 0, outcome,
    attempt.seconds or 0, way)
end

--- Writes all that is known of a request once it has its outcome.
function trace.write(event)
  local request = ("synthflow: %s %s %s at %s: "):format(event.operation, event.method, event.route,
    event.host)
  for number, attempt in ipairs(event.attempts) do
    io.stderr:write(request, attempt_line(attempt, number), "\n")
  end
  io.stderr:write(request, outcome_of(event), (" (%.3f s, attempts: %d)\n"):format(event.seconds or 0,
    #event.attempts))
end

return trace
