-- Ctrl-C ends whatever a program of Lua waits for in a call, with the interpreter's own message.

local child = require "support.child"
local fault_server = require "support.fault_server"
local process = require "support.process"
local monotime = require("cqueues").monotime

local PROGRAM = [[
  local synthflow = require "synthflow"
  local client = synthflow.new { base_url = os.getenv "URL", api_key = "a-key", timeout = 70, retries = 1 }
  local GET = { method = "GET", path = "/x", attempt_timeout = 70 }
  io.stdout:setvbuf "no"
  %s
  print "not interrupted"
]]

describe("Ctrl-C interrupts", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  -- Returns when the server has the request.
  local function start(fault, tag, code)
    if os.getenv "SYNTHFLOW_SANITIZED" then pending "the interpreter has no Ctrl-C of its own" end
    local running = child.start(PROGRAM:format(code), { URL = server:url(fault, tag) })
    process.await(function() return server:received(tag) == 1 end)
    assert.equal(1, (server:received(tag)))
    return running
  end

  local function interrupt(running)
    local began = monotime()
    os.execute("kill -INT " .. running.pid)
    local output = running:finish()
    local seconds = monotime() - began
    assert.truthy(output:find "^[^\n]*: interrupted!", output)
    assert.is_true(seconds < 10, seconds .. " s")
  end

  it("a request", function()
    interrupt(start("silence", "request", "client:request(GET)"))
  end)

  it("the pause before another attempt", function()
    interrupt(start("retry_after_minute-503", "pause", "client:request(GET)"))
  end)

  it("requests at once", function()
    interrupt(start("silence", "tasks", "synthflow.parallel { function() client:request(GET) end }"))
  end)

  it("the pause between two looks at a call", function()
    local code = 'client:request(GET) print "asleep" require("synthflow.core").sleep(20)'
    local running = start("ok", "sleep", code)
    assert.equal("asleep", running.output:read "*l")
    interrupt(running)
  end)
end)
