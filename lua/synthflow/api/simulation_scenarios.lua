local schema = require "synthflow.schema"
local GET, POST, PUT, DELETE = schema.GET, schema.POST, schema.PUT, schema.DELETE
local read, idempotent, creates = schema.read, schema.idempotent, schema.creates
local string, integer, iso_date = schema.string, schema.integer, schema.iso_date
local required, nullable, hint = schema.required, schema.nullable, schema.hint
local wrapped, numbered_page, nothing = schema.wrapped, schema.numbered_page, schema.nothing

local scenario = string "the id that create answered"

local unknown_scenario = hint
  "no such scenario in this workspace and region: client.simulation_scenarios:each() shows those there are"

return schema.resource "simulation_scenarios" {
  about = "Simulation scenarios: situations that generated simulation cases are to cover.",

  create = POST "/simulation_scenarios" {
    summary = "Makes a scenario, which cases that are generated from then on may cover.",
    effect = creates,
    body = {
      name = required(string "name shown in lists"),
      description = required(string "what cases of it are to try"),
    },
    returns = wrapped,
  },

  list = GET "/simulation_scenarios" {
    summary = "One page of the scenarios of a workspace.",
    effect = read,
    query = {
      page_number = integer "which page, from 1",
      page_size = integer "records in a page; 10 when not given",
      search = string "only scenarios with this in their name",
      start_date = iso_date "only scenarios made then or later",
      end_date = iso_date "only scenarios made then or before",
    },
    returns = numbered_page "items",
  },

  get = GET "/simulation_scenarios/{scenario_id}" {
    summary = "One scenario.",
    effect = read,
    path = { scenario_id = scenario },
    returns = wrapped,
    means = { [404] = unknown_scenario },
  },

  update = PUT "/simulation_scenarios/{scenario_id}" {
    summary = "Changes a scenario; what is not given, or null, stays as it is.",
    effect = idempotent,
    path = { scenario_id = scenario },
    body = {
      name = nullable(string "name shown in lists"),
      description = nullable(string "what cases of it are to try"),
    },
    returns = wrapped,
    means = { [404] = unknown_scenario },
  },

  delete = DELETE "/simulation_scenarios/{scenario_id}" {
    summary = "Deletes a scenario.",
    effect = idempotent,
    path = { scenario_id = scenario },
    returns = nothing,
    means = { [404] = unknown_scenario },
  },
}
