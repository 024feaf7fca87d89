-- luacheck: std max+busted
local core = require "synthflow.core"
local cqueues = require "cqueues"
local fault_server = require "support.fault_server"
local process = require "support.process"

local function fault(run, ...)
  local ok, reason = pcall(run, ...)
  assert.is_false(ok)
  return tostring(reason)
end

local function is_readable(descriptor, seconds)
  local readable
  process.in_controller(function()
    local object = { pollfd = descriptor, events = "r" }
    readable = cqueues.poll(object, seconds or 0) == object
    cqueues.cancel(descriptor)
  end)
  return readable
end

describe("a mailbox", function()
  local server

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function client_of(kind, tag, settings)
    local all = { base_url = server:url(kind, tag), api_key = "key-0123456789", timeout = 5, retries = 0 }
    for name, value in pairs(settings or {}) do
      all[name] = value
    end
    return core.client(all)
  end

  local function prepare(client, request)
    request = request or {}
    request.method, request.path, request.effect = "GET", "/x", "read"
    return core.prepare(client, request)
  end

  -- What was given up before this may still have to be closed, by the engine's thread.
  local function await_rest()
    process.await(function() return core.stats().in_flight == 0 end)
  end

  local function collect(mailbox, count)
    local all = {}
    while #all < count and mailbox:wait(5) do
      for _, ticket in ipairs(mailbox:take()) do
        all[#all + 1] = ticket
      end
    end
    return all
  end

  describe("before it has anything", function()
    it("opens nothing until a descriptor is asked for", function()
      await_rest()
      local before = process.descriptors()
      local mailbox = core.mailbox()
      assert.equal(before, process.descriptors())
      assert.equal("synthflow.core.mailbox", tostring(mailbox))
      assert.equal(0, mailbox:count())
      assert.same({}, mailbox:take())
      assert.is_false(mailbox:wait(0))
    end)

    it("has one descriptor and closes it when it is collected", function()
      await_rest()
      collectgarbage()
      collectgarbage()
      local before = process.descriptors()
      local mailbox = core.mailbox()
      local descriptor = mailbox:descriptor()
      assert.is_true(descriptor > 2)
      assert.equal(descriptor, mailbox:descriptor())
      assert.is_false(is_readable(descriptor))
      mailbox = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      assert.equal(before, process.descriptors())
    end)

    it("says what it needs", function()
      local mailbox = core.mailbox()
      for _, seconds in ipairs { -1, 0 / 0, 1e9, "1", {} } do
        assert.matches("wait needs a number of seconds from 0 to ", fault(mailbox.wait, mailbox, seconds))
      end
      assert.matches("wait needs a number", fault(mailbox.wait, mailbox))
      for _, other in ipairs { {}, "mailbox", io.stdout } do
        assert.matches("a mailbox of synthflow.core is needed, not a ", fault(mailbox.take, other))
      end
    end)
  end)

  describe("and an exchange", function()
    it("that is prepared and not submitted sends nothing", function()
      local exchange = prepare(client_of("ok", "prepared"))
      assert.equal("synthflow.core.exchange (prepared)", tostring(exchange))
      assert.matches("has not been submitted", fault(core.wait, exchange, 0))
      assert.matches("not done yet", fault(core.result, exchange))
      core.cancel(exchange)
      exchange = nil -- luacheck: ignore
      collectgarbage()
      assert.equal(0, (server:received "prepared"))
    end)

    it("that is not one raises where it is prepared", function()
      assert.matches("method", fault(core.prepare, client_of("ok", "wrong"), {}))
    end)

    it("is submitted once, with a mailbox and a ticket or with neither", function()
      local client = client_of("ok", "once")
      local mailbox, exchange = core.mailbox(), prepare(client)
      for _, ticket in ipairs { -1, 0 / 0, 2 ^ 60, "1", {} } do
        assert.matches("submit needs a ticket", fault(core.submit, exchange, mailbox, ticket))
      end
      assert.matches("submit needs a ticket", fault(core.submit, exchange, mailbox))
      assert.matches("a mailbox of synthflow.core is needed", fault(core.submit, exchange, {}, 1))
      assert.matches("an exchange of synthflow.core is needed", fault(core.submit, {}, mailbox, 1))
      assert.equal(0, (server:received "once"))
      assert.is_true(core.submit(exchange))
      assert.matches("has been submitted", fault(core.submit, exchange))
      assert.is_true(core.wait(exchange, 5))
      assert.equal(200, core.result(exchange).status)
      assert.matches("has been submitted", fault(core.submit, exchange))
      assert.matches("has been submitted", fault(core.submit, core.start(client, {
        method = "GET", path = "/x", effect = "read",
      })))
    end)

    it("brings its ticket when it is done", function()
      local mailbox, exchange = core.mailbox(), prepare(client_of("delay-50", "brings"))
      assert.is_true(core.submit(exchange, mailbox, 2 ^ 53))
      assert.equal(1, mailbox:count())
      assert.is_false(mailbox:wait(0))
      assert.matches("not done yet", fault(core.result, exchange))
      assert.is_true(mailbox:wait(5))
      local tickets = mailbox:take()
      assert.same({ 2 ^ 53 }, tickets)
      if math.type then
        assert.equal("integer", math.type(tickets[1]))
      end
      assert.equal(0, mailbox:count())
      assert.equal(200, core.result(exchange).status)
    end)

    it("brings nothing when it has ended at once", function()
      local mailbox, client = core.mailbox(), client_of("ok", "refused")
      client:close()
      local exchange = prepare(client)
      assert.is_false(core.submit(exchange, mailbox, 1))
      assert.equal(0, mailbox:count())
      assert.equal("closed", core.result(exchange).outcome)
    end)

    it("brings its ticket when it is cancelled", function()
      local mailbox, exchange = core.mailbox(), prepare(client_of("silence", "cancelled"))
      core.submit(exchange, mailbox, 7)
      mailbox:wait(0.05)
      core.cancel(exchange)
      assert.same({ 7 }, collect(mailbox, 1))
      assert.equal("cancelled", core.result(exchange).outcome)
    end)

    it("brings its ticket once more when it is asked for again", function()
      local mailbox = core.mailbox()
      local exchange = prepare(client_of("sequence", "again/not_json,ok", { retries = 1 }))
      core.submit(exchange, mailbox, 3)
      assert.same({ 3 }, collect(mailbox, 1))
      assert.is_nil(core.result(exchange))
      assert.equal(1, mailbox:count())
      assert.same({ 3 }, collect(mailbox, 1))
      assert.equal(2, #core.result(exchange).attempts)
    end)

    it("outlives it", function()
      local exchange = prepare(client_of("delay-50", "outlives"))
      do
        local mailbox = core.mailbox()
        mailbox:descriptor()
        core.submit(exchange, mailbox, 1, true)
      end
      collectgarbage()
      collectgarbage()
      assert.is_true(core.wait(exchange, 5))
      assert.equal(200, core.result(exchange).status)
    end)
  end)

  describe("and many exchanges", function()
    it("brings them in the order in which they end, without a thread", function()
      local mailbox, silent = core.mailbox(), prepare(client_of("silence", "order", { timeout = 60 }))
      local had_thread = core.stats().thread
      core.submit(silent, mailbox, 1)
      for ticket = 2, 3 do
        core.submit(prepare(client_of("ok", "order")), mailbox, ticket)
        assert.same({ ticket }, collect(mailbox, 1))
      end
      core.cancel(silent)
      assert.same({ 1 }, collect(mailbox, 1))
      assert.equal(had_thread, core.stats().thread)
    end)

    it("brings more than it takes at once", function()
      local mailbox, client, exchanges = core.mailbox(), client_of("ok", "many"), {}
      for ticket = 1, 200 do
        exchanges[ticket] = prepare(client)
        core.submit(exchanges[ticket], mailbox, ticket, true)
      end
      for ticket = 1, 200 do
        assert.is_true(core.wait(exchanges[ticket], 5))
      end
      local tickets = mailbox:take()
      table.sort(tickets)
      assert.equal(200, #tickets)
      for ticket = 1, 200 do
        assert.equal(ticket, tickets[ticket])
      end
    end)

    it("makes its descriptor readable until all is taken", function()
      local mailbox, client = core.mailbox(), client_of("delay-20", "readable")
      local descriptor = mailbox:descriptor()
      for round = 1, 3 do
        local exchanges = { prepare(client), prepare(client) }
        for index, exchange in ipairs(exchanges) do
          core.submit(exchange, mailbox, round * 10 + index, true)
        end
        assert.is_true(is_readable(descriptor, 5))
        for _, exchange in ipairs(exchanges) do
          core.wait(exchange, 5)
        end
        assert.equal(2, #mailbox:take())
        assert.is_false(is_readable(descriptor))
      end
      assert.is_true(core.stats().thread)
    end)

    it("makes it readable for what came before", function()
      local mailbox, exchange = core.mailbox(), prepare(client_of("ok", "late"))
      core.submit(exchange, mailbox, 1)
      core.wait(exchange, 5)
      assert.is_true(is_readable(mailbox:descriptor(), 5))
    end)
  end)
end)
