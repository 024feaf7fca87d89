--- The resources of a client. Each is a file of the catalogue in synthflow/api, loaded when it is first used;
-- some have conveniences in a file beside it, which is named here. One with a dot is reached through the
-- other: client.knowledge_bases.sources.

return {
  actions = true,
  agents = true,
  analytics = true,
  batches = true,
  calls = "synthflow.calls",
  chats = true,
  contacts = true,
  knowledge_bases = true,
  ["knowledge_bases.sources"] = true,
  mcp = true,
  memory_stores = true,
  phone_books = true,
  phone_numbers = "synthflow.phone_numbers",
  simulation_cases = true,
  simulation_scenarios = true,
  simulation_suites = true,
  simulations = true,
  subaccounts = true,
  voices = true,
  webhook_logs = true,
}
