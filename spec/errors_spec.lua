-- Errors: kinds, fields, and what none of them shows. Their hints are in hints_spec.lua.

local errors = require "synthflow.errors"
local errors_of = require "support.errors_of"
local fake = require "support.fake_core"
local schema = require "synthflow.schema"
local hint = schema.hint

local scene, of_status, of_transport = errors_of.scene, errors_of.status, errors_of.transport

describe("an error of a status", function()
  it("has a kind for each", function()
    for status, kind in pairs {
      [301] = "server", [400] = "invalid", [401] = "auth", [403] = "permission", [404] = "not_found",
      [405] = "invalid", [408] = "timeout", [409] = "conflict", [410] = "not_found", [413] = "invalid",
      [422] = "invalid", [429] = "rate_limit", [500] = "server", [502] = "server", [503] = "server",
    } do
      assert.are.equal(kind, of_status(status).kind, "status " .. status)
    end
  end)

  it("carries what the platform and the core say of it", function()
    local err = of_status(400, {
      data = { detail = {
        description = "Limit must be between 1 and 100.", category = "important", request_id = "0af3",
      } },
      body = '{"detail":{}}',
      retry_after = 3,
    })
    assert.are.equal("Limit must be between 1 and 100.", err.message)
    assert.are.equal(400, err.status)
    assert.are.equal("important", err.category)
    assert.are.equal("0af3", err.request_id)
    assert.are.equal("no", err.took_effect)
    assert.are.equal(3, err.retry_after)
    assert.are.equal("POST", err.method)
    assert.are.equal("/custom-numbers", err.route)
    assert.are.equal('{"detail":{}}', err.body)
    assert.are.equal(200, err.attempts[1].status)
    assert.are.equal("phone_numbers:import: Limit must be between 1 and 100. (invalid, HTTP 400, "
      .. "POST /custom-numbers, took effect: no, request 0af3) - the platform asks to wait 3 s",
      tostring(err))
  end)

  it("is one line, also of an answer that says nothing or too much", function()
    assert.are.equal("the platform answered HTTP 500 and nothing more", of_status(500).message)
    local err = of_status(502, { body = "<html><title>502\r\nBad\0Gateway</title>" .. ("é"):rep(9000) })
    assert.are.equal("a web page answered: 502 Bad Gateway", err.message)
    assert.are.equal(4096 + 4, #err.body)
    err = of_status(400, { data = { detail = ("é"):rep(9000) } })
    assert.are.equal(("é"):rep(249) .. " ...", err.message)
    assert.falsy(tostring(err):find "%c")
  end)

  it("keeps its own words, in which a short key may well occur", function()
    local err = of_status(500, { body = "the k is k" }, {
      secrets = { "k", "maybe", "server", "POST" },
      mask = function(text) return (text:gsub("import", "***")) end,
    })
    assert.are.equal("server maybe POST phone_numbers:import",
      table.concat({ err.kind, err.took_effect, err.method, err.operation }, " "))
    assert.are.equal("the *** is ***", err.body)
  end)

  it("has the ids of what may have been done", function()
    local where = { fields = { chat_id = "c-1" }, answer_fields = { "callId", "sid" } }
    local err = of_status(502, { data = { callId = "call-1", error = "Room join failed" } }, where)
    assert.are.equal("call-1", err.callId)
    assert.is_nil(err.sid)
    assert.are.equal("c-1", err.chat_id)
    assert.are.equal("Room join failed", err.message)
    assert.are.equal("maybe", err.took_effect)
    assert.is_nil(of_status(502, { body = "<html>" }, where).callId)
    assert.are.equal("c-1", of_transport({ outcome = "timeout", phase = "receive" }, where).chat_id)
  end)

  it("takes the catalogue's word for what took effect", function()
    local means = { [503] = hint "not enabled here" :took_effect "no" }
    local err = of_status(503, nil, { means = means })
    assert.are.equal("no", err.took_effect)
    assert.are.equal("not enabled here", err.hint)
  end)
end)

describe("an error of what was not sent", function()
  it("says that calls are not allowed", function()
    local err = errors.of_refused_call(scene { effect = "dials" }, "allow_calls")
    assert.are.equal("refused", err.kind)
    assert.are.equal("no", err.took_effect)
    assert.are.same({}, err.attempts)
    assert.are.equal("phone_numbers:import: calls are not allowed here: it could ring or write to a person "
      .. "(refused, POST /custom-numbers, took effect: no) - make the client without allow_calls = false to "
      .. "allow it", tostring(err))
  end)
end)

describe("an error of the connection", function()
  it("has a kind for each outcome", function()
    for outcome, kind in pairs {
      network = "network", timeout = "timeout", too_large = "too_large", cancelled = "cancelled",
      closed = "closed", no_memory = "network",
    } do
      local err = of_transport { outcome = outcome, phase = "send", took_effect = "maybe", status = false }
      assert.are.equal(kind, err.kind)
      assert.truthy(#err.message > 5)
      assert.truthy(err.hint:find "it is not known whether this was done", outcome)
    end
  end)

  it("keeps the words of the connection, and leaves out a status that never came", function()
    local err = of_transport { outcome = "network", phase = "connect", message = "Connection refused",
      took_effect = "no", status = false }
    err.status = nil
    assert.are.equal("Connection refused", err.message)
    local text_of = tostring(err)
    assert.truthy(text_of:find("phone_numbers:import: Connection refused (network, POST /custom-numbers, "
      .. "took effect: no) - check base_url", 1, true), text_of)
  end)
end)

describe("an error of an answer", function()
  it("says what is wrong with it, and that it was done", function()
    local result = fake.result { took_effect = "yes", body = "no" }
    local err = errors.of_answer(scene(), result, { kind = "decode", message = "the answer is not JSON (x)" })
    assert.are.equal("decode", err.kind)
    assert.are.equal("yes", err.took_effect)
    assert.are.equal("the answer is not JSON (x)", err.message)
    assert.are.equal("no", err.body)
    assert.truthy(err.hint:find "so take it as done: do not send it again")
  end)

  it("knows a web page", function()
    local result = fake.result { took_effect = "yes", body = "\n<html>" }
    local err = errors.of_answer(scene(), result, { kind = "decode", message = "the answer is not JSON (x)" })
    assert.are.equal("a web page answered in place of the platform", err.message)
    assert.truthy(err.hint:find("check base_url", 1, true))
  end)

  it("carries a failure that came with a status of success", function()
    local result = fake.result { data = { status = "error", message = "no minutes left" } }
    local err = errors.of_answer(scene(), result, { kind = "server", failed = true, took_effect = "maybe" })
    assert.are.equal("the platform reports a failure: no minutes left", err.message)
    assert.are.equal("maybe", err.took_effect)
  end)
end)

describe("no error", function()
  it("shows the key or a secret of the request, in any field", function()
    local secret = 's3"cret/pw'
    local echoed = '{"detail":{"description":"bad s3\\"cret\\/pw for api-key-1"},"input":"s3\\"cret/pw"}'
    local err = of_status(422, {
      data = { detail = {
        description = "bad " .. secret .. " for api-key-1", category = secret, request_id = "api-key-1",
      } },
      body = echoed .. '{"sign_in_link":"https://in.example/abc"}',
    }, { secrets = { secret }, route = "/x/api-key-1" })
    local texts = { tostring(err) }
    for _, value in pairs(err) do
      texts[#texts + 1] = tostring(value)
    end
    local all = table.concat(texts, "\n")
    for _, shown in ipairs { "s3", "cret", "api%-key%-1", "in.example" } do
      assert.falsy(all:find(shown), shown .. " in " .. all)
    end
    assert.truthy(all:find("bad *** for ***", 1, true), all)
  end)
end)
