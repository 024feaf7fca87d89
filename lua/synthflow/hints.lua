--- What to do next, for each error. `scene` is errors.scene.

local failure = require "synthflow.failure"
local usage = require "synthflow.usage"
local values = require "synthflow.values"

local hints = {}

local STATUS_HINTS = {
  [403] = "this key may not do that: check the workspace id, and what is enabled for the workspace",
  [404] = "check the id; it may also belong to another workspace or region",
  [405] = "this address takes no such method: check method and path, and base_url",
  [409] = "it exists already, or is in use",
  [413] = "the request is too large for the platform",
  [429] = "too many requests: wait, and send fewer per second",
}
STATUS_HINTS[410] = STATUS_HINTS[404]
local NOT_THE_PLATFORM = "check base_url, and what stands between: a proxy, or a network that wants a login"
local FAILED = "the platform failed: try again later"
local REFUSED = "check the arguments against what the message says"

-- Where a request was when the connection failed or the time was over.
local PHASE_HINTS = {
  network = {
    resolve = "the name $host was not found: check base_url, the network and its name server",
    connect = "check base_url, the network, and whether a firewall or proxy stands between",
    tls = "check that nothing on the way intercepts TLS, and the clock of this machine",
    send = "$host closed the connection before it answered",
    receive = "$host closed the connection in the middle of its answer",
  },
  timeout = {
    queue = "it waited for a free connection: raise `connections` or `timeout`, or send less at once",
    resolve = "$host was not found, or not reached, in time: check the network and its name server",
    connect = "$host could not be reached in time: check base_url, the network and any firewall or proxy",
    tls = "$host, or a proxy before it, did not finish the TLS handshake in time",
    send = "$host did not answer in time; `timeout` says how many seconds to wait",
    receive = "$host did not end its answer in time; `timeout` says how many seconds to wait",
  },
}

-- What libcurl and its TLS libraries say of certificates; the first that fits counts.
local CERTIFICATE_HINTS = {
  { "subject name", "the certificate of $host is for another name: check base_url" },
  { "expired", "the certificate of $host has expired, or the clock of this machine is wrong" },
  { "certificate", "the certificate of $host could not be verified: install the package ca-certificates, or "
    .. "set ca_file to the certificate of the authority that signed it" },
}
CERTIFICATE_HINTS[4] = { "ca cert", CERTIFICATE_HINTS[3][2] }

-- What libcurl says of a proxy; the first that fits counts.
local PROXY_HINTS = {
  { "resolve proxy", "the name of the proxy was not found: check `proxy`, or the variable https_proxy" },
  { "from proxy", "the proxy refused: check `proxy` with its user and password, or the variables https_proxy "
    .. "and no_proxy" },
}
PROXY_HINTS[3] = { "connect tunnel failed", PROXY_HINTS[2][2] } -- newer libcurl

local function about_host(scene, text)
  return text and (text:gsub("%$host", (scene.host:gsub("%%", "%%%%"))))
end

-- What ended on this side.
local OUTCOME_HINTS = {
  too_large = "ask for less, or raise max_response_bytes",
  cancelled = "this program ended the request itself",
  closed = "make a new client, in each process after a fork",
  no_memory = "give this program more memory",
}
local CLOSED = "client:close() was called: make a new client"
local PACED = "calls_per_second, of this client or a lower one of another with the same key, lets it start "
  .. "no sooner: raise `timeout`, or make fewer calls at once"

--- No whole answer came.
function hints.of_transport(scene, result)
  if result.outcome == "closed" and scene.closed then
    return CLOSED
  elseif OUTCOME_HINTS[result.outcome] then
    return OUTCOME_HINTS[result.outcome]
  elseif result.outcome == "timeout" and result.phase == "queue" and scene.paced then
    return PACED
  end
  local text = (result.message or ""):lower()
  for _, list in ipairs(result.outcome == "network" and { PROXY_HINTS, CERTIFICATE_HINTS } or {}) do
    for _, known in ipairs(list) do
      if text:find(known[1], 1, true) then
        return about_host(scene, known[2])
      end
    end
  end
  return about_host(scene, (PHASE_HINTS[result.outcome] or {})[result.phase] or "check the network to $host")
end

local function region_hint(scene)
  local used, set = scene.host, 'set region = "us", "eu" or "global" in place of base_url'
  if scene.region then
    used = used .. " (region " .. scene.region .. ")"
    set = 'set region = "us", "eu" or "global" (or SYNTHFLOW_REGION)'
  end
  return used .. " did not take this key. A key of another region looks just the same: if the workspace "
    .. "lives in another one, " .. set .. "; else check the key"
end

-- The origin a redirect leads to; the rest of that address may hold secrets.
local function redirect_hint(scene, result)
  local origin = tostring((result.headers or {}).location):match "^%a+://[^/?#]+"
  local to = origin and not origin:find "@" and " to " .. origin or ""
  return scene.host .. " answers with a redirect" .. to .. ", which is not followed: check base_url"
end

local function is_unknown_route(result)
  local data = type(result.data) == "table" and result.data or {}
  return data.detail == "Not Found" or data.message == "No route matched"
end

-- The catalogue's hints for this status that fit what was given, and what they say of the effect.
local function meaning(scene, status)
  local means, texts, took_effect = scene.means[status] or {}, {}, nil
  for _, hint in ipairs(means.text and { means } or means) do
    local fits = not hint.when_all or values.hold(hint.when_all, scene.given)
    if fits and not (hint.unless_all and values.hold(hint.unless_all, scene.given)) then
      texts[#texts + 1] = hint.text
      took_effect = took_effect or hint.effect_taken
    end
  end
  return texts, took_effect
end

local function add_unknown_values(texts, scene)
  for _, unknown in ipairs(scene.unknown_values) do
    local known = unknown.known or require(unknown.known_in)
    if not values.is_one_of(unknown.value, known) then
      local near = usage.nearest(unknown.value, known)
      texts[#texts + 1] = ("%s = %s is none of the known values%s"):format(unknown.name,
        usage.show(unknown.value), near and ", did you mean " .. usage.show(near) .. "?" or "")
    end
  end
end

-- What must not be done twice: for it "try again" would be bad advice.
local function is_once_only(scene)
  return scene.effect == "creates" or scene.effect == "dials"
end

-- How long the platform asks to wait. A pause that does not end in time is not begun.
local function pause_hint(scene, result)
  local text = ("the platform asks to wait %.0f s"):format(math.ceil(result.retry_after))
  local limit = scene.timeout()
  if result.retry_after > limit - (result.timing and result.timing.total or 0) then
    text = text .. (", more than was left of `timeout` (%g s)"):format(limit)
  end
  return text
end

-- Statuses whose own hint says more than that the platform would have answered JSON.
local PLAIN = { [408] = true, [413] = true, [429] = true }

-- Somebody else's words, for one a proxy's.
local function is_strange(result)
  return result.status >= 400 and result.status < 500 and not PLAIN[result.status]
    and failure.is_web_page(result)
end

--- Hints for a status that is no success, and what the catalogue says of its effect.
function hints.of_status(scene, result)
  local status = result.status
  local texts, took_effect = meaning(scene, status)
  if is_strange(result) then
    texts = { NOT_THE_PLATFORM, status == 401 and region_hint(scene) or nil }
  elseif status == 401 then
    texts = { region_hint(scene) }
  elseif status >= 300 and status < 400 then
    texts = { redirect_hint(scene, result) }
  elseif status == 404 and is_unknown_route(result) then
    texts = { scene.host .. " does not know this address: check base_url, which ends in /v2 on the platform" }
  elseif #texts == 0 then
    texts = { STATUS_HINTS[status] }
  end
  if result.retry_after then
    texts[#texts + 1] = pause_hint(scene, result)
  end
  if status >= 400 and status < 500 and status ~= 401 then
    add_unknown_values(texts, scene)
  end
  if #texts == 0 and status < 500 and status ~= 408 then
    texts[1] = REFUSED
  elseif #texts == 0 and not is_once_only(scene) then
    texts[1] = FAILED
  end
  return texts, took_effect
end

--- Success was answered, but the answer is none: `problem` is what answer.read or pages found.
function hints.of_answer(scene, problem)
  if problem.hint then
    return problem.hint
  elseif problem.kind == "decode" then
    return NOT_THE_PLATFORM
  elseif problem.kind == "not_found" then
    return STATUS_HINTS[404]
  end
  return not is_once_only(scene) and FAILED or nil
end

--- Another attempt would have been made, had there not been so many of late.
function hints.of_budget()
  return "the budget for retries of this host is used up: too many requests to it have failed of late"
end

--- The client may not ring or write to people.
function hints.of_refused_call(scene, by)
  local hint = by == "allow_calls" and "make the client without allow_calls = false to allow it"
    or "the environment variable " .. by .. " forbids it to this whole program: unset it to allow it"
  if scene.effect_assumed then
    hint = hint .. '; if this request rings and writes to nobody, say so: effect = "read", "idempotent" or '
      .. '"creates"'
  end
  return hint
end

--- The call was made where nothing can yield.
function hints.of_cannot_wait()
  return "the request option blocking = true sends it all the same, and holds up this whole thread"
end

--- There is no key. nginx hides the environment from its workers.
function hints.of_no_key()
  local hint = "set api_key in synthflow.new, or the environment variable SYNTHFLOW_API_KEY"
  if require("synthflow.host.openresty").is_here() then
    hint = hint .. "; nginx hands it to its workers only with `env SYNTHFLOW_API_KEY;` in nginx.conf"
  end
  return hint
end

--- Whether it may have been done, and what that means for sending it again.
function hints.of_effect(scene, took_effect)
  if scene.effect == "read" or took_effect == "no" then
    return nil
  elseif not is_once_only(scene) then
    return "sending it again does no harm"
  elseif took_effect == "maybe" then
    return "it is not known whether this was done: look before you send it again"
  end
  return "success was answered, so take it as done: do not send it again"
end

return hints
