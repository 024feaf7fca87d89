-- A process that runs Lua code for a spec.

local child = require "support.child"

describe("a child that prints on both outputs", function()
  it("does not tear a word of one by a line of the other", function()
    for length = 1, 12 do
      local output = child.run(([[
        print(("x"):rep(%d))
        for _ = 1, 1000 do
          io.write "a whole word\n"
          io.stderr:write "something else\n"
        end
      ]]):format(length))
      assert.are.equal(1000, select(2, output:gsub("a whole word\n", "")))
    end
  end)
end)
