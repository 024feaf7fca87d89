-- load.lua TREE MODULE: loads a module, which must come from TREE.
local tree, name = arg[1], arg[2]

local file
for template in (package.path .. ";" .. package.cpath):gmatch("[^;]+") do
  local candidate = template:gsub("?", (name:gsub("%.", "/")))
  local handle = not file and io.open(candidate)
  if handle then
    handle:close()
    file = candidate
  end
end
if not file or file:sub(1, #tree) ~= tree then
  error(name .. " is not in the rock: found " .. tostring(file), 0)
end

-- A program, not a module: to load it is to run it.
if name == "synthflow.sandbox.server" then
  assert(loadfile(file))
  return
end

-- The sandbox's server side needs packages that the library does without.
local ok, fault = pcall(require, name)
if not ok then
  local package_missing = tostring(fault):match("module '([%w_]+)")
  local optional = { http = true, cqueues = true, dkjson = true }
  if not (name:find("^synthflow%.sandbox%.") and optional[package_missing]) then error(fault, 0) end
end
