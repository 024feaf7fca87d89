-- Agents and knowledge bases: what each operation sends when all is given, what it must be given, what it
-- would do twice, and what comes out of its answer.

local api_rows = require "support.api_rows"

local merge, read = api_rows.merge, api_rows.read

local BEHAVIOUR = {
  prompt = "You are {name}.", greeting_message = "Hello", greeting_message_mode = "human",
  greeting_message_human_talk_timeout = 5, llm = "gpt-5.2", language = "de-DE", timezone = "Europe/Berlin",

  voice_id = "v-1", voice_synthesizer = "eleven_v3", voice_prompt = "calm", voice_stability = 0.5,
  voice_similarity_boost = 0.75, voice_optimise_streaming_latency = 3, voice_style = 0.25,
  voice_use_speaker_boost = true, voice_speed = 1.1, voice_volume = 0.9, global_audio_tags = "[whispers]",
  fallback_voice_id = "v-2", fallback_provider = "deepgram", fallback_model = "aura",
  realistic_filler_words = false, synthesizer_filter_words = { "*" },
  background_noise = { enabled = true, type = "cafe", volume = 2 },

  transcriber_provider = "deepgram-nova-3", transcriber_speech_recognition = "high_accuracy",
  transcriber_keywords = { "Synthflow" }, noise_cancellation = "advanced", suppression_level = 0.5,
  is_transcript_disabled = false, redact_pii = true,

  patience_level = "high", min_words_to_interrupt = "2", interruption_fade_out = 5, ring_pause_seconds = 1,
  initial_pause_seconds = 2, allowed_idle_time_seconds = 30, send_user_idle_reminders = true,
  reminder_after_idle_time_seconds = 8, reminder_after_idle_message = "Are you there?",
  end_call_reasons = { "is angry" },
  end_call_reasons_v2 = {
    { reason = "is angry", closing_message_mode = "static", closing_message = "Goodbye" },
  },
}
local SETTINGS = {
  name = "Ana", description = "D", phone_number = "+1", external_webhook_url = "https://a.example.com",
  is_recording = true, max_duration = { duration_seconds = 600, is_enabled = true },
  voicemail_message = { enabled = true, mode = "prompt", exact_message = "Call me", prompt = "P" },
  end_call_reasons = { "is angry" }, agent = BEHAVIOUR,
}
local REASON = "agent.end_call_reasons_v2[1].reason"

local PAGE = { limit = 5, offset = 10 }
local ONE_LIST = "give exactly one of phone_numbers, phone_number_slugs (given: none)"

-- See support/api_rows.lua.
local OPERATIONS = {
  { "agents:create", "creates", "POST /assistants",
    body = merge(SETTINGS, {
      type = "inbound", inbound_call_webhook_url = "https://b.example.com",
      agent = merge(BEHAVIOUR, { is_consent_enabled = true, consent_message = "May I?" }),
    }),
    least = { "agent", "name", "type", REASON } },
  { "agents:update", "idempotent", "PUT /assistants/a-1", "a-1",
    body = merge(SETTINGS, { actions = { "x-1" } }), least = { REASON } },
  { "agents:delete", "idempotent", "DELETE /assistants/a-1", "a-1" },
  { "agents:get", "read", "GET /assistants/a-1", "a-1", query = { include_actions = true } },
  { "agents:list", "read", "GET /assistants/", query = PAGE },
  { "agents:attach_numbers", "idempotent", "PUT /assistants/a-1/phone_numbers", "a-1", case = "numbers",
    body = { phone_numbers = { "+1", "+2" } }, least = { ONE_LIST } },
  { "agents:attach_numbers", "idempotent", "PUT /assistants/a-1/phone_numbers", "a-1", case = "slugs",
    body = { phone_number_slugs = { "1", "2" } }, given = { phone_number_slugs = { "+1", "2" } },
    least = { ONE_LIST } },
  { "agents:detach_number", "idempotent", "DELETE /assistants/a-1/phone_numbers/1", "a-1", "+1" },

  { "knowledge_bases:list", "read", "GET /knowledge_base", query = PAGE },
  { "knowledge_bases:create", "creates", "POST /knowledge_base",
    body = { name = "N", rag_use_condition = "asks for prices" } },
  { "knowledge_bases:get", "read", "GET /knowledge_base/k-1", "k-1" },
  { "knowledge_bases:update", "idempotent", "PUT /knowledge_base/k-1", "k-1",
    body = { name = "N", rag_use_condition = "asks for prices" } },
  { "knowledge_bases:delete", "idempotent", "DELETE /knowledge_base/k-1", "k-1" },
  { "knowledge_bases:attach", "idempotent", "POST /knowledge_base/k-1/attach", "k-1",
    query = { model_id = "a-1" }, least = { "model_id" } },
  { "knowledge_bases:detach", "idempotent", "POST /knowledge_base/k-1/detach", "k-1",
    body = { model_id = "a-1" }, least = { "model_id" } },

  { "knowledge_bases.sources:list", "read", "GET /knowledge_base/k-1/sources", "k-1",
    query = merge(PAGE, { name = "N" }) },
  { "knowledge_bases.sources:add", "creates", "POST /knowledge_base/k-1/sources", "k-1", case = "pdf",
    body = { name = "N", type = "pdf", url = "https://a.example.com" },
    least = { 'url is required when type is "pdf" or "web"' } },
  { "knowledge_bases.sources:add", "creates", "POST /knowledge_base/k-1/sources", "k-1", case = "web",
    body = { name = "N", type = "web", url = "https://a.example.com" },
    least = { 'url is required when type is "pdf" or "web"' } },
  { "knowledge_bases.sources:add", "creates", "POST /knowledge_base/k-1/sources", "k-1", case = "text",
    body = { name = "N", type = "text", content = "C" },
    least = { 'content is required when type is "text"' } },
  { "knowledge_bases.sources:update", "idempotent", "PUT /knowledge_base/k-1/sources/s-1", "k-1", "s-1",
    body = { name = "N", url = "https://a.example.com", content = "C" } },
  { "knowledge_bases.sources:delete", "idempotent", "DELETE /knowledge_base/k-1/sources/s-1", "k-1", "s-1" },
}

describe("each operation of agents and knowledge bases", function()
  api_rows.define(it, OPERATIONS)

  it("takes the numbers of an agent in one form alone", function()
    local both = { phone_numbers = { "+1" }, phone_number_slugs = { "2" } }
    assert.are.same(
      { "give exactly one of phone_numbers, phone_number_slugs (given: phone_numbers, phone_number_slugs)" },
      api_rows.call("agents:attach_numbers", "a-1", both).faults)
  end)
end)

describe("an answer to", function()
  it("what is deleted, and of what numbers an agent has, is true", function()
    api_rows.assert_true_answers {
      "agents:delete", "agents:attach_numbers", "agents:detach_number", "knowledge_bases:delete",
      "knowledge_bases.sources:delete",
    }
  end)

  it("what is made is its id, with what stands beside it; without that there is none", function()
    for named, id in pairs {
      ["agents:create"] = "model_id", ["knowledge_bases:create"] = "knowledge_base_id",
      ["knowledge_bases.sources:add"] = "source_id",
    } do
      assert.are.same({ [id] = "x", details = { voice = "v" } },
        read(named, { status = "ok", response = { [id] = "x" }, details = { voice = "v" } }))
      local made, problem = read(named, { status = "ok", response = { answer = "x" } })
      assert.is_nil(made)
      assert.are.equal("the answer has no `" .. id .. "`", problem.message)
    end
  end)

  it("a change is what is told of it, or true", function()
    for _, named in ipairs {
      "agents:update", "knowledge_bases:update", "knowledge_bases:attach", "knowledge_bases:detach",
      "knowledge_bases.sources:update",
    } do
      assert.are.same({ id = "x" }, read(named, { status = "ok", response = { id = "x" } }))
      assert.is_true(read(named, { status = "ok" }))
    end
  end)

  it("a get is the only one of a list, and not found when that is empty", function()
    for named, key in pairs {
      ["agents:get"] = "assistants", ["knowledge_bases:get"] = "knowledge_bases",
    } do
      assert.are.same({ id = "x" }, read(named, { status = "ok", response = { [key] = { { id = "x" } } } }))
      local _, problem = read(named, { status = "ok", response = { [key] = {} } })
      assert.are.equal("not_found", problem.kind)
    end
  end)

  it("a page is its records, moved by limit and offset", function()
    for named, key in pairs {
      ["agents:list"] = "assistants", ["knowledge_bases:list"] = "knowledge_bases",
      ["knowledge_bases.sources:list"] = "sources",
    } do
      assert.are.equal("offset", api_rows.operation(named).returns.paging)
      assert.are.same({ { id = "x" } },
        read(named, { status = "ok", response = { [key] = { { id = "x" } } } }))
    end
  end)
end)
