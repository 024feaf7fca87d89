-- The reference at a prompt.

local fake = require "support.fake_core"
local resources = require "synthflow.resources"
local synthflow = require "synthflow"

describe("help", function()
  local function has(text, ...)
    for _, part in ipairs { ... } do
      assert.truthy(text:find(part, 1, true), part .. "\nis not in\n" .. text)
    end
  end

  it("lists all there is", function()
    local text = synthflow.help()
    for name in pairs(resources) do
      has(text, "\n  " .. name .. " ")
    end
    has(text, "\n  map ", "\n  request ", "\n  doctor ", "\n  parallel ", 'help "phone_numbers"')
  end)

  it("lists the methods of a resource in the order of the catalogue, conveniences behind them", function()
    local text, at = synthflow.help "phone_numbers", 0
    for _, name in ipairs { "import", "list", "each", "get", "update", "delete", "import_all" } do
      local found = text:find("\n  " .. name .. " ", at + 1, true)
      assert.truthy(found, name .. " in\n" .. text)
      at = found
    end
    has(text, "Imports many numbers, some of them at once.")
  end)

  it("says all of a method: arguments, effect, what to do when it is refused", function()
    local text = synthflow.help "phone_numbers.import"
    has(text, "client.phone_numbers:import { workspace_id =, phone_number =, friendly_name =, ... }",
      "POST /custom-numbers\ncreates: sent twice", 'required unless provider_name is "8x8"',
      "also called sip_term_uri", "trunk_pwd  (text, a secret)", '"five9", "8x8"',
      "  403  this workspace may not import")
    has(synthflow.help "phone_numbers.delete", "client.phone_numbers:delete(phone_number_slug)",
      "Returns true,", "subscription")
    has(synthflow.help "phone_numbers.each", "an iterator, which raises", "max  (whole number)")
    has(synthflow.help "simulation_cases.generate", "180 seconds", "Returns an iterator\nover the lines")
  end)

  it("shows what is nested, and of what exactly one is given", function()
    local text = synthflow.help "actions.create"
    has(text, "exactly one of REAL_TIME_BOOKING, INFORMATION_EXTRACTOR", "      exactly one of CALCOM, GHL:",
      "          event_id  (text; required)")
    has(synthflow.help "batches.create", "tasks  (list of tables; required)",
      "      to_phone_number  (text; required)")
  end)

  it("does not print hundreds of values", function()
    local text = synthflow.help "calls.make"
    has(text, "lead_timezone  (text)")
    assert.falsy(text:find("Europe/Berlin", 1, true))
  end)

  it("says what conveniences and functions do", function()
    has(synthflow.help "calls.make_once", "client.calls:make_once(given, options)", "never a second one",
      "Arguments\n  given  (table)")
    has(synthflow.help "client.map", "client:map(items, fn, options)", "concurrency")
    has(synthflow.help "synthflow.new", "synthflow.new(options)")
  end)

  it("takes a topic as it is written in a program", function()
    for _, topic in ipairs { "phone_numbers:get", "client.phone_numbers:get", "client.phone_numbers.get" } do
      assert.are.equal(synthflow.help "phone_numbers.get", synthflow.help(topic))
    end
    assert.are.equal(synthflow.help "map", synthflow.help "client:map")
  end)

  it("is no wider than a terminal", function()
    for _, topic in ipairs { "actions.create", "phone_numbers.import", "agents.create", "calls.wait" } do
      for line in synthflow.help(topic):gmatch "[^\n]+" do
        assert.truthy(#line <= 100, topic .. ": " .. line)
      end
    end
  end)

  it("raises where there is no such topic, and names the nearest", function()
    local raised, text = pcall(synthflow.help, "phone_numbers.imprt")
    assert.is_false(raised)
    has(text, "help: unknown topic 'phone_numbers.imprt' (did you mean phone_numbers.import?)")
    raised, text = pcall(synthflow.help, 5)
    assert.is_false(raised)
    has(text, "unknown topic")
  end)

  it("is a method of a client, too", function()
    fake.install()
    local client = synthflow.new { api_key = "key-0123456789" }
    assert.are.equal(synthflow.help "calls.make", client:help "calls.make")
    fake.remove()
  end)
end)
