-- What the sandbox adds to the platform, for tests: a look at what was received, and a fresh start.
-- Needs no key. Reachable beside the API and below its prefix.

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

local REQUESTS = "/_sandbox/requests"

return {
  { operation = "sandbox.requests", method = "GET", path = REQUESTS, answer = show_requests, open = true },
  { operation = "sandbox.forget", method = "DELETE", path = REQUESTS, answer = clear_requests, open = true },
  { operation = "sandbox.reset", method = "POST", path = "/_sandbox/reset", answer = reset, open = true },
}
