-- Actions. A body has one key, the kind of the action, and in it the settings of that kind.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local kind_of = next

-- What answers to create call "INFORMATION_EXTRACTOR".
local function in_words(kind)
  return (kind:lower():gsub("_", " "):gsub("%f[%a]%a", string.upper))
end

local function merge(record, settings)
  for name, value in pairs(settings) do record.settings[name] = value end
end

-- The platform files the description of an extractor as its condition.
local function extractor(settings)
  local kind, inner = kind_of(settings)
  local kept = { type = kind, condition = inner.description or "" }
  for name, value in pairs(inner) do kept[name] = value end
  kept.description = nil
  return kept
end

local function name_of(record)
  local settings = record.settings
  if record.kind == "INFORMATION_EXTRACTOR" then
    return "info_extractor_" .. (settings.identifier or "")
  end
  return settings.name or in_words(record.kind)
end

local function new(act)
  local kind, settings = kind_of(act.body)
  local record = { kind = kind, settings = json.ordered({}, {}), attached = {} }
  merge(record, kind == "INFORMATION_EXTRACTOR" and extractor(settings) or settings)
  return record
end

local function change(record, body)
  local kind, settings = kind_of(body)
  if kind ~= record.kind then
    replies.refuse(400, ("The action is of type %s, not %s."):format(record.kind, kind))
  end
  if kind == "INFORMATION_EXTRACTOR" and settings.description then
    settings.condition, settings.description = settings.description, nil
  end
  merge(record, settings)
end

local function agents_of(record)
  local agents = {}
  for model_id in pairs(record.attached) do agents[#agents + 1] = model_id end
  table.sort(agents)
  return agents
end

local function input_variables(record)
  local assistants = {}
  for index, model_id in ipairs(agents_of(record)) do
    local attached = record.attached[model_id]
    assistants[index] = {
      model_id = model_id, attachment_type = attached.attachment_type or "during",
      input_variables_mapping = attached.input_variables_mapping or json.list {},
    }
  end
  return {
    values = record.settings.variables_during_the_call or json.list {}, assistants = json.list(assistants),
  }
end

local function show_in_list(record)
  return {
    action_id = record.action_id, action_type = record.kind, name = name_of(record),
    description = record.settings.description or "", parameters_hard_coded = record.settings,
  }
end

local function show(record, act)
  local shown = show_in_list(record)
  shown.input_variables = input_variables(record)
  if act.query.include_assistants then shown.assistants = json.list(agents_of(record)) end
  return shown
end

local function created(record)
  return {
    action_id = record.action_id, action_type = in_words(record.kind), prompt_variables = json.list {},
  }
end

local function find(act, id)
  return act.collection:find(id) or replies.refuse(404, ("Action %s not found."):format(id))
end

local function find_by_slug(act, slug)
  local found = act.collection:select(function(record) return name_of(record) == slug end)
  return found[1] or replies.refuse(404, ("Action %s not found."):format(slug))
end

local function attach(act)
  local body, attachments = act.body, {}
  if not body.actions and not body.items then replies.refuse(400, "actions or items is required.") end
  for _, id in ipairs(body.actions or {}) do
    attachments[#attachments + 1] = { action = find(act, id), as = {} }
  end
  for _, item in ipairs(body.items or {}) do
    local action = item.action_id and find(act, item.action_id) or find_by_slug(act, item.slug)
    attachments[#attachments + 1] = { action = action, as = item }
  end
  for _, one in ipairs(attachments) do one.action.attached[body.model_id] = one.as end
  return json.ordered({}, {})
end

local function detach(act)
  local actions = {}
  for index, id in ipairs(act.body.actions) do actions[index] = find(act, id) end
  for _, action in ipairs(actions) do action.attached[act.body.model_id] = nil end
  return json.ordered({}, {})
end

local function initialize(act)
  find(act, act.body.action_id)
  return { answer = "Action initialized." }
end

return {
  actions = {
    noun = "Action", id = "action_id", named_by = { "action_id" },
    new = new, change = change, show = show, show_in_list = show_in_list,
    answers = {
      create = created,
      update = function(record) return { action_id = record.action_id } end,
    },
    acts = { attach = attach, detach = detach, initialize = initialize },
  },
}
