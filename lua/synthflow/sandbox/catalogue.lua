-- The operations of the platform, as the library's catalogue describes them: the sandbox takes its routes,
-- its checks and its envelopes from there.

local resources = require "synthflow.resources"

local catalogue = {}

---All operations, sorted by their names: iterators are none.
---@return table list of what synthflow.schema makes of each
function catalogue.operations()
  local operations = {}
  for resource in pairs(resources) do
    for _, operation in pairs(require("synthflow.api." .. resource).operations) do
      if not operation.iterates then operations[#operations + 1] = operation end
    end
  end
  table.sort(operations, function(left, right) return left.named < right.named end)
  return operations
end

---The name that the request log shows.
function catalogue.name(operation)
  return operation.resource .. "." .. operation.name
end

return catalogue
