-- What the README says of the catalogue is true.

local process = require "support.process"
local resources = require "synthflow.resources"
local schema = require "synthflow.schema"

describe("the README", function()
  local text = process.read "README.md"

  it("names all methods of each resource", function()
    local said = {}
    for name, methods in text:gmatch "\n| `([%l_]+)` | (`[^\n]*) |" do
      said[name] = methods
    end
    said["knowledge_bases.sources"] = said.knowledge_bases:match "`%.sources`: (.*)$"
    for name in pairs(resources) do
      for method in pairs(require("synthflow.api." .. name).operations) do
        local found = said[name] and said[name]:find("`" .. method .. "`", 1, true)
          or text:find("client." .. name .. ":" .. method .. "%f[^%w_]")
        assert.truthy(found, name .. ":" .. method)
      end
    end
  end)

  it("shows how to add an operation in words that the catalogue takes", function()
    local entry = text:match "\n```lua\n(  list_calls = GET.-)```"
    local names = {}
    for word in pairs(schema) do names[#names + 1] = word end
    local path, lines = os.tmpname(), { "local schema = require 'synthflow.schema'" }
    for _, word in ipairs(names) do
      lines[#lines + 1] = ("local %s = schema.%s"):format(word, word)
    end
    lines[#lines + 1] = "local number = schema.slug 'a number'"
    lines[#lines + 1] = "return schema.resource 'example' {" .. entry .. "}"
    process.write(path, table.concat(lines, "\n"))
    local operations = assert(loadfile(path))().operations
    os.remove(path)
    assert.are.equal("GET", operations.list_calls.method)
    assert.are.same({ "phone_number_slug" }, operations.list_calls.leading)
    assert.is_true(operations.each_call.iterates)
  end)
end)
