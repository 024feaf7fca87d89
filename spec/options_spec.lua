-- The options of synthflow.new and the environment behind them.

local options = require "synthflow.options"

describe("options.read", function()
  local environment, original

  before_each(function()
    environment, original = {}, os.getenv
    rawset(os, "getenv", function(name) return environment[name] end)
  end)
  after_each(function() rawset(os, "getenv", original) end)

  local function read(given)
    local settings, own, faults = options.read(given)
    table.sort(faults)
    return settings, own, faults
  end

  it("uses the global region when nothing is said", function()
    local settings, own, faults = read()
    assert.are.same({ base_url = "https://api.synthflow.ai/v2" }, settings)
    assert.are.equal("global", own.region)
    assert.are.same({}, faults)
  end)

  it("knows the regions", function()
    assert.are.equal("https://api.us.synthflow.ai/v2", read({ region = "us" }).base_url)
    assert.are.equal("https://api.eu.synthflow.ai/v2", read({ region = "EU" }).base_url)
    assert.are.equal("eu", select(2, read { region = "EU" }).region)
    assert.are.same({ "unknown region 'asia' (known: eu, global, us; given as region)" },
      select(3, read { region = "asia" }))
    assert.are.same({ "unknown region 'globl' (did you mean global?)" },
      select(3, read { region = "globl" }))
    assert.are.equal(1, #select(3, read { region = 5 }))
  end)

  it("takes what is not given from the environment, where empty is unset", function()
    environment = {
      SYNTHFLOW_API_KEY = "key", SYNTHFLOW_REGION = "eu", SYNTHFLOW_WORKSPACE_ID = "w", SYNTHFLOW_DEBUG = "1",
    }
    local settings, own = read {}
    assert.are.same({ base_url = "https://api.eu.synthflow.ai/v2", api_key = "key" }, settings)
    assert.are.equal("w", own.defaults.workspace_id)
    assert.is_true(own.trace)
    environment = {
      SYNTHFLOW_REGION = "", SYNTHFLOW_API_KEY = "", SYNTHFLOW_BASE_URL = "http://127.0.0.1:1/v2",
    }
    settings, own = read {}
    assert.are.same({ base_url = "http://127.0.0.1:1/v2" }, settings)
    assert.is_nil(own.region)
    assert.is_false(own.trace)
  end)

  it("prefers options", function()
    environment = { SYNTHFLOW_API_KEY = "a", SYNTHFLOW_REGION = "eu", SYNTHFLOW_WORKSPACE_ID = "v" }
    local settings, own, faults = read { api_key = "b", base_url = "https://x.example", workspace_id = "w" }
    assert.are.same({ base_url = "https://x.example", api_key = "b" }, settings)
    assert.are.equal("w", own.defaults.workspace_id)
    assert.are.same({}, faults)
    environment = { SYNTHFLOW_BASE_URL = "https://x.example" }
    assert.are.equal("https://api.us.synthflow.ai/v2", read({ region = "us" }).base_url)
  end)

  it("does not choose between a region and a base_url that contradict each other", function()
    assert.are.same({ "region and base_url say different things: give one of them" },
      select(3, read { region = "us", base_url = "https://x.example" }))
    for _, slash in ipairs { "", "/", "//" } do
      assert.are.same({},
        select(3, read { region = "us", base_url = "https://api.us.synthflow.ai/v2" .. slash }))
    end
    environment = { SYNTHFLOW_REGION = "us", SYNTHFLOW_BASE_URL = "https://x.example" }
    assert.are.same({ "SYNTHFLOW_REGION and SYNTHFLOW_BASE_URL say different things: give one of them" },
      select(3, read {}))
  end)

  it("names every fault, never a key", function()
    local _, _, faults = read {
      api_key = 12345678, workspace_id = {}, on_request = 1, timeot = 3, retrys = 2,
    }
    assert.are.same({
      "api_key must be text or a function that returns it, not a number",
      "on_request must be a function, not 1",
      "unknown option 'retrys' (did you mean retries?)",
      "unknown option 'timeot' (did you mean timeout?)",
      "workspace_id must be text, not a table",
    }, faults)
    assert.are.same({ "the options must be a table, not a string" }, select(3, read "key"))
  end)

  it("takes numbers as text, and leaves the rest to the core", function()
    assert.are.equal(2.5, read({ timeout = "2.5" }).timeout)
    assert.are.equal("soon", read({ timeout = "soon" }).timeout)
    local settings = read { retries = "3", attempt_timeout = "1.5", calls_per_second = "0.5" }
    assert.are.equal(3, settings.retries)
    assert.are.equal(1.5, settings.attempt_timeout)
    assert.are.equal(0.5, settings.calls_per_second)
  end)

  it("keeps what dry runs and hints show", function()
    local _, own = read { timeout = "5", ca_file = "/ca.pem", proxy = "http://proxy:3128" }
    assert.are.equal(5, own.timeout)
    assert.are.equal("/ca.pem", own.ca_file)
    assert.are.equal("http://proxy:3128", own.proxy)
  end)

  describe("of what may ring people", function()
    local function refused_by(allow_calls)
      local _, own, faults = read { allow_calls = allow_calls }
      assert.are.same({}, faults)
      return own.calls_refused_by
    end

    it("allow it unless they are told otherwise", function()
      for _, allowed in ipairs { true, "true", "1", 1, "YES", "on" } do
        assert.is_nil(refused_by(allowed))
      end
      assert.is_nil(refused_by(nil))
    end)

    it("refuse it when either place says so", function()
      for _, refused in ipairs { false, "false", "0", 0, "No", "off" } do
        assert.are.equal("allow_calls", refused_by(refused))
      end
      environment.SYNTHFLOW_ALLOW_CALLS = "0"
      assert.are.equal("SYNTHFLOW_ALLOW_CALLS", refused_by(nil))
      assert.are.equal("SYNTHFLOW_ALLOW_CALLS", refused_by(true))
      assert.are.equal("allow_calls", refused_by(false))
      environment.SYNTHFLOW_ALLOW_CALLS = "1"
      assert.is_nil(refused_by(nil))
      assert.are.equal("allow_calls", refused_by(false))
    end)

    it("take nothing that is neither yes nor no", function()
      environment.SYNTHFLOW_ALLOW_CALLS = "never"
      assert.are.same({
        'SYNTHFLOW_ALLOW_CALLS must be true or false, not "never"',
        "allow_calls must be true or false, not a table",
      }, select(3, read { allow_calls = {} }))
    end)
  end)

  it("takes functions, and what can be called like one, for keys and hooks", function()
    local callable = setmetatable({}, { __call = function() end })
    local settings, own, faults = read { api_key = callable, on_response = print, on_retry = callable }
    assert.are.same({}, faults)
    assert.is_nil(settings.api_key)
    assert.are.equal(callable, own.api_key)
    assert.are.equal(print, own.on_response)
    assert.are.equal(callable, own.on_retry)
  end)
end)
