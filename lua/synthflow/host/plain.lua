--- Waiting in a program that may block: scripts, and hosts that give each call a thread of its own.

local plain = {}

-- A loop that Lua sees, so that Ctrl-C and debug hooks interrupt it.
function plain.wait(core, exchange)
  while not core.wait(exchange, 0.25) do end
end

--- Lets seconds pass; below 0, none. The core's loop is in Lua too.
function plain.sleep(core, seconds)
  if seconds > 0 then
    core.sleep(seconds)
  end
end

return plain
