local schema = require "synthflow.schema"
local GET, POST, DELETE = schema.GET, schema.POST, schema.DELETE
local read, idempotent, creates, dials = schema.read, schema.idempotent, schema.creates, schema.dials
local string, integer, any = schema.string, schema.integer, schema.any
local map, object, open_enum, variable_map = schema.map, schema.object, schema.open_enum, schema.variable_map
local required, hint, absent = schema.required, schema.hint, schema.absent
local wrapped, cursor_page, nothing = schema.wrapped, schema.cursor_page, schema.nothing

local chat = string "the chat_id that create answered, a UUID"

local unknown_chat = hint
  "no such chat in this workspace and region: client.chats:each() shows those there are"

return schema.resource "chats" {
  about = "Chats with an agent: in text, by this API, or by SMS and WhatsApp.",

  create = POST "/chat/{chat_id}" {
    summary = "Begins a chat with an agent. Its id is chosen here: a new UUID when none is given, which the "
      .. "answer, or the error, has as chat_id. Whether it may be sent again with it is not documented.",
    effect = creates,
    path = { chat_id = string "a UUID; made up when not given":never "outbound":generated() },
    body = {
      model_id = required(string "agent to chat with"),
      metadata = map(any) "whatever you want to find with the chat again",
    },
    -- { chat_id =, chat_status = "ongoing", conversation_history =, start_timestamp =, transcript =,
    --   initial_message = what the agent says first, if it does }
    returns = wrapped,
    means = { [404] = hint "no such agent in this workspace and region: check model_id" },
  },

  list = GET "/chat" {
    summary = "One page of the chats of a workspace or of one agent: id, status and start of each.",
    effect = read,
    query = {
      agent_id = string "only chats with this agent: its model_id",
      limit = integer "records in a page; 10 when not given",
      cursor = string "where to go on: next_cursor of the page before",
    },
    returns = cursor_page "chats",
  },

  get = GET "/chat/{chat_id}" {
    summary = "One chat with all that was said, and for flow agents what they did.",
    effect = read,
    path = { chat_id = chat },
    returns = wrapped,
    means = { [400] = unknown_chat, [404] = unknown_chat },
  },

  delete = DELETE "/chat/{chat_id}" {
    summary = "Deletes a chat and what was said in it.",
    effect = idempotent,
    path = { chat_id = chat },
    returns = nothing,
    means = { [400] = unknown_chat, [404] = unknown_chat },
  },

  send = POST "/chat/{chat_id}/messages" {
    summary = "Says something in a chat, and waits for what the agent answers: agent_message. Sent twice, it "
      .. "is said twice.",
    effect = creates,
    timeout = 60,
    path = { chat_id = chat },
    body = { message = required(string "what is said to the agent") },
    -- { agent_message =, current_state =, timestamp =, turn_number = }
    returns = wrapped,
    means = {
      [400] = hint "the chat must be ongoing: see its chat_status",
      [404] = unknown_chat,
    },
  },

  start_outbound = POST "/chat/outbound" {
    summary = "Writes to a person by SMS or WhatsApp, through your Twilio account, and lets the agent chat "
      .. "with them. Only for workspaces of the US region. Answers a conversation_id, which is no chat_id.",
    effect = dials,
    body = {
      agent_id = required(string "agent that chats: its model_id"),
      channel = required(open_enum { "sms", "whatsapp" } "how the person is written to"),
      to_number = required(string "number of the person, E.164"),
      from_number = required(string "number that writes, one of your Twilio senders; E.164"),
      initial_message = string("what is written first; by WhatsApp only within 24 hours of the last message "
        .. "from the person"),
      template = object {
        content_sid = required(string "id of an approved content template at Twilio"),
        variables = map(any) "values for its placeholders, by their numbers",
      } "what is written first by WhatsApp, whenever that is",
      custom_variables = variable_map "values for {name} in the prompt, for this conversation",
    },
    returns = wrapped:holding "conversation_id",
    means = {
      [400] = {
        hint "from_number must be a sender of your Twilio account, and the workspace in the US region",
        hint "by WhatsApp the first message must be a template, unless the person wrote within 24 hours"
          :when { channel = "whatsapp", template = absent },
      },
    },
  },
}
