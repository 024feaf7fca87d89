-- What answers that are no success tell.

local failure = require "synthflow.failure"

describe("failure.read", function()
  local function read(data)
    return { failure.read { data = data, body = "{}" } }
  end

  it("reads the platform's own shape", function()
    assert.are.same({ "Limit must be between 1 and 100.", "important", "0af3" }, read { detail = {
      status = "error", description = "Limit must be between 1 and 100.", category = "important",
      request_id = "0af3", timestamp = "2026-10-05T10:00:00.000000+00:00",
    } })
  end)

  it("reads faults of validation", function()
    assert.are.same({ "body.phone_number: field required; query.limit: not an integer" }, read { detail = {
      { loc = { "body", "phone_number" }, msg = "field required", type = "missing" },
      { loc = { "query", "limit" }, msg = "not an integer", type = "int" } } })
    local many = {}
    for index = 1, 9 do
      many[index] = { loc = { "body", "tasks", index }, msg = "wrong" }
    end
    assert.truthy(read({ detail = many })[1]:find "; and 4 more$")
    assert.are.same({ "odd" }, read { detail = { "odd" } })
  end)

  it("reads the strays", function()
    assert.are.same({ "Not Found" }, read { detail = "Not Found" })
    assert.are.same({ "No route matched" }, read { error = "not_found", message = "No route matched" })
    assert.are.same({ "Room join failed" }, read { callId = "c", error = "Room join failed" })
    assert.are.same({ "it broke" }, read { success = false, error = { message = "it broke" } })
    assert.are.same({ "no minutes" }, read { status = "error", response = { answer = "no minutes" } })
    assert.are.same({ "plain" }, read "plain")
    assert.are.same({}, read {})
    assert.are.same({}, read { detail = {} })
  end)

  it("reads what is no JSON", function()
    local function plain(body)
      return (failure.read { body = body })
    end
    assert.are.equal("a web page answered: 502 Bad Gateway", plain "<html><title>502 Bad Gateway</title>")
    assert.are.equal("a web page answered", plain "<!doctype html>")
    assert.are.equal("upstream gone", plain "upstream gone\r\nmore")
    assert.is_nil(plain "")
  end)
end)
