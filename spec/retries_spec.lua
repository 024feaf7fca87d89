-- What follows a failed attempt, as Lua sees it; the whole table is in spec/engine/matrix_test.c.

local core = require "synthflow.core"
local fault_server = require "support.fault_server"

local SLOWNESS = os.getenv("SYNTHFLOW_SANITIZED") and 8 or 1
local PATIENCE = 20 * SLOWNESS

local METHODS = { read = "GET", idempotent = "DELETE", creates = "POST", dials = "POST" }

-- Requests that the server receives with one retry allowed, and took_effect, for
-- read and idempotent (one column), creates, dials. `slow`: only time ends it.
local rows = {
  { "ok", 1, "yes", 1, "yes", 1, "yes" },
  { "status-408", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "status-409", 1, "no", 1, "no", 1, "no" },
  { "status-422", 1, "no", 1, "no", 1, "no" },
  { "status-429", 2, "no", 2, "no", 2, "no" },
  { "retry_after_ms-429", 2, "no", 2, "no", 2, "no" },
  { "status-500", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "status-501", 1, "maybe", 1, "maybe", 1, "maybe" },
  { "status-502", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "html_502", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "status-503", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "retry_after_ms-503", 2, "maybe", 2, "maybe", 1, "maybe" },
  { "status-504", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "redirect-302", 1, "no", 1, "no", 1, "no" },
  { "redirect_away-307", 1, "no", 1, "no", 1, "no" },
  { "drop_before", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "reset_before", 2, "maybe", 1, "maybe", 1, "maybe" },
  { "drop_headers", 2, "yes", 1, "yes", 1, "yes" },
  { "drop_middle", 2, "yes", 1, "yes", 1, "yes" },
  { "reset_middle", 2, "yes", 1, "yes", 1, "yes" },
  { "not_json", 2, "yes", 1, "yes", 1, "yes" },
  { "html", 2, "yes", 1, "yes", 1, "yes" },
  { "silence", 2, "maybe", 1, "maybe", 1, "maybe", slow = true },
  { "refused", 0, "no", 0, "no", 0, "no", attempts = 2 },
  { "tls_untrusted", 0, "no", 0, "no", 0, "no", attempts = 2 },
}

describe("with retries", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  -- Each name below localhost is an origin with a budget of its own.
  local function client_at(fault, tag, settings)
    local all = { retries = 1, base_url = server:url(fault, tag) }
    for name, value in pairs(settings or {}) do
      all[name] = value
    end
    all.base_url = all.base_url:gsub("127%.0%.0%.1", tag:lower():gsub("[^%w]", "-") .. ".localhost", 1)
    return core.client(all)
  end

  local function request_of(effect, timeout)
    return { method = METHODS[effect], path = "/thing", effect = effect, timeout = timeout or PATIENCE }
  end

  local function finish(exchange)
    local result
    repeat
      while not core.wait(exchange, 0.25) do end
      result = core.result(exchange)
    until result
    return result
  end

  local function client_of_row(row, tag)
    if server[row[1]] then
      return client_at("ok", tag, { base_url = server:url("ok", tag, row[1]) })
    end
    return client_at(row[1], tag, { attempt_timeout = row.slow and 1 * SLOWNESS or nil })
  end

  -- Only the deadline ends what may not be sent again.
  local function timeout_of(row, column)
    return row.slow and column > 1 and 1.5 * SLOWNESS or nil
  end

  it("sends again what may be sent again, and nothing else", function()
    local cases = {}
    for _, row in ipairs(rows) do
      for column, effects in ipairs { { "read", "idempotent" }, { "creates" }, { "dials" } } do
        for _, effect in ipairs(effects) do
          local tag = "retries-" .. row[1]:gsub("_", "-") .. "-" .. effect
          cases[#cases + 1] = {
            row = row, tag = tag, effect = effect,
            expected = { received = row[2 * column], took_effect = row[2 * column + 1] },
            exchange = core.start(client_of_row(row, tag), request_of(effect, timeout_of(row, column))),
          }
        end
      end
    end
    local wrong = {}
    for _, case in ipairs(cases) do
      local result = finish(case.exchange)
      local received = server:received(case.tag)
      local attempts = case.row.attempts or case.expected.received
      if received ~= case.expected.received or result.took_effect ~= case.expected.took_effect
        or #result.attempts ~= attempts
      then
        wrong[#wrong + 1] = ("%s, %s: %d received, took_effect %s, %d attempts; expected %d, %s, %d"):format(
          case.row[1], case.effect, received, result.took_effect, #result.attempts,
          case.expected.received, case.expected.took_effect, attempts)
      end
    end
    assert.equal("", table.concat(wrong, "\n"))
  end)

  it("returns the answer of a later attempt, with all attempts in order", function()
    local client = client_at("sequence", "later/status-503,drop_before,ok", { retries = 2 })
    local result = core.request(client, request_of "read")
    assert.equal(200, result.status)
    assert.equal("yes", result.took_effect)
    assert.equal(3, #result.attempts)
    assert.equal(503, result.attempts[1].status)
    assert.equal("network", result.attempts[2].reason)
    assert.equal(200, result.attempts[3].status)
    assert.is_true(result.attempts[2].at >= result.attempts[1].at + result.attempts[1].seconds)
    local stats = client:stats()
    assert.same({ 3, 2, 0 }, { stats.requests, stats.retries, stats.in_flight })
  end)

  it("asks again for an answer that cannot be read", function()
    local result = core.request(client_at("sequence", "unreadable/not_json,ok"), request_of "read")
    assert.equal(200, result.status)
    assert.is_nil(result.decode_error)
    assert.equal(2, #result.attempts)
  end)

  it("does not read a body that is not wanted as JSON", function()
    local request = request_of "read"
    request.decode = false
    local result = core.request(client_at("not_json", "as-it-is"), request)
    assert.equal(1, #result.attempts)
    assert.is_nil(result.decode_error)
    assert.is_nil(result.data)
    assert.is_true(#result.body > 0)
  end)

  it("takes a record that an earlier attempt has removed for removed", function()
    local result = core.request(client_at("sequence", "gone/drop_before,status-404"), request_of "idempotent")
    assert.equal(404, result.status)
    assert.is_true(result.already_gone)
    assert.equal("yes", result.took_effect)
    result = core.request(client_at("status-404", "never-there"), request_of "idempotent")
    assert.is_nil(result.already_gone)
  end)

  it("follows a redirect within the origin once, of a GET alone", function()
    local result = core.request(client_at("redirect-307", "moved"), request_of "read")
    assert.equal(200, result.status)
    assert.equal(2, #result.attempts)
    result = core.request(client_at("redirect-307", "not-moved"), request_of "creates")
    assert.equal(307, result.status)
    assert.equal(1, #result.attempts)
  end)

  it("sends once with retries = 0", function()
    local request = request_of "read"
    request.retries = 0
    for _, fault in ipairs { "status-503", "drop_before", "redirect-307", "not_json" } do
      local tag = "once-" .. fault:gsub("_", "-")
      local result = core.request(client_at(fault, tag), request)
      assert.equal(1, #result.attempts, fault)
      assert.equal(1, server:received(tag), fault)
    end
  end)

  it("does not begin a pause that the deadline would cut", function()
    local result = core.request(client_at("retry_after_minute-429", "minute"), request_of("dials", 20))
    assert.equal(429, result.status)
    assert.equal(1, #result.attempts)
    assert.equal(60, result.retry_after)
    assert.is_true(result.timing.total < 5)
  end)

  it("stops when the budget of the host is used up", function()
    local exchanges, refused = {}, 0
    local client = client_at("retry_after_ms-503", "budget", { retries = 10 })
    for index = 1, 4 do
      exchanges[index] = core.start(client, request_of "read")
    end
    for _, exchange in ipairs(exchanges) do
      refused = refused + (finish(exchange).budget_refused and 1 or 0)
    end
    assert.equal(4, refused)
    local stats = client:stats()
    assert.equal(20, stats.retries)
    assert.equal(24, stats.requests)
    assert.equal(4, stats.refused_by_budget)
  end)

  it("takes a status for a refusal where the request says so", function()
    local request = request_of "dials"
    request.refusal = 503
    local result = core.request(client_at("status-503", "refusal"), request)
    assert.equal("no", result.took_effect)
    assert.equal(1, #result.attempts)
  end)

  it("ends all requests of a client that is closed, and none of another", function()
    local silent, other = client_at("silence", "closing"), client_at("delay-100", "not-closing")
    local exchanges = {}
    for _, effect in ipairs { "read", "creates", "dials" } do
      exchanges[#exchanges + 1] = core.start(silent, request_of(effect, 20))
    end
    local third = core.start(other, request_of "read")
    core.wait(exchanges[1], 0.05)
    assert.equal(3, silent:stats().in_flight)
    silent:close()
    for _, exchange in ipairs(exchanges) do
      local result = finish(exchange)
      assert.equal("closed", result.outcome)
      assert.is_true(result.timing.total < 10)
    end
    assert.equal(0, silent:stats().in_flight)
    assert.equal(200, finish(third).status)
    local late = core.request(silent, request_of "read")
    assert.equal("closed", late.outcome)
    assert.equal("no", late.took_effect)
  end)

  it("describes the headers that are sent, whatever they end in", function()
    local client = client_at("ok", "described", { user_agent = "agent/1 (a;" })
    local request = request_of "read"
    request.headers = { ["X-Semicolon"] = "a=1;", ["X-Colon"] = "a:", ["X-Empty"] = "" }
    local described, headers = core.describe(client, request), {}
    for _, header in ipairs(described.headers) do
      headers[header[1]] = header[2]
    end
    assert.same({
      Accept = "application/json", ["User-Agent"] = "agent/1 (a;",
      ["X-Semicolon"] = "a=1;", ["X-Colon"] = "a:", ["X-Empty"] = "",
    }, headers)
    assert.is_false(described.has_key)
    assert.equal(0, server:received("described"))
  end)

  it("waits for its turn at calls_per_second, or fails at once when that comes too late", function()
    local client = client_at("ok", "turns", { calls_per_second = 1, api_key = "key-of-turns" })
    local function call(timeout)
      local request = request_of("dials", timeout)
      request.paced = true
      return core.start(client, request)
    end
    local began = core.clock()
    local first, second = call(PATIENCE), call(PATIENCE)
    local apart = core.clock() - began -- at most
    local late = call(0.9)
    local refused = finish(late)
    assert.equal("timeout", refused.outcome)
    assert.equal("no", refused.took_effect)
    assert.equal("queue", refused.phase)
    assert.equal(0, #refused.attempts)
    assert.is_true(refused.timing.total < 0.8)
    assert.equal(200, finish(first).status)
    local result = finish(second)
    assert.equal(200, result.status)
    assert.is_true(apart + result.timing.queue >= 0.99, result.timing.queue)
    assert.equal(2, server:received("turns"))
  end)
end)
