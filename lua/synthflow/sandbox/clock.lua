-- The one clock of the sandbox. It can be put forward, so that nobody has to wait for what time brings.

local clock = {}

---Seconds since 1970, with fractions where the program that serves sets a finer one.
clock.source = os.time

local ahead = 0

function clock.now()
  return clock.source() + ahead
end

---@param seconds number below 0 puts it back
function clock.advance(seconds)
  ahead = ahead + seconds
end

function clock.reset()
  ahead = 0
end

---ISO 8601 in UTC with microseconds and zone, as the platform writes it.
function clock.iso(moment)
  local seconds = math.floor(moment)
  local microseconds = math.floor((moment - seconds) * 1e6)
  return os.date("!%Y-%m-%dT%H:%M:%S", seconds) .. (".%06d+00:00"):format(microseconds)
end

local DAYS_TO_1970 = 719468 -- from 1 March of the year 0

-- Years begin in March, so that the day that not all of them have is the last one.
local function days(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  return 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - DAYS_TO_1970
end

local function zone_offset(zone)
  if zone == "" or zone == "Z" or zone == "z" then return 0 end
  local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
  if not sign then return nil end
  return (sign == "-" and -1 or 1) * (hours * 3600 + minutes * 60)
end

---@param text string a date, or a date and a time, in UTC unless a zone is said
---@return number|nil moment
function clock.parse(text)
  local year, month, day, rest = text:match("^(%d%d%d%d)%-(%d%d)%-(%d%d)(.*)$")
  if not year then return nil end
  local moment = days(tonumber(year), tonumber(month), tonumber(day)) * 86400
  if rest == "" then return moment end
  local hour, minute, second, zone = rest:match("^[T ](%d%d):(%d%d):(%d%d%.?%d*)(.*)$")
  local offset = zone and zone_offset(zone)
  return offset and moment + hour * 3600 + minute * 60 + second - offset
end

return clock
