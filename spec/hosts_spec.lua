-- How a call waits: by itself, in tasks, and in places that cannot.

local fault_server = require "support.fault_server"
local request_suite = require "support.request_suite"

local server

-- A place without yields: a function of C calls it.
local function in_gsub(code)
  ("x"):gsub("x", function() code() end)
end

describe("a request", function()
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  local function the_server() return server end

  local function raise_of(result)
    if not result.ok then
      error(result.err, 0)
    end
  end

  describe("in a plain script", function()
    request_suite.define { it = it, tag = "plain", server = the_server, run = function(code) code() end }
  end)

  describe("in a coroutine of a plain script", function()
    request_suite.define { it = it, tag = "coroutine", server = the_server, run = function(code)
      local ran, raised = coroutine.resume(coroutine.create(code))
      if not ran then error(raised, 0) end
    end }
  end)

  describe("in a task", function()
    request_suite.define {
      it = it, tag = "task", server = the_server,
      run = function(code) raise_of(require("synthflow").parallel({ code })[1]) end,
      stuck = function(code)
        raise_of(require("synthflow").parallel({ function() in_gsub(code) end })[1])
      end,
    }
  end)

  describe("in a task of a task", function()
    local function nested(code)
      local synthflow = require "synthflow"
      raise_of(synthflow.parallel({ function()
        raise_of(synthflow.parallel({ code })[1])
      end })[1])
    end
    request_suite.define {
      it = it, tag = "nested", server = the_server, run = nested,
      stuck = function(code) nested(function() in_gsub(code) end) end,
    }
  end)

  describe("in a group of tasks that cannot yield itself", function()
    local function inside(code)
      local synthflow = require "synthflow"
      raise_of(synthflow.parallel({ function()
        in_gsub(function() raise_of(synthflow.parallel({ code })[1]) end)
      end })[1])
    end
    request_suite.define { it = it, tag = "inside", server = the_server, stuck = inside }
  end)
end)
