-- Reads typed values out of a body or a query, in the framework's tolerant way: numbers and
-- booleans may come as strings. Everything that does not fit is answered at once, with 422.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local fields = {}

local TRUTH = {
  ["true"] = true, ["1"] = true, yes = true, on = true, t = true, y = true,
  ["false"] = false, ["0"] = false, no = false, off = false, f = false, n = false,
}

local function as_number(value)
  if type(value) == "number" then return value end
  if type(value) == "string" and value:find("^%s*[+-]?%d+%.?%d*%s*$") then return tonumber(value) end
end

-- Each returns the value, or nil, the word and the text of the fault.
local readers = {}

function readers.string(value)
  if type(value) == "string" then return value end
  return nil, "string_type", "Input should be a valid string"
end

function readers.boolean(value)
  if type(value) == "boolean" then return value end
  local truth = TRUTH[tostring(value):lower()]
  if truth ~= nil then return truth end
  return nil, "bool_parsing", "Input should be a valid boolean, unable to interpret input"
end

function readers.number(value)
  local number = as_number(value)
  if number then return number end
  return nil, "float_parsing", "Input should be a valid number"
end

function readers.integer(value)
  local number = as_number(value)
  if number and number % 1 == 0 then return math.floor(number) end
  return nil, "int_parsing", "Input should be a valid integer"
end

local function read_choice(value, choices)
  local quoted = {}
  for index, choice in ipairs(choices) do
    if choice == value then return value end
    quoted[index] = "'" .. choice .. "'"
  end
  local last = table.remove(quoted)
  local before = #quoted > 0 and table.concat(quoted, ", ") .. " or " or ""
  return nil, "enum", "Input should be " .. before .. last
end

---@param kind string|table "string", "boolean", "number", "integer" or a list of choices
---@return any value
---@return string|nil word of the fault, and then its text
function fields.read_one(kind, value)
  if type(kind) == "table" then return read_choice(value, kind) end
  return readers[kind](value)
end

---@param place string "body" or "query"
---@param given table the values by name; null counts as not given
---@param types table name -> "string", "boolean", "number", "integer" or a list of choices
---@param required? table list of names
---@return table values only what was given and is known: unknown names are ignored, as the platform does
function fields.read(place, given, types, required)
  local values, faults = {}, {}
  local function complain(name, word, text)
    faults[#faults + 1] = { loc = { place, name }, msg = text, type = word }
  end
  for _, name in ipairs(required or {}) do
    if given[name] == nil or given[name] == json.null then complain(name, "missing", "Field required") end
  end
  for name, kind in pairs(types) do
    local value = given[name]
    if value ~= nil and value ~= json.null then
      local read, word, text = fields.read_one(kind, value)
      if word then complain(name, word, text) else values[name] = read end
    end
  end
  if #faults > 0 then
    table.sort(faults, function(left, right) return left.loc[2] < right.loc[2] end)
    error(replies.invalid(faults), 0)
  end
  return values
end

---Refuses what a route for tests does not know: the platform would ignore it, a test would go wrong.
---@param known table list of names
function fields.refuse_unknown(given, known)
  local unknown, names = {}, {}
  for _, name in ipairs(known) do names[name] = true end
  for name in pairs(given) do
    if not names[name] then unknown[#unknown + 1] = tostring(name) end
  end
  if #unknown > 0 then
    table.sort(unknown)
    replies.refuse(400, "Unknown fields: " .. table.concat(unknown, ", ") .. ".")
  end
end

return fields
