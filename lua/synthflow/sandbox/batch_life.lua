-- How batches go on: one call after the other, each a part of a call's length after the one before it. Time
-- is what the clock says; whatever was due since the last look is done now, at the moment it was due.

local call_records = require "synthflow.sandbox.call_records"
local clock = require "synthflow.sandbox.clock"

local batch_life = {}

local CALLS_AT_ONCE = 10

function batch_life.collection(sandbox)
  return sandbox:collection("batches", "batch_call_id")
end

local function dispatch(sandbox, batch, recipient, moment)
  if not recipient.to_phone_number:find("^%+%d+$") then
    recipient.status, recipient.error_message = "failed", "Telephony - 400 - Invalid phone number"
    return
  end
  local call = call_records.add(sandbox, {
    model_id = recipient.override_model_id or batch.model_id,
    phone = recipient.to_phone_number,
    name = recipient.lead_name or "",
    from_phone_number = batch.from_phone_number,
    variables = recipient.custom_variables,
    batch_call_id = batch.batch_call_id,
    made_at = moment,
  })
  recipient.status, recipient.call_id = "dispatched", call.call_id
  batch.last_call_at = moment
end

local function is_resting(batch)
  return batch.paused or batch.canceled
end

local function go_on(sandbox, batch, now)
  local step = call_records.seconds(sandbox) / CALLS_AT_ONCE
  while not is_resting(batch) and batch.next <= #batch.recipients and batch.due <= now do
    dispatch(sandbox, batch, batch.recipients[batch.next], batch.due)
    batch.next, batch.due = batch.next + 1, batch.due + step
  end
end

---Makes all calls that are due.
function batch_life.go_on(sandbox)
  local now = clock.now()
  for _, batch in ipairs(batch_life.collection(sandbox).records) do go_on(sandbox, batch, now) end
end

---More people: where all others have been called, they are from now on.
function batch_life.add_recipients(batch, tasks)
  if batch.next > #batch.recipients then batch.due = math.max(batch.due, clock.now()) end
  for _, task in ipairs(tasks) do
    local recipient = { status = "pending" }
    for name, value in pairs(task) do recipient[name] = value end
    batch.recipients[#batch.recipients + 1] = recipient
  end
end

function batch_life.pause(batch)
  batch.paused = true
end

function batch_life.resume(batch)
  batch.paused, batch.due = nil, math.max(batch.due, clock.now())
end

function batch_life.cancel(batch)
  batch.canceled = true
  for index = batch.next, #batch.recipients do batch.recipients[index].status = "canceled" end
  batch.next = #batch.recipients + 1
end

function batch_life.status(sandbox, batch)
  if batch.canceled then return "canceled" end
  if batch.paused then return "paused" end
  if batch.next == 1 and batch.due > clock.now() then return "scheduled" end
  local last_ends = (batch.last_call_at or 0) + call_records.seconds(sandbox)
  if batch.next <= #batch.recipients or clock.now() < last_ends then return "in_progress" end
  return "completed"
end

return batch_life
