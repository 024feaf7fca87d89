-- Lists, maps, objects, and what may be anything. The shapes of the catalogue are in catalogue_spec.lua.

local conversion = require "support.conversion"
local schema = require "synthflow.schema"

local NULL, LIST, convert = conversion.NULL, conversion.LIST, conversion.convert

describe("a table", function()
  it("names the place in what is nested", function()
    local field = schema.list(schema.object { name = schema.required(schema.string) })
    local _, _, call = convert({ { name = "a" }, {}, { name = {} } }, field)
    table.sort(call.faults)
    assert.are.same({ "field[2].name is required", "field[3].name must be text, not a table" }, call.faults)
  end)

  it("counts a value with a fault as given", function()
    local field = schema.object { a = schema.string "a", b = schema.string "b" }:exactly_one { "a", "b" }
    local _, _, call = convert({ a = {} }, field)
    assert.are.same({ "field.a must be text, not a table" }, call.faults)
    _, _, call = convert({ a = {}, b = "b" }, field)
    assert.are.equal("field: give exactly one of a, b (given: a, b)", call.faults[2])
  end)

  it("copies what it does not know, deeply, and keeps what is said about lists", function()
    local marked = setmetatable({}, LIST)
    local given = { a = { 1, { b = NULL } }, empty = marked, odd = setmetatable({}, { __index = {} }) }
    local sent = convert(given, schema.any)
    assert.are.same(given, sent)
    assert.are_not.equal(given.a, sent.a)
    assert.are_not.equal(marked, sent.empty)
    assert.are.equal(LIST, getmetatable(sent.empty))
    assert.is_nil(getmetatable(sent.odd))
  end)

  it("ends in what contains itself", function()
    local circle = {}
    circle.circle = circle
    local _, fault = convert(circle, schema.any)
    assert.are.equal("field is nested too deeply, or contains itself", fault)
    _, fault = convert({ inside = circle }, schema.map(schema.any))
    assert.are.equal("field.inside is nested too deeply, or contains itself", fault)
  end)
end)
