-- The reference page: make docs.

local docs = require "tools.docs"
local reference = require "synthflow.reference"

describe("the reference page", function()
  local html, markdown = docs.html(), docs.markdown()

  it("has every method, linked from the top", function()
    for _, resource in ipairs(reference.resources()) do
      for _, method in ipairs(resource.methods) do
        local anchor = '"' .. method.name .. '"'
        assert.truthy(html:find('<h3 id=' .. anchor, 1, true), method.name)
        assert.truthy(html:find('href="#' .. method.name .. '"', 1, true), method.name)
        assert.truthy(markdown:find('<a id=' .. anchor .. '></a>', 1, true), method.name)
        assert.truthy(markdown:find("(#" .. method.name .. ")", 1, true), method.name)
      end
    end
  end)

  it("has every field, those inside of others with their way", function()
    local names = { "termination_uri", "tasks[].to_phone_number", "REAL_TIME_BOOKING.CALCOM.event_id" }
    for _, page in ipairs { html, markdown } do
      for _, name in ipairs(names) do
        assert.truthy(page:find(name, 1, true), name)
      end
    end
  end)

  it("is whole HTML, with nothing left to be escaped", function()
    local open = {}
    for slash, tag in html:gsub("<style>.-</style>", ""):gmatch "<(/?)(%l%w*)[^>]*>" do
      if slash == "" then
        open[#open + 1] = tag ~= "meta" and tag or nil -- which has no end
      else
        assert.are.equal(open[#open], tag)
        open[#open] = nil
      end
    end
    assert.are.same({}, open)
    assert.truthy(html:find("info_extractor_&lt;identifier&gt;", 1, true))
  end)

  it("has tables of Markdown whose rows have as many cells as their heads", function()
    local cells
    for line in markdown:gmatch "[^\n]*" do
      local _, count = line:gsub("\\|", ""):gsub("|", "")
      if count == 0 then
        cells = nil
      else
        cells = cells or count
        assert.are.equal(cells, count, line)
      end
    end
  end)
end)
