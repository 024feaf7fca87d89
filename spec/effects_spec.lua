-- What a repeat of each operation would do, as the design says it: whoever changes it here decides whether a
-- lost answer is sent again, and a person rung, billed or written to twice.

local catalogue = require "synthflow.sandbox.catalogue"

local EFFECTS = {
  read = [[
    actions:get actions:list
    agents:get agents:list
    analytics:export
    batches:get batches:list batches:list_recipients
    calls:get calls:list calls:media_base_url
    chats:get chats:list
    contacts:get contacts:list
    knowledge_bases.sources:list
    knowledge_bases:get knowledge_bases:list
    mcp:discover_tools mcp:get_config
    memory_stores:get memory_stores:get_memory memory_stores:list
    phone_books:list
    phone_numbers:get phone_numbers:list
    simulation_cases:get simulation_cases:list simulation_cases:list_by_agent
    simulation_scenarios:get simulation_scenarios:list
    simulation_suites:get simulation_suites:list
    simulations:get simulations:get_session simulations:list simulations:list_sessions
    subaccounts:get subaccounts:list
    voices:list
    webhook_logs:get webhook_logs:list
  ]],
  idempotent = [[
    actions:attach actions:delete actions:detach actions:update
    agents:attach_numbers agents:delete agents:detach_number agents:update
    batches:cancel batches:pause
    chats:delete
    contacts:delete contacts:update
    knowledge_bases.sources:delete knowledge_bases.sources:update
    knowledge_bases:attach knowledge_bases:delete knowledge_bases:detach knowledge_bases:update
    mcp:delete_config mcp:set_config mcp:update_config
    memory_stores:attach_agent memory_stores:attach_contact memory_stores:delete
    memory_stores:detach_agent memory_stores:detach_contact memory_stores:update
    phone_books:delete phone_books:delete_entry
    phone_numbers:delete phone_numbers:update
    simulation_cases:delete simulation_cases:update
    simulation_scenarios:delete simulation_scenarios:update
    simulation_suites:delete simulation_suites:update
    subaccounts:delete
  ]],
  creates = [[
    actions:create actions:initialize
    agents:create
    calls:prepare_inbound
    chats:create chats:send
    contacts:create
    knowledge_bases.sources:add
    knowledge_bases:create
    mcp:invoke_tool
    memory_stores:create
    phone_books:add_entry phone_books:create
    phone_numbers:import
    simulation_cases:create simulation_cases:generate
    simulation_scenarios:create
    simulation_suites:create simulation_suites:execute
    simulations:start
    subaccounts:create subaccounts:update
  ]],
  dials = [[
    batches:append batches:create batches:resume
    calls:make calls:start_media
    chats:start_outbound
  ]],
}

describe("the effect of every operation", function()
  local expected, found = {}, {}
  for effect, names in pairs(EFFECTS) do
    for named in names:gmatch "%S+" do
      assert(not expected[named], named .. " is listed twice")
      expected[named] = effect
    end
  end
  for _, operation in ipairs(catalogue.operations()) do
    found[operation.named] = operation.effect
  end

  it("is the one written here", function()
    local differences = {}
    for _, names in ipairs { expected, found } do
      for named in pairs(names) do
        if expected[named] ~= found[named] then
          differences[named] = ("%s here, %s in the catalogue"):format(
            tostring(expected[named]), tostring(found[named]))
        end
      end
    end
    assert.are.same({}, differences)
  end)
end)
