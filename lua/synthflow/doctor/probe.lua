--- Asks the regions whether they take a key, by a request that reads, changes nothing and rings nobody.

local check = require "synthflow.check"
local schema = require "synthflow.schema"
local send = require "synthflow.send"

local probe = {}

local TIMEOUT = 5 -- seconds, unless the client allows fewer

local OPERATION = {
  named = "synthflow.doctor", method = "GET", template = "/assistants/", effect = "read",
  returns = schema.as_it_comes,
}

-- Like the link of the client that was asked for, but to one region, and without hooks.
local function link_to(url, region, settings, link, core)
  local own = { timeout = math.min(settings.timeout or TIMEOUT, TIMEOUT), retries = 0, base_url = url }
  for _, name in ipairs { "api_key", "ca_file", "proxy", "user_agent", "connect_timeout" } do
    own[name] = settings[name]
  end
  return {
    core = core, transport = core.client(own), region = region, defaults = {}, api_key = link.api_key,
    null = core.null, list_metatable = core.list_metatable, hook_faults = 0, timeout = own.timeout,
  }
end

local function new_call(link)
  local call = check.new_call(OPERATION, link)
  call.given, call.blocking = {}, true
  call.request = { method = "GET", path = OPERATION.template, query = { limit = 1 }, effect = "read" }
  return call
end

-- 401 alone says that the key is not known there; 403 is the answer to a key that is. Without a status there
-- was no key to be sent.
local function verdict(err)
  if err.kind == "auth" and err.status then
    return false
  elseif err.kind == "permission" then
    return true
  end
  return nil
end

local function seconds_of(attempts)
  local last = attempts[#attempts]
  return last and (last.at or 0) + (last.seconds or 0) or 0
end

local function finding(one, data, response)
  local found = { region = one.region, host = one.link.transport:host(), status = response.status }
  if data ~= nil then
    found.accepted, found.timing, found.seconds = true, response.timing, response.timing.total
  else
    found.accepted, found.seconds = verdict(response), seconds_of(response.attempts)
    found.kind, found.message, found.hint = response.kind, response.message, response.hint
  end
  return found
end

--- Tries all `places`, a list of { region =, url = }, at once. Returns for each, in this order,
-- { region, host, accepted (nil where that is not known), status, seconds, timing, kind, message, hint }.
function probe.run(places, settings, link, core)
  local begun, found = {}, {}
  for index, place in ipairs(places) do
    local one = { region = place.region, link = link_to(place.url, place.region, settings, link, core) }
    one.sent, one.err = send.begin(one.link, new_call(one.link))
    if one.sent then
      send.submit(one.sent)
    end
    begun[index] = one
  end
  for index, one in ipairs(begun) do
    if one.sent then
      found[index] = finding(one, send.finish(one.sent))
    else
      found[index] = finding(one, nil, one.err)
    end
    one.link.transport:close()
  end
  return found
end

return probe
