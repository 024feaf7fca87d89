-- Remembers what was received, without secrets.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local request_log = {}

local methods = {}
local metatable = { __index = methods }

local KEPT = 1000
local SHOWN = {
  "at", "method", "path", "query", "headers", "body", "unreadable_bytes", "operation", "key", "status",
  "fault",
}
local MASK = "***"
local SECRET_WORDS = { "pwd", "password", "secret", "token", "api_key" }

function request_log.new()
  local log = setmetatable({}, metatable)
  log:clear()
  return log
end

local function is_secret(name)
  if type(name) ~= "string" then return false end
  for _, word in ipairs(SECRET_WORDS) do
    if name:lower():find(word, 1, true) then return true end
  end
  return false
end

local function mask(value, name)
  if value == json.null then return value end
  if is_secret(name) then return MASK end
  if type(value) ~= "table" then return value end
  local copy = setmetatable({}, getmetatable(value))
  for key, inner in pairs(value) do copy[key] = mask(inner, key) end
  return copy
end

local function mask_headers(headers)
  local shown = mask(headers)
  if shown.authorization then
    local scheme = shown.authorization:match("^(%a+)%s+%S")
    shown.authorization = scheme and scheme .. " " .. MASK or MASK
  end
  return shown
end

-- A body that is not JSON is shown by its length alone: it cannot be searched for secrets.
local function describe_body(text)
  if text == "" then return nil, nil end
  local value = json.decode(text)
  if value == nil then return nil, #text end
  return mask(value), nil
end

---@param request table
---@param outcome table { operation, key, status (nil: the connection was closed), fault ("before", "after") }
function methods:add(request, outcome)
  local body, unreadable_bytes = describe_body(request.body)
  self.received = self.received + 1
  self.entries[#self.entries + 1] = json.ordered({
    at = replies.timestamp(),
    method = request.method,
    path = request.path,
    query = json.ordered(mask(request.query)),
    headers = mask_headers(request.headers),
    body = body,
    unreadable_bytes = unreadable_bytes,
    operation = outcome.operation,
    key = outcome.key,
    status = outcome.status,
    fault = outcome.fault,
  }, SHOWN)
  if #self.entries > KEPT then table.remove(self.entries, 1) end
end

function methods:clear()
  self.received, self.entries = 0, {}
end

return request_log
