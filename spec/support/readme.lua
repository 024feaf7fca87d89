-- The programs of the README, to be run as they stand there.

local process = require "support.process"

local readme = {}

---@param name string what the comment in its first line says
---@return string path of a new file that holds it
function readme.file(name)
  for block in process.read "README.md":gmatch "```lua\n(.-)```" do
    if block:match "^%-%- ([^\n]*)" == name then
      local path = os.tmpname()
      process.write(path, block)
      return path
    end
  end
  error("the README has no program called " .. name, 2)
end

return readme
