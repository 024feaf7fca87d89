-- drift.lua FILE: compares an OpenAPI file of the platform (JSON) with the catalogue, and prints what
-- differs. Ends with 1 if anything is unexplained, or an explanation in drift/reasons.lua explains nothing.
-- Run from the top of the tree. DRIFT=all lists each difference that is on purpose, not the first few.

package.path = "lua/?.lua;lua/?/init.lua;spec/?.lua;" .. package.path

local catalogue = require "tools.drift.catalogue"
local compare = require "tools.drift.compare"
local explain = require "tools.drift.explain"
local openapi = require "tools.drift.openapi"

local function fail(message)
  io.stderr:write("drift: ", message, "\n")
  os.exit(2)
end

local file = arg[1] and arg[1] ~= "" and arg[1] or fail "which file? make drift OPENAPI=file.json"
local handle, fault = io.open(file)
if not handle then
  fail(fault)
end
local there, problem = openapi.read(handle:read "*a")
handle:close()
if not there then
  fail(file .. ": " .. problem)
end

local here = catalogue.read(catalogue.load "lua/synthflow/api")
local told = explain.all(compare.operations(there, here), require "tools.drift.reasons")
io.write(explain.text(told, os.getenv "DRIFT" == "all" and math.huge or 3))
io.write(("%d operations in the file, %d in the catalogue: %d unexplained differences, %d on purpose\n")
  :format(#there, #here, #told.unexplained, told.on_purpose))
os.exit(explain.is_clean(told) and 0 or 1)
