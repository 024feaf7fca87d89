-- One value against its type, as a call of an operation would convert it.

local values = require "synthflow.values"

local conversion = { NULL = io.stdout, LIST = {} }

---@return any converted what is sent, nil after a fault
---@return string|nil fault the first one
---@return table call with all faults, secrets and unknown values
function conversion.convert(value, field)
  local call = {
    faults = {}, secrets = {}, unknown_values = {},
    context = { null = conversion.NULL, list_metatable = conversion.LIST, defaults = {} },
  }
  return values.convert(value, field, call, "field"), call.faults[1], call
end

return conversion
