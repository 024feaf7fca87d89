--- Waiting for many at once in a program that may block. Whoever waits drives the engine, so one thread is
-- enough for all of them.

local plain = {}

local STEP = 0.25 -- as in synthflow.host.plain

local mailbox, last_core     -- of this Lua state
local last_ticket = 0
local waiting, count = {}, 0 -- on_done by ticket; how many
-- Kept as long as their owners keep the exchanges: the same ticket comes again.
local tickets = setmetatable({}, { __mode = "k" })

local function expect(ticket, on_done)
  waiting[ticket], count = on_done, count + 1
end

function plain.start(core, exchange, again, on_done)
  if again then
    return expect(tickets[exchange], on_done)
  end
  mailbox, last_core = mailbox or core.mailbox(), core
  last_ticket = last_ticket + 1
  if core.submit(exchange, mailbox, last_ticket) then
    tickets[exchange] = last_ticket
    expect(last_ticket, on_done)
  else
    on_done()
  end
end

local function deliver(ticket)
  local on_done = waiting[ticket]
  if on_done then
    waiting[ticket], count = nil, count - 1
    on_done()
  end
end

-- The engine has stopped, or is the one before a fork: each exchange has to be ended by itself.
local function end_all(core)
  local ended = {}
  for exchange, ticket in pairs(tickets) do
    if waiting[ticket] then
      core.wait(exchange, 0)
      ended[#ended + 1] = ticket
    end
  end
  mailbox, tickets = nil, setmetatable({}, { __mode = "k" })
  for _, ticket in ipairs(ended) do
    deliver(ticket)
  end
  waiting, count = {}, 0
end

-- Asked once by each group of tasks: its requests shall not go to the engine of the process before a fork.
function plain.can_wait()
  if mailbox and mailbox:wait(0) == nil then
    end_all(last_core)
  end
  return true
end

-- Drives until something is done or the seconds are over.
local function drive(core, seconds)
  local mail = mailbox:wait(seconds)
  if mail == nil then
    return end_all(core)
  end
  local done = mail and mailbox:take() or {}
  for index = 1, #done do
    deliver(done[index])
  end
end

local Gate = {}
Gate.__index = Gate

function Gate:open()
  self.is_open = true
end

function Gate:wait(seconds)
  local core = self.core
  local ends = seconds and core.clock() + seconds
  while not self.is_open do
    local left = ends and ends - core.clock()
    if left and left <= 0 then
      return false
    elseif count > 0 then
      drive(core, left and left < STEP and left or STEP)
    elseif left then
      core.sleep(left)
    else
      return nil, "nothing is under way that could be waited for"
    end
  end
  self.is_open = false
  return true
end

function plain.new_gate(core)
  return setmetatable({ core = core, is_open = false }, Gate)
end

return plain
