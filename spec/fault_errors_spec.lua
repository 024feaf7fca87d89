-- The same faults as a user of the library meets them: nil and an error that says what happened,
-- whether it took effect, and what to do next, in time and without the key.

local synthflow = require "synthflow"
local child = require "support.child"
local fault_server = require "support.fault_server"
local in_time = require "support.in_time"
local slow_resolver = require "support.slow_resolver"
local monotime = require("cqueues").monotime

local KEY = "sk-fault-0123456789abcdef"
local SANITIZED = os.getenv "SYNTHFLOW_SANITIZED"
local DEADLINE = SANITIZED and 1 or 0.3
local PATIENCE = 5
local SLACK = SANITIZED and 2 or 0.1

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

-- How err.hint begins, where the connection decides what to do next.
local UNANSWERED = "$host closed the connection before it answered"
local CUT = "$host closed the connection in the middle of its answer"
local SILENT = "$host did not answer in time; `timeout` says how many seconds to wait"
local ENDLESS = "$host did not end its answer in time; `timeout` says how many seconds to wait"
local UNREACHABLE = "check base_url, the network, and whether a firewall or proxy stands between"
local TOO_LARGE = "ask for less, or raise max_response_bytes"
local UNTRUSTED = "the certificate of $host could not be verified"
local WRONG_NAME = "the certificate of $host is for another name: check base_url"
local HANDSHAKE = "$host, or a proxy before it, did not finish the TLS handshake in time"
local UNREACHED = "$host could not be reached in time: check base_url, the network and any firewall"

-- How it ends, by operation and took_effect.
local MAYBE = "it is not known whether this was done: look before you send it again"
local DONE = "success was answered, so take it as done: do not send it again"
local AGAIN = "sending it again does no harm"
local endings = {
  import = { maybe = MAYBE, yes = DONE },
  list = {},
  update = { maybe = AGAIN, yes = AGAIN },
  delete = { maybe = AGAIN, yes = AGAIN },
}

-- By fault: kind, took_effect, how the hint begins; further the name of the port, slow: ends with the
-- deadline, reused: its connection has carried a request before.
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
  { "huge", "too_large", "yes", TOO_LARGE },
  { "huge_error", "server", "maybe" },
  { "gzip_bomb", "too_large", "yes", TOO_LARGE },
  { "gzip_garbage", "network", "yes", CUT },
  { "drop_before", "network", "maybe", UNANSWERED },
  { "reset_before", "network", "maybe", UNANSWERED },
  { "drop_status_line", "network", "maybe", UNANSWERED },
  { "garbage", "network", "maybe", UNANSWERED },
  { "drop_headers", "network", "yes", CUT },
  { "drop_middle", "network", "yes", CUT },
  { "reset_middle", "network", "yes", CUT },
  { "bad_chunk", "network", "yes", CUT },
  { "cut_chunk", "network", "yes", CUT },
  { "drop_before", "network", "maybe", UNANSWERED, port = "tls" },
  { "drop_middle", "network", "yes", CUT, port = "tls" },
  { "silence", "timeout", "maybe", SILENT, slow = true },
  { "slow_headers", "timeout", "yes", ENDLESS, slow = true },
  { "slow_drip", "timeout", "yes", ENDLESS, slow = true },
  { "long_length", "timeout", "yes", ENDLESS, slow = true },
  { "keep_then_die", "network", "maybe", UNANSWERED, reused = true },
  { "keep_then_reset", "network", "maybe", UNANSWERED, reused = true },
  { "keep_then_silence", "timeout", "maybe", SILENT, reused = true, slow = true },
  { "keep_then_die", "network", "maybe", UNANSWERED, reused = true, port = "tls" },
  { "keep_then_reset", "network", "maybe", UNANSWERED, reused = true, port = "tls" },
  { "keep_then_silence", "timeout", "maybe", SILENT, reused = true, slow = true, port = "tls" },
  { "any", "timeout", "maybe", SILENT, port = "silent", slow = true },
  { "any", "network", "no", UNREACHABLE, port = "refused" },
  { "any", "network", "no", UNTRUSTED, port = "tls_untrusted" },
  { "any", "network", "no", WRONG_NAME, port = "tls_wrong_name" },
  { "any", "timeout", "no", HANDSHAKE, port = "tls_stall", slow = true },
  { "any", "timeout", "no", UNREACHED, port = "stuck", slow = true },
}

describe("a fault, as the library tells it", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function make_client(base_url)
    return synthflow.new {
      api_key = KEY, base_url = base_url, ca_file = server.ca_file,
      workspace_id = "1710107690998x536152705164378100", max_response_bytes = 64 * 1024, retries = 0,
    }
  end

  -- Where the call meets the fault; what is to be reused comes of the same call to an origin of its own.
  local function place_of(fault, call, tag)
    local port = fault.port or "plain"
    if not fault.reused then return server:url(fault[1], tag, port) end
    local origin = server:origin(port)
    call(make_client(origin .. "/ok/before-" .. tag), { timeout = PATIENCE })
    return ("%s/%s/%s"):format(origin, fault[1], tag)
  end

  local function check_hint(hint, fault, ending, host, about)
    local beginning = (fault[4] or ""):gsub("%$host", host)
    assert.equal(beginning, hint:sub(1, #beginning), about)
    assert.is_true(#hint > 0, about .. "no hint")
    for _, text in ipairs { MAYBE, DONE, AGAIN } do
      assert.equal(text == ending and #hint - #text + 1 or nil, hint:find(text, 1, true), about)
    end
  end

  local function check_error(err, fault, about)
    assert.is_table(err, about)
    assert.equal(fault[2], err.kind, about)
    assert.equal(fault[3], err.took_effect, about)
    assert.is_true(type(err.message) == "string" and #err.message > 0, about)
    assert.equal(1, #err.attempts, about)
    assert.is_true(err.attempts[1].reused or not fault.reused, about)
    assert.is_nil(tostring(err):find("[\r\n]"), about)
    assert.is_true(#(err.body or "") < 5000, about)
    for _, value in pairs(err) do
      assert.is_nil(tostring(value):find(KEY, 1, true), about .. "the key is shown")
    end
    assert.is_nil(tostring(err):find(KEY, 1, true), about .. "the key is shown")
  end

  -- The deadline came before the server did what it does.
  local function is_early(err, fault)
    if not (fault.slow and type(err) == "table" and err.kind == "timeout") then return false end
    return err.took_effect ~= fault[3] or not err.hint:find((fault[4]:gsub("%$host", "")), 1, true)
  end

  local function try(fault, name, tag)
    local limit, call = fault.slow and DEADLINE or PATIENCE, calls[name]
    local base_url = place_of(fault, call, tag)
    local client = make_client(base_url)
    local began = monotime()
    local data, err = call(client, { timeout = limit })
    local seconds = monotime() - began
    local about = ("%s: %s\n"):format(fault[1], tostring(err))
    assert.is_nil(data, about)
    if is_early(err, fault) then return about .. "the deadline came at " .. err.hint end
    check_error(err, fault, about)
    check_hint(err.hint, fault, endings[name][err.took_effect], base_url:match "//([^/]+)", about)
    local requests, _, details = server:received(tag)
    local reached = not fault.port or fault.port == "tls"
    assert.equal(reached and 1 or 0, details.heads, about)
    assert.equal(reached and fault[1] ~= "early-413" and 1 or 0, requests, about)
    if seconds > limit + SLACK then return about .. seconds .. " s" end
  end

  for index, fault in ipairs(faults) do
    local where = fault.port and " over " .. fault.port or ""
    if fault.reused then where = where .. " on a reused connection" end
    it(fault[1] .. where .. " is " .. fault[2] .. ", took effect: " .. fault[3], function()
      for name in pairs(calls) do
        if not fault.slow or slow_calls[name] then
          in_time(function(number) return try(fault, name, ("%s-%d-%d-"):format(name, index, number)) end)
        end
      end
    end)
  end

  -- In a process of its own, which has such a name server.
  it("a name that never resolves is timeout, took effect: no", function()
    local environment = slow_resolver.environment()
    if not environment then pending("this libcurl waits for its resolver") return end
    environment.URL, environment.KEY = "https://" .. slow_resolver.NAME, KEY
    local began = monotime()
    local output = child.run([[
      local synthflow = require "synthflow"
      local client = synthflow.new {
        base_url = os.getenv "URL", api_key = os.getenv "KEY", workspace_id = "w", retries = 0,
        timeout = 0.5,
      }
      local number = { phone_number = "+33782990580", termination_uri = "sip.example.com" }
      local data, err = client.phone_numbers:import(number)
      print(data, err.kind, err.took_effect, #err.attempts, err.hint)
      print(err)
    ]], environment)
    assert.is_true(monotime() - began < 10, output) -- the name server takes 20 s
    assert.equal(("nil timeout no 1 %s was not found, or not reached, in time: check the network and its "
      .. "name server"):format(slow_resolver.NAME), (output:match("^[^\n]*"):gsub("\t", " ")))
    assert.is_nil(output:find(KEY, 1, true), output)
  end)

  it("does not hide an answer that came whole", function()
    local answers = { "ok", "drop_after", "until_close", "close", "gzip", "continue_100", "early_hints" }
    for _, fault in ipairs(answers) do
      local data, response = calls.import(make_client(server:url(fault, "whole-" .. fault)))
      assert.is_table(data, tostring(response))
      assert.equal("POST", data.method)
      assert.is_true(data.authorized)
      if fault == "drop_after" then
        server:await_ends { "whole-" .. fault } -- the next one is not to meet the end of this connection
      end
    end
  end)
end)
