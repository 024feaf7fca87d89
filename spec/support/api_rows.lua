-- Operations of the catalogue in tables, one row for each way to call one:
--
--   { operation, effect, what is on the wire, ids before the table...,
--     query =, body =   all it takes, as it is sent; no two rows of an operation need give the same
--     given =           what is given for some of them where that is something else
--     case =            what tells this row from the others of its operation
--     least =           names that cannot be left out, also nested: "tasks[1].id"; or a fault in full words,
--                       where it is something else than "... is required"
--     null =            names that may be null
--     aliases =         other names, each with the field's own one
--     timeout =, attempt_timeout = }   seconds, where the client's own would be too short
--
-- All rows of an operation together give each of its fields, also nested.

local answer = require "synthflow.answer"
local assert = require "luassert"
local check = require "synthflow.check"
local values = require "synthflow.values"

local unpack = table.unpack or unpack -- luacheck: ignore 143 113

local api_rows = { NULL = io.stdout }

local function new_context(defaults)
  return {
    null = api_rows.NULL, list_metatable = {}, defaults = defaults,
    core = { random = function() return "0123456789abcdef0123456789abcdef" end },
  }
end

local context, without_defaults = new_context { workspace_id = "w-1" }, new_context {}

function api_rows.merge(...)
  local merged = {}
  for index = 1, select("#", ...) do
    for name, value in pairs((select(index, ...))) do
      merged[name] = value
    end
  end
  return merged
end

---The fault when neither the field `name` nor the client says which workspace.
function api_rows.no_workspace(name)
  return name .. " is required: give it here, or workspace_id to synthflow.new, or set SYNTHFLOW_WORKSPACE_ID"
end

function api_rows.operation(named)
  local resource, method = named:match "^([%w_.]+):([%w_]+)$"
  return require("synthflow.api." .. resource).operations[method]
end

---What an operation makes of its arguments, by its name: see check.arguments.
function api_rows.call(named, ...)
  return check.arguments(api_rows.operation(named), context, ...)
end

---What comes out of an answer with this body.
function api_rows.read(named, envelope)
  return answer.read(api_rows.operation(named).returns,
    { status = 200, data = envelope, body = envelope and "{...}" or "" })
end

---Operations whose answer says nothing but that it is done.
---@param names table list
function api_rows.assert_true_answers(names)
  for _, named in ipairs(names) do
    assert.is_true(api_rows.read(named, nil))
    assert.is_true(api_rows.read(named, { status = "ok" }))
    assert.is_true(api_rows.read(named, { status = "ok", response = { answer = "deleted" } }))
  end
end

-- These come by themselves.
local ITSELF = { workspace = true, workspace_id = true, chat_id = true }

-- All arguments, and the table among them.
local function full_arguments(row)
  local given = api_rows.merge(row.query or {}, row.body or {}, row.given or {})
  for name in pairs(ITSELF) do given[name] = nil end
  local arguments = {}
  for index = 4, #row do
    arguments[#arguments + 1] = row[index]
  end
  arguments[#arguments + 1] = given
  return arguments, given
end

local function fields_of(operation)
  local fields = {}
  for name, parameter in pairs(operation.parameters) do
    if not ITSELF[name] then
      fields[name] = parameter.field
    end
  end
  return fields
end

-- Calls visit(table, name, path) for each field that is given, also nested.
local function each_given(fields, given, prefix, visit)
  for name, field in pairs(fields) do
    local value, path = given[name], prefix .. name
    if value ~= nil then
      visit(given, name, path)
    end
    if value ~= nil and field.kind == "object" then
      each_given(field.fields, value, path .. ".", visit)
    elseif value ~= nil and field.kind == "list" and field.of.fields then
      for index, item in ipairs(value) do
        each_given(field.of.fields, item, ("%s[%d]."):format(path, index), visit)
      end
    end
  end
end

local function add_paths(fields, prefix, paths)
  for name, field in pairs(fields) do
    local inner = field.of or field
    paths[prefix .. name] = true
    if inner.fields then
      add_paths(inner.fields, prefix .. name .. (field.of and "[]." or "."), paths)
    end
  end
  return paths
end

local function sorted(list)
  table.sort(list)
  return list
end

-- The row is called once for each of its fields, which is `instead` then; take(faults, path) is told.
local function vary(row, instead, take)
  local operation = api_rows.operation(row[1])
  local arguments, given = full_arguments(row)
  each_given(fields_of(operation), given, "", function(fields, name, path)
    local value = fields[name]
    fields[name] = instead
    local faults = api_rows.call(row[1], unpack(arguments)).faults
    fields[name] = value
    take(faults, path)
  end)
end

local function sends_all(row)
  local call = api_rows.call(row[1], unpack((full_arguments(row))))
  assert.are.same({}, call.faults)
  for _, one in ipairs(call.unknown_values) do
    assert.truthy(values.is_one_of(one.value, one.known or require(one.known_in)), one.name)
  end
  assert.are.equal(row[3], call.request.method .. " " .. call.request.path)
  assert.are.equal(row[2], call.request.effect)
  assert.are.same(row.query, call.request.query)
  assert.are.same(row.body, call.request.body)
  assert.are.equal(row.timeout, call.request.timeout)
  assert.are.equal(row.attempt_timeout, call.request.attempt_timeout)
  assert.are.same(row.aliases or {}, api_rows.operation(row[1]).aliases)
end

local function needs_the_least(row)
  local expected, found = {}, {}
  for index, name in ipairs(row.least or {}) do
    expected[index] = name:find " " and name or name .. " is required"
  end
  local function take(faults)
    for _, fault in ipairs(faults) do
      found[#found + 1] = fault
    end
  end
  vary(row, nil, take)
  local arguments, given = full_arguments(row)
  take(check.arguments(api_rows.operation(row[1]), without_defaults, unpack(arguments)).faults)
  assert.are.same(sorted(expected), sorted(found))
  given.no_such_parameter = 1
  local faults = api_rows.call(row[1], unpack(arguments)).faults
  assert.are.equal(1, #faults)
  assert.truthy(faults[1]:find("no_such_parameter", 1, true), faults[1])
end

local function takes_null(row)
  local found = {}
  vary(row, api_rows.NULL, function(faults, path)
    if #faults == 0 then
      found[#found + 1] = path
    end
  end)
  assert.are.same(sorted(row.null or {}), sorted(found))
end

-- The paths of an operation's fields that no row gives.
local function untried(named, rows)
  local fields = fields_of(api_rows.operation(named))
  local paths, names = add_paths(fields, "", {}), {}
  for _, row in ipairs(rows) do
    if row[1] == named then
      local _, given = full_arguments(row)
      each_given(fields, given, "", function(_, _, path) paths[path:gsub("%[%d+%]", "[]")] = nil end)
    end
  end
  for path in pairs(paths) do
    names[#names + 1] = path
  end
  return sorted(names)
end

---Tests of these rows, in a describe. `it` is busted's, which only a spec sees.
function api_rows.define(it, rows)
  local resources, tried = {}, {}
  for _, row in ipairs(rows) do
    local named = row[1]
    local title = named .. (row.case and " (" .. row.case .. ")" or "")
    it(title .. " sends all that it can be given, each in its place", function() sends_all(row) end)
    it(title .. " says what it must be given, and takes no more", function() needs_the_least(row) end)
    it(title .. " takes null where that means something", function() takes_null(row) end)
    if not tried[named] then
      it(named .. " has no field that is not tried", function()
        assert.are.same({}, untried(named, rows))
      end)
    end
    tried[named], resources[named:match "^[^:]+"] = true, true
  end

  it("is tried here", function()
    for resource in pairs(resources) do
      for name, operation in pairs(require("synthflow.api." .. resource).operations) do
        assert.truthy(operation.iterates or tried[resource .. ":" .. name], resource .. ":" .. name)
      end
    end
  end)
end

return api_rows
