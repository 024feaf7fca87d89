-- Lua runs out of memory at every place in turn, in an interpreter of its own.

local fault_server = require "support.fault_server"

-- Beside the core that this interpreter uses.
local directory = (os.getenv "LUA_CPATH" or ""):match "^([^;]*)/%?%.so"
local program = (directory or ".") .. "/failing_allocator"

local function exists(path)
  local file = io.open(path)
  return file and file:close()
end

describe("without memory", function()
  local server

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function run(part)
    if not exists(program) then
      pending("no " .. program)
      return
    end
    local command = "SYNTHFLOW_TEST_URL=http://127.0.0.1:%d '%s' spec/support/failing_allocator_script.lua %s"
    local child = io.popen(command:format(server.plain, program, part) .. " 2>&1; echo ended with $?")
    local output = child:read "*a"
    child:close()
    assert.matches("^%d+ allocations, each failed twice: 0 times it went wrong\nended with 0\n$", output)
  end

  it("the core raises, crashes nowhere and loses nothing", function() run "core" end)
  it("the library raises, crashes nowhere and loses nothing", function() run "library" end)
end)
