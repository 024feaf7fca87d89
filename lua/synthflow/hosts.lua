--- How a call waits where it is made. Each way is an adapter, a table:
--
--   can_wait()         true, or nil and why not: one clause, with the remedy. Asked before anything is sent.
--                      Where Lua cannot tell (5.1, 5.2), an adapter that yields tries it, which raises.
--   start(core, exchange, again, on_done)
--                      submits, unless `again` (then it is under way already); calls on_done() once when it
--                      is done, at once if it is already
--   new_gate(core)     gate:wait(seconds) waits until gate:open() was called, before or meanwhile, and shuts
--                      it again: true; false when the seconds, if given, are over first; nil and why when it
--                      cannot wait
--   sleep(core, seconds)
--   wait(core, exchange, again)
--                      only where that is quicker than the four above: true, or nil and why not
--   take_turn(link)    only of tasks: before a call attempt, where the client limits their rate

local openresty = require "synthflow.host.openresty"
local plain = require "synthflow.host.plain"

local hosts = {}

local loaded, running = package.loaded, coroutine.running

--- The tasks that run, by their coroutines. Weak in both: a task holds its coroutine.
hosts.tasks = setmetatable({}, { __mode = "kv" })

local in_openresty = openresty.is_here()
local in_task = hosts.tasks

--- The way of the program around, tasks aside; `named` is what the client says.
function hosts.around(named)
  if named then
    return named
  elseif in_openresty then
    return openresty
  end
  local cqueues = loaded.cqueues
  if cqueues and cqueues.running() then
    return require "synthflow.host.cqueues"
  end
  return plain
end

--- The way of one call of a client, here and now.
function hosts.of(link, call)
  if call and call.blocking then
    return plain
  end
  local task = in_task[running() or false]
  if task then
    return task:adapter(link.host)
  end
  return hosts.around(link.host)
end

--- Waits until the exchange is done, and submits it before, unless `again`. True; or nil, why not, and
-- whether it was submitted.
function hosts.wait(adapter, core, exchange, again)
  if adapter.wait then
    return adapter.wait(core, exchange, again)
  end
  local can_wait, reason = adapter.can_wait()
  if not can_wait then
    return nil, reason
  end
  local gate = adapter.new_gate(core)
  adapter.start(core, exchange, again, function() gate:open() end)
  local done, problem = gate:wait()
  return done, problem, true
end

--- Lets seconds pass, in the way of that call if one is given; below 0, none.
function hosts.sleep(link, seconds, call)
  if seconds > 0 then
    hosts.of(link, call).sleep(link.core, seconds)
  end
end

return hosts
