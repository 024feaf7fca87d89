-- Random identifiers in the forms the platform gives out.

local identifiers = {}

local source = io.open("/dev/urandom", "rb")

local function random_byte()
  local byte = source and source:read(1)
  return byte and byte:byte() or math.random(0, 255)
end

function identifiers.hexadecimal(length)
  local digits = {}
  for index = 1, length do digits[index] = ("%x"):format(random_byte() % 16) end
  return table.concat(digits)
end

function identifiers.digits(length)
  local digits = {}
  for index = 1, length do digits[index] = tostring(random_byte() % 10) end
  return table.concat(digits)
end

-- RFC 9562, version 4.
function identifiers.uuid()
  local text = identifiers.hexadecimal(32)
  local variant = ("89ab"):sub(random_byte() % 4 + 1):sub(1, 1)
  return table.concat({
    text:sub(1, 8), text:sub(9, 12), "4" .. text:sub(14, 16), variant .. text:sub(18, 20), text:sub(21, 32),
  }, "-")
end

return identifiers
