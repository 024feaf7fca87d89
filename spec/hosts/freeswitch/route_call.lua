-- A script for FreeSWITCH (mod_lua): an agent of Synthflow takes the call if one has the called number. Else
-- the desk does, and also if Synthflow does not say in time or does not take the call.
--
-- Tested in spec/hosts/call_host with stub.lua in place of FreeSWITCH's own tables, not inside FreeSWITCH.
--
-- In the dialplan:
--
--   <action application="set" data="synthflow_model_id=the agent of this number"/>
--   <action application="lua" data="route_call.lua"/>
--
-- Each call runs this in a Lua state and a thread of its own. All of them share the connections to Synthflow.
-- SYNTHFLOW_API_KEY and SYNTHFLOW_WORKSPACE_ID come from FreeSWITCH's environment.

-- luacheck: globals freeswitch session

local synthflow = require "synthflow"

local AGENTS, DESK = "sofia/gateway/synthflow/", "sofia/gateway/desk/"
local TIMEOUT = 2 -- seconds in which it is decided where a call goes

local client = synthflow.new { timeout = TIMEOUT, retries = 1 }

local function complain(err)
  freeswitch.consoleLog("ERR", tostring(err) .. "\n")
end

-- Whether an agent has the number.
local function has_agent(number)
  if not number:find "^%+?%d+$" then
    return false
  end
  local found, err = client.phone_numbers:get(number)
  if not found and err.kind ~= "not_found" then
    complain(err)
  end
  return found ~= nil and #found.assistants > 0
end

-- Writes into the call detail record which call of Synthflow this was. The script goes on when the caller has
-- hung up.
local function note_call(model_id, caller, since)
  local calls, err = client.calls:find_recent { model_id = model_id, phone = caller, since = since }
  if not calls then
    complain(err)
  elseif calls[1] then
    session:setVariable("synthflow_call_id", calls[1].call_id)
  end
end

local function bridge(target)
  session:execute("bridge", target)
  return session:getVariable "originate_disposition" == "SUCCESS"
end

local number = session:getVariable "destination_number"
local caller, model_id = session:getVariable "caller_id_number", session:getVariable "synthflow_model_id"
local since = os.time() - 10 -- the platform's clock may be behind; the newest call comes first

session:setVariable("continue_on_fail", "true")
session:setVariable("hangup_after_bridge", "true")
if has_agent(number) and bridge(AGENTS .. number) then
  if model_id and caller then
    note_call(model_id, caller, since)
  end
elseif session:ready() then
  bridge(DESK .. number)
end
