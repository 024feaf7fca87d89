--- Waiting in a program around the loop of luv: a call yields its coroutine, and the loop resumes it.

-- luacheck: read globals coroutine.isyieldable
local deliveries = require "synthflow.host.deliveries"
local uv = require "luv"

local adapter = {}

local running, status = coroutine.running, coroutine.status
local isyieldable = coroutine.isyieldable -- nil in Lua 5.1 and 5.2: there a yield that is not possible raises
local getinfo = debug.getinfo

local place, poll

-- The coroutine that runs, and the one that its resumer knows: in a coxpcall of Lua 5.1 that is another one.
local function find_coroutines()
  local inner, is_main = running()
  local coxpcall = package.loaded.coxpcall
  if not inner or is_main then
    return nil
  elseif type(coxpcall) == "table" and coxpcall.running then
    return inner, (coxpcall.running())
  end
  return inner, inner
end

local function find_fault()
  if not find_coroutines() then
    return "the main coroutine cannot yield to luv's loop; call in coroutine.wrap(function() ... end)(),"
      .. " or pass blocking = true"
  elseif isyieldable and not isyieldable() then
    return "a C function that cannot yield, such as table.sort, has called this one; call outside of it, or"
      .. " pass blocking = true"
  end
end

-- The loop's time is that of its last turn.
local function start_timer(seconds, run)
  local timer = uv.new_timer()
  uv.update_time()
  timer:start(math.ceil(seconds * 1000), 0, function()
    timer:close()
    run()
  end)
  return timer
end

-- Gates ----------------------------------------------------------------------------------------------------

local Gate = {}
Gate.__index = Gate

-- The one place that yields. Whoever else resumes the coroutine finds that nothing has changed.
local function suspend(gate)
  while not (gate.is_open or gate.is_late) do
    coroutine.yield()
  end
end

-- Where Lua 5.1 and 5.2 cannot yield, that raises: the coroutine may wait elsewhere by now, for others.
local function is_suspended(coroutine_of_gate)
  local caller = status(coroutine_of_gate) == "suspended" and getinfo(coroutine_of_gate, 1, "f")
  return caller and caller.func == suspend
end

-- An error is the loop's to report; here it would keep others from being resumed.
local function fail(failed, problem)
  local text = debug.traceback(failed, tostring(problem))
  start_timer(0, function() error(text, 0) end)
end

local function resume(gate)
  local inner, outer = gate.inner, gate.outer
  if inner and is_suspended(inner) then
    local went_on, problem = coroutine.resume(outer)
    if not went_on then
      fail(outer, problem)
    end
  end
end

function Gate:open()
  self.is_open = true
  resume(self)
end

function Gate:wait(seconds)
  local fault = find_fault()
  if fault then
    return nil, fault
  end
  local timer
  self.is_late = false
  if seconds and not self.is_open then
    timer = start_timer(seconds, function()
      self.is_late = true
      resume(self)
    end)
  end
  self.inner, self.outer = find_coroutines()
  suspend(self)
  self.inner, self.outer = nil, nil
  if timer and not timer:is_closing() then
    timer:close()
  end
  local was_opened = self.is_open
  self.is_open = false
  return was_opened
end

function adapter.new_gate()
  return setmetatable({ is_open = false }, Gate)
end

-- The adapter ----------------------------------------------------------------------------------------------

function adapter.can_wait()
  local fault = find_fault()
  if fault then
    return nil, fault
  elseif not isyieldable then
    adapter.new_gate():wait(0)
  end
  return true
end

-- In a child process: what its parent has under way ends, and what comes gets a place of its own.
local function leave_place()
  local left = place
  if poll and not poll:is_closing() then
    poll:close()
  end
  place, poll = nil, nil
  left:deliver()
end

-- Somebody may have closed all handles of the loop. Nil: no descriptor can be had.
local function find_place(core)
  if place and not place:is_open() then
    leave_place()
  end
  place = place or deliveries.open(core)
  if place and (not poll or poll:is_closing()) then
    poll, place.is_watched = uv.new_poll(place.descriptor), false
  end
  return poll and place
end

local function on_readable()
  local own = place
  own:deliver()
  if own == place and own:is_idle() and not poll:is_closing() then
    own.is_watched = false
    poll:stop() -- so that the loop can end
  end
end

function adapter.start(core, exchange, again, on_done)
  local found = find_place(core)
  deliveries.start(found, core, exchange, again, on_done)
  if found and not place.is_watched and not place:is_idle() then
    place.is_watched = true
    poll:start("r", on_readable)
  end
end

--- Blocks where it cannot yield.
function adapter.sleep(core, seconds)
  if find_fault() then
    core.sleep(seconds)
  else
    adapter.new_gate():wait(seconds)
  end
end

return adapter
