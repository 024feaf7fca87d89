-- The words of the catalogue make what they say, and refuse what makes no sense.

local schema = require "synthflow.schema"
local string, integer, required, nullable = schema.string, schema.integer, schema.required, schema.nullable

local function resource(description)
  return schema.resource "things" { act = schema.POST "/things/{id}" (description) }.operations.act
end

local function description(more)
  local whole = {
    summary = "Acts.", effect = schema.creates, returns = schema.wrapped, path = { id = string "id" },
  }
  for name, value in pairs(more or {}) do
    whole[name] = value
  end
  return whole
end

describe("a field", function()
  it("is a type with a description, and the type stays as it was", function()
    local field = required(nullable(string "E.164")):alias "other":from_client "workspace_id"
    assert.are.equal("string", field.kind)
    assert.are.equal("E.164", field.description)
    assert.is_true(field.required and field.nullable)
    assert.are.equal("other", field.other_name)
    assert.are.equal("workspace_id", field.client_option)
    assert.is_nil(string.required)
    assert.is_nil(string.description)
  end)

  it("keeps the order in which it was written", function()
    local object = schema.object { zebra = string "first", apple = integer "second", mango = string "third" }
    assert.are.same({ "zebra", "apple", "mango" }, object.order)
  end)

  it("must have a type", function()
    assert.has_error(function() schema.object { name = "text" } end, "field name is not described by a type")
  end)
end)

describe("how an answer is wrapped", function()
  it("is said in several words, and each stays as it was", function()
    local shape = schema.record { twins = { { "a", "b" } } }
    local returns = schema.page "calls":of(shape):holding "id"
    assert.are.same({ "page", "calls", shape, "id" },
      { returns.shape, returns.key, returns.record, returns.holds })
    assert.is_nil(schema.page.key)
    assert.is_nil(schema.page "calls".record)
    assert.are.same({}, shape.numbers)
  end)
end)

describe("an operation", function()
  it("knows its name, its method and where each parameter goes", function()
    local act = resource(description {
      query = { limit = integer "how many" },
      body = { name = string "shown":alias "title" },
    })
    assert.are.equal("things:act", act.named)
    assert.are.equal("POST", act.method)
    assert.are.equal("/things/{id}", act.template)
    assert.are.same({ "id" }, act.leading)
    assert.are.equal("query", act.parameters.limit.place)
    assert.are.equal("body", act.parameters.name.place)
    assert.are.same({ title = "name" }, act.aliases)
  end)

  it("must say what it is", function()
    local function refused(more, text)
      local made, fault = pcall(resource, description(more))
      assert.is_false(made)
      assert.are.equal(text, fault)
    end
    refused({ sumary = "x" }, "things:act: no such word in the description of an operation: sumary")
    refused({ path = {} }, "things:act: {id} of the path is not described")
    refused({ query = { name = string "x" }, body = { name = string "x" } },
      "things:act: name is described twice")
    local hint = schema.hint
    refused({ means = { [503] = hint "a":took_effect "no", [502] = hint "b":took_effect "no" } },
      "things:act: only one status can mean that nothing was done")
    local nameless = description()
    nameless.effect = nil
    local _, fault = pcall(resource, nameless)
    assert.are.equal("things:act: effect, returns and summary must be said", fault)
  end)

  it("that answers with a page has an iterator beside it", function()
    local things = schema.resource "things" {
      list = schema.GET "/things" {
        summary = "Lists.", effect = schema.read, returns = schema.page "things",
        query = { limit = integer "n" },
      },
      list_parts = schema.GET "/parts" {
        summary = "Lists.", effect = schema.read, returns = schema.page "parts", each = "each_part",
      },
    }.operations
    assert.is_true(things.each.iterates)
    assert.are.equal("things:each", things.each.named)
    assert.are.equal("iterator", things.each.parameters.max.place)
    assert.are.equal("query", things.each.parameters.limit.place)
    assert.is_nil(things.list.parameters.max)
    assert.are.equal("things:each_part", things.each_part.named)
  end)
end)
