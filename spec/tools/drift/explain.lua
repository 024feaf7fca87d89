--- Tells differences that are on purpose from the others, and puts all of them into words.

local explain = {}

-- Which differences a reason is about ----------------------------------------------------------------------

local PINS = { "operation", "name", "what", "there", "here" }

local function fits_text(pattern, text)
  local plain = pattern:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
  return text ~= nil and text:find("^" .. plain .. "$") ~= nil
end

local function fits(expected, text)
  if type(expected) ~= "table" then
    return fits_text(expected, text)
  end
  for _, pattern in ipairs(expected) do
    if fits_text(pattern, text) then
      return true
    end
  end
  return false
end

local function explains(reason, difference)
  for _, pin in ipairs(PINS) do
    if reason[pin] and not fits(reason[pin], difference[pin]) then
      return false
    end
  end
  return true
end

--- { unexplained = list, explained = list of { reason =, differences = }, stale = list of reasons,
--   on_purpose = count }. The first reason that fits is the one.
function explain.all(differences, reasons)
  local told = { unexplained = {}, explained = {}, stale = {}, on_purpose = 0 }
  local groups = {}
  for index, reason in ipairs(reasons) do
    groups[index] = { reason = reason, differences = {} }
  end
  for _, difference in ipairs(differences) do
    local into = told.unexplained
    for _, group in ipairs(groups) do
      if explains(group.reason, difference) then
        into, told.on_purpose = group.differences, told.on_purpose + 1
        break
      end
    end
    table.insert(into, difference)
  end
  for _, group in ipairs(groups) do
    if #group.differences == 0 then
      table.insert(told.stale, group.reason)
    else
      table.insert(told.explained, group)
    end
  end
  return told
end

function explain.is_clean(told)
  return #told.unexplained == 0 and #told.stale == 0
end

-- Words ----------------------------------------------------------------------------------------------------

local SAY = {
  ["missing here"] = "is not in the catalogue ($there)",
  ["missing there"] = "is only in the catalogue ($here)",
  path = "$there in the file, $here in the catalogue",
  place = "goes into the $there in the file, into the $here in the catalogue",
  type = "$there in the file, $here in the catalogue",
  nullable = "null is a value: $there in the file, $here in the catalogue",
  required = "required $there in the file, $here in the catalogue",
  choice = "exactly one of: $there in the file, $here in the catalogue",
  values = "known values are $there in the file, $here in the catalogue",
  closed = "only the listed values in the file, others too in the catalogue",
  alias = "$there in the file, in the catalogue a second name $here",
  answer = "$there in the file, $here in the catalogue",
}

local function say(difference)
  local text = SAY[difference.what]
  if difference.what == "value" then
    text = difference.there and 'the value "$there" is not in the catalogue'
      or 'the value "$here" is only in the catalogue'
  elseif not difference.name and difference.what:find "missing" then
    text = text:gsub(" %(.*", "")
  end
  text = text:gsub("%$(%w+)", function(side) return difference[side] or "nothing" end)
  return (difference.name and difference.name .. ": " or "") .. text
end

local function add_differences(lines, differences, limit)
  local operation
  for index, difference in ipairs(differences) do
    if index > limit then
      lines[#lines + 1] = ("    and %d more"):format(#differences - limit)
      break
    end
    local shown = ("    %s (%s)"):format(difference.operation, difference.named)
    if shown ~= operation then
      operation = shown
      lines[#lines + 1] = shown
    end
    lines[#lines + 1] = "      " .. say(difference)
  end
end

local function what_it_is_about(reason)
  local pins = {}
  for _, pin in ipairs(PINS) do
    local value = type(reason[pin]) == "table" and table.concat(reason[pin], ", ") or reason[pin]
    pins[#pins + 1] = value and pin .. " = " .. value
  end
  return table.concat(pins, "; ")
end

--- What make drift prints. `limit`: how many differences to show of one reason.
function explain.text(told, limit)
  local lines = {}
  for _, group in ipairs(told.explained) do
    lines[#lines + 1] = "on purpose: " .. group.reason[1]
    add_differences(lines, group.differences, limit)
  end
  for _, reason in ipairs(told.stale) do
    lines[#lines + 1] = "explains nothing any more: " .. reason[1] .. " (" .. what_it_is_about(reason) .. ")"
  end
  if #told.unexplained > 0 then
    lines[#lines + 1] = "unexplained:"
    add_differences(lines, told.unexplained, math.huge)
  end
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

return explain
