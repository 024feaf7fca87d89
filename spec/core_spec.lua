-- luacheck: std max+busted
local child = require "support.child"
local core = require "synthflow.core"
local fault_server = require "support.fault_server"
local socket = require "cqueues.socket"

local KEY = "sk-test-0123456789"

-- What a call raises; it is plain text, without a position.
local function fault(run, ...)
  local ok, reason = pcall(run, ...)
  assert.is_false(ok)
  assert.is_string(reason)
  assert.is_nil(reason:find(KEY, 1, true))
  return reason
end

local function client_of(base_url, settings)
  local all = { base_url = base_url, api_key = KEY, timeout = 5, retries = 0 } -- retries: retries_spec
  for name, value in pairs(settings or {}) do
    all[name] = value
  end
  return core.client(all)
end

local function get(path)
  return { method = "GET", path = path or "/x", effect = "read" }
end

describe("synthflow.core", function()
  it("says what it is", function()
    local info = core.info()
    assert.equal("0.1.0", core.version)
    assert.equal(core.version, info.version)
    assert.equal(_VERSION, info.lua)
    assert.matches("^%d+%.%d+", info.curl)
    assert.is_string(info.ssl)
    assert.is_truthy(({ threaded = true, ["c-ares"] = true, blocking = true })[info.resolver])
    assert.is_boolean(info.http2)
    assert.is_boolean(info.quick_exit)
    assert.equal(_VERSION, ("Lua %d.%d"):format(math.floor(info.abi / 100), info.abi % 100))
    assert.matches("^%d+%.%d+", info.curl_built)
    assert.is_true(info.ca_file == nil or info.ca_file:find("^/") ~= nil)
    assert.is_true(info.ca_path == nil or info.ca_path:find("^/") ~= nil)
    assert.equal(30, info.timeout)
    assert.is_string(info.cjson)
  end)

  it("counts", function()
    local stats = core.stats()
    for _, name in ipairs { "submitted", "finished", "connections_opened", "in_flight" } do
      assert.matches("^%d+$", tostring(stats[name]))
    end
    assert.is_boolean(stats.thread)
  end)

  it("can be loaded anew", function()
    local loaded = package.loaded["synthflow.core"]
    package.loaded["synthflow.core"] = nil
    local again = require "synthflow.core"
    package.loaded["synthflow.core"] = loaded
    assert.equal(core.null, again.null)
    assert.equal(core.list_metatable, again.list_metatable)
    local client = core.client { base_url = "https://example.com" }
    assert.matches("method", fault(again.start, client, {}))
  end)
end)

describe("a client", function()
  local function client_fault(settings)
    return fault(core.client, settings)
  end

  it("knows its host, with the port where it is not the usual one", function()
    assert.equal("api.example.com", core.client({ base_url = "https://api.example.com/v2" }):host())
    assert.equal("api.example.com", core.client({ base_url = "https://api.example.com:443" }):host())
    assert.equal("127.0.0.1:8080", core.client({ base_url = "http://127.0.0.1:8080/v2/" }):host())
  end)

  it("trims its key and takes an empty one for none", function()
    local base_url = "https://api.example.com"
    assert.is_true(core.client({ base_url = base_url, api_key = KEY }):has_key())
    assert.is_true(core.client({ base_url = base_url, api_key = " \t" .. KEY .. "\r\n" }):has_key())
    assert.is_false(core.client({ base_url = base_url, api_key = " \n" }):has_key())
    assert.is_false(core.client({ base_url = base_url, api_key = "" }):has_key())
    assert.is_false(core.client({ base_url = base_url }):has_key())
  end)

  it("refuses a key that could break out of its header, without showing it", function()
    for _, inside in ipairs { "\n", "\r\nX-Evil: 1", "\0", "\127", "\1", "\t" } do
      assert.equal("api_key holds control characters",
        client_fault { base_url = "https://api.example.com", api_key = KEY .. inside .. KEY })
    end
    assert.equal("api_key holds characters beyond ASCII",
      client_fault { base_url = "https://api.example.com", api_key = KEY .. "\195\188" })
    assert.equal("api_key must be a string",
      client_fault { base_url = "https://api.example.com", api_key = 5 })
  end)

  it("refuses a proxy that is none, without showing its password", function()
    local wrong = { "htp://user:hunter2@proxy:3128", "http://user:hunter2@proxy:99999", "http://" }
    for _, proxy in ipairs(wrong) do
      assert.equal("proxy is not the URL of an HTTP or SOCKS proxy",
        client_fault { base_url = "https://api.example.com", proxy = proxy })
    end
    for _, proxy in ipairs { "http://user:pw@proxy:3128", "proxy:3128", "socks5h://127.0.0.1:1080" } do
      assert.truthy(core.client { base_url = "https://api.example.com", proxy = proxy })
    end
  end)

  it("knows its settings by their whole names", function()
    assert.truthy(client_fault({ base_url = "https://api.example.com", ["timeout\0x"] = 1 })
      :find "is not a setting$")
  end)

  it("hides its key", function()
    local client = client_of "https://api.example.com:8443/v2"
    assert.equal("synthflow.core.client (https://api.example.com:8443)", tostring(client))
    assert.equal("a *** b ***", client:mask("a " .. KEY .. " b " .. KEY))
    assert.equal("******", client:mask(KEY .. KEY))
    assert.equal("a\0b***\0", client:mask("a\0b" .. KEY .. "\0"))
    assert.equal(KEY:sub(1, -2), client:mask(KEY:sub(1, -2)))
    assert.equal("", client:mask "")
    local escaped = core.client { base_url = "https://api.example.com", api_key = 'sk/l+"x' }
    for _, spelled in ipairs { 'sk/l+"x', 'sk\\/l+\\"x', 'sk\\/l\\u002B\\"x', '\\u0073k/l+\\u0022x' } do
      assert.equal("bad *** key", escaped:mask("bad " .. spelled .. " key"))
    end
    assert.equal('sk\\', escaped:mask 'sk\\')
    local odd = core.client { base_url = "https://api.example.com", api_key = [[ab\"cd\\e]] }
    assert.equal("***, ***", odd:mask([[ab\"cd\\e, ab\\\"cd\\\\e]]))
    assert.equal('sk/l\\u002', escaped:mask 'sk/l\\u002')
    local short = core.client { base_url = "https://api.example.com", api_key = "no" }
    assert.equal("***, network, not *** 9no (***)", short:mask "no, network, not no 9no (no)")
    assert.equal("text", core.client({ base_url = "https://api.example.com" }):mask "text")
    assert.equal("mask needs a string, not a nil", fault(client.mask, client, nil))
  end)

  it("takes every setting", function()
    assert.is_userdata(core.client {
      base_url = "https://api.example.com/v2", api_key = KEY, timeout = 30, connect_timeout = 0.5,
      connections = 32, max_response_bytes = 1024, ca_file = "/etc/ssl/ca.pem",
      proxy = "http://proxy:3128", user_agent = "mine/1",
    })
  end)

  it("names all faults at once", function()
    assert.equal("base_url is required", client_fault {})
    assert.equal("base_url is required; api_key holds control characters; "
      .. "timeout must be a number of seconds above 0, at most 3600; "
      .. "connect_timeout must be a number of seconds above 0, at most 3600; "
      .. "connections must be a whole number from 1 to 1000; "
      .. "max_response_bytes must be a whole number from 1 to 2147483647; "
      .. "ca_file must be a string that is not empty; proxy must be a string that is not empty; "
      .. "user_agent holds control characters; base is not a setting; timeuot is not a setting",
      client_fault {
        api_key = "a\nb", timeout = 0, connect_timeout = "5", connections = 1.5, max_response_bytes = -1,
        ca_file = "", proxy = 5, user_agent = "a\r\nb", timeuot = 5, base = "x",
      })
    for _, timeout in ipairs { -1, 0, 3601, 1 / 0, 0 / 0, "5", true } do
      assert.matches("^timeout must be",
        client_fault { base_url = "https://api.example.com", timeout = timeout })
    end
    assert.matches("^ca_file must be",
      client_fault { base_url = "https://api.example.com", ca_file = "a\0b" })
  end)

  it("wants https, and shows nothing of a wrong URL", function()
    for _, url in ipairs {
      "http://api.example.com/" .. KEY, "ftp://" .. KEY, KEY, "", "https://user:" .. KEY .. "@example.com",
      "https://api.example.com?key=" .. KEY, "https://api.example.com/a b", "https://api.example.com\n",
      "https://api.example.com\0", 5, true,
    } do
      assert.matches("^base_url ", client_fault { base_url = url })
    end
  end)

  it("wants a table of names", function()
    assert.equal("settings must be a table, not a nil", client_fault(nil))
    assert.equal("settings must be a table, not a string", client_fault "https://api.example.com")
    assert.matches("^settings: must have names as keys", fault(core.client, { "https://api.example.com" }))
    assert.matches("^settings: a key is a boolean", client_fault { [true] = 1 })
  end)

  it("does not write to the settings", function()
    local settings = setmetatable({ base_url = "https://api.example.com" }, {
      __newindex = function() error "written to" end,
    })
    core.client(settings)
    assert.same({ base_url = "https://api.example.com" }, settings)
  end)

  it("cannot be taken apart", function()
    local client = client_of "https://api.example.com"
    assert.is_false(getmetatable(client))
    assert.is_false(pcall(setmetatable, client, {}))
    for _, name in ipairs { "__gc", "__close", "__index", "__tostring", "__metatable" } do
      assert.is_nil(client[name])
    end
    for _, other in ipairs { 1, "x", {}, io.stdout, core.null } do
      assert.matches("^a client of synthflow.core is needed", fault(client.host, other))
      assert.matches("^a client of synthflow.core is needed", fault(core.start, other, get()))
      assert.matches("^an exchange of synthflow.core is needed", fault(core.wait, other, 0))
      local listed = type(other) == "table" and { other } or other
      assert.matches("^an exchange of synthflow.core is needed", fault(core.cancel, listed))
      assert.matches("^an exchange of synthflow.core is needed", fault(core.result, other))
    end
    assert.matches("^an exchange of synthflow.core is needed", fault(core.wait, client, 0))
  end)

  it("survives being finalized by hand, more than once", function()
    local client = client_of "https://api.example.com"
    local metatable = debug.getmetatable(client)
    metatable.__gc(client)
    metatable.__gc(client)
    metatable.__gc(io.stdout)
    metatable.__gc()
    assert.matches("closed one", fault(client.host, client))
    assert.matches("closed one", fault(core.start, client, get()))
    assert.matches("closed one", fault(tostring, client))
  end)
end)

describe("a request", function()
  local client = client_of "https://127.0.0.1:1"

  local function request_fault(changes)
    local request = get()
    for name, value in pairs(changes) do
      request[name] = value ~= "absent" and value or nil
    end
    return fault(core.start, client, request)
  end

  it("is a table of known names", function()
    assert.equal("request: must be a table, not a nil", fault(core.start, client))
    assert.equal("request: must be a table, not a string", fault(core.start, client, "/x"))
    assert.equal("request.metod: no such field", request_fault { metod = "GET" })
    assert.matches("^request: must have names as keys", fault(core.start, client, { "GET" }))
  end)

  it("needs a method", function()
    for _, method in ipairs { "absent", "", "G T", "GET\r\n", "GET\0", 5, ("X"):rep(100) } do
      assert.equal('method must be an HTTP method such as "GET"', request_fault { method = method })
    end
  end)

  it("needs an effect", function()
    for _, effect in ipairs { "absent", "", "reads", "READ", 1, true } do
      assert.equal('effect must be "read", "idempotent", "creates" or "dials"',
        request_fault { effect = effect })
    end
  end)

  it("needs a path that means what it shows", function()
    local function path_fault(path)
      return (request_fault({ path = path }):gsub("^path ", ""))
    end
    for _, path in ipairs { "absent", "", "x", "?a", "https://example.com", 5, "/a\0b" } do
      assert.equal('must be a string that begins with "/"', path_fault(path))
    end
    for _, path in ipairs {
      "/a b", "/a?b", "/a#b", "/a\nb", "/a\127", "/\195\188", "/{id}", "/a\\b", '/"', "/%", "/%4", "/%zz",
      "/a%",
    } do
      assert.equal("holds a character that must be percent-encoded", path_fault(path))
    end
    for _, path in ipairs { "//", "//a", "/a//b", "/a//" } do
      assert.equal("has an empty segment", path_fault(path))
    end
    for _, path in ipairs {
      "/.", "/..", "/a/.", "/a/..", "/a/../b", "/./b", "/%2e", "/%2E%2e/b", "/.%2e", "/a/%2e./b",
      "/a%2f..%2Fb", "/a%2f.",
    } do
      assert.equal('has a segment "." or ".."', path_fault(path))
    end
  end)

  it("has a query of plain values", function()
    local function query_fault(query)
      return request_fault { query = query }
    end
    assert.equal("query: must be a table, not a string", query_fault "a=1")
    assert.matches("^query: must have names as keys", query_fault { "a" })
    assert.equal("query.a: a function cannot be sent in a query", query_fault { a = print })
    assert.equal("query.a: a userdata cannot be sent in a query", query_fault { a = core.null })
    assert.equal("query.a: an object cannot be sent in a query", query_fault { a = { b = 1 } })
    assert.equal("query.a[2]: a table cannot be sent in a query", query_fault { a = { 1, { 2 } } })
    assert.equal("query.a: a list with a hole: item 2 is nil", query_fault { a = { 1, nil, 3 } })
    assert.equal("query.a[1]: NaN or infinity cannot be sent", query_fault { a = { 0 / 0 } })
  end)

  it("has headers that stay within their line", function()
    local function header_fault(name, value)
      return request_fault { headers = { [name] = value } }
    end
    assert.equal("headers: must be a table, not a string", request_fault { headers = "A: b" })
    for _, name in ipairs { "", "a b", "a:", "a\nb", "a\0", "\195\188" } do
      assert.matches("^headers%[.*: not the name of a header$", header_fault(name, "x"))
    end
    for _, value in ipairs { "a\nb", "a\rb", "a\0b", "\127", "a\tb", 5, true } do
      assert.equal('headers["X-A"]: must be a string without control characters',
        header_fault("X-A", value))
    end
    for _, name in ipairs {
      "Authorization", "authorization", "HOST", "Content-Length", "Content-Type", "Transfer-Encoding",
      "Connection", "User-Agent",
    } do
      assert.matches(": this header cannot be set here$", header_fault(name, KEY))
    end
  end)

  it("has a body that is JSON", function()
    assert.equal("body.a.b[2]: a function cannot be sent",
      request_fault { body = { a = { b = { 1, print } } } })
    assert.equal("body: a function cannot be sent", request_fault { body = print })
  end)

  it("has a key of its own, a timeout and a driver", function()
    assert.equal("api_key holds control characters", request_fault { api_key = KEY .. "\n" .. KEY })
    assert.equal("api_key must be a string", request_fault { api_key = 5 })
    for _, timeout in ipairs { 0, -1, 3601, 0 / 0, "5" } do
      assert.equal("timeout must be a number of seconds above 0, at most 3600",
        request_fault { timeout = timeout })
    end
    assert.equal("background must be true or false", request_fault { background = 1 })
  end)

  it("submits nothing when it is refused", function()
    local before = core.stats().submitted
    request_fault { body = { ("x"):rep(100000), print } }
    request_fault { headers = { a = "b", z = 5 } }
    assert.equal(before, core.stats().submitted)
  end)
end)

describe("with a server,", function()
  local server

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local tags = 0

  local function client_for(fault_name, settings)
    tags = tags + 1
    return client_of(server:url(fault_name, "core" .. tags), settings), "core" .. tags
  end

  -- The request as the server got it: request line, headers by lower-case name, body.
  local function sent(request, settings)
    request.method = request.method or "GET"
    request.path = request.path or "/x"
    request.effect = request.effect or "read"
    local client, tag = client_for("echo", settings)
    local result = core.request(client, request)
    assert.equal(200, result.status, result.message)
    local head, body = result.body:match "^(.-\r\n)\r\n(.*)$"
    local line, lines = head:match "^(.-)\r\n(.*)$"
    local headers = {}
    for name, value in lines:gmatch "([^:\r\n]+): *([^\r\n]*)" do
      headers[name:lower()] = value
    end
    return (line:gsub("/echo/" .. tag, "")), headers, body
  end

  describe("a request", function()
    it("is sent as it stands", function()
      local line, headers, body = sent { method = "POST", path = "/custom-numbers", effect = "creates",
        body = { phone_number = "+33782990580", list = setmetatable({}, core.list_metatable),
          id = 491511234567890 } }
      assert.equal("POST /custom-numbers HTTP/1.1", line)
      assert.equal('{"id":491511234567890,"list":[],"phone_number":"+33782990580"}', body)
      assert.equal("application/json", headers["content-type"])
      assert.equal("application/json", headers["accept"])
      assert.equal(tostring(#body), headers["content-length"])
      assert.equal("Bearer " .. KEY, headers.authorization)
      assert.matches("^synthflow%-lua/0%.1%.0", headers["user-agent"])
    end)

    it("has no body unless one is given", function()
      local line, headers, body = sent { path = "/numbers/" }
      assert.equal("GET /numbers/ HTTP/1.1", line)
      assert.equal("", body)
      assert.is_nil(headers["content-type"])
      assert.equal("", select(3, sent { method = "DELETE", effect = "idempotent" }))
      assert.equal('""', select(3, sent { method = "POST", body = "" }))
      assert.equal("null", select(3, sent { method = "POST", body = core.null }))
      assert.equal("false", select(3, sent { method = "PUT", body = false }))
      assert.equal("{}", select(3, sent { method = "PATCH", body = {} }))
    end)

    it("keeps every path that means what it shows", function()
      for _, path in ipairs {
        "/", "/a/", "/a.b/...", "/%2B33782990580", "/a%20b%2Fc", "/a:b@c!$&'()*+,;=-._~", "/.a/..b",
        "/a%2e/b",
      } do
        assert.equal("GET " .. path .. " HTTP/1.1", (sent { path = path }))
      end
    end)

    it("encodes its query strictly, in the order of the names", function()
      local function query(values)
        return (sent({ query = values }):match "^GET /x(.*) HTTP/1.1$")
      end
      assert.equal("", query {})
      assert.equal("", query { a = {} })
      assert.equal("?a=1&b=true&c=x", query { c = "x", b = true, a = 1 })
      assert.equal("?a=1&a=2&a=x%20y&b=false", query { b = false, a = { 1, 2, "x y" } })
      assert.equal("?from_date=1732546200000&n=0.5", query { from_date = 1732546200000, n = 0.5 })
      assert.equal("?q=%2B%26%3D%3F%23%25%2F%3A%40%21%27%28%29%2A%2C%3B%20%0A%00%C3%BC",
        query { q = "+&=?#%/:@!'()*,; \n\0\195\188" })
      assert.equal("?q=azAZ09-._~", query { q = "azAZ09-._~" })
      assert.equal("?a%5B%5D=", query { ["a[]"] = "" })
    end)

    it("carries headers of its own", function()
      local _, headers = sent { headers = { ["X-One"] = "1", ["x-two"] = "\195\188, b", ["X-Empty"] = "" } }
      assert.equal("1", headers["x-one"])
      assert.equal("\195\188, b", headers["x-two"])
      assert.equal("", headers["x-empty"])
    end)

    it("carries the key that was meant", function()
      local _, headers = sent({}, { api_key = " " .. KEY .. "\n" })
      assert.equal("Bearer " .. KEY, headers.authorization)
      _, headers = sent { api_key = "other-key\n" }
      assert.equal("Bearer other-key", headers.authorization)
      _, headers = sent { api_key = " " }
      assert.equal("Bearer " .. KEY, headers.authorization)
      _, headers = sent({}, { api_key = "" })
      assert.is_nil(headers.authorization)
      _, headers = sent({}, { user_agent = "mine/1" })
      assert.equal("mine/1", headers["user-agent"])
    end)

    it("leaves the caller's tables as they were", function()
      local frozen = { __newindex = function() error "written to" end }
      local request = setmetatable({
        method = "POST", path = "/x", effect = "creates",
        body = setmetatable({ a = setmetatable({ 1 }, frozen) }, frozen),
        query = setmetatable({ b = setmetatable({ 1 }, frozen) }, frozen),
        headers = setmetatable({ c = "1" }, frozen),
      }, frozen)
      assert.equal(200, core.request(client_for "ok", request).status)
      assert.same({ a = { 1 } }, request.body)
      assert.same({ b = { 1 } }, request.query)
      assert.same({ c = "1" }, request.headers)
    end)
  end)

  describe("a result", function()
    it("holds the response", function()
      local client = client_for "ok"
      local result = core.request(client, get "/numbers")
      assert.equal("response", result.outcome)
      assert.equal(200, result.status)
      assert.equal("yes", result.took_effect)
      assert.equal("done", result.phase)
      assert.equal("1.1", result.http_version)
      assert.equal(client:host(), result.host)
      assert.is_nil(result.message)
      assert.is_nil(result.decode_error)
      assert.equal("application/json", result.headers["content-type"])
      assert.equal("ok", result.data.status)
      assert.equal("GET", result.data.response.method)
      assert.equal("0", tostring(result.data.response.body_length))
      assert.is_true(result.data.response.authorized)
      assert.same(result.data, core.decode(result.body))
    end)

    it("holds its attempts and its timing", function()
      local client = client_for "ok"
      local first, second = core.request(client, get()), core.request(client, get())
      assert.equal(1, #first.attempts)
      assert.equal(200, first.attempts[1].status)
      assert.is_nil(first.attempts[1].reason)
      assert.is_true(first.attempts[1].on_wire)
      assert.is_true(second.attempts[1].reused)
      assert.is_true(second.timing.reused)
      assert.is_true(first.attempts[1].at >= 0)
      assert.is_true(first.attempts[1].seconds > 0)
      for _, name in ipairs { "queue", "first_byte", "total" } do
        assert.is_number(first.timing[name])
      end
      assert.is_nil(first.timing.tls)
      assert.is_true(first.timing.first_byte <= first.timing.total)
    end)

    it("says why its body could not be decoded", function()
      local result = core.request(client_for "html", get())
      assert.equal(200, result.status)
      assert.is_nil(result.data)
      assert.is_string(result.decode_error)
      assert.matches("^<!DOCTYPE html>", result.body)
      assert.is_nil(result.decode_error:find("html", 1, true))
    end)

    it("has no data without a body", function()
      local result = core.request(client_for "empty", get())
      assert.equal("", result.body)
      assert.is_nil(result.data)
      assert.is_nil(result.decode_error)
      result = core.request(client_for "empty_204", get())
      assert.equal(204, result.status)
      assert.equal("", result.body)
      assert.is_nil(result.decode_error)
    end)

    it("decodes the body of an error", function()
      local result = core.request(client_for "status-429", get())
      assert.equal("response", result.outcome)
      assert.equal(429, result.status)
      assert.equal("no", result.took_effect)
      assert.equal("error", result.data.detail.status)
    end)

    it("tells a connection that was refused", function()
      local result = core.request(client_of("http://127.0.0.1:" .. server.refused), get())
      assert.equal("network", result.outcome)
      assert.equal("no", result.took_effect)
      assert.equal("connect", result.phase)
      assert.is_nil(result.status)
      assert.is_nil(result.http_version)
      assert.is_nil(result.data)
      assert.equal("", result.body)
      assert.same({}, result.headers)
      assert.is_string(result.message)
      assert.equal("network", result.attempts[1].reason)
      assert.is_false(result.attempts[1].on_wire)
      assert.is_nil(result.attempts[1].status)
      assert.is_nil(result.timing.first_byte)
    end)

    it("tells a deadline", function()
      local request = { method = "POST", path = "/calls", effect = "dials", timeout = 1, body = {} }
      local result = core.request(client_of("http://127.0.0.1:" .. server.silent), request)
      assert.equal("timeout", result.outcome)
      assert.equal("maybe", result.took_effect)
      assert.equal("send", result.phase)
      assert.is_true(result.attempts[1].on_wire)
    end)

    it("tells a response beyond the limit", function()
      local result = core.request(client_for("huge", { max_response_bytes = 1000 }), get())
      assert.equal("too_large", result.outcome)
      assert.equal(200, result.status)
      assert.equal("yes", result.took_effect)
      assert.is_nil(result.data)
      assert.is_true(#result.body <= 1000)
    end)

    -- One answer, byte by byte as given; the engine's thread asks, this one answers.
    local function answered(text)
      local listener = assert(socket.listen("127.0.0.1", 0))
      local _, _, port = listener:localname()
      local request = get()
      request.background = true
      local exchange = core.start(client_of("http://127.0.0.1:" .. math.floor(port)), request)
      local connection = assert(listener:accept(5))
      connection:settimeout(5)
      connection:setmode("b", "b")
      local line
      repeat
        line = assert(connection:read "*l")
      until line == "" or line == "\r"
      connection:write(text)
      connection:flush()
      connection:close()
      listener:close()
      assert.is_true(core.wait(exchange, 5))
      return core.result(exchange)
    end

    it("has headers by lower-case name, repeated ones joined", function()
      local result = answered("HTTP/1.1 200 All: right\r\nX-One:  a  b \r\nx-two:b\r\nX-TWO: c:d\r\n"
        .. "X-Empty:\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nset-cookie: c=3\r\n"
        .. "Content-Length: 4\r\n\r\nnull")
      assert.same({
        ["x-one"] = "a  b", ["x-two"] = "b, c:d", ["x-empty"] = "", ["set-cookie"] = "a=1, b=2, c=3",
        ["content-length"] = "4",
      }, result.headers)
      assert.equal(core.null, result.data)
    end)

    it("keeps a body with NUL bytes and says it is no JSON", function()
      local result = answered "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n[1]\0]"
      assert.equal("[1]\0]", result.body)
      assert.equal("a NUL byte at character 4", result.decode_error)
    end)

    it("tells false from nothing", function()
      local result = answered "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse"
      assert.is_false(result.data)
      assert.is_nil(result.decode_error)
    end)

    it("tells HTTP/1.0", function()
      assert.equal("1.0", answered("HTTP/1.0 200 OK\r\n\r\n{}").http_version)
    end)
  end)

  describe("an exchange", function()
    it("is waited for in steps", function()
      local silent = core.start(client_for "silence", get())
      assert.equal("synthflow.core.exchange (pending)", tostring(silent))
      assert.is_false(core.wait(silent, 0))
      for _ = 1, 5 do
        assert.is_false(core.wait(silent, 0.02))
      end
      assert.equal("this exchange is not done yet", fault(core.result, silent))
      core.cancel(silent)
      local exchange = core.start(client_for "delay-50", get())
      while not core.wait(exchange, 0.02) do end
      assert.is_true(core.wait(exchange, 0))
      assert.equal("synthflow.core.exchange (done)", tostring(exchange))
      assert.equal(200, core.result(exchange).status)
    end)

    it("is waited for a number of seconds", function()
      local exchange = core.start(client_for "ok", get())
      for _, seconds in ipairs { -1, 0 / 0, 1 / 0, 3601, "1", {} } do
        assert.equal("wait needs a number of seconds from 0 to 3600", fault(core.wait, exchange, seconds))
      end
      assert.equal("wait needs a number of seconds from 0 to 3600", fault(core.wait, exchange))
    end)

    it("gives its result once", function()
      local exchange = core.start(client_for "ok", get())
      repeat until core.wait(exchange, 1)
      assert.equal(200, core.result(exchange).status)
      assert.equal("the result of this exchange has been taken", fault(core.result, exchange))
      assert.is_true(core.wait(exchange, 0))
      core.cancel(exchange)
      assert.equal("synthflow.core.exchange (closed)", tostring(exchange))
    end)

    it("can be cancelled", function()
      local client, tag = client_for("silence", { timeout = 20 })
      local exchange, ends = core.start(client, get()), core.clock() + 10
      repeat
        assert.is_false(core.wait(exchange, 0.02))
      until server:received(tag) == 1 or core.clock() > ends
      core.cancel(exchange)
      core.cancel(exchange)
      assert.is_true(core.wait(exchange, 5))
      local result = core.result(exchange)
      assert.equal("cancelled", result.outcome)
      assert.equal("maybe", result.took_effect)
      assert.equal("cancelled", result.attempts[1].reason)
    end)

    it("is driven in the background when its owner may not wait", function()
      local request = get()
      request.background = true
      local exchange = core.start(client_for "ok", request)
      local watch = os.time()
      repeat until core.wait(exchange, 0) or os.time() > watch + 5 -- without seconds, it does not drive
      assert.is_true(core.wait(exchange, 0))
      assert.equal(200, core.result(exchange).status)
    end)

    it("is begun in the background even when the one before has just ended", function()
      local client, request = client_for "close", get()
      request.background = true
      for _ = 1, 200 do
        assert.is_true(core.wait(core.start(client, request), 3))
        local exchange = core.start(client, request)
        local watch = os.time()
        repeat until core.wait(exchange, 0) or os.time() > watch + 3
        assert.is_true(core.wait(exchange, 0))
      end
    end)

    it("is one of many", function()
      local client = client_for "delay-50"
      local exchanges = {}
      for i = 1, 20 do
        exchanges[i] = core.start(client, get("/" .. i))
      end
      for i = 20, 1, -1 do
        repeat until core.wait(exchanges[i], 1)
        assert.matches("/" .. i .. "$", core.result(exchanges[i]).data.response.path)
      end
    end)

    it("may have its result taken by a finalizer, while that is being read", function()
    local output = child.run [[
      local core = require "synthflow.core"
      local client = core.client { base_url = "http://127.0.0.1:9", api_key = "k", retries = 0 }
      local function at_collection(run)
        local proxy = rawget(_G, "newproxy") and newproxy(true)
        if proxy then getmetatable(proxy).__gc = run else setmetatable({}, { __gc = run }) end
      end
      local taken = 0
      for round = 1, 60 do
        local exchange = core.start(client, { method = "GET", path = "/x", effect = "read" })
        while not core.wait(exchange, 0.25) do end
        local armed = true
        local function arm()
          at_collection(function()
            if not armed then
              return
            elseif pcall(core.result, exchange) then
              taken, armed = taken + 1, false
            else
              arm()
            end
          end)
        end
        collectgarbage "stop"
        arm()
        collectgarbage "restart"
        collectgarbage("setpause", 0)
        collectgarbage("setstepmul", 5000)
        for _ = 1, round % 20 do local _ = {} end
        pcall(core.result, exchange)
        armed = false
      end
      print(taken > 0)
    ]]
    assert.equal("true\n", output)
  end)

  it("may be dropped at any time", function()
      local silent = client_of("http://127.0.0.1:" .. server.silent)
      for i = 1, 10 do
        local exchange = core.start(i % 2 == 0 and silent or client_for "ok", get())
        if i > 5 then
          core.wait(exchange, 0.01)
        end
      end
      silent = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      local last = core.start(client_for "delay-50", get())
      assert.is_true(core.wait(last, 5))
      local watch = os.time()
      repeat until core.stats().in_flight == 0 or os.time() > watch + 5
      assert.equal(0, core.stats().in_flight)
    end)

    it("outlives its client", function()
      local client = client_for "delay-50"
      local exchange = core.start(client, get())
      debug.getmetatable(client).__gc(client)
      assert.is_true(core.wait(exchange, 5))
      assert.equal(200, core.result(exchange).status)
    end)

    it("cannot be taken apart", function()
      local exchange = core.start(client_for "ok", get())
      assert.is_false(getmetatable(exchange))
      local metatable = debug.getmetatable(exchange)
      metatable.__gc(exchange)
      metatable.__gc(exchange)
      metatable.__gc(io.stdout)
      assert.is_true(core.wait(exchange, 0))
      assert.equal("the result of this exchange has been taken", fault(core.result, exchange))
    end)

    it("is closed at the end of its scope, where Lua has such scopes", function()
      local load_text = loadstring or load
      local run = load_text [[
        local core, client, request = ...
        local exchange <close> = core.start(client, request)
        return exchange
      ]]
      if run then
        local exchange = run(core, client_of("http://127.0.0.1:" .. server.silent), get())
        assert.equal("synthflow.core.exchange (closed)", tostring(exchange))
      end
    end)
  end)

  describe("core.request", function()
    it("raises what start raises, as plain text", function()
      assert.equal("request.metod: no such field", fault(core.request, client_for "ok", { metod = "GET" }))
      assert.matches("^a client of synthflow.core is needed", fault(core.request, nil, get()))
    end)

    it("lets debug hooks run, and with them Ctrl-C", function()
      local request = get()
      request.timeout = 10
      local client = client_of("http://127.0.0.1:" .. server.silent)
      local begun = os.time()
      local steps = 0
      local information, set_hook, raise = debug.getinfo, debug.sethook, error
      set_hook(function()
        if information(2, "S").short_src == "synthflow.core" then
          steps = steps + 1
          if steps > 4 then
            raise("interrupted", 0)
          end
        end
      end, "l")
      local ok, reason = pcall(core.request, client, request)
      set_hook()
      assert.is_false(ok)
      assert.equal("interrupted", reason)
      assert.is_true(os.time() - begun <= 5)
    end)

    it("can be used in a coroutine", function()
      local result = coroutine.wrap(function() return core.request(client_for "ok", get()) end)()
      assert.equal(200, result.status)
    end)
  end)

  it("the key shows up in no result", function()
    local function search(value)
      if type(value) == "table" then
        for name, inner in pairs(value) do
          search(name)
          search(inner)
        end
      elseif type(value) == "string" then
        assert.is_nil(value:find(KEY, 1, true), value)
      end
    end
    for _, name in ipairs { "ok", "html", "status-401", "huge" } do
      search(core.request(client_for(name, { max_response_bytes = 1000 }), get()))
    end
    search(core.request(client_of("http://127.0.0.1:" .. server.refused), get()))
    search(core.request(client_of("https://127.0.0.1:" .. server.tls), get()))
  end)
end)
