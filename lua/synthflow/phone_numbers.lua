--- What client.phone_numbers can do beyond the catalogue. Each takes the resource and its link (see
-- send.lua), then what the caller gives.

local check = require "synthflow.check"
local extras = require "synthflow.extras"
local hosts = require "synthflow.hosts"
local map = require "synthflow.map"
local send = require "synthflow.send"
local values = require "synthflow.values"

local phone_numbers = {}

local CONCURRENCY = 32
-- What is not there after an answer was lost may still be on its way: seconds before each look.
local PAUSES = { 0, 1, 2 }

local OWN = { already_there = true, concurrency = true, on_progress = true }
local ALREADY_THERE = { skip = true, error = true }

-- Arguments ------------------------------------------------------------------------------------------------

-- Own options, and those of the requests.
local function divide(options, faults)
  local usage = require "synthflow.usage"
  local own, requests = extras.divide(options, OWN, faults)
  own.already_there = own.already_there or "skip"
  if not ALREADY_THERE[own.already_there] then
    faults[#faults + 1] = usage.mismatch("already_there", '"skip" or "error"', own.already_there)
  end
  if own.on_progress ~= nil and not values.is_callable(own.on_progress) then
    faults[#faults + 1] = usage.mismatch("on_progress", "a function", own.on_progress)
  end
  if requests and requests.dry_run then
    faults[#faults + 1] = "dry_run is not for many: phone_numbers:import(row, { dry_run = true }) shows one"
  end
  return own, requests
end

local FAULTS_MOST = 20

-- One call for each row, all checked; nothing is sent unless all are right.
local function calls_of(link, rows, request_options, faults)
  local operation, calls = require("synthflow.api.phone_numbers").operations.import, {}
  if not values.is_list(rows) then
    faults[#faults + 1] = require("synthflow.usage").no_list("the rows", "a list of tables", rows)
    return calls
  end
  for index = 1, #rows do
    local call = check.arguments(operation, link, rows[index], request_options)
    for _, fault in ipairs(call.faults) do
      faults[#faults + 1] = ("row %d: %s"):format(index, fault)
    end
    calls[index] = call
    if #faults >= FAULTS_MOST then
      break
    end
  end
  return calls
end

-- Outcomes -------------------------------------------------------------------------------------------------

-- Hooks may hold the error as it was.
local function failed(err, said)
  local told = {}
  for name, value in pairs(err) do
    told[name] = value
  end
  told.hint = err.hint and err.hint ~= "" and err.hint .. "; " .. said or said
  return { ok = false, err = setmetatable(told, getmetatable(err)), outcome = "failed" }
end

local REQUEST_OPTIONS = { "attempt_timeout", "blocking", "retries", "timeout" }

local function look_up(batch, call)
  local given, options = call.given, {}
  for _, name in ipairs(REQUEST_OPTIONS) do
    options[name] = (batch.request_options or {})[name]
  end
  return batch.resource:get(given.phone_number, { workspace = given.workspace_id }, options)
end

-- The answer was lost, or says too little.
local function after_doubt(batch, call, err)
  if not call.given.phone_number then
    return failed(err, "a row without phone_number cannot be looked up: look before you import it again")
  end
  local record, problem
  for _, seconds in ipairs(PAUSES) do
    hosts.sleep(batch.link, seconds, call)
    record, problem = look_up(batch, call)
    if record then
      return { ok = true, value = record, outcome = "imported", looked_up = true }
    elseif problem.kind ~= "not_found" then
      return failed(err, "looking it up failed, too: " .. tostring(problem))
    end
  end
  return failed(err, "it was looked up and is not there: most likely it was not imported, and can be again")
end

-- The platform does not say what it answers where the number is there already, so each refusal of what was
-- sent may be that.
local MAY_BE_THERE = { conflict = true, invalid = true }

local function after_refusal(batch, call, err)
  if not MAY_BE_THERE[err.kind] or not call.given.phone_number then
    return { ok = false, err = err, outcome = "failed" }
  end
  local record, problem = look_up(batch, call)
  if record and batch.already_there == "skip" then
    return { ok = true, value = record, outcome = "already_there" }
  elseif record then
    return { ok = false, err = err, outcome = "already_there" }
  elseif problem.kind ~= "not_found" then
    return failed(err, "whether it is there already is not known: " .. tostring(problem))
  end
  return { ok = false, err = err, outcome = "failed" }
end

local function import_one(batch, call)
  local data, response = send.call(batch.link, call)
  if data ~= nil then
    return { ok = true, value = data, outcome = "imported" }
  elseif response.took_effect ~= "no" then
    return after_doubt(batch, call, response)
  end
  return after_refusal(batch, call, response)
end

local function outcome_of(result)
  return result.value or { ok = false, err = result.err, outcome = "failed" }
end

---Imports many numbers, some of them at once. All rows are checked first: a wrong one raises, by its number,
---before anything is sent.
---
---Returns a list of outcomes in the order of the rows: { ok =, value =, err =, outcome = "imported",
---"already_there" or "failed" }. A new number costs one request. A refusal that may mean that the number is
---there already is settled by `get`, so that the same rows can be imported again: only what is missing is. A
---lost answer is settled by `get`, too, up to three times in 3 seconds. The list of numbers is not relied on,
---as it may not show imported ones. A row without phone_number (8x8 alone) cannot be looked up: each run
---imports it, and a lost answer stays in doubt.
---@param rows table[] the arguments of `import`, one table for each number
---@param options? table concurrency: rows under way at once, 32; on_progress(done, total, outcome, index);
---  already_there: "skip" (default), ok is true then and value the number, or "error", ok is false; request
---  options, for each request
---@return table[] outcomes
function phone_numbers.import_all(resource, link, rows, options)
  local faults = {}
  local own, request_options = divide(options, faults)
  local calls = calls_of(link, rows, request_options, faults)
  if #faults > 0 then
    require("synthflow.usage").raise("phone_numbers:import_all", faults)
  end
  local batch = {
    resource = resource, link = link, already_there = own.already_there, request_options = request_options,
  }
  local on_progress = own.on_progress
  local results = map.run(calls, function(call) return import_one(batch, call) end, {
    concurrency = own.concurrency or CONCURRENCY,
    on_progress = on_progress and function(done, total, result, index)
      on_progress(done, total, outcome_of(result), index)
    end,
  }, "phone_numbers:import_all")
  for index, result in ipairs(results) do
    results[index] = outcome_of(result)
  end
  return results
end

return phone_numbers
