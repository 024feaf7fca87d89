--- Reads an OpenAPI file (3.0 or 3.1, JSON) into operations: a list of
--
--   { method =, template =, named = operationId, parameters = { ["query limit"] = { type =, required = } },
--     body = type or nil, answer = type or nil }
--
-- References are resolved; allOf, oneOf and anyOf become one type.

local types = require "tools.drift.types"

local openapi = {}

local METHODS = { "get", "post", "put", "patch", "delete", "head", "options", "trace" }
local ANY = { kind = "any" }

local function decode(text)
  for _, name in ipairs { "cjson", "dkjson" } do
    local found, json = pcall(require, name)
    if found then
      -- dkjson returns nil and why; cjson raises.
      local fine, document, _, fault = pcall(json.decode, text)
      return fine and document or nil, fine and fault or document
    end
  end
  return nil, "there is neither lua-cjson nor dkjson to read JSON with"
end

-- References -----------------------------------------------------------------------------------------------

local function unescape(part)
  local text = part:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end)
  return (text:gsub("~1", "/"):gsub("~0", "~"))
end

local function at(document, pointer)
  local found = document
  for part in pointer:gmatch "[^/]+" do
    found = type(found) == "table" and (found[unescape(part)] or found[(tonumber(part) or -1) + 1])
  end
  return found
end

-- What a reference leads to; what is said beside it counts too.
local function resolved(document, given)
  for _ = 1, 32 do
    local reference = given and given["$ref"]
    if not reference then
      return given
    end
    local target = reference:sub(1, 1) == "#" and at(document, reference:sub(2))
    if type(target) ~= "table" then
      error("the reference " .. reference .. " leads nowhere", 0)
    end
    local merged = {}
    for _, one in ipairs { target, given } do
      for name, value in pairs(one) do
        merged[name] = value
      end
    end
    merged["$ref"] = target["$ref"]
    given = merged
  end
  error("references lead in a circle: " .. given["$ref"], 0)
end

-- Types ----------------------------------------------------------------------------------------------------

local read_type

local function read_fields(document, schema, above)
  local required, fields = types.set(schema.required or {}), {}
  for name, property in pairs(schema.properties or {}) do
    fields[name] = {
      type = read_type(document, property, above),
      required = required[name] and "always" or "never",
    }
  end
  return fields
end

local function read_object(document, schema, above)
  local free = schema.additionalProperties
  if schema.properties and next(schema.properties) ~= nil then
    return { kind = "object", fields = read_fields(document, schema, above) }
  end
  return { kind = "map", of = type(free) == "table" and read_type(document, free, above) or ANY }
end

local READ = {
  object = read_object,
  array = function(document, schema, above)
    return { kind = "list", of = schema.items and read_type(document, schema.items, above) or ANY }
  end,
}

-- The kinds that a schema names, or that show in what else it says.
local function kinds_of(schema)
  local kind = schema.type
  if type(kind) == "table" then
    return kind
  elseif kind == nil then
    kind = (schema.properties or schema.additionalProperties) and "object" or schema.items and "array"
  end
  return { kind or nil }
end

local function read_values(schema, into)
  local listed = schema.enum or schema.const ~= nil and { schema.const } or nil
  for _, value in ipairs(listed or {}) do
    local kind = type(value)
    if kind == "string" or kind == "number" then
      into.values = into.values or {}
      into.values[types.show(value)] = true
      into.kind = into.kind ~= "any" and into.kind or kind
    elseif kind ~= "boolean" then
      into.nullable = true
    end
  end
  return into
end

-- One type of what a value may be in several forms, or must be in all of them.
local combine

local function combine_fields(forms, all)
  local fields = {}
  for _, form in ipairs(forms) do
    for name, field in pairs(form.fields) do
      local known = fields[name]
      fields[name] = {
        type = known and combine({ known.type, field.type }, all) or field.type,
        required = known and known.required == "always" and "always" or field.required,
      }
    end
  end
  if not all then
    for name, field in pairs(fields) do
      for _, form in ipairs(forms) do
        local one = form.fields[name]
        field.required = one and one.required == "always" and field.required or "never"
      end
    end
  end
  return fields
end

-- Names that some forms require and others do not: by these the forms differ.
local function choice_of(forms, fields)
  local choice = {}
  for _, form in ipairs(forms) do
    for name, field in pairs(form.fields) do
      if field.required == "always" and fields[name].required == "never" then
        choice[name] = true
      end
    end
  end
  return next(choice) and choice or nil
end

local function joined_kinds(forms)
  local kinds = {}
  for _, form in ipairs(forms) do
    for kind in (form.kind .. " or "):gmatch "(.-) or " do
      kinds[kind] = true
    end
  end
  return table.concat(types.sorted(kinds), " or ")
end

-- Several forms of text or numbers have listed values only if all of them do.
local function combine_values(forms, all)
  local values = {}
  for _, form in ipairs(forms) do
    if not form.values and not all then
      return nil
    end
    for value in pairs(form.values or {}) do
      values[value] = true
    end
  end
  return next(values) and values or nil
end

function combine(forms, all)
  local told, nullable = {}, false
  for _, form in ipairs(forms) do
    nullable = nullable or form.nullable
    if not (form.kind == "any" and all) and form.kind ~= "null" then
      told[#told + 1] = form
    end
  end
  local kind = #told > 0 and joined_kinds(told) or "any"
  local made = { kind = kind, nullable = nullable or nil, of = told[1] and told[1].of }
  if kind == "object" then
    made.fields = combine_fields(told, all)
    made.choice = not all and choice_of(told, made.fields) or nil
    for _, form in ipairs(told) do
      made.choice = made.choice or form.choice
    end
  elseif kind ~= "list" and kind ~= "map" then
    made.values = combine_values(told, all)
  end
  return made
end

local function read_all(document, schemas, above)
  local read = {}
  for index, schema in ipairs(schemas) do
    read[index] = read_type(document, schema, above)
  end
  return read
end

local function read_plain(document, schema, above)
  local forms, nullable = {}, schema.nullable == true
  for _, kind in ipairs(kinds_of(schema)) do
    if kind == "null" then
      nullable = true
    else
      forms[#forms + 1] = READ[kind] and READ[kind](document, schema, above) or { kind = kind }
    end
  end
  local made = combine(forms, false)
  made.nullable = nullable or nil
  return read_values(schema, made)
end

-- `above`: the references that this is inside of. A type inside itself may be anything.
function read_type(document, given, above)
  local reference = type(given) == "table" and given["$ref"]
  if type(given) ~= "table" or above[reference] then
    return ANY
  elseif reference then
    above = setmetatable({ [reference] = true }, { __index = above })
  end
  local schema = resolved(document, given)
  local parts = { read_plain(document, schema, above) }
  if #kinds_of(schema) == 1 and kinds_of(schema)[1] == "null" then
    return { kind = "null", nullable = true }
  end
  for _, schemas in ipairs { schema.oneOf or {}, schema.anyOf or {} } do
    if #schemas > 0 then
      parts[#parts + 1] = combine(read_all(document, schemas, above), false)
    end
  end
  for _, part in ipairs(read_all(document, schema.allOf or {}, above)) do
    parts[#parts + 1] = part
  end
  return #parts == 1 and parts[1] or combine(parts, true)
end

-- Operations -----------------------------------------------------------------------------------------------

-- The schema of the JSON among several content types.
local function json_schema(holder)
  for content_type, content in pairs(holder and holder.content or {}) do
    if content_type:find "json" then
      return content.schema
    end
  end
end

local function read_answer(document, responses)
  for _, status in ipairs(types.sorted(responses)) do
    if status:find "^2" then
      local schema = json_schema(resolved(document, responses[status]))
      return schema and read_type(document, schema, {})
    end
  end
end

-- Those of the operation count before those of its path.
local function read_parameters(document, lists)
  local parameters = {}
  for _, list in ipairs(lists) do
    for _, given in ipairs(list) do
      local one = resolved(document, given)
      parameters[one["in"] .. " " .. one.name] = {
        type = read_type(document, one.schema or json_schema(one), {}),
        required = one.required == true and "always" or "never",
      }
    end
  end
  return parameters
end

local function read_operation(document, template, method, path_item)
  local operation = path_item[method]
  local body = json_schema(resolved(document, operation.requestBody))
  return {
    method = method:upper(), template = template, named = operation.operationId or "no operationId",
    parameters = read_parameters(document, { path_item.parameters or {}, operation.parameters or {} }),
    body = body and read_type(document, body, {}),
    answer = read_answer(document, operation.responses or {}),
  }
end

--- The operations of an OpenAPI file, given as text; or nil and what is wrong with it.
function openapi.read(text)
  local document, fault = decode(text)
  if type(document) ~= "table" or type(document.paths) ~= "table" then
    local why = type(document) == "table" and "it has no paths" or tostring(fault)
    return nil, "this is no OpenAPI file in JSON: " .. why
  end
  local operations = {}
  for _, template in ipairs(types.sorted(document.paths)) do
    local path_item = resolved(document, document.paths[template])
    for _, method in ipairs(METHODS) do
      if path_item[method] then
        operations[#operations + 1] = read_operation(document, template, method, path_item)
      end
    end
  end
  return operations
end

return openapi
