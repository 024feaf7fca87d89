-- The sandbox, over the wire, by a client that is not the library.

local dkjson = require "dkjson"
local http = require "support.http"
local sandbox = require "synthflow.sandbox"

local WORKSPACE = "1710107690998x536152705164378100"
local NUMBER, SLUG = "+33782990580", "33782990580"

local SHOWN_FIELDS = {
  "slug", "address_requirement", "phone_number", "friendly_name", "is_sms_capable", "is_voice_capable",
  "iso_country", "locality", "sip_auth_username", "sip_outbound_proxy", "sip_term_uri", "uac_enabled",
  "uac_register_expires", "sid", "provider_name", "region", "is_available", "agency_workspace_id",
  "workspace_id", "created_at", "updated_at", "assistants",
}

local function decode(text)
  return dkjson.decode(text, 1, dkjson.null)
end

-- One request with the sandbox's key; a table is sent as JSON, a string as it stands.
local function send(target, method, path, body, headers)
  local sent = { Authorization = "Bearer " .. target.api_key, ["Content-Type"] = body and "application/json" }
  for name, value in pairs(headers or {}) do sent[name] = value or nil end
  if type(body) == "table" then body = dkjson.encode(body) end
  local status, received, text = http.request(method, target.base_url .. path, sent, body)
  assert(status, received)
  return status, decode(text), received, text
end

local function import_body(more)
  local body = { workspace_id = WORKSPACE, phone_number = NUMBER }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

local function assert_failure(expected_status, expected_text, status, answer)
  assert.are.equal(expected_status, status)
  local detail = answer.detail
  assert.are.equal("error", detail.status)
  assert.truthy(detail.description:find(expected_text, 1, true), detail.description)
  assert.truthy(detail.timestamp:find("^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%d%.%d%d%d%d%d%d%+00:00$"))
  assert.are.equal(32, #detail.request_id)
  assert.falsy(detail.request_id:find("[^0-9a-f]"))
  assert.are.equal("string", type(detail.category))
end

local function assert_invalid(place, name, word, status, answer)
  assert.are.equal(422, status)
  local fault = answer.detail[1]
  assert.are.same({ place, name }, { fault.loc[1], fault.loc[2] })
  assert.are.equal(word, fault.type)
  assert.are.equal("string", type(fault.msg))
end

describe("the sandbox", function()
  local running

  setup(function() running = sandbox.start() end)
  teardown(function() running.stop() end)
  before_each(function() assert.are.equal(200, (send(running, "POST", "/_sandbox/reset"))) end)

  local function import(more)
    local status, answer = send(running, "POST", "/custom-numbers", import_body(more))
    assert.are.equal(200, status)
    return answer.response
  end

  local function get(slug)
    local status, record = send(running, "GET", "/numbers/" .. (slug or SLUG) .. "?workspace=" .. WORKSPACE)
    assert.are.equal(200, status)
    return record
  end

  describe("checks the key", function()
    local MISSING = "Missing or invalid Authorization header"
    local BAD = "Unauthorized: Invalid or expired token."

    local function list_with(authorization)
      return send(running, "GET", "/numbers?workspace=w", nil, { Authorization = authorization })
    end

    it("refuses a missing header", function()
      assert_failure(401, MISSING, list_with(false))
    end)

    it("refuses a header of another form", function()
      assert_failure(401, MISSING, list_with(running.api_key))
      assert_failure(401, MISSING, list_with("Basic " .. running.api_key))
      assert_failure(401, MISSING, list_with("Bearer "))
    end)

    it("refuses another key", function()
      assert_failure(401, BAD, list_with("Bearer " .. running.api_key .. "x"))
    end)

    it("looks at the key before the body", function()
      assert_failure(401, BAD, send(running, "POST", "/custom-numbers", "{", { Authorization = "Bearer x" }))
    end)
  end)

  describe("imports a number", function()
    it("answers with its key and the number", function()
      local status, answer = send(running, "POST", "/custom-numbers", import_body {
        friendly_name = "My Custom Number", termination_uri = "sip.example.com",
      })
      assert.are.equal(200, status)
      assert.are.equal("ok", answer.status)
      assert.are.equal(NUMBER, answer.response.phone_number)
      assert.truthy(answer.response.key:find("^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$"))
      assert.are.equal(36, #answer.response.key)
    end)

    it("takes the first published example, which has no termination_uri", function()
      import { friendly_name = "My Custom Number" }
      assert.are.equal("", get().sip_term_uri)
    end)

    it("wants a workspace", function()
      assert_invalid("body", "workspace_id", "missing",
        send(running, "POST", "/custom-numbers", { phone_number = NUMBER }))
      assert_invalid("body", "workspace_id", "missing",
        send(running, "POST", "/custom-numbers", import_body { workspace_id = dkjson.null }))
      assert_failure(400, "workspace_id",
        send(running, "POST", "/custom-numbers", import_body { workspace_id = "" }))
    end)

    it("wants a number", function()
      assert_failure(400, "phone_number",
        send(running, "POST", "/custom-numbers", { workspace_id = WORKSPACE }))
      assert_failure(400, "phone_number",
        send(running, "POST", "/custom-numbers", import_body { phone_number = "" }))
    end)

    it("refuses what has the wrong type and an unknown provider, and ignores unknown fields", function()
      assert_invalid("body", "phone_number", "string_type",
        send(running, "POST", "/custom-numbers", import_body { phone_number = 33782990580 }))
      assert_invalid("body", "uac_enabled", "bool_parsing",
        send(running, "POST", "/custom-numbers", import_body { uac_enabled = "perhaps" }))
      local mistyped = import_body { provider_name = "twillio" }
      local status, answer = send(running, "POST", "/custom-numbers", mistyped)
      assert_invalid("body", "provider_name", "enum", status, answer)
      assert.truthy(answer.detail[1].msg:find("'twilio', 'telnyx'", 1, true))
      import { no_such_field = 1 }
    end)

    it("names every fault of a body at once", function()
      local body = { friendly_name = 1, uac_enabled = "perhaps" }
      local _, answer = send(running, "POST", "/custom-numbers", body)
      assert.are.equal(3, #answer.detail)
    end)

    it("refuses a number that is there already", function()
      import()
      assert_failure(400, "already exists", send(running, "POST", "/custom-numbers", import_body()))
      assert_failure(400, "already exists",
        send(running, "POST", "/custom-numbers", import_body { workspace_id = "another" }))
    end)

    it("needs credentials where the number registers itself", function()
      local function refuses(more)
        more.uac_enabled = true
        assert_failure(400, "trunk_username and trunk_pwd",
          send(running, "POST", "/custom-numbers", import_body(more)))
      end
      refuses {}
      refuses { trunk_username = "me" }
      refuses { trunk_pwd = "word" }
      refuses { trunk_username = "me", trunk_pwd = "" }
      import { uac_enabled = true, trunk_username = "me", trunk_pwd = "word" }
      assert.are.equal(300, get().uac_register_expires)
    end)

    it("wants whole seconds from 60 to 3600 between registrations", function()
      for _, seconds in ipairs { 59, 3601, 90.5, -300, 0 } do
        assert_failure(400, "uac_register_expires",
          send(running, "POST", "/custom-numbers", import_body { uac_register_expires = seconds }))
      end
      for index, seconds in ipairs { 60, 3600, "90" } do
        local number = "+1555010" .. index
        import { phone_number = number, uac_register_expires = seconds }
        assert.are.equal(tonumber(seconds), get(number:sub(2)).uac_register_expires)
      end
    end)

    it("fills in the SIP domain of providers that have one of their own", function()
      local domains = { ringcx = "sip.ringcentral.com", zoom = "sip.zoom.com", five9 = ".", ["8x8"] = "." }
      for provider_name, domain in pairs(domains) do
        local number = import { phone_number = provider_name == "8x8" and "123456789012" or provider_name,
          provider_name = provider_name }.phone_number
        local record = get(number)
        assert.truthy(record.sip_term_uri:find(domain, 1, true))
        assert.are.equal(provider_name == "five9", type(record.sip_outbound_proxy) == "string")
      end
      import { provider_name = "zoom", termination_uri = "mine.example.com" }
      assert.are.equal("mine.example.com", get().sip_term_uri)
    end)

    it("makes up an identifier for 8x8, or takes one of that form", function()
      local body = { workspace_id = WORKSPACE, provider_name = "8x8" }
      local _, answer = send(running, "POST", "/custom-numbers", body)
      local identifier = answer.response.phone_number
      assert.are.equal(12, #identifier)
      assert.falsy(identifier:find("%D"))
      assert.are.equal(identifier, get(identifier).phone_number)
      for _, wrong in ipairs { NUMBER, "12345678901", "1234567890123", "12345678901a" } do
        body.phone_number = wrong
        assert_failure(400, "12-digit", send(running, "POST", "/custom-numbers", body))
      end
      body.phone_number = "123456789012"
      assert.are.equal(200, (send(running, "POST", "/custom-numbers", body)))
    end)
  end)

  describe("lists numbers", function()
    local function list(query, expected_status)
      local status, answer = send(running, "GET", "/numbers?workspace=" .. WORKSPACE .. (query or ""))
      assert.are.equal(expected_status or 200, status)
      return answer.response
    end

    it("needs to know the workspace", function()
      assert_invalid("query", "workspace", "missing", send(running, "GET", "/numbers"))
    end)

    it("shows number, sid and is_available", function()
      import()
      local response = list()
      assert.are.same({ total_records = 1, limit = 20, offset = 0 }, response.pagination)
      assert.are.equal(1, #response.phone_numbers)
      local record = response.phone_numbers[1]
      assert.are.equal(NUMBER, record.number)
      assert.are.equal(dkjson.null, record.sid)
      assert.are.equal(true, record.is_available)
    end)

    it("answers an empty workspace with an empty list, not an object", function()
      local _, _, _, text = send(running, "GET", "/numbers?workspace=empty")
      assert.truthy(text:find('"phone_numbers":[]', 1, true))
    end)

    it("keeps workspaces apart", function()
      import()
      import { phone_number = "+15550100", workspace_id = "another" }
      assert.are.equal(1, list().pagination.total_records)
      local _, answer = send(running, "GET", "/numbers?workspace=another")
      assert.are.equal("+15550100", answer.response.phone_numbers[1].number)
    end)

    it("goes by limit and offset", function()
      for index = 1, 25 do import { phone_number = ("+155501%02d"):format(index) } end
      local first = list()
      assert.are.equal(20, #first.phone_numbers)
      assert.are.equal("+15550101", first.phone_numbers[1].number)
      local second = list("&limit=10&offset=20")
      assert.are.same({ total_records = 25, limit = 10, offset = 20 }, second.pagination)
      assert.are.equal(5, #second.phone_numbers)
      assert.are.equal("+15550121", second.phone_numbers[1].number)
      assert.are.equal(0, #list("&offset=25").phone_numbers)
      assert.are.equal(25, #list("&limit=100").phone_numbers)
    end)

    it("keeps the limit from 1 to 100", function()
      for _, limit in ipairs { "0", "101", "-1" } do
        local status, answer = send(running, "GET", "/numbers?workspace=w&limit=" .. limit)
        assert_failure(400, "Limit must be between 1 and 100.", status, answer)
        assert.are.equal("important", answer.detail.category)
      end
      assert_invalid("query", "limit", "int_parsing", send(running, "GET", "/numbers?workspace=w&limit=ten"))
      assert_failure(400, "Offset", send(running, "GET", "/numbers?workspace=w&offset=-1"))
    end)

    it("filters by is_available", function()
      import()
      assert.are.equal(1, #list("&is_available=true").phone_numbers)
      assert.are.equal(0, #list("&is_available=false").phone_numbers)
      assert.are.equal(0, list("&is_available=false").pagination.total_records)
      list("&is_available=maybe", 422)
    end)

    it("ignores query parameters it does not know", function()
      assert.are.equal(0, #list("&no_such=1").phone_numbers)
    end)
  end)

  describe("shows one number", function()
    it("bare, with every field", function()
      import { friendly_name = "My Custom Number", termination_uri = "sip.example.com", trunk_pwd = "word" }
      local record = get()
      local names = {}
      for name in pairs(record) do names[#names + 1] = name end
      table.sort(names)
      local expected = { (table.unpack or unpack)(SHOWN_FIELDS) } -- luacheck: ignore 143 113
      table.sort(expected)
      assert.are.same(expected, names)
      assert.are.equal(SLUG, record.slug)
      assert.are.equal(NUMBER, record.phone_number)
      assert.are.equal("My Custom Number", record.friendly_name)
      assert.are.equal("sip.example.com", record.sip_term_uri)
      assert.are.equal("custom", record.provider_name)
      assert.are.equal(WORKSPACE, record.workspace_id)
      assert.are.equal(false, record.uac_enabled)
      assert.are.equal(true, record.is_available)
      assert.are.equal(dkjson.null, record.updated_at)
      assert.are.equal(dkjson.null, record.sip_auth_username)
    end)

    it("only under its slug and in its workspace", function()
      import()
      for _, path in ipairs {
        "/numbers/%2B" .. SLUG .. "?workspace=" .. WORKSPACE,
        "/numbers/1?workspace=" .. WORKSPACE,
        "/numbers/" .. SLUG .. "?workspace=another",
      } do
        assert_failure(404, "not found", send(running, "GET", path))
      end
      assert_invalid("query", "workspace", "missing", send(running, "GET", "/numbers/" .. SLUG))
    end)

    it("whose identifier is not a number", function()
      import { phone_number = "desk 7/é", provider_name = "five9" }
      assert.are.equal("desk 7/é", get("desk%207%2F%C3%A9").phone_number)
    end)
  end)

  describe("updates a number", function()
    local function update(body, slug)
      return send(running, "PATCH", "/numbers/" .. (slug or SLUG), body)
    end

    it("and changes only what was sent", function()
      import { friendly_name = "old", termination_uri = "sip.example.com" }
      local status, answer = update { friendly_name = "new", sip_outbound_proxy = "proxy.example.com" }
      assert.are.equal(200, status)
      assert.are.same({ status = "ok" }, answer)
      local record = get()
      assert.are.equal("new", record.friendly_name)
      assert.are.equal("proxy.example.com", record.sip_outbound_proxy)
      assert.are.equal("sip.example.com", record.sip_term_uri)
      assert.are.equal("string", type(record.updated_at))
    end)

    it("takes termination_uri for sip_term_uri", function()
      import()
      update { termination_uri = "alias.example.com" }
      assert.are.equal("alias.example.com", get().sip_term_uri)
      update { sip_term_uri = "own.example.com" }
      assert.are.equal("own.example.com", get().sip_term_uri)
    end)

    it("unsets by null what may be null", function()
      import { sip_auth_username = "me", friendly_name = "kept", uac_register_expires = 600 }
      local null = dkjson.null
      update { sip_auth_username = null, friendly_name = null, uac_register_expires = null }
      local record = get()
      assert.are.equal(dkjson.null, record.sip_auth_username)
      assert.are.equal(dkjson.null, record.uac_register_expires)
      assert.are.equal("kept", record.friendly_name)
    end)

    it("checks registration as an import does", function()
      import()
      assert_failure(400, "trunk_username and trunk_pwd", update { uac_enabled = true })
      assert_failure(400, "uac_register_expires", update { uac_register_expires = 30 })
      assert.are.equal(200, (update { uac_enabled = true, trunk_username = "me", trunk_pwd = "word" }))
      assert.are.equal(true, get().uac_enabled)
    end)

    it("wants a SIP domain for a provider that has none of its own", function()
      import { provider_name = "zoom" }
      assert_failure(400, "sip_term_uri", update { provider_name = "telnyx" })
      assert.are.equal(200, (update { provider_name = "telnyx", sip_term_uri = "sip.telnyx.example.com" }))
      assert.are.equal(200, (update { provider_name = "zoom" }))
    end)

    it("changes nothing when it refuses", function()
      import { friendly_name = "old" }
      update { friendly_name = "new", uac_register_expires = 1 }
      assert.are.equal("old", get().friendly_name)
    end)

    it("refuses an unknown slug, a wrong type and a body that is no object", function()
      import()
      assert_failure(404, "not found", update({ friendly_name = "x" }, "1"))
      assert_invalid("body", "friendly_name", "string_type", update { friendly_name = 5 })
      assert_invalid("body", nil, "model_attributes_type", update "[1]")
      assert_invalid("body", nil, "missing", update "")
    end)
  end)

  it("deletes a number, once", function()
    import()
    local status, answer = send(running, "DELETE", "/numbers/" .. SLUG)
    assert.are.equal(200, status)
    assert.are.same({ status = "ok" }, answer)
    assert_failure(404, "not found", send(running, "DELETE", "/numbers/" .. SLUG))
    import()
  end)

  describe("answers like the platform's framework", function()
    it("to a body that is not JSON", function()
      for _, text in ipairs { "{", "nonsense", '{"a":1} x', '{"a":}' } do
        local status, answer = send(running, "POST", "/custom-numbers", text)
        assert.are.equal(422, status)
        assert.are.equal("json_invalid", answer.detail[1].type)
        assert.are.equal("body", answer.detail[1].loc[1])
      end
      local form = { ["Content-Type"] = "application/x-www-form-urlencoded" }
      assert_invalid("body", nil, "model_attributes_type",
        send(running, "POST", "/custom-numbers", "a=1", form))
    end)

    it("to a path it does not know", function()
      for _, path in ipairs { "/usage", "/numbers/1/2", "/", "/custom-numbers/1" } do
        local status, answer = send(running, "GET", path)
        assert.are.equal(404, status)
        assert.are.same({ detail = "Not Found" }, answer)
      end
    end)

    it("to a path beside the API", function()
      local beside = { api_key = running.api_key, base_url = running.base_url:gsub("/v2$", "") }
      local status, answer = send(beside, "GET", "/numbers")
      assert.are.equal(404, status)
      assert.are.same({ error = "not_found", message = "No route matched" }, answer)
    end)

    it("to a method that the path does not have", function()
      local status, answer, headers = send(running, "PUT", "/numbers/" .. SLUG, {})
      assert.are.equal(405, status)
      assert.are.same({ detail = "Method Not Allowed" }, answer)
      for _, method in ipairs { "GET", "PATCH", "DELETE" } do
        assert.truthy(headers.allow:find(method, 1, true))
      end
      assert.are.equal(405, (send(running, "POST", "/numbers", {})))
    end)

    it("with JSON, to a path with a slash at its end too", function()
      local status, _, headers = send(running, "GET", "/numbers/?workspace=w")
      assert.are.equal(200, status)
      assert.are.equal("application/json", headers["content-type"])
    end)
  end)

  describe("shows what it received", function()
    local function received()
      local no_key = { Authorization = false }
      local status, answer, _, text = send(running, "GET", "/_sandbox/requests", nil, no_key)
      assert.are.equal(200, status)
      return answer, text
    end

    it("in order, with query and body, and without secrets", function()
      import { trunk_username = "me", trunk_pwd = "hunter2" }
      send(running, "GET", "/numbers?workspace=a%20b&workspace=c")
      send(running, "GET", "/usage")
      send(running, "POST", "/custom-numbers", "trunk_pwd=hunter2")
      local log, text = received()
      assert.are.equal(4, log.received)
      local first, second, third, fourth = (table.unpack or unpack)(log.requests) -- luacheck: ignore 143 113
      assert.are.equal("phone_numbers.import", first.operation)
      assert.are.equal("POST", first.method)
      assert.are.equal("/v2/custom-numbers", first.path)
      assert.are.equal(NUMBER, first.body.phone_number)
      assert.are.equal("me", first.body.trunk_username)
      assert.are.equal("***", first.body.trunk_pwd)
      assert.are.equal("Bearer ***", first.headers.authorization)
      assert.are.equal("accepted", first.key)
      assert.are.equal(200, first.status)
      assert.are.same({ "a b", "c" }, { second.query.workspace[1], second.query.workspace[2] })
      assert.are.equal(404, third.status)
      assert.are.equal(nil, third.operation)
      assert.are.equal(#"trunk_pwd=hunter2", fourth.unreadable_bytes)
      assert.falsy(text:find("hunter2", 1, true))
      assert.falsy(text:find(running.api_key, 1, true))
    end)

    it("and forgets it when asked", function()
      import()
      assert.are.equal(200, (send(running, "DELETE", "/_sandbox/requests")))
      assert.are.equal(0, received().received)
      assert.are.equal(SLUG, get().slug)
    end)

    it("beside the API too", function()
      local status = http.request("GET", (running.base_url:gsub("/v2$", "/_sandbox/requests")))
      assert.are.equal(200, status)
    end)
  end)

  local function raw_connection()
    local connection = require("cqueues.socket").connect(running.host, running.port)
    connection:setmode("b", "bf")
    connection:settimeout(10)
    return connection
  end

  it("survives clients that leave in the middle, and acts on nothing they sent", function()
    local head = "POST /v2/custom-numbers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " .. running.api_key
      .. "\r\nContent-Type: application/json\r\n"
    local with_length = head .. "Content-Length: 500\r\n\r\n"
    local chunked = head .. "Transfer-Encoding: chunked\r\n\r\n"
    local body = dkjson.encode(import_body())
    for _, text in ipairs {
      "POST /v2/custom", head, with_length, with_length .. body, chunked, chunked .. "100\r\n" .. body,
      chunked .. ("%x\r\n%s\r\n"):format(#body, body), "no HTTP at all\r\n\r\n",
    } do
      local connection = raw_connection()
      connection:write(text)
      connection:flush()
      connection:close()
    end
    local _, log = send(running, "GET", "/_sandbox/requests")
    assert.are.equal(0, log.received)
    import()
  end)

  it("keeps connections alive", function()
    local connection = raw_connection()
    for _ = 1, 3 do
      connection:write("GET /v2/_sandbox/requests HTTP/1.1\r\nHost: x\r\n\r\n")
      assert.truthy(connection:read("*l"):find("^HTTP/1.1 200"))
      local length
      repeat
        local line = connection:read("*l"):gsub("\r$", "")
        length = tonumber(line:match("^content%-length: (%d+)")) or length
      until line == ""
      connection:read(length)
    end
    connection:close()
  end)
end)

describe("a sandbox with options", function()
  it("wants termination_uri where the platform documents it, when strict", function()
    local running = sandbox.start { strict = true }
    for _, provider_name in ipairs { "custom", "twilio", "telnyx", "vonage", "ring_central" } do
      assert_failure(400, "termination_uri",
        send(running, "POST", "/custom-numbers", import_body { provider_name = provider_name }))
    end
    assert_failure(400, "termination_uri", send(running, "POST", "/custom-numbers", import_body()))
    assert_failure(400, "termination_uri",
      send(running, "POST", "/custom-numbers", import_body { termination_uri = "" }))
    assert.are.equal(200, (send(running, "POST", "/custom-numbers", import_body { provider_name = "zoom" })))
    running.stop()
  end)

  it("refuses providers that are not enabled, its other region's key, and takes its own", function()
    local body = import_body { provider_name = "five9" }
    local running = sandbox.start {
      api_key = "it's$HOME", disabled_providers = { "five9", "8x8" }, other_region_key = "elsewhere",
    }
    assert_failure(403, "five9", send(running, "POST", "/custom-numbers", body))
    body.provider_name = "zoom"
    assert.are.equal(200, (send(running, "POST", "/custom-numbers", body)))
    assert_failure(403, "8x8", send(running, "PATCH", "/numbers/" .. SLUG, { provider_name = "8x8" }))

    local elsewhere = { base_url = running.base_url, api_key = "elsewhere" }
    assert_failure(401, "Unauthorized: Invalid or expired token.", send(elsewhere, "GET", "/numbers"))
    local _, log = send(running, "GET", "/_sandbox/requests")
    assert.are.equal("other_region", log.requests[#log.requests].key)
    running.stop()
  end)
end)

describe("a sandbox of calls", function()
  it("ends and lists them as soon as it is told to", function()
    local running = sandbox.start { call_seconds = 0, listed_after = 3600 }
    local _, answer = send(running, "POST", "/calls", { model_id = "a", phone = "+15550123", name = "Ana" })
    local path = "/calls/" .. answer.response.call_id
    assert.are.equal(404, (send(running, "GET", path)))
    send(running, "POST", "/_sandbox/clock", { advance = 3600 })
    _, answer = send(running, "GET", path)
    assert.are.equal("completed", answer.response.calls[1].status)
    running.stop()
  end)

  it("starts no media where it is told so, and answers 204 without a body", function()
    local running = sandbox.start { media = false }
    assert.are.equal(503, (send(running, "GET", "/calls/outbound-test-ws-media/base-url")))
    local scenario = { name = "n", description = "d" }
    local _, answer = send(running, "POST", "/simulation_scenarios", scenario)
    local path = "/simulation_scenarios/" .. answer.response.id
    local status, _, headers, text = send(running, "DELETE", path)
    assert.are.same({ 204, "" }, { status, text })
    assert.is_nil(headers["content-type"])
    running.stop()
  end)
end)

describe("starting the sandbox", function()
  local function is_listening(target)
    return http.request("GET", target.base_url .. "/_sandbox/requests", nil, nil, 2) == 200
  end

  -- Waits for something that another process brings about.
  local function eventually(holds)
    for _ = 1, 100 do
      if holds() then return true end
      os.execute("sleep 0.05")
    end
    return false
  end

  it("gives a free port each, and several live side by side", function()
    local first, second = sandbox.start(), sandbox.start()
    assert.are_not.equal(first.port, second.port)
    assert.are.equal(first.base_url, "http://127.0.0.1:" .. first.port .. "/v2")
    send(first, "POST", "/custom-numbers", import_body())
    local _, answer = send(second, "GET", "/numbers?workspace=" .. WORKSPACE)
    assert.are.equal(0, answer.response.pagination.total_records)
    assert.truthy(tostring(first):find(first.base_url, 1, true))
    first.stop()
    assert.falsy(is_listening(first))
    assert.truthy(is_listening(second))
    second:stop()
    second.stop()
    assert.falsy(is_listening(second))
  end)

  it("takes the port it is given, and says when that is taken", function()
    local first = sandbox.start()
    local started, reason = pcall(sandbox.start, { port = first.port })
    assert.falsy(started)
    assert.truthy(reason:find("port " .. first.port, 1, true))
    assert.falsy(reason:find("\n", 1, true))
    local port = first.port
    first.stop()
    local second = sandbox.start { port = port }
    assert.are.equal(port, second.port)
    second.stop()
  end)

  it("survives the loss of every reference", function()
    local base_url = sandbox.start().base_url
    collectgarbage()
    collectgarbage()
    assert.truthy(is_listening { base_url = base_url })
  end)

  it("ends with the process that started it, however that ends", function()
    local interpreter = os.getenv("LUA") or (_G.arg and _G.arg[-1]) or "lua"
    for _, ending in ipairs { "", "os.exit(1)", "error('x')", "os.execute('kill -9 $PPID')" } do
      local program = [[local s = require("synthflow.sandbox").start() print(s.base_url) io.stdout:flush() ]]
      local command = ("package.path = %q %s %s"):format(package.path, program, ending)
      local pipe = io.popen(("'%s' -e '%s' 2>/dev/null"):format(interpreter, command:gsub("'", "'\\''")))
      local base_url = pipe:read("*l")
      pipe:close()
      assert.truthy(base_url and base_url:find("^http://"))
      assert.truthy(eventually(function() return not is_listening { base_url = base_url } end))
    end
  end)

  it("is quick", function()
    local cqueues, in_time = require "cqueues", require "support.in_time"
    in_time(function()
      local before = cqueues.monotime()
      sandbox.start().stop()
      local seconds = cqueues.monotime() - before
      if seconds >= 2 then return seconds .. " s" end
    end)
  end)

  it("names in one line what is missing where no interpreter will do", function()
    local started, reason = pcall(sandbox.start, { interpreter = "no-such-interpreter" })
    assert.falsy(started)
    assert.truthy(reason:find("lua-http and dkjson", 1, true))
    assert.truthy(reason:find("no-such-interpreter: not installed", 1, true))
    assert.falsy(reason:find("\n", 1, true))
  end)

  it("is reached at this machine when it listens everywhere", function()
    local everywhere = sandbox.start { host = "0.0.0.0" }
    assert.truthy(everywhere.base_url:find "^http://127%.0%.0%.1:%d+/v2$")
    everywhere.stop()
  end)

  it("raises on wrong use, all faults at once, at the caller's line", function()
    local _, reason = pcall(function()
      sandbox.start { prot = 1, host = 1, api_key = "a\nb", disabled_providers = { 1 }, call_seconds = -1 }
    end)
    assert.truthy(reason:find("sandbox_spec.lua:%d+:"))
    for _, text in ipairs {
      "unknown option prot", "host must be a string", "api_key is empty", "disabled_providers",
      "call_seconds must be seconds",
    } do
      assert.truthy(reason:find(text, 1, true), text)
    end
    assert.falsy((pcall(sandbox.start, "x")))
    _, reason = pcall(sandbox.start, { disabled_providers = { zoom = true } })
    assert.truthy(reason:find("disabled_providers must be a list of names", 1, true))
    for _, port in ipairs { 65536, -1, 80.5 } do
      _, reason = pcall(sandbox.start, { port = port })
      assert.truthy(reason:find("port must be a whole number from 0 to 65535", 1, true))
    end
  end)
end)

describe("the server by itself", function()
  local function path_of_server()
    for template in package.path:gmatch("[^;]+") do
      local path = template:gsub("%?", "synthflow/sandbox/server")
      local file = io.open(path)
      if file then
        file:close()
        return path
      end
    end
  end

  it("explains itself and its mistakes", function()
    local running = sandbox.start()
    local server = running.interpreter .. " " .. path_of_server()
    local function output_of(arguments)
      local pipe = io.popen(server .. " " .. arguments .. " 2>&1 </dev/null")
      local text = pipe:read("*a")
      pipe:close()
      return text
    end
    assert.truthy(output_of("--help"):find("--port PORT", 1, true))
    assert.truthy(output_of("--prot 1"):find("unknown option --prot", 1, true))
    assert.truthy(output_of("--port"):find("--port wants a value", 1, true))
    assert.truthy(output_of("--port x"):find("--port wants a number", 1, true))
    assert.truthy(output_of("--call-seconds x"):find("--call-seconds wants seconds", 1, true))
    local taken = output_of("--port " .. running.port)
    assert.truthy(taken:find("the sandbox cannot start: failed to listen", 1, true), taken)
    running.stop()
  end)
end)

describe("the imitated platform without its server", function()
  local app = require "synthflow.sandbox.app"

  local function handle(platform, method, target, body)
    return platform:handle {
      method = method,
      target = target,
      headers = { authorization = "Bearer k" },
      body = body and dkjson.encode(body),
    }
  end

  it("calls a number with agents on it not available", function()
    local platform = app.new { api_key = "k" }
    handle(platform, "POST", "/v2/custom-numbers", import_body())
    platform:collection("phone_numbers"):find(SLUG).assistants[1] = "0b0f9d3e-0000-4000-8000-000000000000"
    local reply = handle(platform, "GET", "/v2/numbers?is_available=false&workspace=" .. WORKSPACE)
    assert.are.equal(1, #reply.body.response.phone_numbers)
    assert.are.equal(false, reply.body.response.phone_numbers[1].is_available)
    reply = handle(platform, "GET", "/v2/numbers?is_available=true&workspace=" .. WORKSPACE)
    assert.are.equal(0, #reply.body.response.phone_numbers)
  end)

  it("reports a fault of its own as 500", function()
    local reported
    local platform = app.new { api_key = "k", report = function(text) reported = text end }
    platform.routes:add("/v2", { method = "GET", path = "/broken", answer = function() error("oh") end })
    assert.are.equal(500, handle(platform, "GET", "/v2/broken").status)
    assert.truthy(reported:find("GET /v2/broken: .*oh"))
  end)

  it("prefers fixed segments to parameters, in whatever order routes are added", function()
    local platform = app.new { api_key = "k" }
    for _, path in ipairs {
      "/things/{id}", "/things/batch", "/{any}/batch", "/things/{id}/tasks", "/things/batch/{x}",
    } do
      platform.routes:add("/v2", {
        method = "GET", path = path, answer = function() return { status = path } end,
      })
    end
    assert.are.equal("/things/batch", handle(platform, "GET", "/v2/things/batch").status)
    assert.are.equal("/things/{id}", handle(platform, "GET", "/v2/things/1").status)
    assert.are.equal("/{any}/batch", handle(platform, "GET", "/v2/other/batch").status)
    assert.are.equal("/things/batch/{x}", handle(platform, "GET", "/v2/things/batch/tasks").status)
    assert.are.equal("/things/{id}/tasks", handle(platform, "GET", "/v2/things/1/tasks").status)
  end)

  it("remembers the last thousand requests and counts them all", function()
    local platform = app.new { api_key = "k" }
    for index = 1, 1005 do handle(platform, "GET", "/v2/numbers?workspace=" .. index) end
    assert.are.equal(1005, platform.log.received)
    assert.are.equal(1000, #platform.log.entries)
    assert.are.equal("6", platform.log.entries[1].query.workspace[1])
  end)
end)
