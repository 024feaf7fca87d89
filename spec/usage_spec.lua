-- Nearest names, and the line that a raised string begins with.

local usage = require "synthflow.usage"

describe("usage.nearest", function()
  local names = { "friendly_name", "phone_number", "provider_name", "timeout", "region" }

  for wrong, meant in pairs {
    freindly_name = "friendly_name", friendlyName = "friendly_name", ["Friendly-Name"] = "friendly_name",
    phonenumber = "phone_number", phone = "phone_number", phone_numbr = "phone_number",
    provider = "provider_name", time_out = "timeout", timeot = "timeout", regoin = "region",
  } do
    it("takes " .. wrong .. " for " .. meant, function()
      assert.are.equal(meant, usage.nearest(wrong, names))
    end)
  end

  it("does not guess wildly", function()
    for _, wrong in ipairs { "xyz", "", "color", "a", ("x"):rep(1000) } do
      assert.is_nil(usage.nearest(wrong, names))
    end
  end)

  it("takes values of any sort", function()
    assert.are.equal("custom", usage.nearest("cusom", { "custom", "twilio" }))
    assert.is_nil(usage.nearest(17, { "custom" }))
  end)
end)

describe("usage.unknown", function()
  it("names the nearest, or what there is", function()
    assert.are.equal("unknown option 'regon' (did you mean region?)",
      usage.unknown("option", "regon", { "region" }))
    assert.are.equal("unknown option 'colour' (known: region)",
      usage.unknown("option", "colour", { "region" }))
    assert.are.equal("unknown option 'deep.regon' (did you mean region?)",
      usage.unknown("option", "regon", { "region" }, nil, "deep."))
    assert.are.equal("unknown parameter '[1]' (known: region; or extra_body)",
      usage.unknown("parameter", 1, { "region" }, "or extra_body"))
    assert.are.equal("unknown option 'a?b' (known: region)", usage.unknown("option", "a\nb", { "region" }))
  end)
end)

describe("usage.raise", function()
  local function text_of(raiser)
    local raised, text = pcall(raiser)
    assert.is_false(raised)
    return text
  end

  local function line()
    return debug.getinfo(2, "l").currentline
  end

  it("begins at the caller's line and says all faults, in an order that stays", function()
    local at
    local text = text_of(function()
      at = line() + 1
      usage.raise("x:y", { "b is wrong", "a is wrong" })
    end)
    assert.are.equal("spec/usage_spec.lua:" .. at .. ": x:y: a is wrong; b is wrong",
      (text:gsub("^%./", "")))
  end)

  it("finds the line behind a tail call and behind frames of C", function()
    local at
    local function tail()
      return usage.raise("x", { "y" })
    end
    local text = text_of(function()
      at = line() + 1
      local result = tail()
      return result
    end)
    assert.truthy(text:find(":" .. at .. ": x: y", 1, true), text)
    local raised
    raised, text = pcall(usage.raise, "x", { "y" })
    assert.is_false(raised)
    assert.truthy(text:find "usage_spec.lua:%d+: x: y", text)
  end)
end)
