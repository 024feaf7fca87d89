--- Batch calls: many people are called, one after the other, by one agent. Only on Enterprise plans, and only
-- once the platform has enabled it. The dashboard shows a batch as a campaign; each call of it is a call like
-- any other: billed, listed by calls:list, told by the post-call webhook.
--
-- A batch is scheduled, in_progress, paused, completed or canceled; its recipients are pending, claimed,
-- dispatched, failed or canceled.

local schema = require "synthflow.schema"
local GET, POST = schema.GET, schema.POST
local read, idempotent, dials = schema.read, schema.idempotent, schema.dials
local string, integer, boolean, any = schema.string, schema.integer, schema.boolean, schema.any
local timestamp, variable_map = schema.timestamp, schema.variable_map
local list, object, open_enum, required = schema.list, schema.object, schema.open_enum, schema.required
local wrapped, page, hint = schema.wrapped, schema.page, schema.hint

local recipient_statuses = { "pending", "claimed", "dispatched", "failed", "canceled" }

local batch = string "the batch_call_id that create answered"

local tasks = required(list(object {
  to_phone_number = required(string "number to call, E.164 with its +"),
  id = string "a reference of your own; whether a repeated one is called twice is not documented",
  lead_name = string "name of the person",
  lead_email = string "e-mail address of the person",
  custom_variables = variable_map "values for {name} in prompt and greeting, for this call",
  override_model_id = string "agent for this call, in place of the batch's",
}))

-- Whatever the batch is for, its calls begin and end in the same way.
local trigger = timestamp "when the first call is made, sent in milliseconds; at once when not given"
local reserved = integer "calls at the same time that are kept free for others than this batch"
local window = object {
  enable = boolean "whether calls are only made within the hours",
  -- The platform documents no form for it.
  weekly_hours = any "the hours of each day of the week, in the time zone of the agent",
} "when calls may be made"

local enterprise = hint "batch calls are for Enterprise plans, and must be enabled by the platform"
local unknown_batch = hint
  "no such batch in this workspace and region: client.batches:each() shows those there are"

return schema.resource "batches" {
  about = "Batch calls: many people are called, one after the other, by one agent. Only on Enterprise "
    .. "plans, and only once the platform has enabled it.",

  create = POST "/calls/batch" {
    summary = "Calls up to 10,000 people, at once unless trigger_timestamp says when: their phones ring, and "
      .. "each call is billed.",
    effect = dials,
    body = {
      model_id = required(string "agent that calls, an outbound one"),
      from_phone_number = required(string "caller id: a number that is attached to the agent"),
      tasks = tasks "the people to call, 1 to 10,000",
      name = string "name shown in lists",
      trigger_timestamp = trigger,
      reserved_concurrency = reserved,
      call_time_window = window,
    },
    returns = wrapped:holding "batch_call_id",
    means = {
      [400] = {
        hint "model_id must be an outbound agent, and from_phone_number attached to it",
        hint "each number in E.164 with its +, 1 to 10,000 of them",
      },
      [403] = enterprise,
      [404] = { hint "no such agent in this workspace and region: check model_id", enterprise },
    },
  },

  append = POST "/calls/batch" {
    summary = "Adds people to a batch, who are called like the others; each call is billed. It keeps its "
      .. "agent and its caller id. A canceled batch takes nobody.",
    effect = dials,
    body = {
      batch_call_id = required(batch),
      tasks = tasks "the people to add, 1 to 10,000",
      name = string "name shown in lists",
      model_id = string "ignored by the platform: the batch keeps its agent",
      from_phone_number = string "ignored by the platform: the batch keeps its caller id",
      trigger_timestamp = trigger,
      reserved_concurrency = reserved,
      call_time_window = window,
    },
    returns = wrapped:holding "batch_call_id",
    means = {
      [400] = hint "the batch must not be canceled, and each number be in E.164 with its +",
      [403] = enterprise,
      [404] = { unknown_batch, enterprise },
      [409] = hint "the batch takes nobody any more: see its status",
    },
  },

  list = GET "/calls/batch" {
    summary = "One page of the batches of a workspace, newest first.",
    effect = read,
    query = {
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
    },
    returns = page "batch_calls",
    means = { [403] = enterprise },
  },

  get = GET "/calls/batch/{batch_call_id}" {
    summary = "One batch: its status, and how many of its people have been called.",
    effect = read,
    path = { batch_call_id = batch },
    returns = wrapped,
    means = { [404] = unknown_batch },
  },

  list_recipients = GET "/calls/batch/{batch_call_id}/tasks" {
    summary = "One page of the people of a batch, in the order in which they were added; why somebody could "
      .. "not be called is in error_message.",
    effect = read,
    path = { batch_call_id = batch },
    query = {
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
      status = open_enum(recipient_statuses) "only people with this status",
    },
    returns = page "tasks",
    each = "each_recipient",
    means = { [404] = unknown_batch },
  },

  pause = POST "/calls/batch/{batch_call_id}/pause" {
    summary = "Stops a scheduled batch until it is resumed. Calls in progress go on.",
    effect = idempotent,
    path = { batch_call_id = batch },
    returns = wrapped,
    means = {
      [400] = hint "only a scheduled batch can be paused: see its status",
      [404] = unknown_batch,
      [409] = hint "only a scheduled batch can be paused: see its status",
    },
  },

  resume = POST "/calls/batch/{batch_call_id}/resume" {
    summary = "Lets a paused batch go on: phones ring, and each call is billed.",
    effect = dials,
    path = { batch_call_id = batch },
    returns = wrapped,
    means = {
      [400] = hint "only a paused batch can be resumed, a canceled one never: see its status",
      [404] = unknown_batch,
      [409] = hint "only a paused batch can be resumed, a canceled one never: see its status",
    },
  },

  cancel = POST "/calls/batch/{batch_call_id}/cancel" {
    summary = "Ends a batch for good: whoever has not been called will not be. Calls in progress go on; it "
      .. "can neither be resumed nor take more people.",
    effect = idempotent,
    path = { batch_call_id = batch },
    returns = wrapped,
    means = { [404] = unknown_batch },
  },
}
