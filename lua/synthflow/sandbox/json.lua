-- JSON for the sandbox: dkjson, with whole documents only and a fixed order of the outer keys.

local dkjson = require "dkjson"

local json = { null = dkjson.null }

local ENVELOPE_ORDER = {
  "status", "response", "detail", "description", "timestamp", "request_id", "category", "loc", "msg", "type",
  "key", "phone_number", "answer", "call_id", "eta", "pagination", "phone_numbers", "calls",
  "total_records", "limit", "offset",
}

function json.encode(value)
  return dkjson.encode(value, { keyorder = ENVELOPE_ORDER })
end

---@return any value nil when the text is not one JSON document
---@return integer|nil position where it ceases to be one, counted from 0
function json.decode(text)
  local read, value, position = pcall(dkjson.decode, text, 1, dkjson.null)
  if not read then return nil, 0 end
  if value == nil then return nil, (position or 1) - 1 end
  local rest = text:find("%S", position)
  if rest then return nil, rest - 1 end
  return value
end

-- An empty table would be written as an object without this.
function json.list(items)
  return setmetatable(items, { __jsontype = "array" })
end

function json.ordered(record, order)
  return setmetatable(record, { __jsontype = "object", __jsonorder = order })
end

function json.is_object(value)
  if type(value) ~= "table" or value == json.null then return false end
  local metatable = getmetatable(value)
  return not (metatable and metatable.__jsontype == "array")
end

return json
