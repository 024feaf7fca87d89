-- The platform's paging styles.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local paging = {}

local DEFAULT_LIMIT = 20
local LARGEST_LIMIT = 100

paging.OFFSET_QUERY = { limit = "integer", offset = "integer" }

---limit and offset, answered with `pagination`.
---@param query table what read_query gave for OFFSET_QUERY
---@param records table all that match
---@param present fun(record: table): table
---@return table items, table pagination
function paging.by_offset(query, records, present)
  local limit, offset = query.limit or DEFAULT_LIMIT, query.offset or 0
  if limit < 1 or limit > LARGEST_LIMIT then
    replies.refuse(400, ("Limit must be between 1 and %d."):format(LARGEST_LIMIT))
  end
  -- Unknown: what the platform says to a negative offset.
  if offset < 0 then replies.refuse(400, "Offset must not be negative.") end
  local items = {}
  for index = offset + 1, math.min(offset + limit, #records) do
    items[#items + 1] = present(records[index])
  end
  return json.list(items), { total_records = #records, limit = limit, offset = offset }
end

return paging
