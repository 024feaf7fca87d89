-- Stands in for Asterisk: its tables `app` and `channel`, as pbx_lua makes them, and one caller.
--
--   NUMBER (of the call), SCRIPT, CALLER, KEY (that the caller presses; "-" for none)
--
-- Ends with one line: what applications ran, and what stands in the call detail record.

-- luacheck: globals app channel extensions

local number, script, caller, key = ...

local variables = { UNIQUEID = "channel-" .. number }
local functions = { ["CALLERID(num)"] = caller, ["CALLERID(name)"] = "Ada" }
local ran = {}
local HUNG_UP = -1 -- what pbx_lua raises when an application ends the channel

local function value_of(name)
  if name:find "%)$" then
    return functions[name]
  end
  return variables[name]
end

local function put(name, value)
  assert(type(value) == "string" or type(value) == "number", "string expected")
  local place = name:find "%)$" and functions or variables
  place[name] = tostring(value)
end

local variable_metatable = {}

local function new_variable(name)
  return setmetatable({
    name = name, value = value_of(name),
    get = function(self) return value_of(self.name) end,
    set = function(self, value) put(self.name, value) end,
  }, variable_metatable)
end

-- channel.CALLERID("num")
function variable_metatable:__call(...)
  return new_variable(("%s(%s)"):format(self.name, table.concat({ ... }, ",")))
end

channel = setmetatable({}, {
  __index = function(_, name) return new_variable(name) end,
  __newindex = function(_, name, value) put(name, value) end,
})

local applications = {}

function applications.read(variable)
  put(variable, key)
end

function applications.hangup()
  error(HUNG_UP, 0)
end

-- The caller hangs up while waiting.
applications.queue = applications.hangup

-- All its arguments are texts or numbers; at most as long as pbx_lua takes them.
app = setmetatable({}, {
  __index = function(_, name)
    return function(...)
      local length = 0
      for index = 1, select("#", ...) do
        local argument = select(index, ...)
        assert(argument == nil or type(argument) == "string" or type(argument) == "number", "string expected")
        length = length + #tostring(argument or "") + 1
      end
      assert(length <= 256, "too long for pbx_lua")
      ran[#ran + 1] = name:lower()
      local perform = applications[name:lower()]
      if perform then perform(...) end
    end
  end,
})

dofile(script)

local context = extensions["from-trunk"]
local _, fault = pcall(context["_X!"], "from-trunk", "493012345")
if fault ~= nil and fault ~= HUNG_UP then error(fault, 0) end
context.h("from-trunk", "h")
io.write(("%s -> %s\n"):format(table.concat(ran, " "), functions["CDR(userfield)"] or ""))
