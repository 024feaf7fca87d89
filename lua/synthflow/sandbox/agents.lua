-- Agents: none yet; the list alone is there, because it is how a key is tried.

local paging = require "synthflow.sandbox.paging"
local replies = require "synthflow.sandbox.replies"

local function list(_, request)
  local agents, pagination = paging.by_offset(request:read_query(paging.OFFSET_QUERY), {})
  return replies.ok { pagination = pagination, assistants = agents }
end

return {
  { operation = "agents.list", method = "GET", path = "/assistants", answer = list },
}
