local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, open_enum = schema.string, schema.integer, schema.open_enum
local wrapped, page, nothing = schema.wrapped, schema.page, schema.nothing
local hint, absent = schema.hint, schema.absent

local knowledge_base_id = string "the knowledge base's id"
local source = { knowledge_base_id = knowledge_base_id, source_id = string "the source's id" }

local unknown_knowledge_base = hint "no such knowledge base in this workspace and region"
local unknown_source = hint
  "no such source in this knowledge base: client.knowledge_bases.sources:each(id) shows those there are"

return schema.resource "knowledge_bases.sources" {
  about = "Sources of a knowledge base: texts, and addresses that the platform reads. Files cannot be "
    .. "sent: a PDF must lie where the platform can fetch it.",

  list = GET "/knowledge_base/{knowledge_base_id}/sources" {
    summary = "One page of the sources of a knowledge base, each with the beginning of its text.",
    effect = read,
    path = { knowledge_base_id = knowledge_base_id },
    query = {
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
      name = string "only sources with this in their name",
    },
    returns = page "sources",
    means = { [404] = unknown_knowledge_base },
  },

  add = POST "/knowledge_base/{knowledge_base_id}/sources" {
    summary = "Adds a source to a knowledge base. The platform reads what lies at url; that takes a while.",
    effect = creates,
    path = { knowledge_base_id = knowledge_base_id },
    body = {
      name = string "its name",
      type = open_enum { "pdf", "text", "web" } "a PDF or a web page, both at url; or the text in content",
      url = string "public address of the PDF or page":required_if { type = { "pdf", "web" } },
      content = string "the whole text":required_if { type = "text" },
    },
    returns = wrapped:holding "source_id",
    means = {
      [400] = hint "a PDF or page must be public at url: open it without being logged in"
        :unless { url = absent },
      [404] = unknown_knowledge_base,
    },
  },

  update = PUT "/knowledge_base/{knowledge_base_id}/sources/{source_id}" {
    summary = "Changes the name of a source, or what it holds: url of a PDF or page, content of a text. Its "
      .. "type stays.",
    effect = idempotent,
    path = source,
    body = {
      name = string "its name",
      url = string "public address of the PDF or page, if it is one",
      content = string "the whole text, if it is one",
    },
    returns = wrapped,
    means = {
      [400] = hint "give url for a PDF or a page, content for a text: a source keeps its type",
      [404] = unknown_source,
    },
  },

  delete = DELETE "/knowledge_base/{knowledge_base_id}/sources/{source_id}" {
    summary = "Deletes a source.",
    effect = idempotent,
    path = source,
    returns = nothing,
    means = { [404] = unknown_source },
  },
}
