--- Wrong use: its words, the nearest known name, and one raised string that begins at the caller's line.
-- Loaded only when something is wrong.

local absent = require("synthflow.schema").absent

local usage = {}

-- The nearest name -----------------------------------------------------------------------------------------

-- "same word, other spelling": phoneNumber, phone-number and phone_number are one.
local function plain_form(name)
  return (tostring(name):lower():gsub("[^%w]", ""))
end

-- Edits that turn one text into the other; two neighbours that changed places count as one edit.
local function distance(a, b)
  local before_last, last, row = {}, {}, {}
  for j = 0, #b do
    last[j] = j
  end
  for i = 1, #a do
    row[0] = i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before_last[j - 2] + 1)
      end
    end
    before_last, last, row = last, row, before_last
  end
  return last[#b]
end

--- The one of `known` (a list) that `name` was probably meant to be, or nil.
function usage.nearest(name, known)
  local wanted = plain_form(name)
  if wanted == "" or #wanted > 64 then
    return nil
  end
  local best, best_distance
  for _, candidate in ipairs(known) do
    local form = plain_form(candidate)
    local edits = distance(wanted, form)
    -- A part of a name is nearer than a name that differs in many letters.
    if #wanted >= 4 and form:find(wanted, 1, true) then
      edits = math.min(edits, 2)
    end
    local allowed = math.max(1, math.floor(math.max(#wanted, #form) / 3))
    if edits <= math.max(allowed, #wanted >= 4 and 2 or 1) and (not best or edits < best_distance) then
      best, best_distance = candidate, edits
    end
  end
  return best
end

-- Words ----------------------------------------------------------------------------------------------------
-- Each returns the text of one fault.

function usage.sorted_names(set)
  local names = {}
  for name in pairs(set) do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

--- A value as a message may show it: short, and never a secret.
function usage.show(value, field)
  local kind = type(value)
  if kind == "userdata" then
    return "null"
  elseif field and field.secret or kind == "table" or kind == "function" or kind == "thread" then
    return "a " .. kind
  elseif kind == "string" then
    return #value <= 40 and '"' .. value:gsub("%c", "?") .. '"' or "a text of " .. #value .. " bytes"
  end
  return tostring(value)
end

usage.text = string.format

--- `unknown parameter 'x' (did you mean y?)`; where nothing is near, what there is, or what else can be done.
-- `prefix` is the place of the name in what is nested.
function usage.unknown(what, name, known, otherwise, prefix)
  local shown = type(name) == "string" and (prefix or "") .. name:sub(1, 60):gsub("%c", "?")
    or "[" .. tostring(name) .. "]"
  local text = "unknown " .. what .. " '" .. shown .. "'"
  local near = type(name) == "string" and usage.nearest(name, known)
  if near then
    return text .. " (did you mean " .. near .. "?)"
  end
  local hints = {}
  if #known > 0 and #known <= 12 then
    hints[1] = "known: " .. table.concat(known, ", ")
  end
  hints[#hints + 1] = otherwise
  return #hints > 0 and text .. " (" .. table.concat(hints, "; ") .. ")" or text
end

-- Of requests, not of operations: each call takes them in a table of their own.
local REQUEST_OPTIONS = {
  attempt_timeout = true, blocking = true, dry_run = true, extra_body = true, extra_headers = true,
  extra_query = true, retries = true, timeout = true,
}

function usage.unknown_parameter(name, fields, prefix)
  if prefix == "" and REQUEST_OPTIONS[name] then
    return ("'%s' is a request option: these are one more table, after the parameters"):format(name)
  end
  return usage.unknown("parameter", name, usage.sorted_names(fields),
    "anything else the platform takes goes into extra_body or extra_query", prefix)
end

--- `own`: names of a method's own options, if it has some.
function usage.unknown_request_option(name, own)
  local known = {}
  for _, names in ipairs { REQUEST_OPTIONS, own or {} } do
    for known_name in pairs(names) do
      known[known_name] = true
    end
  end
  return usage.unknown(own and "option" or "request option", name, usage.sorted_names(known))
end

function usage.mismatch(where, wanted, value, field)
  return ("%s must be %s, not %s"):format(where, wanted, usage.show(value, field))
end

--- The same of a value that is no list.
function usage.no_list(where, wanted, value)
  if type(value) ~= "table" then
    return usage.mismatch(where, wanted, value)
  end
  local what = "holes"
  for key in pairs(value) do
    what = type(key) ~= "number" and "names" or what
  end
  return ("%s must be %s, not a table with %s"):format(where, wanted, what)
end

function usage.too_deep(where)
  return where .. " is nested too deeply, or contains itself"
end

--- Conditions of the catalogue: `type is "pdf" or "web"`.
function usage.conditions(conditions)
  local said = {}
  for _, name in ipairs(usage.sorted_names(conditions)) do
    local expected, shown = conditions[name], {}
    local several = type(expected) == "table" and expected ~= absent
    for index, value in ipairs(several and expected or { expected }) do
      shown[index] = type(value) == "string" and '"' .. value .. '"' or tostring(value)
    end
    said[#said + 1] = name .. " is " .. table.concat(shown, " or ")
  end
  return table.concat(said, " and ")
end

function usage.missing(where, field)
  local option = field.client_option
  if field.required and option then
    return ("%s is required: give it here, or %s to synthflow.new, or set SYNTHFLOW_%s")
      :format(where, option, option:upper())
  elseif field.required_if_all then
    return where .. " is required when " .. usage.conditions(field.required_if_all)
  elseif field.required_unless_all then
    return where .. " is required unless " .. usage.conditions(field.required_unless_all)
  end
  return where .. " is required"
end

function usage.one_of(prefix, names, found)
  return ("%sgive exactly one of %s (given: %s)"):format(prefix:gsub("%.$", ": "), table.concat(names, ", "),
    #found == 0 and "none" or table.concat(found, ", "))
end

--- How the method of an operation is called.
function usage.form(operation)
  local leading = table.concat(operation.leading, ", ")
  return operation.named .. (leading == "" and "{ name = value }" or "(" .. leading .. ", { name = value })")
end

--- Why synthflow.core cannot be used: `loaded` is what `require` gave or raised.
function usage.core(found, loaded, version)
  local lua = rawget(_G, "jit") and "LuaJIT" or _VERSION
  local build = rawget(_G, "jit") and "luajit" or _VERSION:match "%d.%d"
  if found then
    return ("its Lua part is version %s, its C part (synthflow.core) %s: two installations are mixed")
      :format(version, tostring(loaded.version))
  elseif tostring(loaded):find("module 'synthflow.core' not found", 1, true) then
    return ("its C part, synthflow.core, is not installed for %s: build it with `make LUA=%s` and put it on "
      .. "LUA_CPATH, or install with LuaRocks"):format(lua, build)
  end
  return ("its C part, synthflow.core, does not load into this %s: was it built for another one? (%s)")
    :format(lua, (tostring(loaded):gsub("%c+", " ")))
end

-- Raising --------------------------------------------------------------------------------------------------

-- Own files share the folder that this one lies in.
local home = debug and debug.getinfo(1, "S").source:match "^(@.*)usage%.lua$"

--- "file.lua:12: " of the first frame that is not ours. Frames of C and lost tail calls have no line.
function usage.position()
  if not home then
    return ""
  end
  local level = 2
  while true do
    local frame = debug.getinfo(level, "Sl")
    if not frame then
      return ""
    end
    if frame.currentline > 0 and frame.source:sub(1, #home) ~= home then
      return frame.short_src .. ":" .. frame.currentline .. ": "
    end
    level = level + 1
  end
end

--- Raises all faults as one string, in an order that does not change from run to run.
function usage.raise(method, faults)
  table.sort(faults)
  error(usage.position() .. method .. ": " .. table.concat(faults, "; "), 0)
end

return usage
