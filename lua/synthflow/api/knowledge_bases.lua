--- Knowledge bases: texts that agents look things up in. Their sources are in knowledge_bases/sources.lua,
-- client.knowledge_bases.sources.

local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, required = schema.string, schema.integer, schema.required
local wrapped, page, single, nothing = schema.wrapped, schema.page, schema.single, schema.nothing
local hint = schema.hint

local knowledge_base_id = string "the knowledge base's id"

local settings = {
  name = string "its name; together with rag_use_condition it decides what is found",
  rag_use_condition = string "when an agent is to look something up in it, in words",
}

local unknown_knowledge_base = hint
  "no such knowledge base in this workspace and region: client.knowledge_bases:each() shows those there are"
local unknown_agent_or_knowledge_base = hint "no such agent or knowledge base in this workspace and region"

return schema.resource "knowledge_bases" {
  about = "Knowledge bases: texts that agents look things up in.",

  list = GET "/knowledge_base" {
    summary = "One page of the knowledge bases of the workspace.",
    effect = read,
    query = {
      limit = integer "records in a page, 1 to 100; 25 when not given",
      offset = integer "records to skip",
    },
    returns = page "knowledge_bases",
  },

  create = POST "/knowledge_base" {
    summary = "Makes an empty knowledge base: client.knowledge_bases.sources:add fills it, attach lets an "
      .. "agent use it.",
    effect = creates,
    body = settings,
    returns = wrapped:holding "knowledge_base_id",
  },

  get = GET "/knowledge_base/{id}" {
    summary = "One knowledge base: its name and when it is used, not its sources.",
    effect = read,
    path = { id = knowledge_base_id },
    returns = single "knowledge_bases",
    means = { [404] = unknown_knowledge_base },
  },

  update = PUT "/knowledge_base/{id}" {
    summary = "Changes the name of a knowledge base, or when it is used.",
    effect = idempotent,
    path = { id = knowledge_base_id },
    body = settings,
    returns = wrapped,
    means = { [404] = unknown_knowledge_base },
  },

  delete = DELETE "/knowledge_base/{id}" {
    summary = "Deletes a knowledge base with its sources.",
    effect = idempotent,
    path = { id = knowledge_base_id },
    returns = nothing,
    means = { [404] = unknown_knowledge_base },
  },

  -- model_id goes into the query here, and into the body of detach.
  attach = POST "/knowledge_base/{knowledge_base_id}/attach" {
    summary = "Lets an agent look things up in a knowledge base. model_id goes into the query; that of "
      .. "detach into the body.",
    effect = idempotent,
    path = { knowledge_base_id = knowledge_base_id },
    query = { model_id = required(string "agent, its id") },
    returns = wrapped,
    means = { [404] = unknown_agent_or_knowledge_base },
  },

  detach = POST "/knowledge_base/{knowledge_base_id}/detach" {
    summary = "Takes a knowledge base away from an agent; the knowledge base stays. model_id goes into the "
      .. "body; that of attach into the query.",
    effect = idempotent,
    path = { knowledge_base_id = knowledge_base_id },
    body = { model_id = required(string "agent, its id") },
    returns = wrapped,
    means = { [404] = unknown_agent_or_knowledge_base },
  },
}
