-- SYNTHFLOW_DEBUG=1.

local child = require "support.child"

local KEY = "key-0123456789"

describe("a request", function()
  it("is traced in one line, without secrets, when SYNTHFLOW_DEBUG is set", function()
    local output = child.run([[
      local core = require("support.fake_core").install()
      core.answers = {
        { data = { status = "ok", request_id = "r-1", response = {} } },
        { status = 401, took_effect = "no", data = { detail = "bad\nkey key-0123456789, s3cret-pw" } },
        { outcome = "network", phase = "connect", message = "Connection refused", took_effect = "no" },
      }
      local client = require("synthflow").new { workspace_id = "w" }
      for _ = 1, 3 do
        client.phone_numbers:import { phone_number = "+33782990580", trunk_pwd = "s3cret-pw" }
      end
      client:request { method = "GET", path = "/x/key-0123456789" }
    ]], { SYNTHFLOW_API_KEY = KEY, SYNTHFLOW_DEBUG = "1" })
    local lines = {}
    for line in output:gmatch "[^\n]+" do
      lines[#lines + 1] = line
    end
    local start = "synthflow: phone_numbers:import POST /custom-numbers at api.synthflow.ai: "
    assert.are.equal(start .. "HTTP 200, request r-1 (0.010 s, attempts: 1)", lines[1])
    assert.are.equal(start .. "HTTP 401, auth: bad key ***, *** (0.010 s, attempts: 1)", lines[2])
    assert.truthy(lines[3]:find("network: Connection refused", 1, true), output)
    assert.truthy(lines[4]:find("GET /x/***", 1, true), output)
    assert.are.equal(4, #lines, output)
  end)
end)
