-- A real Kamailio whose route script asks the platform while a call waits, driven by sipp.

local fault_server = require "support.fault_server"
local in_time = require "support.in_time"
local kamailio = require "hosts.kamailio.server"
local process = require "support.process"
local readme = require "support.readme"
local request_suite = require "support.request_suite"
local sandbox = require "synthflow.sandbox"
local sandbox_control = require "support.sandbox_control"

local AGENTS, DESK = "sip.synthflow.example", "desk.example.com"
local NUMBER = "+33782990580"
local DEADLINE = 2
local LATEST = DEADLINE + 1.2 -- twice the deadline takes what waits first and then has one of its own
local ASKERS, QUEUED = 8, 8

-- Kamailio has the same Lua whichever runs this file.
local missing, on_purpose = kamailio.missing()
if not missing and (_VERSION ~= "Lua 5.1" or rawget(_G, "jit")) then
  missing, on_purpose = "Kamailio's Lua is 5.1, so this is done once, on that", true
end
if missing then
  describe("Kamailio", function()
    it("asks the platform without blocking its SIP workers", function()
      if not on_purpose then process.want(missing) end
      pending(missing)
    end)
  end)
  return
end

local platform

local function control(...)
  return sandbox_control(platform, ...)
end

local function fault(fields)
  fields.method, fields.route = "GET", "/numbers/{phone_number_slug}"
  control("POST", "/_sandbox/faults", fields)
end

local function import(number)
  control("POST", "/custom-numbers", { workspace_id = platform.workspace_id, phone_number = number })
end

local function asked()
  return #control("GET", "/_sandbox/requests").requests
end

local function start(script, answers_pings)
  return kamailio.start(script, {
    SYNTHFLOW_BASE_URL = platform.base_url, SYNTHFLOW_API_KEY = platform.api_key,
    SYNTHFLOW_WORKSPACE_ID = platform.workspace_id,
  }, answers_pings)
end

-- Every host's. The code of a case runs in Kamailio, so only its name is sent. Kamailio itself has no place
-- that cannot wait; the cases that want one are run in a task, below a function of C.
describe("Kamailio", function()
  local faults, server

  setup(function()
    faults = fault_server.start()
    server = kamailio.start("spec/hosts/kamailio/suite.lua", {
      SUITE_ORIGIN = "http://127.0.0.1:" .. faults.plain,
    })
  end)
  teardown(function()
    if server then server:stop() end
    faults:stop()
  end)

  local function define(role)
    request_suite.define { it = it, elsewhere = function(name, place)
      local called = ("%s.%s.%s"):format(role, place, name)
      local result = server:sipp("ping.xml", { calls = 1, number = called }):finish()
      assert.equal(0, result.failed, result.errors)
    end }
  end

  describe("in a process that asks", function() define "asker" end)
  describe("in its SIP worker", function() define "worker" end)
end)

describe("the route script", function()
  local server

  setup(function()
    platform = sandbox.start()
    server = start "spec/hosts/kamailio/route.lua"
  end)
  teardown(function()
    if server then server:stop() end
    platform.stop()
  end)
  before_each(function() control("POST", "/_sandbox/reset") end)

  local function invite(calls, options)
    options = options or {}
    options.calls, options.number = calls, NUMBER
    return server:sipp("invite.xml", options)
  end

  local function await_questions(count)
    process.await(function() return asked() >= count end)
    assert.equal(count, asked())
  end

  it("sends calls to a number that an agent has to the agents", function()
    fault { status = 200, body = { phone_number = NUMBER, assistants = { "an-agent" } } }
    local result = invite(1):finish()
    assert.same({ [AGENTS] = 1 }, result.hosts, result.errors)
    assert.equal(1, asked())
  end)

  it("sends calls to a number without an agent, and to an unknown one, to the desk", function()
    assert.same({ [DESK] = 1 }, invite(1):finish().hosts)
    import(NUMBER)
    assert.same({ [DESK] = 1 }, invite(1):finish().hosts)
    assert.equal(3, asked())
  end)

  it("leaves the one SIP worker free while all who ask wait", function()
    fault { times = ASKERS, delay = 1.2, status = 200, body = { assistants = { "an-agent" } } }
    local waiting = invite(ASKERS)
    await_questions(ASKERS)
    local pings = server:sipp("ping.xml", { calls = 50, rate = 100 }):finish()
    local during = asked()
    local answered = waiting:finish()

    assert.equal(0, pings.failed, pings.errors)
    assert.is_true(pings.times[50] < 0.8, pings.times[50] .. " s for a ping")
    assert.is_true(pings.times[25] < 0.4, pings.times[25] .. " s for half of the pings")
    assert.equal(ASKERS, during)
    assert.same({ [AGENTS] = ASKERS }, answered.hosts, answered.errors)
    assert.is_true(answered.times[1] >= 1.1, "the pings came while nobody waited")
    assert.is_true(answered.times[ASKERS] < LATEST, answered.times[ASKERS] .. " s for an INVITE")
  end)

  it("answers each call by the deadline when the platform is silent", function()
    local calls = ASKERS + QUEUED
    in_time(function()
      control("POST", "/_sandbox/reset")
      fault { times = calls, delay = 20 }
      local result = invite(calls, { rate = 500 }):finish()
      assert.same({ [DESK] = calls }, result.hosts, result.errors)
      assert.is_true(result.times[calls] <= LATEST, result.times[calls] .. " s")
      -- One is answered at once if the queue is full before all who ask have taken one from it. If all
      -- come in time, there is none left in which to ask for those that were in the queue.
      if result.times[1] <= DEADLINE - 0.1 then return "one took " .. result.times[1] .. " s" end
      if asked() ~= ASKERS then return asked() .. " calls were asked for" end
    end)
  end)

  it("lets no call wait that nobody will have time to ask for", function()
    local calls = ASKERS + QUEUED + 24
    fault { times = calls, delay = 20 }
    local first = invite(ASKERS)
    await_questions(ASKERS)
    local result = invite(calls - ASKERS):finish()
    assert.same({ [DESK] = calls - ASKERS }, result.hosts, result.errors)
    assert.is_true(result.times[24] < 1, result.times[24] .. " s")
    assert.is_true(result.times[calls - ASKERS] <= LATEST)
    assert.same({ [DESK] = ASKERS }, first:finish().hosts)
  end)

  it("asks once, however often the INVITE comes", function()
    fault { delay = 0.3 }
    local result = server:sipp("invite_twice.xml", { calls = 1, number = NUMBER }):finish()
    assert.same({ [DESK] = 1 }, result.hosts, result.errors)
    assert.equal(1, asked())
  end)

  it("lets a caller hang up meanwhile", function()
    fault { delay = 1.8 }
    local result = server:sipp("cancel.xml", { calls = 1, number = NUMBER }):finish()
    assert.equal(0, result.failed, result.errors)
    assert.is_true(result.times[1] < 1.2, result.times[1] .. " s")
    assert.same({ [DESK] = 1 }, invite(1):finish().hosts)
  end)

  it("asks nothing about what is no number", function()
    for _, number in ipairs { "..", "help" } do
      local result = server:sipp("invite.xml", { calls = 1, number = number }):finish()
      assert.truthy(result.errors:find("404 Not Found", 1, true), result.errors)
    end
    assert.equal(0, asked())
  end)

  it("sends calls to the desk when the platform is gone, and says why", function()
    platform.stop()
    local result = invite(ASKERS):finish()
    assert.same({ [DESK] = ASKERS }, result.hosts, result.errors)
    assert.is_true(result.times[ASKERS] <= LATEST, result.times[ASKERS] .. " s")
    assert.truthy(server:log():find("phone_numbers:get: ", 1, true))
    assert.falsy(server:log():find(platform.api_key, 1, true))
  end)
end)

describe("the route script of the README", function()
  it("does the same in short", function()
    platform = sandbox.start()
    local script = readme.file "route.lua"
    local server = start(script, false)
    local ran, problem = pcall(function()
      assert.same({ [DESK] = 1 }, server:sipp("invite.xml", { calls = 1, number = NUMBER }):finish().hosts)
      fault { times = ASKERS, delay = 1, status = 200, body = { assistants = { "an-agent" } } }
      local result = server:sipp("invite.xml", { calls = ASKERS, number = NUMBER }):finish()
      assert.same({ [AGENTS] = ASKERS }, result.hosts, result.errors)
      assert.is_true(result.times[ASKERS] < 1.9, result.times[ASKERS] .. " s")
    end)
    server:stop()
    os.remove(script)
    platform.stop()
    if not ran then error(problem, 0) end
  end)
end)
