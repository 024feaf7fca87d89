--- Pages of a list, and the iterator over the records of all of them.

local pages = {}

local PAGE_CAP = 100 -- the platform refuses more

-- How many records there are in all, where the platform says so.
local function total_of(envelope)
  local inside = type(envelope.response) == "table" and envelope.response or envelope
  local pagination = type(inside.pagination) == "table" and inside.pagination or inside
  return tonumber(pagination.total_records or pagination.total)
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  end
  for key, value in pairs(a) do
    if not same(value, b[key]) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

local function moved_to(request, offset)
  local moved, query = {}, {}
  for name, value in pairs(request) do
    moved[name] = value
  end
  for name, value in pairs(request.query or {}) do
    query[name] = value
  end
  query.offset = offset
  moved.query = query
  return moved
end

-- A platform that does not move would be asked for ever.
local function repeated(offset)
  return {
    kind = "decode",
    message = ("the platform answered offset %.0f with the page before it"):format(offset),
    hint = "the list was read up to there and may be incomplete",
  }
end

-- The page after `items`, or nil at the end, or nil and an error.
local function following(send, request, items, total)
  local offset = (request.query and request.query.offset or 0) + #items
  if #items == 0 or total and offset >= total then
    return nil
  end
  local moved = moved_to(request, offset)
  local page, response = pages.first(send, moved)
  if page and #page > 0 and same(page, items) then
    return nil, send.error(response, repeated(offset))
  end
  return page, response
end

--- One page: a plain array; `total` and `next` come out of its metatable. `next()` is nil at the end.
-- `send.page(request)` returns records and response, or nil and an error; `send.error(response, problem)`
-- makes an error of what was found here.
function pages.first(send, request)
  local items, response = send.page(request)
  if not items then
    return nil, response
  end
  local total = total_of(response.envelope)
  local function next_page()
    return following(send, request, items, total)
  end
  return setmetatable(items, { __index = { total = total, next = next_page } }), response
end

local Iterator = {}
Iterator.__index = Iterator

-- The page is over: the next one, or the end.
local function turn(iterator)
  local page, err
  if iterator.page then
    page, err = iterator.page.next()
  else
    page, err = pages.first(iterator.send, iterator.request)
  end
  if not page and err then
    iterator.err = err
    error(tostring(err), 0)
  end
  iterator.page, iterator.index = page, 0
  iterator.ended = page == nil or #page == 0
end

--- The next record, or nil at the end. Raises the text of the error when a page fails; `err` keeps the error.
function Iterator:__call()
  if self.err then
    error(tostring(self.err), 0)
  end
  while not self.ended and self.left > 0 do
    local record = self.page and self.page[self.index + 1]
    if record ~= nil then
      self.index, self.left = self.index + 1, self.left - 1
      return record
    end
    turn(self)
  end
  return nil
end

--- The request for the first page of an iterator that wants `max` records in all.
function pages.opening(request, max)
  local first = moved_to(request, request.query and request.query.offset)
  first.query.limit = math.min(first.query.limit or PAGE_CAP, PAGE_CAP, math.max(max or PAGE_CAP, 1))
  return first
end

--- Iterates over single records; nothing is sent before the first one is asked for.
function pages.each(send, request, max)
  local first = pages.opening(request, max)
  return setmetatable({ send = send, request = first, left = max or math.huge, index = 0 }, Iterator)
end

return pages
