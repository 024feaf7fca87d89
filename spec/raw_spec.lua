-- client:request, for operations that the catalogue does not know. The C core is replaced.

local fake = require "support.fake_core"

describe("client:request", function()
  local core, client

  before_each(function()
    core = fake.install()
    client = require("synthflow").new { api_key = "key-0123456789" }
  end)
  after_each(function() fake.remove() end)

  it("sends what it is given, and unwraps what comes", function()
    core.answers = { { data = { status = "ok", response = { id = 1 }, eta = 2 } } }
    local given = {
      method = "post", path = "/new-thing", query = { a = { 1, 2 } }, body = { deep = { x = 1 } },
      headers = { ["X-A"] = "b" }, timeout = "3", effect = "creates", retries = "1", attempt_timeout = "2",
      paced = "true",
    }
    local data, response = client:request(given)
    assert.are.same({ id = 1, eta = 2 }, data)
    assert.are.equal(200, response.status)
    assert.are.same({
      method = "POST", path = "/new-thing", query = { a = { 1, 2 } }, body = { deep = { x = 1 } },
      headers = { ["X-A"] = "b" }, timeout = 3, effect = "creates", retries = 1, attempt_timeout = 2,
      paced = true,
    }, core.sent[1])
    assert.are.equal("post", given.method)
  end)

  it("takes the careful view of a method when no effect is said", function()
    local effects = {
      GET = "read", PUT = "idempotent", PATCH = "idempotent", DELETE = "idempotent", POST = "dials",
      PURGE = "dials",
    }
    for method, effect in pairs(effects) do
      client:request { method = method, path = "/x" }
      assert.are.equal(effect, core.sent[#core.sent].effect)
    end
  end)

  it("has a call attempt wait for its turn, and nothing else unless it is said", function()
    local function is_paced(given)
      client:request(given)
      return core.sent[#core.sent].paced
    end
    assert.is_true(is_paced { method = "POST", path = "/calls" })
    assert.is_false(is_paced { method = "POST", path = "/calls", paced = false })
    assert.is_nil(is_paced { method = "GET", path = "/calls" })
    assert.is_nil(is_paced { method = "POST", path = "/calls/batch" })
    assert.is_true(is_paced { method = "POST", path = "/calls/batch", paced = true })
  end)

  it("only describes the request of a dry run", function()
    local described = client:request { method = "post", path = "/x", body = { a = 1 }, dry_run = true }
    assert.are.equal("https://api.synthflow.ai/v2/x", described.url)
    assert.are.equal('{"a":1}', described.body)
    assert.are.same({}, core.sent)
  end)

  it("sends nothing that might ring somebody where that is not allowed", function()
    client = require("synthflow").new { api_key = "key-0123456789", allow_calls = false }
    for _, given in ipairs {
      { method = "POST", path = "/x" }, { method = "GET", path = "/x", effect = "dials" },
      { method = "PURGE", path = "/x" },
    } do
      local data, err = client:request(given)
      assert.is_nil(data)
      assert.are.equal("refused", err.kind)
      assert.are.equal(given.effect == nil, err.hint:find("say so: effect = ", 1, true) ~= nil)
    end
    assert.are.same({}, core.sent)
    assert.truthy(client:request { method = "POST", path = "/x", effect = "creates" })
    assert.truthy(client:request { method = "POST", path = "/x", dry_run = true })
    assert.are.equal(1, #core.sent)
  end)

  it("has the same errors, which hide what is secret by name", function()
    core.answers = { {
      status = 404, took_effect = "no", data = { detail = "no pw-12345" }, body = "pw-12345",
    } }
    local body = { inner = { password = "pw-12345" } }
    local data, err = client:request { method = "POST", path = "/x", body = body }
    assert.is_nil(data)
    assert.are.equal("not_found", err.kind)
    assert.are.equal("/x", err.route)
    assert.are.equal("no ***", err.message)
    assert.are.equal("***", err.body)
  end)

  it("gathers all faults", function()
    local function fault(given)
      local raised, text = pcall(function()
        local data = client:request(given)
        return data
      end)
      assert.is_false(raised)
      return (text:gsub("^.-spec/", "spec/"))
    end
    local text = fault { url = "/x", timeout = -1 }
    assert.truthy(text:find "^spec/raw_spec.lua:%d+: client:request: ", text)
    assert.truthy(text:find("timeout must be seconds above 0, not -1", 1, true), text)
    text = fault { path = "/x", method = "GET", retries = 11, dry_run = "?" }
    assert.truthy(text:find('dry_run must be true or false, not "?"; retries must be a whole number from 0 '
      .. "to 10, not 11", 1, true), text)
    text = fault { pth = "/x", method = "GET" }
    assert.truthy(text:find("unknown parameter 'pth' (did you mean path?)", 1, true), text)
    assert.truthy(fault("/x"):find("takes one table", 1, true))
    text = select(2, pcall(function() return client.request { method = "GET", path = "/x" } end))
    assert.truthy(text:find("client.request: write it with a colon, client:request", 1, true), text)
  end)
end)
