--- The Date header of an answer: what the clock of the other side says.

local http_date = {}

local MONTHS = {
  Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6,
  Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12,
}
local DAYS_TO_1970 = 719468 -- from 1 March of the year 0

--- "Sun, 06 Nov 1994 08:49:37 GMT" in seconds since 1970, or nil.
function http_date.read(text)
  local day, name, year, hour, minute, second = tostring(text):match "(%d+) (%a+) (%d+) (%d+):(%d+):(%d+)"
  local month = MONTHS[name]
  if not month then
    return nil
  end
  -- Years begin in March, so that the day that not all of them have is the last one.
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * (month - 3) + 2) / 5) + day - 1 - DAYS_TO_1970
  return days * 86400 + hour * 3600 + minute * 60 + second
end

return http_date
