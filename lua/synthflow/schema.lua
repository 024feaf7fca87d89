--- The words in which the catalogue (synthflow/api/*.lua) is written.
--
-- An operation is said once, as data: `METHOD "/path/{name}" { ... }` with
--
--   summary         what it does, costs or reaches
--   effect          what a repeat would do: read, idempotent, creates, dials
--   path            fields of the path. They are the leading arguments of the method, in the order of the
--                   template; those that need not be given go into the argument table instead
--   query           fields that go into the query, whatever the method
--   body            fields that go into the JSON body; without it no body is sent
--   returns         how the answer is wrapped (see below)
--   means           what a status means here: { [403] = hint "..." }
--   answer_secrets  names in the answer, at any depth, that no error or log may show
--   error_fields    names in the answer to a failure that the error is to have too
--   timeout         seconds in all, when the client's own would be too short
--   attempt_timeout seconds for one attempt, when the client's own would be too short
--   paced           true: a call attempt, which waits for its turn at calls_per_second
--   each            name of the iterator over a paged list, "each" if not given
--
-- A field is a type and a description, `string "E.164"`. What a field is, is said before it:
-- `required(...)`, `nullable(...)`; how it stands to the others is said behind it, by the methods below.
-- Words only make data. What they mean for arguments is in check.lua, for answers in answer.lua.

local schema = {}

-- Fields and operations keep the order in which they are written, for messages and reference.
local written = 0

local Field = {}
Field.__index = Field

local function in_written_order(fields)
  local names = {}
  for name in pairs(fields) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    return fields[a].written < fields[b].written
  end)
  return names
end

-- A field that has others; `order`, their names as they are written, is made when it is asked for.
local Object = {}

function Object.__index(object, name)
  if name ~= "order" then
    return Field[name]
  end
  local order = in_written_order(object.fields)
  object.order = order
  return order
end

local function field(properties)
  written = written + 1
  properties.written = written
  return setmetatable(properties, properties.kind == "object" and Object or Field)
end

local function is_field(value)
  local metatable = getmetatable(value)
  return metatable == Field or metatable == Object
end

local function changed(original, name, value)
  local properties = {}
  for key, kept in pairs(original) do
    properties[key] = kept
  end
  properties[name] = value
  return field(properties)
end

--- A type followed by text is that type with a description: `integer "seconds"`.
function Field:__call(description)
  return changed(self, "description", description)
end

Object.__call = Field.__call

-- Types ----------------------------------------------------------------------------------------------------

schema.string = field { kind = "string" }
schema.integer = field { kind = "integer" }
schema.number = field { kind = "number" }
schema.boolean = field { kind = "boolean" }
schema.any = field { kind = "any" }
--- Text that appears in no error, log or hook.
schema.secret = field { kind = "string", secret = true }
--- The number without its leading "+", as paths want it.
schema.slug = field { kind = "slug" }
--- A moment, sent as the platform wants it: ISO text as it is; a number in milliseconds since 1970. Numbers
-- below 1e11 are seconds, as os.time gives them.
schema.date = field { kind = "date" }
--- A moment, always sent as ISO text: numbers as for `date`, in UTC; a day alone is its first moment.
schema.iso_date = field { kind = "iso_date" }
--- A moment, always sent as milliseconds: ISO text without a zone is UTC.
schema.timestamp = field { kind = "timestamp" }
--- Free names and values, sent as a list of { key, value }, both text. That list itself is taken as well.
schema.variables = field { kind = "variables" }
--- The same, with values that appear in no error, log or hook.
schema.secret_variables = field { kind = "variables", secret = true }
--- Free names and values, sent as an object of text: { plan = "pro" }. What is a table stays one. The list of
-- { key, value } is taken as well.
schema.variable_map = field { kind = "variable_map" }

--- Known values, texts or whole numbers. Others are sent all the same; an error then names the nearest.
function schema.open_enum(values)
  return field { kind = "enum", values = values }
end

--- As open_enum, with so many values that they are a list in a module of its own, which is loaded only for
-- the error.
function schema.open_enum_in(module)
  return field { kind = "enum_in", module = module }
end

--- A list of one type; an empty one is sent as [].
function schema.list(of)
  return field { kind = "list", of = of }
end

--- Free names, one type of value; an empty one is sent as {}.
function schema.map(of)
  return field { kind = "map", of = of }
end

-- The fields of which something must hold that their own types do not say.
local function in_relation(fields)
  local related = {}
  for name, one in pairs(fields) do
    if one.required or one.required_if_all or one.required_unless_all or one.disjoint then
      related[#related + 1] = name
    end
  end
  return related
end

--- Known names, each with a type of its own.
function schema.object(fields)
  local aliases = {}
  for name, one in pairs(fields) do
    if not is_field(one) then
      error("field " .. tostring(name) .. " is not described by a type", 2)
    end
    if one.other_name then
      aliases[one.other_name] = name
    end
  end
  return field { kind = "object", fields = fields, related = in_relation(fields), aliases = aliases }
end

-- What a field is ------------------------------------------------------------------------------------------

function schema.required(one)
  return changed(one, "required", true)
end

--- Takes synthflow.null, which is sent; leaving the field out sends nothing.
function schema.nullable(one)
  return changed(one, "nullable", true)
end

-- How a field stands to others -----------------------------------------------------------------------------
-- Conditions name fields of the same table: { type = "text" }, { type = { "pdf", "web" } }, { url = absent }.

schema.absent = setmetatable({}, { __tostring = function() return "absent" end })

function Field:required_if(conditions)
  return changed(self, "required_if_all", conditions)
end

function Field:required_unless(conditions)
  return changed(self, "required_unless_all", conditions)
end

--- In the path: made up when it is not given, a UUID; the answer and each error have it.
function Field:generated()
  return changed(self, "is_generated", true)
end

--- In the path: not this text, with which the path is that of another operation.
function Field:never(text)
  return changed(self, "never_text", text)
end

--- Filled from an option of the client when it is not given.
function Field:from_client(option)
  return changed(self, "client_option", option)
end

--- Also taken under this name, and sent under its own.
function Field:alias(name)
  return changed(self, "other_name", name)
end

--- In the iterator: the end of the second in which it was made, if not given. What comes later then shifts no
-- page.
function Field:now_in_iterator()
  return changed(self, "fixed_by_iterator", true)
end

--- Two lists that may not share a value.
function Field:disjoint_from(name)
  return changed(self, "disjoint", name)
end

--- Of an object: one of these names, and only one.
function Field:exactly_one(names)
  return changed(self, "one_of", names)
end

-- How an answer is wrapped ---------------------------------------------------------------------------------

local Returns = {}
Returns.__index = Returns

local function returning(original, name, value)
  local properties = {
    shape = original.shape, key = original.key, record = original.record, holds = original.holds,
    paging = original.paging, must_exist = original.must_exist,
  }
  properties[name] = value
  return setmetatable(properties, Returns)
end

--- `wrapped "simulation_case"`: the key inside `response` that holds what is wanted.
function Returns:__call(key)
  return returning(self, "key", key)
end

--- Its records come in different shapes, and are handed out in one: `page "calls":of(record { ... })`.
function Returns:of(record)
  return returning(self, "record", record)
end

--- Without this field the answer is none: `wrapped:holding "call_id"`.
function Returns:holding(name)
  return returning(self, "holds", name)
end

local function returns(shape)
  return setmetatable({ shape = shape }, Returns)
end

--- {"status": ..., "response": X}: X, with what stands beside it. `wrapped "key"`: X.key.
schema.wrapped = returns "wrapped"
--- The list in `response`. `wrapped_list "key"`: the one in response.key.
schema.wrapped_list = returns "wrapped_list"
--- `single "calls"`: the only record of the list response.calls; not_found when that is empty.
schema.single = returns "single"
--- `page "calls"`: one page of the list response.calls, moved by limit and offset.
schema.page = returning(returns "page", "paging", "offset")
--- The same, moved by page_number and page_size.
schema.numbered_page = returning(returns "page", "paging", "number")
--- The same, moved by a cursor that the page before tells.
schema.cursor_page = returning(returns "page", "paging", "cursor")
--- The same, where nothing says how it moves: page_number and page_size are tried.
schema.guessed_page = returning(returns "page", "paging", "guess")
--- Several values, each a line of JSON: an iterator over them.
schema.lines = returns "lines"
--- The object itself, not wrapped.
schema.bare = returns "bare"
--- Nothing to hand back but true.
schema.nothing = returns "nothing"
--- What operations outside the catalogue get: the inside of `response` if there is one.
schema.as_it_comes = returns "as_it_comes"

--- The one shape of a record: `twins` are two names of one value, of which an answer may have only one;
-- `numbers` may come as text.
function schema.record(shape)
  return { twins = shape.twins or {}, numbers = shape.numbers or {} }
end

-- What a status means --------------------------------------------------------------------------------------

local Hint = {}
Hint.__index = Hint

--- What to do next. Several for one status: a list; those whose conditions hold are given.
function schema.hint(text)
  return setmetatable({ text = text }, Hint)
end

function Hint:when(conditions)
  self.when_all = conditions
  return self
end

function Hint:unless(conditions)
  self.unless_all = conditions
  return self
end

--- "no": whatever this status means elsewhere, here the platform has done nothing.
function Hint:took_effect(answer)
  self.effect_taken = answer
  return self
end

-- Operations -----------------------------------------------------------------------------------------------

for _, effect in ipairs { "read", "idempotent", "creates", "dials" } do
  schema[effect] = effect
end

for _, method in ipairs { "GET", "POST", "PUT", "PATCH", "DELETE" } do
  schema[method] = function(template)
    return function(operation)
      written = written + 1
      operation.method, operation.template, operation.written = method, template, written
      return operation
    end
  end
end

local DESCRIBES = {
  summary = true, effect = true, path = true, query = true, body = true, returns = true, means = true,
  answer_secrets = true, timeout = true, each = true, method = true, template = true, paced = true,
  attempt_timeout = true, error_fields = true, written = true,
}

local function as_object(fields)
  if is_field(fields) then
    return fields
  end
  return fields and schema.object(fields)
end

-- Every name an argument table may hold, and where its value goes.
local function add_parameters(operation, place, object)
  for name, one in pairs(object and object.fields or {}) do
    if operation.parameters[name] then
      error(operation.named .. ": " .. name .. " is described twice", 0)
    end
    operation.parameters[name] = { place = place, field = one }
    if one.client_option then
      table.insert(operation.from_client, { name = name, option = one.client_option })
    end
  end
  for alias, name in pairs(object and object.aliases or {}) do
    operation.aliases[alias] = name
  end
end

-- The places in which something must hold between the fields.
local function related_places(operation)
  local related = {}
  local objects = { path = operation.path_in_table, query = operation.query, body = operation.body }
  for place, object in pairs(objects) do
    if #object.related > 0 or object.one_of then
      table.insert(related, { place = place, object = object })
    end
  end
  return related
end

-- The status that the engine is to take for "not acted" too: it knows of one.
local function refusal(operation)
  local found
  for status, hints in pairs(operation.means or {}) do
    for _, one in ipairs(hints.text and { hints } or hints) do
      if one.effect_taken == "no" and found and found ~= status then
        error(operation.named .. ": only one status can mean that nothing was done", 0)
      elseif one.effect_taken == "no" then
        found = status
      end
    end
  end
  return found
end

-- The fields of the path are leading arguments, but for those that need not be given.
local function divide_path(operation)
  local in_table = {}
  for name in operation.template:gmatch "{([%w_]+)}" do
    local one = operation.path.fields[name]
    if not one then
      error(operation.named .. ": {" .. name .. "} of the path is not described", 0)
    elseif one.client_option or one.is_generated then
      in_table[name] = one
      operation.generated = one.is_generated and name or operation.generated
    else
      table.insert(operation.leading, name)
    end
  end
  return schema.object(in_table)
end

local function complete(operation, resource, name)
  local named = resource .. ":" .. name
  for key in pairs(operation) do
    if not DESCRIBES[key] then
      error(named .. ": no such word in the description of an operation: " .. tostring(key), 0)
    end
  end
  if not (operation.effect and operation.returns and operation.summary) then
    error(named .. ": effect, returns and summary must be said", 0)
  end
  operation.resource, operation.name, operation.named = resource, name, named
  if operation.method == "GET" and operation.returns.shape == "wrapped" then
    operation.returns = returning(operation.returns, "must_exist", true)
  end
  operation.path = as_object(operation.path or {})
  operation.query, operation.body = as_object(operation.query), as_object(operation.body)
  operation.leading, operation.parameters, operation.aliases = {}, {}, {}
  operation.from_client, operation.fixed = {}, {}
  operation.path_in_table = divide_path(operation)
  add_parameters(operation, "path", operation.path_in_table)
  add_parameters(operation, "query", operation.query)
  add_parameters(operation, "body", operation.body)
  operation.related, operation.refusal = related_places(operation), refusal(operation)
  return operation
end

-- The iterator takes what its list takes, and how many records are wanted in all.
local function iterator_over(list, name)
  local iterator = {}
  for key, value in pairs(list) do
    iterator[key] = value
  end
  iterator.name, iterator.named, iterator.iterates = name, list.resource .. ":" .. name, true
  iterator.written = list.written + 0.5
  iterator.summary = ("Iterates over the records of all pages of %s."):format(list.name)
  iterator.parameters = {
    max = { place = "iterator", field = schema.integer "records wanted in all" },
    position = { place = "iterator", field = schema.string "where an iterator stood: its `position`" },
  }
  iterator.fixed = {}
  for parameter, where in pairs(list.parameters) do
    iterator.parameters[parameter] = where
    if where.field.fixed_by_iterator then
      table.insert(iterator.fixed, parameter)
    end
  end
  return iterator
end

--- `resource "name" { about = "what they are", method = GET "/path" { ... }, ... }`
function schema.resource(resource)
  return function(operations)
    local completed, about = {}, operations.about
    operations.about = nil
    for name, operation in pairs(operations) do
      completed[name] = complete(operation, resource, name)
      if operation.returns.shape == "page" then
        local each = operation.each or "each"
        completed[each] = iterator_over(operation, each)
      end
    end
    return { name = resource, about = about, operations = completed }
  end
end

return schema
