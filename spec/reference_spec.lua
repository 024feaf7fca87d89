-- What help, the reference page and the annotations are made of.

local reference = require "synthflow.reference"
local sandbox_catalogue = require "synthflow.sandbox.catalogue"

describe("the reference", function()
  local described = {}
  for _, resource in ipairs(reference.resources()) do
    for _, method in ipairs(resource.methods) do described[method.name] = method end
  end

  it("has something to say of each resource", function()
    for _, resource in ipairs(reference.resources()) do
      assert.truthy(resource.about:find "%.$", resource.name)
    end
  end)

  it("has each operation with each of its parameters, described", function()
    local function assert_described(named, fields)
      for _, field in ipairs(fields) do
        -- Of a table, what is inside may say enough.
        assert.truthy(field.text ~= "" or field.fields, named .. ": " .. field.name)
        assert.truthy(field.type ~= "", named .. ": " .. field.name)
        assert_described(named .. "." .. field.name, field.fields or {})
      end
    end
    local count = 0
    for _, operation in ipairs(sandbox_catalogue.operations()) do
      local named = sandbox_catalogue.name(operation)
      local method = assert(described[named], named)
      local names = {}
      for _, field in ipairs(method.parameters) do names[field.name] = true end
      for name in pairs(operation.parameters) do
        assert.truthy(names[name], named .. ": " .. name)
      end
      assert.are.equal(#operation.leading, #method.leading)
      assert_described(named, method.leading)
      assert_described(named, method.parameters)
      count = count + 1
    end
    assert.truthy(count >= 109, count) -- 108 of the platform; one of them both creates and appends
  end)

  it("has the conveniences and functions, by the comments above them", function()
    local methods = { described["calls.wait"], described["phone_numbers.import_all"] }
    for _, list in ipairs { reference.module(), reference.client() } do
      for _, made in ipairs(list) do methods[#methods + 1] = made end
    end
    assert.truthy(#methods >= 13, #methods)
    for _, method in ipairs(methods) do
      assert.truthy(method.summary ~= "", method.name)
      for _, parameter in ipairs(method.said.parameters) do
        assert.truthy(parameter.type and parameter.type ~= "", method.name .. ": " .. parameter.name)
      end
    end
  end)
end)
