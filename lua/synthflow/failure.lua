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

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10,
  Nov = 11, Dec = 12 }

-- Seconds since some day; only differences matter. "Sun, 06 Nov 1994 08:49:37 GMT"
local function http_date(text)
  local day, name, year, hour, minute, second = tostring(text):match "(%d+) (%a+) (%d+) (%d+):(%d+):(%d+)"
  local month = MONTHS[name]
  if not month then
    return nil
  end
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day
  return days * 86400 + hour * 3600 + minute * 60 + second
end

--- Seconds to wait, in the three forms of it; a date counts from the date of the answer.
function failure.retry_after(headers)
  local milliseconds, said = tonumber(headers["retry-after-ms"]), headers["retry-after"]
  if milliseconds then
    return milliseconds / 1000
  elseif tonumber(said) then
    return tonumber(said)
  end
  local at, now = http_date(said), http_date(headers.date)
  return at and now and math.max(0, at - now) or nil
end

return failure
