--- The types of tables: lists, maps, objects, and what may be anything. Loaded with the first of them.

local values = require "synthflow.values"

local containers = {}

local function mismatch(call, where, wanted, value, field)
  values.fault(call, "mismatch", where, wanted, value, field)
end

--- A deep copy; a list that synthflow.list made stays one.
function containers.copy(value, call, where, depth)
  if type(value) ~= "table" then
    return value
  elseif depth > values.MAX_DEPTH then
    return values.fault(call, "too_deep", where)
  end
  local copied = {}
  for key, inner in pairs(value) do
    copied[key] = containers.copy(inner, call, where, depth + 1)
  end
  if getmetatable(value) == call.context.list_metatable then
    setmetatable(copied, call.context.list_metatable)
  end
  return copied
end

function containers.any(value, _, call, where, depth)
  return containers.copy(value, call, where, depth)
end

function containers.list(value, field, call, where, depth)
  if not values.is_list(value) then
    return mismatch(call, where, "a list", value, field)
  end
  local converted = {}
  for index, inner in ipairs(value) do
    converted[index] = values.convert(inner, field.of, call, where .. "[" .. index .. "]", depth)
  end
  return setmetatable(converted, call.context.list_metatable)
end

function containers.map(value, field, call, where, depth)
  if type(value) ~= "table" or #value > 0 then
    return mismatch(call, where, "a table of names and values", value, field)
  end
  local converted = {}
  for name, inner in pairs(value) do
    converted[name] = values.convert(inner, field.of, call, where .. "." .. tostring(name), depth)
  end
  return converted
end

local TEXT = { kind = "string" }
local SECRET = { kind = "string", secret = true }

local function variable_text(value, call, where, depth, of)
  return values.convert(type(value) == "boolean" and tostring(value) or value, of or TEXT, call, where, depth)
end

local function variable(value, call, where, depth, of)
  if type(value) ~= "table" or value.key == nil or value.value == nil then
    return mismatch(call, where, "a table { key = name, value = text }", value)
  end
  return {
    key = variable_text(value.key, call, where .. ".key", depth),
    value = variable_text(value.value, call, where .. ".value", depth, of),
  }
end

-- In the order of their names, so that the same variables are sent in the same way.
local function named_variables(value, call, where, depth, of)
  local converted = {}
  for name, inner in pairs(value) do
    local place = where .. "." .. tostring(name)
    converted[#converted + 1] = {
      key = variable_text(name, call, place, depth),
      value = variable_text(inner, call, place, depth, of),
    }
  end
  table.sort(converted, function(a, b) return (a.key or "") < (b.key or "") end)
  return converted
end

function containers.variables(value, field, call, where, depth)
  local converted, of = {}, field.secret and SECRET or TEXT
  if type(value) ~= "table" or #value > 0 and not values.is_list(value) then
    return mismatch(call, where, "a table of names and values, or a list of { key =, value = }", value, field)
  elseif #value == 0 then
    converted = named_variables(value, call, where, depth, of)
  end
  for index, inner in ipairs(value) do
    converted[index] = variable(inner, call, where .. "[" .. index .. "]", depth, of)
  end
  return setmetatable(converted, call.context.list_metatable)
end

-- What is not text becomes text, but for tables: some places take anything.
local function map_value(value, call, where, depth)
  if type(value) == "table" then
    return containers.copy(value, call, where, depth)
  end
  return value ~= nil and variable_text(value, call, where, depth) or nil
end

--- The same variables as an object.
function containers.variable_map(value, field, call, where, depth)
  local converted = {}
  if type(value) ~= "table" or #value > 0 and not values.is_list(value) then
    return mismatch(call, where, "a table of names and values, or a list of { key =, value = }", value, field)
  elseif #value == 0 then
    for name, inner in pairs(value) do
      converted[tostring(name)] = map_value(inner, call, where .. "." .. tostring(name), depth)
    end
  end
  for index, inner in ipairs(value) do
    local one = variable(inner, call, where .. "[" .. index .. "]", depth)
    if one and one.key then
      converted[one.key] = one.value
    end
  end
  return converted
end

function containers.object(value, field, call, where, depth)
  if type(value) ~= "table" or #value > 0 then
    return mismatch(call, where, "a table of named values", value, field)
  end
  local converted, prefix = {}, where .. "."
  local refused = values.take(value, field.fields, field.aliases, call, prefix, function(name, one, inner)
    converted[name] = values.convert(inner, one, call, prefix .. name, depth)
    return converted[name]
  end)
  values.relate(call, prefix, field, converted, refused)
  return converted
end

return containers
