local schema = require "synthflow.schema"
local GET, POST, PATCH, DELETE = schema.GET, schema.POST, schema.PATCH, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, hint = schema.string, schema.integer, schema.hint
local wrapped, guessed_page, bare, nothing =
  schema.wrapped, schema.guessed_page, schema.bare, schema.nothing

local store = string "the id that create answered"
local agent = string "agent: its model_id"
local contact = string "contact: its id"

local unknown_store = hint
  "no such memory store in this workspace and region: client.memory_stores:each() shows those there are"
local unknown_pair = hint "no such memory store, or nothing with the other id, in this workspace and region"

return schema.resource "memory_stores" {
  about = "Memory stores, the memory groups of the dashboard: what the agents attached to one remember of "
    .. "the contacts attached to it, from one conversation to the next.",

  create = POST "/memory_stores" {
    summary = "Makes a memory store. It remembers nothing until an agent and contacts are attached to it.",
    effect = creates,
    body = {
      title = string "name shown in lists",
      description = string "what it is for",
    },
    returns = wrapped,
  },

  list = GET "/memory_stores" {
    summary = "One page of the memory stores of a workspace.",
    effect = read,
    query = {
      search = string "only stores with this in their title",
      page_number = integer "which page, from 1; not documented, and may be ignored",
      page_size = integer "records in a page; not documented, and may be ignored",
    },
    returns = guessed_page "items",
  },

  get = GET "/memory_stores/{memory_store_id}" {
    summary = "One memory store, with the contacts attached to it.",
    effect = read,
    path = { memory_store_id = store },
    returns = wrapped,
    means = { [404] = unknown_store },
  },

  update = PATCH "/memory_stores/{memory_store_id}" {
    summary = "Renames or redescribes a memory store; what is not given stays as it is. Answers only its id.",
    effect = idempotent,
    path = { memory_store_id = store },
    body = {
      title = string "name shown in lists",
      description = string "what it is for",
    },
    returns = bare,
    means = { [404] = unknown_store },
  },

  delete = DELETE "/memory_stores/{memory_store_id}" {
    summary = "Deletes a memory store and all that is remembered in it.",
    effect = idempotent,
    path = { memory_store_id = store },
    returns = nothing,
    means = { [404] = unknown_store },
  },

  attach_agent = POST "/memory_stores/{memory_store_id}/assistants/{assistant_id}/attach" {
    summary = "Lets an agent remember by this store, in calls, and in chats by SMS and WhatsApp.",
    effect = idempotent,
    path = { memory_store_id = store, assistant_id = agent },
    returns = nothing,
    means = { [404] = unknown_pair },
  },

  detach_agent = POST "/memory_stores/{memory_store_id}/assistants/{assistant_id}/detach" {
    summary = "Takes a store away from an agent; what is remembered stays in it.",
    effect = idempotent,
    path = { memory_store_id = store, assistant_id = agent },
    returns = nothing,
    means = { [404] = unknown_pair },
  },

  attach_contact = POST "/memory_stores/{memory_store_id}/contacts/{contact_id}/attach" {
    summary = "Lets the agents of this store remember a contact.",
    effect = idempotent,
    path = { memory_store_id = store, contact_id = contact },
    returns = nothing,
    means = { [404] = unknown_pair },
  },

  detach_contact = POST "/memory_stores/{memory_store_id}/contacts/{contact_id}/detach" {
    summary = "Takes a contact out of a store.",
    effect = idempotent,
    path = { memory_store_id = store, contact_id = contact },
    returns = nothing,
    means = { [404] = unknown_pair },
  },

  get_memory = GET "/memory_stores/{memory_store_id}/contacts/{contact_id}/memory_data" {
    summary = "What is remembered of a contact in a store: `memory`, a text.",
    effect = read,
    path = { memory_store_id = store, contact_id = contact },
    returns = wrapped,
    means = { [404] = unknown_pair },
  },
}
