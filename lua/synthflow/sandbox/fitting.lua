-- Reads the query and the body of a request as the catalogue describes them. What does not fit is answered at
-- once: a missing field or a wrong type with 422, what must hold between fields with 400. Unknown names are
-- ignored, as the platform does.

local absent = require("synthflow.schema").absent
local fields = require "synthflow.sandbox.fields"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local fitting = {}

local function complain(faults, location, word, text)
  faults.types[#faults.types + 1] = { loc = location, msg = text, type = word }
end

local function inside(location, name)
  local longer = {}
  for index, part in ipairs(location) do longer[index] = part end
  longer[#longer + 1] = name
  return longer
end

-- Types ----------------------------------------------------------------------------------------------------
-- fit[kind](value, field, location, faults) -> the value, or nil and a fault.

local fit = {}

local function plain(kind)
  return function(value, _, location, faults)
    local read, word, text = fields.read_one(kind, value)
    if word then complain(faults, location, word, text) end
    return read
  end
end

for kind, read_as in pairs {
  string = "string", slug = "string", enum_in = "string", iso_date = "string",
  integer = "integer", timestamp = "integer", number = "number", boolean = "boolean",
} do
  fit[kind] = plain(read_as)
end

function fit.any(value)
  return value
end

function fit.date(value, _, location, faults)
  if type(value) == "string" or type(value) == "number" then return value end
  complain(faults, location, "string_type", "Input should be a valid string")
end

function fit.enum(value, field, location, faults)
  local read, word, text = fields.read_one(field.values, value)
  if word and type(field.values[1]) == "number" then
    read, word, text = fields.read_one(field.values, tonumber(value))
  end
  if word then complain(faults, location, word, text) end
  return read
end

local function read_value(value, field, location, faults)
  return fit[field.kind](value, field, location, faults)
end

function fit.list(value, field, location, faults)
  if type(value) ~= "table" or json.is_object(value) then
    return complain(faults, location, "list_type", "Input should be a valid list")
  end
  local read = {}
  for index, inner in ipairs(value) do
    read[index] = read_value(inner, field.of, inside(location, index - 1), faults)
  end
  return json.list(read)
end

function fit.map(value, field, location, faults)
  if not json.is_object(value) then
    return complain(faults, location, "dict_type", "Input should be a valid dictionary")
  end
  local read = {}
  for name, inner in pairs(value) do
    read[name] = read_value(inner, field.of or { kind = "any" }, inside(location, name), faults)
  end
  return json.ordered(read, {})
end

fit.variable_map = fit.map

-- The documented list; the plain object that others send is taken as well.
function fit.variables(value, field, location, faults)
  if json.is_object(value) then return fit.map(value, field, location, faults) end
  local of = { kind = "object", fields = {
    key = { kind = "string", required = true }, value = { kind = "string", required = true },
  } }
  return fit.list(value, { of = of }, location, faults)
end

-- Objects --------------------------------------------------------------------------------------------------

local function is_one_of(value, expected)
  if expected == absent then return value == nil end
  if type(expected) ~= "table" then return value == expected end
  for _, one in ipairs(expected) do
    if is_one_of(value, one) then return true end
  end
  return false
end

local function hold(conditions, values)
  for name, expected in pairs(conditions) do
    if not is_one_of(values[name], expected) then return false end
  end
  return true
end

local function is_wanted(field, values)
  return field.required_if_all and hold(field.required_if_all, values)
    or field.required_unless_all and not hold(field.required_unless_all, values)
end

local function shared(one, other)
  for _, value in ipairs(one or {}) do
    if is_one_of(value, other or {}) then return value end
  end
end

-- What must hold between the fields of one object.
local function relate(object, values, faults)
  local function refuse(text, ...) faults.relations[#faults.relations + 1] = text:format(...) end
  for name, field in pairs(object.fields) do
    if values[name] == nil and is_wanted(field, values) then refuse("%s is required.", name) end
    local both = field.disjoint and shared(values[name], values[field.disjoint])
    if both then refuse("%s is in both %s and %s.", tostring(both), name, field.disjoint) end
  end
  local given = 0
  for _, name in ipairs(object.one_of or {}) do
    if values[name] ~= nil then given = given + 1 end
  end
  if object.one_of and given ~= 1 then
    refuse("Exactly one of %s is required.", table.concat(object.one_of, ", "))
  end
end

local function read_fields(object, given, location, faults)
  local values = {}
  for name, field in pairs(object.fields) do
    local value = given[name]
    if value == json.null and field.nullable then
      values[name] = json.null
    elseif value ~= nil and value ~= json.null then
      values[name] = read_value(value, field, inside(location, name), faults)
    elseif field.required then
      complain(faults, inside(location, name), "missing", "Field required")
    end
  end
  relate(object, values, faults)
  return json.ordered(values, {})
end

function fit.object(value, field, location, faults)
  if not json.is_object(value) then
    return complain(faults, location, "model_attributes_type",
      "Input should be a valid dictionary or object to extract fields from")
  end
  return read_fields(field, value, location, faults)
end

-- Requests -------------------------------------------------------------------------------------------------

-- Of a name that comes more than once the last value counts, unless it is a list.
local function query_values(object, query)
  local given = {}
  for name, field in pairs(object.fields) do
    local values = query[name]
    if values then given[name] = field.kind == "list" and json.list(values) or values[#values] end
  end
  return given
end

local function refuse(faults)
  if #faults.types > 0 then
    table.sort(faults.types, function(left, right)
      return table.concat(left.loc, ".") < table.concat(right.loc, ".")
    end)
    error(replies.invalid(faults.types), 0)
  elseif #faults.relations > 0 then
    table.sort(faults.relations)
    replies.refuse(400, faults.relations[1])
  end
end

---@return table query, table|nil body the values that are known to the operation
function fitting.read(operation, request)
  local faults = { types = {}, relations = {} }
  local query, body = {}, nil
  if operation.query then
    local given = query_values(operation.query, request.query)
    query = read_fields(operation.query, given, { "query" }, faults)
  end
  if operation.body then body = read_fields(operation.body, request:object(), { "body" }, faults) end
  refuse(faults)
  return query, body
end

return fitting
