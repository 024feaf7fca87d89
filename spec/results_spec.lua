-- synthflow.results: what extractors found, in every form the platform sends it in.

local synthflow = require "synthflow"

local function call(actions)
  return { call_id = "c-1", executed_actions = actions }
end

local function extractor(identifier, value, more)
  local action = {
    name = "info_extractor_" .. identifier, action_type = "extract_info_action_type",
    parameters_hard_coded = { identifier = identifier, condition = "..." }, return_value = value,
  }
  for name, other in pairs(more or {}) do
    action[name] = other
  end
  return action
end

describe("results", function()
  it("merges what stands under both kinds of keys", function()
    assert.are.same({ city = "Bonn", plan = "pro", age = 38 }, (synthflow.results(call {
      info_extractor_city = extractor("city", { city = "Bonn" }),
      extract_info_1 = extractor("plan", { plan = "pro" }),
      extract_info_age = { return_value = { age = 38 } },
    })))
  end)

  it("reads objects that come as JSON in a text, at each level", function()
    local action = extractor("city", '{"city": "Bonn", "where": {"zip": "53111", "of": [1, 2]}}')
    action.parameters_hard_coded = '{"identifier": "city"}'
    local expected = { city = "Bonn", where = { zip = "53111", of = { 1, 2 } } }
    assert.are.same(expected, (synthflow.results(call { info_extractor_city = action })))
    assert.are.same({ city = "Bonn" }, (synthflow.results(call
      '{"info_extractor_city": {"return_value": "{\\"city\\": \\"Bonn\\"}"}}')))
  end)

  it("takes a list of actions, of which the later one counts", function()
    assert.are.same({ city = "Bonn", plan = "pro" }, (synthflow.results(call {
      extractor("city", { city = "Berlin" }), extractor("plan", { plan = "pro" }),
      extractor("city", { city = "Bonn" }),
    })))
  end)

  it("calls a value that stands alone by its identifier, or what the key says", function()
    local expected = {
      city = "Bonn", ["first name"] = "Ada", happy = false, age = 38, colours = { "red" }, price = -5.25,
    }
    assert.are.same(expected, (synthflow.results(call {
      extract_info_1 = extractor("city", "Bonn"),
      ["info_extractor_first name"] = { return_value = '"Ada"' },
      info_extractor_happy = { return_value = "false" },
      extract_info_age = { return_value = "38" }, extract_info_2 = extractor("price", "-5.25"),
      { name = "info_extractor_colours", return_value = '["red"]' },
    })))
  end)

  it("leaves text as it is that only looks like a number, a word of JSON, or JSON", function()
    local texts = {
      "491511234567890123", "12 May", "true love", "nothing", "no\nnot now", "007 Bond", "12E4", "5.10",
      "1e400", "007", "1.0",
    }
    for _, text in ipairs(texts) do
      assert.are.same({ x = text }, (synthflow.results(call { info_extractor_x = { return_value = text } })))
    end
  end)

  it("leaves out what was not found", function()
    for _, nothing in ipairs { {}, "{}", "null", "", '{"x": null}', { x = io.stdout }, io.stdout } do
      assert.are.same({}, (synthflow.results(call { info_extractor_x = extractor("x", nothing) })))
    end
    assert.are.same({ x = 1 }, (synthflow.results(call {
      extractor("x", { x = 1 }), extractor("x", { x = io.stdout }), extractor("x", nil),
    })))
  end)

  it("takes nothing of other actions", function()
    assert.are.same({ city = "Bonn" }, (synthflow.results(call {
      info_extractor_city = extractor("city", { city = "Bonn" }),
      transfer = { action_type = "live_transfer_action_type", return_value = { status = "transfer-failed" } },
      lookup = { action_type = "custom_function_action_type", return_value = { city = "Berlin" } },
    })))
  end)

  it("tells what has failed, and takes the rest all the same", function()
    local found, failed = synthflow.results(call {
      info_extractor_city = extractor("city", { city = "Bonn" }, { error_message = "" }),
      info_extractor_plan = extractor("plan", nil, { error_message = "the model did not answer" }),
      info_extractor_age = extractor("age", '{"age": 3'),
      info_extractor_odd = "no action", other = 7,
    })
    assert.are.same({ city = "Bonn" }, found)
    assert.are.equal("the model did not answer", failed.info_extractor_plan)
    assert.truthy(failed.info_extractor_age:find("its return_value cannot be read", 1, true))
    assert.is_nil(failed.info_extractor_city)
  end)

  it("finds nothing where nothing was done", function()
    for _, actions in ipairs { {}, "", "[]", "null", io.stdout, 7 } do
      local found, failed = synthflow.results(call(actions))
      assert.are.same({}, found)
      assert.are.same({}, failed)
    end
    assert.are.same({}, (synthflow.results {}))
    local _, failed = synthflow.results(call '{"cut')
    assert.truthy(failed.executed_actions:find("cannot be read", 1, true))
  end)

  it("writes to nothing of the call", function()
    local actions = { info_extractor_city = extractor("city", '{"city": "Bonn"}') }
    synthflow.results(call(actions))
    assert.are.same({ info_extractor_city = extractor("city", '{"city": "Bonn"}') }, actions)
  end)

  it("hands an error through", function()
    local err = { kind = "not_found" }
    local found, handed = synthflow.results(nil, err)
    assert.is_nil(found)
    assert.are.equal(err, handed)
  end)

  it("raises what is no call", function()
    for _, wrong in ipairs { "c-1", 7, false, { { call_id = "c-1" } } } do
      local raised, text = pcall(synthflow.results, wrong)
      assert.is_false(raised)
      assert.truthy(text:find("synthflow.results: takes the record of one call", 1, true), text)
    end
    assert.is_false((pcall(synthflow.results)))
  end)
end)
