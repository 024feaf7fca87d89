-- The program of `make demo`, as its user runs it.

local dkjson = require "dkjson"
local http = require "support.http"
local sandbox = require "synthflow.sandbox"

local NUMBER = "+33782990580"

local interpreter = (_G.arg and _G.arg[-1]) or "lua"
local UNSET = "env -u SYNTHFLOW_API_KEY -u SYNTHFLOW_BASE_URL -u SYNTHFLOW_WORKSPACE_ID -u SYNTHFLOW_REGION "

-- Its output, its errors included, and whether it ended well.
local function run(environment, arguments)
  local words = { UNSET }
  for name, value in pairs(environment) do words[#words + 1] = name .. "='" .. value .. "'" end
  words[#words + 1] = ("'%s' spec/examples/import_number.lua %s 2>&1; echo \"ended $?\""):format(
    interpreter, arguments or "")
  local pipe = io.popen(table.concat(words, " "))
  local output = pipe:read("*a")
  pipe:close()
  return output, output:find("ended 0\n$") ~= nil
end

describe("the demonstration", function()
  local running

  setup(function() running = sandbox.start() end)
  teardown(function() running.stop() end)
  before_each(function() http.request("POST", running.base_url .. "/_sandbox/reset") end)

  local function environment(more)
    local values = {
      SYNTHFLOW_BASE_URL = running.base_url,
      SYNTHFLOW_API_KEY = running.api_key,
      SYNTHFLOW_WORKSPACE_ID = running.workspace_id,
    }
    for name, value in pairs(more or {}) do values[name] = value end
    return values
  end

  local function received()
    local _, _, text = http.request("GET", running.base_url .. "/_sandbox/requests")
    local operations = {}
    for index, request in ipairs(dkjson.decode(text).requests) do operations[index] = request.operation end
    return table.concat(operations, " ")
  end

  it("runs by itself against a sandbox of its own", function()
    local output, ended_well = run {}
    assert.truthy(ended_well, output)
    assert.truthy(output:find("a sandbox on this machine", 1, true))
    assert.truthy(output:find("7 of them over a connection that was already open", 1, true), output)
    assert.are.equal("", received())
  end)

  it("does the same where the environment points", function()
    local output, ended_well = run(environment(), "+15550100")
    assert.truthy(ended_well, output)
    assert.truthy(output:find("+15550100", 1, true))
    assert.falsy(output:find(running.api_key, 1, true))
    assert.are.equal("phone_numbers.get phone_numbers.import phone_numbers.list phone_numbers.get "
      .. "phone_numbers.update phone_numbers.get phone_numbers.delete phone_numbers.get", received())
  end)

  it("leaves alone a number that is there already", function()
    http.request("POST", running.base_url .. "/custom-numbers", {
      Authorization = "Bearer " .. running.api_key, ["Content-Type"] = "application/json",
    }, dkjson.encode { workspace_id = running.workspace_id, phone_number = NUMBER })
    local output, ended_well = run(environment())
    assert.falsy(ended_well)
    assert.truthy(output:find("stays as it is", 1, true))
    assert.are.equal("phone_numbers.import phone_numbers.get", received())
  end)

  it("deletes nothing that it could not import", function()
    local refusing = sandbox.start { disabled_providers = { "custom" } }
    local output, ended_well = run(environment { SYNTHFLOW_BASE_URL = refusing.base_url })
    refusing.stop()
    assert.falsy(ended_well)
    assert.truthy(output:find("HTTP 403", 1, true), output)
    assert.falsy(output:find("DELETE", 1, true))
  end)

  it("ends with an error and what to do about it", function()
    local output, ended_well = run(environment { SYNTHFLOW_API_KEY = "wrong" })
    assert.falsy(ended_well)
    assert.truthy(output:find("Unauthorized: Invalid or expired token.", 1, true))
    assert.truthy(output:find("region", 1, true))
    assert.falsy(output:find("traceback", 1, true))

    for name in pairs(environment()) do
      local values = environment()
      values[name] = nil
      output, ended_well = run(values)
      if name ~= "SYNTHFLOW_BASE_URL" then
        assert.falsy(ended_well)
        assert.truthy(output:find("Set " .. name .. " as well", 1, true), output)
      end
    end

    output, ended_well = run(environment { SYNTHFLOW_BASE_URL = "http://127.0.0.1:1/v2" })
    assert.falsy(ended_well)
    assert.truthy(output:find("check base_url", 1, true), output)
  end)
end)
