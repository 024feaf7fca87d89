-- What failing_allocator runs: all that allocates in the core ("core") or in the whole library
-- ("library"). With SYNTHFLOW_TEST_URL, the fault server's origin, requests too.

-- luacheck: globals begin jit

local cqueues = require "cqueues"

local part = ...
local url = os.getenv "SYNTHFLOW_TEST_URL"

-- The error of a call that has to fail; running out of memory is passed on.
local function fault(run, ...)
  local ok, reason = pcall(run, ...)
  assert(not ok, "it did not fail")
  reason = tostring(reason)
  -- Lua 5.2 takes a stack that cannot grow for one that has grown too large.
  if reason:find("not enough memory", 1, true) or reason:find("stack overflow", 1, true) then
    error(reason, 0)
  end
  return reason
end

-- Mail that could not be taken is told of all the same.
local function use_mailbox(core, client)
  local box = core.mailbox()
  local descriptor = assert(box:descriptor())
  local exchange = core.prepare(client, { method = "GET", path = "/x", effect = "read" })
  assert(core.submit(exchange, box, 7, true))
  repeat until box:wait(0.25)
  local taken, tickets = pcall(box.take, box)
  if not taken then
    assert(cqueues.poll({ pollfd = descriptor, events = "r" }, 1) ~= 1, "mail is left, and not told of")
    error(tickets, 0)
  end
  assert(tickets[1] == 7 and core.result(exchange).outcome == "response")
end

local function use_core()
  begin()
  local core = require "synthflow.core"
  local client = core.client {
    base_url = url and url .. "/ok" or "http://127.0.0.1:9/v2", api_key = " sk-secret\n", timeout = 5,
    connections = 4, user_agent = "failing/1", ca_file = "/nowhere.pem",
  }
  assert(tostring(client):find("synthflow.core.client", 1, true))
  assert(client:mask "a sk-secret b" == "a *** b")
  assert(fault(core.client, { api_key = "a\nb", foo = 1 }):find("foo is not a setting", 1, true))

  local text = core.encode {
    list = { 1, 2.5, "x", { core.null, true } }, empty = setmetatable({}, core.list_metatable),
    name = ("n\n"):rep(500), inner = { a = { b = { c = {} } } },
    number = 491511234567890,
  }
  local value = assert(core.decode(text))
  assert(value.number == 491511234567890 and value.list[4][1] == core.null)
  assert(core.encode(value.inner) == '{"a":{"b":{"c":{}}}}')
  assert(assert(core.decode "[12345678901234567890123]")[1] == 12345678901234567890123)
  local nothing, reason = core.decode '{"a":'
  assert(nothing == nil and not reason:find("memory", 1, true) or error(reason, 0))
  assert(fault(core.encode, { a = { b = { 1, print } } }) == "value.a.b[2]: a function cannot be sent")

  local request = {
    method = "POST", path = "/custom-numbers", effect = "creates", timeout = 5,
    query = { a = { 1, 2 }, b = "x y" }, headers = { ["X-One"] = "1" }, api_key = "other",
    body = { phone_number = "+33782990580", list = { { a = 1 }, { b = core.null } } },
  }
  if url then
    use_mailbox(core, client)
    local result = core.request(client, request)
    assert(result.outcome == "response", result.message)
    assert(result.data.response.method == "POST" and result.headers["content-type"])
  end
  request.body = { ("x"):rep(2000), { print } }
  assert(fault(core.start, client, request) == "body[2][1]: a function cannot be sent")
  local exchange = core.start(client, { method = "GET", path = "/x", effect = "read" })
  assert(tostring(exchange):find("synthflow.core.exchange", 1, true))
  core.cancel(exchange)
  assert(core.info().curl and core.stats().submitted > 0)
  request.body = { name = "x" }
  local described = core.describe(client, request)
  assert(described.body == '{"name":"x"}' and described.headers[1][1] == "Accept" and described.has_key)
  assert(#core.random() == 32 and core.clock() > 0)
  core.sleep(0)
  if url then
    local failing = core.client { base_url = url .. "/retry_after_ms-503/again", api_key = "k", retries = 1 }
    local result = core.request(failing, { method = "GET", path = "/x", effect = "read" })
    assert(result.status == 503 and (#result.attempts == 2 or result.budget_refused), result.outcome)
    assert(failing:stats().in_flight == 0)
    failing:close()
    assert(core.request(failing, { method = "GET", path = "/x", effect = "read" }).outcome == "closed")
  end
end

local function use_library()
  local synthflow = require "synthflow"
  local function new(fault_name)
    return synthflow.new {
      base_url = (url or "http://127.0.0.1:9") .. "/" .. fault_name, api_key = "sk-secret", timeout = 5,
      workspace_id = "1710107690998x536152705164378100",
    }
  end
  local function import(client)
    return client.phone_numbers:import {
      phone_number = "+33782990580", friendly_name = "My Custom Number", termination_uri = "sip.example.com",
    }
  end
  -- What is read from files is read now: it is the reading that is tried elsewhere.
  import(new "ok")
  import(new "status-400")
  new("ok").phone_numbers:delete("1", {}, { dry_run = true })
  local function import_wrongly()
    new("ok").phone_numbers:import { phone_numbr = "1" }
  end
  fault(import_wrongly)

  begin()
  local number, err = import(new "ok")
  assert(not url or number, err and tostring(err))
  for _, name in ipairs { "status-400", "html", "drop_before" } do
    number, err = import(new(name))
    assert(number == nil and tostring(err) and err.kind)
  end
  number = new("ok").phone_numbers:delete("33782990580", {}, { dry_run = true })
  assert(number.curl:find("-X DELETE", 1, true))
  local reason = fault(import_wrongly)
  assert(reason:find("phone_numbr", 1, true), reason)
end

-- LuaJIT crashes by itself when memory ends in a compiled trace.
if jit then
  jit.off()
end

if part == "library" then
  use_library()
else
  use_core()
end
