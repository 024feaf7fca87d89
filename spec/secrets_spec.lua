-- The key and the passwords of a request show up nowhere: not in errors, texts, hooks or traces,
-- even when the server sends back all that it received.

local child = require "support.child"
local fault_server = require "support.fault_server"

local KEY = "sk-0123456789abcdefghij"
local PASSWORD = "trunk-Passw0rd-42"

-- Faults that end in an error: answers of every class, one that repeats the request, broken ones.
local FAULTS = {
  "echo-400", "echo-401", "echo-500", "echo", "status-401", "status-422", "html_502", "not_json",
  "redirect_away", "drop_before", "drop_headers", "drop_middle", "bad_chunk", "huge_headers", "silence",
}

-- Prints all that a program can get hold of, however deep.
local PROGRAM = [[
  local seen = {}
  local function show(value)
    print(tostring(value))
    if type(value) ~= "table" or seen[value] then return end
    seen[value] = true
    for name, inner in pairs(value) do
      show(name)
      show(inner)
    end
    show(getmetatable(value))
  end
  local synthflow = require "synthflow"
  local given_key, password = os.getenv "KEY", os.getenv "PASSWORD"
  local function try(base_url, key)
    local client = synthflow.new {
      base_url = base_url, api_key = key, workspace_id = "w", timeout = 0.3, max_response_bytes = 100000,
      on_request = show, on_retry = show, on_response = show, retries = 1,
    }
    local numbers = client.phone_numbers
    show(client)
    show(numbers)
    show { numbers:import { phone_number = "+33782990580", trunk_pwd = password } }
    show { numbers:get "+33782990580" }
    local body = { trunk_pwd = password }
    show { client:request { method = "POST", path = "/x", effect = "creates", body = body } }
    show { numbers:import({ trunk_pwd = password, phone_number = "1" }, { dry_run = true }) }
    show { client:request { method = "POST", path = "/x", body = body, query = body, dry_run = true } }
    show { require("synthflow").doctor { base_url = base_url, api_key = key, timeout = 0.3 } }
    show { client:stats() }
    show { pcall(numbers.import, numbers, { trunk_pwd = password, trunk_pw = "x" }) }
    show { pcall(numbers.import, numbers, { phone_number = "1", trunk_pwd = { password } }) }
    print "tried"
  end
  for base_url in os.getenv("URLS"):gmatch "%S+" do
    try(base_url, given_key)
    try(base_url, function() return given_key end)
  end
  local ill_formed = { given_key .. "\r\nX-Injected: 1", "\0" .. given_key, given_key .. "\127" }
  for _, key in ipairs(ill_formed) do
    show { pcall(synthflow.new, { api_key = key }) }
    local client = synthflow.new { api_key = function() return key end, workspace_id = "w" }
    show { client.phone_numbers:get "1" }
  end
  local core = require "synthflow.core"
  local client = core.client { base_url = "http://127.0.0.1:1", api_key = given_key }
  show(client)
  show(core.request(client, { method = "GET", path = "/x", effect = "read" }))
  print(collectgarbage "count", "ended")
]]

describe("the key and the passwords", function()
  local server

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function run(environment)
    local urls = {}
    for _, fault in ipairs(FAULTS) do
      urls[#urls + 1] = server:url(fault)
    end
    environment.URLS, environment.KEY, environment.PASSWORD = table.concat(urls, " "), KEY, PASSWORD
    return child.run(PROGRAM, environment)
  end

  local function count(text, word)
    return select(2, text:gsub(word, ""))
  end

  it("show up in no error, text, hook or trace", function()
    local output = run { SYNTHFLOW_DEBUG = "1" }
    assert.truthy(output:find "ended%s*$", output:sub(-500))
    assert.are.equal(2 * #FAULTS, count(output, "tried"))
    assert.are.equal(0, count(output, "sk%-01234"))
    assert.are.equal(0, count(output, "Passw0rd"))
    -- They were there to be shown: the server did send them back, and they were masked.
    assert.is_true(count(output, "Authorization: Bearer %*%*%*") > 0)
    assert.is_true(count(output, "synthflow: phone_numbers:import POST") >= 2 * #FAULTS)
  end)
end)

describe("a key", function()
  it("may end in a newline, as files have it", function()
    local server = fault_server.start()
    local output = child.run([[
      local synthflow = require "synthflow"
      local client = synthflow.new { base_url = os.getenv "URL", api_key = os.getenv "KEY" .. "\n" }
      local answer, err = client:request { method = "GET", path = "/x", effect = "read" }
      io.write(tostring(answer and answer.authorized or err))
    ]], { URL = server:url "ok", KEY = KEY })
    server:stop()
    assert.are.equal("true", output)
  end)

  it("with control characters is refused before anything is sent", function()
    local server = fault_server.start()
    local output = child.run([[
      local made, fault = pcall(require("synthflow").new, { base_url = os.getenv "URL", api_key = "a\r\nb" })
      io.write(tostring(made), " ", tostring(fault))
    ]], { URL = server:url("ok", "refused") })
    local requests = server:received "refused"
    server:stop()
    assert.truthy(output:find "^false .*api_key holds control characters", output)
    assert.are.equal(0, requests)
  end)
end)
