-- For what must end in time, on a machine that may hold it up: what the library does too late it does too
-- late each time, what the machine does is not there every time.

local TRIES = 5

---Runs code until it was in time once; raises when it never was.
---@param code fun(try: integer): string|nil what was too late, nil when nothing was; what else is wrong it
---  raises, which is not tried again
return function(code)
  local late
  for try = 1, TRIES do
    late = code(try)
    if not late then return end
  end
  error(("%s; so it was %d times"):format(late, TRIES), 0)
end
