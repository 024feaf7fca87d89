-- Many numbers at once: what each row comes to, what is looked up, and what a second run does.

local child = require "support.child"
local fake = require "support.fake_core"
local http = require "support.http"
local sandbox = require "synthflow.sandbox"
local timed = require "support.timed_core"

local IMPORT = "POST /custom-numbers"

local function number(index)
  return ("+3378299%04d"):format(index)
end

local function row(index)
  return { phone_number = number(index), termination_uri = "sip.example.com" }
end

local function rows(count)
  local list = {}
  for index = 1, count do
    list[index] = row(index)
  end
  return list
end

local function outcomes(list)
  local found = {}
  for index, outcome in ipairs(list) do
    found[index] = outcome.outcome
  end
  return table.concat(found, " ")
end

describe("import_all", function()
  local core, numbers, answers

  before_each(function()
    answers = {}
    core = timed.install(answers)
    numbers = require("synthflow").new({ api_key = "key-0123456789", workspace_id = "w-1" }).phone_numbers
  end)
  after_each(function() fake.remove() end)

  local IMPORTED = { data = { status = "ok", response = { key = "k-1" } } }
  local THERE = { data = { phone_number = number(1), friendly_name = "here" } }
  local NOT_THERE = { status = 404, took_effect = "no", data = { detail = "none" } }
  local REFUSED = { status = 400, took_effect = "no", data = { detail = "Phone number exists." } }
  local LOST = { outcome = "network", phase = "receive", took_effect = "maybe", message = "lost" }
  local GET = "GET /numbers/33782990001"

  local function answer(route, ...)
    answers[route] = timed.in_turn(...)
  end

  local function fault_of(...)
    local arguments, count = { ... }, select("#", ...)
    local unpack = table.unpack or unpack -- luacheck: ignore
    local raised, text = pcall(function()
      local result = numbers:import_all(unpack(arguments, 1, count))
      return result
    end)
    assert.is_false(raised)
    assert.are.same({}, core.sent)
    return text
  end

  it("imports each row by one request", function()
    answer(IMPORT, IMPORTED)
    local done = {}
    local list = numbers:import_all(rows(3), { on_progress = function(count, total, outcome, index)
      done[#done + 1] = ("%d/%d %s %d"):format(count, total, outcome.outcome, index)
    end })
    assert.are.equal("imported imported imported", outcomes(list))
    assert.are.same({ true, "k-1" }, { list[3].ok, list[3].value.key })
    assert.are.equal(3, #core.sent)
    assert.are.same({ "1/3 imported 1", "2/3 imported 2", "3/3 imported 3" }, done)
  end)

  it("takes a refused number that is there for one that was there already", function()
    answer(IMPORT, REFUSED)
    answer(GET, THERE)
    local list = numbers:import_all { row(1) }
    assert.are.equal("already_there", list[1].outcome)
    assert.is_true(list[1].ok)
    assert.are.equal("here", list[1].value.friendly_name)
    assert.are.equal("w-1", core.sent[2].query.workspace)

    list = numbers:import_all({ row(1) }, { already_there = "error" })
    assert.are.equal("already_there", list[1].outcome)
    assert.is_false(list[1].ok)
    assert.are.equal("invalid", list[1].err.kind)
  end)

  it("returns the refusal of a number that is not there", function()
    answer(IMPORT, REFUSED, { status = 403, took_effect = "no", data = { detail = "no" } })
    answer(GET, NOT_THERE)
    local list = numbers:import_all { row(1), row(2) }
    assert.are.equal("failed failed", outcomes(list))
    assert.are.equal("Phone number exists.", list[1].err.message)
    assert.are.equal("permission", list[2].err.kind)
    assert.are.equal(3, #core.sent)
  end)

  it("says when it could not look up a refused number", function()
    answer(IMPORT, REFUSED)
    answer(GET, LOST)
    local list = numbers:import_all { row(1) }
    assert.are.equal("failed", list[1].outcome)
    assert.truthy(list[1].err.hint:find("whether it is there already is not known: ", 1, true))
  end)

  it("settles by looking what was lost on the way", function()
    answer(IMPORT, LOST)
    answer(GET, NOT_THERE, NOT_THERE, THERE)
    local list = numbers:import_all { row(1) }
    assert.are.same({ "imported", true, true, "here" },
      { list[1].outcome, list[1].ok, list[1].looked_up, list[1].value.friendly_name })
    local looked = timed.times_of(core, GET)
    assert.are.same({ 0, 1, 3 }, looked)
    assert.are.equal(1, #timed.times_of(core, IMPORT))
  end)

  it("says that a lost one was not found, or could not be looked up", function()
    answer(IMPORT, LOST)
    answer(GET, NOT_THERE)
    local list = numbers:import_all { row(1) }
    assert.are.same({ "failed", "maybe" }, { list[1].outcome, list[1].err.took_effect })
    assert.truthy(list[1].err.hint:find("it was looked up and is not there", 1, true))
    answer(GET, LOST)
    list = numbers:import_all { row(1) }
    assert.truthy(list[1].err.hint:find("looking it up failed, too: ", 1, true))
    list = numbers:import_all { { provider_name = "8x8" } }
    assert.truthy(list[1].err.hint:find("cannot be looked up", 1, true))
    assert.are.equal("failed", list[1].outcome)
  end)

  it("raises wrong rows, by their numbers, and sends nothing", function()
    local text = fault_of { row(1), { friendly_name = "none" }, { phone_number = "1", colour = "red" } }
    assert.truthy(text:find "import_all_spec.lua:%d+: phone_numbers:import_all: row 2: phone_number is req")
    assert.truthy(text:find("; row 3: unknown parameter 'colour'", 1, true), text)
    assert.truthy(fault_of({}, { concurency = 1 })
      :find("import_all: unknown option 'concurency' (did you mean concurrency?)", 1, true))
    assert.truthy(fault_of({ row(1) }, { timeout = 0 }):find("row 1: timeout must be", 1, true))
    assert.truthy(fault_of({ row(1) }, { on_progress = "print" })
      :find("on_progress must be a function", 1, true))
    assert.truthy(fault_of(row(1)):find("the rows must be a list of tables, not a table with names", 1, true))
    assert.truthy(fault_of { row(1), [3] = row(3) }
      :find("the rows must be a list of tables, not a table with holes", 1, true))
    assert.truthy(fault_of(5):find("the rows must be a list of tables, not 5", 1, true))
    assert.truthy(fault_of({ row(1) }, { already_there = "x" })
      :find('already_there must be "skip" or "error"', 1, true))
    assert.truthy(fault_of({ row(1) }, { dry_run = true }):find("dry_run is not for many", 1, true))
    assert.truthy(fault_of({ row(1) }, { concurrency = 0 }):find("concurrency must be", 1, true))
  end)
end)

describe("import_all in the sandbox", function()
  local running, numbers

  setup(function() running = sandbox.start() end)
  teardown(function() running.stop() end)
  before_each(function()
    http.request("POST", running.base_url .. "/_sandbox/reset")
    numbers = require("synthflow").new({
      base_url = running.base_url, api_key = running.api_key, workspace_id = running.workspace_id,
    }).phone_numbers
  end)

  local function add_fault(text)
    assert.are.equal(200, (http.request("POST", running.base_url .. "/_sandbox/faults", nil, text)))
  end

  it("imports what is missing when it is run again", function()
    local list = numbers:import_all(rows(20))
    assert.are.equal(("imported "):rep(20), outcomes(list) .. " ")
    list = numbers:import_all(rows(25))
    assert.are.equal(("already_there "):rep(20) .. ("imported "):rep(5), outcomes(list) .. " ")
    assert.are.equal(number(7), list[7].value.phone_number)
  end)

  it("finds what was carried out and never answered", function()
    add_fault '{"method":"POST","route":"/custom-numbers","times":3,"after":true,"close":true}'
    local list = numbers:import_all(rows(6), { concurrency = 2 })
    assert.are.equal(("imported "):rep(6), outcomes(list) .. " ")
    local looked_up = 0
    for _, outcome in ipairs(list) do
      looked_up = looked_up + (outcome.looked_up and 1 or 0)
    end
    assert.are.equal(3, looked_up)
  end)

  it("needs no second thread", function()
    local output = child.run(([[
      local synthflow = require "synthflow"
      local client = synthflow.new { base_url = %q, api_key = %q, workspace_id = %q }
      local rows = {}
      for index = 1, 30 do
        rows[index] = { phone_number = "+4478299" .. (1000 + index), termination_uri = "sip.example.com" }
      end
      local list = client.phone_numbers:import_all(rows, { concurrency = 8 })
      print(#list, list[30].outcome, require("synthflow.core").stats().thread)
    ]]):format(running.base_url, running.api_key, running.workspace_id))
    assert.are.equal("30\timported\tfalse\n", output)
  end)
end)
