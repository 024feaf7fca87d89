-- Contacts, memory stores and phone books.

local json = require "synthflow.sandbox.json"
local identifiers = require "synthflow.sandbox.identifiers"
local markers = require "synthflow.sandbox.markers"
local replies = require "synthflow.sandbox.replies"

local WORKSPACE = "sandbox-workspace"

local function id_alone(record)
  return { id = record.id }
end

local function without(record, hidden)
  local shown = { workspace_id = WORKSPACE }
  for name, value in pairs(record) do
    if not hidden[name] then shown[name] = value end
  end
  return shown
end

local function sorted(set)
  local names = {}
  for name in pairs(set) do names[#names + 1] = name end
  table.sort(names)
  return json.list(names)
end

local function digits(text)
  return (text:gsub("%D", ""))
end

-- Contacts -----------------------------------------------------------------------------------------------

local function stores_of(sandbox)
  return sandbox:collection("memory_stores", "id")
end

local function show_contact(record, act)
  local shown, stores = without(record, {}), {}
  for _, store in ipairs(stores_of(act.sandbox).records) do
    if store.contacts[record.id] then stores[#stores + 1] = store.id end
  end
  shown.email = record.email or json.null
  shown.contact_metadata = record.contact_metadata or json.ordered({}, {})
  shown.memory_store_ids = json.list(stores)
  return shown
end

local function forget_contact(record, sandbox)
  for _, store in ipairs(stores_of(sandbox).records) do store.contacts[record.id] = nil end
end

-- Memory stores ------------------------------------------------------------------------------------------

local function new_store(act)
  return { title = act.body.title, description = act.body.description, contacts = {}, agents = {} }
end

local function show_store(record)
  local shown = without(record, { contacts = true, agents = true })
  shown.contact_ids = sorted(record.contacts)
  return shown
end

local function created_store(record)
  local shown = without(record, { contacts = true, agents = true })
  shown.number_of_contacts, shown.number_of_agents = 0, 0
  return shown
end

local function attaching(kind, parameter, attached)
  return function(act)
    act.found.memory_stores[kind][act.path[parameter]] = attached
  end
end

local function get_memory(act)
  local store, contact = act.found.memory_stores, act.found.contacts
  if not store.contacts[contact.id] then replies.refuse(404, "Contact is not attached to this store.") end
  return {
    memory_store_id = store.id, memory_store_title = store.title or "",
    memory = "Nothing is remembered of " .. contact.name .. " yet.",
    created_at = store.created_at, updated_at = store.updated_at,
  }
end

-- Phone books --------------------------------------------------------------------------------------------

local function new_book(act)
  return { name = act.body.name, entries = {} }
end

local function show_book(record)
  local shown = without(record, { entries = true })
  shown.entry_count, shown.agents = #sorted(record.entries), json.list {}
  return shown
end

local function add_entry(act)
  local key = identifiers.uuid()
  act.found.phone_books.entries[key] = act.body
  return { key = key }
end

local function delete_entry(act)
  local entries = act.found.phone_books.entries
  if not entries[act.path.entry_id] then replies.refuse(404, "Entry not found.") end
  entries[act.path.entry_id] = nil
  return { status = 200, body = "" }
end

return {
  contacts = {
    noun = "Contact", id = "id", named_by = { "contact_id" },
    show = show_contact, removed = forget_contact,
    filters = {
      search = function(record, text) return digits(record.phone_number) == digits(text) end,
    },
    answers = { create = id_alone, update = markers.NOTHING, delete = markers.NOTHING },
  },
  memory_stores = {
    noun = "Memory store", id = "id", named_by = { "memory_store_id" },
    new = new_store, show = show_store,
    answers = { create = created_store, update = id_alone, delete = markers.NOTHING },
    acts = {
      attach_agent = attaching("agents", "assistant_id", true),
      detach_agent = attaching("agents", "assistant_id", nil),
      attach_contact = attaching("contacts", "contact_id", true),
      detach_contact = attaching("contacts", "contact_id", nil),
      get_memory = get_memory,
    },
  },
  phone_books = {
    noun = "Phone book", id = "phone_book_id", named_by = { "phone_book_id" },
    new = new_book, show = show_book,
    answers = {
      create = function(record) return { key = record.phone_book_id } end,
      delete = markers.NOTHING,
    },
    acts = { add_entry = add_entry, delete_entry = delete_entry },
  },
}
