-- Taking the wanted out of answers of status 2xx.

local answer = require "synthflow.answer"
local schema = require "synthflow.schema"

local function read(returns, data, more)
  local result = { status = 200, data = data, body = "..." }
  for name, value in pairs(more or {}) do
    result[name] = value
  end
  return answer.read(returns, result)
end

describe("answer.read", function()
  it("merges what stands beside the response, without overwriting", function()
    assert.are.same({ call_id = "c", eta = 3 },
      read(schema.wrapped, { status = "ok", response = { call_id = "c" }, eta = 3 }))
    assert.are.same({ eta = 1 }, read(schema.wrapped, { status = "ok", response = { eta = 1 }, eta = 3 }))
  end)

  it("leaves the envelope as it came", function()
    local envelope = { status = "ok", response = { call_id = "c" }, eta = 3 }
    read(schema.wrapped, envelope)
    assert.are.same({ status = "ok", response = { call_id = "c" }, eta = 3 }, envelope)
  end)

  it("gives true for an envelope that holds only a status", function()
    assert.is_true(read(schema.wrapped, { status = "ok" }))
    assert.is_true(read(schema.nothing, { status = "ok", response = { answer = "deleted" } }))
  end)

  it("takes a record that came without its envelope", function()
    assert.are.same({ id = "x" }, read(schema.wrapped, { id = "x" }))
    assert.are.same({ { id = "x" } }, read(schema.page "items", { items = { { id = "x" } } }))
  end)

  it("takes a list that came without its key, and one record for a list of one", function()
    assert.are.same({ { id = "x" } }, read(schema.page "items", { response = { { id = "x" } } }))
    assert.are.same({ { id = "x" } }, read(schema.page "items", { response = { items = { id = "x" } } }))
    assert.are.same({}, read(schema.page "items", { response = { items = {} } }))
  end)

  it("gives true for 204, and for an empty answer where nothing is wanted", function()
    assert.is_true(read(schema.nothing, nil, { body = "" }))
    assert.is_true(read(schema.wrapped, nil, { body = "", status = 204 }))
  end)

  it("does not take an empty answer for a record", function()
    for _, returns in ipairs { schema.wrapped, schema.bare, schema.page "items", schema.single "items" } do
      local data, problem = read(returns, nil, { body = "" })
      assert.is_nil(data)
      assert.are.equal("decode", problem.kind)
    end
  end)

  it("tells what is not JSON, and what has no list", function()
    local _, problem = read(schema.nothing, nil, { decode_error = "invalid token" })
    assert.are.same({ kind = "decode", message = "the answer is not JSON (invalid token)" }, problem)
    _, problem = read(schema.page "items", { response = { other = 1 } })
    assert.are.same({ kind = "decode", message = "the answer has no list `items`" }, problem)
    _, problem = read(schema.page "items", { response = "text" })
    assert.are.equal("decode", problem.kind)
    _, problem = read(schema.page "items", { response = { items = "text" } })
    assert.are.equal("decode", problem.kind)
  end)

  it("makes numbers of texts that are some, whole ones where Lua has them", function()
    local shape = schema.record { numbers = { "n" } }
    local function number(text)
      return read(schema.single "items":of(shape), { response = { items = { { n = text } } } }).n
    end
    for text, expected in pairs {
      ["25"] = 25, ["-3"] = -3, ["1776876567837"] = 1776876567837, ["1.5"] = 1.5, ["38.0"] = 38,
    } do
      assert.are.equal(expected, number(text))
    end
    assert.are.equal("38 1776876567837", ("%s %.0f"):format(tostring(number "38.0"), number "1776876567837"))
    for _, text in ipairs { "", "0x10", "nan", "inf", "1e5", " 5", "5 s", "." } do
      assert.are.equal(text, number(text))
    end
    assert.is_true(number(true))
    assert.is_nil(number(nil))
  end)

  it("gives each of two names its value, and takes none away", function()
    local shape = schema.record { twins = { { "a", "b" } } }
    local function shaped(record)
      return read(schema.page "items":of(shape), { response = { items = { record } } })[1]
    end
    assert.are.same({ a = 1, b = 1 }, shaped { a = 1 })
    assert.are.same({ a = 1, b = 1 }, shaped { b = 1 })
    assert.are.same({ a = 1, b = 2 }, shaped { a = 1, b = 2 })
    assert.are.same({ c = 1 }, shaped { c = 1 })
    assert.are.equal("x", shaped "x")
  end)

  it("leaves an error of the list one", function()
    local _, problem = read(schema.page "items":of(schema.record {}), { response = {} })
    assert.are.equal("decode", problem.kind)
    _, problem = read(schema.single "items":of(schema.record {}), { response = { items = {} } })
    assert.are.equal("not_found", problem.kind)
  end)

  it("takes a failure under a status of success for one, and does not say that nothing was done", function()
    for _, envelope in ipairs {
      { status = "error" }, { status = "FAILED", response = {} }, { status = "failure" }, { success = false },
    } do
      local data, problem = read(schema.wrapped, envelope)
      assert.is_nil(data)
      assert.are.same({ kind = "server", failed = true, took_effect = "maybe" }, problem)
    end
    assert.are.same({ status = "failed" }, read(schema.bare, { status = "failed" }))
    local record = { status = "error", message = "x", phone_number = "1" }
    assert.are.same(record, read(schema.bare, record))
    for _, words in ipairs {
      { status = "error", message = "number not found" }, { success = false },
      { status = "failed", error = "x" },
    } do
      local data, problem = read(schema.bare, words)
      assert.is_nil(data)
      assert.are.same({ kind = "server", failed = true, took_effect = "maybe" }, problem)
    end
    assert.are.same({ status = "failed" },
      read(schema.wrapped, { status = "ok", response = { status = "failed" } }))
  end)

  it("unwraps what nobody described only where there is an envelope", function()
    assert.are.same({ id = 1 }, read(schema.as_it_comes, { status = "ok", response = { id = 1 } }))
    assert.are.same({ status = "failed", id = 1 }, read(schema.as_it_comes, { status = "failed", id = 1 }))
    assert.is_nil(read(schema.as_it_comes, { status = "error", response = {} }))
    assert.is_nil(read(schema.as_it_comes, { success = false, message = "boom" }))
    assert.is_true(read(schema.as_it_comes, nil, { body = "" }))
    assert.are.equal(5, read(schema.as_it_comes, 5))
  end)
end)
