local schema = require "synthflow.schema"
local GET, POST = schema.GET, schema.POST
local read, creates = schema.read, schema.creates
local string, integer, iso_date = schema.string, schema.integer, schema.iso_date
local open_enum, variable_map = schema.open_enum, schema.variable_map
local required, nullable, hint = schema.required, schema.nullable, schema.hint
local wrapped, numbered_page = schema.wrapped, schema.numbered_page

local unknown_simulation = hint
  "no such simulation in this workspace and region: client.simulations:each() shows those there are"

return schema.resource "simulations" {
  about = "Simulations: conversations of an agent with a simulated caller. Those that were started "
    .. "together are a session; a suite that is executed makes one.",

  start = POST "/simulations" {
    summary = "Runs one case on an agent: a billed conversation, but no person is called. It goes on after "
      .. "the answer: get tells its status.",
    effect = creates,
    body = {
      simulation_case_id = required(string "case to run"),
      target_agent_id = required(string "agent to run it on: its model_id"),
      simulation_session_id = nullable(string "session to add it to; a new one when not given"),
      custom_variables = variable_map "values for {name} in the prompt of the agent",
    },
    returns = wrapped,
    means = { [404] = hint "no such case or agent in this workspace and region" },
  },

  list = GET "/simulations" {
    summary = "One page of the simulations of a workspace, with what came of them.",
    effect = read,
    query = {
      page_number = integer "which page, from 1",
      page_size = integer "records in a page; 10 when not given",
      simulation_session_id = string "only simulations of this session",
      status = open_enum { "in-progress", "completed", "failed" } "only simulations with this status",
      start_date = iso_date "only simulations made then or later",
      end_date = iso_date "only simulations made then or before",
      target_agent_id = string "only simulations on this agent",
    },
    returns = numbered_page "items",
  },

  get = GET "/simulations/{simulation_id}" {
    summary = "One simulation: its status, what was said, and which criteria were met.",
    effect = read,
    path = { simulation_id = string "the simulation_id that start answered":never "sessions" },
    returns = wrapped,
    means = { [404] = unknown_simulation },
  },

  list_sessions = GET "/simulations/sessions" {
    summary = "One page of the sessions of a workspace, each with its simulations.",
    effect = read,
    query = {
      page_number = integer "which page, from 1",
      page_size = integer "records in a page; 10 when not given",
      target_agent_id = string "only sessions on this agent",
      start_date = iso_date "only sessions with simulations made then or later",
      end_date = iso_date "only sessions with simulations made then or before",
    },
    returns = numbered_page "items",
    each = "each_session",
  },

  get_session = GET "/simulations/session/{simulation_session_id}" {
    summary = "One session: its simulations, and how many of them are completed, failed and pending.",
    effect = read,
    path = { simulation_session_id = string "session_id that simulation_suites:execute answered" },
    returns = wrapped,
    means = { [404] = hint "no such session in this workspace and region" },
  },
}
