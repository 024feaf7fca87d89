-- What a dry run shows, that it holds no secret, and that its command sends the same.

local fake = require "support.fake_core"
local fault_server = require "support.fault_server"
local quote = require("support.process").quote

local KEY = "sk-dry-0123456789"
local PASSWORD = [[p'w"d\$(x) 1]]

-- What a shell prints for a script, with these variables set.
local function shell(script, variables)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  for variable, value in pairs(variables or {}) do
    file:write(variable, "=", quote(value), "\n")
  end
  file:write(script, "\n")
  file:close()
  local output = io.popen("sh " .. name .. " 2>&1 </dev/null")
  local text = output:read "*a"
  output:close()
  os.remove(name)
  return text
end

-- The words that the command hands to curl.
local function words_of(command, variables)
  local text = shell("curl() { for word; do printf '%s\\037' \"$word\"; done; }\n" .. command, variables)
  local words = {}
  for word in text:gmatch "([^\31]*)\31" do
    words[#words + 1] = word
  end
  return words
end

local function shows(described, text)
  for _, name in ipairs { "method", "url", "body", "curl" } do
    if (described[name] or ""):find(text, 1, true) then
      return name
    end
  end
  for name, value in pairs(described.headers) do
    if value:find(text, 1, true) then
      return name
    end
  end
end

describe("a dry run", function()
  local core, synthflow

  before_each(function()
    core = fake.install()
    synthflow = require "synthflow"
  end)
  after_each(function() fake.remove() end)

  local function new(options)
    options = options or {}
    options.api_key, options.workspace_id = options.api_key or KEY, "w-1"
    return synthflow.new(options)
  end

  local function import(client, body, options)
    options = options or {}
    options.dry_run = true
    return client.phone_numbers:import(body, options)
  end

  it("of an iterator says in words that there is nothing to iterate over", function()
    fake.install()
    local client = require("synthflow").new { api_key = KEY, workspace_id = "w" }
    local described = client.phone_numbers:each({}, { dry_run = true })
    assert.are.equal("GET", described.method)
    local ran, text = pcall(described)
    fake.remove()
    assert.is_false(ran)
    assert.truthy(text:find "dry_run_spec.lua:%d+: phone_numbers:each: with dry_run = true it iterates over")
  end)

  it("returns what would be sent, and sends nothing", function()
    local described, more = import(new { region = "eu" }, { phone_number = "+33782990580" })
    assert.are.equal("POST", described.method)
    assert.are.equal("https://api.eu.synthflow.ai/v2/custom-numbers", described.url)
    assert.are.equal('{"phone_number":"+33782990580","workspace_id":"w-1"}', described.body)
    assert.are.same({ Accept = "application/json", Authorization = "Bearer ***",
      ["User-Agent"] = "synthflow-lua" }, described.headers)
    assert.are.equal(described.curl, tostring(described))
    assert.is_nil(more)
    assert.are.same({}, core.sent)
  end)

  it("needs no key, and asks no function for one", function()
    assert.is_nil(import(new { api_key = " " }, { phone_number = "1" }).headers.Authorization)
    local described = import(new { api_key = error }, { phone_number = "1" })
    assert.are.equal("Bearer ***", described.headers.Authorization)
  end)

  it("shows what may not be sent, where calls are not allowed", function()
    local client = new { allow_calls = false }
    local described = client:request { method = "POST", path = "/calls", dry_run = true }
    assert.are.equal("https://api.synthflow.ai/v2/calls", described.url)
  end)

  it("raises what the core will not take at the caller's line", function()
    core.refuses = "body.x: a function cannot be sent"
    local raised, text = pcall(function()
      local described = import(new(), { phone_number = "1" })
      return described
    end)
    assert.is_false(raised)
    assert.truthy(text:find "dry_run_spec.lua:%d+: phone_numbers:import: body.x: a function", text)
  end)

  it("hides the key, and what is secret by the catalogue or by its name", function()
    local body = { phone_number = "1", trunk_pwd = PASSWORD, friendly_name = "a " .. PASSWORD }
    local described = import(new(), body, {
      extra_body = { more = { { db_password = "pw-22222" } }, pin_token = 987654, note = "key " .. KEY },
      extra_query = { auth_token = "tok-3333" },
      extra_headers = { ["X-Api-Key"] = "hdr-4444", ["X-Note"] = KEY },
    })
    for _, secret in ipairs { KEY, PASSWORD, "pw-22222", "987654", "tok-3333", "hdr-4444", "Synthflow" } do
      assert.is_nil(shows(described, secret), secret)
    end
    assert.are.equal('{"friendly_name":"a ***","more":[{"db_password":"***"}],"note":"key ***",'
      .. '"phone_number":"1","pin_token":***,"trunk_pwd":"***","workspace_id":"w-1"}', described.body)
    assert.are.equal("***", described.headers["X-Api-Key"])
    assert.are.equal("***", described.headers["X-Note"])
    assert.truthy(described.url:find("?auth_token=***", 1, true))
  end)

  it("writes a command that any shell takes apart into the same words", function()
    local described = import(new { ca_file = "/my ca.pem", proxy = "http://proxy:3128" }, {
      phone_number = "it's $HOME `id` \\ \"x\" !", trunk_pwd = "hidden-pw",
    }, { extra_headers = { ["X-Note"] = "a'b", ["X-Token"] = "t-1234" } })
    local variables = { SYNTHFLOW_API_KEY = "the key", TRUNK_PWD = PASSWORD, X_TOKEN = "tok en" }
    assert.are.same({
      "-X", "POST", "--proxy", "http://proxy:3128", "--cacert", "/my ca.pem",
      "https://api.synthflow.ai/v2/custom-numbers", "-H", "Authorization: Bearer the key",
      "-H", "Accept: application/json", "-H", "User-Agent: synthflow-lua",
      "-H", "X-Note: a'b", "-H", "X-Token: tok en", "--data-raw",
      [[{"phone_number":"it's $HOME `id` \ "x" !","trunk_pwd":"]] .. PASSWORD .. '","workspace_id":"w-1"}',
    }, words_of(described.curl, variables))
  end)

  it("names the variables of its command after the secrets, each one once", function()
    local client = new()
    local described = client:request { method = "POST", path = "/x", dry_run = true, body = {
      a = { password = "one" }, b = { password = "two" }, c = { password = "one" }, ["2nd-token"] = "three",
      api_key = 5,
    } }
    local variables = { PASSWORD = "A", PASSWORD_2 = "B", _2ND_TOKEN = "C", API_KEY = "5" }
    local words = words_of(described.curl, variables)
    assert.are.equal('{"2nd-token":"C","a":{"password":"A"},"api_key":5,"b":{"password":"B"},'
      .. '"c":{"password":"A"}}', words[#words])
  end)

  it("keeps the password of a proxy out of its command", function()
    local described = import(new { proxy = "http://user:proxy-pw@proxy:3128" }, { phone_number = "1" })
    assert.is_nil(shows(described, "proxy-pw"))
    assert.truthy(described.curl:find('--proxy "$SYNTHFLOW_PROXY"', 1, true))
  end)
end)

describe("the command of a dry run", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  -- What the server received, line by line, without what says which encodings libcurl can decode.
  local function lines_of(received)
    local lines = {}
    for line in received:gmatch "[^\r\n]+" do
      if not line:find "^Accept%-Encoding:" then
        lines[#lines + 1] = line
      end
    end
    table.sort(lines)
    return lines
  end

  local requests = {
    { method = "GET", path = "/numbers", query = { workspace = "a b&c'd", limit = 5 } },
    { method = "POST", path = "/custom-numbers", effect = "creates",
      headers = { ["X-Note"] = "it's", Empty = "" },
      body = { name = "Zo\235 \195\188 'x' \"y\" \\ \n $HOME", list = { 1, 2 } } },
    { method = "POST", path = "/x/pause", effect = "idempotent" },
    { method = "PUT", path = "/x", effect = "idempotent" },
    { method = "PATCH", path = "/x", body = { a = 1 } },
    { method = "DELETE", path = "/x" },
    { method = "DELETE", path = "/x", body = { a = 1 } },
    { method = "GET", path = "/x", body = { a = 1 } },
  }

  for _, given in ipairs(requests) do
    it("sends what the library sends: " .. given.method .. " " .. given.path, function()
      if shell "command -v curl" == "" then
        pending "the program curl is not installed"
      end
      local client = require("synthflow").new { base_url = server:url "echo", api_key = KEY, retries = 0 }
      local _, err = client:request(given)
      given.dry_run = true
      local described = client:request(given)
      local received = shell(described.curl:gsub("^curl", "curl -sS"), { SYNTHFLOW_API_KEY = KEY })
      assert.truthy(received:find("Bearer " .. KEY, 1, true), received)
      assert.are.same(lines_of(err.body), lines_of((received:gsub(KEY:gsub("%p", "%%%0"), "***"))))
    end)
  end

  it("reads, too, what has no body", function()
    if shell "command -v curl" == "" then
      pending "the program curl is not installed"
    end
    local client = require("synthflow").new { base_url = server:url "ok", api_key = KEY }
    local described = client:request { method = "HEAD", path = "/x", dry_run = true }
    local received = shell((described.curl:gsub("^curl", "curl -sS")))
    assert.truthy(received:find "^HTTP/1.1 200", received)
  end)
end)
