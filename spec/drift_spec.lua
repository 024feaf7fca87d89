-- The comparison of the catalogue with an OpenAPI file (spec/tools/drift.lua), with a small file of our own.

local catalogue = require "tools.drift.catalogue"
local child = require "support.child"
local compare = require "tools.drift.compare"
local explain = require "tools.drift.explain"
local openapi = require "tools.drift.openapi"
local schema = require "synthflow.schema"

local GET, POST, PUT = schema.GET, schema.POST, schema.PUT
local string, integer, number, boolean = schema.string, schema.integer, schema.number, schema.boolean
local list, map, object, any = schema.list, schema.map, schema.object, schema.any
local open_enum, required, nullable = schema.open_enum, schema.required, schema.nullable

-- Every way of the format that the reader has to know is somewhere in it.
local FILE = [[{
  "openapi": "3.1.0",
  "paths": {
    "/things/{thing_id}": {
      "parameters": [ { "name": "thing_id", "in": "path", "required": true, "schema": { "type": "string" } },
                      { "name": "deep", "in": "query", "schema": { "type": "string" } } ],
      "get": {
        "operationId": "get-thing",
        "parameters": [ { "$ref": "#/components/parameters/deep~1param" } ],
        "responses": { "200": { "content": { "application/json": { "schema": {
          "type": "object", "properties": { "status": { "type": "string" }, "response": {
            "type": "object", "properties": { "things": { "type": "array" } } } } } } } } }
      },
      "put": {
        "operationId": "update-thing",
        "requestBody": { "$ref": "#/components/requestBodies/change" },
        "responses": {}
      }
    },
    "/things": {
      "post": {
        "operationId": "create-thing",
        "requestBody": { "content": { "application/json; charset=utf-8": { "schema": {
          "allOf": [
            { "$ref": "#/components/schemas/named" },
            { "type": "object", "required": ["size"], "properties": {
              "size": { "type": "integer", "enum": [1, 2] },
              "colour": { "$ref": "#/components/schemas/colour", "description": "a colour" },
              "tags": { "type": "array", "items": { "type": "string" } },
              "labels": { "type": "object", "additionalProperties": { "type": "string" } },
              "note": { "type": ["string", "null"] },
              "old": { "type": "string", "nullable": true },
              "free": {},
              "weight": { "anyOf": [ { "type": "number" }, { "type": "null" } ] },
              "tree": { "$ref": "#/components/schemas/tree" }
            } } ] } } } },
        "responses": {}
      }
    }
  },
  "components": {
    "parameters": { "deep/param": { "name": "deep", "in": "query", "schema": { "type": "boolean" } } },
    "requestBodies": { "change": { "content": { "application/json": { "schema": { "oneOf": [
      { "type": "object", "required": ["url"],
        "properties": { "name": { "type": "string" }, "url": { "type": "string" } } },
      { "type": "object", "required": ["text"],
        "properties": { "name": { "type": "string" }, "text": { "type": "string" } } } ] } } } } },
    "schemas": {
      "named": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
      "colour": { "type": "string", "enum": ["red", "blue", null] },
      "tree": { "type": "object", "properties": {
        "children": { "type": "array", "items": { "$ref": "#/components/schemas/tree" } } } }
    }
  }
}]]

-- The same in the catalogue's words.
local function fitting()
  return {
    get = GET "/things/{thing_id}" {
      path = { thing_id = string "id" }, query = { deep = boolean "whether" },
      returns = schema.single "things",
    },
    update = PUT "/things/{thing_id}" {
      path = { thing_id = string "id" }, query = { deep = string "how" },
      body = object {
        name = string "n", url = string "u", text = string "t",
      }:exactly_one { "url", "text" },
    },
    create = POST "/things" {
      body = {
        name = required(string "n"), size = required(open_enum { 1, 2 } "s"),
        colour = nullable(open_enum { "blue", "red" } "c"), tags = list(string "t") "t",
        labels = map(string "l") "l", note = nullable(string "n"), old = nullable(string "o"), free = any "f",
        weight = nullable(number "w"), tree = object { children = list(any) "of its kind" } "t",
      },
    },
  }
end

local function resource_of(operations)
  for _, operation in pairs(operations) do
    operation.summary, operation.effect = "An example.", "creates"
    operation.returns = operation.returns or schema.wrapped
  end
  return schema.resource "things"(operations)
end

-- Differences as text: "<operationId> <what> <name>: <there> / <here>", but for those that are everywhere.
local function differences(operations, file)
  local there = assert(openapi.read(file or FILE))
  local said = {}
  for _, one in ipairs(compare.operations(there, catalogue.read { resource_of(operations) })) do
    if one.what ~= "closed" then
      table.insert(said, ("%s %s %s: %s / %s"):format(one.named:match "[^,]+", one.what, tostring(one.name),
        tostring(one.there), tostring(one.here)))
    end
  end
  return said
end

-- After a change of one operation.
local function differences_with(name, place, fields)
  local operations = fitting()
  for field, described in pairs(fields) do
    local into = operations[name][place]
    into = getmetatable(into) and into.fields or into
    into[field] = described or nil
  end
  return differences(operations)
end

describe("drift: the comparison with an OpenAPI file", function()
  it("finds nothing where both say the same", function()
    assert.are.same({}, differences(fitting()))
  end)

  it("finds operations that one side lacks", function()
    local operations = fitting()
    operations.create = nil
    operations.drop = schema.DELETE "/things/{thing_id}" { path = { thing_id = string "id" } }
    assert.are.same({ "create-thing missing here nil: described / nil",
      "things:drop missing there nil: nil / described" }, differences(operations))
  end)

  it("finds a path that is spelled in another way", function()
    local operations = fitting()
    operations.create.template = "/things/"
    assert.are.same({ "create-thing path nil: /things / /things/" }, differences(operations))
  end)

  it("finds parameters and fields that one side lacks, at any depth", function()
    assert.are.same({ "create-thing missing here body tags: list of string / nil" },
      differences_with("create", "body", { tags = false }))
    assert.are.same({ "create-thing missing there body more: nil / integer" },
      differences_with("create", "body", { more = integer "m" }))
    local tree = object { children = list(any) "c", leaf = string "l" } "t"
    assert.are.same({ "create-thing missing there body tree.leaf: nil / string" },
      differences_with("create", "body", { tree = tree }))
    assert.are.same({ "get-thing missing there query more: nil / string" },
      differences_with("get", "query", { more = string "m" }))
    local operations = fitting()
    operations.create.body = nil
    assert.are.same({ "create-thing missing here body: object / nil" }, differences(operations))
  end)

  it("finds what goes elsewhere", function()
    local operations = fitting()
    operations.create.body.note = nil
    operations.create.query = { note = string "n" }
    assert.are.same({ "create-thing place query note: body / query" }, differences(operations))
  end)

  it("finds other types, and those of what is inside", function()
    assert.are.same({ "create-thing type body tags: list of string / string" },
      differences_with("create", "body", { tags = string "t" }))
    assert.are.same({ "create-thing type body tags[]: string / integer" },
      differences_with("create", "body", { tags = list(integer "t") "t" }))
    assert.are.same({ "create-thing type body labels.*: string / integer" },
      differences_with("create", "body", { labels = map(integer "l") "l" }))
    assert.are.same({ "get-thing type query deep: boolean / integer" },
      differences_with("get", "query", { deep = integer "d" }))
  end)

  it("finds null where only one side takes it", function()
    assert.are.same({ "create-thing nullable body note: true / false" },
      differences_with("create", "body", { note = string "n" }))
    assert.are.same({ "create-thing nullable body tags: false / true" },
      differences_with("create", "body", { tags = nullable(list(string "t")) }))
  end)

  it("finds what is required on one side, or under conditions", function()
    assert.are.same({ "create-thing required body name: always / never" },
      differences_with("create", "body", { name = string "n" }))
    assert.are.same({ "create-thing required body old: never / always" },
      differences_with("create", "body", { old = required(nullable(string "o")) }))
    assert.are.same({ "create-thing required body name: always / sometimes" },
      differences_with("create", "body", { name = string "n":required_unless { size = 1 } }))
  end)

  it("finds forms of a body that only one side tells apart", function()
    local operations = fitting()
    operations.update.body = { name = string "n", url = string "u", text = string "t" }
    assert.are.same({ "update-thing choice body: text, url / nil" }, differences(operations))
    operations = fitting()
    operations.create.body = object(operations.create.body):exactly_one { "free", "tree" }
    assert.are.same({ "create-thing choice body: nil / free, tree" }, differences(operations))
  end)

  it("finds single values, and whether any are known", function()
    local colour = nullable(open_enum { "blue", "green" } "c")
    assert.are.same(
      { "create-thing value body colour: red / nil", "create-thing value body colour: nil / green" },
      differences_with("create", "body", { colour = colour }))
    assert.are.same({ "create-thing values body colour: listed / nil" },
      differences_with("create", "body", { colour = nullable(string "c") }))
    assert.are.same({ "create-thing values body name: nil / listed" },
      differences_with("create", "body", { name = required(open_enum { "a" } "n") }))
  end)

  it("finds second names", function()
    assert.are.same({ "create-thing alias body title: nil / of name" },
      differences_with("create", "body", { name = required(string "n"):alias "title" }))
    assert.are.same({ "create-thing alias body old: a field / of note" },
      differences_with("create", "body", { note = nullable(string "n"):alias "old", old = false }))
  end)

  it("finds an answer that is wrapped in another way", function()
    for returns, expected in pairs {
      [schema.page "items"] = "get-thing answer answer: without items / with items",
      [schema.bare] = "get-thing answer answer: in `response` / bare",
    } do
      local operations = fitting()
      operations.get.returns = returns
      assert.are.same({ expected }, differences(operations))
    end
  end)

  it("says what is wrong with a file", function()
    local missing = FILE:gsub("schemas/named", "schemas/nothing", 1)
    assert.has_error(function() openapi.read(missing) end,
      "the reference #/components/schemas/nothing leads nowhere")
    for _, text in ipairs { "", "openapi: 3.1.0", "{}" } do
      local none, fault = openapi.read(text)
      assert.is_nil(none)
      assert.truthy(fault:find "no OpenAPI file in JSON")
    end
  end)
end)

describe("drift: explanations", function()
  local SIZE = { operation = "POST /things", named = "create-thing, things:create", name = "body size",
    what = "value", there = "3" }
  local NOTE = { operation = "POST /things", named = "create-thing, things:create", name = "body note.text",
    what = "type", there = "string", here = "any" }

  it("take what they are about, and no more", function()
    for _, reason in ipairs {
      { "because", what = "value", there = "3" }, { "because", name = "body size" },
      { "because", operation = { "GET /x", "POST /things" }, name = "body s*" },
    } do
      local told = explain.all({ SIZE, NOTE }, { reason })
      assert.are.same({ NOTE }, told.unexplained)
      assert.are.same({ { reason = reason, differences = { SIZE } } }, told.explained)
      assert.are.equal(1, told.on_purpose)
      assert.is_false(explain.is_clean(told))
    end
  end)

  it("are reported when they explain nothing", function()
    for _, reason in ipairs {
      { "because", name = "body siz" }, { "because", name = "body note" }, { "because", here = "3" },
      { "because", name = "body notextext" },
    } do
      local told = explain.all({ SIZE, NOTE }, { { "all", operation = "*" }, reason })
      assert.are.same({}, told.unexplained)
      assert.are.same({ reason }, told.stale)
      assert.is_false(explain.is_clean(told))
    end
    assert.is_true(explain.is_clean(explain.all({ SIZE, NOTE }, { { "all", operation = "*" } })))
  end)

  it("are printed with what they explain", function()
    local told = explain.all({ SIZE, NOTE },
      { { "because", what = "type" }, { "not so", name = { "a", "b" }, there = "1" } })
    assert.are.equal([[
on purpose: because
    POST /things (create-thing, things:create)
      body note.text: string in the file, any in the catalogue
explains nothing any more: not so (name = a, b; there = 1)
unexplained:
    POST /things (create-thing, things:create)
      body size: the value "3" is not in the catalogue
]], explain.text(told, 3))
  end)

  it("of ours are about operations that the catalogue has, and say why", function()
    local pins = { operation = true, name = true, what = true, there = true, here = true }
    local known = {}
    for _, operation in ipairs(catalogue.read(catalogue.load "lua/synthflow/api")) do
      known[operation.method .. " " .. operation.template] = true
    end
    for _, reason in ipairs(require "tools.drift.reasons") do
      assert.are.equal("string", type(reason[1]))
      for pin in pairs(reason) do
        assert.is_true(pin == 1 or pins[pin], tostring(pin) .. ": " .. reason[1])
      end
      local operations = reason.operation or {}
      for _, operation in ipairs(type(operations) == "table" and operations or { operations }) do
        assert.is_true(operation:find "*" ~= nil or known[operation] == true, operation .. ": " .. reason[1])
      end
    end
  end)
end)

describe("spec/tools/drift.lua", function()
  local function run(text)
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write(text)
    file:close()
    local output = child.run(([[
      arg = { %q }
      local leave = os.exit
      os.exit = function(status) print("ended with " .. status) leave(0) end
      dofile "spec/tools/drift.lua"
    ]]):format(name))
    os.remove(name)
    return output
  end

  it("names each operation, and ends with 1 when anything is unexplained", function()
    local output = run(FILE)
    assert.truthy(output:find("POST /things (create-thing)\n      is not in the catalogue", 1, true))
    assert.truthy(output:find("(agents:create)\n      is only in the catalogue", 1, true))
    assert.truthy(output:find("3 operations in the file", 1, true))
    assert.truthy(output:find "ended with 1")
  end)

  it("ends with 2 when there is nothing to compare with", function()
    local output = run "openapi: 3.1.0"
    assert.truthy(output:find "no OpenAPI file in JSON")
    assert.truthy(output:find "ended with 2")
  end)
end)
