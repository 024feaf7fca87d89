-- Agents. Guess: a change is seen at once, where the platform makes a draft of it.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local function check_voicemail(record)
  local message, agent = record.voicemail_message, record.agent or {}
  if message and message.enabled and agent.greeting_message_mode ~= "human" then
    replies.refuse(400, "voicemail_message requires agent.greeting_message_mode to be human.")
  end
end

-- Numbers ------------------------------------------------------------------------------------------------

local function numbers_of(sandbox)
  return sandbox:collection("phone_numbers", "slug")
end

local function position_of(list, value)
  for index, one in ipairs(list) do
    if one == value then return index end
  end
end

local function attached_numbers(sandbox, model_id)
  local attached = numbers_of(sandbox):select(function(number)
    return position_of(number.assistants, model_id) ~= nil
  end)
  for index, number in ipairs(attached) do
    attached[index] = { number = number.phone_number, sid = json.null, slug = number.slug }
  end
  return json.list(attached)
end

local function find_numbers(act)
  local found, body = {}, act.body
  for _, name in ipairs(body.phone_numbers or body.phone_number_slugs) do
    local matching = numbers_of(act.sandbox):select(function(number)
      return (body.phone_numbers and number.phone_number or number.slug) == name
    end)
    if not matching[1] then replies.refuse(404, ("Phone number %s not found."):format(name)) end
    found[#found + 1] = matching[1]
  end
  return found
end

local function attach_numbers(act)
  local model_id = act.path.model_id
  for _, number in ipairs(find_numbers(act)) do
    if not position_of(number.assistants, model_id) then table.insert(number.assistants, model_id) end
  end
end

local function detach_number(act)
  local number = act.found.phone_numbers
  local position = position_of(number.assistants, act.path.model_id)
  if not position then replies.refuse(404, "Phone number is not attached to this agent.") end
  table.remove(number.assistants, position)
end

-- Actions ------------------------------------------------------------------------------------------------

local function actions_of(sandbox)
  return sandbox:collection("actions", "action_id")
end

local function attached_actions(sandbox, model_id)
  local shown = {}
  for _, action in ipairs(actions_of(sandbox).records) do
    if action.attached[model_id] then shown[#shown + 1] = action.action_id end
  end
  return json.list(shown)
end

local function replace_actions(sandbox, model_id, ids)
  for _, id in ipairs(ids) do
    if not actions_of(sandbox):find(id) then replies.refuse(404, ("Action %s not found."):format(id)) end
  end
  for _, action in ipairs(actions_of(sandbox).records) do
    local is_wanted = position_of(ids, action.action_id) ~= nil
    action.attached[model_id] = is_wanted and (action.attached[model_id] or {}) or nil
  end
end

-- Agents -------------------------------------------------------------------------------------------------

local function new(act)
  check_voicemail(act.body)
  return act.body
end

local function laid_over(original, changes)
  local merged = {}
  for _, values in ipairs { original or {}, changes or {} } do
    for name, value in pairs(values) do merged[name] = value end
  end
  return json.ordered(merged, {})
end

local function change(record, body, act)
  local changed = laid_over(record, body)
  changed.agent = laid_over(record.agent, body.agent)
  check_voicemail(changed)
  if body.actions then replace_actions(act.sandbox, record.model_id, body.actions) end
  changed.actions = nil
  for name, value in pairs(changed) do record[name] = value end
end

local function show(record, act)
  local shown = laid_over(record)
  shown.attached_phone_numbers = attached_numbers(act.sandbox, record.model_id)
  if act.query.include_actions then shown.actions = attached_actions(act.sandbox, record.model_id) end
  return shown
end

local function removed(record, sandbox)
  for _, number in ipairs(numbers_of(sandbox).records) do
    local position = position_of(number.assistants, record.model_id)
    if position then table.remove(number.assistants, position) end
  end
  for _, action in ipairs(actions_of(sandbox).records) do action.attached[record.model_id] = nil end
end

local function done(record)
  local reply = replies.ok { model_id = record.model_id }
  reply.body.details = { phone = record.phone_number or "", voice = (record.agent or {}).voice_id or "" }
  return reply
end

return {
  agents = {
    noun = "Agent", id = "model_id", named_by = { "model_id", "assistant_id" },
    new = new, change = change, show = show, removed = removed,
    answers = { create = done, update = done },
    acts = { attach_numbers = attach_numbers, detach_number = detach_number },
  },
}
