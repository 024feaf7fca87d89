-- What is said above a function, read from its file.

local docstring = require "synthflow.docstring"

describe("docstring", function()
  local path

  local function load_functions(text)
    path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
    return assert(loadfile(path))()
  end

  after_each(function()
    if path then os.remove(path) end
    path = nil
  end)

  it("takes the text apart", function()
    local functions = load_functions [[
local functions = {}

-- Of something else.

---Does it,
---and says so.
---
---More.
---@generic T
---@param first fun(item: any, index: integer): any is called
---@param options? table one: a number;
---  two: a text
---@return T|nil data
---@return table<string, integer> counts what
---  was counted
function functions.documented(first, options) return first, options end

function functions.bare() end
return functions]]
    assert.are.same({
      text = "Does it,\nand says so.\n\nMore.",
      parameters = {
        { name = "first", optional = false, type = "fun(item: any, index: integer): any",
          text = "is called" },
        { name = "options", type = "table", optional = true, text = "one: a number; two: a text" },
      },
      returns = {
        { name = "data", type = "T|nil", optional = false, text = "" },
        { name = "counts", optional = false, type = "table<string, integer>", text = "what was counted" },
      },
    }, docstring.read(functions.documented))
    assert.are.same({ text = "", parameters = {}, returns = {} }, docstring.read(functions.bare))
  end)

  it("is empty where there is no file to read it in", function()
    local functions = load_functions "---Gone.\nreturn { gone = function() end }"
    os.remove(path)
    assert.are.equal("", docstring.read(functions.gone).text)
    local load_text = loadstring or load -- luacheck: ignore 113
    assert.are.equal("", docstring.read(assert(load_text "return 1")).text)
    assert.are.equal("", docstring.read(print).text)
  end)
end)
