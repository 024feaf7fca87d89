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
      headers = { ["X-A"] = "b" }, timeout = "3", effect = "creates",
    }
    local data, response = client:request(given)
    assert.are.same({ id = 1, eta = 2 }, data)
    assert.are.equal(200, response.status)
    assert.are.same({
      method = "POST", path = "/new-thing", query = { a = { 1, 2 } }, body = { deep = { x = 1 } },
      headers = { ["X-A"] = "b" }, timeout = 3, effect = "creates",
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
    text = fault { pth = "/x", method = "GET" }
    assert.truthy(text:find("unknown parameter 'pth' (did you mean path?)", 1, true), text)
    assert.truthy(fault("/x"):find("takes one table", 1, true))
    text = select(2, pcall(function() return client.request { method = "GET", path = "/x" } end))
    assert.truthy(text:find("client.request: write it with a colon, client:request", 1, true), text)
  end)
end)
