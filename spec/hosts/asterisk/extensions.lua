-- A dialplan for Asterisk (pbx_lua): an agent of Synthflow calls those back who do not want to wait.
--
-- Tested in spec/hosts/call_host with stub.lua in place of Asterisk's own tables, not inside Asterisk.
--
-- Each channel loads this file into a Lua state in its own thread, so to wait here delays nobody else, and
-- Asterisk services the channel meanwhile. All states share the connections to Synthflow.
--
-- SYNTHFLOW_API_KEY, and SYNTHFLOW_MODEL_ID, the agent, come from Asterisk's environment.

-- luacheck: globals app channel extensions

local synthflow = require "synthflow"

local TIMEOUT = 3          -- seconds for one request
local WATCHED = 15 * 60    -- seconds in which the call back is expected to be over

local client = synthflow.new { timeout = TIMEOUT }

local function is_number(caller)
  return tostring(caller):find "^%+%d+$" ~= nil
end

-- For the call detail record of the channel that has gone.
local function note(text)
  channel.CDR("userfield"):set(text)
end

local function failed(err)
  app.log("ERROR", tostring(err))
  note(("call back: %s, called: %s"):format(err.kind, err.took_effect))
end

-- The caller has hung up, so the line is free for the call back. Nobody waits any more but this thread.
local function call_back()
  local caller = channel.CALLERID("num"):get()
  -- Rings once at most: when the answer is lost, it looks for the call and does not make another.
  local call, err = client.calls:make_once({
    model_id = os.getenv "SYNTHFLOW_MODEL_ID",
    phone = caller,
    name = channel.CALLERID("name"):get() or caller,
    custom_variables = { reason = "asked to be called back", channel = channel.UNIQUEID:get() },
  }, { look_for = 10 })
  if not call then
    return failed(err)
  end
  note("call back: " .. call.call_id)
  local ended
  ended, err = client.calls:wait(call.call_id, { timeout = WATCHED })
  if not ended then
    return failed(err)
  end
  note(("call back: %s, %s"):format(call.call_id, ended.status))
end

local function take_call()
  app.answer()
  if is_number(channel.CALLERID("num"):get()) then
    app.read("WISH", "queue-callback", 1, nil, nil, 10)
    if channel.WISH:get() == "1" then
      channel.CALL_BACK = "yes"
      app.playback("thank-you-goodbye")
      app.hangup()
    end
  end
  app.queue("support")
end

-- The extension for when a channel has been hung up.
local function hung_up()
  if channel.CALL_BACK:get() == "yes" then
    call_back()
  end
end

extensions = {
  ["from-trunk"] = { ["_X!"] = take_call, h = hung_up },
}
