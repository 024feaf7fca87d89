--- Many at once: a group runs functions, each in a coroutine of its own, in the coroutine that asks for their
-- results. To a call in one of them the group is the host, so this is an adapter as well (see hosts.lua): the
-- call yields to the group, which submits its request, runs the other functions meanwhile, and waits, for all
-- of them at once, as the host around it does.

local hosts = require "synthflow.hosts"
local openresty = require "synthflow.host.openresty"
local values = require "synthflow.values"

local tasks = {}

local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local running, yield = coroutine.running, coroutine.yield
-- Not in every Lua; without isyieldable, a yield that is not possible raises.
local close, isyieldable = coroutine.close, coroutine.isyieldable -- luacheck: ignore 143
if not isyieldable and openresty.is_here() then
  isyieldable = openresty.is_yieldable
end
local in_task = hosts.tasks

-- Yielded first by whoever waits for the group, before: core, exchange, again, seconds. A core of false only
-- asks whether the group can wait; without one it waits for group:go_on.
local WAIT = {}

-- The host around knows a task by no more than this number, so that those of a group that nobody holds any
-- longer are collected, which cancels their requests.
local by_number = setmetatable({}, { __mode = "v" })
local last_number = 0

-- Tasks ----------------------------------------------------------------------------------------------------
-- A task: group, coroutine, index, on_done; while it waits parked, and what for: exchange, wakes_at; then
-- what its yield returns: value, reason, submitted.

local Task = {}
Task.__index = Task

--- How a call of a client whose host is `named` waits in this task.
function Task:adapter(named)
  local group = self.group
  if not group.outer then
    group.named = named
    group:attach()
  end
  return tasks
end

local function wake(task, value, reason)
  if not task.parked then
    return
  end
  local group = task.group
  task.submitted = task.exchange ~= nil
  task.parked, task.exchange, task.value, task.reason = false, nil, value, reason
  if task.wakes_at then
    task.wakes_at, group.sleeping = nil, group.sleeping - 1
  end
  group.last_ready = group.last_ready + 1
  group.ready[group.last_ready] = task
  if group.gate then
    group.gate:open()
  end
end

local function new_task(group)
  last_number = last_number + 1
  local number = last_number
  local task = setmetatable({ group = group, parked = false }, Task)
  by_number[number] = task
  function task.on_done()
    local done = by_number[number]
    if done then
      wake(done, true)
    end
  end
  return task
end

-- The adapter ----------------------------------------------------------------------------------------------

local CANNOT = "a function of C, such as table.sort or string.gsub, stands between the call and its task: "
  .. "make the call outside of it"

local function current()
  return in_task[running() or false]
end

function tasks.can_wait()
  if isyieldable and not isyieldable() then
    return nil, CANNOT
  end
  return yield(WAIT, false)
end

function tasks.wait(core, exchange, again)
  if isyieldable and not isyieldable() then
    return nil, CANNOT
  end
  return yield(WAIT, core, exchange, again)
end

-- Tasks of tasks submit as the outermost group does.
function tasks.start(...)
  local group = current().group
  while group.outer == tasks do
    group = group.parent.group
  end
  return group.outer.start(...)
end

function tasks.sleep(core, seconds)
  yield(WAIT, core, nil, nil, seconds)
end

--- Holds a call attempt back until it may start, so that waiting for that is no part of its timeout. The
-- group begins nothing new meanwhile. Another program that uses up the rate is not known here.
function tasks.take_turn(link)
  local rate, core = link.calls_per_second, link.core
  if not rate or link.closed or isyieldable and not isyieldable() then
    return
  end
  local now = core.clock()
  local turn = math.max(link.next_turn or now, now)
  link.next_turn = turn + 1 / rate
  if turn > now then
    local group = current().group
    group.held = group.held + 1
    tasks.sleep(core, turn - now)
    group.held = group.held - 1
  end
end

local Gate = {}
Gate.__index = Gate

function Gate:open()
  self.is_open = true
  if self.task then
    wake(self.task, true)
  end
end

function Gate:wait(seconds)
  if not self.is_open then
    self.task = current()
    local woken, reason = yield(WAIT, self.core, nil, nil, seconds)
    self.task = nil
    if woken == nil then
      return nil, reason
    end
  end
  local was_open = self.is_open
  self.is_open = false
  return was_open
end

function tasks.new_gate(core)
  return setmetatable({ core = core, is_open = false }, Gate)
end

-- Groups ---------------------------------------------------------------------------------------------------

local Group = {}
Group.__index = Group

--- `ended(task, result, raised)` is called for each task that has ended: result is { ok, value, err }.
function tasks.new_group(ended)
  return setmetatable({
    ended = ended,
    alive = 0,       -- tasks that have begun and not ended
    all = {},        -- set of them
    spare = {},      -- ended ones, to be used again
    held = 0,        -- call attempts whose turn has not come
    sleeping = 0,    -- tasks with a wakes_at
    ready = {}, last_ready = 0,
  }, Group)
end

-- The host around, in which the group waits.
function Group:attach()
  if self.parent then
    self.outer = self.parent:adapter(self.named)
  else
    self.outer = hosts.around(self.named)
  end
  return self.outer
end

--- To be called in the coroutine that is going to call the other methods, as it may be another one each time.
function Group:enter()
  self.parent, self.outer, self.may_wait = current(), nil, nil
end

function Group:can_wait()
  if self.may_wait == nil then
    local can_wait, reason = (self.outer or self:attach()).can_wait()
    self.may_wait, self.cannot = can_wait or false, reason
  end
  return self.may_wait
end

-- Lets a task wait for an exchange, for seconds, or until it is woken.
function Group:park(task, core, exchange, again, seconds)
  task.parked = true
  if core == nil then
    return
  elseif not self:can_wait() then
    return wake(task, nil, self.cannot)
  elseif not core then
    return wake(task, true)
  end
  self.core = core
  if seconds then
    task.wakes_at, self.sleeping = core.clock() + seconds, self.sleeping + 1
  end
  if exchange then
    task.exchange = exchange
    self.outer.start(core, exchange, again, task.on_done)
  end
end

-- What was raised, and where; its coroutine is not used any more.
local function with_traceback(coroutine_of, raised)
  local text = tostring(raised)
  if debug and debug.traceback then
    text = debug.traceback(coroutine_of, text)
  end
  if close then
    close(coroutine_of)
  end
  return text
end

function Group:finish(task, result, raised)
  in_task[task.coroutine], self.all[task] = nil, nil
  self.alive = self.alive - 1
  self.ended(task, result, raised)
  task.coroutine = nil
  if self.spare then
    self.spare[#self.spare + 1] = task
  end
end

local function result_of(first, second)
  if first == nil and second ~= nil then
    return { ok = false, err = second }
  end
  return { ok = true, value = first }
end

local function can_forward()
  if isyieldable then
    return isyieldable()
  end
  local inside, is_main = running()
  return inside and not is_main
end

local settle

-- It has yielded to somebody else: to the host around, as far as that is asked.
local function forward(group, task, ...)
  if can_forward() then
    return settle(group, task, resume(task.coroutine, yield(...)))
  end
  local text = with_traceback(task.coroutine, "it yields, but nobody around this program takes that")
  return group:finish(task, { ok = false, err = text }, text)
end

function settle(group, task, ran, first, ...)
  if not ran then
    local text = with_traceback(task.coroutine, first)
    return group:finish(task, { ok = false, err = text }, first)
  elseif first == WAIT then
    return group:park(task, ...)
  elseif status(task.coroutine) == "dead" then
    return group:finish(task, result_of(first, (...)))
  end
  return forward(group, task, first, ...)
end

--- Runs a function, up to where it first waits.
function Group:begin(run, index, ...)
  local task = self.spare and table.remove(self.spare) or new_task(self)
  task.coroutine, task.index = create(run), index
  in_task[task.coroutine], self.all[task] = task, true
  self.alive = self.alive + 1
  settle(self, task, resume(task.coroutine, ...))
  return task
end

--- Runs a task on that has parked itself with tasks.rest.
function Group:go_on(task)
  task.parked = false
  settle(self, task, resume(task.coroutine))
end

--- Of a task: waits for group:go_on.
function tasks.rest()
  yield(WAIT)
end

-- Seconds until the first of those that sleep is to be woken.
function Group:next_wake(now)
  local soonest
  for task in pairs(self.all) do
    local at = task.wakes_at
    if at and (not soonest or at < soonest) then
      soonest = at
    end
  end
  return soonest and soonest - now
end

function Group:wake_sleepers(now)
  local due = {}
  for task in pairs(self.all) do
    if task.wakes_at and task.wakes_at <= now then
      due[#due + 1] = task
    end
  end
  table.sort(due, function(a, b) return a.wakes_at < b.wakes_at end)
  for _, task in ipairs(due) do
    wake(task, false)
  end
end

-- The host around waits no more: what is under way is ended, by those who wait for it.
function Group:give_up(reason)
  self.spare, self.may_wait, self.cannot = nil, false, reason -- an on_done may still come
  for task in pairs(self.all) do
    wake(task, nil, reason)
  end
end

-- Until a task is ready.
function Group:wait()
  local core = self.core
  if not self:can_wait() then
    error("synthflow: this place cannot wait: " .. tostring(self.cannot), 0)
  end
  local seconds = self.sleeping > 0 and math.max(self:next_wake(core.clock()), 0) or nil
  local woken, reason = false, nil
  if seconds ~= 0 then
    self.gate = self.outer.new_gate(core)
    woken, reason = self.gate:wait(seconds)
    self.gate = nil
  end
  if woken == nil then
    self:give_up(reason)
  elseif self.sleeping > 0 then
    self:wake_sleepers(core.clock())
  end
end

--- Runs each task that is ready until it waits again; waits for one if there is none. False when all tasks
-- have ended.
function Group:turn()
  if self.last_ready == 0 then
    if self.alive == 0 then
      return false
    end
    self:wait()
  end
  local ready, last = self.ready, self.last_ready
  self.ready, self.last_ready = {}, 0
  for index = 1, last do
    local task = ready[index]
    if task.coroutine then
      settle(self, task, resume(task.coroutine, task.value, task.reason, task.submitted))
    end
  end
  return true
end

--- Cancels what its tasks wait for, at once: none is sent because another one has ended. They are not run
-- any more.
function Group:close()
  local exchanges = {}
  for task in pairs(self.all) do
    exchanges[#exchanges + 1] = task.exchange
  end
  if #exchanges > 0 then
    self.core.cancel(exchanges)
  end
  for task in pairs(self.all) do
    in_task[task.coroutine], task.parked, task.coroutine = nil, false, nil
  end
  self.all, self.alive, self.ready, self.last_ready = {}, 0, {}, 0
end

-- parallel -------------------------------------------------------------------------------------------------

local function check_functions(functions)
  local usage, faults = require "synthflow.usage", {}
  if not values.is_list(functions) then
    usage.raise("synthflow.parallel", { "takes a list of functions: synthflow.parallel { f, g }" })
  end
  for index = 1, #functions do
    if type(functions[index]) ~= "function" then
      faults[#faults + 1] = usage.mismatch(("function %d"):format(index), "a function", functions[index])
    end
  end
  if #faults > 0 then
    usage.raise("synthflow.parallel", faults)
  end
end

--- Runs all functions at once: see synthflow.parallel.
function tasks.parallel(functions)
  check_functions(functions)
  local results = {}
  local group = tasks.new_group(function(task, result) results[task.index] = result end)
  group:enter()
  for index = 1, #functions do
    group:begin(functions[index], index)
  end
  while group:turn() do end
  return results
end

return tasks
