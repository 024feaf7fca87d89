--- Reads the catalogue into the same form as openapi.lua reads an OpenAPI file. Besides, each operation has
-- `returns`, as the catalogue says it.

local types = require "tools.drift.types"

local catalogue = {}

local read_type

local function read_object(field)
  local fields = {}
  for name, one in pairs(field.fields) do
    local sometimes = one.required_if_all or one.required_unless_all
    fields[name] = {
      type = read_type(one),
      required = one.required and "always" or sometimes and "sometimes" or "never",
    }
    if one.other_name then
      fields[one.other_name] = { type = fields[name].type, required = "never", alias_of = name }
    end
  end
  return { kind = "object", fields = fields, choice = field.one_of and types.set(field.one_of) }
end

local READ = {
  object = read_object,
  list = function(field) return { kind = "list", of = read_type(field.of) } end,
  map = function(field) return { kind = "map", of = read_type(field.of) } end,
  enum = function(field)
    local kind = type(field.values[1]) == "number" and "integer" or "string"
    return { kind = kind, values = types.set(field.values), open = true }
  end,
  enum_in = function(field)
    return { kind = "string", values = types.set(require(field.module)), open = true }
  end,
  slug = function() return { kind = "string" } end,
  iso_date = function() return { kind = "string" } end,
  timestamp = function() return { kind = "integer" } end,
}

local PLAIN = {
  string = true, integer = true, number = true, boolean = true, any = true, date = true, variables = true,
  variable_map = true,
}

function read_type(field)
  local read = READ[field.kind]
  if not read and not PLAIN[field.kind] then
    error("spec/tools/drift/catalogue.lua does not know the type " .. field.kind, 0)
  end
  local made = read and read(field) or { kind = field.kind }
  made.nullable = field.nullable
  return made
end

local function add_parameters(parameters, place, object)
  for name, field in pairs(object and read_object(object).fields or {}) do
    parameters[place .. " " .. name] = field
  end
end

local function read_operation(operation)
  local parameters = {}
  add_parameters(parameters, "path", operation.path)
  add_parameters(parameters, "query", operation.query)
  for name, field in pairs(parameters) do
    if name:find "^path " then
      field.required = "always"
    end
  end
  return {
    method = operation.method, template = operation.template, named = operation.named,
    parameters = parameters, body = operation.body and read_type(operation.body), returns = operation.returns,
  }
end

--- The operations of some resources, as schema.resource made them.
function catalogue.read(resources)
  local operations = {}
  for _, resource in ipairs(resources) do
    for _, name in ipairs(types.sorted(resource.operations)) do
      if not resource.operations[name].iterates then
        operations[#operations + 1] = read_operation(resource.operations[name])
      end
    end
  end
  return operations
end

--- All resources there are below a directory: a file there that holds no operations is part of another.
function catalogue.load(directory)
  local resources = {}
  local pipe = assert(io.popen("find " .. directory .. " -name '*.lua' | LC_ALL=C sort"))
  for file in pipe:lines() do
    local loaded = dofile(file)
    if type(loaded) == "table" and type(loaded.operations) == "table" then
      resources[#resources + 1] = loaded
    end
  end
  pipe:close()
  return resources
end

return catalogue
