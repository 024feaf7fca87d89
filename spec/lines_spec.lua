-- Answers of several lines: those of simulation_cases:generate.

local fake = require "support.fake_core"

describe("an answer of lines", function()
  local core, client

  -- Understands {"n":1} and text in quotes.
  local function decode(text)
    local number = text:match '^{"n":(%d+)}$'
    if number then
      return { n = tonumber(number) }
    elseif text:find '^"[^"\n]*"$' then
      return (text:sub(2, -2):gsub("\\\\n", "\n"):gsub("'", '"'))
    end
    return nil, "it is something else"
  end

  before_each(function()
    core = fake.install()
    core.decode = decode
    client = require("synthflow").new { api_key = "key-0123456789" }
  end)
  after_each(function() fake.remove() end)

  local function generate(body, more)
    local fault = not (more and more.data) and "more than one value" or nil
    core.answers = { { body = body, decode_error = fault } }
    for name, value in pairs(more or {}) do
      core.answers[1][name] = value
    end
    return client.simulation_cases:generate { agent_id = "a-1", include_tests = { "angry_user" } }
  end

  local function numbers(lines)
    local found = {}
    for line in lines do
      found[#found + 1] = line.n
    end
    return found
  end

  it("gives an iterator over the lines, and the response", function()
    local lines, response = generate '{"n":1}\n{"n":2}\r\n\n  {"n":3}'
    assert.are.same({ 1, 2, 3 }, numbers(lines))
    assert.is_nil(lines())
    assert.are.equal(200, response.status)
    assert.are.equal(180, core.sent[1].timeout)
    assert.are.same({ agent_id = "a-1", include_tests = { "angry_user" } }, core.sent[1].body)
  end)

  it("takes one line, none, and lines inside one text", function()
    assert.are.same({ 1 }, numbers((generate('{"n":1}', { data = { n = 1 } }))))
    assert.are.same({}, numbers((generate "")))
    assert.are.same({}, numbers((generate "\n \n")))
    assert.are.same({ 1, 2 }, numbers((generate([["{'n':1}\\n{'n':2}"]]))))
  end)

  it("raises at a line that cannot be read, and keeps the error", function()
    local lines = generate '{"n":1}\n{"n":2'
    assert.are.equal(1, lines().n)
    local read, text = pcall(lines)
    assert.is_false(read)
    assert.truthy(text:find("line 2 of the answer is not JSON (it is something else)", 1, true))
    assert.are.same({ "decode", "yes" }, { lines.err.kind, lines.err.took_effect })
    assert.is_false(pcall(lines))
  end)

  it("returns errors, also those of status 200", function()
    local lines, err = generate('{"detail":"no"}', { status = 404, took_effect = "no" })
    assert.is_nil(lines)
    assert.are.equal("not_found", err.kind)
    lines, err = generate('{"status":"error"}', { data = { status = "error" } })
    assert.is_nil(lines)
    assert.are.same({ "server", "maybe" }, { err.kind, err.took_effect })
  end)

  it("refuses wrong arguments, and describes what it would send", function()
    local called, text = pcall(client.simulation_cases.generate, client.simulation_cases, {})
    assert.is_false(called)
    assert.truthy(text:find("simulation_cases:generate: agent_id is required", 1, true))
    local described = client.simulation_cases:generate({ agent_id = "a-1" }, { dry_run = true })
    assert.are.equal('{"agent_id":"a-1"}', described.body)
    assert.are.equal(0, #core.sent)
  end)
end)
