--- What the extractors of a call have found out, in one table.

local results = {}

-- Two kinds of keys there are: by the place of an extractor, and by its identifier.
local PREFIXES = { "^extract_info_", "^info_extractor_" }

-- More digits are a telephone or account number, which stays text.
local LONGEST_NUMBER = 15

-- The null of whoever decoded it.
local function present(value)
  if type(value) ~= "userdata" then
    return value
  end
end

-- A number whose text can be made of it again: "5.10" and "12E4" may be a version and a room.
local function is_number(text)
  return #text <= LONGEST_NUMBER and (text:find "^%-?%d+$" or text:find "^%-?%d+%.%d*[1-9]$")
end

local function is_json(text)
  return text:find '^%s*[{%["]' or text:find "^%s*%l+%s*$" or is_number(text)
end

-- A value that may come as JSON in a text; nil for null. A text that is no JSON is itself; one that begins as
-- an object or a list and cannot be read is nil and why.
local function read(value, decode)
  if type(value) ~= "string" or not is_json(value) then
    return present(value)
  elseif value:find "^%s*null%s*$" then
    return nil
  end
  local decoded, fault = decode(value)
  if decoded == nil and value:find "^%s*[{%[]" then
    return nil, "cannot be read: " .. tostring(fault)
  elseif decoded == nil then
    return value
  end
  return present(decoded)
end

-- The name that a key or an action has besides its prefix, and whether there was one.
local function bare_name(key)
  for _, prefix in ipairs(PREFIXES) do
    if key:find(prefix) then
      return (key:gsub(prefix, "")), true
    end
  end
  return key, false
end

local function text_of(value)
  return type(value) == "string" and value ~= "" and value or nil
end

-- What other actions return, such as the answer of a server of yours, is not what a person has said. An
-- action that does not tell its kind counts as an extractor.
local function is_extractor(one)
  local kind = text_of(one.action.action_type)
  local _, by_key = bare_name(one.key)
  local _, by_name = bare_name(text_of(one.action.name) or "")
  return not kind or by_key or by_name or kind:lower():find("extract", 1, true) ~= nil
end

-- The extractors among the actions of a call, which stand under their keys or in a list. Of two that found
-- the same, the later one of a list counts, and that with the newer kind of key.
local function extractors(actions, decode)
  local listed = {}
  for place, action in pairs(actions) do
    action = read(action, decode)
    if type(action) == "table" then
      local key = type(place) == "string" and place or text_of(action.name) or tostring(place)
      local order = type(place) == "number" and ("%09d"):format(place) or key
      local one = { key = key, order = order, action = action }
      listed[#listed + 1] = is_extractor(one) and one or nil
    end
  end
  table.sort(listed, function(a, b) return a.order < b.order end)
  return listed
end

-- What a value that stands alone is called.
local function identifier(one, decode)
  local settings = read(one.action.parameters_hard_coded, decode)
  return type(settings) == "table" and text_of(settings.identifier)
    or text_of((bare_name(text_of(one.action.name) or one.key))) or one.key
end

-- Takes into `found` what one has returned; returns what has failed.
local function take(found, one, decode)
  local value, fault = read(one.action.return_value, decode)
  if type(value) == "table" and #value == 0 then
    for name, inner in pairs(value) do
      if present(inner) ~= nil then
        found[name] = inner
      end
    end
  elseif value ~= nil and value ~= "" then
    found[identifier(one, decode)] = value
  end
  local message = text_of(one.action.error_message)
  return message and message:find "%S" and message or fault and "its return_value " .. fault or nil
end

--- `decode` reads JSON: a value, or nil and what is wrong. Returns what was found by its name, and what has
-- failed by the key of the action.
function results.merge(call, decode)
  local found, failed = {}, {}
  local actions, fault = read(call.executed_actions, decode)
  failed.executed_actions = fault
  for _, one in ipairs(type(actions) == "table" and extractors(actions, decode) or {}) do
    failed[one.key] = take(found, one, decode)
  end
  return found, failed
end

return results
