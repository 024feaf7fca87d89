--- What both sides say of a type, in one form:
--
--   kind      "string", "integer", "number", "boolean", "any", "date", "variables", "list", "map", "object";
--             several that a value may have are joined by " or "
--   nullable  true: null is a value
--   values    of text or numbers: the known values, a set of texts
--   open      true: other values are sent all the same
--   of        of a list or map: the type inside
--   fields    of an object: name -> { type =, required = "always", "sometimes" or "never", alias_of = name }
--   choice    of an object: a set of names of which exactly one is given

local types = {}

--- A value as a message shows it: 1 and 1.0 are one.
function types.show(value)
  return type(value) == "number" and ("%.14g"):format(value) or tostring(value)
end

function types.set(list)
  local set = {}
  for _, value in ipairs(list) do
    set[types.show(value)] = true
  end
  return set
end

function types.sorted(set)
  local names = {}
  for name in pairs(set or {}) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- "list of string" and the like.
function types.name(described)
  if described.kind == "list" or described.kind == "map" then
    return described.kind .. " of " .. types.name(described.of)
  end
  return described.kind
end

return types
