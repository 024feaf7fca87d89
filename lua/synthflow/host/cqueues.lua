--- Waiting in a coroutine of a cqueues controller: the others of the controller run meanwhile.

-- luacheck: read globals coroutine.isyieldable
local auxlib = require "cqueues.auxlib"
local condition = require "cqueues.condition"
local cqueues = require "cqueues"
local deliveries = require "synthflow.host.deliveries"

local adapter = {}

local running = coroutine.running
local isyieldable = coroutine.isyieldable -- nil in Lua 5.1 and 5.2: there a yield that is not possible raises

-- One for each controller. What is done comes to a coroutine of the controller, which exists only while
-- something is under way, so that the controller's loop can end.
local places = setmetatable({}, { __mode = "k" })

-- A coroutine between this one and the controller must hand up what cqueues yields: those of cqueues.auxlib
-- do, where a program has put them in the place of Lua's own, and those of coxpcall do.
local function reaches_controller()
  local coxpcall = package.loaded.coxpcall
  return coroutine.wrap == auxlib.wrap or coroutine.resume == auxlib.resume
    or type(coxpcall) == "table" and coxpcall.running and coxpcall.running() ~= running()
end

local function find_fault()
  local controller, is_direct = cqueues.running()
  if not controller then
    return "no cqueues controller runs here; start it by controller:wrap, or pass blocking = true"
  elseif not is_direct and not reaches_controller() then
    return "this coroutine is not the cqueues controller's own; start it by controller:wrap, or pass"
      .. " blocking = true"
  elseif isyieldable and not isyieldable() then
    return "a C function that cannot yield, such as table.sort, has called this one; call outside of it, or"
      .. " pass blocking = true"
  end
end

function adapter.can_wait()
  local fault = find_fault()
  if fault then
    return nil, fault
  elseif not isyieldable then
    cqueues.poll(0)
  end
  return true
end

local function place_of(core, controller)
  local place = places[controller]
  if place and not place:is_open() then
    cqueues.cancel(place.descriptor)
    place:deliver()
    place = nil
  end
  place = place or deliveries.open(core)
  places[controller] = place
  return place
end

local function watch(place)
  local readable = { pollfd = place.descriptor, events = "r" }
  repeat
    cqueues.poll(readable)
    place:deliver()
  until place:is_idle()
  place.is_watched = false
end

function adapter.start(core, exchange, again, on_done)
  local controller = cqueues.running()
  local place = place_of(core, controller)
  deliveries.start(place, core, exchange, again, on_done)
  if place and not place.is_watched and not place:is_idle() then
    place.is_watched = true
    controller:wrap(watch, place)
  end
end

local Gate = {}
Gate.__index = Gate

function Gate:open()
  self.is_open = true
  self.opened:signal()
end

function Gate:wait(seconds)
  local fault = find_fault()
  if fault then
    return nil, fault
  end
  local ends = seconds and cqueues.monotime() + seconds
  while not self.is_open do
    local left = ends and ends - cqueues.monotime()
    if left and left <= 0 then
      return false
    end
    self.opened:wait(left)
  end
  self.is_open = false
  return true
end

function adapter.new_gate()
  return setmetatable({ opened = condition.new(), is_open = false }, Gate)
end

--- Blocks where it cannot yield.
function adapter.sleep(core, seconds)
  if find_fault() then
    core.sleep(seconds)
  else
    cqueues.poll(seconds)
  end
end

return adapter
