--- Reads what an answer that is no success tells: there are many shapes, of the platform, of its framework,
-- of its gateway, and of proxies in between.

local failure = {}

-- [{"loc": ["body", "phone_number"], "msg": "field required"}, ...]
local function validation(list)
  local said = {}
  for index, one in ipairs(list) do
    if index > 5 then
      said[index] = ("and %d more"):format(#list - 5)
      break
    end
    local place = {}
    for _, part in ipairs(type(one) == "table" and type(one.loc) == "table" and one.loc or {}) do
      place[#place + 1] = tostring(part)
    end
    local message = type(one) == "table" and tostring(one.msg) or tostring(one)
    said[index] = #place > 0 and table.concat(place, ".") .. ": " .. message or message
  end
  return table.concat(said, "; ")
end

local function first_text(...)
  for index = 1, select("#", ...) do
    local one = select(index, ...)
    if type(one) == "string" and one:find "%S" then
      return one
    end
  end
end

local function inner(value)
  return type(value) == "table" and value or {}
end

-- The words of a body that is no JSON: the title of a page, or its first line.
local function plain_words(body)
  local title = body:sub(1, 4096):match "<[tT][iI][tT][lL][eE][^>]*>%s*(.-)%s*</"
  if title then
    return "a web page answered: " .. title
  elseif body:find "^%s*<" then
    return "a web page answered"
  end
  return body:sub(1, 200):match "^%s*([^\r\n]+)"
end

function failure.is_web_page(result)
  return result.data == nil and (result.body or ""):find "^%s*<" ~= nil
end

--- Message, category and request id of a core result; any of them may be nil.
function failure.read(result)
  local data = result.data
  if type(data) == "string" then
    return first_text(data)
  elseif type(data) ~= "table" then
    return plain_words(result.body or "")
  end
  local detail, fault, response = inner(data.detail), inner(data.error), inner(data.response)
  local message = first_text(data.detail, detail.description, detail.message, detail.msg)
  if not message and #detail > 0 then
    message = validation(detail)
  end
  message = message or first_text(data.message, fault.message, fault.description, data.error,
    data.description, data.error_message, response.message, response.error, response.answer, data.response)
  return message, first_text(detail.category, data.category), first_text(detail.request_id, data.request_id)
end

return failure
