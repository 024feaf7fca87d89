-- Checks that the rockspec lists every module of lua/ and nothing else. With an argument "modules",
-- prints the modules instead.

local path = "rockspec/synthflow-scm-1.rockspec"
dofile(path)
local listed = rawget(_G, "build").install.lua

if arg[1] == "modules" then
  for name in pairs(listed) do print((name:gsub("%.init$", ""))) end
  return
end

local fault = false
local function refuse(...)
  io.stderr:write(path, ": ", ...)
  io.stderr:write("\n")
  fault = true
end

local files = {}
local pipe = assert(io.popen("find lua -name '*.lua'"))
for file in pipe:lines() do files[file] = true end
pipe:close()

for name, file in pairs(listed) do
  if not files[file] then
    refuse("there is no ", file)
  elseif file ~= "lua/" .. name:gsub("%.", "/") .. ".lua" then
    refuse(file, " would be installed as ", name)
  end
  files[file] = nil
end
for file in pairs(files) do refuse(file, " is not listed") end
os.exit(fault and 1 or 0)
