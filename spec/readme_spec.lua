-- What the README says of the catalogue is true.

local resources = require "synthflow.resources"
local schema = require "synthflow.schema"

local function read_file(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return text
end

describe("the README", function()
  local text = read_file "README.md"

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
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write("local schema = require 'synthflow.schema'\n")
    for _, word in ipairs(names) do
      file:write(("local %s = schema.%s\n"):format(word, word))
    end
    file:write("local number = schema.slug 'a number'\n")
    file:write("return schema.resource 'example' {\n", entry, "}\n")
    file:close()
    local operations = assert(loadfile(path))().operations
    os.remove(path)
    assert.are.equal("GET", operations.list_calls.method)
    assert.are.same({ "phone_number_slug" }, operations.list_calls.leading)
    assert.is_true(operations.each_call.iterates)
  end)
end)
