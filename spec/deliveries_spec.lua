-- luacheck: std max+busted
local deliveries = require "synthflow.host.deliveries"

-- A core whose mail the test sends; what is submitted is noted.
local function imitate()
  local core = { submitted = {}, waits = 0, mail = {}, is_open = true, has_descriptor = true, accepts = true }
  local mailbox = {}
  function mailbox.descriptor()
    if core.has_descriptor then return 5 end
    return nil, "Too many open files"
  end
  function mailbox.wait(_, seconds)
    assert(seconds == 0)
    if core.is_open then return #core.mail > 0 end
  end
  function mailbox.take()
    local taken = core.mail
    core.mail = {}
    return taken
  end
  function core.mailbox() return mailbox end
  function core.submit(exchange, to, ticket, background)
    core.submitted[#core.submitted + 1] = {
      exchange = exchange, mailbox = to, ticket = ticket, background = background,
    }
    return core.accepts
  end
  function core.wait()
    core.waits = core.waits + 1
    return core.waits > 1
  end
  return core, mailbox
end

describe("deliveries", function()
  local core, mailbox, place, done

  local function start(exchange, again)
    local name = exchange.name
    deliveries.start(place, core, exchange, again, function() done[#done + 1] = name end)
  end

  local function send(...)
    for _, index in ipairs { ... } do
      core.mail[#core.mail + 1] = core.submitted[index].ticket
    end
  end

  before_each(function()
    core, mailbox = imitate()
    place, done = deliveries.open(core), {}
  end)

  it("are submitted for the engine's thread and reported when their mail is there", function()
    local first, second = { name = "first" }, { name = "second" }
    start(first)
    start(second)
    assert.equal(first, core.submitted[1].exchange)
    assert.equal(mailbox, core.submitted[1].mailbox)
    assert.is_true(core.submitted[1].background)
    place:deliver()
    assert.same({}, done)
    assert.is_false(place:is_idle())
    send(2)
    place:deliver()
    assert.same({ "second" }, done)
    assert.is_false(place:is_idle())
    send(1)
    place:deliver()
    assert.same({ "second", "first" }, done)
    assert.is_true(place:is_idle())
  end)

  it("are reported at once when they ended at their submission", function()
    core.accepts = false
    start { name = "refused" }
    assert.same({ "refused" }, done)
    assert.is_true(place:is_idle())
  end)

  it("are reported again when they are asked for again", function()
    local exchange = { name = "x" }
    start(exchange)
    send(1)
    place:deliver()
    start(exchange, true)
    assert.equal(1, #core.submitted)
    assert.is_false(place:is_idle())
    send(1)
    place:deliver()
    assert.same({ "x", "x" }, done)
  end)

  it("are not lost when they come again before somebody waits for them", function()
    local exchange, other = { name = "x" }, { name = "other" }
    start(exchange)
    start(other)
    send(1)
    place:deliver()
    send(1)
    place:deliver() -- for the sake of the other one
    start(exchange, true)
    assert.same({ "x", "x" }, done)
    start(exchange, true)
    assert.same({ "x", "x" }, done)
  end)

  it("may be started while others are reported", function()
    local first, second = { name = "first" }, { name = "second" }
    deliveries.start(place, core, first, false, function() start(second) end)
    send(1)
    place:deliver()
    assert.equal(2, #core.submitted)
    assert.is_false(place:is_idle())
    send(2)
    place:deliver()
    assert.same({ "second" }, done)
  end)

  it("hold whoever waits, and nobody afterwards", function()
    local held = setmetatable({}, { __mode = "k" })
    do
      local exchange, waiter = { name = "x" }, {}
      held[exchange], held[waiter] = true, true
      deliveries.start(place, core, exchange, false, function() done[1] = waiter end)
      core.submitted = { { ticket = core.submitted[1].ticket, waiter = true } }
    end
    collectgarbage()
    collectgarbage()
    local waiter = next(held)
    assert.is_truthy(waiter)
    waiter = nil -- luacheck: ignore
    send(1)
    place:deliver()
    done = {}
    collectgarbage()
    collectgarbage()
    assert.is_nil(next(held))
  end)

  it("of the process before a fork are ended, without touching its mail", function()
    start { name = "x" }
    send(1)
    core.is_open = false
    assert.is_false(place:is_open())
    assert.is_true(place:is_idle())
    place:deliver()
    assert.same({ "x" }, done)
    assert.equal(1, #core.mail)
  end)

  it("need a descriptor, and block without one", function()
    core.has_descriptor = false
    place = deliveries.open(core)
    assert.is_nil(place)
    start { name = "x" }
    assert.same({ "x" }, done)
    assert.equal(2, core.waits)
    assert.is_nil(core.submitted[1].mailbox)
  end)

  it("block for what was submitted elsewhere", function()
    start({ name = "x" }, true)
    assert.same({ "x" }, done)
    assert.equal(2, core.waits)
    assert.equal(0, #core.submitted)
  end)
end)
