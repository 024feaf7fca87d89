-- What a state of many_states.lua does: two of them use up the budget for retries, later ones have none.

local number, base_url = ...
local synthflow = require "synthflow"

local client = synthflow.new { base_url = base_url, api_key = "a-key", retries = 10 }
local _, err = client:request { method = "GET", path = "/x" }
local attempts, refused = #err.attempts, client:stats().refused_by_budget
local expected = number <= 2 and { 11, 0 } or { 1, 1 }
if attempts ~= expected[1] or refused ~= expected[2] then
  error(("state %d: %d attempts, %d refused: %s"):format(number, attempts, refused, tostring(err)), 0)
end
