-- Faults on demand: what a route is to answer the next times in place of what it would.
--
--   POST /_sandbox/faults
--     method, route   which requests: route is a template, "/calls" or "/numbers/{phone_number_slug}"
--     times           how many of them, 1 by default
--     status          what is answered, with
--     body              an object, sent as JSON, or text, sent as it is; the platform's error by default
--     headers           { ["Retry-After"] = "2" }
--     close           true: the connection is closed in place of an answer
--     delay           seconds before either; alone: a late answer to what was done at once
--     after           true: the operation is carried out first, and nobody is told

local fields = require "synthflow.sandbox.fields"
local json = require "synthflow.sandbox.json"
local plain = require("synthflow.sandbox.router").plain
local replies = require "synthflow.sandbox.replies"

local faults = {}

local TYPES = {
  method = "string", route = "string", times = "integer", status = "integer", delay = "number",
  after = "boolean", close = "boolean",
}
local ORDER = { "method", "route", "times", "status", "body", "headers", "delay", "after", "close" }

local function read_body(body)
  if body == nil or body == json.null then return nil end
  if type(body) ~= "table" and type(body) ~= "string" then
    replies.refuse(400, "body must be an object or text.")
  end
  return body
end

local function read_headers(headers)
  if headers == nil or headers == json.null then return nil end
  local read = {}
  for name, value in pairs(json.is_object(headers) and headers or { headers }) do
    if type(name) ~= "string" or not name:find("^[%w%-]+$") or type(value) == "table"
      or tostring(value):find("%c") then
      replies.refuse(400, "headers must be an object of names and texts.")
    end
    read[name:lower()] = tostring(value)
  end
  return json.ordered(read, {})
end

local function check_range(name, value, least, most)
  if value and (value < least or value > most) then
    replies.refuse(400, ("%s must be between %d and %d."):format(name, least, most))
  end
end

---Takes one more fault.
---@param sandbox table
---@param given table the object that was sent
function faults.add(sandbox, given)
  fields.refuse_unknown(given, ORDER)
  local fault = fields.read("body", given, TYPES, { "method", "route" })
  fault.body, fault.headers = read_body(given.body), read_headers(given.headers)
  fault.times = fault.times or 1
  check_range("times", fault.times, 1, 1000000)
  check_range("status", fault.status, 200, 599)
  check_range("delay", fault.delay, 0, 3600)
  if not (fault.status or fault.close or fault.delay) then
    replies.refuse(400, "Give status, close or delay.")
  elseif fault.status and fault.close then
    replies.refuse(400, "Give either status or close.")
  elseif not fault.status and (fault.body or fault.headers) then
    replies.refuse(400, "body and headers need a status.")
  end
  fault.method = fault.method:upper()
  if not sandbox.routes:has(fault.method, fault.route) then
    replies.refuse(400, ("There is no route %s %s."):format(fault.method, fault.route))
  end
  table.insert(sandbox.faults, json.ordered(fault, ORDER))
end

---The fault that meets this request, if there is one; it has one time less then.
function faults.take(sandbox, route)
  for position, fault in ipairs(sandbox.faults) do
    if fault.method == route.method and plain(fault.route) == plain(route.path) then
      fault.times = fault.times - 1
      if fault.times == 0 then table.remove(sandbox.faults, position) end
      return fault
    end
  end
end

---Whether the operation is carried out all the same.
function faults.lets_act(fault)
  return fault.after or not (fault.status or fault.close)
end

---@param fault table
---@param reply? table the operation's own
function faults.reply(fault, reply)
  if fault.close then return { close = true, delay = fault.delay } end
  if not fault.status then
    reply.delay = fault.delay
    return reply
  end
  local body = fault.body or replies.failure(fault.status, "A fault on demand.", "critical").body
  return { status = fault.status, body = body, headers = fault.headers, delay = fault.delay }
end

return faults
