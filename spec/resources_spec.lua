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

describe("paths of operations", function()
  local function all()
    local list = {}
    for name in pairs(resources) do
      for _, operation in pairs(require("synthflow.api." .. name).operations) do
        list[#list + 1] = not operation.iterates and operation or nil
      end
    end
    return list
  end

  -- The parameter, and its text, that would make the path of one the path of the other.
  local function shadow(operation, other)
    local pattern = operation.template:gsub("%p", "%%%0"):gsub("%%{[%w%%_]+%%}", "([%%w_-]+)")
    local names, texts = {}, { other.template:match("^" .. pattern .. "$") }
    for name in operation.template:gmatch "{([%w_]+)}" do
      names[#names + 1] = name
    end
    if operation.method == other.method and operation ~= other and #names > 0 and texts[1] then
      return names[1], texts[1]
    end
  end

  -- "outbound" as the chat_id of chats:create would write to a person.
  it("are not each other's, whatever ids are given", function()
    local shadowed = {}
    for _, operation in ipairs(all()) do
      for _, other in ipairs(all()) do
        local name, text = shadow(operation, other)
        if name then
          shadowed[operation.named] = text
          assert.are.equal(text, operation.path.fields[name].never_text, operation.named)
        end
      end
    end
    assert.are.same({
      ["calls:get"] = "batch", ["chats:create"] = "outbound", ["simulation_cases:get"] = "by_agent",
      ["simulations:get"] = "sessions",
    }, shadowed)
  end)
end)
