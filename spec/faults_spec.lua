-- Everything a server can do wrong, against synthflow.core: one request on the wire, the right
-- outcome, the right word on whether it took effect, within the deadline, and a connection
-- that is fit for the next request or gone.

local core = require "synthflow.core"
local fault_server = require "support.fault_server"
local cqueues = require "cqueues"
local in_time = require "support.in_time"
local lfs = require "lfs"
local process = require "support.process"

local PATIENCE = 5   -- seconds: more than any fault needs that ends by itself
local DEADLINE = 0.4 -- for those that do not
local SLACK = os.getenv("SYNTHFLOW_SANITIZED") and 2 or 0.1
local MOST_BYTES = 256 * 1024

local requests = {
  { name = "POST with body", method = "POST", effect = "creates",
    body = { phone_number = "+15550100", note = ("n"):rep(2000) } },
  { name = "POST without body", method = "POST", effect = "dials" },
  { name = "GET", method = "GET", effect = "read" },
  { name = "DELETE", method = "DELETE", effect = "idempotent" },
}

-- By fault: outcome, status (nil: no status line came), took_effect; further
--   undecodable  the body is no JSON          slow    ends with the deadline
--   unread       the server does not wait for the body
--   only         "reused": without a first request on the connection the fault does not occur
--   anew         the reused connection is found dead before the request is handed to it
--   settle       its connection ends a moment after the answer
--   stale        libcurl does not always see that a plain connection was reset while it was idle:
--                the next request may find that out, the one after it goes through
local faults = {
  { "ok", "response", 200, "yes" },
  { "delay-50", "response", 200, "yes" },
  { "close", "response", 200, "yes" },
  { "until_close", "response", 200, "yes" },
  { "gzip", "response", 200, "yes" },
  { "continue_100", "response", 200, "yes" },
  { "early_hints", "response", 200, "yes" },
  { "empty", "response", 200, "yes" },
  { "empty_204", "response", 204, "yes" },
  { "status-201", "response", 201, "yes" },
  { "status-400", "response", 400, "no" },
  { "status-401", "response", 401, "no" },
  { "status-404", "response", 404, "no" },
  { "status-407", "response", 407, "no" },
  { "status-408", "response", 408, "maybe" },
  { "status-409", "response", 409, "no" },
  { "status-429", "response", 429, "no" },
  { "retry_after-429", "response", 429, "no" },
  { "status-500", "response", 500, "maybe" },
  { "status-503", "response", 503, "maybe" },
  { "retry_after-503", "response", 503, "maybe" },
  { "redirect-302", "response", 302, "no" },
  { "redirect-307", "response", 307, "no" },
  { "redirect_away-307", "response", 307, "no" },
  { "early-413", "response", 413, "no", unread = true },
  { "html", "response", 200, "yes", undecodable = true },
  { "html_502", "response", 502, "maybe", undecodable = true },
  { "not_json", "response", 200, "yes", undecodable = true },
  { "not_json-400", "response", 400, "no", undecodable = true },
  { "short_length", "response", 200, "yes", undecodable = true },
  { "huge", "too_large", 200, "yes" },
  { "huge_chunked", "too_large", 200, "yes" },
  { "gzip_bomb", "too_large", 200, "yes" },
  { "huge_headers", "too_large", 200, "yes" },
  { "huge_header_line", "too_large", 200, "yes" },
  { "huge_error", "response", 500, "maybe", undecodable = true },
  { "huge_error-404", "response", 404, "no", undecodable = true },
  { "drop_before", "network", nil, "maybe" },
  { "reset_before", "network", nil, "maybe" },
  { "drop_status_line", "network", nil, "maybe" },
  { "garbage", "network", nil, "maybe" },
  { "drop_headers", "network", 200, "yes" },
  { "drop_middle", "network", 200, "yes" },
  { "reset_middle", "network", 200, "yes" },
  { "bad_chunk", "network", 200, "yes" },
  { "cut_chunk", "network", 200, "yes" },
  { "gzip_garbage", "network", 200, "yes" },
  { "drop_after", "response", 200, "yes", settle = true },
  { "reset_after", "response", 200, "yes", settle = true, stale = "plain" },
  { "silence", "timeout", nil, "maybe", slow = true },
  { "slow_status_line", "timeout", nil, "maybe", slow = true },
  { "slow_headers", "timeout", 200, "yes", slow = true },
  { "slow_drip", "timeout", 200, "yes", slow = true },
  { "long_length", "timeout", 200, "yes", slow = true },
  { "keep_then_die", "network", nil, "maybe", only = "reused" },
  { "keep_then_reset", "network", nil, "maybe", only = "reused" },
  { "keep_then_silence", "timeout", nil, "maybe", only = "reused", slow = true },
  { "keep_then_idle_close", "response", 200, "yes", only = "reused", anew = true,
    settle = true },
}

-- The rest differs only above TLS.
local over_tls = {
  ok = true, close = true, huge = true, drop_before = true, reset_before = true, garbage = true,
  ["early-413"] = true, drop_headers = true, drop_middle = true, reset_middle = true,
  until_close = true, drop_after = true, reset_after = true, cut_chunk = true,
  short_length = true, silence = true, slow_drip = true, keep_then_die = true,
  keep_then_reset = true, keep_then_silence = true, keep_then_idle_close = true,
}

-- Each listener that is no HTTP server: outcome, phase, took_effect.
local dead_ends = {
  { "refused", "network", "connect", "no" },
  { "stuck", "timeout", "connect", "no", slow = true },
  { "silent", "timeout", "send", "maybe", slow = true },
  { "tls_stall", "timeout", "tls", "no", slow = true },
  { "tls_untrusted", "network", "tls", "no" },
  { "tls_wrong_name", "network", "tls", "no" },
}

-- Several at once: whoever waits for one drives them all.
local function wait_for_all(exchanges)
  for _, exchange in ipairs(exchanges) do
    while not core.wait(exchange, 0.25) do end
  end
end

local function send_all(cases, path, timeout)
  local exchanges = {}
  for index, case in ipairs(cases) do
    local request = case.request
    exchanges[index] = core.start(case.client, {
      method = request.method, effect = request.effect, body = request.body, timeout = timeout,
      path = path .. case.tag .. "/v2/custom-numbers", background = case.background, retries = 0,
    })
  end
  wait_for_all(exchanges)
  for index, case in ipairs(cases) do
    case.result = core.result(exchanges[index])
  end
end

-- An origin of its own for each, so that one has no connection and another just one.
local function make_cases(server, kind, fault)
  local connections = fault.only and { fault.only } or { "fresh", "reused" }
  local origins = server:origins(kind, #connections * #requests)
  local cases = {}
  for _, connection in ipairs(connections) do
    for index, request in ipairs(requests) do
      cases[#cases + 1] = {
        name = request.name .. " on a " .. connection .. " connection",
        request = request, reused = connection == "reused",
        background = kind == "tls", -- there the engine's own thread drives
        tag = table.concat({ kind, fault[1], connection, index }, "-"),
        client = core.client {
          base_url = origins[#cases + 1], ca_file = server.ca_file, api_key = "a-key-of-ours",
          max_response_bytes = MOST_BYTES,
        },
      }
    end
  end
  return cases
end

-- Until the server has ended the connections of these cases.
local function settle(server, cases)
  local tags = {}
  for index, case in ipairs(cases) do
    tags[index] = case.tag
  end
  server:await_ends(tags)
end

local function warm_up(server, cases, fault)
  local reused = {}
  for _, case in ipairs(cases) do
    if case.reused then
      -- Counted apart from the request that matters.
      local tag = case.tag
      reused[#reused + 1] = { client = case.client, request = case.request, tag = "warm-" .. tag,
        background = case.background }
    end
  end
  local first = fault.only and fault[1] or "ok"
  send_all(reused, "/" .. first .. "/", PATIENCE)
  for _, case in ipairs(reused) do
    assert(case.result.outcome == "response", "the first request: " .. case.result.outcome)
  end
  if fault.anew then settle(server, reused) end
end

local function check(complaints, what, found, expected)
  if found ~= expected then
    complaints[#complaints + 1] = ("    %s is %s, not %s"):format(what, tostring(found), tostring(expected))
  end
end

local function check_result(complaints, result, fault, case)
  check(complaints, "outcome", result.outcome, fault[2])
  check(complaints, "status", result.status, fault[3])
  check(complaints, "took_effect", result.took_effect, fault[4])
  check(complaints, "number of attempts", #result.attempts, 1)
  local attempt = result.attempts[1] or {}
  check(complaints, "on the wire", attempt.on_wire, true)
  check(complaints, "reused", attempt.reused, case.reused and not fault.anew)
  check(complaints, "an undecodable body", result.decode_error ~= nil, fault.undecodable or false)
  check(complaints, "a message", result.message ~= nil or result.outcome ~= "network", true)
  check(complaints, "body within its limit", #result.body <= MOST_BYTES, true)
end

-- The deadline came before the server did what it does.
local function is_early(result, fault)
  local attempt = result.attempts[1]
  return fault.slow and result.outcome == "timeout"
    and not (attempt and attempt.on_wire and result.status == fault[3])
end

-- What the machine alone may have done.
local function find_late(cases, fault, seconds)
  local limit = fault.slow and DEADLINE or PATIENCE
  for _, case in ipairs(cases) do
    local total = case.result.timing.total
    if is_early(case.result, fault) then
      return ("%s, %s: the deadline came at %s"):format(fault[1], case.name, case.result.phase)
    elseif total > limit + SLACK then
      return ("%s, %s: %s s, not at most %s"):format(fault[1], case.name, total, limit)
    end
  end
  if fault.slow and seconds > limit + SLACK then
    return ("%s: %s s until all had returned, not at most %s"):format(fault[1], seconds, limit)
  end
end

local function check_receipts(complaints, received, fault, case)
  local method = case.request.method
  received = received or { methods = {} }
  check(complaints, "received requests", received.heads, 1)
  check(complaints, "whole requests", received.requests, fault.unread and 0 or 1)
  check(complaints, "connections used", received.connections, 1)
  check(complaints, method .. " received", received.methods[method], not fault.unread and 1 or nil)
end

local function complain(row, cases)
  local lines = {}
  for _, case in ipairs(cases) do
    if #case.complaints > 0 then
      lines[#lines + 1] = "  " .. row .. ", " .. case.name .. ":"
      lines[#lines + 1] = table.concat(case.complaints, "\n")
      if case.result.message then lines[#lines + 1] = "    message: " .. case.result.message end
    end
  end
  if #lines > 0 then error("\n" .. table.concat(lines, "\n"), 0) end
end

-- Whatever was left on the connection, the next request does not meet it.
local function check_next(server, kind, fault, cases)
  if fault.settle then settle(server, cases) end
  if fault.stale == kind then send_all(cases, "/ok/", PATIENCE) end
  for _, case in ipairs(cases) do
    case.tag = "next-" .. case.tag
  end
  send_all(cases, "/ok/", PATIENCE)
  local received = server:received_all("next-" .. kind .. "-" .. fault[1])
  for _, case in ipairs(cases) do
    local data = case.result.data or {}
    check(case.complaints, "outcome of the next request", case.result.outcome, "response")
    check(case.complaints, "what the next request is told",
      (data.response or {}).path, "/ok/" .. case.tag .. "/v2/custom-numbers")
    check(case.complaints, "next requests received", (received[case.tag] or {}).heads, 1)
  end
  complain(fault[1], cases)
end

local function run(server, kind, fault)
  local cases = make_cases(server, kind, fault)
  warm_up(server, cases, fault)
  local began = cqueues.monotime()
  send_all(cases, "/" .. fault[1] .. "/", fault.slow and DEADLINE or PATIENCE)
  local late = find_late(cases, fault, cqueues.monotime() - began)
  local received = server:received_all(kind .. "-" .. fault[1])
  for _, case in ipairs(cases) do
    case.complaints = {}
    if not is_early(case.result, fault) then
      check_result(case.complaints, case.result, fault, case)
      check_receipts(case.complaints, received[case.tag], fault, case)
    end
  end
  complain(fault[1], cases)
  check_next(server, kind, fault, cases)
  return late
end

for _, kind in ipairs { "plain", "tls" } do
  describe("over " .. kind .. " HTTP/1.1", function()
    local server
    setup(function() server = fault_server.start() end)
    teardown(function() server:stop() end)

    for _, fault in ipairs(faults) do
      if kind == "plain" or over_tls[fault[1]] then
        it(fault[1] .. " is " .. fault[2] .. ", took effect: " .. fault[4], function()
          in_time(function(try)
            if try > 1 then -- the ports of one are not enough for more than one try of each
              server:stop()
              server = fault_server.start()
            end
            return run(server, kind, fault)
          end)
        end)
      end
    end
  end)
end

describe("a peer that is no server", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function meet(dead_end)
    local name, outcome, phase, took_effect = dead_end[1], dead_end[2], dead_end[3], dead_end[4]
    local cases, late = {}, nil
    for index, origin in ipairs(server:origins(name, #requests)) do
      cases[index] = {
        name = requests[index].name, request = requests[index], tag = name,
        client = core.client {
          base_url = origin, ca_file = server.ca_file,
          connect_timeout = dead_end.slow and DEADLINE or PATIENCE,
        },
      }
    end
    send_all(cases, "/ok/", phase == "send" and DEADLINE or PATIENCE)
    for _, case in ipairs(cases) do
      local result = case.result
      case.complaints = {}
      check(case.complaints, "outcome", result.outcome, outcome)
      check(case.complaints, "status", result.status, nil)
      if dead_end.slow and result.phase ~= phase then
        late = ("%s, %s: it ended at %s, not at %s"):format(name, case.name, result.phase, phase)
      else
        check(case.complaints, "phase", result.phase, phase)
        check(case.complaints, "took_effect", result.took_effect, took_effect)
      end
      if dead_end.slow and result.timing.total > DEADLINE + SLACK then
        late = ("%s, %s: %s s, not at most %s"):format(name, case.name, result.timing.total, DEADLINE)
      end
    end
    complain(name, cases)
    assert.equal(0, (server:received(name)))
    return late
  end

  for _, dead_end in ipairs(dead_ends) do
    local ending = dead_end[2] .. " at " .. dead_end[3]
    it(dead_end[1] .. " is " .. ending .. ", took effect: " .. dead_end[4], function()
      in_time(function() return meet(dead_end) end)
    end)
  end
end)

describe("all of them together", function()
  local ROUNDS = 4
  local BRIEFLY = 0.2 -- how far each comes makes no difference

  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  -- Each has an origin of its own, to which there is one connection at most: what is left after a round
  -- is then the same each time, or less, as a call closes what has been idle for long.
  local function add_case(cases, kind, fault)
    local request = requests[#cases % #requests + 1]
    cases[#cases + 1] = {
      request = request, tag = fault .. "/left", background = #cases % 2 == 0,
      client = core.client {
        base_url = server:origin(kind), ca_file = server.ca_file, max_response_bytes = MOST_BYTES,
      },
    }
  end

  local function all_cases()
    local alive, dead = {}, {}
    for _, fault in ipairs(faults) do
      add_case(alive, "plain", fault[1])
      if over_tls[fault[1]] then add_case(alive, "tls", fault[1]) end
    end
    for _, dead_end in ipairs(dead_ends) do
      for _ = 1, #requests do add_case(dead, dead_end[1], "ok") end
    end
    return alive, dead
  end

  it("leave no descriptor behind", function()
    if not lfs.attributes "/proc/self/fd" then pending("needs /proc") return end
    local alive, dead = all_cases()
    local counts = {}
    for round = 1, ROUNDS do
      send_all(alive, "/", BRIEFLY)
      send_all(dead, "/", BRIEFLY)
      -- The first of these may find its connection dead; after the second all have one.
      send_all(alive, "/ok/", PATIENCE)
      send_all(alive, "/ok/", PATIENCE)
      for _, case in ipairs(alive) do
        assert.equal("response", case.result.outcome, case.tag)
      end
      counts[round] = process.descriptors()
    end
    -- The first rounds have opened what stays.
    local stays = math.max(counts[1], counts[2])
    assert.is_true(stays >= #alive, stays .. " descriptors are not enough for all connections")
    for round = 3, ROUNDS do
      assert.is_true(counts[round] <= stays, "after " .. round .. " rounds: " .. table.concat(counts, ", "))
    end
  end)
end)
