-- What an error says to do next.

local errors = require "synthflow.errors"
local errors_of = require "support.errors_of"
local fake = require "support.fake_core"
local schema = require "synthflow.schema"
local hint, absent = schema.hint, schema.absent

local scene, of_status, of_transport = errors_of.scene, errors_of.status, errors_of.transport

describe("a hint about a status", function()
  it("names region and host when the key is refused", function()
    local text = of_status(401, { data = { detail = { description = "Unauthorized" } } }).hint
    assert.truthy(text:find("api.eu.synthflow.ai (region eu) did not take this key", 1, true), text)
    assert.truthy(text:find("A key of another region looks just the same", 1, true), text)
    assert.truthy(text:find("SYNTHFLOW_REGION", 1, true), text)
    text = of_status(401, nil, { host = "127.0.0.1:8080", region = false }).hint
    assert.truthy(text:find("^127.0.0.1:8080 did not take this key"), text)
    assert.truthy(text:find("in place of base_url", 1, true), text)
  end)

  it("does not take a web page for the platform", function()
    for _, status in ipairs { 400, 401, 403, 404, 405 } do
      local text = of_status(status, { body = "<html><title>Blocked</title></html>" }).hint
      assert.truthy(text:find("^check base_url, and what stands between"), status .. ": " .. text)
    end
    assert.truthy(of_status(401, { body = "<html>" }).hint:find("did not take this key", 1, true))
    assert.are.equal("too many requests: wait, and send fewer per second",
      of_status(429, { body = "<html>" }).hint)
  end)

  it("has a word for what is gone, and for a method that is not taken", function()
    assert.truthy(of_status(410).hint:find("check the id", 1, true))
    assert.truthy(of_status(405).hint:find("check method and path", 1, true))
  end)

  it("gives the catalogue's hints that fit the arguments", function()
    local means = { [400] = {
      hint "it needs a domain" :when { termination_uri = absent }
        :unless { provider_name = { "zoom", "8x8" } },
      hint "it needs a user" :when { uac_enabled = true, trunk_username = absent },
    } }
    local function text(given)
      return of_status(400, nil, { means = means, given = given }).hint
    end
    assert.are.equal("it needs a domain", text {})
    assert.are.equal("it needs a domain; it needs a user", text { uac_enabled = true })
    assert.are.equal("it needs a user", text { uac_enabled = true, provider_name = "zoom" })
    assert.are.equal("check the arguments against what the message says",
      text { termination_uri = "sip.example.com" })
  end)

  it("names values that nobody knows, and the nearest known", function()
    local unknown = { { name = "provider_name", value = "twillio", known = { "custom", "twilio" } },
      { name = "mode", value = "zzz", known = { "a" } } }
    assert.are.equal('provider_name = "twillio" is none of the known values, did you mean "twilio"?; '
      .. 'mode = "zzz" is none of the known values', of_status(422, nil, { unknown_values = unknown }).hint)
    assert.falsy((of_status(500, nil, { unknown_values = unknown }).hint):find "twilio")
  end)

  it("names the nearest of values that a module lists, unless it is one of them", function()
    local function hint_for(zone)
      local asked = { { name = "timezone", value = zone, known_in = "synthflow.time_zones" } }
      return of_status(422, nil, { unknown_values = asked }).hint
    end
    assert.are.equal('timezone = "Berlin" is none of the known values, did you mean "Europe/Berlin"?',
      hint_for "Berlin")
    assert.falsy(hint_for "Europe/Berlin":find "timezone")
  end)

  it("knows an address that leads elsewhere", function()
    local hint_of = function(status, more) return of_status(status, more).hint end
    assert.truthy(hint_of(404, { data = { detail = "Not Found" } }):find "check base_url")
    local gateway = { error = "not_found", message = "No route matched" }
    assert.truthy(hint_of(404, { data = gateway }):find "check base_url")
    assert.falsy(hint_of(404, { data = { detail = { description = "no such number" } } }):find "base_url")
    local text = hint_of(307, { headers = { location = "https://user:pw@other.example/x?token=1" } })
    assert.are.equal("api.eu.synthflow.ai answers with a redirect, which is not followed: check base_url",
      text)
    text = hint_of(307, { headers = { location = "https://other.example/x?token=1" } })
    assert.truthy(text:find("to https://other.example,", 1, true), text)
  end)

  it("says what is known of a request that must not be repeated", function()
    assert.are.equal("it is not known whether this was done: look before you send it again",
      of_status(500).hint)
    assert.are.equal("the platform failed: try again later", of_status(500, nil, { effect = "read" }).hint)
    assert.are.equal("the platform failed: try again later; sending it again does no harm",
      of_status(500, nil, { effect = "idempotent" }).hint)
  end)

  it("repeats how long the platform asks to wait", function()
    local err = of_status(429, { retry_after = 1.5 })
    assert.are.equal(1.5, err.retry_after)
    assert.truthy(err.hint:find "the platform asks to wait 2 s$", err.hint)
  end)

  it("says when that is longer than the time limit leaves", function()
    local timing = { total = 3 }
    local err = of_status(429, { retry_after = 27.5, timing = timing })
    assert.truthy(err.hint:find("to wait 28 s, more than was left of `timeout` (30 s)", 1, true), err.hint)
    err = of_status(429, { retry_after = 26.5, timing = timing })
    assert.truthy(err.hint:find "asks to wait 27 s$", err.hint)
  end)

  it("says when there have been too many retries", function()
    local expected = "the budget for retries of this host is used up"
    for _, err in ipairs {
      of_status(503, { budget_refused = true }, { effect = "read" }),
      of_transport { outcome = "network", phase = "send", budget_refused = true },
      errors.of_answer(scene(), fake.result { budget_refused = true }, { kind = "decode", message = "m" }),
    } do
      assert.truthy(err.hint:find(expected, 1, true), err.hint)
    end
    assert.falsy(of_status(503).hint:find(expected, 1, true))
  end)
end)

describe("a hint about the connection", function()
  local function text(phase, message, outcome)
    outcome = outcome or "network"
    return of_transport { outcome = outcome, phase = phase, message = message, took_effect = "no" }.hint
  end

  it("says where it went wrong and what to look at", function()
    for phase, expected in pairs {
      resolve = "the name api.eu.synthflow.ai was not found", connect = "firewall or proxy",
      tls = "intercepts TLS", send = "closed the connection before it answered",
      receive = "in the middle of its answer",
    } do
      assert.truthy(text(phase, "it failed"):find(expected, 1, true), text(phase, "it failed"))
    end
    for phase, expected in pairs {
      queue = "connections", resolve = "not found, or not reached, in time",
      connect = "could not be reached in time",
      tls = "TLS handshake in time", send = "did not answer in time",
      receive = "did not end its answer in time",
    } do
      assert.truthy(text(phase, "", "timeout"):find(expected, 1, true), phase)
    end
    assert.are.equal("check the network to api.eu.synthflow.ai", text("done", "it failed"))
  end)

  it("names the limit on calls per second when a call had no turn", function()
    local result = { outcome = "timeout", phase = "queue", took_effect = "no", attempts = {} }
    local function hint_of(where) return of_transport(result, where).hint end
    assert.truthy(hint_of { paced = true }:find("calls_per_second, of this client", 1, true))
    assert.truthy(hint_of {}:find("free connection", 1, true))
  end)

  it("tells a closed client from an engine that has ended", function()
    local function hint_of(where)
      return of_transport({ outcome = "closed", took_effect = "no" }, where).hint
    end
    assert.are.equal("client:close() was called: make a new client", hint_of { closed = true })
    assert.truthy(hint_of {}:find("after a fork", 1, true))
  end)

  it("knows a proxy that refuses, or is not there", function()
    local function hint_of(message)
      local result = { outcome = "network", phase = "connect", message = message, took_effect = "no" }
      return of_transport(result).hint
    end
    assert.truthy(hint_of "Received HTTP code 407 from proxy after CONNECT":find "user and password")
    assert.truthy(hint_of "CONNECT tunnel failed, response 407":find "the proxy refused")
    assert.truthy(hint_of "Could not resolve proxy: proxy.example":find "name of the proxy")
  end)

  it("tells how to get certificates", function()
    for _, message in ipairs {
      "SSL certificate problem: unable to get local issuer certificate",
      "error setting certificate file: /etc/ssl/certs/ca-certificates.crt", "Problem with the SSL CA cert",
    } do
      local found = text("tls", message)
      assert.truthy(found:find("ca-certificates", 1, true) and found:find("ca_file", 1, true), message)
    end
    local found = text("tls", "SSL: no alternative certificate subject name matches target host name 'a'")
    assert.are.equal("the certificate of api.eu.synthflow.ai is for another name: check base_url", found)
    found = text("tls", "SSL certificate problem: certificate has expired")
    assert.truthy(found:find("the clock of this machine", 1, true))
  end)
end)

describe("a hint about the key", function()
  after_each(function() rawset(_G, "ngx", nil) end)

  it("says how to give one", function()
    local err = errors.of_no_key(scene())
    assert.are.equal("auth", err.kind)
    assert.are.equal("no", err.took_effect)
    assert.are.equal("set api_key in synthflow.new, or the environment variable SYNTHFLOW_API_KEY", err.hint)
    assert.are.same({}, err.attempts)
  end)

  it("knows of nginx", function()
    rawset(_G, "ngx", {})
    assert.truthy(errors.of_no_key(scene()).hint:find("`env SYNTHFLOW_API_KEY;`", 1, true))
  end)
end)

describe("a hint about calls that are not allowed", function()
  local function text(by, more)
    return errors.of_refused_call(scene(more), by).hint
  end

  it("says what forbids them", function()
    assert.are.equal("make the client without allow_calls = false to allow it", text "allow_calls")
    assert.are.equal("the environment variable SYNTHFLOW_ALLOW_CALLS forbids it to this whole program: unset "
      .. "it to allow it", text "SYNTHFLOW_ALLOW_CALLS")
  end)

  it("says how to tell that a request rings nobody", function()
    assert.truthy(text("allow_calls", { effect_assumed = true }):find("say so: effect = ", 1, true))
  end)
end)

describe("an error", function()
  it("is never without a hint", function()
    for _, effect in ipairs { "read", "idempotent", "creates", "dials" } do
      for _, problem in ipairs {
        { kind = "decode", message = "m" }, { kind = "not_found", message = "m", took_effect = "no" },
        { kind = "server", failed = true, took_effect = "maybe" },
      } do
        local err = errors.of_answer(scene { effect = effect }, fake.result { took_effect = "yes" }, problem)
        assert.truthy(#err.hint > 0, effect .. " " .. problem.kind)
      end
      for status = 300, 599 do
        assert.truthy(#of_status(status, nil, { effect = effect }).hint > 0, status)
      end
    end
  end)
end)
