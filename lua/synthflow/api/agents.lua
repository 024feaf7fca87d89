--- Agents. Paths call them assistants, and what other operations want as `model_id` is an agent's id.

local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, number, boolean = schema.string, schema.integer, schema.number, schema.boolean
local slug, open_enum, open_enum_in, list = schema.slug, schema.open_enum, schema.open_enum_in, schema.list
local object, required = schema.object, schema.required
local wrapped, page, single, nothing = schema.wrapped, schema.page, schema.single, schema.nothing
local hint, absent = schema.hint, schema.absent

local agent_id = string "the agent's id, its model_id"

local unknown_agent = hint
  "no such agent in this workspace and region: client.agents:each() shows those there are"
local voicemail_needs_human = hint
  'voicemail_message needs agent.greeting_message_mode = "human"' :unless { voicemail_message = absent }

-- How the agent speaks, listens and thinks.
local behaviour = {
  prompt = string "what the agent is, knows and shall do; {name} stands for a variable",
  greeting_message = string "what it says first; {name} stands for a variable",
  greeting_message_mode = open_enum { "human", "agent_static", "agent_dynamic" }
    "who begins: the person; the agent with greeting_message; or the agent with what the prompt suggests",
  greeting_message_human_talk_timeout = integer
    'seconds that it waits for the person to begin, in the mode "human"; then it begins itself',
  llm = open_enum {
    "gpt-4.1", "gpt-4.1-nano", "gpt-4.1-mini", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-5.4",
    "gpt-5.4-mini", "gpt-5.4-nano", "synthflow",
  } "language model; the choice changes often",
  language = open_enum {
    "multi", "en-US", "bg", "cs", "de-DE", "el", "fi", "fr-FR", "es-ES", "hu", "it", "fr", "pt-BR", "nl-NL",
    "hi", "zh-CN", "no", "sv-SE", "da", "da-DK", "id", "ja", "ko", "ms", "ro", "ru", "sk", "tr", "uk", "vi",
    "th", "pl",
  } 'language it speaks; "multi" follows the person, and cannot be simulated',
  timezone = open_enum_in "synthflow.time_zones" "IANA name; Europe/Berlin when not given",

  voice_id = string "voice: an id of client.voices:each(); a wrong one may be accepted and not be heard",
  voice_synthesizer = open_enum {
    "eleven_multilingual_v2", "eleven_turbo_v2", "eleven_turbo_v2_5", "eleven_flash_v2", "eleven_flash_v2_5",
    "eleven_v3",
  } "engine that makes the voice",
  voice_prompt = string "nudges intonation, pace or mood",
  voice_stability = number "0 to 1: from expressive to even",
  voice_similarity_boost = number "0 to 1: how closely it keeps to the original voice, and to its noise",
  voice_optimise_streaming_latency = integer "0 to 4: from best sound to quickest answer",
  voice_style = number "0 to 1: exaggerates the style of the voice; slower and less stable",
  voice_use_speaker_boost = boolean "nearer to the original speaker, a little slower",
  voice_speed = number "how fast it talks",
  voice_volume = number "how loud it talks",
  global_audio_tags = string 'tags in [brackets] for the whole call, an accent or a mood; "eleven_v3" only',
  fallback_voice_id = string "voice for when the first one cannot be had",
  fallback_provider = open_enum { "elevenlabs", "deepgram", "synthflow" } "who provides the fallback voice",
  fallback_model = string "engine of the fallback voice",
  realistic_filler_words = boolean 'whether it says "um" now and then',
  synthesizer_filter_words = list(string "word or character") "what it must not say",
  background_noise = object {
    enabled = boolean "whether there is any",
    type = open_enum { "cafe", "office" } "where it seems to be",
    volume = integer "how loud",
  } "noise behind the agent's voice, to sound like a place",

  transcriber_provider = open_enum { "deepgram", "deepgram-nova-3", "synthflow-stt" }
    "who turns speech into text",
  transcriber_speech_recognition = open_enum { "faster", "high_accuracy" } "whether to be quick or exact",
  transcriber_keywords = list(string "word") "names and terms of the trade, to be understood better",
  noise_cancellation = open_enum { "standard", "advanced" } "takes noise out of the person's side",
  suppression_level = number "isolates the person's voice as well; the higher, the more strongly",
  is_transcript_disabled = boolean "true: no transcript is made",
  redact_pii = boolean
    "keeps names, addresses, numbers, card data out of transcripts, webhooks and logs of new calls, for good",

  patience_level = open_enum { "low", "medium", "high" } "how long it lets the person think",
  min_words_to_interrupt = open_enum { "0", "1", "2", "3", "4", "5" }
    "words that the person must say before it stops talking",
  interruption_fade_out = integer "how gently it stops then, in frames of 20 ms",
  ring_pause_seconds = integer "seconds that it lets the phone ring",
  initial_pause_seconds = integer "seconds of silence before it begins",
  allowed_idle_time_seconds = integer "seconds of silence after which it hangs up",
  send_user_idle_reminders = boolean "whether it asks if the person is still there; not unless set",
  reminder_after_idle_time_seconds = integer "seconds of silence before it asks",
  reminder_after_idle_message = string "what it asks",
  end_call_reasons = list(string "condition") "the older form of end_call_reasons_v2, which wins over it",
  end_call_reasons_v2 = list(object {
    reason = required(string "when to hang up"),
    closing_message_mode = open_enum { "static", "prompt", "none" }
      "closing_message is said as it is; is an instruction; or is not heeded, and it says what it likes",
    closing_message = string "its last words, or how to find them",
  }) "conditions of your own under which it hangs up",
}

local behaviour_and_consent = {
  is_consent_enabled = boolean "whether it asks for consent before the call is recorded",
  consent_message = string "how it asks",
}
for name, field in pairs(behaviour) do
  behaviour_and_consent[name] = field
end

-- What surrounds it.
local settings = {
  description = string "for people who look at it",
  phone_number = string "number that is attached to it",
  external_webhook_url = string "where the outcome of each call is posted, its transcript too",
  is_recording = boolean "whether calls are recorded",
  max_duration = object {
    duration_seconds = integer "seconds",
    is_enabled = boolean "whether calls end then",
  } "longest call",
  voicemail_message = object {
    enabled = boolean "whether it leaves one",
    mode = open_enum { "exact_message", "prompt" } "what is said: a text, or what a prompt leads to",
    exact_message = string 'the text, in the mode "exact_message"',
    prompt = string 'the prompt, in the mode "prompt"',
  } 'what it leaves on a mailbox; only with agent.greeting_message_mode = "human"',
  end_call_reasons = list(string "condition")
    "not heeded any more: use agent.end_call_reasons_v2",
}

local function with_settings(fields)
  for name, field in pairs(settings) do
    fields[name] = field
  end
  return fields
end

return schema.resource "agents" {
  about = "Agents. Paths call them assistants, and what other methods want as `model_id` is an agent's id.",

  create = POST "/assistants" {
    summary = "Makes an agent.",
    effect = creates,
    body = with_settings {
      type = required(open_enum { "outbound", "inbound", "widget" }
        "whether it calls, is called, or talks on a web page; update cannot change it"),
      name = required(string "its name"),
      agent = required(object(behaviour_and_consent) "how it speaks, listens and thinks"),
      inbound_call_webhook_url = string
        "asked, at each call that comes in, which agent shall take it, and with which variables",
    },
    -- { model_id =, details = { phone =, voice = } }
    returns = wrapped:holding "model_id",
    means = { [400] = voicemail_needs_human },
  },

  update = PUT "/assistants/{model_id}" {
    summary = "Changes an agent; what is not given stays as it is. The change goes into a draft: calls may "
      .. "have the version before until the draft is published, which this API cannot do.",
    effect = idempotent,
    path = { model_id = agent_id },
    body = with_settings {
      name = string "its name",
      agent = object(behaviour) "how it speaks, listens and thinks; a list in it is given whole",
      actions = list(string "action id")
        "replaces all that are attached, {} detaches all; client.actions attaches and detaches one by one",
    },
    -- { model_id =, details = { phone =, voice = } }
    returns = wrapped,
    means = {
      [400] = {
        voicemail_needs_human,
        hint 'while voicemail_message is enabled, agent.greeting_message_mode must stay "human"'
          :when { voicemail_message = absent }:unless { agent = absent },
      },
      [404] = unknown_agent,
    },
  },

  delete = DELETE "/assistants/{model_id}" {
    summary = "Deletes an agent.",
    effect = idempotent,
    path = { model_id = agent_id },
    returns = nothing,
    means = { [404] = unknown_agent },
  },

  get = GET "/assistants/{model_id}" {
    summary = "One agent with its settings and the numbers attached to it.",
    effect = read,
    path = { model_id = agent_id },
    query = {
      include_actions = boolean "true: also the ids of its actions, and their input variables",
    },
    returns = single "assistants",
    means = { [404] = unknown_agent },
  },

  -- The path ends in a slash.
  list = GET "/assistants/" {
    summary = "One page of all agents. It needs nothing but a key, and so is the way to try one.",
    effect = read,
    query = {
      limit = integer "records in a page, 1 to 100; 20 when not given",
      offset = integer "records to skip",
    },
    returns = page "assistants",
  },

  attach_numbers = PUT "/assistants/{model_id}/phone_numbers" {
    summary = "Attaches numbers of the workspace to an agent, beside those it has. A call chooses among them "
      .. "with from_phone_number.",
    effect = idempotent,
    path = { model_id = agent_id },
    body = object {
      phone_numbers = list(string "E.164") "the numbers",
      phone_number_slugs = list(slug "the number, with or without its leading +") "the same, as slugs",
    }:exactly_one { "phone_numbers", "phone_number_slugs" },
    returns = nothing,
    means = {
      [404] = hint
        "no such agent, or a number that is not in its workspace: client.phone_numbers:each() shows those",
    },
  },

  detach_number = DELETE "/assistants/{model_id}/phone_numbers/{phone_number_slug}" {
    summary = "Detaches a number from an agent; the number stays in the workspace.",
    effect = idempotent,
    path = {
      model_id = agent_id,
      phone_number_slug = slug "the number, with or without its leading +",
    },
    returns = nothing,
    means = { [404] = hint "no such agent, or the number is not attached to it" },
  },
}
