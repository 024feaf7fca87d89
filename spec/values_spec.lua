-- One value against its type. The shapes of the catalogue are in catalogue_spec.lua.

local conversion = require "support.conversion"
local schema = require "synthflow.schema"

local NULL, convert = conversion.NULL, conversion.convert

describe("values.convert", function()
  it("writes whole numbers as digits where text is wanted", function()
    assert.are.equal("491511234567890", (convert(491511234567890, schema.string)))
    assert.are.equal("-5", (convert(-5.0, schema.string)))
    assert.are.equal("1.5", (convert(1.5, schema.string)))
    assert.are.equal("9007199254740992", (convert(2 ^ 53, schema.string)))
    assert.are.equal("100000000000000000000", (convert(1e20, schema.string)))
    if math.maxinteger then -- luacheck: ignore 143
      assert.are.equal("12345678901234567", (convert(12345678901234567, schema.string)))
      local most = math.maxinteger -- luacheck: ignore 143
      assert.are.equal("9223372036854775807", (convert(most, schema.string)))
    end
    for _, number in ipairs { 1 / 0, -1 / 0, 0 / 0 } do
      local sent, fault = convert(number, schema.string)
      assert.is_nil(sent)
      assert.truthy(fault:find("field must be text, not ", 1, true), fault)
    end
  end)

  it("takes the + off a number, and leaves other identifiers alone", function()
    for given, sent in pairs {
      ["+33782990580"] = "33782990580", ["33782990580"] = "33782990580", ["agent-7@pbx"] = "agent-7@pbx",
      ["+33 78"] = "+33 78", ["123456789012"] = "123456789012",
    } do
      assert.are.equal(sent, (convert(given, schema.slug)))
    end
    assert.are.equal("33782990580", (convert(33782990580, schema.slug)))
  end)

  it("makes milliseconds of seconds, and leaves dates as text alone", function()
    for given, sent in pairs { [0] = 0, [1e11] = 1e11, ["1732546200"] = 1732546200000, soon = "soon" } do
      assert.are.equal(sent, (convert(given, schema.date)))
    end
    assert.are.equal("1732546200500", ("%d"):format((convert(1732546200.5, schema.date))))
  end)

  it("says what was wanted and what came", function()
    local function fault(value, field)
      return (select(2, convert(value, field)))
    end
    assert.are.equal("field must be text, not a table", fault({}, schema.string))
    assert.are.equal("field must be text, not true", fault(true, schema.string))
    assert.are.equal('field must be a whole number, not "1.5"', fault("1.5", schema.integer))
    assert.are.equal("field must be a whole number, not 1.5", fault(1.5, schema.integer))
    assert.are.equal("field must be a number, not a text of 50 bytes", fault(("x"):rep(50), schema.number))
    assert.are.equal('field must be true or false, not "yes?"', fault("yes\n", schema.boolean))
    assert.are.equal("field must be a list, not a function", fault(print, schema.list(schema.string)))
    assert.are.equal("field must be text, not a boolean", fault(true, schema.secret))
    assert.are.equal("field must be a table of named values, not a table", fault({ 1 }, schema.object {}))
    local moment = "field must be a date as text, or a number of seconds or milliseconds, not "
    assert.are.equal(moment .. "true", fault(true, schema.date))
    assert.are.equal(moment .. "a table", fault({}, schema.date))
    assert.truthy(fault(0 / 0, schema.date):find(moment, 1, true))
    assert.truthy(fault(1 / 0, schema.date):find(moment, 1, true))
    assert.are.equal("field cannot be null: leave it out instead", fault(NULL, schema.string))
    assert.are.equal("unknown parameter 'field.colr' (did you mean colour?)",
      fault({ colr = "red" }, schema.object { colour = schema.string "c" }))
  end)
end)
