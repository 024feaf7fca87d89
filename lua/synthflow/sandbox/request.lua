-- One request as the behaviours see it: path, query and body taken apart.

local fields = require "synthflow.sandbox.fields"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local request = {}

local methods = {}
local metatable = { __index = methods }

local function percent_decode(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

request.percent_decode = percent_decode

-- A name that comes more than once keeps all its values, in order.
local function parse_query(text)
  local query = {}
  for pair in text:gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = percent_decode((name:gsub("%+", " ")))
    local values = query[name] or {}
    values[#values + 1] = percent_decode((value:gsub("%+", " ")))
    query[name] = values
  end
  return query
end

---@param received table { method, target, headers (names in lower case), body }
function request.new(received)
  local path, query = received.target:match("^([^?#]*)%??([^#]*)")
  return setmetatable({
    method = received.method,
    path = path,
    query = parse_query(query),
    headers = received.headers,
    body = received.body or "",
    parameters = {},
  }, metatable)
end

local function refuse_body(word, text, location)
  error(replies.invalid { { loc = location or { "body" }, msg = text, type = word } }, 0)
end

local NOT_AN_OBJECT = "Input should be a valid dictionary or object to extract fields from"

---The body as a JSON object, or 422.
function methods:object()
  if self.body == "" then refuse_body("missing", "Field required") end
  local content_type = self.headers["content-type"]
  if content_type and not content_type:lower():find("json", 1, true) then
    refuse_body("model_attributes_type", NOT_AN_OBJECT)
  end
  local value, position = json.decode(self.body)
  if value == nil then refuse_body("json_invalid", "JSON decode error", { "body", position }) end
  if not json.is_object(value) then
    refuse_body("model_attributes_type", NOT_AN_OBJECT)
  end
  return value
end

function methods:read_body(types, required)
  return fields.read("body", self:object(), types, required)
end

---Of a name that comes more than once the last value counts.
function methods:read_query(types, required)
  local last = {}
  for name, values in pairs(self.query) do last[name] = values[#values] end
  return fields.read("query", last, types, required)
end

return request
