-- What editors are told (lua/synthflow/meta) is what the catalogue says.

local annotations = require "tools.annotations"
local process = require "support.process"
local reference = require "synthflow.reference"

describe("the annotations for editors", function()
  local written = process.read "lua/synthflow/meta/client.lua"

  -- The lines of a class: name -> the rest.
  local function class(name)
    local fields, at = {}, written:find("---@class " .. name .. "\n", 1, true)
    assert.truthy(at, name)
    for line in written:sub(at):match "^[^\n]*\n(.-)\n\n":gmatch "[^\n]+" do
      local field, rest = line:match "^%-%-%-@field ([%w_]+)(.*)$"
      if field then fields[field] = rest end
    end
    return fields
  end

  it("are those that the catalogue makes: run `make annotations` after a change of it", function()
    assert.truthy(annotations.text() == written)
  end)

  it("are Lua", function()
    assert.truthy(loadfile "lua/synthflow/meta/client.lua")
    assert.truthy(loadfile "lua/synthflow/meta/types.lua")
  end)

  it("have each method, with each field, and which may be left out", function()
    local function assert_fields(name, fields)
      local said = class(name)
      for _, field in ipairs(fields) do
        local may_be_left_out = not field.key.required or field.key.client_option ~= nil
        assert.are.equal(may_be_left_out, said[field.name]:sub(1, 1) == "?", name .. "." .. field.name)
        if field.fields then assert_fields(name .. "." .. field.name, field.fields) end
      end
    end
    for _, resource in ipairs(reference.resources()) do
      for _, method in ipairs(resource.methods) do
        local head = "\nfunction " .. resource.name:gsub("%.", "_") .. ":" .. method.method .. "("
        assert.truthy(written:find(head, 1, true), method.name)
        if method.operation and #method.parameters > 0 then
          assert_fields("synthflow." .. method.name, method.parameters)
        end
      end
    end
  end)

  it("know types, values and aliases", function()
    local import = class "synthflow.phone_numbers.import"
    assert.truthy(import.provider_name:find('^%? "custom"|"twilio"|.*|"8x8"|string '), import.provider_name)
    assert.truthy(import.uac_enabled:find "^%? boolean ")
    assert.truthy(import.sip_term_uri:find "^%? string the same as termination_uri")
    assert.truthy(class "synthflow.batches.create".tasks:find "^ synthflow%.batches%.create%.tasks%[%] ")
    assert.truthy(class "synthflow.calls.list".from_date:find "^%? string|number ")
  end)
end)
