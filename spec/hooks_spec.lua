-- What hooks are told. The C core is replaced.

local fake = require "support.fake_core"

local KEY = "key-0123456789"

describe("a hook", function()
  local core

  before_each(function()
    core = fake.install()
    core.answers = { { data = { status = "ok", response = { key = "k-1" } } } }
  end)
  after_each(function() fake.remove() end)

  local function new(options)
    options.api_key, options.workspace_id = KEY, "w-1"
    return require("synthflow").new(options)
  end

  local function import(client, more)
    local arguments = { phone_number = "+33782990580", trunk_pwd = more and more.trunk_pwd }
    return client.phone_numbers:import(arguments)
  end

  it("is told of the request before, and of the outcome after", function()
    local seen = {}
    local client = new {
      on_request = function(event) seen[#seen + 1] = { "before", event, #core.sent } end,
      on_response = function(event) seen[#seen + 1] = { "after", event, #core.sent } end,
    }
    import(client, { trunk_pwd = "s3cret-pw" })
    core.answers = { { status = 500, took_effect = "maybe", data = { detail = "s3cret-pw " .. KEY } } }
    import(client, { trunk_pwd = "s3cret-pw" })
    assert.are.same({ operation = "phone_numbers:import", method = "POST", route = "/custom-numbers",
      effect = "creates", host = "api.synthflow.ai" }, seen[1][2])
    assert.are.equal(0, seen[1][3])
    assert.are.equal(1, seen[2][3])
    assert.are.equal(200, seen[2][2].status)
    assert.are.equal(0.01, seen[2][2].seconds)
    assert.are.equal("maybe", seen[4][2].took_effect)
    assert.are.equal("server", seen[4][2].error.kind)
    assert.are.equal("*** ***", seen[4][2].error.message)
  end)

  it("is told of each attempt that another one followed", function()
    local seen = {}
    local client = new {
      on_retry = function(event) seen[#seen + 1] = event end,
      on_response = function() seen[#seen + 1] = "outcome" end,
    }
    import(client)
    core.answers = { { data = { response = { key = "k-1" } }, attempts = {
      { at = 0, seconds = 0.2, status = 503, on_wire = true, reused = false },
      { at = 0.7, seconds = 0.1, reason = "network", on_wire = false, reused = false },
      { at = 1.5, seconds = 0.2, status = 200, on_wire = true, reused = true },
    } } }
    import(client)
    local function retry(number, attempt)
      attempt.attempt, attempt.operation, attempt.method = number, "phone_numbers:import", "POST"
      attempt.route, attempt.effect, attempt.host = "/custom-numbers", "creates", "api.synthflow.ai"
      return attempt
    end
    assert.are.same({
      "outcome", retry(1, { at = 0, seconds = 0.2, status = 503 }),
      retry(2, { at = 0.7, seconds = 0.1, reason = "network" }), "outcome",
    }, seen)
  end)

  it("is told of nothing when nothing is sent", function()
    local function fail() error "it was told" end
    local client = new { on_request = fail, on_retry = fail, on_response = fail, allow_calls = false }
    client:request { method = "POST", path = "/x" }
    client:request { method = "GET", path = "/x", dry_run = true }
    assert.are.equal(0, client:stats().hook_faults)
  end)

  it("runs in the calling coroutine", function()
    local inside
    local client = new { on_request = function() inside = coroutine.running() end }
    local thread = coroutine.create(function() return import(client) end)
    assert.is_true(coroutine.resume(thread))
    assert.are.equal(thread, inside)
  end)

  it("harms no request, whatever it does, and its failures are counted", function()
    core.answers[1].attempts = { { at = 0, on_wire = true }, { at = 1, on_wire = true } }
    local client = new {
      on_request = function(event)
        event.method = "GET"
        error "broken"
      end,
      on_retry = function(event) error(event) end,
      on_response = function() error(nil) end,
    }
    assert.are.equal("k-1", import(client).key)
    assert.are.equal("POST", core.sent[1].method)
    assert.are.equal(3, client:stats().hook_faults)
  end)
end)
