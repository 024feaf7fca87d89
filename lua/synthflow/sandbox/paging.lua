-- The platform's paging styles.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local paging = {}

local DEFAULT_LIMIT = 20
local LARGEST_LIMIT = 100

paging.OFFSET_QUERY = { limit = "integer", offset = "integer" }

local function check_size(size, text)
  if size < 1 or size > LARGEST_LIMIT then replies.refuse(400, text:format(LARGEST_LIMIT)) end
end

local function window(records, from, count, present)
  local items = {}
  for index = from + 1, math.min(from + count, #records) do
    items[#items + 1] = present(records[index])
  end
  return json.list(items)
end

---limit and offset, answered with `pagination`.
---@param query table { limit?, offset? }
---@param records table all that match
---@param present fun(record: table): table
---@param default_limit? integer
---@return table items, table pagination
function paging.by_offset(query, records, present, default_limit)
  local limit, offset = query.limit or default_limit or DEFAULT_LIMIT, query.offset or 0
  check_size(limit, "Limit must be between 1 and %d.")
  -- Unknown: what the platform says to a negative offset.
  if offset < 0 then replies.refuse(400, "Offset must not be negative.") end
  return window(records, offset, limit, present),
    { total_records = #records, limit = limit, offset = offset }
end

---page_number and page_size. Unknown: what the platform says to numbers out of range.
---@return table items, table told { total, page_number, page_size }
function paging.by_number(query, records, present, default_size)
  local number, size = query.page_number or 1, query.page_size or default_size or DEFAULT_LIMIT
  check_size(size, "page_size must be between 1 and %d.")
  if number < 1 then replies.refuse(400, "page_number must be at least 1.") end
  return window(records, (number - 1) * size, size, present),
    { total = #records, page_number = number, page_size = size }
end

---A cursor is opaque to the client; here it says how many records came before it.
---@return table items, table told { has_more, next_cursor }
function paging.by_cursor(query, records, present, default_limit)
  local limit, passed = query.limit or default_limit or DEFAULT_LIMIT, 0
  check_size(limit, "Limit must be between 1 and %d.")
  if query.cursor then
    passed = tonumber(query.cursor:match("^after%-(%d+)$"))
    if not passed then replies.refuse(400, "Invalid cursor.") end
  end
  local has_more = passed + limit < #records
  return window(records, passed, limit, present),
    { has_more = has_more, next_cursor = has_more and ("after-%d"):format(passed + limit) or json.null }
end

return paging
