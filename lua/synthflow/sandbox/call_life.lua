-- How a call goes on: from queue over ringing and in-progress to its end, within `call_seconds` in all.
--
-- The last four digits of the number that is called decide how it ends:
--
--   9901 busy         9902 no-answer     9903 failed            9904 canceled
--   9905 user-canceled                   9906 hangup_on_voicemail
--   9907 left_voicemail                  9908 spam              9909 never: in-progress for ever
--
-- A number that is not E.164 fails. All others complete.

local call_life = {}

-- Parts of the whole life, at their ends.
local QUEUE, RINGING = 0.1, 0.3

-- answered: it comes to in-progress; duration, transcript and recording are of that part.
local ENDINGS = {
  ["9901"] = { status = "busy", reason = "undefined", hangup = "callee" },
  ["9902"] = { status = "no-answer", reason = "undefined" },
  ["9903"] = { status = "failed", reason = "undefined", error_message = "Telephony - 404 - Not Found" },
  ["9904"] = { status = "canceled", reason = "undefined" },
  ["9905"] = { status = "user-canceled", reason = "user_canceled", answered = true, hangup = "callee" },
  ["9906"] = { status = "hangup_on_voicemail", reason = "voicemail", answered = true, hangup = "caller" },
  ["9907"] = {
    status = "left_voicemail", reason = "voicemail_message_left", answered = true, hangup = "caller",
  },
  ["9908"] = { status = "spam", reason = "undefined", error_message = "Telephony - 608 - Rejected" },
  ["9909"] = { status = "in-progress", answered = true, endless = true },
}
local COMPLETED = { status = "completed", reason = "agent_goodbye", answered = true, hangup = "caller" }
local INVALID = {
  status = "failed", reason = "Failed to start outbound call",
  error_message = "Telephony - 400 - Invalid phone number",
}

function call_life.ending_of(phone)
  if not phone:find("^%+%d+$") then return INVALID end
  return ENDINGS[phone:sub(-4)] or COMPLETED
end

---Where a call is in its life.
---@param age number seconds since it was made
---@param whole number seconds that a life lasts
---@return table stage { status, answered_for (seconds; nil before it is answered), ended, ending }
function call_life.stage(phone, age, whole)
  local ending = call_life.ending_of(phone)
  if age < QUEUE * whole then return { status = "queue", ending = ending } end
  if age < RINGING * whole then return { status = "ringing", ending = ending } end
  if not ending.answered then return { status = ending.status, ended = true, ending = ending } end
  local talked = age - RINGING * whole
  if ending.endless or age < whole then
    return { status = "in-progress", answered_for = talked, ending = ending }
  end
  return { status = ending.status, answered_for = (1 - RINGING) * whole, ended = true, ending = ending }
end

---Seconds from the beginning to the answer.
function call_life.ringing_ends(whole)
  return RINGING * whole
end

return call_life
