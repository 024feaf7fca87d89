-- Faults on demand, over the wire, by a client that is not the library.

local dkjson = require "dkjson"
local http = require "support.http"
local sandbox = require "synthflow.sandbox"

local NUMBER, SLUG = "+33782990580", "33782990580"
local IMPORT = { workspace_id = "w", phone_number = NUMBER }

describe("a fault on demand", function()
  local running

  setup(function() running = sandbox.start() end)
  teardown(function() running.stop() end)

  local function send(method, path, body)
    local headers = {
      Authorization = "Bearer " .. running.api_key, ["Content-Type"] = body and "application/json",
    }
    local status, received, text =
      http.request(method, running.base_url .. path, headers, body and dkjson.encode(body))
    return status, text and dkjson.decode(text, 1, dkjson.null) or text, received, text
  end

  local function import() return send("POST", "/custom-numbers", IMPORT) end
  local function get() return send("GET", "/numbers/" .. SLUG .. "?workspace=w") end

  local function ask_for(fault)
    fault.method, fault.route = fault.method or "POST", fault.route or "/custom-numbers"
    assert.are.equal(200, (send("POST", "/_sandbox/faults", fault)))
  end

  local function left()
    local _, answer = send("GET", "/_sandbox/faults")
    return answer.faults
  end

  local function last_request()
    local _, log = send("GET", "/_sandbox/requests")
    return log.requests[#log.requests]
  end

  before_each(function() assert.are.equal(200, (send("POST", "/_sandbox/reset"))) end)

  it("answers in place of the operation, once", function()
    ask_for { status = 503, headers = { ["Retry-After"] = 2 } }
    local status, answer, headers = import()
    assert.are.equal(503, status)
    assert.are.equal("2", headers["retry-after"])
    assert.are.equal("A fault on demand.", answer.detail.description)
    assert.are.equal("before", last_request().fault)
    assert.are.equal(503, last_request().status)
    assert.are.equal(404, (get()))
    assert.are.equal(200, (import()))
    assert.is_nil(last_request().fault)
  end)

  it("answers as often as it is asked to, and tells how often is left", function()
    ask_for { status = 500, times = 3 }
    ask_for { method = "get", route = "/numbers/{phone_number_slug}", status = 502 }
    assert.are.equal(500, (import()))
    local faults = left()
    assert.are.equal(2, #faults)
    assert.are.same({ method = "POST", route = "/custom-numbers", times = 2, status = 500 }, faults[1])
    assert.are.equal(502, (get()))
    assert.are.equal(500, (import()))
    assert.are.equal(500, (import()))
    assert.are.same({}, left())
    assert.are.equal(200, (import()))
  end)

  it("comes in the order of the asking", function()
    ask_for { status = 500 }
    ask_for { status = 502 }
    assert.are.equal(500, (import()))
    assert.are.equal(502, (import()))
  end)

  it("answers what it is told to", function()
    ask_for { status = 400, body = { error = "x" } }
    ask_for { status = 502, body = "<html>Bad Gateway</html>", headers = { ["Content-Type"] = "text/html" } }
    local _, answer = import()
    assert.are.same({ error = "x" }, answer)
    local _, _, headers, text = import()
    assert.are.equal("<html>Bad Gateway</html>", text)
    assert.are.equal("text/html", headers["content-type"])
  end)

  it("comes after the work", function()
    ask_for { status = 500, after = true }
    assert.are.equal(500, (import()))
    assert.are.equal("after", last_request().fault)
    assert.are.equal(200, (get()))
  end)

  it("closes the connection before or after the work", function()
    ask_for { close = true }
    assert.is_nil((import()))
    assert.is_nil(last_request().status)
    assert.are.equal(404, (get()))
    ask_for { close = true, after = true }
    assert.is_nil((import()))
    assert.are.equal(200, (get()))
  end)

  it("waits, and meanwhile others are answered", function()
    local monotime = require("cqueues").monotime
    ask_for { delay = 0.2 }
    local before = monotime()
    assert.are.equal(200, (import()))
    assert.truthy(monotime() - before >= 0.2)
    ask_for { delay = 0.1, status = 500, route = "/numbers/{phone_number_slug}", method = "GET" }
    before = monotime()
    assert.are.equal(500, (get()))
    assert.truthy(monotime() - before >= 0.1)
  end)

  it("meets no request without the key", function()
    ask_for { status = 500 }
    assert.are.equal(401, (http.request("POST", running.base_url .. "/custom-numbers", {}, "{}")))
    assert.are.equal(1, #left())
  end)

  it("is gone after a reset", function()
    ask_for { status = 500 }
    send("POST", "/_sandbox/reset")
    assert.are.same({}, left())
    assert.are.equal(200, (import()))
  end)

  it("is refused when it is not understood", function()
    local function refused(text, fault, expected)
      local status, answer = send("POST", "/_sandbox/faults", fault)
      assert.are.equal(expected or 400, status)
      local said = expected and dkjson.encode(answer) or answer.detail.description
      assert.truthy(said:find(text, 1, true), said)
    end
    local function with(more)
      local fault = { method = "POST", route = "/calls" }
      for name, value in pairs(more) do fault[name] = value end
      return fault
    end
    refused("Unknown fields: retry_after, time.", with { status = 500, time = 1, retry_after = 1 })
    refused("There is no route POST /call.", { method = "POST", route = "/call", status = 500 })
    refused("There is no route POST /_sandbox/reset.", with { route = "/_sandbox/reset", status = 500 })
    refused("Give status, close or delay.", with { after = true })
    refused("Give either status or close.", with { status = 500, close = true })
    refused("body and headers need a status.", with { delay = 1, body = "x" })
    refused("times must be between 1", with { status = 500, times = 0 })
    refused("status must be between 200", with { status = 99 })
    refused("body must be an object or text.", with { status = 500, body = 5 })
    refused("headers must be", with { status = 500, headers = { "x" } })
    refused("headers must be", with { status = 500, headers = { ["a b"] = "x" } })
    refused("Field required", { status = 500 }, 422)
    refused("delay", with { delay = "long" }, 422)
    assert.are.same({}, left())
  end)
end)
