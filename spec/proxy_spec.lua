-- A proxy stands only between this machine and others, is told nothing of the key, and when it fails
-- nothing has been sent.

local synthflow = require "synthflow"
local child = require "support.child"
local fault_server = require "support.fault_server"
local in_time = require "support.in_time"
local monotime = require("cqueues").monotime

local KEY = "sk-proxy-0123456789abcdef"
local PASSWORD = "proxy-Passw0rd-42"
local IN_BASE64 = "dXNlcjpwcm94eS1QYXNzdzByZC00Mg" -- behind "user:", as it is sent
local SANITIZED = os.getenv "SYNTHFLOW_SANITIZED"
local DEADLINE = SANITIZED and 1 or 0.3
local PATIENCE = 5
local SLACK = SANITIZED and 2 or 0.1

-- What the proxy does at CONNECT: kind; slow: ends with the deadline.
local faults = {
  { "status-407", "network" },
  { "status-503", "network" },
  { "drop_before", "network" },
  { "reset_before", "network" },
  { "garbage", "network" },
  { "silence", "timeout", slow = true },
}

local effects = { GET = "read", DELETE = "idempotent", PUT = "creates", POST = "dials" }

local server
setup(function() server = fault_server.start() end)
teardown(function() server:stop() end)

local function proxy(name)
  return ("http://user:%s@127.0.0.1:%d"):format(PASSWORD, server[name or "proxy"])
end

-- The proxy is told the name of the host, and takes it for the fault and the tag.
local function base_url(fault, tag)
  return ("https://%s.%s.test/v2"):format(fault, tag)
end

-- Of an error, all that a program can get hold of.
local function check_secrets(value, about)
  if type(value) == "table" then
    for name, inner in pairs(value) do
      check_secrets(name, about)
      check_secrets(inner, about)
    end
  end
  for _, secret in ipairs { KEY, PASSWORD, IN_BASE64 } do
    assert.is_nil(tostring(value):find(secret, 1, true), about)
  end
end

local function check_error(err, kind, about)
  assert.is_table(err, about)
  assert.equal(kind, err.kind, about)
  assert.equal("no", err.took_effect, about)
  assert.is_false(err.attempts[1].on_wire, about)
  assert.is_true(#err.message > 0 and #err.hint > 0, about)
  check_secrets(err, about)
end

-- Returns what was too late.
local function try(client, kind, limit, method, timeout)
  local began = monotime()
  local data, err = client:request {
    method = method, path = "/x", effect = effects[method], timeout = timeout or PATIENCE,
  }
  local seconds = monotime() - began
  local about = ("%s: %s\n"):format(method, tostring(err))
  assert.is_nil(data, about)
  check_error(err, kind, about)
  if seconds > limit + SLACK then return about .. seconds .. " s" end
end

local function make_client(options)
  options.api_key, options.retries = KEY, 0
  return synthflow.new(options)
end

describe("a proxy that does not let through", function()
  -- So often is it asked, unless the deadline comes before.
  local function find_unasked(tag, times, is_slow)
    local requests, _, details = server:received(tag)
    assert.equal(0, details.authorized)
    if is_slow and requests < times then return tag .. ": the deadline came before the proxy was asked" end
    assert.equal(times, requests)
    assert.equal(times, details.methods.CONNECT)
  end

  for _, fault in ipairs(faults) do
    it("(" .. fault[1] .. ") is an error before anything was sent", function()
      in_time(function(number)
        local tag, late = fault[1]:gsub("_", "-") .. "-" .. number, nil
        local client = make_client {
          base_url = base_url(fault[1], tag), proxy = proxy(), connect_timeout = fault.slow and DEADLINE,
        }
        for method in pairs(effects) do
          late = try(client, fault[2], fault.slow and DEADLINE or PATIENCE, method) or late
        end
        return find_unasked(tag, 4, fault.slow) or late
      end)
    end)
  end

  it("(silence) is held to the deadline, too", function()
    in_time(function(number)
      local tag = "deadline-" .. number
      local client = make_client { base_url = base_url("silence", tag), proxy = proxy() }
      local late = try(client, "timeout", DEADLINE, "GET", DEADLINE)
      return find_unasked(tag, 1, true) or late
    end)
  end)

  it("because nobody is there, is an error before anything was sent", function()
    local client = make_client { base_url = base_url("ok", "nobody"), proxy = proxy "refused" }
    in_time(function() return try(client, "network", PATIENCE, "POST") end)
  end)
end)

local NAMES = { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" }

-- Prints what comes of a request to each URL; of an error, all fields.
local PROGRAM = [[
  local synthflow = require "synthflow"
  local function show(name, value)
    io.write(name, "=", tostring(value), "\n")
    for inner_name, inner in pairs(type(value) == "table" and value or {}) do
      show(name .. "." .. tostring(inner_name), inner)
    end
  end
  for url in os.getenv("URLS"):gmatch "%S+" do
    local client = synthflow.new {
      base_url = url, api_key = os.getenv "KEY", ca_file = os.getenv "CA", retries = 0, timeout = 5,
    }
    local data, response = client:request { method = "GET", path = "/x" }
    if data then
      show("data", data)
    else
      show("err", response)
    end
  end
]]

local function run(urls, address, names)
  local environment = {
    URLS = table.concat(urls, " "), KEY = KEY, CA = server.ca_file, no_proxy = "", NO_PROXY = "",
  }
  for _, name in ipairs(names) do
    environment[name] = address
  end
  return child.run(PROGRAM, environment)
end

local function fields(output, name)
  local found = {}
  for value in output:gmatch(name:gsub("%.", "%%.") .. "=([^\n]*)") do
    found[#found + 1] = value
  end
  return found
end

describe("a proxy named by the environment", function()
  it("is used for https, and gets no key", function()
    for _, name in ipairs { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" } do
      local tag = name:gsub("_", "-") .. "-env"
      local output = run({ base_url("status-407", tag) }, proxy(), { name })
      local requests, _, details = server:received(tag)
      assert.equal(1, requests, output)
      assert.equal(0, details.authorized)
      assert.same({ "network" }, fields(output, "err.kind"))
      assert.same({ "no" }, fields(output, "err.took_effect"))
      check_secrets(output, output)
    end
  end)

  it("shows no password when it is none", function()
    local wrong = {
      "http://user:%s@127.0.0.1:99999", "nonsense://user:%s@127.0.0.1:1", "user:%s@[::", ":%s@",
    }
    for _, form in ipairs(wrong) do
      local output = run({ base_url("ok", "none") }, form:format(PASSWORD), { "https_proxy" })
      assert.same({ "network" }, fields(output, "err.kind"), output)
      assert.same({ "no" }, fields(output, "err.took_effect"))
      check_secrets(output, output)
    end
  end)
end)

describe("what is on this machine", function()
  local function local_urls(tag)
    local urls = {}
    for index, place in ipairs { "http://127.0.0.1", "http://localhost", "http://a.localhost",
      "https://127.0.0.1", "https://localhost", "https://row1.localhost" } do
      local port = place:find "^https" and server.tls or server.plain
      urls[index] = ("%s:%d/ok/%s"):format(place, port, tag)
    end
    return urls
  end

  local function proxied()
    local _, listeners = server:accepted()
    return listeners.proxy or 0
  end

  it("asks no proxy that the environment names, over http or https", function()
    local before, urls = proxied(), local_urls "environment"
    local output = run(urls, proxy(), NAMES)
    assert.equal(#urls, (server:received "environment"), output)
    assert.equal(#urls, #fields(output, "data.authorized"), output)
    assert.equal(before, proxied())
  end)

  it("asks no proxy that the client names", function()
    local before, urls = proxied(), local_urls "option"
    for _, url in ipairs(urls) do
      local client = make_client { base_url = url, proxy = proxy(), ca_file = server.ca_file }
      local data, err = client:request { method = "GET", path = "/x" }
      assert.is_table(data, tostring(err))
    end
    assert.equal(#urls, (server:received "option"))
    assert.equal(before, proxied())
  end)
end)
