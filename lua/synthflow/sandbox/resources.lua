-- Makes a route of every operation of the catalogue that has none of its own, out of one description for each
-- resource. A description says
--
--   noun          what it is called when it is not found
--   id            field of a record that identifies it
--   named_by      names that paths give this field, in any operation: what a path names must exist. What a
--                 body or a query names is checked where the description does so; agents never are, so that
--                 tests can name them freely.
--   belongs_to    field of the path that the record must have, too
--   new           fun(act): the fields of a new record; the body if not given
--   change        fun(record, body, act): changes it; the body is laid over it if not given
--   null_keeps    true: null in a change leaves the field as it is
--   removed       fun(record, sandbox): what goes with it
--   show          fun(record, act): what an answer shows; all that it holds if not given
--   show_in_list  the same, in lists
--   answers       by the operation's name, fun(record, act): what create, get, update and delete answer, in
--                 place of `show`; or what is in markers.lua
--   filters       by the name in the query, fun(record, value, act): boolean. Others compare the field of the
--                 same name, `search` the name, and dates the moment in which it was made.
--   newest_first  true: order of the list
--   beside        fun(act): more fields of a page
--   page_size     when none is given
--   tells         "pagination" or "total_records": where a page says what it is, if it is not as usual
--   told_apart_by by a field of the body, the operation that it stands for among those of one route
--   acts          by the operation's name, fun(act): what is answered, without its envelope; or a reply
--
-- An operation of which nothing is said here is checked as the catalogue describes it, and answered with what
-- has its shape; a resource of which nothing is said keeps its records by what its paths name them.
--
-- `act` is one request to one operation: { sandbox, request, operation, resource, collection, path,
-- query, body, found (by the name of a resource, the record that the path names) }.

local api = require "synthflow.resources"
local catalogue = require "synthflow.sandbox.catalogue"
local clock = require "synthflow.sandbox.clock"
local envelopes = require "synthflow.sandbox.envelopes"
local fitting = require "synthflow.sandbox.fitting"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local markers = require "synthflow.sandbox.markers"
local replies = require "synthflow.sandbox.replies"

local resources = {}

-- Each gives descriptions by the name of the resource in the catalogue.
local FILES = {
  "actions", "agents", "analytics", "batches", "chats", "knowledge_bases", "mcp", "media", "people",
  "simulations", "subaccounts", "voices", "webhook_logs",
}

-- Of a resource of which nothing is said.
local function assume(name)
  for _, method in ipairs { "get", "update", "delete" } do
    local operation = require("synthflow.api." .. name).operations[method]
    local id = operation and operation.leading[#operation.leading]
    if id then return { noun = "Record", id = id, named_by = { id } } end
  end
  return { noun = "Record" }
end

local function load_descriptions()
  local descriptions = {
    -- Its operations have routes of their own; paths of others name it.
    phone_numbers = { noun = "Phone number", id = "slug", named_by = { "phone_number_slug" } },
  }
  for _, file in ipairs(FILES) do
    for name, resource in pairs(require("synthflow.sandbox.resources." .. file)) do
      descriptions[name] = resource
    end
  end
  for name in pairs(api) do descriptions[name] = descriptions[name] or assume(name) end
  return descriptions
end

resources.descriptions = load_descriptions()

local named_by = {}
for name, resource in pairs(resources.descriptions) do
  for _, parameter in ipairs(resource.named_by or {}) do named_by[parameter] = name end
end

---The records of a resource.
function resources.collection(sandbox, name)
  return sandbox:collection(name, resources.descriptions[name].id)
end

---The record of that id, or 404.
function resources.find(sandbox, name, id)
  local record = resources.collection(sandbox, name):find(id)
  if not record then replies.refuse(404, resources.descriptions[name].noun .. " not found.") end
  return record
end

-- What the verbs of most resources do ----------------------------------------------------------------------

local verbs = {}

local function copy(record)
  local shown = {}
  for name, value in pairs(record) do shown[name] = value end
  return json.ordered(shown, {})
end

local function show(act, record)
  return act.resource.show and act.resource.show(record, act) or copy(record)
end

local function answer(act, record)
  local special = (act.resource.answers or {})[act.operation.name]
  if special == markers.EMPTY then return { status = 204 } end
  if special == markers.NOTHING then return replies.ok() end
  return special and special(record, act) or show(act, record)
end

function verbs.create(act)
  local resource = act.resource
  local record = resource.new and resource.new(act) or copy(act.body)
  record[resource.id] = record[resource.id] or identifiers.uuid()
  record.created_at, record.updated_at = replies.timestamp(), replies.timestamp()
  if not act.collection:insert(record) then
    replies.refuse(400, ("%s %s already exists."):format(resource.noun, record[resource.id]))
  end
  return answer(act, record)
end

verbs.add = verbs.create

function verbs.get(act)
  return answer(act, act.found[act.operation.resource])
end

local function lay_over(record, body, keeps)
  for name, value in pairs(body) do
    if value ~= json.null or not keeps then record[name] = value end
  end
end

function verbs.update(act)
  local record = act.found[act.operation.resource]
  if act.resource.change then
    act.resource.change(record, act.body, act)
  else
    lay_over(record, act.body, act.resource.null_keeps)
  end
  record.updated_at = replies.timestamp()
  return answer(act, record)
end

function verbs.delete(act)
  local record = act.collection:remove(act.found[act.operation.resource][act.resource.id])
  if act.resource.removed then act.resource.removed(record, act.sandbox) end
  return answer(act, record)
end

-- Lists ----------------------------------------------------------------------------------------------------

local PAGING = { limit = true, offset = true, page_number = true, page_size = true, cursor = true }

local function moment(name, text)
  local found = clock.parse(text)
  if not found then replies.refuse(400, name .. " is not a date.") end
  return found
end

local function is_since(name)
  return function(record, text) return clock.parse(record.created_at) >= moment(name, text) end
end

local function is_until(name)
  return function(record, text) return clock.parse(record.created_at) <= moment(name, text) end
end

local COMMON_FILTERS = {
  search = function(record, text)
    return (record.name or record.title or ""):lower():find(text:lower(), 1, true) ~= nil
  end,
  start_date = is_since("start_date"), from_date = is_since("from_date"),
  end_date = is_until("end_date"), to_date = is_until("to_date"),
}

local function matches(act, record)
  for name, value in pairs(act.query) do
    local filter = (act.resource.filters or {})[name] or COMMON_FILTERS[name]
    if not PAGING[name] then
      local fits = record[name] == value
      if filter then fits = filter(record, value, act) end
      if not fits then return false end
    end
  end
  return true
end

local function is_inside(act, record)
  local field = act.resource.belongs_to
  return not field or record[field] == act.path[field]
end

local function reversed(records)
  local order = {}
  for index = #records, 1, -1 do order[#order + 1] = records[index] end
  return order
end

---The records of these that the query of the request is about.
function resources.select(act, records)
  local selected = {}
  for _, record in ipairs(records) do
    if is_inside(act, record) and matches(act, record) then selected[#selected + 1] = record end
  end
  return act.resource.newest_first and reversed(selected) or selected
end

function verbs.list(act)
  local resource, records = act.resource, resources.select(act, act.collection.records)
  local present = resource.show_in_list or function(record) return show(act, record) end
  if act.operation.returns.shape == "page" then
    return envelopes.page(act, records, function(record) return present(record, act) end,
      resource.beside and resource.beside(act))
  end
  local shown = {}
  for index, record in ipairs(records) do shown[index] = present(record, act) end
  return shown
end

-- What has the shape: all there are in a list, the record that the path names, or what was sent.
local function anything(act)
  local returns = act.operation.returns
  local records = act.collection and act.collection.records or {}
  if returns.shape == "page" then
    return envelopes.page(act, records, function(record) return show(act, record) end)
  elseif returns.shape == "wrapped_list" then
    return records
  elseif returns.shape == "lines" then
    return { status = 200, body = "{}\n{}\n" }
  end
  local record = act.found[act.operation.resource]
  local shown = record and show(act, record) or copy(act.body or {})
  if returns.holds and shown[returns.holds] == nil then shown[returns.holds] = identifiers.uuid() end
  return shown
end

-- Routes ---------------------------------------------------------------------------------------------------

-- What the path names, by resource. An id that the client may make up is of what is not there yet.
local function find_named(act)
  local found = {}
  for parameter, value in pairs(act.path) do
    local name = named_by[parameter]
    if name and not act.operation.path.fields[parameter].is_generated then
      found[name] = resources.find(act.sandbox, name, value)
    end
  end
  local own = found[act.operation.resource]
  if own and not is_inside(act, own) then replies.refuse(404, act.resource.noun .. " not found.") end
  return found
end

local function is_reply(answered)
  return type(answered) == "table" and type(answered.status) == "number"
end

local function perform(operation, resource, behave, sandbox, request)
  local act = {
    sandbox = sandbox, request = request, operation = operation, resource = resource,
    path = request.parameters,
    collection = resource.id and resources.collection(sandbox, operation.resource),
  }
  request.operation = operation
  act.query, act.body = fitting.read(operation, request)
  act.found = find_named(act)
  local answered = behave(act)
  return is_reply(answered) and answered or envelopes.wrap(operation, answered, resource)
end

local function handler(operation)
  local resource = resources.descriptions[operation.resource]
  local behave = (resource.acts or {})[operation.name] or resource.id and verbs[operation.name] or anything
  return function(sandbox, request)
    return perform(operation, resource, behave, sandbox, request)
  end
end

-- Of several operations of one route, the one that the fields of the body stand for.
local function chooser(operations, handlers)
  local told_apart_by = resources.descriptions[operations[1].resource].told_apart_by
  return function(sandbox, request)
    local body, chosen = request:object(), nil
    for index, operation in ipairs(operations) do
      local is_special = false
      for field, name in pairs(told_apart_by) do
        if name == operation.name then
          is_special = true
          if body[field] ~= nil and body[field] ~= json.null then return handlers[index](sandbox, request) end
        end
      end
      chosen = is_special and chosen or handlers[index]
    end
    return chosen(sandbox, request)
  end
end

local function by_route(is_taken)
  local order, routes = {}, {}
  for _, operation in ipairs(catalogue.operations()) do
    local name = operation.method .. " " .. operation.template
    if not is_taken(operation.method, operation.template) then
      if not routes[name] then
        routes[name] = {}
        order[#order + 1] = name
      end
      table.insert(routes[name], operation)
    end
  end
  return order, routes
end

---@param is_taken fun(method: string, path: string): boolean whether there is a route already
---@return table routes see router.lua
function resources.routes(is_taken)
  local routes = {}
  local order, operations_of = by_route(is_taken)
  for index, name in ipairs(order) do
    local operations, handlers = operations_of[name], {}
    for position, operation in ipairs(operations) do handlers[position] = handler(operation) end
    routes[index] = {
      operation = catalogue.name(operations[1]),
      method = operations[1].method,
      path = operations[1].template,
      body = operations[1].body,
      answer = #operations > 1 and chooser(operations, handlers) or handlers[1],
    }
  end
  return routes
end

return resources
