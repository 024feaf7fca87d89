-- Calls: make, list, get. Their records are in call_records.lua.
--
-- What the platform does not document is a guess, and marked as such.

local call_records = require "synthflow.sandbox.call_records"
local clock = require "synthflow.sandbox.clock"
local fields = require "synthflow.sandbox.fields"
local json = require "synthflow.sandbox.json"
local paging = require "synthflow.sandbox.paging"
local replies = require "synthflow.sandbox.replies"

local ETA = 2

local BODY = {
  model_id = "string", phone = "string", name = "string", from_phone_number = "string", lead_email = "string",
  lead_timezone = "string", prompt = "string", greeting = "string", external_webhook_url = "string",
}
local REQUIRED = { "model_id", "phone", "name" }

local calls_of, is_listed = call_records.collection, call_records.is_listed
local in_list, by_itself = call_records.in_list, call_records.by_itself

local function filled(text)
  return text ~= nil and text ~= ""
end

-- Making ---------------------------------------------------------------------------------------------

local VARIABLES = "custom_variables must be a list of objects with key and value, both text."

-- The documented list, and the plain object that others send. The values by name.
local function read_variables(given)
  if given == nil or given == json.null then return {} end
  if type(given) ~= "table" then replies.refuse(400, VARIABLES) end
  local values = {}
  if json.is_object(given) and #given == 0 then
    for name, value in pairs(given) do values[name] = tostring(value) end
    return values
  end
  for _, one in ipairs(given) do
    if type(one) ~= "table" or type(one.key) ~= "string" or type(one.value) ~= "string" then
      replies.refuse(400, VARIABLES)
    end
    values[one.key] = one.value
  end
  return values
end

local function make(sandbox, request)
  local body = request:read_body(BODY)
  for _, name in ipairs(REQUIRED) do
    if not filled(body[name]) then replies.refuse(400, ("%s is required."):format(name)) end
  end
  body.variables = read_variables(request:object().custom_variables)
  local record = call_records.add(sandbox, body)
  return {
    status = 200,
    body = { status = "success", response = { answer = "ok", call_id = record.call_id }, eta = ETA },
  }
end

-- Finding --------------------------------------------------------------------------------------------

-- A test may have set any field to anything.
local function digits(text)
  return type(text) == "string" and text:gsub("%D", "") or ""
end

-- Milliseconds: a number of them, or a date.
local function read_moment(name, text)
  if text == nil then return nil end
  local moment = tonumber(text) or clock.parse(text) and clock.parse(text) * 1000
  if not moment then replies.refuse(400, ("%s is not a date."):format(name)) end
  return moment
end

local QUERY = {
  model_id = "string", from_date = "string", to_date = "string", call_status = "string",
  duration_min = "integer", duration_max = "integer", lead_phone_number = "string",
  limit = "integer", offset = "integer",
  batch_call_id = "string", -- guess: the platform implies such a filter, and does not document it
}

-- `to_date` is exclusive, as seen live.
local function filter(query)
  local from, to = read_moment("from_date", query.from_date), read_moment("to_date", query.to_date)
  return function(shown)
    local start, duration = tonumber(shown.start_time) or 0, tonumber(shown.duration) or 0
    return shown.model_id == query.model_id
      and not (from and start < from)
      and not (to and start >= to)
      and not (query.call_status and shown.call_status ~= query.call_status)
      and not (query.duration_min and duration < query.duration_min)
      and not (query.duration_max and duration > query.duration_max)
      and not (query.lead_phone_number and digits(shown.lead_phone_number) ~= digits(query.lead_phone_number))
  end
end

local function newest_first(left, right)
  local one, other = tonumber(left.shown.start_time) or 0, tonumber(right.shown.start_time) or 0
  if one ~= other then return one > other end
  return left.order > right.order
end

local function list(sandbox, request)
  local query = request:read_query(QUERY)
  if not filled(query.model_id) then replies.refuse(400, "model_id is required.") end
  local matches, found = filter(query), {}
  for _, record in ipairs(calls_of(sandbox).records) do
    local shown = is_listed(sandbox, record) and in_list(sandbox, record)
    local is_of_batch = not query.batch_call_id or record.batch_call_id == query.batch_call_id
    if shown and is_of_batch and matches(shown) then
      found[#found + 1] = { shown = shown, order = record.order }
    end
  end
  table.sort(found, newest_first)
  local items, pagination = paging.by_offset(query, found, function(one) return one.shown end)
  return replies.ok { pagination = pagination, calls = items }
end

local function get(sandbox, request)
  local record = calls_of(sandbox):find(request.parameters.call_id)
  if not record or not is_listed(sandbox, record) then replies.refuse(404, "Call not found.") end
  return replies.ok {
    pagination = { total_records = 1, limit = 1, offset = 0 },
    calls = json.list { by_itself(sandbox, record) },
  }
end

-- For tests ------------------------------------------------------------------------------------------

local SPEED = { call_seconds = "number", listed_after = "number" }
local SPEED_NAMES = { "call_seconds", "listed_after" }

local function set_speed(sandbox, request)
  fields.refuse_unknown(request:object(), SPEED_NAMES)
  local given = request:read_body(SPEED)
  for name, value in pairs(given) do
    if value < 0 then replies.refuse(400, ("%s must be seconds."):format(name)) end
    sandbox.options[name] = value
  end
  return replies.ok()
end

-- Any field of a record, in the list or by itself; `hidden` takes it out of sight.
local function set_call(sandbox, request)
  local record = calls_of(sandbox):find(request.parameters.call_id)
  if not record then replies.refuse(404, "Call not found.") end
  local given, known = request:object(), { "hidden" }
  for _, shown in ipairs { in_list(sandbox, record), by_itself(sandbox, record) } do
    for name in pairs(shown) do known[#known + 1] = name end
  end
  fields.refuse_unknown(given, known)
  if given.hidden ~= nil and type(given.hidden) ~= "boolean" then
    replies.refuse(400, "hidden must be true or false.")
  end
  if given.hidden ~= nil then record.hidden = given.hidden end
  sandbox:set(record.call_id, given)
  -- Both forms have it, under a name of their own.
  local status = given.status or given.call_status
  if status then sandbox:set(record.call_id, { status = status, call_status = status }) end
  return replies.ok()
end

local ALL, ONE = "/calls", "/calls/{call_id}"
local TEST_ALL, TEST_ONE = "/_sandbox/calls", "/_sandbox/calls/{call_id}"

return {
  { operation = "calls.make", method = "POST", path = ALL, answer = make },
  { operation = "calls.list", method = "GET", path = ALL, answer = list },
  { operation = "calls.get", method = "GET", path = ONE, answer = get },
  { operation = "sandbox.set_speed", method = "PATCH", path = TEST_ALL, answer = set_speed, open = true },
  { operation = "sandbox.set_call", method = "PATCH", path = TEST_ONE, answer = set_call, open = true },
}
