-- Options of one request.

local check = require "synthflow.check"
local schema = require "synthflow.schema"
local string = schema.string

local context = { null = io.stdout, list_metatable = {}, defaults = {} }

local act = schema.resource "things" {
  act = schema.POST "/things" {
    summary = "Acts.", effect = schema.creates, returns = schema.wrapped, timeout = 60,
    body = {
      name = string "shown", pin = schema.secret "pin",
      nested = schema.object { colour = string "c", list = schema.list(string) } "more",
    },
  },
}.operations.act

local function call(...)
  return check.arguments(act, context, ...)
end

describe("request options", function()
  it("set a time limit", function()
    assert.are.equal(60, call({}, {}).request.timeout)
    assert.are.equal(2.5, call({}, { timeout = "2.5" }).request.timeout)
    for _, wrong in ipairs { 0, -1, 0 / 0, "soon", {} } do
      assert.truthy(call({}, { timeout = wrong }).faults[1]:find "^timeout must be seconds above 0, not ")
    end
  end)

  it("say how often and how long to try", function()
    local made = call({}, { retries = "0", attempt_timeout = "2.5" })
    assert.are.same({}, made.faults)
    assert.are.equal(0, made.request.retries)
    assert.are.equal(2.5, made.request.attempt_timeout)
    for _, wrong in ipairs { -1, 11, 1.5, "often", {} } do
      assert.truthy(call({}, { retries = wrong }).faults[1]:find
        "^retries must be a whole number from 0 to 10, not ")
    end
    assert.truthy(call({}, { attempt_timeout = 0 }).faults[1]:find
      "^attempt_timeout must be seconds above 0, not 0")
  end)

  it("ask for a dry run", function()
    assert.is_true(call({}, { dry_run = true }).dry_run)
    assert.is_true(call({}, { dry_run = "1" }).dry_run)
    assert.is_false(call({}, { dry_run = "false" }).dry_run)
    assert.is_nil(call({}, { dry_run = true }).request.dry_run)
    assert.are.same({ 'dry_run must be true or false, not "maybe"' }, call({}, { dry_run = "maybe" }).faults)
  end)

  it("leave it to the catalogue what waits for its turn", function()
    assert.are.equal(1, #call({}, { paced = true }).faults)
  end)

  it("sends what the catalogue does not know, and hides what is secret in it", function()
    local made = call({ name = "n", nested = { colour = "red", list = { "x" } } }, {
      extra_body = {
        more = { 1 }, name = "other", pin = "1234", nested = { shape = "round", list = { "y", "z" } },
      },
      extra_query = { verbose = "1" },
      extra_headers = { ["X-Trace"] = "t", ["X-Api-Key"] = "k-1" },
    })
    assert.are.same({
      name = "other", more = { 1 }, pin = "1234",
      nested = { colour = "red", shape = "round", list = { "y", "z" } },
    }, made.request.body)
    assert.are.same({ verbose = "1" }, made.request.query)
    assert.are.same({ ["X-Trace"] = "t", ["X-Api-Key"] = "k-1" }, made.request.headers)
    table.sort(made.secrets)
    assert.are.same({ "1234", "k-1" }, made.secrets)
  end)

  it("add to a request that had nothing of the kind", function()
    local get = schema.resource "things" {
      get = schema.GET "/things" { summary = "Gets.", effect = schema.read, returns = schema.bare },
    }.operations.get
    local made = check.arguments(get, context, nil, { extra_query = { a = { 1, 2 } } })
    assert.are.same({ a = { 1, 2 } }, made.request.query)
  end)

  it("are checked like everything else", function()
    assert.are.same({ "the request options must be a table, not 5" }, call({}, 5).faults)
    assert.are.same({ "extra_body must be a table, not true" }, call({}, { extra_body = true }).faults)
    assert.are.same({ "unknown request option 'timout' (did you mean timeout?)" },
      call({}, { timout = 1 }).faults)
    assert.are.same({ "unknown request option 'colour' (known: attempt_timeout, blocking, dry_run, "
      .. "extra_body, extra_headers, extra_query, retries, timeout)" }, call({}, { colour = 1 }).faults)
    assert.are.same({ "'retries' is a request option: these are one more table, after the parameters" },
      call({ retries = 1 }).faults)
  end)
end)
