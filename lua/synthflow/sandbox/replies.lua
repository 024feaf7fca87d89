-- What the platform's answers look like. A reply is { status, body, headers? }; body is encoded
-- as JSON by whoever sends it.

local clock = require "synthflow.sandbox.clock"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"

local replies = {}

---The present moment, as the platform writes it.
function replies.timestamp()
  return clock.iso(clock.now())
end

---{"status":"ok"}, with `response` beside it when there is something to return.
function replies.ok(response)
  return { status = 200, body = { status = "ok", response = response } }
end

---Some operations answer without an envelope.
function replies.bare(body)
  return { status = 200, body = body }
end

---The platform's own error.
---@param category? string "critical" or, by default, "important"
function replies.failure(status, description, category)
  return {
    status = status,
    body = {
      detail = {
        status = "error",
        description = description,
        timestamp = replies.timestamp(),
        request_id = identifiers.hexadecimal(32),
        category = category or "important",
      },
    },
  }
end

---FastAPI's own error for a request that does not fit the declared types.
---@param faults table list of { loc = {"body", "name"}, msg = text, type = word }
function replies.invalid(faults)
  for _, fault in ipairs(faults) do json.list(fault.loc) end
  return { status = 422, body = { detail = json.list(faults) } }
end

---FastAPI's answer to a path or method it has no route for.
function replies.unrouted(status, text, headers)
  return { status = status, body = { detail = text }, headers = headers }
end

---Ends the handling of a request with an error from any depth.
function replies.refuse(status, description, category)
  error(replies.failure(status, description, category), 0)
end

return replies
