--- An action that hands the call over to a person: to one number, or to one of a phone book. A change gives
-- all that a new one needs.

local schema = require "synthflow.schema"
local string, integer, boolean = schema.string, schema.integer, schema.boolean
local open_enum, open_enum_in, list = schema.open_enum, schema.open_enum_in, schema.list
local object, required = schema.object, schema.required

local day = object {
  weekday = required(open_enum {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  } "each at most once"),
  interval = required(list(object {
    from = required(string "HH:MM, of 24 hours"),
    to = required(string "HH:MM, of 24 hours"),
  }) "one stretch of time; the platform takes no more"),
}

local settings = {
  transfer_mode = required(open_enum { "cold_transfer", "warm_transfer", "warm_transfer_with_context" }
    "handed over at once; after the agent has talked to the person; or after it has summed the call up"),
  phone = string "number that is called",
  phone_book_id = string "phone book out of which the agent chooses the number: client.phone_books:each()",
  instructions = required(string 'what makes the agent do so, for instance "asks for a manager"'),
  digits = string "extension, dialled once the call is answered",
  timeout = integer "seconds that the phone rings before it is given up",
  preserve_caller_id = boolean
    "true: the person sees the caller's number; the call fails if yours was not bought through the platform",
  screened = boolean "true: the person talks to the agent first, and may decline",
  human_detection = boolean "true: the call is handed over only once a human has answered",
  human_detection_timeout_seconds = integer "seconds to find that out, 30 to 1800",
  initiating_msg = required(string "said to the caller before the transfer begins"),
  goodbye_msg = string "said to the caller before the agent leaves",
  failed_msg = string "said to the caller when nobody answers in time",
  message_to_transfer_target = string "said to the person who answers",
  summarization_prompt = string "how the call is summed up for them, in the mode with context",
  stop_recording_after_transfer = boolean "whether the recording ends there",
  human_availability = object {
    active = required(boolean "whether it is heeded"),
    timezone = required(open_enum_in "synthflow.time_zones" "IANA name"),
    schedule = required(list(day) "days and hours"),
    unavailable_message = string "said to the caller at other times",
  } "when there is somebody to answer",
}

local with_music = { enable_background_music = boolean "whether the caller hears music meanwhile" }
for name, field in pairs(settings) do
  with_music[name] = field
end

local function transfer(fields)
  return object(fields) "hands the call over to a person":exactly_one { "phone", "phone_book_id" }
end

-- Only a change takes the music.
return { new = transfer(settings), changed = transfer(with_music) }
