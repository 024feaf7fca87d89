-- The programs of the README, to be run as they stand there.

local readme = {}

---@param name string what the comment in its first line says
---@return string path of a new file that holds it
function readme.file(name)
  local file = assert(io.open "README.md")
  local text = file:read "*a"
  file:close()
  for block in text:gmatch "```lua\n(.-)```" do
    if block:match "^%-%- ([^\n]*)" == name then
      local path = os.tmpname()
      file = assert(io.open(path, "w"))
      file:write(block)
      file:close()
      return path
    end
  end
  error("the README has no program called " .. name, 2)
end

return readme
