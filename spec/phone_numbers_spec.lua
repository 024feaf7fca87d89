-- The phone number operations: each field and each request, then the whole way through core and sandbox.

local fake = require "support.fake_core"
local child = require "support.child"

local NUMBER, SLUG = "+33782990580", "33782990580"

local IMPORT_FIELDS = {
  workspace_id = "w-2", phone_number = NUMBER, friendly_name = "My Custom Number", provider_name = "twilio",
  termination_uri = "sip.example.com", trunk_username = "user", trunk_pwd = "s3cret-pw",
  sip_auth_username = "auth", sip_outbound_proxy = "proxy.example.com", uac_enabled = true,
  uac_register_expires = 120,
}
local UPDATE_FIELDS = {
  friendly_name = "Other", provider_name = "telnyx", sip_term_uri = "sip.example.com",
  trunk_username = "user", trunk_pwd = "s3cret-pw", sip_auth_username = "auth",
  sip_outbound_proxy = "proxy.example.com", uac_enabled = false, uac_register_expires = 3600,
}

describe("phone_numbers", function()
  local core, numbers

  before_each(function()
    core = fake.install()
    numbers = require("synthflow").new({ api_key = "key-0123456789", workspace_id = "w-1" }).phone_numbers
  end)
  after_each(function() fake.remove() end)

  local function sent()
    return core.sent[#core.sent]
  end

  local function faults(action)
    local raised, text = pcall(action)
    assert.is_false(raised)
    return (text:gsub("^%S+:%d+: ", ""))
  end

  describe("import", function()
    it("sends the first example as it stands, with the client's workspace", function()
      numbers:import { phone_number = NUMBER, friendly_name = "My Custom Number" }
      assert.are.same({
        method = "POST", path = "/custom-numbers", effect = "creates",
        body = { workspace_id = "w-1", phone_number = NUMBER, friendly_name = "My Custom Number" },
      }, sent())
    end)

    it("sends every field", function()
      numbers:import(IMPORT_FIELDS)
      assert.are.same(IMPORT_FIELDS, sent().body)
    end)

    it("takes the other names, and the texts of numbers and truth", function()
      numbers:import {
        workspace = "w-3", phone_number = 33782990580, sip_term_uri = "sip.example.com", uac_enabled = "true",
        uac_register_expires = "300",
      }
      assert.are.same({
        workspace_id = "w-3", phone_number = "33782990580", termination_uri = "sip.example.com",
        uac_enabled = true, uac_register_expires = 300,
      }, sent().body)
    end)

    it("needs no number of 8x8, and one of all others", function()
      numbers:import { provider_name = "8x8" }
      assert.are.same({ workspace_id = "w-1", provider_name = "8x8" }, sent().body)
      assert.are.equal('phone_numbers:import: phone_number is required unless provider_name is "8x8"',
        faults(function() numbers:import { provider_name = "zoom" } end))
    end)

    it("leaves what the platform judges to the platform", function()
      numbers:import {
        phone_number = "extension-7", provider_name = "new_one", uac_enabled = true, uac_register_expires = 5,
      }
      assert.are.equal("new_one", sent().body.provider_name)
      assert.are.equal(5, sent().body.uac_register_expires)
    end)

    it("needs a workspace from somewhere", function()
      local bare = require("synthflow").new({ api_key = "key-0123456789" }).phone_numbers
      assert.are.equal("phone_numbers:import: workspace_id is required: give it here, or workspace_id to "
        .. "synthflow.new, or set SYNTHFLOW_WORKSPACE_ID",
        faults(function() bare:import { phone_number = NUMBER } end))
      assert.truthy(faults(function() bare:list() end):find("workspace is required", 1, true))
    end)

    it("says what is probably missing when the platform refuses", function()
      core.answers = { { status = 400, took_effect = "no", data = { detail = "Bad Request" } } }
      local function hint(arguments)
        return (select(2, numbers:import(arguments))).hint or ""
      end
      assert.truthy(hint { phone_number = NUMBER }:find("most providers need termination_uri", 1, true))
      local general = "check the arguments against what the message says"
      assert.are.equal(general, hint { phone_number = NUMBER, termination_uri = "x" })
      assert.are.equal(general, hint { provider_name = "8x8" })
      assert.are.equal("uac_enabled needs trunk_pwd",
        hint { phone_number = NUMBER, termination_uri = "x", uac_enabled = true, trunk_username = "u" })
      assert.are.equal('provider_name = "twillio" is none of the known values, did you mean "twilio"?',
        hint { phone_number = NUMBER, termination_uri = "x", provider_name = "twillio" })
    end)

    it("says what 403 means here", function()
      core.answers = { { status = 403, took_effect = "no", data = {} } }
      local _, err = numbers:import { phone_number = NUMBER }
      assert.are.equal("permission", err.kind)
      assert.truthy(err.hint:find("may not import from this provider", 1, true))
    end)

    it("hides the trunk password that an error echoes", function()
      core.answers = { { status = 422, took_effect = "no",
        data = { detail = { { loc = { "body", "trunk_pwd" }, msg = "s3cret-pw is too weak" } } },
        body = '{"detail":[{"msg":"s3cret-pw is too weak","input":"s3cret-pw"}]}' } }
      local _, err = numbers:import(IMPORT_FIELDS)
      assert.are.equal("body.trunk_pwd: *** is too weak", err.message)
      for _, value in pairs(err) do
        assert.falsy(tostring(value):find("s3cret", 1, true))
      end
    end)
  end)

  it("list asks for one page of a workspace", function()
    core.answers = { { data = { status = "ok", response = {
      phone_numbers = { { number = NUMBER, is_available = true } }, pagination = { total_records = 1 },
    } } } }
    local page, response = numbers:list { limit = "5", offset = 10, is_available = "false" }
    assert.are.same({
      method = "GET", path = "/numbers", effect = "read",
      query = { workspace = "w-1", limit = 5, offset = 10, is_available = false },
    }, sent())
    assert.are.same({ { number = NUMBER, is_available = true } }, page)
    assert.are.equal(1, page.total)
    assert.is_nil(page.next())
    assert.are.equal(200, response.status)
    numbers:list { workspace_id = "w-2" }
    assert.are.same({ workspace = "w-2" }, sent().query)
  end)

  it("each checks at once and sends later", function()
    assert.truthy(faults(function() numbers:each { limt = 1 } end):find("did you mean limit?", 1, true))
    core.answers = {
      { data = { response = { phone_numbers = { { number = NUMBER } } } } },
      { data = { response = { phone_numbers = {} } } },
    }
    local it = numbers:each { max = 5, is_available = true }
    assert.are.equal(0, #core.sent)
    assert.are.equal(NUMBER, it().number)
    assert.are.same({ workspace = "w-1", limit = 5, is_available = true }, sent().query)
    assert.is_nil(it())
  end)

  it("get takes the number in either form, and others as they are", function()
    core.answers = { { data = { slug = SLUG, phone_number = NUMBER, sip_auth_username = nil } } }
    assert.are.equal(NUMBER, numbers:get(NUMBER).phone_number)
    assert.are.same({
      method = "GET", path = "/numbers/" .. SLUG, effect = "read", query = { workspace = "w-1" },
    }, sent())
    numbers:get(SLUG, { workspace = "w-2" })
    assert.are.equal("/numbers/" .. SLUG, sent().path)
    assert.are.equal("w-2", sent().query.workspace)
    numbers:get(33782990580)
    assert.are.equal("/numbers/" .. SLUG, sent().path)
    numbers:get "five9/agent 7"
    assert.are.equal("/numbers/five9%2Fagent%207", sent().path)
    for _, refused in ipairs { "", ".", ".." } do
      assert.truthy(faults(function() numbers:get(refused) end):find("phone_number_slug cannot be", 1, true))
    end
    assert.truthy(faults(function() numbers:get() end):find("phone_number_slug is required", 1, true))
  end)

  it("update sends every field, and null where something can be unset", function()
    core.answers = { { data = { status = "ok" } } }
    assert.is_true(numbers:update(NUMBER, UPDATE_FIELDS))
    assert.are.same({
      method = "PATCH", path = "/numbers/" .. SLUG, effect = "idempotent", body = UPDATE_FIELDS,
    }, sent())
    numbers:update(NUMBER, { termination_uri = "sip.example.com" })
    assert.are.same({ sip_term_uri = "sip.example.com" }, sent().body)
    local unset = {
      sip_auth_username = core.null, sip_outbound_proxy = core.null, uac_register_expires = core.null,
    }
    numbers:update(NUMBER, unset)
    assert.are.same(unset, sent().body)
  end)

  it("delete says that it may end a subscription", function()
    core.answers = { { data = { status = "ok" } } }
    assert.is_true(numbers:delete(NUMBER))
    assert.are.same({ method = "DELETE", path = "/numbers/" .. SLUG, effect = "idempotent" }, sent())
    local operations = require("synthflow.api.phone_numbers").operations
    assert.truthy(operations.delete.summary:find("cancels the monthly subscription", 1, true))
  end)

  it("explains 404", function()
    core.answers = { { status = 404, took_effect = "no", data = { detail = { description = "None." } } } }
    for _, action in ipairs {
      function() return numbers:get(NUMBER) end, function() return numbers:update(NUMBER, {}) end,
      function() return numbers:delete(NUMBER) end,
    } do
      local data, err = action()
      assert.is_nil(data)
      assert.are.equal("not_found", err.kind)
      assert.truthy(err.hint:find("no such number", 1, true))
    end
  end)
end)

describe("phone_numbers, through the core and the sandbox,", function()
  local sandbox, synthflow, client

  setup(function()
    fake.remove()
    sandbox = require("synthflow.sandbox").start { strict = true, disabled_providers = { "zoom" } }
    synthflow = require "synthflow"
    client = synthflow.new {
      base_url = sandbox.base_url, api_key = sandbox.api_key .. "\n", workspace_id = sandbox.workspace_id,
    }
  end)
  teardown(function() sandbox.stop() end)
  before_each(function()
    synthflow.check(client:request { method = "POST", path = "/_sandbox/reset", effect = "idempotent" })
  end)

  it("are imported, listed, read, changed and removed", function()
    local number, response = client.phone_numbers:import {
      phone_number = NUMBER, friendly_name = "My Custom Number", termination_uri = "sip.example.com",
    }
    assert.are.equal(NUMBER, number.phone_number)
    assert.are.equal("string", type(number.key))
    assert.are.equal(200, response.status)
    assert.truthy(response.headers["Content-Type"]:find("application/json", 1, true))
    assert.are.equal(number.key, response.envelope.response.key)

    local page = client.phone_numbers:list()
    assert.are.equal(1, page.total)
    assert.are.equal(NUMBER, page[1].number)
    assert.is_true(page[1].is_available)
    assert.is_nil(page.next())

    assert.is_true(client.phone_numbers:update(NUMBER,
      { friendly_name = "Other", uac_register_expires = "120" }))
    local record = client.phone_numbers:get(NUMBER)
    assert.are.equal("Other", record.friendly_name)
    assert.are.equal(SLUG, record.slug)
    assert.are.equal("120", tostring(record.uac_register_expires))
    assert.is_nil(record.sip_auth_username)

    assert.is_true(client.phone_numbers:delete(SLUG))
    local gone, err = client.phone_numbers:get(SLUG)
    assert.is_nil(gone)
    assert.are.equal("not_found", err.kind)
    assert.are.equal("no", err.took_effect)
    assert.truthy(err.request_id)
  end)

  it("of 8x8 get a number of the platform's", function()
    local number = synthflow.check(client.phone_numbers:import { provider_name = "8x8" })
    assert.truthy(number.phone_number:find("^" .. ("%d"):rep(12) .. "$"))
  end)

  it("come one by one across pages, on every interpreter's for and by hand", function()
    for index = 1, 7 do
      synthflow.check(client.phone_numbers:import {
        phone_number = ("+1555010%d"):format(index), termination_uri = "sip.example.com",
      })
    end
    local found = {}
    for number in client.phone_numbers:each { limit = 3 } do
      found[number.number] = true
    end
    for index = 1, 7 do
      assert.is_true(found[("+1555010%d"):format(index)])
    end
    local it, count = client.phone_numbers:each { max = 4, limit = 3 }, 0
    while it() do
      count = count + 1
    end
    assert.are.equal(4, count)
    assert.are.equal(7, #client.phone_numbers:list())
    assert.are.equal(1, #client.phone_numbers:list({ limit = 3, offset = 3 }).next())
  end)

  it("are refused with words that help", function()
    local _, err = client.phone_numbers:import { phone_number = NUMBER }
    assert.are.equal("invalid", err.kind)
    assert.are.equal("important", err.category)
    assert.truthy(tostring(err):find("most providers need termination_uri", 1, true), tostring(err))
    _, err = client.phone_numbers:import { phone_number = NUMBER, provider_name = "zoom" }
    assert.are.equal("permission", err.kind)
    _, err = client.phone_numbers:list { limit = 500 }
    assert.are.equal("Limit must be between 1 and 100.", err.message)
    local it = client.phone_numbers:each { workspace = "" }
    local ended, text = pcall(it)
    assert.is_true(ended or text == tostring(it.err))
  end)

  it("need the right key and region, and no error shows the key", function()
    local wrong = synthflow.new {
      base_url = sandbox.base_url, api_key = "wrong-key-0123456789", workspace_id = sandbox.workspace_id,
    }
    local _, err = wrong.phone_numbers:list()
    assert.are.equal("auth", err.kind)
    assert.are.equal(401, err.status)
    assert.truthy(err.hint:find("A key of another region looks just the same", 1, true))
    for _, value in pairs(err) do
      assert.falsy(tostring(value):find("wrong%-key"))
    end
    local asked = 0
    local rotating = synthflow.new {
      base_url = sandbox.base_url, workspace_id = sandbox.workspace_id, api_key = function()
        asked = asked + 1
        return sandbox.api_key
      end,
    }
    assert.are.equal(0, rotating.phone_numbers:list().total)
    assert.are.equal(1, asked)
  end)

  it("are found by an operation that the catalogue does not know", function()
    local inside, response = client:request {
      method = "GET", path = "/numbers", query = { workspace = sandbox.workspace_id },
    }
    assert.are.same({}, inside.phone_numbers)
    assert.are.equal("ok", response.envelope.status)
    local _, err = client:request { method = "GET", path = "/nowhere" }
    assert.are.equal("not_found", err.kind)
  end)

  it("raise what cannot be sent at the caller's line", function()
    local output = child.run(([[
      local synthflow = require "synthflow"
      local client = synthflow.new { base_url = %q, api_key = "k-0123456789", workspace_id = "w" }
      print(pcall(function()
        return (client.phone_numbers:import({ phone_number = "1" }, { extra_body = { deep = { print } } }))
      end))
      print(pcall(function() return (client:request { method = "GET", path = "numbers?x=1" }) end))
      print(pcall(function() return (synthflow.new { base_url = "http://example.com", timeout = 0 }) end))
    ]]):format(sandbox.base_url))
    assert.truthy(output:find("%S+:4: phone_numbers:import: body.deep%[1%]: a function cannot be sent"),
      output)
    assert.truthy(output:find("%S+:6: client:request: path"), output)
    assert.truthy(output:find("%S+:7: synthflow.new: "), output)
  end)
end)
