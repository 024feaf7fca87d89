-- Puts what an operation answers into the envelope that the catalogue documents for it.

local json = require "synthflow.sandbox.json"
local paging = require "synthflow.sandbox.paging"
local replies = require "synthflow.sandbox.replies"

local envelopes = {}

-- Where a page says what it is: in `pagination`, or beside the records.
local function told_of_numbers(resource, told)
  if resource.tells ~= "pagination" then return told end
  local size = told.page_size
  return { pagination = { total_records = told.total, limit = size, offset = (told.page_number - 1) * size } }
end

local function told_of_offsets(resource, pagination)
  if resource.tells ~= "total_records" then return { pagination = pagination } end
  return { total_records = pagination.total_records }
end

local styles = {}

function styles.offset(resource, query, records, present)
  local items, pagination = paging.by_offset(query, records, present, resource.page_size)
  return items, told_of_offsets(resource, pagination)
end

function styles.number(resource, query, records, present)
  local items, told = paging.by_number(query, records, present, resource.page_size)
  return items, told_of_numbers(resource, told)
end

-- Guess: lists without documented paging move by what they tell of themselves.
styles.guess = styles.number

function styles.cursor(resource, query, records, present)
  return paging.by_cursor(query, records, present, resource.page_size)
end

---One page of these records.
---@param act table see resources.lua
---@param records table all that match
---@param present fun(record: table): table
---@param beside? table more that stands in `response`
function envelopes.page(act, records, present, beside)
  local returns = act.operation.returns
  local items, response = styles[returns.paging](act.resource, act.query, records, present)
  for name, value in pairs(beside or {}) do response[name] = value end
  response[returns.key] = items
  return replies.ok(response)
end

local wrap = {}

function wrap.wrapped(returns, answer)
  if returns.key then answer = { [returns.key] = answer } end
  return replies.ok(answer)
end

function wrap.wrapped_list(returns, answer)
  return wrap.wrapped(returns, json.list(answer))
end

function wrap.single(returns, answer, resource)
  local response = told_of_offsets(resource, { total_records = 1, limit = 1, offset = 0 })
  response[returns.key] = json.list { answer }
  return replies.ok(response)
end

function wrap.bare(_, answer)
  return replies.bare(answer)
end

function wrap.nothing()
  return replies.ok()
end

---@param operation table of the catalogue
---@param answer any what is asked for, without its envelope
---@param resource table see resources.lua
function envelopes.wrap(operation, answer, resource)
  return wrap[operation.returns.shape](operation.returns, answer, resource)
end

return envelopes
