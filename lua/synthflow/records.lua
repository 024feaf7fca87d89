--- Gives records that come in different shapes the one that the catalogue describes (schema.record).

local values = require "synthflow.values"

local records = {}

-- Text that is a number, as a number: whole ones are integers where Lua has them.
local function as_number(text)
  local number = type(text) == "string" and text:find "^%-?%d+%.?%d*$" and tonumber(text)
  return number and (number == math.floor(number) and math.floor(number) or number) or text
end

-- A copy: what the platform sent stays as it came, for response.envelope.
local function in_one_shape(record, shape)
  if type(record) ~= "table" then
    return record
  end
  local shaped = values.copy(record)
  for _, twins in ipairs(shape.twins) do
    local one, other = twins[1], twins[2]
    if shaped[one] == nil then
      shaped[one] = shaped[other]
    elseif shaped[other] == nil then
      shaped[other] = shaped[one]
    end
  end
  for _, name in ipairs(shape.numbers) do
    shaped[name] = as_number(shaped[name])
  end
  return shaped
end

--- The data of an answer, with each record in the shape that the catalogue gives it.
function records.shape(returns, data)
  if returns.shape == "single" then
    return in_one_shape(data, returns.record)
  end
  local shaped = {}
  for index, record in ipairs(data) do
    shaped[index] = in_one_shape(record, returns.record)
  end
  return shaped
end

return records
