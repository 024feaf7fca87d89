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

---@param code string what it prints is the result
---@param environment? table variables to set
---@return string output standard output and standard error
function child.run(code, environment)
  local name = os.tmpname()
  local file = assert(io.open(name, "w"))
  file:write(code)
  file:close()
  local words = { "env", "LUA_PATH=" .. quote(package.path), "LUA_CPATH=" .. quote(package.cpath) }
  for variable, value in pairs(environment or {}) do
    words[#words + 1] = variable .. "=" .. quote(value)
  end
  words[#words + 1] = quote(child.interpreter())
  words[#words + 1] = quote(name)
  words[#words + 1] = "2>&1 </dev/null"
  local output = assert(io.popen(table.concat(words, " "), "r"))
  local text = output:read("*a")
  output:close()
  os.remove(name)
  return text
end

return child
