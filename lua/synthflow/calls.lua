--- What client.calls can do beyond the catalogue. Each takes the resource and its link (see send.lua), then
-- what the caller gives.

local check = require "synthflow.check"
local extras = require "synthflow.extras"
local hosts = require "synthflow.hosts"
local schema = require "synthflow.schema"
local search = require "synthflow.call_search"
local send = require "synthflow.send"
local values = require "synthflow.values"

local any, boolean, integer = schema.any, schema.boolean, schema.integer
local number, string = schema.number, schema.string
local object, required, timestamp = schema.object, schema.required, schema.timestamp

local calls = {}

-- Arguments ------------------------------------------------------------------------------------------------

local function is_not_above_zero(converted, field)
  return field.kind == "number" and converted ~= nil and (converted ~= converted or converted <= 0)
end

-- Those whose names are described; the others are faults.
local function known_of(given, described, call, what)
  local known = {}
  for name, value in pairs(given) do
    if described.fields[name] then
      known[name] = value
    else
      local names = require("synthflow.usage").sorted_names(described.fields)
      values.fault(call, "unknown", what, name, names)
    end
  end
  return known
end

-- The values of `given`, converted, or one raised text with all faults. Numbers are seconds above 0.
local function take(link, named, described, given, what)
  local call, taken = check.new_call({ named = named }, link), {}
  if type(given) ~= "table" then
    require("synthflow.usage").raise(named, { "takes a table of named values" })
  end
  local known = known_of(given, described, call, what or "option")
  local there = values.take(known, described.fields, described.aliases, call, "", function(name, field, value)
    taken[name] = values.convert(value, field, call, name)
    if is_not_above_zero(taken[name], field) then
      values.fault(call, "mismatch", name, "seconds above 0", value)
    end
  end)
  values.relate(call, "", described, taken, there)
  if #call.faults > 0 then
    require("synthflow.usage").raise(named, call.faults)
  end
  return taken
end

-- Looking up -----------------------------------------------------------------------------------------------

local RECENT = object {
  model_id = required(string "agent"),
  phone = required(string "number of the other side"),
  since = required(timestamp "moment"),
}

-- The platform ignores in silence what it does not know of a query, so what it lists is checked.
local function matches(record, wanted)
  local start = tonumber(record.start_time)
  return search.is_same_number(record.lead_phone_number, wanted.phone) ~= false
    and not (start and start < wanted.since)
end

---The calls of an agent from or to a number since a moment, newest first: a list, which may be empty, of the
---records that `list` gives. After an error whose took_effect is "maybe" it tells whether there is a call. A
---call that was made just now may not be listed yet.
---@param given table { model_id =, phone =, since = ISO text, seconds or milliseconds since 1970 }
---@param options? table request options, for each request
function calls.find_recent(resource, link, given, options)
  local faults = {}
  extras.divide(options, {}, faults)
  if #faults > 0 then
    require("synthflow.usage").raise("calls:find_recent", faults)
  end
  local wanted, found = take(link, "calls:find_recent", RECENT, given, "parameter"), {}
  local page, first = resource:list({
    model_id = wanted.model_id, from_date = wanted.since, limit = 100,
    lead_phone_number = search.in_international_form(wanted.phone) or wanted.phone,
  }, options)
  if not page or not page.next then
    return page, first -- an error, or what a dry run describes
  end
  local err
  repeat
    for _, record in ipairs(page) do
      found[#found + 1] = matches(record, wanted) and record or nil
    end
    page, err = page.next()
  until not page
  if err then
    return nil, err
  end
  return found, first
end

-- Making ---------------------------------------------------------------------------------------------------

local LOOKING = object {
  look_for = number "seconds in which a call of which nothing is known is looked for",
  first_pause = number "seconds between the first two looks; each pause is twice the one before, 15 at most",
}
local LOOK_FOR, FIRST_LOOK_PAUSE = 60, 1

-- What a call is looked for by: what stands in extra_body would replace it.
local NOT_EXTRA = { custom_variables = true, model_id = true, phone = true }

-- Own options, and those of the request.
local function divide(link, options)
  local faults = {}
  local own, requests = extras.divide(options, LOOKING.fields, faults)
  local extra_body = requests and requests.extra_body
  for name in pairs(type(extra_body) == "table" and extra_body or {}) do
    if NOT_EXTRA[name] then
      faults[#faults + 1] = name .. " belongs into the first table: the call is looked for by it, and not by "
        .. "extra_body"
    end
  end
  if #faults > 0 then
    require("synthflow.usage").raise("calls:make_once", faults)
  end
  return take(link, "calls:make_once", LOOKING, own), requests
end

-- What is wrong with the arguments is left for `make` to say.
local function with_mark(given, mark)
  local variables = type(given) == "table" and given.custom_variables
  if type(given) ~= "table" or variables ~= nil and type(variables) ~= "table" then
    return given
  end
  local marked, marked_variables = values.copy(given), values.copy(variables or {})
  if #marked_variables > 0 then
    table.insert(marked_variables, { key = search.MARK, value = mark })
  else
    marked_variables[search.MARK] = mark
  end
  marked.custom_variables = marked_variables
  return marked
end

-- What a hint says besides the advice to look, which has been done.
local function without_advice(err)
  local hint = err.hint or ""
  local advice = require("synthflow.hints").of_effect({ effect = "dials" }, "maybe")
  if err.took_effect == "maybe" and hint:sub(-#advice) == advice then
    return hint:sub(1, -#advice - 1)
  end
  return hint ~= "" and hint .. "; " or ""
end

-- The error of the request, which hooks may hold as it was, with what the search has to say.
local function with_report(err, state)
  local said, certainty = search.report(state, err.took_effect)
  local reported = values.copy(err)
  reported.operation, reported.hint = "calls:make_once", without_advice(err) .. said
  reported.search = {
    looks = state.looks, failed = state.failed, seconds = state.seconds, no_call = certainty,
  }
  return setmetatable(reported, getmetatable(err))
end

---Makes a call as `make` does, never a second one, and does not leave it open whether it was made: when the
---answer is lost, it looks for the call before it returns. To know it again, it sends a random mark as one
---more custom variable, `synthflow_mark`.
---
---Returns what `make` does; or the record of the call that was found, which has a call_id too, and a response
---whose `found` is "by_mark" (it is this call), or "by_phone_and_time" (the platform showed no variables of
---it; another program may have called this number at that moment); or nil and the error. If that has
---took_effect "maybe" or "yes", the call was looked for and not found: the end of err.hint tells how sure
---that is, err.search.no_call the same in a word: "likely" or "unknown".
---
---It looks at once, then after pauses of 1, 2, 4, 8 and then 15 seconds, for a minute.
---@param given table the arguments of `make`
---@param options? table request options of the call, and look_for (60) and first_pause (1), seconds
function calls.make_once(resource, link, given, options)
  local looking, request_options = divide(link, options)
  local mark, began = link.core.random(), os.time()
  local data, response = resource:make(with_mark(given, mark), request_options)
  if data ~= nil or response.took_effect == "no" then
    return data, response
  end
  local state = {
    resource = resource, link = link, model_id = given.model_id, phone = tostring(given.phone), mark = mark,
    began = began, look_for = looking.look_for or LOOK_FOR,
    first_pause = looking.first_pause or FIRST_LOOK_PAUSE,
    blocking = request_options and values.boolean(request_options.blocking),
  }
  local record, record_response, how = search.run(state)
  if record then
    record_response.found = how
    return record, record_response
  end
  return nil, with_report(response, state)
end

-- Waiting --------------------------------------------------------------------------------------------------

local WAITING = object {
  timeout = number "seconds in all",
  on_status = any "function that is called with the record when its status has changed",
  first_pause = number "seconds between the first two looks",
  longest_pause = number "seconds",
  appears_within = number "seconds in which a call that is not there is waited for",
  blocking = boolean "true: holds up the whole thread",
}
local TIMEOUT, FIRST_PAUSE, LONGEST_PAUSE, APPEARS_WITHIN = 3600, 1, 15, 30
local PAUSE_GROWTH = 1.5
local REQUEST_TIMEOUT = 30 -- of a client that was given no other

-- Hyphens and underscores are mixed on the platform.
local ENDED = {
  ["busy"] = true, ["canceled"] = true, ["completed"] = true, ["failed"] = true,
  ["hangup-on-voicemail"] = true, ["left-voicemail"] = true, ["no-answer"] = true, ["spam"] = true,
  ["user-canceled"] = true,
}

local function has_ended(record)
  return ENDED[tostring(record.status):lower():gsub("_", "-")] == true
end

local function goes_on(watch, err)
  if err.kind == "not_found" then
    return watch.call == nil and watch.clock() - watch.began < watch.appears_within
  end
  return search.TRANSIENT[err.kind] == true and err.kind ~= "decode"
end

local function out_of_time(link, watch)
  local operation = setmetatable({ named = "calls:wait" },
    { __index = require("synthflow.api.calls").operations.get })
  local hint = "nothing was seen of it: check the call_id and the network"
  if watch.call then
    local status = tostring(watch.call.status)
    local for_ever = status == "in-progress" and ", in which a call can stay for ever" or ""
    hint = ("its status is %s%s: wait again, or read it later"):format(status, for_ever)
  end
  if watch.problem then
    hint = hint .. "; the last look failed: " .. tostring(watch.problem)
  end
  local err = send.error("of_answer", link, check.new_call(operation, link), nil,
    { attempts = {}, took_effect = "no", body = "", data = {} },
    { kind = "timeout", message = ("the call has not ended in %g s"):format(watch.timeout), hint = hint })
  err.call, err.last_error = watch.call, watch.problem
  return err
end

-- The next look at the call: its record and response, or nil, an error and whether waiting is over.
local function look(resource, watch, call_id)
  local left = watch.ends - watch.clock()
  local options = { timeout = left < watch.request_timeout and left or nil, blocking = watch.blocking }
  local record, response = resource:get(call_id, {}, options)
  if not record then
    watch.problem = response
    return nil, response, not goes_on(watch, response)
  end
  local changed = not watch.call or watch.call.status ~= record.status
  watch.call, watch.problem = record, nil
  if changed and watch.on_status then
    watch.on_status(record)
  end
  return record, response, has_ended(record)
end

-- False when the time is over.
local function pause(link, watch)
  local seconds = math.max(watch.pause, watch.problem and watch.problem.retry_after or 0)
  watch.pause = math.min(watch.pause * PAUSE_GROWTH, watch.longest_pause)
  hosts.sleep(link, math.min(seconds, watch.ends - watch.clock()), watch)
  return watch.clock() < watch.ends
end

---Waits until a call has ended, and returns its record and the response: until its status is completed,
---no-answer, busy, failed, canceled, user-canceled, hangup_on_voicemail, left_voicemail or spam. It reads the
---call at once, then after pauses that grow from 1 second by half to 15.
---
---Failures that pass (network, timeout, server, rate_limit) do not end the waiting, nor does a call that is
---not there in the first 30 seconds. Other errors are returned. At the deadline, nil and an error of kind
---"timeout": err.call is the last record, if there was one, err.last_error the error of the last look, if it
---failed. A call can stay in-progress for ever.
---@param call_id string
---@param options? table timeout: seconds in all, 3600; on_status(record): called in this coroutine when the
---  status has changed, also the first and the last time; first_pause (1), longest_pause (15) and
---  appears_within (30): seconds; blocking, as in each request
function calls.wait(resource, link, call_id, options)
  if type(call_id) ~= "string" and type(call_id) ~= "number" then
    require("synthflow.usage").raise("calls:wait",
      { "call_id is required: calls:wait(call_id, { timeout = 900 })" })
  end
  local watch = take(link, "calls:wait", WAITING, options or {})
  if watch.on_status ~= nil and not values.is_callable(watch.on_status) then
    require("synthflow.usage").raise("calls:wait", { "on_status must be a function" })
  end
  watch.clock, watch.timeout = link.core.clock, watch.timeout or TIMEOUT
  watch.pause = watch.first_pause or FIRST_PAUSE
  watch.longest_pause = watch.longest_pause or LONGEST_PAUSE
  watch.appears_within = watch.appears_within or APPEARS_WITHIN
  watch.request_timeout = tonumber(link.timeout) or REQUEST_TIMEOUT
  watch.began = watch.clock()
  watch.ends = watch.began + watch.timeout
  repeat
    local record, response, over = look(resource, watch, call_id)
    if over then
      return record, response
    end
  until not pause(link, watch)
  return nil, out_of_time(link, watch)
end

-- Recordings -----------------------------------------------------------------------------------------------

local DOWNLOADING = object {
  timeout = number "seconds in all",
  attempt_timeout = number "seconds for one attempt",
  retries = integer "0 to 10",
  max_bytes = integer "the most that is taken",
  blocking = boolean "true: holds up the whole thread",
}

local LEAST_LEFT = 0.001 -- of the time for a download when reading its call took all of it

local function expect_download(call, path, given)
  local faults = {}
  local function expect(holds, text)
    faults[#faults + 1] = not holds and text or nil
  end
  expect(type(call) == "table" or type(call) == "string" and call ~= "",
    "takes a record of a call, or its call_id, and the name of a file"
      .. (call == nil and "; the call is nil: did the request for it fail?" or ""))
  expect(type(path) == "string" and path ~= "", "the name of a file comes second")
  expect(not given.max_bytes or given.max_bytes >= 1 and given.max_bytes < 2 ^ 31,
    "max_bytes must be from 1 to 2147483647")
  expect(not given.retries or given.retries >= 0 and given.retries <= 10, "retries must be from 0 to 10")
  if #faults > 0 then
    require("synthflow.usage").raise("calls:download_recording", faults)
  end
end

---Writes the recording of a call to a file: all of it, or nothing is left there. It is fetched without the
---API key, from where the platform keeps recordings; the address is a secret and stands in no error. All of
---it is in memory meanwhile. Returns { path =, bytes =, content_type = } and the response.
---
---A call without a recording is an error of kind "not_found"; a file that cannot be written is one of kind
---"file".
---@param call table|string a record of the call; or its call_id, or what `make` returned: it is read first
---@param path string name of the file; one that is there is replaced
---@param options? table max_bytes: the most that is taken, 128 MiB; timeout (300), attempt_timeout, retries
---  and blocking, as in each request
function calls.download_recording(resource, link, call, path, options)
  local given = take(link, "calls:download_recording", DOWNLOADING, options or {})
  expect_download(call, path, given)
  local call_id = type(call) == "string" and call or call.status == nil and call.recording_url == nil
    and call.call_id -- what `make` has answered
  if call_id then
    local began = link.core.clock()
    local record, err = resource:get(call_id, {}, {
      timeout = given.timeout, attempt_timeout = given.attempt_timeout, retries = given.retries,
      blocking = given.blocking,
    })
    if not record then
      return nil, err
    end
    call = record
    given.timeout = given.timeout and math.max(given.timeout - (link.core.clock() - began), LEAST_LEFT)
  end
  return require("synthflow.recording").download(link, call, path, given)
end

return calls
