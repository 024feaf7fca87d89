-- Voices: the same few in every workspace, under the platform's names for who provides them.

local envelopes = require "synthflow.sandbox.envelopes"
local json = require "synthflow.sandbox.json"

local PAGE_SIZE = 50

local VOICES = {
  { name = "Anna", provider = "elevenlabs", gender = "female", languages = { "en", "de" } },
  { name = "Bruno", provider = "elevenlabs", gender = "male", languages = { "english" } },
  { name = "Clara", provider = "deepgram", gender = "female", languages = { "es", "en" } },
  { name = "Dario", provider = "synthflow", gender = json.null, languages = { "it" } },
}

local function matches(voice, query)
  return voice.provider == (query.provider or "elevenlabs")
    and (not query.search or voice.name:lower():find(query.search:lower(), 1, true) ~= nil)
end

local function list(act)
  local found = {}
  for _, voice in ipairs(VOICES) do
    if matches(voice, act.query) then found[#found + 1] = voice end
  end
  return envelopes.page(act, found, function(voice)
    local id = "voice-" .. voice.name:lower()
    return {
      voice_id = id, name = voice.name, preview = "https://voices.example.com/" .. id .. ".mp3",
      workspace = act.query.workspace, provider = voice.provider, gender = voice.gender,
      languages = json.list(voice.languages),
    }
  end)
end

return { voices = { page_size = PAGE_SIZE, acts = { list = list } } }
