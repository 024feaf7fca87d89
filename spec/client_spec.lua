-- The object that users hold. The C core is replaced, but for the last part.

local fake = require "support.fake_core"

local KEY = "key-0123456789"

local function fault_of(action)
  local raised, text = pcall(action)
  assert.is_false(raised)
  assert.are.equal("string", type(text))
  local place, rest = text:match "^(%S+:%d+): (.*)$"
  assert.truthy(place and place:find "client_spec.lua", text)
  return rest
end

describe("synthflow.new", function()
  local core, synthflow

  before_each(function()
    core = fake.install()
    synthflow = require "synthflow"
  end)
  after_each(function() fake.remove() end)

  it("hands the core its settings", function()
    synthflow.new {
      api_key = KEY, region = "eu", workspace_id = "w", on_request = print,
      timeout = "5", connect_timeout = 2, connections = 8, max_response_bytes = 1000,
      ca_file = "/ca.pem", proxy = "http://proxy:3128", user_agent = "mine/1.0",
    }
    assert.are.same({
      api_key = KEY, base_url = "https://api.eu.synthflow.ai/v2",
      timeout = 5, connect_timeout = 2, connections = 8, max_response_bytes = 1000,
      ca_file = "/ca.pem", proxy = "http://proxy:3128", user_agent = "mine/1.0",
    }, core.clients[1].settings)
  end)

  it("raises every fault at the caller's line, those of the core too", function()
    local text = fault_of(function()
      local client = synthflow.new { api_key = "a\nb-secret", regon = "eu", on_request = 1 }
      return client
    end)
    assert.are.equal("synthflow.new: api_key holds control characters; "
      .. "on_request must be a function, not 1; unknown option 'regon' (did you mean region?)", text)
    assert.truthy(fault_of(function()
      local client = synthflow:new {}
      return client
    end):find("with a dot", 1, true))
  end)

  it("does not raise when there is no key", function()
    assert.truthy(synthflow.new {})
    assert.truthy(synthflow.new())
  end)

  it("never writes to the options, nor follows later changes of them", function()
    local options = { api_key = KEY, workspace_id = "w-1" }
    local client = synthflow.new(options)
    assert.are.same({ api_key = KEY, workspace_id = "w-1" }, options)
    options.workspace_id = "w-2"
    client.phone_numbers:import { phone_number = "1" }
    assert.are.equal("w-1", core.sent[1].body.workspace_id)
  end)
end)

describe("a client", function()
  local core, client

  before_each(function()
    core = fake.install()
    client = require("synthflow").new { api_key = KEY, region = "us", workspace_id = "w-1" }
  end)
  after_each(function() fake.remove() end)

  it("shows where it sends to, and no key", function()
    assert.are.equal("synthflow client (api.us.synthflow.ai)", tostring(client))
    assert.are.equal("synthflow client.phone_numbers", tostring(client.phone_numbers))
  end)

  it("keeps the key in no table that can be reached from it", function()
    client.phone_numbers:import { phone_number = "1" }
    local seen, found = {}, {}
    local function walk(value, path)
      if value == KEY then
        found[#found + 1] = path
      elseif type(value) == "table" and not seen[value] then
        seen[value] = true
        for name, inner in pairs(value) do
          walk(name, path .. "." .. tostring(name))
          walk(inner, path .. "." .. tostring(name))
        end
        walk(getmetatable(value), path .. "<metatable>")
      end
    end
    walk(client, "client")
    assert.are.same({}, found)
  end)

  it("counts, with the core", function()
    assert.are.same({ requests = 3, retries = 1, in_flight = 0, hook_faults = 0 }, client:stats())
  end)

  it("closes, and says so to those that come later", function()
    client:close()
    assert.is_true(core.clients[1].closed)
    core.answers = { { outcome = "closed", took_effect = "no", status = false } }
    local data, err = client.phone_numbers:get "1"
    assert.is_nil(data)
    assert.are.equal("closed", err.kind)
    assert.are.equal("client:close() was called: make a new client", err.hint)
  end)

  it("can be a variable that is closed where it ends", function()
    getmetatable(client).__close(client)
    assert.is_true(core.clients[1].closed)
  end)

  it("returns what a dry run would send, also in place of pages", function()
    local numbers, dry = client.phone_numbers, { dry_run = true }
    assert.are.equal("POST", numbers:import({ phone_number = "1" }, dry).method)
    local base = "https://api.us.synthflow.ai/v2/numbers?"
    assert.are.equal(base .. "workspace=w-1", numbers:list({}, dry).url)
    assert.are.equal(base .. "limit=7&workspace=w-1", numbers:each({ max = 7 }, dry).url)
    assert.are.same({}, core.sent)
  end)

  it("has its resources once, and their methods once", function()
    assert.are.equal(client.phone_numbers, client.phone_numbers)
    assert.are.equal(client.phone_numbers.import, client.phone_numbers.import)
  end)

  it("helps with a name that is not quite right", function()
    assert.are.equal("client: unknown resource 'phone_number' (did you mean phone_numbers?)",
      fault_of(function() return client.phone_number.x end))
    assert.are.equal("client: its assistants are called agents here",
      fault_of(function() return client.assistants.x end))
    assert.are.equal("client: unknown resource 'telephones' (client:help() lists them)",
      fault_of(function() return client.telephones end))
    assert.are.equal("client: unknown resource 'requst' (did you mean request?)",
      fault_of(function() return client.requst {} end))
    assert.are.equal("client.phone_numbers: unknown method 'imprt' (did you mean import?)",
      fault_of(function() client.phone_numbers:imprt {} end))
    assert.are.equal("client.phone_numbers: unknown method 'create' "
      .. "(known: delete, each, get, import, import_all, list, update; client:help() lists them)",
      fault_of(function() client.phone_numbers:create {} end))
  end)

  it("lets programs probe for what it has not", function()
    assert.is_nil(client.__pairs)
    assert.is_nil(client[1])
    assert.is_nil(client.phone_numbers.__name)
  end)

  it("reaches resources inside of others", function()
    local sources = client.knowledge_bases.sources
    assert.are.equal(sources, client.knowledge_bases.sources)
    assert.are.equal("synthflow client.knowledge_bases.sources", tostring(sources))
    local request = sources:delete("k-1", "s-1", nil, { dry_run = true })
    assert.truthy(request.url:find "/knowledge_base/k%-1/sources/s%-1$")
    assert.truthy(fault_of(function() return client.knowledge_bases.source end):find "did you mean sources%?")
    assert.are.equal("client.knowledge_bases.sources.list: write it with a colon, "
      .. "client.knowledge_bases.sources:list", fault_of(function() sources.list "k-1" end))
  end)

  it("explains a dot where a colon belongs", function()
    assert.are.equal("client.phone_numbers.import: write it with a colon, client.phone_numbers:import",
      fault_of(function() client.phone_numbers.import { phone_number = "1" } end))
    assert.are.equal("client.close: write it with a colon, client:close",
      fault_of(function() client.close() end))
  end)

  it("raises faults of arguments at the caller's line, through tail calls and wrappers in C", function()
    local function tail()
      return client.phone_numbers:import { phone_numbr = "1" }
    end
    local expected = "phone_numbers:import: "
      .. 'phone_number is required unless provider_name is "8x8"; '
      .. "unknown parameter 'phone_numbr' (did you mean phone_number?)"
    assert.are.equal(expected, fault_of(function()
      local number = tail()
      return number
    end))
    assert.are.equal(expected, fault_of(function()
      local thread = coroutine.create(function()
        local number = client.phone_numbers:import { phone_numbr = "1" }
        return number
      end)
      local _, text = coroutine.resume(thread)
      error(text, 0)
    end))
    assert.are.same({}, core.sent)
  end)

  it("waits in turns, so that a program can be interrupted", function()
    local turns = 0
    function core.wait(_, seconds)
      assert.are.equal(0.25, seconds)
      turns = turns + 1
      return turns == 3
    end
    client.phone_numbers:import { phone_number = "1" }
    assert.are.equal(3, turns)
  end)
end)
