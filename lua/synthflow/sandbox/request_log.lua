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

local mask

-- What the catalogue says of the values inside this one.
local function inner_field(field, name)
  if not field then return nil end
  if field.kind == "object" then return field.fields[name] end
  if field.kind == "variables" and field.secret then return field end
  return field.of
end

local function mask_table(given, field)
  local copy = setmetatable({}, getmetatable(given))
  for name, inner in pairs(given) do copy[name] = mask(inner, name, inner_field(field, name)) end
  return copy
end

-- A secret list of variables keeps their names.
function mask(value, name, field)
  if value == json.null then return value end
  if type(value) == "table" then return is_secret(name) and MASK or mask_table(value, field) end
  local is_variable_name = field and field.kind == "variables" and name == "key"
  if is_secret(name) or field and field.secret and not is_variable_name then return MASK end
  return value
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
local function describe_body(text, field)
  if text == "" then return nil, nil end
  local value = json.decode(text)
  if value == nil then return nil, #text end
  return mask(value, nil, field), nil
end

---@param request table
---@param outcome table { operation, body (as the catalogue describes it, if it does), key, status (nil: the
---  connection was closed), fault ("before", "after") }
function methods:add(request, outcome)
  local body, unreadable_bytes = describe_body(request.body, outcome.body)
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
