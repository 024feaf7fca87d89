local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, list, iso_date = schema.string, schema.integer, schema.list, schema.iso_date
local required, nullable, hint = schema.required, schema.nullable, schema.hint
local wrapped, numbered_page, bare, nothing =
  schema.wrapped, schema.numbered_page, schema.bare, schema.nothing

local suite = string "the id that create answered"

local unknown_suite = hint
  "no such suite in this workspace and region: client.simulation_suites:each() shows those there are"

return schema.resource "simulation_suites" {
  about = "Simulation suites: cases that are run together, on one agent.",

  create = POST "/simulation_suites" {
    summary = "Makes a suite for one agent; it can be run on no other. Nothing is run, nothing billed.",
    effect = creates,
    body = {
      name = required(string "name shown in lists"),
      model_id = required(string "agent it is for"),
      language = string 'language of the simulated callers: "es-ES"; "en-US" when not given; never "multi"',
    },
    returns = wrapped,
    means = { [400] = hint 'an agent of this workspace, and a language that is not "multi"' },
  },

  list = GET "/simulation_suites" {
    summary = "One page of the suites of a workspace, with the names of their cases.",
    effect = read,
    query = {
      page_number = integer "which page, from 1",
      page_size = integer "records in a page; 10 when not given",
      search = string "only suites with this in their name",
      model_ids = list(string) "only suites for one of these agents",
      start_date = iso_date "only suites made then or later",
      end_date = iso_date "only suites made then or before",
    },
    returns = numbered_page "items",
  },

  get = GET "/simulation_suites/{suite_id}" {
    summary = "One suite with its cases.",
    effect = read,
    path = { suite_id = suite },
    returns = wrapped,
    means = { [404] = unknown_suite },
  },

  update = PUT "/simulation_suites/{suite_id}" {
    summary = "Renames a suite, or gives it to another agent; what is not given, or null, stays as it is.",
    effect = idempotent,
    path = { suite_id = suite },
    body = {
      name = nullable(string "name shown in lists"),
      model_id = nullable(string "agent it is for"),
    },
    returns = wrapped,
    means = { [404] = unknown_suite },
  },

  delete = DELETE "/simulation_suites/{suite_id}" {
    summary = "Deletes a suite.",
    effect = idempotent,
    path = { suite_id = suite },
    returns = nothing,
    means = { [404] = unknown_suite },
  },

  -- The parameters are in the query; there is no body.
  execute = POST "/simulation_suites/{suite_id}/execute" {
    summary = "Runs all cases of a suite, each a billed conversation. They go on after the answer, whose "
      .. "session_id is for simulations:get_session.",
    effect = creates,
    path = { suite_id = suite },
    query = {
      target_agent_id = required(string "the agent that the suite is for: its model_id, no other"),
      max_turns = integer "turns of each conversation at most, 10 to 50; 20 when not given",
    },
    -- { session_id =, suite_id =, suite_name =, total_cases =, status = }
    returns = bare,
    means = {
      [400] = hint "target_agent_id must be the agent of the suite, max_turns 10 to 50",
      [404] = unknown_suite,
    },
  },
}
