-- Records under a unique key, in the order they came.

local collection = {}

local methods = {}
local metatable = { __index = methods }

---@param key string the field that identifies a record
function collection.new(key)
  return setmetatable({ key = key, by_key = {}, records = {} }, metatable)
end

---@return boolean inserted false when the key is taken
function methods:insert(record)
  local key = record[self.key]
  if self.by_key[key] then return false end
  self.by_key[key] = record
  self.records[#self.records + 1] = record
  return true
end

function methods:find(key)
  return self.by_key[key]
end

function methods:remove(key)
  local removed = self.by_key[key]
  self.by_key[key] = nil
  for position, record in ipairs(self.records) do
    if record == removed then
      table.remove(self.records, position)
      break
    end
  end
  return removed
end

---@param matches fun(record: table): boolean
function methods:select(matches)
  local selected = {}
  for _, record in ipairs(self.records) do
    if matches(record) then selected[#selected + 1] = record end
  end
  return selected
end

function methods:clear()
  self.by_key, self.records = {}, {}
end

return collection
