local schema = require "synthflow.schema"
local GET, POST, DELETE = schema.GET, schema.POST, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, required, hint = schema.string, schema.integer, schema.required, schema.hint
local wrapped, guessed_page, nothing = schema.wrapped, schema.guessed_page, schema.nothing

local book = string "the key that create answered, the phone_book_id of lists"

local unknown_book = hint
  "no such phone book in this workspace and region: client.phone_books:each() shows those there are"

return schema.resource "phone_books" {
  about = "Phone books: numbers that an agent chooses from when it transfers a call. There is no way to "
    .. "read or change the entries of one; keep the ids that add_entry answers.",

  create = POST "/phonebooks" {
    summary = "Makes an empty phone book. Its id is answered as `key`.",
    effect = creates,
    body = { name = required(string "name shown in lists") },
    returns = wrapped,
  },

  list = GET "/phonebooks" {
    summary = "One page of the phone books of a workspace, with how many entries each has, and its agents.",
    effect = read,
    query = {
      page_number = integer "which page, from 1; not documented, and may be ignored",
      page_size = integer "records in a page; not documented, and may be ignored",
    },
    returns = guessed_page "items",
  },

  delete = DELETE "/phonebooks/{phone_book_id}" {
    summary = "Deletes a phone book with its entries. Agents may still refer to it: list shows which.",
    effect = idempotent,
    path = { phone_book_id = book },
    returns = nothing,
    means = { [404] = unknown_book },
  },

  add_entry = POST "/phonebooks/{phone_book_id}/entries" {
    summary = "Adds a number to a phone book. Its id is answered as `key`, and told nowhere else.",
    effect = creates,
    path = { phone_book_id = book },
    body = {
      phone_number = required(string "number to transfer to, E.164"),
      transfer_condition = required(string "when the agent is to choose it, in plain words"),
    },
    returns = wrapped,
    means = { [404] = unknown_book },
  },

  delete_entry = DELETE "/phonebooks/{phone_book_id}/entries/{entry_id}" {
    summary = "Takes a number out of a phone book.",
    effect = idempotent,
    path = { phone_book_id = book, entry_id = string "the key that add_entry answered" },
    returns = nothing,
    means = { [404] = hint "no such phone book, or no such entry in it" },
  },
}
