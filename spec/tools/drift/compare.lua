--- Compares the operations of an OpenAPI file ("there") with those of the catalogue ("here"). Differences are
--
--   { operation = "POST /calls", named = operationId or the catalogue's name, name = "body agent.llm" or nil,
--     what =, there = text or nil, here = text or nil }
--
-- where `what` is one of
--
--   missing here    an operation, a parameter, a field or a body that only the file has
--   missing there   one that only the catalogue has
--   path            the template
--   place           where a parameter goes
--   type            "integer" and the like
--   nullable        whether null is a value
--   required        "always", "sometimes" (it depends on other fields) or "never"
--   choice          names of which exactly one is given
--   value           one known value, on the side that has it
--   values          whether known values are listed at all
--   closed          the file lists all values there are; the catalogue knows the same, and sends others too
--   alias           a second name of a field
--   answer          how the answer is wrapped

local types = require "tools.drift.types"

local compare = {}

local Report = {}
Report.__index = Report

function Report:add(name, what, there, here)
  table.insert(self.found, {
    operation = self.operation, named = self.named, name = name, what = what, there = there, here = here,
  })
end

-- Types ----------------------------------------------------------------------------------------------------

local compare_types

local function names_of(set)
  return set and table.concat(types.sorted(set), ", ") or nil
end

local function compare_values(report, name, there, here)
  if not (there.values and here.values) then
    return (there.values or here.values)
      and report:add(name, "values", there.values and "listed", here.values and "listed")
  end
  for _, value in ipairs(types.sorted(there.values)) do
    if not here.values[value] then
      report:add(name, "value", value, nil)
    end
  end
  for _, value in ipairs(types.sorted(here.values)) do
    if not there.values[value] then
      report:add(name, "value", nil, value)
    end
  end
  if here.open then
    report:add(name, "closed", "closed", "open")
  end
end

local function compare_required(report, name, there, here)
  if there.required ~= here.required then
    report:add(name, "required", there.required, here.required)
  end
end

local function compare_fields(report, prefix, there, here)
  for _, name in ipairs(types.sorted(there)) do
    local known = here[name]
    local full = prefix .. name
    if not known then
      report:add(full, "missing here", types.name(there[name].type), nil)
    elseif known.alias_of then
      report:add(full, "alias", "a field", "of " .. known.alias_of)
      compare_types(report, full, there[name].type, known.type)
    else
      compare_required(report, full, there[name], known)
      compare_types(report, full, there[name].type, known.type)
    end
  end
  for _, name in ipairs(types.sorted(here)) do
    if not there[name] and here[name].alias_of then
      report:add(prefix .. name, "alias", nil, "of " .. here[name].alias_of)
    elseif not there[name] then
      report:add(prefix .. name, "missing there", nil, types.name(here[name].type))
    end
  end
end

-- A date is sent as it is given, text or milliseconds; variables as a list of key and value, or as names and
-- values.
local FITS = {
  date = function(there) return there.kind == "integer" or there.kind == "integer or string" end,
  variables = function(there)
    local fields = there.kind == "list" and there.of.kind == "object" and there.of.fields or {}
    return names_of(fields) == "key, value"
  end,
  variable_map = function(there)
    return there.kind == "map" and (there.of.kind == "string" or there.of.kind == "any")
  end,
}

function compare_types(report, name, there, here)
  if (there.nullable or false) ~= (here.nullable or false) then
    report:add(name, "nullable", tostring(there.nullable or false), tostring(here.nullable or false))
  end
  if FITS[here.kind] and FITS[here.kind](there) then
    return
  elseif there.kind ~= here.kind then
    return report:add(name, "type", types.name(there), types.name(here))
  elseif here.kind == "list" then
    return compare_types(report, name .. "[]", there.of, here.of)
  elseif here.kind == "map" then
    return compare_types(report, name .. ".*", there.of, here.of)
  elseif here.kind == "object" then
    if names_of(there.choice) ~= names_of(here.choice) then
      report:add(name, "choice", names_of(there.choice), names_of(here.choice))
    end
    return compare_fields(report, name == "body" and "body " or name .. ".", there.fields, here.fields)
  end
  compare_values(report, name, there, here)
end

-- Operations -----------------------------------------------------------------------------------------------

-- What is missing on both sides, in different places, is one thing that goes elsewhere.
local function join_moved(found, first)
  local only_here = {}
  for index = first, #found do
    local place, name = (found[index].name or ""):match "^(%w+) ([^.%[]+)$"
    if place and found[index].what == "missing there" then
      only_here[name] = { place = place, difference = found[index] }
    end
  end
  for index = #found, first, -1 do
    local place, name = (found[index].name or ""):match "^(%w+) ([^.%[]+)$"
    local moved = place and found[index].what == "missing here" and only_here[name]
    if moved then
      moved.difference.what, moved.difference.there, moved.difference.here = "place", place, moved.place
      table.remove(found, index)
    end
  end
end

local function compare_bodies(report, there, here)
  if there.body and here.body then
    compare_types(report, "body", there.body, here.body)
  elseif there.body then
    report:add("body", "missing here", types.name(there.body), nil)
  elseif here.body then
    report:add("body", "missing there", nil, types.name(here.body))
  end
end

-- The answer's schema must have what the catalogue takes out of it.
local function compare_answers(report, there, here)
  local fields = there.answer and there.answer.fields
  local returns = here.returns
  if not fields or returns.shape == "nothing" then
    return
  end
  local inside = fields.response and fields.response.type
  if returns.shape == "bare" then
    return inside and report:add("answer", "answer", "in `response`", "bare")
  elseif not inside then
    inside = there.answer
  end
  local key = returns.key or returns.holds
  if key and not (inside.fields or {})[key] then
    report:add("answer", "answer", "without " .. key, "with " .. key)
  end
end

local function compare_operation(report, there, here)
  if there.template ~= here.template then
    report:add(nil, "path", there.template, here.template)
  end
  local first = #report.found + 1
  compare_fields(report, "", there.parameters, here.parameters)
  compare_bodies(report, there, here)
  join_moved(report.found, first)
  compare_answers(report, there, here)
end

-- Two paths are one if they differ in the names of their parameters, or in a slash at the end.
local function key_of(operation)
  return operation.method .. " " .. (operation.template:gsub("{[^}]*}", "{}"):gsub("(.)/$", "%1"))
end

local function by_key(operations)
  local found = {}
  for _, operation in ipairs(operations) do
    local key = key_of(operation)
    found[key] = found[key] or {}
    table.insert(found[key], operation)
  end
  return found
end

local function reporter(found, operation, named)
  return setmetatable({
    found = found, operation = operation.method .. " " .. operation.template, named = named,
  }, Report)
end

--- All differences. Several operations of the catalogue may make one of the file: each is compared.
function compare.operations(there, here)
  local found, known, of_file = {}, by_key(here), by_key(there)
  for _, operation in ipairs(there) do
    local matching = known[key_of(operation)]
    for _, one in ipairs(matching or {}) do
      local both = operation.named .. ", " .. one.named
      compare_operation(reporter(found, operation, both), operation, one)
    end
    if not matching then
      reporter(found, operation, operation.named):add(nil, "missing here", "described", nil)
    end
  end
  for _, operation in ipairs(here) do
    if not of_file[key_of(operation)] then
      reporter(found, operation, operation.named):add(nil, "missing there", nil, "described")
    end
  end
  return found
end

return compare
