-- Chats. The agent repeats what it is told; "goodbye" ends a chat.

local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local replies = require "synthflow.sandbox.replies"

local FIRST_WORDS = "Hello! How can I help you?"
local LAST_WORD = "goodbye"

local function turn(chat, message)
  local number = #chat.history + 1
  local entry = {
    agent_id = chat.agent_id, current_state = "conversation", message = message,
    timestamp = replies.timestamp(), turn_number = number,
  }
  chat.history[number] = entry
  return {
    agent_message = message, current_state = entry.current_state, timestamp = entry.timestamp,
    turn_number = number,
  }
end

local function say(chat, speaker, words)
  chat.transcript = chat.transcript .. ("\n%s: %s"):format(speaker, words)
end

-- Guess: what the platform says to an id that is taken.
local function new(act)
  local chat = {
    chat_id = act.path.chat_id, agent_id = act.body.model_id, metadata = act.body.metadata,
    chat_status = "ongoing", start_timestamp = replies.timestamp(), history = json.list {}, transcript = "",
  }
  chat.initial_message = turn(chat, FIRST_WORDS)
  say(chat, "bot", FIRST_WORDS)
  return chat
end

local function show(chat)
  return {
    chat_id = chat.chat_id, chat_status = chat.chat_status, conversation_history = chat.history,
    initial_message = chat.initial_message, start_timestamp = chat.start_timestamp,
    transcript = chat.transcript, metadata = chat.metadata, fsm_log = json.ordered({}, {}),
  }
end

local function show_in_list(chat)
  return { chat_id = chat.chat_id, chat_status = chat.chat_status, start_timestamp = chat.start_timestamp }
end

local function send(act)
  local chat, message = act.found.chats, act.body.message
  if chat.chat_status ~= "ongoing" then replies.refuse(400, "The chat is not ongoing.") end
  local ends = message:lower() == LAST_WORD
  local words = ends and "Goodbye!" or "You said: " .. message
  say(chat, "human", message)
  say(chat, "bot", words)
  if ends then chat.chat_status = "completed" end
  return turn(chat, words)
end

local function start_outbound()
  return { conversation_id = identifiers.uuid() }
end

return {
  chats = {
    noun = "Chat", id = "chat_id", named_by = { "chat_id" }, page_size = 10, newest_first = true,
    new = new, show = show, show_in_list = show_in_list,
    acts = { send = send, start_outbound = start_outbound },
  },
}
