--- What can be done with a client, as data made of the catalogue and of the comments above its conveniences:
-- help, the reference page and the annotations for editors are written from it.
--
-- A method is a table:
--
--   name         "phone_numbers.import"; `resource` and `method` are its parts
--   form         how it is called, without what is passed
--   summary      what it does
--   operation    of the catalogue: what synthflow.schema made of it; nil for a convenience
--   leading      names before the table of parameters
--   parameters   fields, in the order in which they are written
--   failures     list of { status =, text = }
--   said         of a convenience: what docstring.read gives
--
-- A field is { name =, type =, rules =, text =, values =, fields =, key = }: `type` and `rules` in words,
-- `fields` those inside of it, `key` what synthflow.schema knows of it.

local docstring = require "synthflow.docstring"
local resources = require "synthflow.resources"
local usage = require "synthflow.usage"

local reference = {}

-- Fields ---------------------------------------------------------------------------------------------------

local WORDS = {
  string = "text", slug = "text", integer = "whole number", number = "number", boolean = "true or false",
  any = "anything", object = "table", enum = "text", enum_in = "text",
  date = "moment: ISO text, or seconds or milliseconds since 1970",
  variables = "table of names and values", variable_map = "table of names and values",
}
WORDS.iso_date, WORDS.timestamp = WORDS.date, WORDS.date

local function type_in_words(field)
  if field.kind == "list" then
    return "list of " .. type_in_words(field.of):gsub("^table$", "tables")
  elseif field.kind == "map" then
    return "table of names and, as values, " .. type_in_words(field.of)
  elseif field.kind == "enum" and type(field.values[1]) == "number" then
    return WORDS.integer
  end
  return WORDS[field.kind] .. (field.secret and ", a secret" or "")
end

local function rules_of(field)
  local rules = {}
  local function add(holds, text)
    rules[#rules + 1] = holds and text or nil
  end
  local option = field.client_option
  add(field.required and not option, "required")
  add(field.required and option, ("required, unless the client has %s"):format(tostring(option)))
  add(not field.required and option, ("the client's %s if not given"):format(tostring(option)))
  add(field.required_if_all, "required when " .. usage.conditions(field.required_if_all or {}))
  add(field.required_unless_all, "required unless " .. usage.conditions(field.required_unless_all or {}))
  add(field.nullable, "may be null")
  add(field.other_name, "also called " .. tostring(field.other_name))
  add(field.disjoint, "shares no value with " .. tostring(field.disjoint))
  return table.concat(rules, "; ")
end

-- The values that are known, of an enum or of a list of them.
local function values_of(field)
  if field.kind == "list" then
    return values_of(field.of)
  elseif field.kind == "enum" then
    return field.values
  elseif field.kind == "enum_in" then
    return require(field.module)
  end
end

local fields_of

-- The object that is in a field, in each item of a list or under each name of a map.
local function object_in(field)
  return field.kind == "object" and field or field.of and object_in(field.of) or nil
end

local function new_field(name, field)
  local object = object_in(field)
  return {
    name = name, type = type_in_words(field), rules = rules_of(field), text = field.description or "",
    values = values_of(field), fields = object and fields_of(object), one_of = object and object.one_of,
    key = field,
  }
end

function fields_of(object)
  local fields = {}
  for index, name in ipairs(object.order) do
    fields[index] = new_field(name, object.fields[name])
  end
  return fields
end

-- Methods --------------------------------------------------------------------------------------------------

local function failures_of(operation)
  local failures = {}
  for _, status in ipairs(usage.sorted_names(operation.means or {})) do
    local hints = operation.means[status]
    for _, hint in ipairs(hints.text and { hints } or hints) do
      failures[#failures + 1] = { status = status, text = hint.text }
    end
  end
  return failures
end

local function parameters_of(operation)
  local parameters = {}
  local function add(name, field)
    parameters[#parameters + 1] = new_field(name, field)
  end
  for _, object in ipairs { operation.path_in_table, operation.query or {}, operation.body or {} } do
    for _, name in ipairs(object.order or {}) do
      add(name, object.fields[name])
    end
  end
  for _, name in ipairs(operation.iterates and { "max", "position" } or {}) do
    add(name, operation.parameters[name].field)
  end
  return parameters
end

local function of_operation(resource, method, operation)
  local leading = {}
  for index, name in ipairs(operation.leading) do
    leading[index] = new_field(name, operation.path.fields[name])
  end
  return {
    name = resource .. "." .. method, resource = resource, method = method, summary = operation.summary,
    form = "client." .. resource .. ":" .. method, operation = operation, leading = leading,
    parameters = parameters_of(operation), failures = failures_of(operation),
    one_of = operation.body and operation.body.one_of,
  }
end

local function of_function(name, form, fn)
  local said = docstring.read(fn)
  return { name = name, form = form, summary = said.text, said = said, fn = fn }
end

local function by_writing(methods)
  local names = usage.sorted_names(methods)
  table.sort(names, function(a, b)
    return methods[a].written < methods[b].written
  end)
  return names
end

--- All resources, each { name =, about =, methods = list }.
function reference.resources()
  local all = {}
  for _, name in ipairs(usage.sorted_names(resources)) do
    local described = require("synthflow.api." .. name)
    local resource = { name = name, about = described.about or "", methods = {} }
    for _, method in ipairs(by_writing(described.operations)) do
      table.insert(resource.methods, of_operation(name, method, described.operations[method]))
    end
    local conveniences = resources[name] ~= true and require(resources[name]) or {}
    for _, method in ipairs(usage.sorted_names(conveniences)) do
      local form = "client." .. name .. ":" .. method
      local made = of_function(name .. "." .. method, form, conveniences[method])
      made.resource, made.method = name, method
      table.insert(resource.methods, made)
    end
    all[#all + 1] = resource
  end
  return all
end

local function functions(of, prefix, separator)
  local all = {}
  for _, name in ipairs(usage.sorted_names(of)) do
    if type(of[name]) == "function" then
      all[#all + 1] = of_function(prefix .. "." .. name, prefix .. separator .. name, of[name])
    end
  end
  return all
end

--- What `synthflow` itself can do.
function reference.module()
  return functions(require "synthflow", "synthflow", ".")
end

--- What a client can do besides its resources.
function reference.client()
  return functions(require("synthflow.client").methods, "client", ":")
end

local RETURNED = {
  page = "a list of records, with `total` and `next()`", wrapped_list = "a list of records",
  nothing = "true", lines = "an iterator over the lines of the answer",
}

--- What an operation hands back, in words.
function reference.returned(operation)
  if operation.iterates then
    return "an iterator, which raises where a page fails"
  end
  return (RETURNED[operation.returns.shape] or "a table") .. ", and the response; or nil and an error"
end

local EFFECTS = {
  read = "changes nothing",
  idempotent = "sent twice it does no more than once",
  creates = "sent twice it may make, send, run or bill something twice",
  dials = "rings or writes to a person, or starts what does",
}

--- What a repeat of it would do, in words.
function reference.effect(operation)
  return EFFECTS[operation.effect]
end

return reference
