-- Imports a phone number, lists, gets and renames it, and deletes it again.
--
--   lua import_number.lua [NUMBER]
--
-- Without SYNTHFLOW_API_KEY and SYNTHFLOW_BASE_URL it talks to the sandbox, an imitation of the
-- platform on this machine. With them, and SYNTHFLOW_WORKSPACE_ID, it does the same on the real
-- service. There it deletes only the number that it has imported itself, never one that it finds.

local synthflow = require "synthflow"

local NUMBER = arg[1] or "+33782990580"
local NEW_NAME = "My Custom Number, renamed"

-- What the user sees --------------------------------------------------------

local requests, reused = 0, 0

-- Every request ends here, with an answer or without one.
local function on_response(event)
  requests = requests + 1
  local attempt = event.attempts[#event.attempts]
  if attempt and attempt.reused then reused = reused + 1 end
  print(("   %s %s -> %s in %.1f ms"):format(event.method, event.route,
    event.status and "HTTP " .. event.status or "no answer", (event.seconds or 0) * 1000))
end

-- Says what is about to be done, then does it.
local function step(title, call, perform, ...)
  print(("\n%s\n   %s"):format(title, call))
  return perform(...)
end

-- The data of a result; an error ends the run.
local function must(data, err)
  if data == nil then error(err, 0) end
  return data
end

local function print_fields(record, names)
  for _, name in ipairs(names) do
    if record[name] ~= nil then print(("      %-14s %s"):format(name, tostring(record[name]))) end
  end
end

-- What to talk to -----------------------------------------------------------

local function is_set(name)
  local value = os.getenv(name)
  return value ~= nil and value ~= ""
end

-- What the real service wants, said before anything is begun.
local function check_environment()
  for _, name in ipairs { "SYNTHFLOW_API_KEY", "SYNTHFLOW_WORKSPACE_ID" } do
    if not is_set(name) then
      error(("Set %s as well: the service wants a key and the workspace that is to own the number.\n"
        .. "Without SYNTHFLOW_API_KEY and SYNTHFLOW_BASE_URL this talks to a sandbox, and needs neither.")
        :format(name), 0)
    end
  end
end

---@return table client
---@return table|nil sandbox the one that was started, to be stopped
local function connect()
  if is_set "SYNTHFLOW_API_KEY" or is_set "SYNTHFLOW_BASE_URL" then
    check_environment()
    local client = synthflow.new { on_response = on_response }
    print("This talks to the service that your environment names: " .. tostring(client))
    return client
  end
  local sandbox = require("synthflow.sandbox").start()
  print("No SYNTHFLOW_API_KEY is set, so this talks to a sandbox on this machine: " .. sandbox.base_url)
  local client = synthflow.new {
    base_url = sandbox.base_url,
    api_key = sandbox.api_key,
    workspace_id = sandbox.workspace_id,
    on_response = on_response,
  }
  return client, sandbox
end

-- The steps -----------------------------------------------------------------

local GET_CALL = ("client.phone_numbers:get(%q)"):format(NUMBER)

-- Only a clear "not found" counts. Where the service answers in another way, its list decides.
local function is_there(numbers, title)
  local found, err = step(title, GET_CALL, numbers.get, numbers, NUMBER)
  if found then
    print "      yes"
    return true
  end
  if err.kind == "invalid" then
    for record in numbers:each() do
      if record.number == NUMBER then return true end
    end
  elseif err.kind ~= "not_found" then
    error(err, 0)
  end
  print "      no"
  return false
end

local function import(numbers)
  local call = ('client.phone_numbers:import { phone_number = %q,\n      friendly_name = "My Custom Number", '
    .. 'termination_uri = "sip.example.com" }'):format(NUMBER)
  local imported = must(step("Import it.", call, numbers.import, numbers, {
    phone_number = NUMBER, friendly_name = "My Custom Number", termination_uri = "sip.example.com",
  }))
  print_fields(imported, { "key", "phone_number" })
end

local function list(numbers)
  local call = "client.phone_numbers:list()"
  local page = must(step("The numbers of the workspace.", call, numbers.list, numbers))
  for _, record in ipairs(page) do
    print(("      %-14s %s"):format(record.number, record.is_available and "available" or "in use"))
  end
  print(("      %d in all"):format(page.total or #page))
end

local function get(numbers, title)
  local record = must(step(title, GET_CALL, numbers.get, numbers, NUMBER))
  print_fields(record, { "phone_number", "friendly_name", "provider_name", "sip_term_uri", "is_available" })
end

local function rename(numbers)
  local call = ("client.phone_numbers:update(%q, { friendly_name = %q })"):format(NUMBER, NEW_NAME)
  must(step("Rename it.", call, numbers.update, numbers, NUMBER, { friendly_name = NEW_NAME }))
end

local function use(numbers)
  list(numbers)
  get(numbers, "The number itself.")
  rename(numbers)
  get(numbers, "Its new name.")
end

local function delete(numbers)
  local call = ("client.phone_numbers:delete(%q)"):format(NUMBER)
  must(step("Delete it.", call, numbers.delete, numbers, NUMBER))
end

local function run(numbers)
  if is_there(numbers, ("Is %s there already?"):format(NUMBER)) then
    error(("%s was in this workspace before, and stays as it is. To see the rest, give a number that is not: "
      .. "import_number.lua +15550100"):format(NUMBER), 0)
  end
  import(numbers)
  -- Whatever happens in between, what was imported is taken away again.
  local used, fault = pcall(use, numbers)
  local deleted, other_fault = pcall(delete, numbers)
  if not deleted then io.stderr:write("\n", NUMBER, " may still be in the workspace.\n") end
  if not used then error(fault, 0) end
  if not deleted then error(other_fault, 0) end
  is_there(numbers, "Is it gone?")
end

local function main()
  local client, sandbox = connect()
  local done, fault = pcall(run, client.phone_numbers)
  if sandbox then sandbox.stop() end
  if not done then error(fault, 0) end
  print(("\nDone: %d requests, %d of them over a connection that was already open."):format(requests, reused))
end

local done, fault = pcall(main)
if not done then
  io.stdout:flush()
  io.stderr:write("\n", tostring(fault), "\n")
  os.exit(1)
end
