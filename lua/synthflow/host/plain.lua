--- Waiting in a program that may block: scripts, and hosts that give each call a thread of its own. What it
-- takes to wait for many at once is loaded when it is first used.

local plain = { take_turn = false }

-- Lua sees each wait end, so that Ctrl-C and debug hooks interrupt it.
local STEP = 0.25

function plain.wait(core, exchange, again)
  if not again then
    core.submit(exchange)
  end
  while not core.wait(exchange, STEP) do end
  return true
end

function plain.sleep(core, seconds)
  core.sleep(seconds)
end

return setmetatable(plain, {
  __index = function(_, name)
    return require("synthflow.host.plain.many")[name]
  end,
})
