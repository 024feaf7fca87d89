local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, list, open_enum = schema.string, schema.integer, schema.list, schema.open_enum
local required, nullable, hint, absent = schema.required, schema.nullable, schema.hint, schema.absent
local wrapped, wrapped_list, numbered_page = schema.wrapped, schema.wrapped_list, schema.numbered_page
local nothing, lines = schema.nothing, schema.lines

local types = { "custom", "agent_based" }
local tests = {
  "csat_score", "accuracy_of_responses", "script_compliance", "angry_user", "repetitive_phrases",
  "conversational_naturalness", "task_completion",
}

local case = string "the simulation_case_id that create answered"
local success = open_enum { "all", "any" }

local unknown_case = hint
  "no such case in this workspace and region: client.simulation_cases:each() shows those there are"

return schema.resource "simulation_cases" {
  about = "Simulation cases: what a simulated caller wants, and what must come of it.",

  create = POST "/simulation_cases" {
    summary = "Makes a simulation case. Nothing is run, nothing billed.",
    effect = creates,
    body = {
      name = required(string "name shown in lists"),
      prompt = required(string "who the simulated caller is, and what they want"),
      type = required(open_enum(types) "custom: as the prompt says; agent_based: made for an agent"),
      success_criteria = required(list(string) "what must come of it, each in one sentence"),
      call_success_type = required(success "whether all of the criteria must be met, or any"),
      suite_id = string "suite it belongs to; the platform means to demand it",
      base_agent_id = nullable(string "agent it is made for: its model_id; the platform means to demand it"),
    },
    returns = wrapped "simulation_case",
    means = {
      [400] = hint "suites of today need suite_id" :when { suite_id = absent },
      [422] = hint "suites of today need suite_id" :when { suite_id = absent },
    },
  },

  list = GET "/simulation_cases" {
    summary = "One page of the simulation cases of a workspace.",
    effect = read,
    query = {
      page_number = integer "which page, from 1",
      page_size = integer "records in a page; 10 when not given",
      search = string "only cases with this in their name",
      simulation_case_type = open_enum(types) "only cases of this type",
      suite_id = string "only cases of this suite",
    },
    returns = numbered_page "items",
  },

  list_by_agent = GET "/simulation_cases/by_agent" {
    summary = "All simulation cases that were made for an agent, in one list without pages.",
    effect = read,
    query = { agent_id = required(string "agent: its model_id") },
    returns = wrapped_list,
  },

  get = GET "/simulation_cases/{simulation_case_id}" {
    summary = "One simulation case.",
    effect = read,
    path = { simulation_case_id = case:never "by_agent" },
    returns = wrapped,
    means = { [404] = unknown_case },
  },

  update = PUT "/simulation_cases/{simulation_case_id}" {
    summary = "Changes a simulation case; what is not given, or null, stays as it is. Its type stays.",
    effect = idempotent,
    path = { simulation_case_id = case },
    body = {
      name = nullable(string "name shown in lists"),
      prompt = nullable(string "who the simulated caller is, and what they want"),
      success_criteria = nullable(list(string) "what must come of it; replaces those there are"),
      call_success_type = nullable(success "whether all of the criteria must be met, or any"),
      suite_id = nullable(string "suite it goes into"),
    },
    returns = wrapped,
    means = { [404] = unknown_case },
  },

  delete = DELETE "/simulation_cases/{simulation_case_id}" {
    summary = "Deletes a simulation case.",
    effect = idempotent,
    path = { simulation_case_id = case },
    returns = nothing,
    means = { [404] = unknown_case },
  },

  -- The answer is a stream of lines (NDJSON); synthflow/simulation_cases.lua makes an iterator of them.
  generate = POST "/simulation_cases/generate" {
    summary = "Has the platform write cases for an agent, which can take minutes. Answers an iterator over "
      .. "the lines it sends: progress and cases, as it words them.",
    effect = creates,
    timeout = 180,
    body = {
      agent_id = required(string "agent to write cases for: its model_id"),
      suite_id = string "suite the cases go into",
      include_tests = list(open_enum(tests)) "what to test; the platform may demand it",
    },
    returns = lines,
    means = {
      [400] = hint "the platform may demand include_tests" :when { include_tests = absent },
      [404] = hint "no such agent or suite in this workspace and region",
      [422] = hint "the platform may demand include_tests" :when { include_tests = absent },
    },
  },
}
