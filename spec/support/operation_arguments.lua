-- Arguments for any operation, and what must be on the wire for them, out of the kinds of its fields alone:
-- written apart from what the library does with them.

local operation_arguments = {}

local MASK = "***" -- what the sandbox shows of secrets

-- Values of each kind, and how they are sent. Each has what is given and what is on the wire.
local SAMPLES = {
  integer = { 12, 12 },
  number = { 0.5, 0.5 },
  boolean = { true, true },
  any = { { free = "form" }, { free = "form" } },
  slug = { "+15550100123", "15550100123" },
  enum_in = { "Europe/Berlin", "Europe/Berlin" },
  date = { 1700000000, 1700000000000 },
  iso_date = { 1700000000, "2023-11-14T22:13:20Z" },
  timestamp = { "2023-11-14T22:13:20Z", 1700000000000 },
  variables = {
    { plan = "pro", age = 7 }, { { key = "age", value = "7" }, { key = "plan", value = "pro" } },
  },
  variable_map = { { plan = "pro", age = 7 }, { plan = "pro", age = "7" } },
}

local make = {}

-- What is given and what is on the wire. `how` is what make is given: its variant turns the choices among
-- several fields.
local function sample(name, field, how)
  if make[field.kind] then return make[field.kind](name, field, how) end
  local both = SAMPLES[field.kind]
  if field.kind == "variables" and field.secret then
    return both[1], { { key = "age", value = MASK }, { key = "plan", value = MASK } }
  end
  return both[1], both[2]
end

function make.string(name, field)
  local text = "the " .. name
  return text, field.secret and MASK or text
end

function make.enum(_, field, how)
  local value = field.values[(how.variant - 1) % #field.values + 1]
  return value, value
end

function make.list(name, field, how)
  local given, sent = sample(name, field.of, how)
  return { given }, { sent }
end

function make.map(name, field, how)
  local given, sent = sample(name, field.of, how)
  return { free = given }, { free = sent }
end

local function chosen(object, variant)
  return object.one_of and object.one_of[(variant - 1) % #object.one_of + 1]
end

local function is_one_of(names, name)
  for _, one in ipairs(names or {}) do
    if one == name then return true end
  end
  return false
end

-- Whether a field belongs into the arguments.
local function belongs(object, name, how)
  local field = object.fields[name]
  if is_one_of(object.one_of, name) then return name == chosen(object, how.variant) end
  return how.is_full or field.required or field.required_unless_all ~= nil
end

function make.object(_, object, how)
  local given, sent = {}, {}
  for _, name in ipairs(object.order) do
    local field = object.fields[name]
    if belongs(object, name, how) and how.null and field.nullable then
      given[name], sent[name] = how.null, how.null_sent
    elseif belongs(object, name, how) then
      given[name], sent[name] = sample(name, field, how)
    end
  end
  for name, field in pairs(object.fields) do
    if field.disjoint and given[name] then
      local other = { kind = "list", of = { kind = "enum", values = { field.of.values[2] } } }
      given[name], sent[name] = sample(name, other, { variant = 1 })
    end
  end
  return given, sent
end

-- What stands for a value that was written by hand.
local function wire_of(value, field)
  if field.kind == "list" and type(value) == "table" then
    local sent = {}
    for index, inner in ipairs(value) do sent[index] = wire_of(inner, field.of) end
    return sent
  elseif field.kind == "object" or field.kind == "map" then
    local sent = {}
    for name, inner in pairs(value) do sent[name] = wire_of(inner, field.of or field.fields[name]) end
    return sent
  end
  return field.secret and MASK or value
end

---How many variants it takes to choose each of several fields once.
---@return integer variants, boolean takes_null whether any field of the body does
function operation_arguments.variants(operation)
  local most, takes_null = 1, false
  local function look(field)
    if field.one_of then most = math.max(most, #field.one_of) end
    takes_null = takes_null or field.nullable == true
    for _, inner in pairs(field.fields or {}) do look(inner) end
    if field.of then look(field.of) end
  end
  for _, place in ipairs { "query", "body" } do
    if operation[place] then look(operation[place]) end
  end
  return most, takes_null
end

local function from_client(object, given, sent, is_full, defaults)
  for name, field in pairs(object.fields) do
    if field.client_option and not is_full then
      given[name], sent[name] = nil, defaults[field.client_option]
    end
  end
end

---@param operation table
---@param how table { variant, is_full, defaults (by client option), values (by name: false for none),
---  null, null_sent (given wherever null may be, and what is on the wire then) }
---@return table given the argument table
---@return table sent { path, query, body } by place what must be on the wire; path without leading arguments
function operation_arguments.make(operation, how)
  local given, sent = {}, {}
  local places = { path = operation.path_in_table, query = operation.query, body = operation.body }
  for place, object in pairs(places) do
    local some, on_wire = make.object(place, object, how)
    for name, value in pairs(how.values) do
      if object.fields[name] then
        some[name], on_wire[name] = value or nil, value and wire_of(value, object.fields[name]) or nil
      end
    end
    from_client(object, some, on_wire, how.is_full, how.defaults)
    sent[place] = on_wire
    for name, value in pairs(some) do given[name] = value end
  end
  return given, sent
end

return operation_arguments
