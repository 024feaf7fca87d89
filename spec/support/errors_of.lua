-- Errors as the library makes them, from a made-up call and result.

local errors = require "synthflow.errors"
local fake = require "support.fake_core"

local errors_of = {}

local function merged(base, more)
  for name, value in pairs(more or {}) do
    base[name] = value
  end
  return base
end

local function scene(more)
  return merged({
    operation = "phone_numbers:import", method = "POST", route = "/custom-numbers", effect = "creates",
    given = {}, means = {}, unknown_values = {}, secrets = {}, host = "api.eu.synthflow.ai", region = "eu",
    timeout = function() return 30 end,
    mask = function(text) return (text:gsub("api%-key%-1", "***")) end,
  }, more)
end

errors_of.scene = scene

---@param status integer
---@param more? table fields of the core's result
---@param where? table fields of the scene
function errors_of.status(status, more, where)
  local took_effect = (status >= 500 or status == 408) and "maybe" or "no"
  local result = merged({ status = status, took_effect = took_effect }, more)
  return errors.of_status(scene(where), fake.result(result))
end

---@param result table fields of the core's result
---@param where? table fields of the scene
function errors_of.transport(result, where)
  return errors.of_transport(scene(where), fake.result(result))
end

return errors_of
