-- One call: key, hooks, and what comes back. The C core is replaced.

local fake = require "support.fake_core"

local KEY = "key-0123456789"

describe("a call", function()
  local core, synthflow

  before_each(function()
    core = fake.install()
    synthflow = require "synthflow"
    core.answers = { { data = { status = "ok", response = { key = "k-1", phone_number = "+33782990580" } } } }
  end)
  after_each(function() fake.remove() end)

  local function new(options)
    options = options or {}
    options.api_key = options.api_key or KEY
    options.workspace_id = options.workspace_id or "w-1"
    return synthflow.new(options)
  end

  local function import(client, more)
    local arguments = { phone_number = "+33782990580" }
    for name, value in pairs(more or {}) do
      arguments[name] = value
    end
    return client.phone_numbers:import(arguments)
  end

  it("returns data and response", function()
    core.answers = { {
      data = { status = "ok", request_id = "r-1", response = { key = "k-1" } }, body = "{raw}",
      headers = { ["content-type"] = "application/json" },
    } }
    local data, response = import(new())
    assert.are.same({ key = "k-1", request_id = "r-1" }, data)
    assert.are.equal(200, response.status)
    assert.are.equal("application/json", response.headers["Content-Type"])
    assert.is_nil(response.headers["X-Nothing"])
    assert.are.equal("{raw}", response.body)
    assert.are.equal("k-1", response.envelope.response.key)
    assert.are.equal("r-1", response.request_id)
    assert.are.equal(1, #response.attempts)
    assert.are.equal(0.01, response.timing.total)
  end)

  it("returns nil and an error for what the world does", function()
    core.answers = {
      { status = 400, took_effect = "no", data = { detail = { description = "no" } } },
      { outcome = "timeout", phase = "send", took_effect = "maybe", message = "" },
      { decode_error = "invalid token", body = "<html>" },
      { data = { status = "failed" } },
    }
    local client = new()
    for _, expected in ipairs { "invalid no", "timeout maybe", "decode yes", "server maybe" } do
      local data, err = import(client)
      assert.is_nil(data)
      assert.are.equal(expected, err.kind .. " " .. err.took_effect)
    end
  end)

  it("raises at the caller's line what the core will not take", function()
    core.refuses = "body.x: a function cannot be sent"
    local raised, text = pcall(function()
      local data = new().phone_numbers:import({ phone_number = "1" }, { extra_body = { x = print } })
      return data
    end)
    assert.is_false(raised)
    assert.truthy(text:find "send_spec.lua:%d+: phone_numbers:import: body.x: a function cannot be sent$",
      text)
  end)

  describe("without a key", function()
    it("sends nothing and says so", function()
      local data, err = import(new { api_key = "  " })
      assert.is_nil(data)
      assert.are.equal("auth", err.kind)
      assert.are.equal("no API key was given", err.message)
      assert.are.same({}, core.sent)
    end)
  end)

  describe("with a key that a function gives", function()
    it("asks once for each request", function()
      local asked = 0
      local client = new { api_key = function()
        asked = asked + 1
        return " key-" .. asked .. "\n"
      end }
      import(client)
      import(client)
      assert.are.equal("key-1", core.sent[1].api_key)
      assert.are.equal("key-2", core.sent[2].api_key)
      assert.are.equal(2, asked)
    end)

    it("shows nothing of what it raises or returns", function()
      for fault, api_key in pairs {
        ["raised an error"] = function() error(KEY) end,
        ["returned no key"] = function() return { KEY } end,
        ["returned a key with control characters"] = function() return KEY .. "\n" .. KEY end,
      } do
        local data, err = import(new { api_key = api_key })
        assert.is_nil(data)
        assert.are.equal("auth", err.kind)
        assert.are.equal("the api_key function " .. fault, err.message)
        assert.falsy(tostring(err):find(KEY, 1, true))
      end
      assert.are.same({}, core.sent)
    end)

    it("hides it in errors", function()
      core.answers = { {
        status = 401, took_effect = "no", data = { detail = "bad token " .. KEY }, body = KEY,
      } }
      local _, err = import(new { api_key = function() return KEY end })
      assert.are.equal("bad token ***", err.message)
      assert.are.equal("***", err.body)
    end)
  end)

  describe("with hooks", function()
    it("tells them of the request before, and of the outcome after", function()
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

    it("runs them in the calling coroutine", function()
      local inside
      local client = new { on_request = function() inside = coroutine.running() end }
      local thread = coroutine.create(function() return import(client) end)
      assert.is_true(coroutine.resume(thread))
      assert.are.equal(thread, inside)
    end)

    it("survives what they do", function()
      local client = new {
        on_request = function(event)
          event.method = "GET"
          error "broken"
        end,
        on_response = function() error(nil) end,
      }
      assert.are.equal("k-1", import(client).key)
      assert.are.equal("POST", core.sent[1].method)
    end)
  end)
end)
