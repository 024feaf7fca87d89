-- The same faults as a user of the library meets them: nil and an error that says what happened,
-- whether it took effect, and what to do next, in time and without the key.

local synthflow = require "synthflow"
local fault_server = require "support.fault_server"
local monotime = require("cqueues").monotime

local KEY = "sk-fault-0123456789abcdef"
local DEADLINE = 0.15
local PATIENCE = 5
local SLACK = os.getenv("SYNTHFLOW_SANITIZED") and 2 or 0.1

-- By operation; where each takes its time, those that are named in `slow_calls` must do.
local slow_calls = { import = true, list = true }
local calls = {
  import = function(client, options)
    local number = { phone_number = "+33782990580", termination_uri = "sip.example.com" }
    return client.phone_numbers:import(number, options)
  end,
  list = function(client, options) return client.phone_numbers:list(nil, options) end,
  update = function(client, options)
    return client.phone_numbers:update("33782990580", { friendly_name = "Desk" }, options)
  end,
  delete = function(client, options) return client.phone_numbers:delete("33782990580", nil, options) end,
}

-- By fault: kind, took_effect; further the name of the port, slow: ends with the deadline.
local faults = {
  { "status-400", "invalid", "no" },
  { "status-401", "auth", "no" },
  { "status-403", "permission", "no" },
  { "status-404", "not_found", "no" },
  { "status-408", "timeout", "maybe" },
  { "status-409", "conflict", "no" },
  { "status-422", "invalid", "no" },
  { "retry_after-429", "rate_limit", "no" },
  { "status-500", "server", "maybe" },
  { "retry_after-503", "server", "maybe" },
  { "redirect-302", "server", "no" },
  { "redirect_away-307", "server", "no" },
  { "early-413", "invalid", "no" },
  { "html", "decode", "yes" },
  { "html_502", "server", "maybe" },
  { "not_json", "decode", "yes" },
  { "echo", "decode", "yes" },
  { "short_length", "decode", "yes" },
  { "huge", "too_large", "yes" },
  { "huge_error", "server", "maybe" },
  { "gzip_bomb", "too_large", "yes" },
  { "gzip_garbage", "network", "yes" },
  { "drop_before", "network", "maybe" },
  { "reset_before", "network", "maybe" },
  { "garbage", "network", "maybe" },
  { "drop_middle", "network", "yes" },
  { "bad_chunk", "network", "yes" },
  { "cut_chunk", "network", "yes" },
  { "drop_before", "network", "maybe", port = "tls" },
  { "drop_middle", "network", "yes", port = "tls" },
  { "silence", "timeout", "maybe", slow = true },
  { "slow_headers", "timeout", "yes", slow = true },
  { "slow_drip", "timeout", "yes", slow = true },
  { "any", "network", "no", port = "refused" },
  { "any", "network", "no", port = "tls_untrusted" },
  { "any", "network", "no", port = "tls_wrong_name" },
  { "any", "timeout", "no", port = "tls_stall", slow = true },
  { "any", "timeout", "no", port = "stuck", slow = true },
}

describe("a fault, as the library tells it", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function make_client(fault, tag)
    return synthflow.new {
      api_key = KEY, base_url = server:url(fault[1], tag, fault.port or "plain"), ca_file = server.ca_file,
      workspace_id = "1710107690998x536152705164378100", max_response_bytes = 64 * 1024, retries = 0,
    }
  end

  local function check_error(err, fault, about)
    assert.is_table(err, about)
    assert.equal(fault[2], err.kind, about)
    assert.equal(fault[3], err.took_effect, about)
    assert.is_true(type(err.message) == "string" and #err.message > 0, about)
    assert.is_true(type(err.hint) == "string" and #err.hint > 0, about .. "no hint")
    assert.equal(1, #err.attempts, about)
    assert.is_nil(tostring(err):find("[\r\n]"), about)
    assert.is_true(#(err.body or "") < 5000, about)
    for _, value in pairs(err) do
      assert.is_nil(tostring(value):find(KEY, 1, true), about .. "the key is shown")
    end
    assert.is_nil(tostring(err):find(KEY, 1, true), about .. "the key is shown")
  end

  local function try(fault, call, tag)
    local limit = fault.slow and DEADLINE or PATIENCE
    local began = monotime()
    local data, err = call(make_client(fault, tag), { timeout = limit })
    local seconds = monotime() - began
    local about = ("%s: %s\n"):format(fault[1], tostring(err))
    assert.is_nil(data, about)
    check_error(err, fault, about)
    assert.is_true(seconds <= limit + SLACK, about .. seconds .. " s")
    local requests, _, details = server:received(tag)
    local reached = not fault.port or fault.port == "tls"
    assert.equal(reached and 1 or 0, details.heads, about)
    assert.equal(reached and fault[1] ~= "early-413" and 1 or 0, requests, about)
  end

  for index, fault in ipairs(faults) do
    local where = fault.port and " over " .. fault.port or ""
    it(fault[1] .. where .. " is " .. fault[2] .. ", took effect: " .. fault[3], function()
      for name, call in pairs(calls) do
        if not fault.slow or slow_calls[name] then
          try(fault, call, ("%s-%d-"):format(name, index))
        end
      end
    end)
  end

  it("does not hide an answer that came whole", function()
    local answers = { "ok", "drop_after", "until_close", "close", "gzip", "continue_100", "early_hints" }
    for _, fault in ipairs(answers) do
      local data, response = calls.import(make_client({ fault }, "whole-" .. fault))
      assert.is_table(data, tostring(response))
      assert.equal("POST", data.method)
      assert.is_true(data.authorized)
      if fault == "drop_after" then
        server:await_ends { "whole-" .. fault } -- the next one is not to meet the end of this connection
      end
    end
  end)
end)
