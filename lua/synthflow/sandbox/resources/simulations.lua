-- Simulation cases, suites, scenarios, and the simulations themselves: each is in progress for as long as a
-- call of the sandbox lasts, and then completed, with all criteria met, unless a test has set something else.

local call_records = require "synthflow.sandbox.call_records"
local clock = require "synthflow.sandbox.clock"
local envelopes = require "synthflow.sandbox.envelopes"
local identifiers = require "synthflow.sandbox.identifiers"
local json = require "synthflow.sandbox.json"
local recordings = require "synthflow.sandbox.recordings"
local markers = require "synthflow.sandbox.markers"
local replies = require "synthflow.sandbox.replies"

local WORKSPACE = "sandbox-workspace"
local PAGE_SIZE = 10
local LEAST_TURNS, MOST_TURNS = 10, 50
local TESTS = {
  "csat_score", "accuracy_of_responses", "script_compliance", "angry_user", "repetitive_phrases",
  "conversational_naturalness", "task_completion",
}

local function collection_of(name, key)
  return function(sandbox) return sandbox:collection(name, key) end
end

local cases_of = collection_of("simulation_cases", "simulation_case_id")
local suites_of = collection_of("simulation_suites", "id")
local simulations_of = collection_of("simulations", "simulation_id")
local sessions_of = collection_of("simulation_sessions", "simulation_session_id")

local function find(records, id, noun)
  return records:find(id) or replies.refuse(404, noun .. " not found.")
end

local function with_workspace(record)
  local shown = { workspace_id = WORKSPACE }
  for name, value in pairs(record) do shown[name] = value end
  return shown
end

-- Cases --------------------------------------------------------------------------------------------------

local function show_case(record)
  local shown = with_workspace(record)
  local agent = record.base_agent_id
  shown.base_agent_id = nil
  shown.base_agent = agent and agent ~= json.null and { model_id = agent, agent_name = "" } or json.null
  shown.suite_id = record.suite_id or json.null
  return shown
end

local function check_suite(act)
  local suite_id = act.body.suite_id
  if suite_id and suite_id ~= json.null then find(suites_of(act.sandbox), suite_id, "Simulation suite") end
end

local function new_case(act)
  check_suite(act)
  return act.body
end

local function change_case(record, body, act)
  check_suite(act)
  for name, value in pairs(body) do
    if value ~= json.null then record[name] = value end
  end
end

local function list_by_agent(act)
  local shown = {}
  for _, record in ipairs(act.collection.records) do
    local suite = record.suite_id and suites_of(act.sandbox):find(record.suite_id)
    if record.base_agent_id == act.query.agent_id or suite and suite.model_id == act.query.agent_id then
      shown[#shown + 1] = show_case(record)
    end
  end
  return shown
end

-- One case for each test. Guess: the words of the lines are in no document of the platform.
local function generate(act)
  check_suite(act)
  local tests, lines = act.body.include_tests or TESTS, {}
  local function add(line) lines[#lines + 1] = json.encode(line) end
  add { type = "progress", message = ("Generating %d cases."):format(#tests) }
  for _, test in ipairs(tests) do
    local record = {
      simulation_case_id = identifiers.uuid(), name = test, type = "agent_based",
      prompt = "You are a caller who tests: " .. test, success_criteria = json.list { test .. " is good" },
      call_success_type = "all", suite_id = act.body.suite_id, base_agent_id = act.body.agent_id,
      created_at = replies.timestamp(), updated_at = replies.timestamp(),
    }
    act.collection:insert(record)
    add { type = "simulation_case", simulation_case = show_case(record) }
  end
  return {
    status = 200, body = table.concat(lines, "\n") .. "\n",
    headers = { ["content-type"] = "application/x-ndjson" },
  }
end

-- Suites -------------------------------------------------------------------------------------------------

local function cases_in(sandbox, suite)
  return cases_of(sandbox):select(function(case) return case.suite_id == suite.id end)
end

local function show_suite(record, act)
  local shown, cases = with_workspace(record), {}
  for index, case in ipairs(cases_in(act.sandbox, record)) do cases[index] = show_case(case) end
  shown.language, shown.cases = record.language or "en-US", json.list(cases)
  shown.agent = { id = record.model_id, name = "", avatar = "" }
  return shown
end

local function show_suite_in_list(record, act)
  local shown, summaries = show_suite(record, act), {}
  for index, case in ipairs(shown.cases) do
    summaries[index] = { simulation_case_id = case.simulation_case_id, name = case.name }
  end
  shown.cases, shown.case_summaries = nil, json.list(summaries)
  return shown
end

local function new_suite(act)
  if act.body.language == "multi" then replies.refuse(400, "language must not be multi.") end
  return act.body
end

local function is_for_one_of(record, model_ids)
  for _, model_id in ipairs(model_ids) do
    if record.model_id == model_id then return true end
  end
  return false
end

-- Simulations --------------------------------------------------------------------------------------------

local function session(sandbox, id)
  local record = id and sessions_of(sandbox):find(id)
  if id and not record then replies.refuse(404, "Simulation session not found.") end
  if not record then
    record = { simulation_session_id = identifiers.uuid(), created_at = replies.timestamp() }
    sessions_of(sandbox):insert(record)
  end
  return record.simulation_session_id
end

local function start(sandbox, case, agent, session_id, variables)
  local record = {
    simulation_id = identifiers.uuid(), simulation_session_id = session_id,
    simulation_case_id = case.simulation_case_id, simulation_case_name = case.name,
    simulation_case_prompt = case.prompt, success_criteria = case.success_criteria,
    call_success_type = case.call_success_type, target_agent_id = agent, target_call_id = identifiers.uuid(),
    custom_variables = variables or json.ordered({}, {}), workspace_id = WORKSPACE,
    started_at = clock.now(), created_at = replies.timestamp(), updated_at = replies.timestamp(),
  }
  simulations_of(sandbox):insert(record)
  return record
end

local function status_of(sandbox, record)
  local has_ended = clock.now() - record.started_at >= call_records.seconds(sandbox)
  local shown = { status = has_ended and "completed" or "in-progress" }
  return sandbox:override(record.simulation_id, shown).status
end

local function analysis_of(record)
  local evaluations = {}
  for index, criterion in ipairs(record.success_criteria) do
    evaluations[index] = { success = true, reasoning = "The agent did so: " .. criterion }
  end
  return { success = true, evaluations = json.list(evaluations) }
end

local function show_simulation(record, act)
  local shown = with_workspace(record)
  shown.started_at, shown.status = nil, status_of(act.sandbox, record)
  shown.error_info, shown.success_criteria_analysis, shown.recording_url = json.null, json.null, json.null
  shown.timeline = json.list {}
  if shown.status ~= "completed" then return act.sandbox:override(record.simulation_id, shown) end
  shown.success_criteria_analysis = analysis_of(record)
  shown.recording_url = recordings.url(act.sandbox, record.target_call_id)
  shown.timeline = json.list {
    { sender_type = "bot", type = "message", value = "Hello!", timestamp_datetime = record.created_at },
    { sender_type = "human", type = "message", value = "Goodbye.", timestamp_datetime = record.created_at },
  }
  return act.sandbox:override(record.simulation_id, shown)
end

local function start_one(act)
  local body = act.body
  local case = find(cases_of(act.sandbox), body.simulation_case_id, "Simulation case")
  local given = body.simulation_session_id
  local session_id = session(act.sandbox, given ~= json.null and given or nil)
  local record = start(act.sandbox, case, body.target_agent_id, session_id, body.custom_variables)
  return show_simulation(record, act)
end

local function execute(act)
  local suite, query = act.found.simulation_suites, act.query
  if query.target_agent_id ~= suite.model_id then
    replies.refuse(400, "target_agent_id must be the agent of the suite.")
  elseif query.max_turns and (query.max_turns < LEAST_TURNS or query.max_turns > MOST_TURNS) then
    replies.refuse(400, ("max_turns must be between %d and %d."):format(LEAST_TURNS, MOST_TURNS))
  end
  local session_id, cases = session(act.sandbox), cases_in(act.sandbox, suite)
  for _, case in ipairs(cases) do start(act.sandbox, case, suite.model_id, session_id) end
  return {
    session_id = session_id, suite_id = suite.id, suite_name = suite.name, total_cases = #cases,
    status = "in-progress",
  }
end

-- Sessions -----------------------------------------------------------------------------------------------

local function simulations_in(sandbox, record)
  return simulations_of(sandbox):select(function(simulation)
    return simulation.simulation_session_id == record.simulation_session_id
  end)
end

local function show_session(record, act)
  local simulations, count = {}, { completed = 0, failed = 0, ["in-progress"] = 0 }
  for index, simulation in ipairs(simulations_in(act.sandbox, record)) do
    simulations[index] = show_simulation(simulation, act)
    local status = simulations[index].status
    count[status] = (count[status] or 0) + 1
  end
  return {
    simulation_session_id = record.simulation_session_id, simulations = json.list(simulations),
    total_simulations = #simulations, completed_simulations = count.completed,
    failed_simulations = count.failed,
    pending_simulations = count["in-progress"],
  }
end

local function list_sessions(act)
  local resources = require "synthflow.sandbox.resources" -- which loads this file
  local wanted, known = {}, {}
  for _, simulation in ipairs(resources.select(act, act.collection.records)) do
    local id = simulation.simulation_session_id
    if not known[id] then wanted[#wanted + 1] = sessions_of(act.sandbox):find(id) end
    known[id] = true
  end
  return envelopes.page(act, wanted, function(record) return show_session(record, act) end)
end

local function get_session(act)
  local id = act.path.simulation_session_id
  return show_session(find(sessions_of(act.sandbox), id, "Simulation session"), act)
end

return {
  simulation_cases = {
    noun = "Simulation case", id = "simulation_case_id", named_by = { "simulation_case_id" },
    page_size = PAGE_SIZE, tells = "pagination",
    new = new_case, change = change_case, show = show_case,
    filters = {
      simulation_case_type = function(record, value) return record.type == value end,
    },
    answers = { delete = markers.EMPTY },
    acts = { list_by_agent = list_by_agent, generate = generate },
  },
  simulation_suites = {
    noun = "Simulation suite", id = "id", named_by = { "suite_id" }, page_size = PAGE_SIZE, null_keeps = true,
    new = new_suite, show = show_suite, show_in_list = show_suite_in_list,
    filters = { model_ids = is_for_one_of },
    answers = { delete = markers.EMPTY },
    acts = { execute = execute },
  },
  simulation_scenarios = {
    noun = "Simulation scenario", id = "id", named_by = { "scenario_id" }, page_size = PAGE_SIZE,
    null_keeps = true, show = with_workspace,
    answers = { delete = markers.EMPTY },
  },
  simulations = {
    noun = "Simulation", id = "simulation_id", named_by = { "simulation_id" },
    page_size = PAGE_SIZE, tells = "pagination", show = show_simulation,
    filters = {
      status = function(record, value, act) return status_of(act.sandbox, record) == value end,
    },
    acts = { start = start_one, list_sessions = list_sessions, get_session = get_session },
  },
}
