--- Looks for a call that was perhaps made: by agent, number and time among the calls that the platform lists,
-- confirmed by the mark among its variables where the platform shows them.

local hosts = require "synthflow.hosts"
local http_date = require "synthflow.http_date"

local search = {}

--- Under this name the mark is sent among the custom variables of a call.
search.MARK = "synthflow_mark"

--- Errors that another look may not meet.
search.TRANSIENT = { decode = true, network = true, rate_limit = true, server = true, timeout = true }

local PAUSE_GROWTH, LONGEST_PAUSE = 2, 15
-- The last look may take so many seconds beyond the end of the time for looking; no request takes longer
-- than REQUEST_MOST.
local LAST_LOOK, REQUEST_MOST = 5, 30
-- Both clocks count whole seconds; and an answer is on its way for a while.
local TOLERANCE = 5
-- Where no answer says what the platform's clock shows, it may be wrong by so many seconds.
local UNKNOWN_CLOCK = 300
local PAGE, PAGES_MOST = 100, 10
-- A call without variables that is seen so often will not get any more.
local LOOKS_TO_SETTLE = 3

-- Numbers --------------------------------------------------------------------------------------------------

local FEWEST_DIGITS = 7

-- Digits without what stands for "abroad" or "another town"; nil when some are hidden.
local function digits_of(number)
  local text = type(number) == "string" and number:gsub("[%s%+%-%.%(%)/]", "") or ""
  return text:find "^%d+$" and text:gsub("^0+", "") or nil
end

local function ends_with(text, ending)
  return #ending >= FEWEST_DIGITS and text:sub(-#ending) == ending
end

--- true, false, or nil where that cannot be told: +4915112345678 may be shown as 015112345678.
function search.is_same_number(one, other)
  local a, b = digits_of(one), digits_of(other)
  if not a or not b then
    return nil
  end
  return a == b or ends_with(a, b) or ends_with(b, a)
end

--- The form in which the platform can be asked for it, or nil.
function search.in_international_form(number)
  local plain = tostring(number):gsub("[%s%-%.%(%)/]", "")
  return plain:find "^%+%d+$" and plain or nil
end

-- Variables ------------------------------------------------------------------------------------------------

-- The platform may show these with the custom variables; they tell no call from another.
local NOT_CUSTOM = {
  call_id = true, from_phone_number = true, lead_email = true, lead_name = true, lead_timezone = true,
  model_id = true, name = true, phone = true, to_phone_number = true, user_phone_number = true,
}

-- As names and values, whichever way they are shown.
local function custom_variables(shown)
  local custom = {}
  for name, value in pairs(type(shown) == "table" and shown or {}) do
    if type(value) == "table" and value.key ~= nil then
      name, value = value.key, value.value
    end
    if not NOT_CUSTOM[name] then
      custom[name] = value
    end
  end
  return custom
end

-- "ours", "other", or "unknown" where no variables are shown.
local function verdict(record, mark)
  local custom = custom_variables(record.prompt_variables)
  local shown = custom[search.MARK]
  if shown == mark then
    return "ours"
  elseif shown ~= nil and not tostring(shown):find "^%x+$" then
    return "unknown" -- hidden, as personal data may be
  end
  return next(custom) ~= nil and "other" or "unknown"
end

-- Looking --------------------------------------------------------------------------------------------------
-- A state: what search.run was given, and ends, pause; looks and failed (counts), problem (the last error),
-- look_failed; others (set of calls that carry other variables) and other_count; seen (how often a call
-- without variables was found), unknown (the one of these that may be ours), unsure (how many more there are
-- of which too little is known).

local function options_of(state)
  local left = state.ends - state.link.core.clock()
  return { timeout = math.min(math.max(left, LAST_LOOK), REQUEST_MOST), blocking = state.blocking }
end

-- Milliseconds by the platform's clock, before which our call cannot have started.
local function earliest(state, response)
  local theirs = http_date.read(response.headers.date)
  local ahead = theirs and theirs - os.time() - TOLERANCE or -UNKNOWN_CLOCK
  return (state.began + ahead) * 1000
end

local function is_candidate(state, record, since)
  local start = tonumber(record.start_time)
  return record.call_id ~= nil
    and not state.others[record.call_id]
    and record.type_of_call ~= "inbound"
    and not (start and start < since)
    and search.is_same_number(record.lead_phone_number or record.phone_number_to, state.phone) ~= false
end

-- Whether a page, newest first, holds nothing that is young enough: what follows it is older still.
local function is_over(page, since)
  for _, record in ipairs(page) do
    if (tonumber(record.start_time) or since) >= since then
      return false
    end
  end
  return true
end

-- Calls of this agent to this number since then, or nil and an error. The platform is not asked by date: it
-- may know none for a call that has not started yet.
local function candidates(state)
  local found = {}
  local page, response = state.resource:list({
    model_id = state.model_id, lead_phone_number = search.in_international_form(state.phone), limit = PAGE,
  }, options_of(state))
  for _ = 1, PAGES_MOST do
    if not page then
      return nil, response
    end
    local since = earliest(state, response)
    for _, record in ipairs(page) do
      if is_candidate(state, record, since) then
        found[#found + 1] = record
      end
    end
    if is_over(page, since) then
      return found
    end
    page, response = page.next()
    if not page and not response then
      return found
    end
  end
  return found
end

-- Whether time and number say that it is ours, as far as they can.
local function fits(state, record)
  return tonumber(record.start_time) ~= nil
    and search.is_same_number(record.lead_phone_number or record.phone_number_to, state.phone) == true
end

local function fail(state, problem)
  state.problem, state.look_failed = problem, true
end

-- Of the calls without variables the first one after our request, once it has been seen often enough.
local function settled(state, unknown)
  local first = state.unknown
  if first and state.others[first.record.call_id] then
    first = nil
  end
  for _, one in ipairs(unknown) do
    local id = one.record.call_id
    state.seen[id] = (state.seen[id] or 0) + 1
    if not first or one.start < first.start then
      first = one
    end
  end
  state.unknown = first
  if first and state.seen[first.record.call_id] >= LOOKS_TO_SETTLE then
    return first.record, first.response
  end
end

-- Sorts one call; returns its record and response when it is ours.
local function judge(state, candidate, unknown)
  local record, response = state.resource:get(candidate.call_id, {}, options_of(state))
  local judged = record and verdict(record, state.mark)
  if judged == "ours" then
    return record, response
  elseif judged == "other" then
    state.others[candidate.call_id] = true
    state.other_count = state.other_count + 1
  elseif judged and fits(state, candidate) then
    unknown[#unknown + 1] = { record = record, response = response, start = tonumber(candidate.start_time) }
  else
    state.unsure = state.unsure + 1
  end
  if not record and response.kind ~= "not_found" then
    fail(state, response)
  end
end

-- One look: the record, its response and how it was found, or nil.
local function look(state)
  local listed, problem = candidates(state)
  if not listed then
    return fail(state, problem)
  end
  local unknown = {}
  state.unsure = 0
  for _, candidate in ipairs(listed) do
    local record, response = judge(state, candidate, unknown)
    if record then
      return record, response, "by_mark"
    end
  end
  local record, response = settled(state, unknown)
  return record, response, record and "by_phone_and_time"
end

local function count_look(state)
  state.looks = state.looks + 1
  if state.look_failed then
    state.failed = state.failed + 1
  end
end

-- Whether looking again may tell more.
local function may_go_on(state)
  return not state.look_failed or search.TRANSIENT[state.problem.kind]
end

local function pause(state)
  local left = state.ends - state.link.core.clock()
  local seconds = math.min(math.max(state.pause, state.look_failed and state.problem.retry_after or 0), left)
  state.pause = math.min(state.pause * PAUSE_GROWTH, LONGEST_PAUSE)
  if left <= 0 then
    return false
  end
  hosts.sleep(state.link, seconds, state)
  return true
end

--- Looks until the call is found or the time is over, the last time at its end.
-- `state`: resource, link, model_id, phone, mark, began (os.time() before the call was made), look_for and
-- first_pause (seconds), blocking. Returns the record, its response and how it was found, "by_mark" or
-- "by_phone_and_time"; or nil, and the state says what was seen.
function search.run(state)
  local started = state.link.core.clock()
  state.ends, state.pause = started + state.look_for, state.first_pause
  state.looks, state.failed, state.others, state.other_count, state.seen, state.unsure = 0, 0, {}, 0, {}, 0
  repeat
    state.look_failed = false
    local record, response, how = look(state)
    count_look(state)
    if record then
      return record, response, how
    end
  until not may_go_on(state) or not pause(state)
  state.seconds = state.link.core.clock() - started
  if state.unknown then
    return state.unknown.record, state.unknown.response, "by_phone_and_time"
  end
end

-- What was seen ---------------------------------------------------------------------------------------------

local NO_PROMISE = "the platform does not say how soon a call is listed"

local function times(count, what)
  return ("%d %s%s"):format(count, what, count == 1 and "" or "s")
end

--- What a search that found nothing has to say, and how sure it is: "likely" that there is no such call, or
-- "unknown".
function search.report(state, took_effect)
  local worked = state.looks - state.failed
  if worked == 0 then
    return ("looking for the call failed (%s): nothing is known of it"):format(tostring(state.problem)),
      "unknown"
  end
  local said = ("%s in %.0f s found no such call"):format(times(worked, "look"), state.seconds)
  if state.other_count > 0 then
    said = said .. (" (but %s to this number, with other variables)"):format(times(state.other_count, "call"))
  end
  if state.failed > 0 then
    return ("%s, but %s failed (%s): it may have been made"):format(said, times(state.failed, "more look"),
      tostring(state.problem)), "unknown"
  elseif state.unsure > 0 then
    return ("%s, but %s to this number of which the platform shows too little to tell"):format(said,
      times(state.unsure, "call")), "unknown"
  elseif took_effect == "yes" then
    return said .. ", but success was answered: it may be listed later", "unknown"
  elseif not search.in_international_form(state.phone) then
    return said .. ", but the number is not E.164, so it may be listed in another form", "unknown"
  end
  return said .. ": most likely it was not made, though " .. NO_PROMISE, "likely"
end

return search
