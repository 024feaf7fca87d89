-- What the sandbox adds to the platform, for tests: a look at what was received, a clock that can be put
-- forward, faults on demand, and a fresh start. Needs no key. Reachable beside the API and below its prefix.

local clock = require "synthflow.sandbox.clock"
local faults = require "synthflow.sandbox.faults"
local fields = require "synthflow.sandbox.fields"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local function show_requests(sandbox)
  local shown = { received = sandbox.log.received, requests = json.list(sandbox.log.entries) }
  return replies.bare(json.ordered(shown, { "received", "requests" }))
end

local function clear_requests(sandbox)
  sandbox.log:clear()
  return replies.ok()
end

local function reset(sandbox)
  sandbox:reset()
  return replies.ok()
end

local function add_fault(sandbox, request)
  faults.add(sandbox, request:object())
  return replies.ok()
end

local function show_faults(sandbox)
  return replies.bare { faults = json.list(sandbox.faults) }
end

local ADVANCE_MOST = 100 * 366 * 86400

local function advance(_, request)
  fields.refuse_unknown(request:object(), { "advance" })
  local seconds = fields.read("body", request:object(), { advance = "number" }, { "advance" }).advance
  if math.abs(seconds) > ADVANCE_MOST then replies.refuse(400, "advance is more than a hundred years.") end
  clock.advance(seconds)
  return replies.bare { now = clock.iso(clock.now()) }
end

local TEXTS = { "status", "http_method" }

local SIMULATION_FIELDS = {
  "call_success_type", "custom_variables", "error_info", "recording_url", "simulation_case_name",
  "simulation_case_prompt", "status", "success_criteria", "success_criteria_analysis", "timeline",
}
local LOG_FIELDS = {
  "action_id", "attempt_number", "call_id", "duration_ms", "error_message", "http_method", "model_id",
  "request_headers", "request_payload", "request_timestamp", "response_headers", "response_payload",
  "response_status_code", "response_timestamp", "status", "webhook_type", "webhook_url",
}

-- Whether there is such a record is not asked: a log is none before its call has ended.
local function set_record(parameter, known)
  return function(sandbox, request)
    local given = request:object()
    fields.refuse_unknown(given, known)
    for _, name in ipairs(TEXTS) do
      if given[name] ~= nil and type(given[name]) ~= "string" then
        replies.refuse(400, ("%s must be text."):format(name))
      end
    end
    sandbox:set(request.parameters[parameter], given)
    return replies.ok()
  end
end

local SIMULATION, LOG = "/_sandbox/simulations/{simulation_id}", "/_sandbox/logs/{webhook_log_id}"
local REQUESTS, FAULTS = "/_sandbox/requests", "/_sandbox/faults"

return {
  { operation = "sandbox.requests", method = "GET", path = REQUESTS, answer = show_requests, open = true },
  { operation = "sandbox.forget", method = "DELETE", path = REQUESTS, answer = clear_requests, open = true },
  { operation = "sandbox.reset", method = "POST", path = "/_sandbox/reset", answer = reset, open = true },
  { operation = "sandbox.faults", method = "GET", path = FAULTS, answer = show_faults, open = true },
  { operation = "sandbox.add_fault", method = "POST", path = FAULTS, answer = add_fault, open = true },
  { operation = "sandbox.set_record", method = "PATCH", path = SIMULATION, open = true,
    answer = set_record("simulation_id", SIMULATION_FIELDS) },
  { operation = "sandbox.set_record", method = "PATCH", path = LOG, open = true,
    answer = set_record("webhook_log_id", LOG_FIELDS) },
  { operation = "sandbox.advance", method = "POST", path = "/_sandbox/clock", answer = advance, open = true },
}
