-- The route script that runs the request suite inside of Kamailio. Not an example: that is route.lua.
--
-- It takes OPTIONS to PROCESS.PLACE.CASE, such as "asker.run.success", has the process run the case, and
-- answers 200, or 500 with what is wrong. PROCESS is "worker", the one that has received it, or "asker", one
-- that waits for work, as in route.lua. Other names are answered at once.

-- luacheck: globals KSR ksr_request_route ksr_ask ksr_answer

local request_suite = require "support.request_suite"
local synthflow = require "synthflow"

local PAUSE = 5000 -- microseconds between two looks into an empty queue

-- A request holds up its process, so there is no place of Kamailio's in which it cannot wait. A task has one,
-- here as everywhere: below a function of C.
local function stuck(code)
  local result = synthflow.parallel({ function() ("x"):gsub("x", function() code() end) end })[1]
  if not result.ok then
    error(result.err, 0)
  end
end

-- The code and the reason of the answer.
local function perform(called)
  local process, place, name = called:match "^(%a+)%.(%a+)%.(.+)$"
  local passed, problem = pcall(request_suite.perform, name, place, {
    origin = os.getenv "SUITE_ORIGIN", tag = "kamailio-" .. tostring(process),
    run = function(code) code() end, stuck = stuck,
  })
  if passed then
    return 200, "OK"
  end
  return 500, (tostring(problem):gsub("%c+", " "))
end

-- In a process that waits for work -------------------------------------------------------------------------

local code, reason -- for the one that is gone on with

function ksr_answer()
  KSR.tm.t_reply(code, reason)
end

function ksr_ask()
  while true do
    if KSR.mqueue.mq_fetch "calls" > 0 then
      code, reason = perform(KSR.pv.get "$mqk(calls)")
      local index, label = KSR.pv.get "$mqv(calls)":match "(%S+) (%S+)"
      KSR.tmx.t_continue(tonumber(index), tonumber(label), "ksr_answer")
    else
      KSR.cfgutils.usleep(PAUSE)
    end
  end
end

-- In the SIP worker ----------------------------------------------------------------------------------------

function ksr_request_route()
  local called = tostring(KSR.pv.get "$rU")
  if not called:find(".", 1, true) then
    KSR.sl.send_reply(200, "OK")
  elseif not called:find "^asker" then
    KSR.sl.send_reply(perform(called))
  elseif KSR.tm.t_newtran() > 0 and KSR.tmx.t_suspend() > 0 then
    KSR.mqueue.mq_add("calls", called, KSR.pv.get "$T(id_index)" .. " " .. KSR.pv.get "$T(id_label)")
  end
end
