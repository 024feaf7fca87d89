-- annotations.lua: prints the annotations for editors (LuaLS) of everything that a client can do, made of the
-- catalogue. `make annotations` writes them into lua/synthflow/meta/client.lua. Run from the top of the tree.

local docstring = require "synthflow.docstring"
local reference = require "synthflow.reference"

local annotations = {}

local HEADER = [[
---@meta _

-- Written by `make annotations` from the catalogue in lua/synthflow/api: change that, not this.
]]

-- Types ----------------------------------------------------------------------------------------------------

local KINDS = {
  string = "string", slug = "string", integer = "integer", number = "number", boolean = "boolean",
  any = "any", enum_in = "string", date = "string|number", iso_date = "string|number",
  timestamp = "string|number", variables = "table", variable_map = "table",
}

local function literal(value)
  return type(value) == "string" and ("%q"):format(value) or ("%.0f"):format(value)
end

local function enum_type(key)
  local values = {}
  for index, value in ipairs(key.values) do
    values[index] = literal(value)
  end
  return table.concat(values, "|") .. "|" .. (type(key.values[1]) == "number" and "integer" or "string")
end

-- `object_class` is the class of the object in it, if there is one.
local function type_of(key, object_class)
  if key.kind == "object" then
    return object_class
  elseif key.kind == "enum" then
    return enum_type(key)
  elseif key.kind == "list" then
    local of = type_of(key.of, object_class)
    return (of:find("|", 1, true) and "(" .. of .. ")" or of) .. "[]"
  elseif key.kind == "map" then
    return "table<string, " .. type_of(key.of, object_class) .. ">"
  end
  return assert(KINDS[key.kind], "annotations.lua does not know the type " .. key.kind)
end

-- Classes of tables ----------------------------------------------------------------------------------------

local function one_line(...)
  local parts = {}
  for _, text in ipairs { ... } do
    parts[#parts + 1] = text ~= "" and text or nil
  end
  return (table.concat(parts, "; "):gsub("%s+", " "))
end

local function is_optional(key)
  return not key.required or key.client_option ~= nil
end

local write_class

local function write_field(out, field, class)
  local inner = class .. "." .. field.name
  if field.fields then
    write_class(out, inner, field.fields, field.one_of)
  end
  local nullable = field.key.nullable and "|lightuserdata" or ""
  local rules = field.rules ~= "required" and field.rules or ""
  return ("---@field %s%s %s%s %s"):format(field.name, is_optional(field.key) and "?" or "",
    type_of(field.key, inner), nullable, one_line(field.text, rules))
end

-- Those of the tables inside of it come first.
function write_class(out, class, fields, one_of)
  local lines = {}
  for _, field in ipairs(fields) do
    lines[#lines + 1] = write_field(out, field, class)
    local alias = field.key.other_name
    if alias then
      lines[#lines + 1] = ("---@field %s? %s the same as %s"):format(alias, type_of(field.key), field.name)
    end
  end
  if one_of then
    out[#out + 1] = ("---Exactly one of %s."):format(table.concat(one_of, ", "))
  end
  out[#out + 1] = "---@class " .. class
  for _, line in ipairs(lines) do
    out[#out + 1] = (line:gsub("%s+$", ""))
  end
  out[#out + 1] = ""
end

-- Methods --------------------------------------------------------------------------------------------------

local RETURNS = {
  page = "synthflow.Page|nil", wrapped_list = "table[]|nil", nothing = "true|nil",
  lines = "synthflow.Lines|nil", bare = "table|nil", wrapped = "table|true|nil", single = "table|nil",
}

local function write_returns(out, operation)
  if operation.iterates then
    out[#out + 1] = "---@return synthflow.Iterator records"
    return
  end
  out[#out + 1] = ("---@return %s data"):format(RETURNS[operation.returns.shape])
  out[#out + 1] = "---@return synthflow.Response|synthflow.Error response the error if data is nil"
end

local function variable_of(resource)
  return (resource:gsub("%.", "_"))
end

local function write_operation(out, method)
  local operation, class = method.operation, "synthflow." .. method.name
  local names, needs_table = {}, method.one_of ~= nil
  for _, field in ipairs(method.parameters) do
    needs_table = needs_table or not is_optional(field.key)
  end
  if #method.parameters > 0 then
    write_class(out, class, method.parameters, method.one_of)
  end
  out[#out + 1] = "---" .. one_line(method.summary)
  out[#out + 1] = "---"
  out[#out + 1] = ("---`%s %s`, %s: %s."):format(operation.method, operation.template, operation.effect,
    reference.effect(operation))
  for _, field in ipairs(method.leading) do
    names[#names + 1] = field.name
    out[#out + 1] = ("---@param %s string %s"):format(field.name, one_line(field.text))
  end
  names[#names + 1] = "arguments"
  out[#out + 1] = ("---@param arguments%s %s"):format(needs_table and "" or "?",
    #method.parameters > 0 and class or "table")
  names[#names + 1] = "options"
  out[#out + 1] = "---@param options? synthflow.RequestOptions"
  write_returns(out, operation)
  out[#out + 1] = ("function %s:%s(%s) end"):format(variable_of(method.resource), method.method,
    table.concat(names, ", "))
  out[#out + 1] = ""
end

-- A convenience has its comment already.
local function write_function(out, variable, made)
  local names = {}
  for index, parameter in ipairs(made.said.parameters) do
    names[index] = parameter.name
  end
  for _, line in ipairs(docstring.lines(made.fn)) do
    out[#out + 1] = "---" .. line
  end
  out[#out + 1] = ("function %s:%s(%s) end"):format(variable, made.form:match "[%w_]+$",
    table.concat(names, ", "))
  out[#out + 1] = ""
end

local function write_resource(out, resource, inner)
  local variable = variable_of(resource.name)
  out[#out + 1] = "---" .. one_line(resource.about)
  out[#out + 1] = "---@class synthflow." .. resource.name
  for _, name in ipairs(inner) do
    out[#out + 1] = ("---@field %s synthflow.%s.%s"):format(name, resource.name, name)
  end
  out[#out + 1] = "local " .. variable .. " = {}"
  out[#out + 1] = ""
  for _, method in ipairs(resource.methods) do
    if method.operation then
      write_operation(out, method)
    else
      write_function(out, variable, method)
    end
  end
end

-- All ------------------------------------------------------------------------------------------------------

-- Resources by the resource they are reached through; "" is the client.
local function reached_through(resources)
  local inner = { [""] = {} }
  for _, resource in ipairs(resources) do
    local outer, name = resource.name:match "^(.*)%.([%w_]+)$"
    outer, name = outer or "", name or resource.name
    inner[outer] = inner[outer] or {}
    table.insert(inner[outer], name)
  end
  return inner
end

---@return string text
function annotations.text()
  local resources = reference.resources()
  local inner, out = reached_through(resources), { HEADER }
  out[#out + 1] = "---@class synthflow.Client"
  for _, name in ipairs(inner[""]) do
    out[#out + 1] = ("---@field %s synthflow.%s"):format(name, name)
  end
  out[#out + 1] = "local client = {}"
  out[#out + 1] = ""
  for _, made in ipairs(reference.client()) do
    write_function(out, "client", made)
  end
  for _, resource in ipairs(resources) do
    write_resource(out, resource, inner[resource.name] or {})
  end
  return (table.concat(out, "\n"):gsub("\n+$", "\n"))
end

if arg and arg[0] and arg[0]:find "annotations%.lua$" then
  io.write(annotations.text())
end

return annotations
