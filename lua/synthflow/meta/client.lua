---@meta _

-- Written by `make annotations` from the catalogue in lua/synthflow/api: change that, not this.

---@class synthflow.Client
---@field actions synthflow.actions
---@field agents synthflow.agents
---@field analytics synthflow.analytics
---@field batches synthflow.batches
---@field calls synthflow.calls
---@field chats synthflow.chats
---@field contacts synthflow.contacts
---@field knowledge_bases synthflow.knowledge_bases
---@field mcp synthflow.mcp
---@field memory_stores synthflow.memory_stores
---@field phone_books synthflow.phone_books
---@field phone_numbers synthflow.phone_numbers
---@field simulation_cases synthflow.simulation_cases
---@field simulation_scenarios synthflow.simulation_scenarios
---@field simulation_suites synthflow.simulation_suites
---@field simulations synthflow.simulations
---@field subaccounts synthflow.subaccounts
---@field voices synthflow.voices
---@field webhook_logs synthflow.webhook_logs
local client = {}

---Ends its requests, also those that others wait for, and refuses each that comes later: kind `closed`.
function client:close() end

---The reference as text: of all there is, of a resource ("phone_numbers") or of a method
---("phone_numbers.import"). Raises where there is no such topic.
---@param topic? string
---@return string text
function client:help(topic) end

---Runs fn(item, index) for each item, many of them at once; fn is written as if each call blocked. Of a list
---it returns a list of { ok =, value =, err = } in the same order, of an iterator (a function that returns
---the next item, or nil at the end) an iterator of the same, which reads at most `concurrency` items ahead.
---
---ok is false where fn returned nil and an error, which is err then, and where it raised: then err is the
---text with its traceback. One failure does not stop the others. Where the client has calls_per_second, a
---call attempt waits for its turn, which is no part of its timeout, and until then no item is begun.
---@param items table|function
---@param fn fun(item: any, index: integer): any
---@param options? table concurrency: items under way at once, 64; on_progress(done, total, result, index):
---  called in this coroutine when an item has ended, total nil for an iterator; stop_on_error: after a
---  failure no item is begun, those under way are awaited, and those of a list not begun are `skipped`
---@return table|function results an iterator's `close` cancels what is under way, as does its collection
function client:map(items, fn, options) end

---Sends a request that the catalogue does not know, with the key, the retries and the errors of the others.
---What the answer has inside of `response` is returned, and all of it where it is not wrapped.
---@param given table method and path; query, body and headers; effect: "read", "idempotent", "creates" or
---  "dials", what sending it twice would do ("dials" for a POST that does not say so); paced: true for a call
---  attempt; timeout, attempt_timeout, retries, dry_run and blocking
---@return any data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function client:request(given) end

---What has come of all its requests so far: requests (on the wire), retries, refused_by_budget,
---connections_opened, connections_reused, bytes_sent, bytes_received, in_flight, hook_faults.
---@return table<string, integer> stats
function client:stats() end

---What agents do before, in and after a call. A new action does nothing until it is attached to an agent.
---@class synthflow.actions
local actions = {}

---@class synthflow.actions.list
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip

---One page of all actions.
---
---`GET /actions`, read: changes nothing.
---@param arguments? synthflow.actions.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:list(arguments, options) end

---@class synthflow.actions.each
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /actions`, read: changes nothing.
---@param arguments? synthflow.actions.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function actions:each(arguments, options) end

---@class synthflow.actions.create.LIVE_TRANSFER.human_availability.schedule.interval
---@field from string HH:MM, of 24 hours
---@field to string HH:MM, of 24 hours

---@class synthflow.actions.create.LIVE_TRANSFER.human_availability.schedule
---@field weekday "monday"|"tuesday"|"wednesday"|"thursday"|"friday"|"saturday"|"sunday"|string each at most once
---@field interval synthflow.actions.create.LIVE_TRANSFER.human_availability.schedule.interval[] one stretch of time; the platform takes no more

---@class synthflow.actions.create.LIVE_TRANSFER.human_availability
---@field active boolean whether it is heeded
---@field timezone string IANA name
---@field schedule synthflow.actions.create.LIVE_TRANSFER.human_availability.schedule[] days and hours
---@field unavailable_message? string said to the caller at other times

---Exactly one of phone, phone_book_id.
---@class synthflow.actions.create.LIVE_TRANSFER
---@field transfer_mode "cold_transfer"|"warm_transfer"|"warm_transfer_with_context"|string handed over at once; after the agent has talked to the person; or after it has summed the call up
---@field phone? string number that is called
---@field phone_book_id? string phone book out of which the agent chooses the number: client.phone_books:each()
---@field instructions string what makes the agent do so, for instance "asks for a manager"
---@field digits? string extension, dialled once the call is answered
---@field timeout? integer seconds that the phone rings before it is given up
---@field preserve_caller_id? boolean true: the person sees the caller's number; the call fails if yours was not bought through the platform
---@field screened? boolean true: the person talks to the agent first, and may decline
---@field human_detection? boolean true: the call is handed over only once a human has answered
---@field human_detection_timeout_seconds? integer seconds to find that out, 30 to 1800
---@field initiating_msg string said to the caller before the transfer begins
---@field goodbye_msg? string said to the caller before the agent leaves
---@field failed_msg? string said to the caller when nobody answers in time
---@field message_to_transfer_target? string said to the person who answers
---@field summarization_prompt? string how the call is summed up for them, in the mode with context
---@field stop_recording_after_transfer? boolean whether the recording ends there
---@field human_availability? synthflow.actions.create.LIVE_TRANSFER.human_availability when there is somebody to answer

---@class synthflow.actions.create.INFORMATION_EXTRACTOR.YES_NO
---@field identifier string name of the answer
---@field description? string what is to be found out; kept as the condition of the action

---@class synthflow.actions.create.INFORMATION_EXTRACTOR.SINGLE_CHOICE
---@field choices? string[] the possible answers
---@field identifier string name of the answer
---@field description? string what is to be found out; kept as the condition of the action

---@class synthflow.actions.create.INFORMATION_EXTRACTOR.OPEN_QUESTION
---@field examples? string[] possible answers
---@field identifier string name of the answer
---@field description? string what is to be found out; kept as the condition of the action

---Exactly one of YES_NO, SINGLE_CHOICE, OPEN_QUESTION.
---@class synthflow.actions.create.INFORMATION_EXTRACTOR
---@field YES_NO? synthflow.actions.create.INFORMATION_EXTRACTOR.YES_NO yes or no
---@field SINGLE_CHOICE? synthflow.actions.create.INFORMATION_EXTRACTOR.SINGLE_CHOICE one of some answers
---@field OPEN_QUESTION? synthflow.actions.create.INFORMATION_EXTRACTOR.OPEN_QUESTION any answer

---@class synthflow.actions.create.CUSTOM_EVAL.question
---@field identifier? string its name
---@field text? string what is judged
---@field category? "pass_fail"|"numeric"|"descriptive"|"likert_scale"|string how
---@field expected_result? string what is good: "true" or "false" of pass_fail, 1 to 10 of numeric

---@class synthflow.actions.create.CUSTOM_EVAL
---@field question? synthflow.actions.create.CUSTOM_EVAL.question what is asked about the call

---@class synthflow.actions.create.REAL_TIME_BOOKING.CALCOM
---@field event_id string id of the event in Cal.com
---@field user_email string e-mail address under which meetings are booked
---@field integration? "GMeet"|"Zoom"|string where they take place
---@field sms_boolean? boolean whether sms_message is sent then; not unless set
---@field sms_message? string text of the SMS

---@class synthflow.actions.create.REAL_TIME_BOOKING.GHL
---@field calendar_id string id of the calendar: Calendar Settings
---@field booking_title string name of the action in the dashboard
---@field autoconfirm "confirmed"|"new"|string whether a booking is confirmed at once, or waits for you to do so in HighLevel

---Exactly one of CALCOM, GHL.
---@class synthflow.actions.create.REAL_TIME_BOOKING
---@field CALCOM? synthflow.actions.create.REAL_TIME_BOOKING.CALCOM books with Cal.com, which must be connected in the dashboard
---@field GHL? synthflow.actions.create.REAL_TIME_BOOKING.GHL books with GoHighLevel, which must be connected in the dashboard
---@field first_appt_date string first day to offer, YYYY-MM-DD
---@field no_of_days integer how many days to offer, for instance 3
---@field max_time_slots integer how many appointments to offer on each day, at most 3
---@field min_hours_diff integer hours between those offered, for instance 3
---@field timezone string IANA name, for instance Europe/Berlin

---@class synthflow.actions.create.SEND_SMS
---@field content string text of the SMS
---@field instructions string what makes the agent send it

---@class synthflow.actions.create.INCALL_SMS
---@field message_body string text of the SMS; variables are filled in
---@field message_before_action? string said before it is sent
---@field wait_for_reply? boolean true: the agent waits for the reply; false: it goes on until one comes
---@field timeout_seconds? integer seconds to wait for the reply
---@field fallback_message? string said when none has come by then

---@class synthflow.actions.create.INCALL_WHATSAPP
---@field content_sid string Twilio's id of the template, HX...
---@field content_variables? table<string, string> values of the template's places: { ["1"] = "..." }
---@field wait_for_reply? boolean true: the agent waits for the reply; false: it goes on until one comes
---@field timeout_seconds? integer seconds to wait for the reply
---@field fallback_message? string said when none has come by then

---@class synthflow.actions.create.CUSTOM_ACTION.custom_auth
---@field is_needed? boolean whether the address wants any; not unless set
---@field location? string where it goes, for instance "header"
---@field key? string its kind; "Bearer" when not given
---@field value? string the token itself

---@class synthflow.actions.create.CUSTOM_ACTION.variables_during_the_call
---@field name? string of the variable
---@field description? string what it stands for: from this the agent knows what to ask
---@field example? string a possible value
---@field type? "string"|"int"|"float"|"bool"|"list"|"money"|"phone_number"|"email"|"datetime"|"utc_datetime"|string kind of value; "string" when not given

---@class synthflow.actions.create.CUSTOM_ACTION
---@field name string its name
---@field description? string what it does: from this the agent knows when to use it
---@field http_mode "GET"|"POST"|"PATCH"|"PUT"|string method of the request
---@field url string address of the request
---@field headers? table headers of the request, names and values
---@field query_parameters? table query of the request, names and values
---@field json_body_stringified? string body of the request: JSON, as text; {name} stands for a variable
---@field custom_auth? synthflow.actions.create.CUSTOM_ACTION.custom_auth proof of who asks
---@field integration? "ghl"|"hubspot"|"salesforce"|"salesforce-sandbox"|string integration to ask instead, connected in the dashboard
---@field failure_timeout? integer seconds after which it counts as failed
---@field run_action_before_call_start boolean true: runs before the call, false: in it
---@field variables_before_the_call? table values of its variables when it runs before the call
---@field variables_during_the_call? synthflow.actions.create.CUSTOM_ACTION.variables_during_the_call[] variables that the agent fills in the call
---@field prompt? string what the agent is to do with it
---@field agent_speak_naturally? boolean true: the agent may put the messages into words of its own
---@field message_before_action_starts? string said, word for word, before it begins; seldom needed
---@field speech_while_using_the_tool? string said, word for word, while it runs
---@field message_delay_time? integer seconds after which message_delay is said
---@field message_delay? string said when it takes long
---@field message_error? string said when it failed
---@field action_sound? ""|"typing"|"ambient-background"|"modern-jazz"|"inspirational-symphony-classical-music"|string|lightuserdata heard while it runs; "" or null for silence; may be null

---Exactly one of REAL_TIME_BOOKING, INFORMATION_EXTRACTOR, LIVE_TRANSFER, SEND_SMS, INCALL_SMS, INCALL_WHATSAPP, CUSTOM_ACTION, CUSTOM_EVAL.
---@class synthflow.actions.create
---@field LIVE_TRANSFER? synthflow.actions.create.LIVE_TRANSFER hands the call over to a person
---@field INFORMATION_EXTRACTOR? synthflow.actions.create.INFORMATION_EXTRACTOR finds something out and stores it with the call, as info_extractor_<identifier> in executed_actions
---@field CUSTOM_EVAL? synthflow.actions.create.CUSTOM_EVAL judges each call by a question of your own
---@field REAL_TIME_BOOKING? synthflow.actions.create.REAL_TIME_BOOKING books an appointment in the call
---@field SEND_SMS? synthflow.actions.create.SEND_SMS sends the person an SMS, which is billed
---@field INCALL_SMS? synthflow.actions.create.INCALL_SMS sends the caller an SMS in the call, and can take the reply; billed
---@field INCALL_WHATSAPP? synthflow.actions.create.INCALL_WHATSAPP sends the caller a WhatsApp message in the call, and can take the reply; billed
---@field CUSTOM_ACTION? synthflow.actions.create.CUSTOM_ACTION sends an HTTP request of your own, before the call or in it

---Makes an action, of one kind. It does nothing until it is attached to an agent.
---
---`POST /actions`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.actions.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:create(arguments, options) end

---@class synthflow.actions.get
---@field include_assistants? boolean true: also the ids of the agents it is attached to

---One action with its settings.
---
---`GET /actions/{action_id}`, read: changes nothing.
---@param action_id string the action's id
---@param arguments? synthflow.actions.get
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:get(action_id, arguments, options) end

---@class synthflow.actions.update.LIVE_TRANSFER.human_availability.schedule.interval
---@field from string HH:MM, of 24 hours
---@field to string HH:MM, of 24 hours

---@class synthflow.actions.update.LIVE_TRANSFER.human_availability.schedule
---@field weekday "monday"|"tuesday"|"wednesday"|"thursday"|"friday"|"saturday"|"sunday"|string each at most once
---@field interval synthflow.actions.update.LIVE_TRANSFER.human_availability.schedule.interval[] one stretch of time; the platform takes no more

---@class synthflow.actions.update.LIVE_TRANSFER.human_availability
---@field active boolean whether it is heeded
---@field timezone string IANA name
---@field schedule synthflow.actions.update.LIVE_TRANSFER.human_availability.schedule[] days and hours
---@field unavailable_message? string said to the caller at other times

---Exactly one of phone, phone_book_id.
---@class synthflow.actions.update.LIVE_TRANSFER
---@field transfer_mode "cold_transfer"|"warm_transfer"|"warm_transfer_with_context"|string handed over at once; after the agent has talked to the person; or after it has summed the call up
---@field phone? string number that is called
---@field phone_book_id? string phone book out of which the agent chooses the number: client.phone_books:each()
---@field instructions string what makes the agent do so, for instance "asks for a manager"
---@field digits? string extension, dialled once the call is answered
---@field timeout? integer seconds that the phone rings before it is given up
---@field preserve_caller_id? boolean true: the person sees the caller's number; the call fails if yours was not bought through the platform
---@field screened? boolean true: the person talks to the agent first, and may decline
---@field human_detection? boolean true: the call is handed over only once a human has answered
---@field human_detection_timeout_seconds? integer seconds to find that out, 30 to 1800
---@field initiating_msg string said to the caller before the transfer begins
---@field goodbye_msg? string said to the caller before the agent leaves
---@field failed_msg? string said to the caller when nobody answers in time
---@field message_to_transfer_target? string said to the person who answers
---@field summarization_prompt? string how the call is summed up for them, in the mode with context
---@field stop_recording_after_transfer? boolean whether the recording ends there
---@field human_availability? synthflow.actions.update.LIVE_TRANSFER.human_availability when there is somebody to answer
---@field enable_background_music? boolean whether the caller hears music meanwhile

---@class synthflow.actions.update.INFORMATION_EXTRACTOR
---@field identifier? string name of the answer
---@field description? string what is to be found out
---@field choices? string[] the possible answers, of a SINGLE_CHOICE
---@field examples? string[] possible answers, of an OPEN_QUESTION

---@class synthflow.actions.update.REAL_TIME_BOOKING.CALCOM
---@field user_email? string e-mail address under which meetings are booked
---@field integration? "GMeet"|"Zoom"|string where they take place
---@field sms_boolean? boolean whether sms_message is sent then; not unless set
---@field sms_message? string text of the SMS

---@class synthflow.actions.update.REAL_TIME_BOOKING.GHL
---@field booking_title? string name of the action in the dashboard
---@field autoconfirm? "confirmed"|"new"|string whether a booking is confirmed at once, or waits for you to do so in HighLevel

---@class synthflow.actions.update.REAL_TIME_BOOKING
---@field CALCOM? synthflow.actions.update.REAL_TIME_BOOKING.CALCOM books with Cal.com, which must be connected in the dashboard
---@field GHL? synthflow.actions.update.REAL_TIME_BOOKING.GHL books with GoHighLevel, which must be connected in the dashboard
---@field first_appt_date? string first day to offer, YYYY-MM-DD
---@field no_of_days? integer how many days to offer, for instance 3
---@field max_time_slots? integer how many appointments to offer on each day, at most 3
---@field min_hours_diff? integer hours between those offered, for instance 3
---@field timezone? string IANA name, for instance Europe/Berlin

---@class synthflow.actions.update.SEND_SMS
---@field content? string text of the SMS
---@field instructions? string what makes the agent send it

---@class synthflow.actions.update.INCALL_SMS
---@field message_body? string text of the SMS; variables are filled in
---@field message_before_action? string said before it is sent
---@field wait_for_reply? boolean true: the agent waits for the reply; false: it goes on until one comes
---@field timeout_seconds? integer seconds to wait for the reply
---@field fallback_message? string said when none has come by then

---@class synthflow.actions.update.INCALL_WHATSAPP
---@field content_sid? string Twilio's id of the template, HX...
---@field content_variables? table<string, string> values of the template's places: { ["1"] = "..." }
---@field wait_for_reply? boolean true: the agent waits for the reply; false: it goes on until one comes
---@field timeout_seconds? integer seconds to wait for the reply
---@field fallback_message? string said when none has come by then

---@class synthflow.actions.update.CUSTOM_ACTION.custom_auth
---@field is_needed? boolean whether the address wants any; not unless set
---@field location? string where it goes, for instance "header"
---@field key? string its kind; "Bearer" when not given
---@field value? string the token itself

---@class synthflow.actions.update.CUSTOM_ACTION.variables_during_the_call
---@field name? string of the variable
---@field description? string what it stands for: from this the agent knows what to ask
---@field example? string a possible value
---@field type? "string"|"int"|"float"|"bool"|"list"|"money"|"phone_number"|"email"|"datetime"|"utc_datetime"|string kind of value; "string" when not given

---@class synthflow.actions.update.CUSTOM_ACTION
---@field name? string its name
---@field description? string what it does: from this the agent knows when to use it
---@field http_mode? "GET"|"POST"|"PATCH"|"PUT"|string method of the request
---@field url? string address of the request
---@field headers? table headers of the request, names and values
---@field query_parameters? table query of the request, names and values
---@field json_body_stringified? string body of the request: JSON, as text; {name} stands for a variable
---@field custom_auth? synthflow.actions.update.CUSTOM_ACTION.custom_auth proof of who asks
---@field integration? "ghl"|"hubspot"|"salesforce"|"salesforce-sandbox"|string integration to ask instead, connected in the dashboard
---@field failure_timeout? integer seconds after which it counts as failed
---@field run_action_before_call_start? boolean true: runs before the call, false: in it
---@field variables_before_the_call? table values of its variables when it runs before the call
---@field variables_during_the_call? synthflow.actions.update.CUSTOM_ACTION.variables_during_the_call[] variables that the agent fills in the call
---@field prompt? string what the agent is to do with it
---@field agent_speak_naturally? boolean true: the agent may put the messages into words of its own
---@field message_before_action_starts? string said, word for word, before it begins; seldom needed
---@field speech_while_using_the_tool? string said, word for word, while it runs
---@field message_delay_time? integer seconds after which message_delay is said
---@field message_delay? string said when it takes long
---@field message_error? string said when it failed
---@field action_sound? ""|"typing"|"ambient-background"|"modern-jazz"|"inspirational-symphony-classical-music"|string|lightuserdata heard while it runs; "" or null for silence; may be null

---Exactly one of REAL_TIME_BOOKING, INFORMATION_EXTRACTOR, LIVE_TRANSFER, SEND_SMS, INCALL_SMS, INCALL_WHATSAPP, CUSTOM_ACTION.
---@class synthflow.actions.update
---@field LIVE_TRANSFER? synthflow.actions.update.LIVE_TRANSFER hands the call over to a person
---@field INFORMATION_EXTRACTOR? synthflow.actions.update.INFORMATION_EXTRACTOR finds something out and stores it with the call
---@field REAL_TIME_BOOKING? synthflow.actions.update.REAL_TIME_BOOKING books an appointment in the call
---@field SEND_SMS? synthflow.actions.update.SEND_SMS sends the person an SMS, which is billed
---@field INCALL_SMS? synthflow.actions.update.INCALL_SMS sends the caller an SMS in the call, and can take the reply; billed
---@field INCALL_WHATSAPP? synthflow.actions.update.INCALL_WHATSAPP sends the caller a WhatsApp message in the call, and can take the reply; billed
---@field CUSTOM_ACTION? synthflow.actions.update.CUSTOM_ACTION sends an HTTP request of your own, before the call or in it

---Changes an action, for all agents it is attached to. Its kind stays, and so does what is not given, but LIVE_TRANSFER is given whole. INFORMATION_EXTRACTOR takes its settings directly, not inside YES_NO and the like.
---
---`PUT /actions/{action_id}`, idempotent: sent twice it does no more than once.
---@param action_id string the action's id
---@param arguments synthflow.actions.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:update(action_id, arguments, options) end

---Deletes an action, also for the agents it is attached to.
---
---`DELETE /actions/{action_id}`, idempotent: sent twice it does no more than once.
---@param action_id string the action's id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:delete(action_id, arguments, options) end

---@class synthflow.actions.initialize
---@field action_id string the action's id
---@field variables? table values for the variables of the action

---Initializes a custom action with values for its variables. The platform may send the action's request to do so, with all that this does at its address.
---
---`POST /actions/initialize`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.actions.initialize
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:initialize(arguments, options) end

---@class synthflow.actions.attach.items.input_variables_mapping.llm_config
---@field description? string|lightuserdata what the value stands for; may be null
---@field example? string|lightuserdata a possible value; may be null
---@field required? boolean|lightuserdata whether the action needs it; may be null

---@class synthflow.actions.attach.items.input_variables_mapping
---@field variable_name string input variable of the action
---@field source "llm"|"hardcoded"|string who gives the value: the agent, or you
---@field hardcoded_value? string|lightuserdata your value, with "hardcoded"; may be null
---@field llm_config? synthflow.actions.attach.items.input_variables_mapping.llm_config|lightuserdata what tells the agent, with "llm"; may be null

---Exactly one of action_id, slug.
---@class synthflow.actions.attach.items
---@field action_id? string the action's id
---@field slug? string its slug instead of its id
---@field attachment_type? "before"|"during"|"after"|string|lightuserdata when the agent can use it, before, in or after a call; "during" when not given; may be null
---@field trigger_condition? string|lightuserdata when this agent is to use it, of custom actions; not given or null leaves it as it is, "" clears it; may be null
---@field input_variables_mapping? synthflow.actions.attach.items.input_variables_mapping[] where its input variables come from, for this agent

---@class synthflow.actions.attach
---@field model_id string agent, its id
---@field actions? string[] the actions
---@field items? synthflow.actions.attach.items[] the same, each with settings for this agent

---Attaches actions to an agent, beside those it has. The agent's draft changes with it.
---
---`POST /actions/attach`, idempotent: sent twice it does no more than once.
---@param arguments synthflow.actions.attach
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:attach(arguments, options) end

---@class synthflow.actions.detach
---@field model_id string agent, its id
---@field actions string[] the actions

---Detaches actions from an agent; they stay in the workspace.
---
---`POST /actions/detach`, idempotent: sent twice it does no more than once.
---@param arguments synthflow.actions.detach
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function actions:detach(arguments, options) end

---Agents. Paths call them assistants, and what other methods want as `model_id` is an agent's id.
---@class synthflow.agents
local agents = {}

---@class synthflow.agents.create.max_duration
---@field duration_seconds? integer seconds
---@field is_enabled? boolean whether calls end then

---@class synthflow.agents.create.voicemail_message
---@field enabled? boolean whether it leaves one
---@field mode? "exact_message"|"prompt"|string what is said: a text, or what a prompt leads to
---@field exact_message? string the text, in the mode "exact_message"
---@field prompt? string the prompt, in the mode "prompt"

---@class synthflow.agents.create.agent.background_noise
---@field enabled? boolean whether there is any
---@field type? "cafe"|"office"|string where it seems to be
---@field volume? integer how loud

---@class synthflow.agents.create.agent.end_call_reasons_v2
---@field reason string when to hang up
---@field closing_message_mode? "static"|"prompt"|"none"|string closing_message is said as it is; is an instruction; or is not heeded, and it says what it likes
---@field closing_message? string its last words, or how to find them

---@class synthflow.agents.create.agent
---@field prompt? string what the agent is, knows and shall do; {name} stands for a variable
---@field greeting_message? string what it says first; {name} stands for a variable
---@field greeting_message_mode? "human"|"agent_static"|"agent_dynamic"|string who begins: the person; the agent with greeting_message; or the agent with what the prompt suggests
---@field greeting_message_human_talk_timeout? integer seconds that it waits for the person to begin, in the mode "human"; then it begins itself
---@field llm? "gpt-4.1"|"gpt-4.1-nano"|"gpt-4.1-mini"|"gpt-5-mini"|"gpt-5-nano"|"gpt-5.1"|"gpt-5.2"|"gpt-5.4"|"gpt-5.4-mini"|"gpt-5.4-nano"|"synthflow"|string language model; the choice changes often
---@field language? "multi"|"en-US"|"bg"|"cs"|"de-DE"|"el"|"fi"|"fr-FR"|"es-ES"|"hu"|"it"|"fr"|"pt-BR"|"nl-NL"|"hi"|"zh-CN"|"no"|"sv-SE"|"da"|"da-DK"|"id"|"ja"|"ko"|"ms"|"ro"|"ru"|"sk"|"tr"|"uk"|"vi"|"th"|"pl"|string language it speaks; "multi" follows the person, and cannot be simulated
---@field timezone? string IANA name; Europe/Berlin when not given
---@field voice_id? string voice: an id of client.voices:each(); a wrong one may be accepted and not be heard
---@field voice_synthesizer? "eleven_multilingual_v2"|"eleven_turbo_v2"|"eleven_turbo_v2_5"|"eleven_flash_v2"|"eleven_flash_v2_5"|"eleven_v3"|string engine that makes the voice
---@field voice_prompt? string nudges intonation, pace or mood
---@field voice_stability? number 0 to 1: from expressive to even
---@field voice_similarity_boost? number 0 to 1: how closely it keeps to the original voice, and to its noise
---@field voice_optimise_streaming_latency? integer 0 to 4: from best sound to quickest answer
---@field voice_style? number 0 to 1: exaggerates the style of the voice; slower and less stable
---@field voice_use_speaker_boost? boolean nearer to the original speaker, a little slower
---@field voice_speed? number how fast it talks
---@field voice_volume? number how loud it talks
---@field global_audio_tags? string tags in [brackets] for the whole call, an accent or a mood; "eleven_v3" only
---@field fallback_voice_id? string voice for when the first one cannot be had
---@field fallback_provider? "elevenlabs"|"deepgram"|"synthflow"|string who provides the fallback voice
---@field fallback_model? string engine of the fallback voice
---@field realistic_filler_words? boolean whether it says "um" now and then
---@field synthesizer_filter_words? string[] what it must not say
---@field background_noise? synthflow.agents.create.agent.background_noise noise behind the agent's voice, to sound like a place
---@field transcriber_provider? "deepgram"|"deepgram-nova-3"|"synthflow-stt"|string who turns speech into text
---@field transcriber_speech_recognition? "faster"|"high_accuracy"|string whether to be quick or exact
---@field transcriber_keywords? string[] names and terms of the trade, to be understood better
---@field noise_cancellation? "standard"|"advanced"|string takes noise out of the person's side
---@field suppression_level? number isolates the person's voice as well; the higher, the more strongly
---@field is_transcript_disabled? boolean true: no transcript is made
---@field redact_pii? boolean keeps names, addresses, numbers, card data out of transcripts, webhooks and logs of new calls, for good
---@field patience_level? "low"|"medium"|"high"|string how long it lets the person think
---@field min_words_to_interrupt? "0"|"1"|"2"|"3"|"4"|"5"|string words that the person must say before it stops talking
---@field interruption_fade_out? integer how gently it stops then, in frames of 20 ms
---@field ring_pause_seconds? integer seconds that it lets the phone ring
---@field initial_pause_seconds? integer seconds of silence before it begins
---@field allowed_idle_time_seconds? integer seconds of silence after which it hangs up
---@field send_user_idle_reminders? boolean whether it asks if the person is still there; not unless set
---@field reminder_after_idle_time_seconds? integer seconds of silence before it asks
---@field reminder_after_idle_message? string what it asks
---@field end_call_reasons? string[] the older form of end_call_reasons_v2, which wins over it
---@field end_call_reasons_v2? synthflow.agents.create.agent.end_call_reasons_v2[] conditions of your own under which it hangs up
---@field is_consent_enabled? boolean whether it asks for consent before the call is recorded
---@field consent_message? string how it asks

---@class synthflow.agents.create
---@field description? string for people who look at it
---@field phone_number? string number that is attached to it
---@field external_webhook_url? string where the outcome of each call is posted, its transcript too
---@field is_recording? boolean whether calls are recorded
---@field max_duration? synthflow.agents.create.max_duration longest call
---@field voicemail_message? synthflow.agents.create.voicemail_message what it leaves on a mailbox; only with agent.greeting_message_mode = "human"
---@field end_call_reasons? string[] not heeded any more: use agent.end_call_reasons_v2
---@field type "outbound"|"inbound"|"widget"|string whether it calls, is called, or talks on a web page; update cannot change it
---@field name string its name
---@field agent synthflow.agents.create.agent how it speaks, listens and thinks
---@field inbound_call_webhook_url? string asked, at each call that comes in, which agent shall take it, and with which variables

---Makes an agent.
---
---`POST /assistants`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.agents.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:create(arguments, options) end

---@class synthflow.agents.update.max_duration
---@field duration_seconds? integer seconds
---@field is_enabled? boolean whether calls end then

---@class synthflow.agents.update.voicemail_message
---@field enabled? boolean whether it leaves one
---@field mode? "exact_message"|"prompt"|string what is said: a text, or what a prompt leads to
---@field exact_message? string the text, in the mode "exact_message"
---@field prompt? string the prompt, in the mode "prompt"

---@class synthflow.agents.update.agent.background_noise
---@field enabled? boolean whether there is any
---@field type? "cafe"|"office"|string where it seems to be
---@field volume? integer how loud

---@class synthflow.agents.update.agent.end_call_reasons_v2
---@field reason string when to hang up
---@field closing_message_mode? "static"|"prompt"|"none"|string closing_message is said as it is; is an instruction; or is not heeded, and it says what it likes
---@field closing_message? string its last words, or how to find them

---@class synthflow.agents.update.agent
---@field prompt? string what the agent is, knows and shall do; {name} stands for a variable
---@field greeting_message? string what it says first; {name} stands for a variable
---@field greeting_message_mode? "human"|"agent_static"|"agent_dynamic"|string who begins: the person; the agent with greeting_message; or the agent with what the prompt suggests
---@field greeting_message_human_talk_timeout? integer seconds that it waits for the person to begin, in the mode "human"; then it begins itself
---@field llm? "gpt-4.1"|"gpt-4.1-nano"|"gpt-4.1-mini"|"gpt-5-mini"|"gpt-5-nano"|"gpt-5.1"|"gpt-5.2"|"gpt-5.4"|"gpt-5.4-mini"|"gpt-5.4-nano"|"synthflow"|string language model; the choice changes often
---@field language? "multi"|"en-US"|"bg"|"cs"|"de-DE"|"el"|"fi"|"fr-FR"|"es-ES"|"hu"|"it"|"fr"|"pt-BR"|"nl-NL"|"hi"|"zh-CN"|"no"|"sv-SE"|"da"|"da-DK"|"id"|"ja"|"ko"|"ms"|"ro"|"ru"|"sk"|"tr"|"uk"|"vi"|"th"|"pl"|string language it speaks; "multi" follows the person, and cannot be simulated
---@field timezone? string IANA name; Europe/Berlin when not given
---@field voice_id? string voice: an id of client.voices:each(); a wrong one may be accepted and not be heard
---@field voice_synthesizer? "eleven_multilingual_v2"|"eleven_turbo_v2"|"eleven_turbo_v2_5"|"eleven_flash_v2"|"eleven_flash_v2_5"|"eleven_v3"|string engine that makes the voice
---@field voice_prompt? string nudges intonation, pace or mood
---@field voice_stability? number 0 to 1: from expressive to even
---@field voice_similarity_boost? number 0 to 1: how closely it keeps to the original voice, and to its noise
---@field voice_optimise_streaming_latency? integer 0 to 4: from best sound to quickest answer
---@field voice_style? number 0 to 1: exaggerates the style of the voice; slower and less stable
---@field voice_use_speaker_boost? boolean nearer to the original speaker, a little slower
---@field voice_speed? number how fast it talks
---@field voice_volume? number how loud it talks
---@field global_audio_tags? string tags in [brackets] for the whole call, an accent or a mood; "eleven_v3" only
---@field fallback_voice_id? string voice for when the first one cannot be had
---@field fallback_provider? "elevenlabs"|"deepgram"|"synthflow"|string who provides the fallback voice
---@field fallback_model? string engine of the fallback voice
---@field realistic_filler_words? boolean whether it says "um" now and then
---@field synthesizer_filter_words? string[] what it must not say
---@field background_noise? synthflow.agents.update.agent.background_noise noise behind the agent's voice, to sound like a place
---@field transcriber_provider? "deepgram"|"deepgram-nova-3"|"synthflow-stt"|string who turns speech into text
---@field transcriber_speech_recognition? "faster"|"high_accuracy"|string whether to be quick or exact
---@field transcriber_keywords? string[] names and terms of the trade, to be understood better
---@field noise_cancellation? "standard"|"advanced"|string takes noise out of the person's side
---@field suppression_level? number isolates the person's voice as well; the higher, the more strongly
---@field is_transcript_disabled? boolean true: no transcript is made
---@field redact_pii? boolean keeps names, addresses, numbers, card data out of transcripts, webhooks and logs of new calls, for good
---@field patience_level? "low"|"medium"|"high"|string how long it lets the person think
---@field min_words_to_interrupt? "0"|"1"|"2"|"3"|"4"|"5"|string words that the person must say before it stops talking
---@field interruption_fade_out? integer how gently it stops then, in frames of 20 ms
---@field ring_pause_seconds? integer seconds that it lets the phone ring
---@field initial_pause_seconds? integer seconds of silence before it begins
---@field allowed_idle_time_seconds? integer seconds of silence after which it hangs up
---@field send_user_idle_reminders? boolean whether it asks if the person is still there; not unless set
---@field reminder_after_idle_time_seconds? integer seconds of silence before it asks
---@field reminder_after_idle_message? string what it asks
---@field end_call_reasons? string[] the older form of end_call_reasons_v2, which wins over it
---@field end_call_reasons_v2? synthflow.agents.update.agent.end_call_reasons_v2[] conditions of your own under which it hangs up

---@class synthflow.agents.update
---@field description? string for people who look at it
---@field phone_number? string number that is attached to it
---@field external_webhook_url? string where the outcome of each call is posted, its transcript too
---@field is_recording? boolean whether calls are recorded
---@field max_duration? synthflow.agents.update.max_duration longest call
---@field voicemail_message? synthflow.agents.update.voicemail_message what it leaves on a mailbox; only with agent.greeting_message_mode = "human"
---@field end_call_reasons? string[] not heeded any more: use agent.end_call_reasons_v2
---@field name? string its name
---@field agent? synthflow.agents.update.agent how it speaks, listens and thinks; a list in it is given whole
---@field actions? string[] replaces all that are attached, {} detaches all; client.actions attaches and detaches one by one

---Changes an agent; what is not given stays as it is. The change goes into a draft: calls may have the version before until the draft is published, which this API cannot do.
---
---`PUT /assistants/{model_id}`, idempotent: sent twice it does no more than once.
---@param model_id string the agent's id, its model_id
---@param arguments? synthflow.agents.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:update(model_id, arguments, options) end

---Deletes an agent.
---
---`DELETE /assistants/{model_id}`, idempotent: sent twice it does no more than once.
---@param model_id string the agent's id, its model_id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:delete(model_id, arguments, options) end

---@class synthflow.agents.get
---@field include_actions? boolean true: also the ids of its actions, and their input variables

---One agent with its settings and the numbers attached to it.
---
---`GET /assistants/{model_id}`, read: changes nothing.
---@param model_id string the agent's id, its model_id
---@param arguments? synthflow.agents.get
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:get(model_id, arguments, options) end

---@class synthflow.agents.list
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip

---One page of all agents. It needs nothing but a key, and so is the way to try one.
---
---`GET /assistants/`, read: changes nothing.
---@param arguments? synthflow.agents.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:list(arguments, options) end

---@class synthflow.agents.each
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /assistants/`, read: changes nothing.
---@param arguments? synthflow.agents.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function agents:each(arguments, options) end

---Exactly one of phone_numbers, phone_number_slugs.
---@class synthflow.agents.attach_numbers
---@field phone_numbers? string[] the numbers
---@field phone_number_slugs? string[] the same, as slugs

---Attaches numbers of the workspace to an agent, beside those it has. A call chooses among them with from_phone_number.
---
---`PUT /assistants/{model_id}/phone_numbers`, idempotent: sent twice it does no more than once.
---@param model_id string the agent's id, its model_id
---@param arguments synthflow.agents.attach_numbers
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:attach_numbers(model_id, arguments, options) end

---Detaches a number from an agent; the number stays in the workspace.
---
---`DELETE /assistants/{model_id}/phone_numbers/{phone_number_slug}`, idempotent: sent twice it does no more than once.
---@param model_id string the agent's id, its model_id
---@param phone_number_slug string the number, with or without its leading +
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function agents:detach_number(model_id, phone_number_slug, arguments, options) end

---Figures of a workspace or an agent, as the dashboard shows them.
---@class synthflow.analytics
local analytics = {}

---@class synthflow.analytics.export
---@field from_date? string|number beginning of the time
---@field to_date? string|number end of the time, 120 days later at most
---@field model_id? string only this agent
---@field type_of_call? "inbound"|"outbound"|"widget"|string only calls of agents of this type

---Figures of up to 120 days: calls, minutes, how they ended, actions, sentiment, recent calls; of the last 7 days when no dates are given. There is nothing on costs.
---
---`GET /analytics/`, read: changes nothing.
---@param arguments? synthflow.analytics.export
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function analytics:export(arguments, options) end

---Batch calls: many people are called, one after the other, by one agent. Only on Enterprise plans, and only once the platform has enabled it.
---@class synthflow.batches
local batches = {}

---@class synthflow.batches.create.call_time_window
---@field enable? boolean whether calls are only made within the hours
---@field weekly_hours? any the hours of each day of the week, in the time zone of the agent

---@class synthflow.batches.create.tasks
---@field to_phone_number string number to call, E.164 with its +
---@field id? string a reference of your own; whether a repeated one is called twice is not documented
---@field lead_name? string name of the person
---@field lead_email? string e-mail address of the person
---@field custom_variables? table values for {name} in prompt and greeting, for this call
---@field override_model_id? string agent for this call, in place of the batch's

---@class synthflow.batches.create
---@field trigger_timestamp? string|number when the first call is made, sent in milliseconds; at once when not given
---@field reserved_concurrency? integer calls at the same time that are kept free for others than this batch
---@field call_time_window? synthflow.batches.create.call_time_window when calls may be made
---@field model_id string agent that calls, an outbound one
---@field from_phone_number string caller id: a number that is attached to the agent
---@field tasks synthflow.batches.create.tasks[] the people to call, 1 to 10,000
---@field name? string name shown in lists

---Calls up to 10,000 people, at once unless trigger_timestamp says when: their phones ring, and each call is billed.
---
---`POST /calls/batch`, dials: rings or writes to a person, or starts what does.
---@param arguments synthflow.batches.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:create(arguments, options) end

---@class synthflow.batches.append.call_time_window
---@field enable? boolean whether calls are only made within the hours
---@field weekly_hours? any the hours of each day of the week, in the time zone of the agent

---@class synthflow.batches.append.tasks
---@field to_phone_number string number to call, E.164 with its +
---@field id? string a reference of your own; whether a repeated one is called twice is not documented
---@field lead_name? string name of the person
---@field lead_email? string e-mail address of the person
---@field custom_variables? table values for {name} in prompt and greeting, for this call
---@field override_model_id? string agent for this call, in place of the batch's

---@class synthflow.batches.append
---@field trigger_timestamp? string|number when the first call is made, sent in milliseconds; at once when not given
---@field reserved_concurrency? integer calls at the same time that are kept free for others than this batch
---@field call_time_window? synthflow.batches.append.call_time_window when calls may be made
---@field batch_call_id string the batch_call_id that create answered
---@field tasks synthflow.batches.append.tasks[] the people to add, 1 to 10,000
---@field name? string name shown in lists
---@field model_id? string ignored by the platform: the batch keeps its agent
---@field from_phone_number? string ignored by the platform: the batch keeps its caller id

---Adds people to a batch, who are called like the others; each call is billed. It keeps its agent and its caller id. A canceled batch takes nobody.
---
---`POST /calls/batch`, dials: rings or writes to a person, or starts what does.
---@param arguments synthflow.batches.append
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:append(arguments, options) end

---@class synthflow.batches.list
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip

---One page of the batches of a workspace, newest first.
---
---`GET /calls/batch`, read: changes nothing.
---@param arguments? synthflow.batches.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:list(arguments, options) end

---@class synthflow.batches.each
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /calls/batch`, read: changes nothing.
---@param arguments? synthflow.batches.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function batches:each(arguments, options) end

---One batch: its status, and how many of its people have been called.
---
---`GET /calls/batch/{batch_call_id}`, read: changes nothing.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:get(batch_call_id, arguments, options) end

---@class synthflow.batches.list_recipients
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field status? "pending"|"claimed"|"dispatched"|"failed"|"canceled"|string only people with this status

---One page of the people of a batch, in the order in which they were added; why somebody could not be called is in error_message.
---
---`GET /calls/batch/{batch_call_id}/tasks`, read: changes nothing.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? synthflow.batches.list_recipients
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:list_recipients(batch_call_id, arguments, options) end

---@class synthflow.batches.each_recipient
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field status? "pending"|"claimed"|"dispatched"|"failed"|"canceled"|string only people with this status
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list_recipients.
---
---`GET /calls/batch/{batch_call_id}/tasks`, read: changes nothing.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? synthflow.batches.each_recipient
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function batches:each_recipient(batch_call_id, arguments, options) end

---Stops a scheduled batch until it is resumed. Calls in progress go on.
---
---`POST /calls/batch/{batch_call_id}/pause`, idempotent: sent twice it does no more than once.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:pause(batch_call_id, arguments, options) end

---Lets a paused batch go on: phones ring, and each call is billed.
---
---`POST /calls/batch/{batch_call_id}/resume`, dials: rings or writes to a person, or starts what does.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:resume(batch_call_id, arguments, options) end

---Ends a batch for good: whoever has not been called will not be. Calls in progress go on; it can neither be resumed nor take more people.
---
---`POST /calls/batch/{batch_call_id}/cancel`, idempotent: sent twice it does no more than once.
---@param batch_call_id string the batch_call_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function batches:cancel(batch_call_id, arguments, options) end

---Calls: made, listed, read and awaited. The agent of the dashboard is the `model_id` here.
---@class synthflow.calls
local calls = {}

---@class synthflow.calls.make
---@field model_id string agent that calls, an outbound one
---@field phone string number to call, E.164 with its +
---@field name string name of the person to call
---@field from_phone_number? string caller id: a number that is attached to the agent
---@field custom_variables? table values for {name} in prompt and greeting, for this call
---@field lead_email? string e-mail address of the person, to book appointments with
---@field lead_timezone? string their time zone, an IANA name, to book appointments in
---@field prompt? string in place of the agent's own, for this call
---@field greeting? string in place of the agent's own, for this call
---@field external_webhook_url? string where the outcome is posted, in place of the agent's own, for this call

---Calls a person, at once: the phone rings, and the agent talks with whoever answers. Billed.
---
---`POST /calls`, dials: rings or writes to a person, or starts what does.
---@param arguments synthflow.calls.make
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:make(arguments, options) end

---@class synthflow.calls.list
---@field model_id string agent whose calls are wanted
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field from_date? string|number only calls that started then or later
---@field to_date? string|number only calls from before then; that moment itself is left out
---@field call_status? "pending"|"queue"|"ringing"|"in-progress"|"completed"|"no-answer"|"busy"|"failed"|"canceled"|"user-canceled"|"hangup_on_voicemail"|"left_voicemail"|"voicemail"|"spam"|"paused"|"registered"|string only calls with this status
---@field duration_min? integer seconds, at least
---@field duration_max? integer seconds, at most
---@field lead_phone_number? string only calls with this caller or callee; E.164
---@field batch_call_id? string only calls of this batch; the platform may not heed it

---One page of the calls of an agent, newest first.
---
---`GET /calls`, read: changes nothing.
---@param arguments synthflow.calls.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:list(arguments, options) end

---@class synthflow.calls.each
---@field model_id string agent whose calls are wanted
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field from_date? string|number only calls that started then or later
---@field to_date? string|number only calls from before then; that moment itself is left out
---@field call_status? "pending"|"queue"|"ringing"|"in-progress"|"completed"|"no-answer"|"busy"|"failed"|"canceled"|"user-canceled"|"hangup_on_voicemail"|"left_voicemail"|"voicemail"|"spam"|"paused"|"registered"|string only calls with this status
---@field duration_min? integer seconds, at least
---@field duration_max? integer seconds, at most
---@field lead_phone_number? string only calls with this caller or callee; E.164
---@field batch_call_id? string only calls of this batch; the platform may not heed it
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /calls`, read: changes nothing.
---@param arguments synthflow.calls.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function calls:each(arguments, options) end

---One call with its transcript, what was done in it, and how it ended.
---
---`GET /calls/{call_id}`, read: changes nothing.
---@param call_id string the call_id that make answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:get(call_id, arguments, options) end

---@class synthflow.calls.prepare_inbound
---@field from_number string number of the caller, E.164
---@field to_number string number that is called, E.164
---@field model_id? string agent that takes the call
---@field workspace_id? string workspace of the agent; the client's workspace_id if not given; also called workspace
---@field workspace? string the same as workspace_id
---@field custom_variables? table values for {name} in prompt and greeting, for this call

---Announces a call that your own SIP server is about to forward, with agent and variables for it. Rings nobody. Then send the INVITE to sip:{number}@sipin.synthflow.ai:32681, with the header "X-EI: S.{id};", {id} being the synthflow_call_id of the answer.
---
---`POST /prepare_inbound`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.calls.prepare_inbound
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:prepare_inbound(arguments, options) end

---@class synthflow.calls.start_media
---@field modelId string agent
---@field fromPhoneNumber string caller id
---@field toPhoneNumber string number that is called; no phone rings
---@field leadName? string name of the person called
---@field agentVersion? string "draft", or the id of a version; the live one when not given
---@field wsMediaCodec? "opus"|"pcma"|"pcmu"|"l16"|string opus when not given; pcma and pcmu: G.711, 8 kHz; l16: 16 bit big-endian PCM, 16 kHz, mono
---@field wsMediaFraming? "rtp"|"payload"|string rtp, when not given: each message is an RTP packet; payload: audio alone, not for opus
---@field wsMediaServerName? string server-name of the first message of the WebSocket; without it no `sid` is answered, and wsMediaUrl is to be opened, which only works with a single media server

---Starts a test call whose audio goes over a WebSocket of yours in place of a phone; it is a call like any other, and billed. Open media_base_url first, read server-name from its first message, start with that as wsMediaServerName, then send {"type": "bind", "sid": sid} there. Its fields are in camelCase, unlike those of others.
---
---`POST /calls/outbound-test-ws-media`, dials: rings or writes to a person, or starts what does.
---@param arguments synthflow.calls.start_media
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:start_media(arguments, options) end

---The address of the WebSocket for start_media: { wsMediaBaseUrl = }, in camelCase. Starts nothing.
---
---`GET /calls/outbound-test-ws-media/base-url`, read: changes nothing.
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function calls:media_base_url(arguments, options) end

---Writes the recording of a call to a file: all of it, or nothing is left there. It is fetched without the
---API key, from where the platform keeps recordings; the address is a secret and stands in no error. All of
---it is in memory meanwhile. Returns { path =, bytes =, content_type = } and the response.
---
---A call without a recording is an error of kind "not_found"; a file that cannot be written is one of kind
---"file".
---@param call table|string a record of the call; or its call_id, or what `make` returned: it is read first
---@param path string name of the file; one that is there is replaced
---@param options? table max_bytes: the most that is taken, 128 MiB; timeout (300), attempt_timeout, retries
---  and blocking, as in each request
function calls:download_recording(call, path, options) end

---The calls of an agent from or to a number since a moment, newest first: a list, which may be empty, of the
---records that `list` gives. After an error whose took_effect is "maybe" it tells whether there is a call. A
---call that was made just now may not be listed yet.
---@param given table { model_id =, phone =, since = ISO text, seconds or milliseconds since 1970 }
---@param options? table request options, for each request
function calls:find_recent(given, options) end

---Makes a call as `make` does, never a second one, and does not leave it open whether it was made: when the
---answer is lost, it looks for the call before it returns. To know it again, it sends a random mark as one
---more custom variable, `synthflow_mark`.
---
---Returns what `make` does; or the record of the call that was found, which has a call_id too, and a response
---whose `found` is "by_mark" (it is this call), or "by_phone_and_time" (the platform showed no variables of
---it; another program may have called this number at that moment); or nil and the error. If that has
---took_effect "maybe" or "yes", the call was looked for and not found: the end of err.hint tells how sure
---that is, err.search.no_call the same in a word: "likely" or "unknown".
---
---It looks at once, then after pauses of 1, 2, 4, 8 and then 15 seconds, for a minute.
---@param given table the arguments of `make`
---@param options? table request options of the call, and look_for (60) and first_pause (1), seconds
function calls:make_once(given, options) end

---Waits until a call has ended, and returns its record and the response: until its status is completed,
---no-answer, busy, failed, canceled, user-canceled, hangup_on_voicemail, left_voicemail or spam. It reads the
---call at once, then after pauses that grow from 1 second by half to 15.
---
---Failures that pass (network, timeout, server, rate_limit) do not end the waiting, nor does a call that is
---not there in the first 30 seconds. Other errors are returned. At the deadline, nil and an error of kind
---"timeout": err.call is the last record, if there was one, err.last_error the error of the last look, if it
---failed. A call can stay in-progress for ever.
---@param call_id string
---@param options? table timeout: seconds in all, 3600; on_status(record): called in this coroutine when the
---  status has changed, also the first and the last time; first_pause (1), longest_pause (15) and
---  appears_within (30): seconds; blocking, as in each request
function calls:wait(call_id, options) end

---Chats with an agent: in text, by this API, or by SMS and WhatsApp.
---@class synthflow.chats
local chats = {}

---@class synthflow.chats.create
---@field chat_id? string a UUID; made up when not given
---@field model_id string agent to chat with
---@field metadata? table<string, any> whatever you want to find with the chat again

---Begins a chat with an agent. Its id is chosen here: a new UUID when none is given, which the answer, or the error, has as chat_id. Whether it may be sent again with it is not documented.
---
---`POST /chat/{chat_id}`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.chats.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:create(arguments, options) end

---@class synthflow.chats.list
---@field agent_id? string only chats with this agent: its model_id
---@field limit? integer records in a page; 10 when not given
---@field cursor? string where to go on: next_cursor of the page before

---One page of the chats of a workspace or of one agent: id, status and start of each.
---
---`GET /chat`, read: changes nothing.
---@param arguments? synthflow.chats.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:list(arguments, options) end

---@class synthflow.chats.each
---@field agent_id? string only chats with this agent: its model_id
---@field limit? integer records in a page; 10 when not given
---@field cursor? string where to go on: next_cursor of the page before
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /chat`, read: changes nothing.
---@param arguments? synthflow.chats.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function chats:each(arguments, options) end

---One chat with all that was said, and for flow agents what they did.
---
---`GET /chat/{chat_id}`, read: changes nothing.
---@param chat_id string the chat_id that create answered, a UUID
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:get(chat_id, arguments, options) end

---Deletes a chat and what was said in it.
---
---`DELETE /chat/{chat_id}`, idempotent: sent twice it does no more than once.
---@param chat_id string the chat_id that create answered, a UUID
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:delete(chat_id, arguments, options) end

---@class synthflow.chats.send
---@field message string what is said to the agent

---Says something in a chat, and waits for what the agent answers: agent_message. Sent twice, it is said twice.
---
---`POST /chat/{chat_id}/messages`, creates: sent twice it may make, send, run or bill something twice.
---@param chat_id string the chat_id that create answered, a UUID
---@param arguments synthflow.chats.send
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:send(chat_id, arguments, options) end

---@class synthflow.chats.start_outbound.template
---@field content_sid string id of an approved content template at Twilio
---@field variables? table<string, any> values for its placeholders, by their numbers

---@class synthflow.chats.start_outbound
---@field agent_id string agent that chats: its model_id
---@field channel "sms"|"whatsapp"|string how the person is written to
---@field to_number string number of the person, E.164
---@field from_number string number that writes, one of your Twilio senders; E.164
---@field initial_message? string what is written first; by WhatsApp only within 24 hours of the last message from the person
---@field template? synthflow.chats.start_outbound.template what is written first by WhatsApp, whenever that is
---@field custom_variables? table values for {name} in the prompt, for this conversation

---Writes to a person by SMS or WhatsApp, through your Twilio account, and lets the agent chat with them. Only for workspaces of the US region. Answers a conversation_id, which is no chat_id.
---
---`POST /chat/outbound`, dials: rings or writes to a person, or starts what does.
---@param arguments synthflow.chats.start_outbound
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function chats:start_outbound(arguments, options) end

---Contacts: people that agents know, and may remember by way of memory stores.
---@class synthflow.contacts
local contacts = {}

---@class synthflow.contacts.create
---@field name string name of the person
---@field phone_number string number of the person, E.164
---@field email? string e-mail address of the person
---@field contact_metadata? table<string, any> whatever else is to be kept, such as { company = "..." }

---Makes a contact. Nobody is called.
---
---`POST /contacts`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.contacts.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function contacts:create(arguments, options) end

---@class synthflow.contacts.list
---@field search? string only contacts with this phone number; names are not searched
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored

---One page of the contacts of a workspace.
---
---`GET /contacts`, read: changes nothing.
---@param arguments? synthflow.contacts.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function contacts:list(arguments, options) end

---@class synthflow.contacts.each
---@field search? string only contacts with this phone number; names are not searched
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /contacts`, read: changes nothing.
---@param arguments? synthflow.contacts.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function contacts:each(arguments, options) end

---One contact, with the memory stores it is attached to.
---
---`GET /contacts/{contact_id}`, read: changes nothing.
---@param contact_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function contacts:get(contact_id, arguments, options) end

---@class synthflow.contacts.update
---@field name? string name of the person
---@field phone_number? string number of the person, E.164
---@field email? string e-mail address of the person
---@field contact_metadata? table<string, any> whatever else is to be kept; it may replace what is kept so far

---Changes a contact; what is not given stays as it is. Answers only that it was done.
---
---`PATCH /contacts/{contact_id}`, idempotent: sent twice it does no more than once.
---@param contact_id string the id that create answered
---@param arguments? synthflow.contacts.update
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function contacts:update(contact_id, arguments, options) end

---Deletes a contact.
---
---`DELETE /contacts/{contact_id}`, idempotent: sent twice it does no more than once.
---@param contact_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function contacts:delete(contact_id, arguments, options) end

---Knowledge bases: texts that agents look things up in.
---@class synthflow.knowledge_bases
---@field sources synthflow.knowledge_bases.sources
local knowledge_bases = {}

---@class synthflow.knowledge_bases.list
---@field limit? integer records in a page, 1 to 100; 25 when not given
---@field offset? integer records to skip

---One page of the knowledge bases of the workspace.
---
---`GET /knowledge_base`, read: changes nothing.
---@param arguments? synthflow.knowledge_bases.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:list(arguments, options) end

---@class synthflow.knowledge_bases.each
---@field limit? integer records in a page, 1 to 100; 25 when not given
---@field offset? integer records to skip
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /knowledge_base`, read: changes nothing.
---@param arguments? synthflow.knowledge_bases.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function knowledge_bases:each(arguments, options) end

---@class synthflow.knowledge_bases.create
---@field name? string its name; together with rag_use_condition it decides what is found
---@field rag_use_condition? string when an agent is to look something up in it, in words

---Makes an empty knowledge base: client.knowledge_bases.sources:add fills it, attach lets an agent use it.
---
---`POST /knowledge_base`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments? synthflow.knowledge_bases.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:create(arguments, options) end

---One knowledge base: its name and when it is used, not its sources.
---
---`GET /knowledge_base/{id}`, read: changes nothing.
---@param id string the knowledge base's id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:get(id, arguments, options) end

---@class synthflow.knowledge_bases.update
---@field name? string its name; together with rag_use_condition it decides what is found
---@field rag_use_condition? string when an agent is to look something up in it, in words

---Changes the name of a knowledge base, or when it is used.
---
---`PUT /knowledge_base/{id}`, idempotent: sent twice it does no more than once.
---@param id string the knowledge base's id
---@param arguments? synthflow.knowledge_bases.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:update(id, arguments, options) end

---Deletes a knowledge base with its sources.
---
---`DELETE /knowledge_base/{id}`, idempotent: sent twice it does no more than once.
---@param id string the knowledge base's id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:delete(id, arguments, options) end

---@class synthflow.knowledge_bases.attach
---@field model_id string agent, its id

---Lets an agent look things up in a knowledge base. model_id goes into the query; that of detach into the body.
---
---`POST /knowledge_base/{knowledge_base_id}/attach`, idempotent: sent twice it does no more than once.
---@param knowledge_base_id string the knowledge base's id
---@param arguments synthflow.knowledge_bases.attach
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:attach(knowledge_base_id, arguments, options) end

---@class synthflow.knowledge_bases.detach
---@field model_id string agent, its id

---Takes a knowledge base away from an agent; the knowledge base stays. model_id goes into the body; that of attach into the query.
---
---`POST /knowledge_base/{knowledge_base_id}/detach`, idempotent: sent twice it does no more than once.
---@param knowledge_base_id string the knowledge base's id
---@param arguments synthflow.knowledge_bases.detach
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases:detach(knowledge_base_id, arguments, options) end

---Sources of a knowledge base: texts, and addresses that the platform reads. Files cannot be sent: a PDF must lie where the platform can fetch it.
---@class synthflow.knowledge_bases.sources
local knowledge_bases_sources = {}

---@class synthflow.knowledge_bases.sources.list
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field name? string only sources with this in their name

---One page of the sources of a knowledge base, each with the beginning of its text.
---
---`GET /knowledge_base/{knowledge_base_id}/sources`, read: changes nothing.
---@param knowledge_base_id string the knowledge base's id
---@param arguments? synthflow.knowledge_bases.sources.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases_sources:list(knowledge_base_id, arguments, options) end

---@class synthflow.knowledge_bases.sources.each
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field name? string only sources with this in their name
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /knowledge_base/{knowledge_base_id}/sources`, read: changes nothing.
---@param knowledge_base_id string the knowledge base's id
---@param arguments? synthflow.knowledge_bases.sources.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function knowledge_bases_sources:each(knowledge_base_id, arguments, options) end

---@class synthflow.knowledge_bases.sources.add
---@field name? string its name
---@field type? "pdf"|"text"|"web"|string a PDF or a web page, both at url; or the text in content
---@field url? string public address of the PDF or page; required when type is "pdf" or "web"
---@field content? string the whole text; required when type is "text"

---Adds a source to a knowledge base. The platform reads what lies at url; that takes a while.
---
---`POST /knowledge_base/{knowledge_base_id}/sources`, creates: sent twice it may make, send, run or bill something twice.
---@param knowledge_base_id string the knowledge base's id
---@param arguments? synthflow.knowledge_bases.sources.add
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases_sources:add(knowledge_base_id, arguments, options) end

---@class synthflow.knowledge_bases.sources.update
---@field name? string its name
---@field url? string public address of the PDF or page, if it is one
---@field content? string the whole text, if it is one

---Changes the name of a source, or what it holds: url of a PDF or page, content of a text. Its type stays.
---
---`PUT /knowledge_base/{knowledge_base_id}/sources/{source_id}`, idempotent: sent twice it does no more than once.
---@param knowledge_base_id string the knowledge base's id
---@param source_id string the source's id
---@param arguments? synthflow.knowledge_bases.sources.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases_sources:update(knowledge_base_id, source_id, arguments, options) end

---Deletes a source.
---
---`DELETE /knowledge_base/{knowledge_base_id}/sources/{source_id}`, idempotent: sent twice it does no more than once.
---@param knowledge_base_id string the knowledge base's id
---@param source_id string the source's id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function knowledge_bases_sources:delete(knowledge_base_id, source_id, arguments, options) end

---MCP servers of a workspace, whose tools its agents can use.
---@class synthflow.mcp
local mcp = {}

---@class synthflow.mcp.get_config
---@field workspace_id? string workspace; required, unless the client has workspace_id

---The MCP servers of a workspace: { servers = list }. Of headers only the names are shown.
---
---`GET /workspaces/{workspace_id}/mcp-config`, read: changes nothing.
---@param arguments? synthflow.mcp.get_config
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:get_config(arguments, options) end

---@class synthflow.mcp.set_config.servers
---@field id? string id of a server that is configured already; left out, it is a new one
---@field mcp_url string https address of the server (its SSE endpoint)
---@field headers? table<string, string>|lightuserdata headers to send it; left out, or null, it keeps those it has; {} takes all of them away; may be null

---@class synthflow.mcp.set_config
---@field workspace_id? string workspace; required, unless the client has workspace_id
---@field servers synthflow.mcp.set_config.servers[] those to add or change

---Adds MCP servers to a workspace, or changes those of the same id or mcp_url; others stay. Answers the first of those given.
---
---`POST /workspaces/{workspace_id}/mcp-config`, idempotent: sent twice it does no more than once.
---@param arguments synthflow.mcp.set_config
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:set_config(arguments, options) end

---@class synthflow.mcp.update_config.servers
---@field id? string id of a server that is configured already; left out, it is a new one
---@field mcp_url string https address of the server (its SSE endpoint)
---@field headers? table<string, string>|lightuserdata headers to send it; left out, or null, it keeps those it has; {} takes all of them away; may be null

---@class synthflow.mcp.update_config
---@field workspace_id? string workspace; required, unless the client has workspace_id
---@field servers synthflow.mcp.update_config.servers[] those to change, by their id

---Changes the MCP servers of a workspace that has some. Whether those that are left out stay is not documented.
---
---`PUT /workspaces/{workspace_id}/mcp-config`, idempotent: sent twice it does no more than once.
---@param arguments synthflow.mcp.update_config
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:update_config(arguments, options) end

---@class synthflow.mcp.delete_config
---@field workspace_id? string workspace; required, unless the client has workspace_id

---Removes all MCP servers of a workspace, and the headers kept for them.
---
---`DELETE /workspaces/{workspace_id}/mcp-config`, idempotent: sent twice it does no more than once.
---@param arguments? synthflow.mcp.delete_config
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:delete_config(arguments, options) end

---@class synthflow.mcp.discover_tools
---@field workspace_id? string workspace; required, unless the client has workspace_id
---@field config_id? string id of the only server to ask

---Asks the MCP servers of a workspace for their tools. One that fails is listed with its error.
---
---`POST /workspaces/{workspace_id}/mcp-tools/discover`, read: changes nothing.
---@param arguments? synthflow.mcp.discover_tools
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:discover_tools(arguments, options) end

---@class synthflow.mcp.invoke_tool
---@field workspace_id? string workspace; required, unless the client has workspace_id
---@field namespaced_tool string the tool, from discover_tools: {namespace}__{tool_name}
---@field arguments? table<string, any> what the tool takes, as its input_schema says
---@field timeout_ms? integer milliseconds that the tool may take; above 60000 give `timeout` too

---Runs a tool of an MCP server, whatever that does, and waits for its result: 8 to 15 seconds. A tool that fails is no error here: is_error is true, and error says why.
---
---`POST /workspaces/{workspace_id}/mcp-tools/invoke`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.mcp.invoke_tool
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function mcp:invoke_tool(arguments, options) end

---Memory stores, the memory groups of the dashboard: what the agents attached to one remember of the contacts attached to it, from one conversation to the next.
---@class synthflow.memory_stores
local memory_stores = {}

---@class synthflow.memory_stores.create
---@field title? string name shown in lists
---@field description? string what it is for

---Makes a memory store. It remembers nothing until an agent and contacts are attached to it.
---
---`POST /memory_stores`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments? synthflow.memory_stores.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:create(arguments, options) end

---@class synthflow.memory_stores.list
---@field search? string only stores with this in their title
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored

---One page of the memory stores of a workspace.
---
---`GET /memory_stores`, read: changes nothing.
---@param arguments? synthflow.memory_stores.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:list(arguments, options) end

---@class synthflow.memory_stores.each
---@field search? string only stores with this in their title
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /memory_stores`, read: changes nothing.
---@param arguments? synthflow.memory_stores.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function memory_stores:each(arguments, options) end

---One memory store, with the contacts attached to it.
---
---`GET /memory_stores/{memory_store_id}`, read: changes nothing.
---@param memory_store_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:get(memory_store_id, arguments, options) end

---@class synthflow.memory_stores.update
---@field title? string name shown in lists
---@field description? string what it is for

---Renames or redescribes a memory store; what is not given stays as it is. Answers only its id.
---
---`PATCH /memory_stores/{memory_store_id}`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param arguments? synthflow.memory_stores.update
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:update(memory_store_id, arguments, options) end

---Deletes a memory store and all that is remembered in it.
---
---`DELETE /memory_stores/{memory_store_id}`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:delete(memory_store_id, arguments, options) end

---Lets an agent remember by this store, in calls, and in chats by SMS and WhatsApp.
---
---`POST /memory_stores/{memory_store_id}/assistants/{assistant_id}/attach`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param assistant_id string agent: its model_id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:attach_agent(memory_store_id, assistant_id, arguments, options) end

---Takes a store away from an agent; what is remembered stays in it.
---
---`POST /memory_stores/{memory_store_id}/assistants/{assistant_id}/detach`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param assistant_id string agent: its model_id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:detach_agent(memory_store_id, assistant_id, arguments, options) end

---Lets the agents of this store remember a contact.
---
---`POST /memory_stores/{memory_store_id}/contacts/{contact_id}/attach`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param contact_id string contact: its id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:attach_contact(memory_store_id, contact_id, arguments, options) end

---Takes a contact out of a store.
---
---`POST /memory_stores/{memory_store_id}/contacts/{contact_id}/detach`, idempotent: sent twice it does no more than once.
---@param memory_store_id string the id that create answered
---@param contact_id string contact: its id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:detach_contact(memory_store_id, contact_id, arguments, options) end

---What is remembered of a contact in a store: `memory`, a text.
---
---`GET /memory_stores/{memory_store_id}/contacts/{contact_id}/memory_data`, read: changes nothing.
---@param memory_store_id string the id that create answered
---@param contact_id string contact: its id
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function memory_stores:get_memory(memory_store_id, contact_id, arguments, options) end

---Phone books: numbers that an agent chooses from when it transfers a call. There is no way to read or change the entries of one; keep the ids that add_entry answers.
---@class synthflow.phone_books
local phone_books = {}

---@class synthflow.phone_books.create
---@field name string name shown in lists

---Makes an empty phone book. Its id is answered as `key`.
---
---`POST /phonebooks`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.phone_books.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_books:create(arguments, options) end

---@class synthflow.phone_books.list
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored

---One page of the phone books of a workspace, with how many entries each has, and its agents.
---
---`GET /phonebooks`, read: changes nothing.
---@param arguments? synthflow.phone_books.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_books:list(arguments, options) end

---@class synthflow.phone_books.each
---@field page_number? integer which page, from 1; not documented, and may be ignored
---@field page_size? integer records in a page; not documented, and may be ignored
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /phonebooks`, read: changes nothing.
---@param arguments? synthflow.phone_books.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function phone_books:each(arguments, options) end

---Deletes a phone book with its entries. Agents may still refer to it: list shows which.
---
---`DELETE /phonebooks/{phone_book_id}`, idempotent: sent twice it does no more than once.
---@param phone_book_id string the key that create answered, the phone_book_id of lists
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_books:delete(phone_book_id, arguments, options) end

---@class synthflow.phone_books.add_entry
---@field phone_number string number to transfer to, E.164
---@field transfer_condition string when the agent is to choose it, in plain words

---Adds a number to a phone book. Its id is answered as `key`, and told nowhere else.
---
---`POST /phonebooks/{phone_book_id}/entries`, creates: sent twice it may make, send, run or bill something twice.
---@param phone_book_id string the key that create answered, the phone_book_id of lists
---@param arguments synthflow.phone_books.add_entry
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_books:add_entry(phone_book_id, arguments, options) end

---Takes a number out of a phone book.
---
---`DELETE /phonebooks/{phone_book_id}/entries/{entry_id}`, idempotent: sent twice it does no more than once.
---@param phone_book_id string the key that create answered, the phone_book_id of lists
---@param entry_id string the key that add_entry answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_books:delete_entry(phone_book_id, entry_id, arguments, options) end

---Phone numbers of a workspace: those of your own carrier or PBX, and those bought through the platform.
---@class synthflow.phone_numbers
local phone_numbers = {}

---@class synthflow.phone_numbers.import
---@field workspace_id? string workspace that will own the number; required, unless the client has workspace_id; also called workspace
---@field workspace? string the same as workspace_id
---@field phone_number? string E.164; five9 and zoom take other identifiers; 8x8 12 digits, or nothing; required unless provider_name is "8x8"
---@field friendly_name? string name shown in lists
---@field provider_name? "custom"|"twilio"|"telnyx"|"vonage"|"ring_central"|"ringcx"|"zoom"|"five9"|"8x8"|string where the number comes from; a SIP trunk of your own by default
---@field termination_uri? string SIP domain for outgoing calls; needed unless the provider implies it; also called sip_term_uri
---@field sip_term_uri? string the same as termination_uri
---@field trunk_username? string user of the SIP trunk; needed with uac_enabled
---@field trunk_pwd? string password of the SIP trunk; needed with uac_enabled
---@field sip_auth_username? string user for SIP REGISTER, where it is not trunk_username
---@field sip_outbound_proxy? string proxy for outgoing calls and SIP REGISTER
---@field uac_enabled? boolean whether the platform registers at your carrier or PBX (SIP REGISTER)
---@field uac_register_expires? integer seconds between registrations, 60 to 3600; 300 when not given

---Brings a number of your own carrier or PBX into a workspace. Nothing is bought.
---
---`POST /custom-numbers`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments? synthflow.phone_numbers.import
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_numbers:import(arguments, options) end

---@class synthflow.phone_numbers.list
---@field workspace? string workspace that owns the numbers; required, unless the client has workspace_id; also called workspace_id
---@field workspace_id? string the same as workspace
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field is_available? boolean true: only numbers that no inbound agent has; false: only those that one has

---One page of the numbers of a workspace.
---
---`GET /numbers`, read: changes nothing.
---@param arguments? synthflow.phone_numbers.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_numbers:list(arguments, options) end

---@class synthflow.phone_numbers.each
---@field workspace? string workspace that owns the numbers; required, unless the client has workspace_id; also called workspace_id
---@field workspace_id? string the same as workspace
---@field limit? integer records in a page, 1 to 100; 20 when not given
---@field offset? integer records to skip
---@field is_available? boolean true: only numbers that no inbound agent has; false: only those that one has
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /numbers`, read: changes nothing.
---@param arguments? synthflow.phone_numbers.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function phone_numbers:each(arguments, options) end

---@class synthflow.phone_numbers.get
---@field workspace? string workspace that owns the numbers; required, unless the client has workspace_id; also called workspace_id
---@field workspace_id? string the same as workspace

---One number with its SIP settings and the agents it is attached to.
---
---`GET /numbers/{phone_number_slug}`, read: changes nothing.
---@param phone_number_slug string the number, with or without its leading +; other identifiers as they are
---@param arguments? synthflow.phone_numbers.get
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_numbers:get(phone_number_slug, arguments, options) end

---@class synthflow.phone_numbers.update
---@field friendly_name? string name shown in lists
---@field provider_name? "custom"|"twilio"|"telnyx"|"vonage"|"ring_central"|"ringcx"|"zoom"|"five9"|"8x8"|string telephony provider; most want sip_term_uri with it
---@field sip_term_uri? string SIP domain or address for outgoing calls; also called termination_uri
---@field termination_uri? string the same as sip_term_uri
---@field trunk_username? string user of the SIP trunk; needed to switch uac_enabled on
---@field trunk_pwd? string password of the SIP trunk; needed to switch uac_enabled on
---@field sip_auth_username? string|lightuserdata user for SIP REGISTER, where it is not trunk_username; may be null
---@field sip_outbound_proxy? string|lightuserdata proxy for outgoing calls and SIP REGISTER; may be null
---@field uac_enabled? boolean whether the platform registers at your carrier or PBX (SIP REGISTER)
---@field uac_register_expires? integer|lightuserdata seconds between registrations, 60 to 3600; may be null

---Changes the settings of a number; what is not given stays as it is.
---
---`PATCH /numbers/{phone_number_slug}`, idempotent: sent twice it does no more than once.
---@param phone_number_slug string the number, with or without its leading +; other identifiers as they are
---@param arguments? synthflow.phone_numbers.update
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_numbers:update(phone_number_slug, arguments, options) end

---Removes a number from its workspace and its agents; of a number bought through the platform this also cancels the monthly subscription.
---
---`DELETE /numbers/{phone_number_slug}`, idempotent: sent twice it does no more than once.
---@param phone_number_slug string the number, with or without its leading +; other identifiers as they are
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function phone_numbers:delete(phone_number_slug, arguments, options) end

---Imports many numbers, some of them at once. All rows are checked first: a wrong one raises, by its number,
---before anything is sent.
---
---Returns a list of outcomes in the order of the rows: { ok =, value =, err =, outcome = "imported",
---"already_there" or "failed" }. A new number costs one request. A refusal that may mean that the number is
---there already is settled by `get`, so that the same rows can be imported again: only what is missing is. A
---lost answer is settled by `get`, too, up to three times in 3 seconds. The list of numbers is not relied on,
---as it may not show imported ones. A row without phone_number (8x8 alone) cannot be looked up: each run
---imports it, and a lost answer stays in doubt.
---@param rows table[] the arguments of `import`, one table for each number
---@param options? table concurrency: rows under way at once, 32; on_progress(done, total, outcome, index);
---  already_there: "skip" (default), ok is true then and value the number, or "error", ok is false; request
---  options, for each request
---@return table[] outcomes
function phone_numbers:import_all(rows, options) end

---Simulation cases: what a simulated caller wants, and what must come of it.
---@class synthflow.simulation_cases
local simulation_cases = {}

---@class synthflow.simulation_cases.create
---@field name string name shown in lists
---@field prompt string who the simulated caller is, and what they want
---@field type "custom"|"agent_based"|string custom: as the prompt says; agent_based: made for an agent
---@field success_criteria string[] what must come of it, each in one sentence
---@field call_success_type "all"|"any"|string whether all of the criteria must be met, or any
---@field suite_id? string suite it belongs to; the platform means to demand it
---@field base_agent_id? string|lightuserdata agent it is made for: its model_id; the platform means to demand it; may be null

---Makes a simulation case. Nothing is run, nothing billed.
---
---`POST /simulation_cases`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.simulation_cases.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:create(arguments, options) end

---@class synthflow.simulation_cases.list
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only cases with this in their name
---@field simulation_case_type? "custom"|"agent_based"|string only cases of this type
---@field suite_id? string only cases of this suite

---One page of the simulation cases of a workspace.
---
---`GET /simulation_cases`, read: changes nothing.
---@param arguments? synthflow.simulation_cases.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:list(arguments, options) end

---@class synthflow.simulation_cases.each
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only cases with this in their name
---@field simulation_case_type? "custom"|"agent_based"|string only cases of this type
---@field suite_id? string only cases of this suite
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /simulation_cases`, read: changes nothing.
---@param arguments? synthflow.simulation_cases.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function simulation_cases:each(arguments, options) end

---@class synthflow.simulation_cases.list_by_agent
---@field agent_id string agent: its model_id

---All simulation cases that were made for an agent, in one list without pages.
---
---`GET /simulation_cases/by_agent`, read: changes nothing.
---@param arguments synthflow.simulation_cases.list_by_agent
---@param options? synthflow.RequestOptions
---@return table[]|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:list_by_agent(arguments, options) end

---One simulation case.
---
---`GET /simulation_cases/{simulation_case_id}`, read: changes nothing.
---@param simulation_case_id string the simulation_case_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:get(simulation_case_id, arguments, options) end

---@class synthflow.simulation_cases.update
---@field name? string|lightuserdata name shown in lists; may be null
---@field prompt? string|lightuserdata who the simulated caller is, and what they want; may be null
---@field success_criteria? string[]|lightuserdata what must come of it; replaces those there are; may be null
---@field call_success_type? "all"|"any"|string|lightuserdata whether all of the criteria must be met, or any; may be null
---@field suite_id? string|lightuserdata suite it goes into; may be null

---Changes a simulation case; what is not given, or null, stays as it is. Its type stays.
---
---`PUT /simulation_cases/{simulation_case_id}`, idempotent: sent twice it does no more than once.
---@param simulation_case_id string the simulation_case_id that create answered
---@param arguments? synthflow.simulation_cases.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:update(simulation_case_id, arguments, options) end

---Deletes a simulation case.
---
---`DELETE /simulation_cases/{simulation_case_id}`, idempotent: sent twice it does no more than once.
---@param simulation_case_id string the simulation_case_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:delete(simulation_case_id, arguments, options) end

---@class synthflow.simulation_cases.generate
---@field agent_id string agent to write cases for: its model_id
---@field suite_id? string suite the cases go into
---@field include_tests? ("csat_score"|"accuracy_of_responses"|"script_compliance"|"angry_user"|"repetitive_phrases"|"conversational_naturalness"|"task_completion"|string)[] what to test; the platform may demand it

---Has the platform write cases for an agent, which can take minutes. Answers an iterator over the lines it sends: progress and cases, as it words them.
---
---`POST /simulation_cases/generate`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.simulation_cases.generate
---@param options? synthflow.RequestOptions
---@return synthflow.Lines|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_cases:generate(arguments, options) end

---Simulation scenarios: situations that generated simulation cases are to cover.
---@class synthflow.simulation_scenarios
local simulation_scenarios = {}

---@class synthflow.simulation_scenarios.create
---@field name string name shown in lists
---@field description string what cases of it are to try

---Makes a scenario, which cases that are generated from then on may cover.
---
---`POST /simulation_scenarios`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.simulation_scenarios.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_scenarios:create(arguments, options) end

---@class synthflow.simulation_scenarios.list
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only scenarios with this in their name
---@field start_date? string|number only scenarios made then or later
---@field end_date? string|number only scenarios made then or before

---One page of the scenarios of a workspace.
---
---`GET /simulation_scenarios`, read: changes nothing.
---@param arguments? synthflow.simulation_scenarios.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_scenarios:list(arguments, options) end

---@class synthflow.simulation_scenarios.each
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only scenarios with this in their name
---@field start_date? string|number only scenarios made then or later
---@field end_date? string|number only scenarios made then or before
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /simulation_scenarios`, read: changes nothing.
---@param arguments? synthflow.simulation_scenarios.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function simulation_scenarios:each(arguments, options) end

---One scenario.
---
---`GET /simulation_scenarios/{scenario_id}`, read: changes nothing.
---@param scenario_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_scenarios:get(scenario_id, arguments, options) end

---@class synthflow.simulation_scenarios.update
---@field name? string|lightuserdata name shown in lists; may be null
---@field description? string|lightuserdata what cases of it are to try; may be null

---Changes a scenario; what is not given, or null, stays as it is.
---
---`PUT /simulation_scenarios/{scenario_id}`, idempotent: sent twice it does no more than once.
---@param scenario_id string the id that create answered
---@param arguments? synthflow.simulation_scenarios.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_scenarios:update(scenario_id, arguments, options) end

---Deletes a scenario.
---
---`DELETE /simulation_scenarios/{scenario_id}`, idempotent: sent twice it does no more than once.
---@param scenario_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_scenarios:delete(scenario_id, arguments, options) end

---Simulation suites: cases that are run together, on one agent.
---@class synthflow.simulation_suites
local simulation_suites = {}

---@class synthflow.simulation_suites.create
---@field name string name shown in lists
---@field model_id string agent it is for
---@field language? string language of the simulated callers: "es-ES"; "en-US" when not given; never "multi"

---Makes a suite for one agent; it can be run on no other. Nothing is run, nothing billed.
---
---`POST /simulation_suites`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.simulation_suites.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:create(arguments, options) end

---@class synthflow.simulation_suites.list
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only suites with this in their name
---@field model_ids? string[] only suites for one of these agents
---@field start_date? string|number only suites made then or later
---@field end_date? string|number only suites made then or before

---One page of the suites of a workspace, with the names of their cases.
---
---`GET /simulation_suites`, read: changes nothing.
---@param arguments? synthflow.simulation_suites.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:list(arguments, options) end

---@class synthflow.simulation_suites.each
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field search? string only suites with this in their name
---@field model_ids? string[] only suites for one of these agents
---@field start_date? string|number only suites made then or later
---@field end_date? string|number only suites made then or before
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /simulation_suites`, read: changes nothing.
---@param arguments? synthflow.simulation_suites.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function simulation_suites:each(arguments, options) end

---One suite with its cases.
---
---`GET /simulation_suites/{suite_id}`, read: changes nothing.
---@param suite_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:get(suite_id, arguments, options) end

---@class synthflow.simulation_suites.update
---@field name? string|lightuserdata name shown in lists; may be null
---@field model_id? string|lightuserdata agent it is for; may be null

---Renames a suite, or gives it to another agent; what is not given, or null, stays as it is.
---
---`PUT /simulation_suites/{suite_id}`, idempotent: sent twice it does no more than once.
---@param suite_id string the id that create answered
---@param arguments? synthflow.simulation_suites.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:update(suite_id, arguments, options) end

---Deletes a suite.
---
---`DELETE /simulation_suites/{suite_id}`, idempotent: sent twice it does no more than once.
---@param suite_id string the id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:delete(suite_id, arguments, options) end

---@class synthflow.simulation_suites.execute
---@field target_agent_id string the agent that the suite is for: its model_id, no other
---@field max_turns? integer turns of each conversation at most, 10 to 50; 20 when not given

---Runs all cases of a suite, each a billed conversation. They go on after the answer, whose session_id is for simulations:get_session.
---
---`POST /simulation_suites/{suite_id}/execute`, creates: sent twice it may make, send, run or bill something twice.
---@param suite_id string the id that create answered
---@param arguments synthflow.simulation_suites.execute
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulation_suites:execute(suite_id, arguments, options) end

---Simulations: conversations of an agent with a simulated caller. Those that were started together are a session; a suite that is executed makes one.
---@class synthflow.simulations
local simulations = {}

---@class synthflow.simulations.start
---@field simulation_case_id string case to run
---@field target_agent_id string agent to run it on: its model_id
---@field simulation_session_id? string|lightuserdata session to add it to; a new one when not given; may be null
---@field custom_variables? table values for {name} in the prompt of the agent

---Runs one case on an agent: a billed conversation, but no person is called. It goes on after the answer: get tells its status.
---
---`POST /simulations`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.simulations.start
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulations:start(arguments, options) end

---@class synthflow.simulations.list
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field simulation_session_id? string only simulations of this session
---@field status? "in-progress"|"completed"|"failed"|string only simulations with this status
---@field start_date? string|number only simulations made then or later
---@field end_date? string|number only simulations made then or before
---@field target_agent_id? string only simulations on this agent

---One page of the simulations of a workspace, with what came of them.
---
---`GET /simulations`, read: changes nothing.
---@param arguments? synthflow.simulations.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulations:list(arguments, options) end

---@class synthflow.simulations.each
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field simulation_session_id? string only simulations of this session
---@field status? "in-progress"|"completed"|"failed"|string only simulations with this status
---@field start_date? string|number only simulations made then or later
---@field end_date? string|number only simulations made then or before
---@field target_agent_id? string only simulations on this agent
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /simulations`, read: changes nothing.
---@param arguments? synthflow.simulations.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function simulations:each(arguments, options) end

---One simulation: its status, what was said, and which criteria were met.
---
---`GET /simulations/{simulation_id}`, read: changes nothing.
---@param simulation_id string the simulation_id that start answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulations:get(simulation_id, arguments, options) end

---@class synthflow.simulations.list_sessions
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field target_agent_id? string only sessions on this agent
---@field start_date? string|number only sessions with simulations made then or later
---@field end_date? string|number only sessions with simulations made then or before

---One page of the sessions of a workspace, each with its simulations.
---
---`GET /simulations/sessions`, read: changes nothing.
---@param arguments? synthflow.simulations.list_sessions
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulations:list_sessions(arguments, options) end

---@class synthflow.simulations.each_session
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page; 10 when not given
---@field target_agent_id? string only sessions on this agent
---@field start_date? string|number only sessions with simulations made then or later
---@field end_date? string|number only sessions with simulations made then or before
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list_sessions.
---
---`GET /simulations/sessions`, read: changes nothing.
---@param arguments? synthflow.simulations.each_session
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function simulations:each_session(arguments, options) end

---One session: its simulations, and how many of them are completed, failed and pending.
---
---`GET /simulations/session/{simulation_session_id}`, read: changes nothing.
---@param simulation_session_id string session_id that simulation_suites:execute answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function simulations:get_session(simulation_session_id, arguments, options) end

---Subaccounts: workspaces of an agency's customers, each with an API key of its own. A subaccount_id is a workspace_id.
---@class synthflow.subaccounts
local subaccounts = {}

---@class synthflow.subaccounts.create
---@field subaccount_name string its name, one that no other has
---@field user_email? string e-mail address of a person to invite
---@field twilio_account_sid? string a Twilio account to connect
---@field twilio_auth_token? string token of that Twilio account
---@field concurrency? integer calls at the same time at most, out of those of the parent
---@field max_agents? integer|lightuserdata agents at most; null: no limit; may be null
---@field max_minutes? integer|lightuserdata minutes of calls at most; null: no limit; may be null
---@field max_workflow_runs? integer|lightuserdata runs of workflows at most; null: no limit; may be null
---@field grant_permissions? ("inbound"|"outbound"|"widget"|"chat"|"assistants"|"knowledge_base"|"actions"|"workflows"|"contacts"|"phone_numbers"|"logs"|"simulations"|"analytics"|string)[] what it may do; shares no value with revoke_permissions
---@field revoke_permissions? ("inbound"|"outbound"|"widget"|"chat"|"assistants"|"knowledge_base"|"actions"|"workflows"|"contacts"|"phone_numbers"|"logs"|"simulations"|"analytics"|string)[] what it may not do

---Makes a workspace below this one, and invites a person to it if user_email is given. The answer holds its api_key, and a sign_in_link for the person: both are secrets.
---
---`POST /subaccounts`, creates: sent twice it may make, send, run or bill something twice.
---@param arguments synthflow.subaccounts.create
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function subaccounts:create(arguments, options) end

---@class synthflow.subaccounts.update.pricing_tiers_attach
---@field pricing_tier_id string id of a pricing tier

---@class synthflow.subaccounts.update.pricing_tiers_detach
---@field pricing_tier_id string id of a pricing tier

---@class synthflow.subaccounts.update.import_subscription
---@field stripe_subscription_id? string subscription at Stripe
---@field synthflow_price_id? string pricing tier that stands for it

---@class synthflow.subaccounts.update.products.phone_numbers
---@field number? string E.164

---@class synthflow.subaccounts.update.products
---@field phone_numbers? synthflow.subaccounts.update.products.phone_numbers[] numbers to move

---@class synthflow.subaccounts.update
---@field subaccount_name? string its name, one that no other has
---@field invite_user_email? string e-mail address of a person to invite; the answer has their sign_in_link
---@field pricing_tiers_attach? synthflow.subaccounts.update.pricing_tiers_attach[] pricing tiers it may choose from, besides those so far
---@field pricing_tiers_detach? synthflow.subaccounts.update.pricing_tiers_detach[] pricing tiers it may no longer choose from
---@field import_subscription? synthflow.subaccounts.update.import_subscription an existing subscription to take over
---@field twilio_account_sid? string a Twilio account to connect
---@field twilio_auth_token? string token of that Twilio account
---@field concurrency? integer calls at the same time at most, out of those of the parent
---@field max_agents? integer|lightuserdata agents at most; null: no limit; may be null
---@field max_minutes? integer|lightuserdata minutes of calls at most; null: no limit; may be null
---@field max_workflow_runs? integer|lightuserdata runs of workflows at most; null: no limit; may be null
---@field grant_permissions? ("inbound"|"outbound"|"widget"|"chat"|"assistants"|"knowledge_base"|"actions"|"workflows"|"contacts"|"phone_numbers"|"logs"|"simulations"|"analytics"|string)[] what it may do from now on; shares no value with revoke_permissions
---@field revoke_permissions? ("inbound"|"outbound"|"widget"|"chat"|"assistants"|"knowledge_base"|"actions"|"workflows"|"contacts"|"phone_numbers"|"logs"|"simulations"|"analytics"|string)[] what it may no longer do
---@field operation_type? "import"|"return"|string import: from the parent; return: back to it
---@field products? synthflow.subaccounts.update.products what operation_type moves

---Changes a subaccount; what is not given stays as it is. It can also invite a person, set what may be subscribed to, take over a Stripe subscription, and move numbers to it or to the parent.
---
---`PUT /subaccounts/{subaccount_id}`, creates: sent twice it may make, send, run or bill something twice.
---@param subaccount_id string the subaccount_id that create answered
---@param arguments? synthflow.subaccounts.update
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function subaccounts:update(subaccount_id, arguments, options) end

---Deletes a subaccount, a whole workspace.
---
---`DELETE /subaccounts/{subaccount_id}`, idempotent: sent twice it does no more than once.
---@param subaccount_id string the subaccount_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function subaccounts:delete(subaccount_id, arguments, options) end

---One subaccount: its members, permissions, subscription and used minutes.
---
---`GET /subaccounts/{subaccount_id}`, read: changes nothing.
---@param subaccount_id string the subaccount_id that create answered
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function subaccounts:get(subaccount_id, arguments, options) end

---All subaccounts, in one list without pages.
---
---`GET /subaccounts/`, read: changes nothing.
---@param arguments? table
---@param options? synthflow.RequestOptions
---@return table[]|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function subaccounts:list(arguments, options) end

---Voices that agents can speak with.
---@class synthflow.voices
local voices = {}

---@class synthflow.voices.list
---@field workspace? string workspace whose voices are wanted; required, unless the client has workspace_id; also called workspace_id
---@field workspace_id? string the same as workspace
---@field limit? integer records in a page, up to 100; 50 when not given
---@field offset? integer records to skip
---@field search? string only voices with this in their name
---@field provider? "elevenlabs"|"deepgram"|"synthflow"|string only voices of this provider

---One page of the voices of a workspace: those of elevenlabs, unless provider says otherwise.
---
---`GET /voices`, read: changes nothing.
---@param arguments? synthflow.voices.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function voices:list(arguments, options) end

---@class synthflow.voices.each
---@field workspace? string workspace whose voices are wanted; required, unless the client has workspace_id; also called workspace_id
---@field workspace_id? string the same as workspace
---@field limit? integer records in a page, up to 100; 50 when not given
---@field offset? integer records to skip
---@field search? string only voices with this in their name
---@field provider? "elevenlabs"|"deepgram"|"synthflow"|string only voices of this provider
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /voices`, read: changes nothing.
---@param arguments? synthflow.voices.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function voices:each(arguments, options) end

---Webhook logs: what the platform has sent to the addresses of its agents, and what they answered. Lost webhooks can be replayed from here.
---@class synthflow.webhook_logs
local webhook_logs = {}

---@class synthflow.webhook_logs.list
---@field workspace_id? string workspace whose webhooks are wanted; required, unless the client has workspace_id; also called workspace
---@field workspace? string the same as workspace_id
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page
---@field search? string only webhooks in which this is found
---@field webhook_type? "external_webhook"|"inbound_webhook"|"custom_action"|string only webhooks of this type: after calls, before inbound calls, of actions
---@field status? "pending"|"success"|"failed"|string only webhooks with this status
---@field http_method? "get"|"post"|"put"|"patch"|"delete"|string only webhooks sent by this method
---@field from_date? string|number only webhooks sent then or later
---@field to_date? string|number only webhooks sent until then
---@field assistant_id? string only webhooks of this agent: its model_id
---@field call_id? string only webhooks of this call

---One page of the webhooks that were sent for a workspace.
---
---`GET /logs`, read: changes nothing.
---@param arguments? synthflow.webhook_logs.list
---@param options? synthflow.RequestOptions
---@return synthflow.Page|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function webhook_logs:list(arguments, options) end

---@class synthflow.webhook_logs.each
---@field workspace_id? string workspace whose webhooks are wanted; required, unless the client has workspace_id; also called workspace
---@field workspace? string the same as workspace_id
---@field page_number? integer which page, from 1
---@field page_size? integer records in a page
---@field search? string only webhooks in which this is found
---@field webhook_type? "external_webhook"|"inbound_webhook"|"custom_action"|string only webhooks of this type: after calls, before inbound calls, of actions
---@field status? "pending"|"success"|"failed"|string only webhooks with this status
---@field http_method? "get"|"post"|"put"|"patch"|"delete"|string only webhooks sent by this method
---@field from_date? string|number only webhooks sent then or later
---@field to_date? string|number only webhooks sent until then
---@field assistant_id? string only webhooks of this agent: its model_id
---@field call_id? string only webhooks of this call
---@field max? integer records wanted in all
---@field position? string where an iterator stood: its `position`

---Iterates over the records of all pages of list.
---
---`GET /logs`, read: changes nothing.
---@param arguments? synthflow.webhook_logs.each
---@param options? synthflow.RequestOptions
---@return synthflow.Iterator records
function webhook_logs:each(arguments, options) end

---@class synthflow.webhook_logs.get
---@field workspace_id? string workspace whose webhooks are wanted; required, unless the client has workspace_id; also called workspace
---@field workspace? string the same as workspace_id

---One webhook: request and answer with headers and bodies, and how long it took.
---
---`GET /logs/{webhook_log_id}`, read: changes nothing.
---@param webhook_log_id string its id, from list
---@param arguments? synthflow.webhook_logs.get
---@param options? synthflow.RequestOptions
---@return table|true|nil data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function webhook_logs:get(webhook_log_id, arguments, options) end
