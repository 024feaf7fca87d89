-- Finds the route of a method and a path. A route is a plain record:
--   { operation = "phone_numbers.get", method = "GET", path = "/numbers/{phone_number_slug}",
--     answer = function(sandbox, request) return reply end, open = true when no key is needed,
--     body = what the catalogue says of it, if it does }
-- so that routes can be written by hand or made from any description of operations.

local percent_decode = require("synthflow.sandbox.request").percent_decode

local router = {}

local methods = {}
local metatable = { __index = methods }

-- A trailing slash makes no difference: the platform's own examples use both forms.
local function split(path)
  local segments = {}
  for segment in path:gmatch("[^/]+") do segments[#segments + 1] = segment end
  return segments
end

function router.new()
  return setmetatable({ by_length = {} }, metatable)
end

-- Fixed segments win over parameters: /calls/batch is not the call named "batch".
local function goes_before(left, right)
  for index, segment in ipairs(left.segments) do
    local other = right.segments[index]
    local is_parameter, other_is_parameter = segment:sub(1, 1) == "{", other:sub(1, 1) == "{"
    if is_parameter ~= other_is_parameter then return other_is_parameter end
  end
  return false
end

---@param prefix string put before the route's path
function methods:add(prefix, route)
  local segments = split(prefix .. route.path)
  local entries = self.by_length[#segments] or {}
  self.by_length[#segments] = entries
  local entry = { segments = segments, route = route }
  local position = #entries + 1
  while position > 1 and goes_before(entry, entries[position - 1]) do position = position - 1 end
  table.insert(entries, position, entry)
end

---The same text for a path with and without its slash at the end.
function router.plain(path)
  return (path:gsub("(.)/$", "%1"))
end

---Whether there is a route with this very template.
function methods:has(method, path)
  path = router.plain(path)
  for _, entries in pairs(self.by_length) do
    for _, entry in ipairs(entries) do
      local route = entry.route
      if not route.open and route.method == method and router.plain(route.path) == path then return true end
    end
  end
  return false
end

local function match(template, segments)
  local parameters = {}
  for index, expected in ipairs(template) do
    local name = expected:match("^{(.+)}$")
    local segment = percent_decode(segments[index])
    if name then
      parameters[name] = segment
    elseif expected ~= segment then
      return nil
    end
  end
  return parameters
end

---@return table|nil route
---@return table|nil found the path's parameters; without a route, the methods this path has, or nil
function methods:find(method, path)
  local segments = split(path)
  local allowed
  for _, entry in ipairs(self.by_length[#segments] or {}) do
    local parameters = match(entry.segments, segments)
    if parameters and entry.route.method == method then return entry.route, parameters end
    if parameters then
      allowed = allowed or {}
      allowed[#allowed + 1] = entry.route.method
    end
  end
  return nil, allowed
end

return router
