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

local function advance(_, request)
  fields.refuse_unknown(request:object(), { "advance" })
  clock.advance(fields.read("body", request:object(), { advance = "number" }, { "advance" }).advance)
  return replies.bare { now = clock.iso(clock.now()) }
end

-- Whether there is such a record is not asked: a log is none before its call has ended.
local function set_record(sandbox, request)
  local parameters = request.parameters
  sandbox:set(parameters.simulation_id or parameters.webhook_log_id, request:object())
  return replies.ok()
end

local SIMULATION, LOG = "/_sandbox/simulations/{simulation_id}", "/_sandbox/logs/{webhook_log_id}"
local REQUESTS, FAULTS = "/_sandbox/requests", "/_sandbox/faults"

return {
  { operation = "sandbox.requests", method = "GET", path = REQUESTS, answer = show_requests, open = true },
  { operation = "sandbox.forget", method = "DELETE", path = REQUESTS, answer = clear_requests, open = true },
  { operation = "sandbox.reset", method = "POST", path = "/_sandbox/reset", answer = reset, open = true },
  { operation = "sandbox.faults", method = "GET", path = FAULTS, answer = show_faults, open = true },
  { operation = "sandbox.add_fault", method = "POST", path = FAULTS, answer = add_fault, open = true },
  { operation = "sandbox.set_record", method = "PATCH", path = SIMULATION, answer = set_record, open = true },
  { operation = "sandbox.set_record", method = "PATCH", path = LOG, answer = set_record, open = true },
  { operation = "sandbox.advance", method = "POST", path = "/_sandbox/clock", answer = advance, open = true },
}
