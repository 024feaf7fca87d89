--- Pages of a list, in each way in which the platform moves from one to the next, and the iterator over the
-- records of all of them.
--
-- `send.page(request)` returns records and response, or nil and an error; `send.error(response, problem)`
-- makes an error of what was found here. `paging` is what check.arguments makes of a call:
--
--   style     how the list moves: "offset" (limit, offset), "number" (page_number, page_size), "guess" (as
--             "number", but nothing says that the platform moves by it), "cursor" (limit, cursor)
--   fixed     names in the query that every page must share
--   max       of an iterator: records wanted in all
--   position  of an iterator: where another one stood

local pages = {}

local PAGE_CAP = 100 -- the platform refuses more

local SIZE = { offset = "limit", number = "page_size", guess = "page_size", cursor = "limit" }

-- What a page tells ----------------------------------------------------------------------------------------

local function inner(value)
  return type(value) == "table" and value or {}
end

-- What the platform says of itself is in `response`, beside it, or in `pagination` in either place.
local function told_by(response)
  local envelope = inner(response and response.envelope)
  local inside = inner(envelope.response)
  local places = { inner(inside.pagination), inside, inner(envelope.pagination), envelope }
  return function(name)
    for _, place in ipairs(places) do
      if place[name] ~= nil then
        return place[name]
      end
    end
  end
end

-- How many records there are in all, where the platform says so.
local function total_of(told)
  return tonumber(told "total_records" or told "total")
end

-- How many records stand before this page; nil when that cannot be known.
local function count_before(query, told, style)
  if style == "offset" then
    return tonumber(query.offset) or 0
  end
  local number = tonumber(query.page_number) or 1
  local size = tonumber(told "page_size" or told "limit" or query.page_size)
  return number == 1 and 0 or size and (number - 1) * size
end

-- Standing still -------------------------------------------------------------------------------------------

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

-- The ids of a record, as one text.
local function identity(record)
  local ids = {}
  for name, value in pairs(inner(record)) do
    if (name == "id" or tostring(name):find "_id$") and type(value) ~= "table" then
      ids[#ids + 1] = name .. "=" .. tostring(value)
    end
  end
  table.sort(ids)
  return table.concat(ids, "&")
end

-- The records of a page by their ids, or nil when these do not tell them apart.
local function identities(page)
  local known = {}
  for _, record in ipairs(page) do
    local id = identity(record)
    if id == "" or known[id] then
      return nil
    end
    known[id] = true
  end
  return #page > 1 and known or nil
end

-- Whether these are the same records; what else is in them may have changed meanwhile.
local function is_repeated(page, before)
  local known = #page == #before and identities(before)
  if not known then
    return same(page, before)
  end
  for _, record in ipairs(page) do
    if not known[identity(record)] then
      return false
    end
  end
  return true
end

-- Moving ---------------------------------------------------------------------------------------------------
-- Each takes a page and returns what is different in the query for the next one, or nil at the end, or nil
-- and what is wrong. A page is { items, response, query, told, total, before, cursors, depth }.

local move = {}

-- How many records have been passed at the end of a page; nil when that cannot be known.
local function count_after(page)
  return page.before and page.before + #page.items
end

local function is_last(page)
  local passed = count_after(page)
  return #page.items == 0 or page.total and passed and passed >= page.total
end

-- A platform that does not move would be asked for ever.
local function stands_still(what)
  return {
    kind = "decode", message = "the platform answered " .. what .. " with the page before it",
    hint = "the list was read up to there and may be incomplete",
  }
end

local function incomplete(page)
  local passed, total = count_after(page) or #page.items, page.total
  return {
    kind = "decode",
    message = total and ("the list is incomplete: the platform gave %.0f of %.0f records, and no more")
      :format(passed, total) or "the list is incomplete: the platform says there is more, and not where",
    hint = "narrow the list by its filters, so that it fits into one page",
  }
end

function move.offset(page)
  return not is_last(page) and { offset = count_after(page) } or nil
end

function move.number(page)
  return not is_last(page) and { page_number = (tonumber(page.query.page_number) or 1) + 1 } or nil
end

-- The platform may number its pages otherwise, or not at all.
function move.guess(page)
  local passed = count_after(page)
  if #page.items == 0 and page.total and passed and passed < page.total then
    return nil, incomplete(page)
  elseif is_last(page) then
    return nil
  end
  return { page_number = (tonumber(page.told "page_number" or page.query.page_number) or 1) + 1 }
end

function move.cursor(page)
  local cursor, more = page.told "next_cursor", page.told "has_more"
  if cursor == "" or type(cursor) == "table" or type(cursor) == "userdata" then
    cursor = nil
  end
  if more == false or not more and (cursor == nil or #page.items == 0) then
    return nil
  elseif cursor == nil then
    return nil, incomplete(page)
  end
  local given_by = page.cursors[cursor]
  if given_by and given_by ~= page.depth then
    return nil, stands_still "its cursor"
  end
  page.cursors[cursor] = page.depth
  return { cursor = cursor }
end

local function moved_to(request, changes)
  local moved, query = {}, {}
  for name, value in pairs(request) do
    moved[name] = value
  end
  for _, values in ipairs { request.query or {}, changes } do
    for name, value in pairs(values) do
      query[name] = value
    end
  end
  moved.query = query
  return moved
end

local fetch

-- What a page that repeats the one before it means: nil, and a problem unless it is the end.
local function judge_repeated(page, changes, style)
  if style == "guess" then
    local passed = count_after(page)
    return page.total and (not passed or passed < page.total) and incomplete(page) or nil
  elseif style == "cursor" then
    return stands_still "a new cursor"
  end
  local name, value = next(changes)
  return stands_still(("%s %.0f"):format(name, value))
end

-- The page after `page`, or nil at the end, or nil and an error.
local function following(send, request, paging, page)
  local changes, problem = move[paging.style](page)
  if not changes then
    return nil, problem and send.error(page.response, problem)
  end
  local items, response = fetch(send, moved_to(request, changes), paging, page)
  if items and #items > 0 and is_repeated(items, page.items) then
    problem = judge_repeated(page, changes, paging.style)
    return nil, problem and send.error(response, problem)
  end
  return items, response
end

function fetch(send, request, paging, previous)
  local items, response = send.page(request)
  if not items then
    return nil, response
  end
  local told, query = told_by(response), request.query or {}
  local page = {
    items = type(items) == "table" and items or {}, response = response, query = query, told = told,
    total = total_of(told), cursors = previous and previous.cursors or { [query.cursor or ""] = 0 },
    depth = previous and previous.depth + 1 or 1,
  }
  page.before = previous and count_after(previous) or count_before(query, told, paging.style)
  local function next_page()
    return following(send, request, paging, page)
  end
  return setmetatable(page.items, { __index = { total = page.total, next = next_page }, query = query }),
    response
end

local OFFSET = { style = "offset" }

--- One page: a plain array; `total` and `next` come out of its metatable. `next()` is nil at the end.
function pages.first(send, request, paging)
  return fetch(send, request, paging or OFFSET)
end

-- Positions ------------------------------------------------------------------------------------------------
-- As text, to be kept anywhere: "page_number=3&page_size=100&skip=17", a part of the query and the records of
-- that page that had been taken.

local PLACE = {
  offset = { "offset" }, number = { "page_number", "page_size" }, guess = { "page_number", "page_size" },
  cursor = { "cursor" },
}

local function percent(byte)
  return ("%%%02X"):format(byte:byte())
end

local function add(parts, name, value)
  if value ~= nil then
    local text = type(value) == "number" and ("%.0f"):format(value) or tostring(value)
    parts[#parts + 1] = name .. "=" .. text:gsub("[^%w%-%._~:]", percent)
  end
end

local function write_position(paging, query, taken)
  local parts, moved = {}, { page_number = query.page_number or 1 }
  if paging.style == "offset" then
    moved.offset, taken = (tonumber(query.offset) or 0) + taken, 0
  end
  for _, name in ipairs(PLACE[paging.style]) do
    add(parts, name, moved[name] or query[name])
  end
  for _, name in ipairs(paging.fixed or {}) do
    add(parts, name, query[name])
  end
  add(parts, "skip", (taken > 0 or #parts == 0) and taken or nil)
  return table.concat(parts, "&")
end

--- The part of the query that a position stands for, and how many records of its page had been taken; or nil
-- when it is none of a list like this.
function pages.read_position(paging, text)
  local known, query = { skip = true }, {}
  for _, names in ipairs { PLACE[paging.style], paging.fixed or {} } do
    for _, name in ipairs(names) do
      known[name] = true
    end
  end
  for part in (text .. "&"):gmatch "([^&]*)&" do
    local name, value = part:match "^([%w_]+)=(.+)$"
    if not known[name] then
      return nil
    end
    value = value:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
    query[name] = name ~= "cursor" and tonumber(value) or value
  end
  local skip = query.skip or 0
  query.skip = nil
  return type(skip) == "number" and query or nil, skip
end

-- Iterators ------------------------------------------------------------------------------------------------

local Iterator = {}

-- `position` is made when it is asked for.
function Iterator.__index(iterator, name)
  if name == "position" then
    local page = rawget(iterator, "page")
    local query = page and getmetatable(page).query or iterator.request.query
    return write_position(iterator.paging, query, iterator.index)
  end
end

-- The page is over: the next one, or the end. The last page stays, for the position.
local function turn(iterator)
  local page, err
  if iterator.page then
    page, err = iterator.page.next()
  else
    page, err = pages.first(iterator.send, iterator.request, iterator.paging)
  end
  if not page and err then
    iterator.err = err
    error(tostring(err), 0)
  elseif not page then
    iterator.ended = true
    return
  end
  iterator.index = iterator.page and 0 or math.min(iterator.index, #page)
  iterator.page = page
end

--- The next record, or nil at the end. Raises the text of the error when a page fails; `err` keeps the error,
-- and `position`, a text, says from where another iterator can go on.
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

--- The request for the first page of an iterator, and how many records of that page it leaves out.
function pages.opening(request, paging)
  local place, skip = {}, 0
  if paging.position then
    place, skip = pages.read_position(paging, paging.position)
  end
  local first = moved_to(request, place)
  local name, max = SIZE[paging.style], paging.max or PAGE_CAP
  if not place[name] then
    first.query[name] = math.min(tonumber(first.query[name]) or PAGE_CAP, PAGE_CAP, math.max(max + skip, 1))
  end
  return first, skip
end

--- Iterates over single records; nothing is sent before the first one is asked for.
function pages.each(send, request, paging)
  local first, skip = pages.opening(request, paging)
  return setmetatable({
    send = send, request = first, paging = paging, left = paging.max or math.huge, index = skip,
  }, Iterator)
end

return pages
