-- Batch calls. How they go on is in batch_life.lua.

local batch_life = require "synthflow.sandbox.batch_life"
local clock = require "synthflow.sandbox.clock"
local envelopes = require "synthflow.sandbox.envelopes"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local MOST_TASKS = 10000
local KEPT = {
  "name", "model_id", "from_phone_number", "trigger_timestamp", "reserved_concurrency", "call_time_window",
}

local function check_tasks(tasks)
  if #tasks < 1 or #tasks > MOST_TASKS then
    replies.refuse(400, ("tasks must hold between 1 and %d recipients."):format(MOST_TASKS))
  end
end

local function new(act)
  local body = act.body
  check_tasks(body.tasks)
  local due = body.trigger_timestamp and body.trigger_timestamp / 1000 or 0
  local batch = { recipients = {}, next = 1, due = math.max(due, clock.now()) }
  for _, name in ipairs(KEPT) do batch[name] = body[name] end
  batch_life.add_recipients(batch, body.tasks)
  return batch
end

local function count(batch, status)
  local found = 0
  for _, recipient in ipairs(batch.recipients) do
    if recipient.status == status then found = found + 1 end
  end
  return found
end

local function show(batch, act)
  local shown = {
    batch_call_id = batch.batch_call_id, status = batch_life.status(act.sandbox, batch),
    total_task_count = #batch.recipients, dispatched_count = count(batch, "dispatched"),
    failed_count = count(batch, "failed"), pending_count = count(batch, "pending"),
    canceled_count = count(batch, "canceled"), created_at = batch.created_at, updated_at = batch.updated_at,
  }
  for _, name in ipairs(KEPT) do shown[name] = batch[name] == nil and json.null or batch[name] end
  return shown
end

-- Guess: a batch keeps its name, too.
local function append(act)
  local batch = act.collection:find(act.body.batch_call_id)
  if not batch then replies.refuse(404, "Batch call not found.") end
  if batch.canceled then replies.refuse(400, "The batch call is canceled.") end
  check_tasks(act.body.tasks)
  batch_life.add_recipients(batch, act.body.tasks)
  return show(batch, act)
end

local function show_recipient(recipient)
  local shown = { call_id = json.null, error_message = json.null, id = json.null }
  for name, value in pairs(recipient) do shown[name] = value end
  return shown
end

local function list_recipients(act)
  local matching = {}
  for _, recipient in ipairs(act.found.batches.recipients) do
    if not act.query.status or recipient.status == act.query.status then
      matching[#matching + 1] = recipient
    end
  end
  return envelopes.page(act, matching, show_recipient)
end

-- From these statuses only; one that it has already is no fault. Guess: 400, where it could be 409 as well.
local function moving(act_of_life, from, already)
  return function(act)
    local batch = act.found.batches
    local status = batch_life.status(act.sandbox, batch)
    if status ~= already then
      if not from[status] then replies.refuse(400, ("The batch call is %s."):format(status)) end
      batch_life[act_of_life](batch)
      batch.updated_at = replies.timestamp()
    end
    return show(batch, act)
  end
end

return {
  batches = {
    noun = "Batch call", id = "batch_call_id", named_by = { "batch_call_id" },
    newest_first = true, told_apart_by = { batch_call_id = "append" },
    new = new, show = show,
    acts = {
      append = append, list_recipients = list_recipients,
      pause = moving("pause", { scheduled = true }, "paused"),
      resume = moving("resume", { paused = true }),
      cancel = moving("cancel", { scheduled = true, in_progress = true, paused = true, completed = true },
        "canceled"),
    },
  },
}
