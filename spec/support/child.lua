-- Runs Lua code in a process of its own, by the interpreter that runs the specs.

local quote = require("support.process").quote

local child = {}

---@return string command the interpreter as it was started
function child.interpreter()
  local lowest = 0
  while arg[lowest - 1] do
    lowest = lowest - 1
  end
  return arg[lowest]
end

local Child = {}
Child.__index = Child

-- Both outputs share a pipe: a buffer that is flushed when full lets the other output tear a word.
local WHOLE_LINES = 'io.stdout:setvbuf "line" '

---Lets the code begin.
---@param code string
---@param environment? table variables to set
---@return table child pid; output: a file, of what it prints as standard output and standard error
function child.start(code, environment)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(WHOLE_LINES, code)
  file:close()
  local words = { "env", "LUA_PATH=" .. quote(package.path), "LUA_CPATH=" .. quote(package.cpath) }
  for variable, value in pairs(environment or {}) do
    words[#words + 1] = variable .. "=" .. quote(value)
  end
  words[#words + 1] = quote(child.interpreter())
  words[#words + 1] = quote(name)
  local output = assert(io.popen("echo $$; exec " .. table.concat(words, " ") .. " 2>&1 </dev/null", "r"))
  return setmetatable({ name = name, output = output, pid = output:read "*l" }, Child)
end

---Waits for the end.
---@return string output as far as it has not been read
function Child:finish()
  local text = self.output:read "*a"
  self.output:close()
  os.remove(self.name)
  return text
end

---@param code string what it prints is the result
---@param environment? table variables to set
---@return string output standard output and standard error
function child.run(code, environment)
  return child.start(code, environment):finish()
end

return child
