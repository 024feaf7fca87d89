-- Figures, counted from the calls of the sandbox.

local call_records = require "synthflow.sandbox.call_records"
local clock = require "synthflow.sandbox.clock"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local DAY = 86400
local MOST_DAYS, USUAL_DAYS = 120, 7
local RECENT = 10

local function moment(name, text, default)
  if text == nil then return default end
  return clock.parse(text) or replies.refuse(400, name .. " is not a date.")
end

local function range(query)
  local to = moment("to_date", query.to_date, clock.now())
  local from = moment("from_date", query.from_date, to - USUAL_DAYS * DAY)
  if from > to then replies.refuse(400, "from_date must be before to_date.") end
  if to - from > MOST_DAYS * DAY then
    replies.refuse(400, ("The date range must not exceed %d days."):format(MOST_DAYS))
  end
  return from, to
end

-- What is asked for, in the form of lists, newest last.
local function calls_of(act)
  local query, calls = act.query, {}
  local from, to = range(query)
  for _, record in ipairs(call_records.collection(act.sandbox).records) do
    local shown = call_records.in_list(act.sandbox, record)
    if record.made_at >= from and record.made_at <= to
      and (not query.model_id or shown.model_id == query.model_id)
      and (not query.type_of_call or shown.type_of_call == query.type_of_call) then
      calls[#calls + 1] = shown
    end
  end
  return calls
end

local function by_status(calls)
  local counts, items = {}, json.list {}
  for _, call in ipairs(calls) do counts[call.call_status] = (counts[call.call_status] or 0) + 1 end
  for status, count in pairs(counts) do
    items[#items + 1] = {
      status = status, value = count, percentage = math.floor(count * 100 / #calls + 0.5),
      percentage_change = 0,
    }
  end
  table.sort(items, function(left, right) return left.status < right.status end)
  return items
end

local function by_agent(calls)
  local counts, items = {}, json.list {}
  for _, call in ipairs(calls) do counts[call.model_id] = (counts[call.model_id] or 0) + 1 end
  for model_id, count in pairs(counts) do
    items[#items + 1] = { model_id = model_id, name = "", calls_made = count, percent_change = 0 }
  end
  table.sort(items, function(left, right) return left.model_id < right.model_id end)
  return items
end

local function recent(calls)
  local items = json.list {}
  for index = #calls, math.max(#calls - RECENT + 1, 1), -1 do
    local call = calls[index]
    items[#items + 1] = {
      call_id = call.call_id, call_status = call.call_status, duration = tonumber(call.duration),
      agent_name = "", model_id = call.model_id, lead_phone_number = call.lead_phone_number,
    }
  end
  return items
end

local function export(act)
  local calls = calls_of(act)
  return {
    executed_actions = { items = json.list {} },
    assistant_performance = { by_calls_made = by_agent(calls) },
    call_status_stat = { items = by_status(calls), series = json.list {} },
    recent_call_history = { items = recent(calls) },
  }
end

return { analytics = { acts = { export = export } } }
