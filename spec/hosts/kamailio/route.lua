-- A route script for Kamailio (app_lua): which calls do the agents of Synthflow take?
--
-- Kamailio is a redirect server here. The switch in front of it sends an INVITE and learns from the 302 where
-- the call goes: to Synthflow, if an agent has the called number, else to the desk; also to the desk if
-- Synthflow does not say within DEADLINE seconds.
--
-- A Lua call that waits holds up the process that makes it. So a SIP worker does not ask: it lays the
-- transaction aside (t_suspend) and puts the call into a queue. Other processes take it from there, ask, and
-- go on with the transaction (t_continue) once they know. Asking in a function that t_continue or
-- async_task_route runs is no way out: the transaction is locked there, and when the caller hangs up the SIP
-- worker waits for the lock.
--
-- SYNTHFLOW_API_KEY and SYNTHFLOW_WORKSPACE_ID come from Kamailio's environment.

-- luacheck: globals KSR ksr_request_route ksr_ask ksr_answer

local synthflow = require "synthflow"

local AGENTS, DESK = "sip.synthflow.example", "desk.example.com"

local DEADLINE = 2    -- seconds in which an INVITE is answered, come what may
local MOST_QUEUED = 8 -- calls that wait for somebody to ask; one too many goes to the desk at once
local PAUSE = 5000    -- microseconds between two looks into an empty queue

-- Connects to nothing yet, so each process may make one as it loads this.
local client = synthflow.new { timeout = DEADLINE, retries = 1 }

local function now()
  return tonumber(KSR.pv.get "$TV(Sn)")
end

local function redirect(host)
  KSR.pv.sets("$ru", "sip:" .. KSR.pv.get "$rU" .. "@" .. host)
  KSR.tm.t_reply(302, "Moved Temporarily")
end

-- In the processes that ask -------------------------------------------------------------------------------

local function find_host(number, seconds)
  if seconds < 0.05 then
    return DESK
  end
  local found, err = client.phone_numbers:get(number, {}, { timeout = seconds })
  if found then
    return #found.assistants > 0 and AGENTS or DESK
  elseif err.kind ~= "not_found" then
    KSR.warn(tostring(err) .. "\n")
  end
  return DESK
end

local host -- for the call that is gone on with

function ksr_answer()
  redirect(host)
end

local function take_call()
  local number = KSR.pv.get "$mqk(calls)"
  local index, label, since = KSR.pv.get "$mqv(calls)":match "^(%S+) (%S+) (%S+)$"
  local found, result = pcall(find_host, number, DEADLINE - math.max(0, now() - since))
  if not found then
    KSR.err(tostring(result) .. "\n")
  end
  host = found and result or DESK
  KSR.tmx.t_continue(tonumber(index), tonumber(label), "ksr_answer")
end

-- All that such a process does.
function ksr_ask()
  while true do
    if KSR.mqueue.mq_fetch "calls" > 0 then
      take_call()
    else
      KSR.cfgutils.usleep(PAUSE)
    end
  end
end

-- In the SIP workers --------------------------------------------------------------------------------------

local function invite()
  local number = tostring(KSR.pv.get "$rU")
  if not number:find "^%+?%d+$" then
    KSR.sl.send_reply(404, "Not Found")
  elseif KSR.tmx.t_precheck_trans() > 0 then
    KSR.tm.t_check_trans() -- it came before: the answer, if there is one, is repeated
  elseif KSR.tm.t_newtran() > 0 then
    if KSR.mqueue.mq_size "calls" >= MOST_QUEUED or KSR.tmx.t_suspend() < 0 then
      redirect(DESK)
      return
    end
    local id = KSR.pv.get "$T(id_index)" .. " " .. KSR.pv.get "$T(id_label)"
    KSR.mqueue.mq_add("calls", number, id .. " " .. KSR.pv.get "$TV(Sn)")
  end
end

-- What Kamailio calls for each request.
function ksr_request_route()
  if KSR.is_INVITE() then
    invite()
  elseif KSR.is_CANCEL() then
    if KSR.tm.t_check_trans() > 0 then
      KSR.tm.t_relay() -- goes nowhere, but ends the INVITE with 487
    end
  elseif KSR.is_ACK() then
    KSR.tm.t_check_trans()
  elseif KSR.is_OPTIONS() then
    KSR.sl.send_reply(200, "OK")
  else
    KSR.sl.send_reply(405, "Method Not Allowed")
  end
end
