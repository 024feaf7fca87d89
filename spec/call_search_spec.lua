-- Telling numbers apart. How a call is looked for is in calls_make_once_spec.lua.

local search = require "synthflow.call_search"

describe("call_search.is_same_number", function()
  local PHONE = "+4915112345678"

  it("knows a number in its other forms", function()
    for _, other in ipairs {
      PHONE, "4915112345678", "004915112345678", "015112345678", "15112345678", "+49 151 / 12345678",
      "+49 (151) 123-456.78",
    } do
      assert.is_true(search.is_same_number(PHONE, other))
      assert.is_true(search.is_same_number(other, PHONE))
    end
  end)

  it("tells others apart", function()
    for _, other in ipairs { "+4915112345679", "+15550100", "5678", "+49151123456780" } do
      assert.is_false(search.is_same_number(PHONE, other))
      assert.is_false(search.is_same_number(other, PHONE))
    end
  end)

  it("does not judge what is hidden or no number", function()
    for _, other in ipairs { "+49151*****78", "", "redacted", false, 5 } do
      assert.is_nil(search.is_same_number(PHONE, other))
    end
    assert.is_nil(search.is_same_number(nil, PHONE))
  end)
end)

describe("call_search.in_international_form", function()
  it("takes out what people write into numbers", function()
    assert.are.equal("+4915112345678", search.in_international_form "+49 (151) 123-456.78")
    assert.are.equal("+4915112345678", search.in_international_form "+4915112345678")
  end)

  it("is nil where the country is not said", function()
    for _, number in ipairs { "015112345678", "4915112345678", "extension 7", 5 } do
      assert.is_nil(search.in_international_form(number))
    end
  end)
end)
