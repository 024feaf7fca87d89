--- Checks a value against the type that the catalogue gives it, and copies it into what is sent.
--
-- Nothing here writes to, or keeps, a table of the caller. Faults are gathered in `call.faults`, so that all
-- of them are seen at once; a value with a fault becomes nil. What a value means is for the platform to
-- judge: only what cannot be what was meant is a fault.

local absent = require("synthflow.schema").absent

local values = { MAX_DEPTH = 64 }

--- A copy of one table, not of those in it.
function values.copy(original)
  local copied = {}
  for name, value in pairs(original) do
    copied[name] = value
  end
  return copied
end

--- Whether it can be called.
function values.is_callable(value)
  local metatable = type(value) ~= "function" and getmetatable(value)
  return type(value) == "function" or type(metatable) == "table" and metatable.__call ~= nil
end

--- Whether a value is a list: a table of places without holes, and no names.
function values.is_list(value)
  if type(value) ~= "table" then
    return false
  end
  local count = 0
  for key in pairs(value) do
    if type(key) ~= "number" then
      return false
    end
    count = count + 1
  end
  return count == #value
end

--- One more fault, in the words of usage[wording].
function values.fault(call, wording, ...)
  call.faults[#call.faults + 1] = require("synthflow.usage")[wording](...)
end

local function mismatch(call, where, wanted, value, field)
  values.fault(call, "mismatch", where, wanted, value, field)
end

-- Conditions -----------------------------------------------------------------------------------------------

function values.is_one_of(value, expected)
  if expected == absent then
    return value == nil
  elseif type(expected) == "table" then
    for _, one in ipairs(expected) do
      if values.is_one_of(value, one) then
        return true
      end
    end
    return false
  end
  return value == expected
end

--- Whether all of these conditions hold for the fields of one table.
function values.hold(conditions, fields)
  for name, expected in pairs(conditions) do
    if not values.is_one_of(fields[name], expected) then
      return false
    end
  end
  return true
end

-- Types ----------------------------------------------------------------------------------------------------
-- convert[kind](value, field, call, where, depth) -> what is sent. Those of tables are in containers.lua,
-- those of moments in dates.lua.

local MOMENTS = { date = true, iso_date = true, timestamp = true }

local convert = setmetatable({}, {
  __index = function(_, kind)
    return require(MOMENTS[kind] and "synthflow.dates" or "synthflow.containers")[kind]
  end,
})

local number_type = math.type -- luacheck: ignore 143

-- Ids and phone numbers are often given as numbers: digits, never an exponent. Nil for what is no number.
local function as_text(number)
  if number_type and number_type(number) == "integer" then
    return ("%d"):format(number)
  elseif number ~= number or math.abs(number) == math.huge then
    return nil
  elseif number == math.floor(number) then
    return ("%.0f"):format(number)
  end
  return ("%.14g"):format(number)
end

function convert.string(value, field, call, where)
  local kind = type(value)
  local text = kind == "number" and as_text(value) or kind == "string" and value
  if not text then
    return mismatch(call, where, "text", value, field)
  end
  value = text
  if field.secret then
    call.secrets[#call.secrets + 1] = value
  end
  return value
end

function convert.slug(value, field, call, where)
  local text = convert.string(value, field, call, where)
  return text and (text:match "^%+(%d+)$" or text)
end

function convert.number(value, field, call, where)
  local number = tonumber(value)
  if not number then
    return mismatch(call, where, "a number", value, field)
  end
  return number
end

function convert.integer(value, field, call, where)
  local number = tonumber(value)
  if not number or number ~= math.floor(number) then
    return mismatch(call, where, "a whole number", value, field)
  end
  return number
end

local BOOLEANS = {
  ["true"] = true, ["1"] = true, yes = true, on = true,
  ["false"] = false, ["0"] = false, no = false, off = false,
}

--- true or false, also out of text such as "1" or "off"; nil for anything else.
function values.boolean(value)
  return BOOLEANS[tostring(value):lower()]
end

function convert.boolean(value, field, call, where)
  local converted = values.boolean(value)
  if converted == nil then
    return mismatch(call, where, "true or false", value, field)
  end
  return converted
end

function convert.enum(value, field, call, where)
  local kind = type(field.values[1]) == "number" and "integer" or "string"
  local converted = convert[kind](value, field, call, where)
  if converted ~= nil and not values.is_one_of(converted, field.values) then
    table.insert(call.unknown_values, { name = where, value = converted, known = field.values })
  end
  return converted
end

-- Whether it is known is not asked before there is an error: hints.lua.
function convert.enum_in(value, field, call, where)
  local text = convert.string(value, field, call, where)
  if text then
    table.insert(call.unknown_values, { name = where, value = text, known_in = field.module })
  end
  return text
end

--- What is sent for `value`, or nil and a fault.
function values.convert(value, field, call, where, depth)
  depth = depth or 0
  if value == call.context.null then
    return (field.nullable or field.kind == "any") and value
      or values.fault(call, "text", "%s cannot be null: leave it out instead", where)
  elseif depth > values.MAX_DEPTH then
    return values.fault(call, "too_deep", where)
  end
  return convert[field.kind](value, field, call, where, depth + 1)
end

-- The fields of one table ----------------------------------------------------------------------------------

--- Calls take(name, field, value, call, target) for each known name, aliases under the field's own one; it
-- returns what is sent, nil for a value with a fault. Returns the set of the names of those: they are not
-- missing as well.
function values.take(named, fields, aliases, call, prefix, take, target)
  local refused = {}
  for name, value in pairs(named) do
    local own = aliases[name] or name
    local field = fields[own]
    if own ~= name and named[own] ~= nil and named[own] ~= value then
      values.fault(call, "text", "%s and %s are two names of one value, and differ",
        prefix .. own, prefix .. name)
    elseif not field then
      values.fault(call, "unknown_parameter", name, fields, prefix)
    elseif take(own, field, value, call, target) == nil then
      refused[own] = true
    end
  end
  return refused
end

local function is_wanted(field, fields)
  return field.required
    or field.required_if_all and values.hold(field.required_if_all, fields)
    or field.required_unless_all and not values.hold(field.required_unless_all, fields)
end

local function check_disjoint(call, prefix, name, other, fields)
  for _, value in ipairs(fields[name] and fields[other] or {}) do
    if values.is_one_of(value, fields[name]) then
      values.fault(call, "text", "%s%s and %s%s both hold %q", prefix, name, prefix, other, value)
    end
  end
end

local function check_one_of(call, prefix, names, fields, refused)
  local found = {}
  for _, name in ipairs(names) do
    if fields[name] ~= nil or refused[name] then
      found[#found + 1] = name
    end
  end
  if #found ~= 1 then
    values.fault(call, "one_of", prefix, names, found)
  end
end

--- What must hold between the fields of one table, once each of them has been converted; `refused` is what
-- values.take has returned.
function values.relate(call, prefix, object, fields, refused)
  for index = 1, #object.related do
    local name = object.related[index]
    local field = object.fields[name]
    if fields[name] == nil and not refused[name] and is_wanted(field, fields) then
      values.fault(call, "missing", prefix .. name, field)
    elseif field.disjoint then
      check_disjoint(call, prefix, name, field.disjoint, fields)
    end
  end
  if object.one_of then
    check_one_of(call, prefix, object.one_of, fields, refused)
  end
end

return values
