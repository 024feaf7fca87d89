--- For adapters of event loops: the engine's thread carries out their exchanges, and what is done comes back
-- through one descriptor.

local deliveries = {}

local methods = {}
local metatable = { __index = methods }

--- A new place for them; nil when there is no descriptor for it.
function deliveries.open(core)
  local mailbox = core.mailbox()
  local descriptor = mailbox:descriptor()
  return descriptor and setmetatable({
    mailbox = mailbox,
    descriptor = descriptor, -- readable when deliver() has something to do; closed with this place
    last_ticket = 0,
    waiting = {}, -- letters by their tickets, as long as somebody waits for them: so that nobody is collected
    by_ticket = setmetatable({}, { __mode = "v" }),
    by_exchange = setmetatable({}, { __mode = "k" }),
  }, metatable)
end

local function arrive(place, letter)
  local on_done = letter.on_done
  letter.on_done, place.waiting[letter.ticket] = nil, nil
  if on_done then
    on_done()
  else
    letter.has_come = true -- it is asked for again, by somebody who does not wait yet
  end
end

local function expect(place, letter, on_done)
  letter.on_done, place.waiting[letter.ticket] = on_done, letter
  if letter.has_come then
    letter.has_come = nil
    arrive(place, letter)
  end
end

local function submit(place, core, exchange, on_done)
  local letter = { ticket = place.last_ticket + 1 }
  place.last_ticket = letter.ticket
  if core.submit(exchange, place.mailbox, letter.ticket, true) then
    place.by_ticket[letter.ticket], place.by_exchange[exchange] = letter, letter
    expect(place, letter, on_done)
  else
    on_done()
  end
end

-- Without a place, or after it was submitted elsewhere.
local function block(core, exchange, again, on_done)
  if not again then
    core.submit(exchange)
  end
  while not core.wait(exchange, 0.25) do end
  on_done()
end

--- As an adapter's start. Where `place` is nil it blocks: no descriptor can be had, so little else will work.
function deliveries.start(place, core, exchange, again, on_done)
  local letter = place and place.by_exchange[exchange]
  if letter then
    expect(place, letter, on_done)
  elseif place and not again then
    submit(place, core, exchange, on_done)
  else
    block(core, exchange, again, on_done)
  end
end

--- Whether something can come: not in a child process where this place is its parent's.
function methods:is_open()
  return self.mailbox:wait(0) ~= nil
end

--- Whether there is nothing more to be waited for.
function methods:is_idle()
  return next(self.waiting) == nil or not self:is_open()
end

-- What can no longer come has ended: the core says how.
local function end_all(place)
  local letters = {}
  for _, letter in pairs(place.waiting) do
    letters[#letters + 1] = letter
  end
  for _, letter in ipairs(letters) do
    arrive(place, letter)
  end
end

--- Calls on_done of all that is done.
function methods:deliver()
  if not self:is_open() then
    return end_all(self) -- and the bytes at the descriptor are the parent's
  end
  local tickets = self.mailbox:take()
  for index = 1, #tickets do
    local letter = self.by_ticket[tickets[index]]
    if letter then
      arrive(self, letter)
    end
  end
end

return deliveries
