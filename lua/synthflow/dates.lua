--- Moments: ISO 8601 text and milliseconds since 1970, and the types of the catalogue that are moments.
-- Loaded with the first of them.

local values = require "synthflow.values"

local dates = {}

local MILLISECONDS_FROM = 1e11 -- numbers below are seconds, as os.time gives them
local DAY = 86400000
local DAYS_TO_1970 = 719468 -- from 1 March of the year 0
local YEAR_10000 = 253402300800000

-- Days -----------------------------------------------------------------------------------------------------
-- Years begin in March, so that the day that not all of them have is the last one.

--- Days since 1 January 1970.
function dates.days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - DAYS_TO_1970
end

-- Year, month and day of a number of days since 1970.
local function civil(days)
  days = days + DAYS_TO_1970
  local year = math.floor((days + 1) / 365.2425)
  while dates.days(year, 3, 1) + DAYS_TO_1970 > days do
    year = year - 1
  end
  local of_year = days - dates.days(year, 3, 1) - DAYS_TO_1970
  local month = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * month + 2) / 5) + 1
  return month < 10 and year or year + 1, month < 10 and month + 3 or month - 9, day
end

-- Text -----------------------------------------------------------------------------------------------------

-- Milliseconds that a zone is ahead of UTC, or nil; none is UTC.
local function offset_of(zone)
  if zone == "" or zone:find "^[Zz]$" then
    return 0
  end
  local sign, hours, minutes = zone:match "^([+-])(%d%d):?(%d?%d?)$"
  local offset = sign and (hours * 60 + (tonumber(minutes) or 0)) * 60000
  return offset and (sign == "-" and -offset or offset)
end

-- Milliseconds since midnight, and the zone behind it, or nil. 24:00 is the end of the day.
local function time_of(text)
  local hour, minute, rest = text:match "^[T ](%d%d):(%d%d)(.*)$"
  if not hour then
    return text == "" and 0 or nil, ""
  end
  local second, behind = rest:match "^:(%d%d%.?%d*)(.*)$"
  second = tonumber(second) or 0
  local seconds = (hour * 60 + minute) * 60 + second
  if minute + 0 > 59 or second >= 61 or hour + 0 > 23 and seconds ~= DAY / 1000 then
    return nil
  end
  return math.floor(seconds * 1000 + 0.5), behind or rest
end

-- Days from 1970 to a day that there is, or nil.
local function days_to(year, month, day)
  if month < 1 or month > 12 then
    return nil
  end
  local first = dates.days(year, month, 1)
  return day >= 1 and day <= dates.days(year, month + 1, 1) - first and first + day - 1 or nil
end

--- ISO 8601 text in milliseconds since 1970; nil for anything else, and for what is no moment (30 February).
function dates.milliseconds(text)
  local year, month, day, rest = text:match "^%s*(%d%d%d%d)%-(%d%d)%-(%d%d)(.-)%s*$"
  local days = year and days_to(year + 0, month + 0, day + 0)
  local time, zone = time_of(rest or "")
  local offset = days and time and offset_of(zone)
  return offset and math.floor(days * DAY + time - offset)
end

--- Milliseconds since 1970 as ISO 8601 text in UTC.
function dates.text(milliseconds)
  local days = math.floor(milliseconds / DAY)
  local year, month, day = civil(days)
  local time = milliseconds - days * DAY
  local seconds = math.floor(time / 1000)
  local fraction = time % 1000 > 0 and (".%03.0f"):format(time % 1000) or ""
  return ("%04.0f-%02.0f-%02.0fT%02.0f:%02.0f:%02.0f%sZ"):format(year, month, day,
    math.floor(seconds / 3600), math.floor(seconds / 60) % 60, seconds % 60, fraction)
end

-- Types ----------------------------------------------------------------------------------------------------

-- Milliseconds of a number, or of the digits of one; nil when it is none. A text of fewer digits is a year or
-- a slip, and no second of the first months of 1970.
local function of_number(value)
  local number = tonumber(value)
  local is_text = type(value) == "string" and not value:find "^%s*%d%d%d%d%d%d%d%d%d+%.?%d*%s*$"
  if is_text or not number or number ~= number or math.abs(number) == math.huge then
    return nil
  end
  return math.floor(math.abs(number) < MILLISECONDS_FROM and number * 1000 or number)
end

-- The day "20270102" with its hyphens; anything else as it is.
local function with_hyphens(value)
  if type(value) ~= "string" then
    return value
  end
  local year, month, day = value:match "^%s*(%d%d%d%d)(%d%d)(%d%d)%s*$"
  return year and days_to(year + 0, month + 0, day + 0) and year .. "-" .. month .. "-" .. day or value
end

local function mismatch(call, where, wanted, value, field)
  values.fault(call, "mismatch", where, wanted .. ", or a number of seconds or milliseconds", value, field)
end

function dates.date(value, field, call, where)
  value = with_hyphens(value)
  if type(value) == "string" and not tonumber(value) then
    return value
  end
  return of_number(value) or mismatch(call, where, "a date as text", value, field)
end

function dates.iso_date(value, field, call, where)
  value = with_hyphens(value)
  if type(value) == "string" and not tonumber(value) then
    return value:find "^%d%d%d%d%-%d%d%-%d%d$" and value .. "T00:00:00Z" or value
  end
  local milliseconds = of_number(value)
  if not milliseconds or milliseconds < 0 or milliseconds >= YEAR_10000 then
    return mismatch(call, where, "a date as text", value, field)
  end
  return dates.text(milliseconds)
end

function dates.timestamp(value, field, call, where)
  value = with_hyphens(value)
  return of_number(value) or type(value) == "string" and dates.milliseconds(value)
    or mismatch(call, where, "a date as ISO 8601 text", value, field)
end

return dates
