-- The one clock of the sandbox. It can be put forward, so that nobody has to wait for what time brings.

local dates = require "synthflow.dates"

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
  local moment = dates.days(tonumber(year), tonumber(month), tonumber(day)) * 86400
  if rest == "" then return moment end
  local hour, minute, second, zone = rest:match("^[T ](%d%d):(%d%d):(%d%d%.?%d*)(.*)$")
  local offset = zone and zone_offset(zone)
  return offset and moment + hour * 3600 + minute * 60 + second - offset
end

return clock
