-- Moments, as text and as numbers. What the catalogue makes of them is in catalogue_spec.lua.

local conversion = require "support.conversion"
local dates = require "synthflow.dates"
local schema = require "synthflow.schema"

local convert = conversion.convert

describe("dates", function()
  it("reads ISO 8601 text; without a zone it is UTC", function()
    for text, milliseconds in pairs {
      ["1970-01-01"] = 0, ["1970-01-01T00:00:00Z"] = 0, ["2000-02-29T12:30"] = 951827400000,
      ["2024-11-25 14:50:00"] = 1732546200000, ["2024-11-25T14:50:00.25Z"] = 1732546200250,
      ["2024-11-25T15:50:00+01:00"] = 1732546200000, ["2024-11-25T09:20:00-0530"] = 1732546200000,
      [" 2024-11-25T15:50:00+01 "] = 1732546200000, ["1969-12-31T23:59:59Z"] = -1000,
      ["2024-12-31T24:00"] = 1735689600000, ["2016-12-31T23:59:60Z"] = 1483228800000,
    } do
      assert.are.equal(milliseconds, dates.milliseconds(text))
    end
  end)

  it("reads nothing else", function()
    for _, text in ipairs {
      "", "soon", "2024", "2024-11", "2024-13-01", "25.11.2024", "2024-11-25T14", "2024-11-25T14:50 tomorrow",
      "2024-11-25T14:50:00 CET", "2024-11-00", "2024-11-31", "2023-02-29", "1900-02-29", "2024-11-25T25:00",
      "2024-11-25T14:60", "2024-11-25T14:50:61", "2024-11-25T24:00:01", "20241125",
    } do
      assert.is_nil(dates.milliseconds(text))
    end
  end)

  it("writes text in UTC, with fractions only where there are some", function()
    assert.are.equal("1970-01-01T00:00:00Z", dates.text(0))
    assert.are.equal("2024-11-25T14:50:00.250Z", dates.text(1732546200250))
    assert.are.equal("9999-12-31T23:59:59Z", dates.text(253402300799000))
  end)

  it("agrees with the clock of this machine on every day of a long time", function()
    for day = 0, 47500, 7 do
      local seconds = day * 86400 + day
      assert.are.equal(os.date("!%Y-%m-%dT%H:%M:%SZ", seconds), dates.text(seconds * 1000))
      assert.are.equal(seconds * 1000, dates.milliseconds(dates.text(seconds * 1000)))
    end
  end)

  it("are days without hyphens, too, and no seconds of 1970", function()
    assert.are.equal(1798848000000, (convert("20270102", schema.timestamp)))
    assert.are.equal("2027-01-02T00:00:00Z", (convert("20270102", schema.iso_date)))
    assert.are.equal("2027-01-02", (convert("20270102", schema.date)))
    for _, text in ipairs { "0", "2027", "202701", "20270230", "99999999", "1e9", "-1" } do
      for _, kind in ipairs { "date", "iso_date", "timestamp" } do
        local converted, fault = convert(text, schema[kind])
        assert.is_nil(converted, text)
        assert.truthy(fault:find("field must be a date as", 1, true), fault)
      end
    end
    assert.are.equal(1700000000000, (convert("1700000000", schema.timestamp)))
    assert.are.equal(1700000000123, (convert("1700000000123", schema.date)))
  end)

  it("are refused where they can mean nothing", function()
    local function fault(value, field)
      return (select(2, convert(value, field)))
    end
    local wanted = "field must be a date as text, or a number of seconds or milliseconds, not "
    assert.are.equal(wanted .. "true", fault(true, schema.iso_date))
    assert.are.equal(wanted .. "-1", fault(-1, schema.iso_date))
    assert.truthy(fault(1e20, schema.iso_date):find(wanted, 1, true))
    assert.truthy(fault(0 / 0, schema.iso_date):find(wanted, 1, true))
    wanted = "field must be a date as ISO 8601 text, or a number of seconds or milliseconds, not "
    assert.are.equal(wanted .. '"soon"', fault("soon", schema.timestamp))
    assert.are.equal(wanted .. "a table", fault({}, schema.timestamp))
  end)
end)
