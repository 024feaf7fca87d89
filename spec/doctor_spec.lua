-- What the doctor finds, tells and keeps to itself.

local child = require "support.child"
local doctor = require "synthflow.doctor"
local fault_server = require "support.fault_server"
local machine = require "synthflow.doctor.machine"
local monotime = require("cqueues").monotime

local KEY = "sk-doctor-0123456789"

local function has(list, text)
  for _, one in ipairs(list) do
    if one:find(text, 1, true) then
      return true
    end
  end
  return false
end

-- A report that only its probes and problems are looked at.
local function quiet(given)
  given.print = false
  return given
end

describe("the doctor", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function examine(given, regions)
    given.api_key = given.api_key or KEY
    return doctor.run(quiet(given), regions)
  end

  it("names the region that accepts the key", function()
    local report = examine({ region = "eu" }, {
      us = server:url "status-401", eu = server:url "ok", global = server:url "status-401",
    })
    assert.are.equal("eu", report.accepted_by)
    assert.are.same({ true, false, false },
      { report.probes[1].accepted, report.probes[2].accepted, report.probes[3].accepted })
    assert.are.equal("eu", report.probes[1].region)
    assert.are.equal(200, report.probes[1].status)
    assert.is_true(report.probes[1].seconds > 0)
    assert.are.equal(401, report.probes[2].status)
    assert.are.same({}, report.problems)
    local text = tostring(report)
    assert.truthy(text:find("eu takes this key, HTTP 200 in ", 1, true), text)
    assert.truthy(text:find("us does NOT take this key, HTTP 401 in ", 1, true), text)
    assert.truthy(text:find("No problem was found.", 1, true), text)
  end)

  it("says so when it is not the region that the client uses", function()
    local report = examine({ region = "us" }, { us = server:url "status-401", eu = server:url "status-403" })
    assert.are.equal("eu", report.accepted_by)
    assert.are.same({ 'this is a key of region eu, and not of us: set region = "eu", or SYNTHFLOW_REGION' },
      report.problems)
  end)

  it("says so when no region takes it", function()
    local refusing = server:url "status-401"
    local report = examine({ region = "us" }, { us = refusing, eu = refusing, global = refusing })
    assert.is_nil(report.accepted_by)
    assert.are.same({ "no region takes this key: check it" }, report.problems)
  end)

  it("asks base_url alone when that is given", function()
    local report = examine { base_url = server:url("ok", "alone") }
    assert.are.equal("127.0.0.1:" .. server.plain, report.accepted_by)
    assert.are.equal(1, #report.probes)
    assert.is_nil(report.probes[1].region)
    report = examine { base_url = server:url "status-401" }
    assert.truthy(has(report.problems, "does not take this key: check it, and whether base_url"))
  end)

  it("finds its way in the sandbox", function()
    local sandbox = require("synthflow.sandbox").start()
    local right = examine { base_url = sandbox.base_url, api_key = sandbox.api_key }
    local wrong = examine { base_url = sandbox.base_url }
    sandbox:stop()
    assert.are.same({}, right.problems)
    assert.are.equal(200, right.probes[1].status)
    assert.are.equal(401, wrong.probes[1].status)
  end)

  it("only reads, once, and asks a function for the key once", function()
    local asked = 0
    local report = examine({ region = "eu", retries = 5, api_key = function()
      asked = asked + 1
      return KEY
    end }, { us = server:url("status-500", "once"), eu = server:url("ok", "once") })
    assert.are.equal(1, asked)
    assert.are.equal("eu", report.accepted_by)
    local requests, _, details = server:received "once"
    assert.are.equal(2, requests)
    assert.are.same({ GET = 2 }, details.methods)
    assert.truthy(has(report.problems, "us: "))
  end)

  it("tells what a failure means", function()
    local report = examine({ region = "us" }, {
      us = server:url("ok", nil, "refused"), eu = server:url("ok", nil, "tls_untrusted"),
      global = server:url "html",
    })
    assert.is_nil(report.accepted_by)
    assert.are.equal("network", report.probes[1].kind)
    assert.truthy(report.problems[1]:find("^eu: .* install the package ca%-certificates, or set ca_file"))
    assert.truthy(report.problems[2]:find("^global: a web page answered .* check base_url"))
    assert.truthy(report.problems[3]:find("^us: .* check base_url, the network"))
    local text = tostring(report)
    assert.truthy(text:find("us no answer in ", 1, true), text)
    assert.truthy(text:find("To be seen to:\n- eu: ", 1, true), text)
  end)

  it("trusts what ca_file says", function()
    local report = examine { base_url = server:url("ok", nil, "tls"), ca_file = server.ca_file }
    assert.are.same({}, report.problems)
    assert.are.same({ file = server.ca_file, from = "ca_file", system = false, usable = true },
      report.certificates)
    assert.truthy(tostring(report):find(server.ca_file .. " (ca_file), readable", 1, true))
  end)

  it("asks all at once, and ends with the time limit of the client", function()
    local silent, began = server:url "silence", monotime()
    local report = examine({ region = "us", timeout = "1" }, { us = silent, eu = silent, global = silent })
    assert.is_true(monotime() - began < 2.5) -- 3 s one after the other
    for _, probe in ipairs(report.probes) do
      assert.are.equal("timeout", probe.kind)
      assert.is_true(probe.seconds >= 0.95, probe.seconds)
    end
  end)

  it("does not take a function that gives no key for a wrong key", function()
    local report = doctor.run(quiet { region = "us", api_key = function() error "the vault is sealed" end })
    assert.are.equal(3, #report.probes)
    assert.is_nil(report.probes[1].accepted)
    local said = {}
    for _, problem in ipairs(report.problems) do
      said[#said + 1] = problem:find("api_key function", 1, true) and problem or nil
    end
    assert.are.equal(1, #said, table.concat(report.problems, "\n"))
    assert.truthy(said[1]:find("^eu, global, us: the api_key function raised an error"), said[1])
    assert.is_false(has(report.problems, "no region takes this key"))
  end)

  it("goes without a key, and says how to give one", function()
    local report = doctor.run(quiet { api_key = " ", base_url = server:url("ok", "no-key") })
    assert.are.same({}, report.probes)
    assert.truthy(has(report.problems, "set api_key in synthflow.new"))
    assert.are.equal(0, (server:received "no-key"))
    assert.truthy(tostring(report):find "key +none")
  end)

  it("reports options that are wrong, and sends nothing with them", function()
    local report = examine { base_url = server:url("ok", "wrong"), retrys = 1, timeout = -1 }
    assert.truthy(has(report.problems, "unknown option 'retrys' (did you mean retries?)"))
    assert.truthy(has(report.problems, "timeout must be"))
    assert.are.equal(0, (server:received "wrong"))
  end)

  it("raises for what are no options at all", function()
    for wrong, expected in pairs { key = "the options must be a table", [true] = "the options must be" } do
      local raised, text = pcall(function() return (doctor.run(wrong)) end)
      assert.is_false(raised)
      assert.truthy(text:find(expected, 1, true), text)
    end
    for _, out in ipairs { 1, {}, { write = "x" } } do
      local raised, text = pcall(function() return (doctor.run { out = out }) end)
      assert.is_false(raised)
      assert.truthy(text:find "doctor_spec.lua:%d+: synthflow.doctor: out must be a file", text)
    end
  end)

  it("says what the client is made for", function()
    local report = examine { base_url = server:url "ok", allow_calls = false, calls_per_second = "2.5",
      proxy = "http://me:proxy-pw@proxy:3128" }
    local text = tostring(report)
    assert.truthy(text:find("refused by allow_calls", 1, true), text)
    assert.truthy(text:find("calls_per_second = 2.5; it counts in one process: N processes have N times the "
      .. "rate", 1, true), text)
    assert.truthy(text:find("http://***@proxy:3128", 1, true), text)
    assert.is_nil(text:find("proxy-pw", 1, true))
  end)

  it("prints the report, unless it is told not to, where it is told to", function()
    local written = {}
    local out = { write = function(_, text) written[#written + 1] = text end }
    local report = doctor.run { base_url = server:url "ok", api_key = KEY, out = out }
    assert.are.same({ tostring(report) }, written)
    doctor.run { base_url = server:url "ok", api_key = KEY, out = out, print = "no" }
    assert.are.equal(1, #written)
    local output = child.run([[
      require("synthflow").doctor { api_key = "k", base_url = os.getenv "URL" }
    ]], { URL = server:url "ok" })
    assert.truthy(output:find "^synthflow +%d", output)
    assert.truthy(output:find("No problem was found.", 1, true), output)
  end)

  it("shows no secret", function()
    local output = child.run([[
      local report = require("synthflow").doctor()
      local function show(value)
        if type(value) ~= "table" then return print(value) end
        for name, inner in pairs(value) do show(name) show(inner) end
      end
      show(report)
    ]], {
      SYNTHFLOW_API_KEY = KEY, SYNTHFLOW_BASE_URL = server:url "echo-400", HTTPS_PROXY = "u:proxy-pw@p:1",
      all_proxy = "socks5h://u:p@ss/proxy-pw@p:1", no_proxy = "localhost", SSL_CERT_FILE = "/x.pem",
    })
    for _, secret in ipairs { KEY, "proxy-pw", "p@ss" } do
      assert.is_nil(output:find(secret, 1, true), output)
    end
    for _, shown in ipairs {
      "SYNTHFLOW_API_KEY: set", "HTTPS_PROXY: ***@p:1", "all_proxy: socks5h://***@p:1", "no_proxy: localhost",
      'SSL_CERT_FILE: "/x.pem" (the curl program reads this, libcurl does not: set ca_file)',
    } do
      assert.truthy(output:find(shown, 1, true), shown .. " is not in " .. output)
    end
  end)

  it("reports a core that is missing", function()
    local output = child.run [[
      package.cpath = ""
      require("synthflow").doctor { api_key = "k" }
    ]]
    assert.truthy(output:find "core +none", output)
    assert.truthy(output:find("its C part, synthflow.core, is not installed for", 1, true), output)
  end)

  it("knows what it runs with", function()
    local report = examine { base_url = server:url "ok" }
    local versions = report.versions
    assert.are.equal("0.1.0", versions.library)
    assert.are.equal("0.1.0", versions.core)
    assert.are.equal(_VERSION, versions.lua)
    assert.truthy(versions.core_file:find("synthflow/core.so", 1, true))
    assert.truthy(versions.cjson_file:find("cjson.so", 1, true))
    assert.truthy(versions.library_folder:find "synthflow$")
    assert.truthy(versions.curl and versions.curl_built and versions.ssl and versions.cjson)
    assert.are.equal("boolean", type(report.http2))
    assert.are.equal("boolean", type(report.resolver.stalls))
  end)
end)

describe("what the doctor looks at", function()
  local report
  before_each(function() report = { problems = {} } end)

  local function info(more)
    local whole = {
      version = "0.1.0", abi = 100 * _VERSION:match "%d" + _VERSION:match "%.(%d)", curl = "8.5.0",
      curl_built = "8.5.0", ssl = "OpenSSL/3.0", resolver = "threaded", quick_exit = true, http2 = true,
    }
    for name, value in pairs(more or {}) do
      whole[name] = value
    end
    return whole
  end

  it("is whether the core fits this Lua and this libcurl", function()
    machine.versions(report, info { curl = "8.10.0" })
    machine.versions(report, info { curl_built = "8.4.9" })
    assert.are.same({}, report.problems)
    machine.versions(report, info { abi = 999, curl_built = "8.10.0" })
    assert.truthy(report.problems[1]:find("is built for Lua 9.99, and this is " .. _VERSION, 1, true))
    assert.truthy(report.problems[2]:find("libcurl is 8.5.0 here, older than the 8.10.0", 1, true))
  end)

  it("is whether one name can hold up the others", function()
    for kind, stalls in pairs { blocking = true, threaded = false, ["c-ares"] = false } do
      machine.resolver(report, info { resolver = kind })
      assert.are.equal(stalls, report.resolver.stalls)
    end
    machine.resolver(report, info { quick_exit = false })
    assert.is_true(report.resolver.stalls)
    assert.truthy(has(report.problems, "(resolver: threaded) one name"))
  end)

  describe("are the certificates:", function()
    local function problem_of(more, ca_file)
      machine.certificates(report, info(more), ca_file)
      assert.are.equal(#report.problems == 0, report.certificates.usable)
      return report.problems[1]
    end

    it("a file that is there", function()
      local certificates = fault_server.directory() .. "/certificates"
      assert.is_nil(problem_of({ ca_file = certificates .. "/ca.pem", ca_path = "/nowhere" }))
      assert.is_nil(problem_of({ ca_path = certificates }))
      assert.are.equal(certificates, report.certificates.path)
    end)

    it("a file that is not there", function()
      local remedy = "install the package ca-certificates, or set ca_file to a file of certificates to trust"
      assert.are.equal("/nowhere.pem cannot be read: " .. remedy, problem_of({ ca_file = "/nowhere.pem" }))
    end)

    it("a directory that is not there", function()
      assert.truthy(problem_of({ ca_path = "/nowhere" }):find("/nowhere is no directory: install", 1, true))
    end)

    it("no file and no directory", function()
      assert.truthy(problem_of():find("names neither", 1, true))
    end)

    it("those of the system", function()
      assert.is_nil(problem_of({ ssl = "SecureTransport" }))
    end)

    it("a ca_file that holds none", function()
      assert.are.equal("ca_file: README.md holds no certificate", problem_of({}, "README.md"))
    end)
  end)

  it("are addresses without passwords", function()
    for given, shown in pairs {
      ["http://proxy:3128"] = "http://proxy:3128", ["http://u:p@h:1/x"] = "http://***@h:1/x",
      ["u:p@h:1"] = "***@h:1", ["https://h/v2?token=1"] = "https://h/v2?***", ["a\27b"] = "a?b",
      [("x"):rep(300)] = ("x"):rep(200),
    } do
      assert.are.equal(shown, machine.without_secrets(given))
    end
  end)
end)
