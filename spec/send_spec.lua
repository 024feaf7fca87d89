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

  it("waits on while the core asks once more for what it could not read", function()
    local waits = 0
    function core.wait()
      waits = waits + 1
      return true
    end
    core.answers = { { data = { response = { key = "k-1" } }, again = 2 } }
    assert.are.equal("k-1", import(new()).key)
    assert.are.equal(3, waits)
    assert.are.equal(1, #core.sent)
  end)

  it("takes a delete for done when the record is gone at the second attempt", function()
    core.answers = { { status = 404, already_gone = true, took_effect = "yes", data = { detail = "none" } } }
    local data, response = new().phone_numbers:delete "33782990580"
    assert.is_true(data)
    assert.are.equal(404, response.status)
  end)

  it("carries how long the platform asks to wait, as the core has read it", function()
    local headers = { ["retry-after"] = "9" }
    core.answers = { { status = 503, took_effect = "maybe", retry_after = 7, headers = headers } }
    local _, err = import(new())
    assert.are.equal(7, err.retry_after)
  end)

  it("knows the time limit of the request, of the client, and of the core", function()
    core.answers = { { status = 429, took_effect = "no", retry_after = 3600 } }
    local function hint_of(client, options)
      local _, err = client.phone_numbers:list({}, options)
      return err.hint
    end
    assert.truthy(hint_of(new { timeout = "5" }, { timeout = 2 }):find("`timeout` (2 s)", 1, true))
    assert.truthy(hint_of(new { timeout = "5" }):find("`timeout` (5 s)", 1, true))
    assert.truthy(hint_of(new()):find("`timeout` (30 s)", 1, true))
  end)

  describe("where calls are not allowed", function()
    it("is refused if it would ring somebody, before a key is asked for", function()
      local client = new { allow_calls = false, api_key = error }
      local data, err = client:request { method = "POST", path = "/calls" }
      assert.is_nil(data)
      assert.are.equal("refused", err.kind)
      assert.are.equal("no", err.took_effect)
      assert.are.same({}, err.attempts)
      assert.are.same({}, core.sent)
    end)

    it("goes out if it rings nobody", function()
      assert.are.equal("k-1", import(new { allow_calls = false }).key)
    end)
  end)
end)
