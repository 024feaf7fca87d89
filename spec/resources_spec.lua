-- Resources are loaded when they are used.

local child = require "support.child"
local resources = require "synthflow.resources"

describe("resources", function()
  -- The modules of the library that a program has loaded at its end, one per line.
  local function loaded_by(program)
    return child.run(program .. [[

      for name in pairs(package.loaded) do
        if name:find "^synthflow" then print(name) end
      end
    ]])
  end

  it("cost nothing before they are used, and no other's file then", function()
    local new = 'local client = require("synthflow").new { api_key = "key-0123456789" }\n'
    local list = loaded_by(new)
    assert.falsy(list:find("synthflow.api", 1, true), list)
    list = loaded_by(new .. "local import = client.phone_numbers.import")
    local _, files = list:gsub("synthflow%.api%.", "")
    assert.are.equal(1, files)
    assert.truthy(list:find("synthflow.api.phone_numbers\n", 1, true), list)
    assert.falsy(list:find("synthflow.phone_numbers\n", 1, true), list) -- its conveniences
  end)

  it("are each a file of the catalogue, and a file of conveniences where it says so", function()
    for name, conveniences in pairs(resources) do
      assert.are.equal(name, require("synthflow.api." .. name).name)
      assert.truthy(conveniences == true or next((require(conveniences))))
    end
  end)
end)
