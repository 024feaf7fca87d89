local schema = require "synthflow.schema"
local GET, POST, PATCH, DELETE = schema.GET, schema.POST, schema.PATCH, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, any, map = schema.string, schema.integer, schema.any, schema.map
local required, hint = schema.required, schema.hint
local wrapped, guessed_page, nothing = schema.wrapped, schema.guessed_page, schema.nothing

local contact = string "the id that create answered"

local unknown_contact = hint
  "no such contact in this workspace and region: client.contacts:each() shows those there are"

return schema.resource "contacts" {
  about = "Contacts: people that agents know, and may remember by way of memory stores.",

  create = POST "/contacts" {
    summary = "Makes a contact. Nobody is called.",
    effect = creates,
    body = {
      name = required(string "name of the person"),
      phone_number = required(string "number of the person, E.164"),
      email = string "e-mail address of the person",
      contact_metadata = map(any) 'whatever else is to be kept, such as { company = "..." }',
    },
    returns = wrapped,
  },

  list = GET "/contacts" {
    summary = "One page of the contacts of a workspace.",
    effect = read,
    query = {
      search = string "only contacts with this phone number; names are not searched",
      page_number = integer "which page, from 1; not documented, and may be ignored",
      page_size = integer "records in a page; not documented, and may be ignored",
    },
    returns = guessed_page "items",
  },

  get = GET "/contacts/{contact_id}" {
    summary = "One contact, with the memory stores it is attached to.",
    effect = read,
    path = { contact_id = contact },
    returns = wrapped,
    means = { [404] = unknown_contact },
  },

  update = PATCH "/contacts/{contact_id}" {
    summary = "Changes a contact; what is not given stays as it is. Answers only that it was done.",
    effect = idempotent,
    path = { contact_id = contact },
    body = {
      name = string "name of the person",
      phone_number = string "number of the person, E.164",
      email = string "e-mail address of the person",
      contact_metadata = map(any) "whatever else is to be kept; it may replace what is kept so far",
    },
    returns = nothing,
    means = { [404] = unknown_contact },
  },

  delete = DELETE "/contacts/{contact_id}" {
    summary = "Deletes a contact.",
    effect = idempotent,
    path = { contact_id = contact },
    returns = nothing,
    means = { [404] = unknown_contact },
  },
}
