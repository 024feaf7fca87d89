--- The Date header of an answer: what the clock of the other side says.

local dates = require "synthflow.dates"

local http_date = {}

local MONTHS = {
  Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6,
  Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12,
}

--- "Sun, 06 Nov 1994 08:49:37 GMT" in seconds since 1970, or nil.
function http_date.read(text)
  local day, name, year, hour, minute, second = tostring(text):match "(%d+) (%a+) (%d+) (%d+):(%d+):(%d+)"
  local month = MONTHS[name]
  if not month then
    return nil
  end
  return dates.days(year + 0, month, day + 0) * 86400 + hour * 3600 + minute * 60 + second
end

return http_date
