-- SYNTHFLOW_DEBUG=1.

local child = require "support.child"

local KEY = "key-0123456789"

describe("a request", function()
  it("is traced, and each of its attempts, without secrets, when SYNTHFLOW_DEBUG is set", function()
    local output = child.run([[
      local core = require("support.fake_core").install()
      core.answers = {
        { data = { status = "ok", request_id = "r-1", response = {} }, attempts = {
          { at = 0, seconds = 0.2, status = 503, on_wire = true, reused = true },
          { at = 1.5, seconds = 0.1, reason = "network", on_wire = false, reused = false },
          { at = 2, seconds = 0.3, status = 200, on_wire = true, reused = false },
        }, timing = { total = 2.3 } },
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
    assert.are.equal(start .. "attempt 1 at 0.000 s: HTTP 503 (0.200 s, open connection)", lines[1])
    assert.are.equal(start .. "attempt 2 at 1.500 s: network (0.100 s, not sent)", lines[2])
    assert.are.equal(start .. "attempt 3 at 2.000 s: HTTP 200 (0.300 s, new connection)", lines[3])
    assert.are.equal(start .. "HTTP 200, request r-1 (2.300 s, attempts: 3)", lines[4])
    assert.are.equal(start .. "HTTP 401, auth: bad key ***, *** (0.010 s, attempts: 1)", lines[6])
    assert.truthy(lines[8]:find("network: Connection refused", 1, true), output)
    assert.truthy(lines[10]:find("GET /x/***", 1, true), output)
    assert.are.equal(10, #lines, output)
  end)
end)
