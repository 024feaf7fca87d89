--- Why the catalogue differs from the OpenAPI file on purpose.
--
-- A reason is a text and what it explains: `operation` ("POST /calls"), `name` ("body agent.llm"), `what`,
-- `there` and `here` of a difference (see compare.lua). Each is a text or a list of texts, "*" stands for
-- anything, and what is not given may be anything. The narrower a reason, the fewer surprises it hides.

return {
  -- Everywhere.
  { "the core sends the key: no operation has a parameter for it",
    name = "header Authorization" },
  { "known values are a help against slips; the platform adds some without notice, so others are sent too",
    what = "closed" },
  { "both names are in use on the platform: either is taken, the field's own is sent",
    what = "alias" },

  { "lists of which nothing says how to get at the next page: these are how the platform's others do it",
    operation = { "GET /contacts", "GET /memory_stores", "GET /phonebooks" }, what = "missing there",
    name = { "query page_number", "query page_size" } },

  -- Newer than the file, or only in the platform's guides.
  { "batch calls are newer than the file",
    operation = { "* /calls/batch", "* /calls/batch/*" }, what = "missing there", here = "described" },
  { "only the guide to calls forwarded by SIP tells of it",
    operation = "POST /prepare_inbound", what = "missing there", here = "described" },

  -- Agents.
  { "0 to 1 in the file's own words: whole numbers would leave two",
    operation = { "POST /assistants", "PUT /assistants/{model_id}" }, what = "type", there = "integer",
    here = "number",
    name = { "body agent.voice_similarity_boost", "body agent.voice_stability", "body agent.voice_style" } },
  { "words or characters, as when the agent is made",
    operation = "PUT /assistants/{model_id}", name = "body agent.synthesizer_filter_words[]", what = "type",
    there = "any", here = "string" },
  { "in the platform's guides and other people's programs, not in the file",
    operation = "PUT /assistants/{model_id}", name = "body actions", what = "missing there" },

  -- Actions.
  { "an action is of one kind: the platform's guides and examples give one key",
    operation = { "POST /actions", "PUT /actions/{action_id}" }, name = "body", what = "choice" },
  { "a question has one kind of answer",
    operation = "POST /actions", name = "body INFORMATION_EXTRACTOR", what = "choice" },
  { "an appointment is booked in one calendar",
    operation = "POST /actions", name = "body REAL_TIME_BOOKING", what = "choice" },
  { "null is a value in the file's own words",
    operation = { "POST /actions", "PUT /actions/{action_id}" }, name = "body CUSTOM_ACTION.action_sound",
    what = "nullable", here = "true" },
  { "either of them, in the file's own words",
    operation = "POST /actions/attach", name = "body items[]", what = "choice", here = "action_id, slug" },
  { "nothing says what is detached without it",
    operation = "POST /actions/detach", name = "body actions", what = "required", here = "always" },

  -- Knowledge bases.
  { "required for some types of source, in the file's own words",
    operation = "POST /knowledge_base/{knowledge_base_id}/sources", name = { "body content", "body url" },
    what = "required", there = "never", here = "sometimes" },
  { "the name can always be changed, in the file's own words, so also alone",
    operation = "PUT /knowledge_base/{knowledge_base_id}/sources/{source_id}", name = "body",
    what = "choice", there = "content, url" },

  -- Calls.
  { "the file takes any text; the statuses are those that records of calls have",
    operation = "GET /calls", name = "query call_status", what = "values", here = "listed" },
  { "the file's own words point to the list of time zones; others are sent too",
    operation = "POST /calls", name = "body lead_timezone", what = "values", here = "listed" },
  { "the platform's guide to batches implies it",
    operation = "GET /calls", name = "query batch_call_id", what = "missing there" },
  { "a webhook for one call is in the platform's guides, not in the file",
    operation = "POST /calls", name = "body external_webhook_url", what = "missing there" },

  -- Contacts and simulations.
  { "what is kept of a contact is free: the file's own update takes anything, and company is an example",
    operation = "POST /contacts", name = "body contact_metadata", what = "type", there = "object" },
  { "the platform's guides generate cases without it",
    operation = "POST /simulation_cases/generate", name = "body include_tests", what = "required",
    there = "always" },

  -- Phone numbers.
  { "the provider 8x8 is newer than the file",
    name = "body provider_name", what = "value", here = "8x8" },
  { "for the provider 8x8, newer than the file, the platform makes up a number",
    operation = "POST /custom-numbers", name = "body phone_number", what = "required", here = "sometimes" },
  { "the platform shows null where these are not set, so null may unset them",
    operation = "PATCH /numbers/{phone_number_slug}", what = "nullable", here = "true",
    name = { "body sip_auth_username", "body sip_outbound_proxy", "body uac_register_expires" } },
}
