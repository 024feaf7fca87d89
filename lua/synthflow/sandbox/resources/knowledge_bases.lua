-- Knowledge bases and their sources.

local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local PREVIEW = 100
local SETTINGS = { "name", "rag_use_condition" }

local function take(record, body, names)
  for _, name in ipairs(names) do
    if body[name] ~= nil then record[name] = body[name] end
  end
  return record
end

-- Knowledge bases ----------------------------------------------------------------------------------------

local function sources_of(sandbox)
  return sandbox:collection("knowledge_bases.sources", "id")
end

local function new_base(act)
  return take({ agents = {} }, act.body, SETTINGS)
end

local function change_base(record, body)
  take(record, body, SETTINGS)
end

local function show_base(record)
  return { id = record.id, name = record.name or "", rag_use_condition = record.rag_use_condition or "" }
end

local function done(record)
  return { body = "success", knowledge_base_id = record.id }
end

local function forget_sources(record, sandbox)
  local inside = sources_of(sandbox):select(function(source) return source.knowledge_base_id == record.id end)
  for _, source in ipairs(inside) do sources_of(sandbox):remove(source.id) end
end

local function attach(act)
  act.found.knowledge_bases.agents[act.query.model_id] = true
  return { body = "success", knowledge_base_id = act.path.knowledge_base_id, model_id = act.query.model_id }
end

local function detach(act)
  act.found.knowledge_bases.agents[act.body.model_id] = nil
  return { body = "success", model_id = act.body.model_id }
end

-- Sources ------------------------------------------------------------------------------------------------

local function new_source(act)
  local record = take({}, act.body, { "name", "type", "url", "content" })
  record.type = record.type or record.url and "web" or "text"
  record.knowledge_base_id = act.path.knowledge_base_id
  return record
end

-- A source keeps its type.
local function change_source(record, body)
  local foreign = record.type == "text" and "url" or "content"
  if body[foreign] ~= nil then
    replies.refuse(400, ("%s cannot be set for a source of type %s."):format(foreign, record.type))
  end
  take(record, body, { "name", "url", "content" })
end

local function show_source(record)
  return {
    id = record.id, type = record.type, name = record.name or "",
    content_preview = (record.content or "What is at " .. (record.url or "")):sub(1, PREVIEW),
    url = record.url or json.null, created_at = record.created_at, updated_at = record.updated_at,
  }
end

local function source_id(record)
  return { source_id = record.id }
end

return {
  knowledge_bases = {
    noun = "Knowledge base", id = "id", named_by = { "knowledge_base_id", "id" },
    tells = "total_records", page_size = 25,
    new = new_base, change = change_base, show = show_base, removed = forget_sources,
    answers = { create = done, update = done },
    acts = { attach = attach, detach = detach },
  },
  ["knowledge_bases.sources"] = {
    noun = "Source", id = "id", named_by = { "source_id" }, belongs_to = "knowledge_base_id",
    tells = "total_records",
    beside = function(act) return { knowledge_base_id = act.path.knowledge_base_id } end,
    filters = {
      name = function(record, text) return (record.name or ""):lower():find(text:lower(), 1, true) ~= nil end,
    },
    new = new_source, change = change_source, show = show_source,
    answers = { add = source_id, update = source_id },
  },
}
