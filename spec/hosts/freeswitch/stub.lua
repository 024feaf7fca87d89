-- Stands in for FreeSWITCH: its `session` and `freeswitch`, as mod_lua makes them, and one caller.
--
--   NUMBER (of the call), SCRIPT, CALLED, CALLER, AGENTS ("up", "down")
--
-- Ends with one line: where the call was bridged to, and the call id that was noted.

-- luacheck: globals freeswitch session

local _, script, called, caller, agents = ...

local variables = {
  destination_number = called, caller_id_number = caller, synthflow_model_id = "an-agent",
}
local bridged, ready = {}, true

-- Of calls to its agents the platform keeps records.
local function record_call()
  local synthflow = require "synthflow"
  synthflow.check(synthflow.new().calls:make { model_id = "an-agent", phone = caller, name = "Ada" })
end

session = {}

function session.getVariable(self, name)
  assert(self == session and type(name) == "string")
  return variables[name]
end

function session.setVariable(self, name, value)
  assert(self == session and type(name) == "string" and type(value) == "string")
  variables[name] = value
end

function session.ready(self)
  assert(self == session)
  return ready
end

function session.execute(self, application, target)
  assert(self == session and application == "bridge")
  bridged[#bridged + 1] = target
  local reached = not target:find("synthflow", 1, true) or agents == "up"
  variables.originate_disposition = reached and "SUCCESS" or "NO_ROUTE_DESTINATION"
  ready = not reached
  if reached and target:find("synthflow", 1, true) then record_call() end
end

freeswitch = {}

function freeswitch.consoleLog(level, text)
  assert(type(level) == "string" and text:sub(-1) == "\n")
  io.write(level, " ", text)
end

dofile(script)
io.write(("%s -> %s\n"):format(table.concat(bridged, " "), variables.synthflow_call_id or ""))
