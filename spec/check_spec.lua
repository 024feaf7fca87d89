-- Arguments become a request, or a list of faults.

local check = require "synthflow.check"
local schema = require "synthflow.schema"
local string, integer = schema.string, schema.integer

local context = { null = io.stdout, list_metatable = {}, defaults = {} }

local operations = schema.resource "things" {
  update = schema.PATCH "/things/{id}/parts/{part}" {
    summary = "Updates.", effect = schema.idempotent, returns = schema.nothing,
    path = { id = string "thing":never "all", part = string "part" },
    query = { dry = schema.boolean "whether" },
    body = {
      name = string "shown", size = integer "how big", pin = schema.secret "pin",
      nested = schema.object { colour = string "c", list = schema.list(string) } "more",
    },
  },
  add = schema.POST "/owners/{owner}/things" {
    summary = "Adds.", effect = schema.creates, returns = schema.nothing,
    path = { owner = schema.required(string "owner"):from_client "workspace_id" },
    body = { name = string "shown" },
  },
  list = schema.GET "/things" {
    summary = "Lists.", effect = schema.read, returns = schema.page "things", query = { limit = integer "n" },
  },
}.operations

local function call(...)
  return check.arguments(operations.update, context, ...)
end

describe("check.arguments", function()
  it("makes the whole request", function()
    local made = call("a", "b", { name = "n", size = 2, dry = true }, { timeout = 1.5 })
    assert.are.same({}, made.faults)
    assert.are.same({
      method = "PATCH", path = "/things/a/parts/b", query = { dry = true }, body = { name = "n", size = 2 },
      effect = "idempotent", timeout = 1.5,
    }, made.request)
  end)

  it("encodes path values strictly", function()
    assert.are.equal("/things/a%2Fb%3Fc%23d%20%2B%25/parts/%C3%A9-._~",
      call("a/b?c#d +%", "é-._~").request.path)
  end)

  it("refuses path values that would turn it into another operation", function()
    assert.are.same({ 'id cannot be ""', 'part cannot be ".."' }, call("", "..").faults)
    assert.are.same({ 'id cannot be "."' }, call(".", "b").faults)
    assert.are.same({ 'id cannot be "all"' }, call("all", "all").faults)
    assert.are.same({}, call("%2e%2e", "...").faults)
    assert.are.equal("/things/%252e%252e/parts/...", call("%2e%2e", "...").request.path)
  end)

  it("says where request options go", function()
    assert.are.same({ "'timeout' is a request option: these are one more table, after the parameters" },
      call("a", "b", { name = "n", size = 2, timeout = 5 }).faults)
  end)

  it("gathers all faults", function()
    local named = { nam = "x", size = "big", nested = { color = 1 } }
    local faults = call("a", nil, named, { timout = 1, extra_body = 1 }).faults
    table.sort(faults)
    assert.are.same({
      "extra_body must be a table, not 1",
      "part is required: things:update(id, part, { name = value })",
      'size must be a whole number, not "big"',
      "unknown parameter 'nam' (did you mean name?)",
      "unknown parameter 'nested.color' (did you mean colour?)",
      "unknown request option 'timout' (did you mean timeout?)",
    }, faults)
  end)

  it("explains a wrong form", function()
    assert.are.same({ "id comes before the table: things:update(id, part, { name = value })",
      "part is required: things:update(id, part, { name = value })" }, call({ id = "a" }).faults)
    assert.are.same(
      { 'the parameters of things:update(id, part, { name = value }) must be a table, not "x"' },
      call("a", "b", "x").faults)
    assert.are.same({ "too many arguments: parameters are one table, request options another" },
      call("a", "b", {}, {}, nil).faults)
  end)

  it("takes what is not given from the client", function()
    local function add(owner, named)
      local client = { null = io.stdout, list_metatable = {}, defaults = { workspace_id = owner } }
      return check.arguments(operations.add, client, named)
    end
    assert.are.equal("/owners/mine/things", add("mine", {}).request.path)
    assert.are.equal("/owners/yours/things", add("mine", { owner = "yours" }).request.path)
    assert.are.same({ "owner must be text, not true" }, add("..", { owner = true }).faults)
    assert.are.same({ 'owner cannot be ".."' }, add("..", {}).faults)
  end)

  it("never writes to a table of the caller, nor keeps one", function()
    local named = { name = "n", nested = { colour = "red", list = {} } }
    local options = { extra_body = { nested = { shape = "round" }, more = {} } }
    local made = call("a", "b", named, options)
    assert.are.same({ name = "n", nested = { colour = "red", list = {} } }, named)
    assert.is_nil(getmetatable(named.nested.list))
    assert.are.same({ extra_body = { nested = { shape = "round" }, more = {} } }, options)
    named.nested.colour, options.extra_body.more.x = "blue", 1
    assert.are.same({ name = "n", nested = { colour = "red", list = {}, shape = "round" }, more = {} },
      made.request.body)
  end)

  it("takes the total of an iterator apart", function()
    local made = check.arguments(operations.each, context, { limit = 5, max = "12" })
    assert.are.same({ limit = 5 }, made.request.query)
    assert.are.equal(12, made.paging.max)
    assert.are.same({ "unknown parameter 'max' (known: limit; anything else the platform takes goes into "
      .. "extra_body or extra_query)" }, check.arguments(operations.list, context, { max = 1 }).faults)
  end)
end)
