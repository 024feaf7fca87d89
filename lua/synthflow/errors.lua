--- The error object. What to do next is in hints.lua, what the platform says is read by failure.lua.
--
-- Fields: kind, message, status, category, request_id, took_effect ("no", "maybe", "yes"), attempts,
-- retry_after, operation, method, route, hint, body; with some operations ids that belong to what may have
-- been done (chat_id, callId). tostring(err) is one line. No field holds a secret.

local failure = require "synthflow.failure"
local hints = require "synthflow.hints"
local mask = require "synthflow.mask"

local errors = {}

local BODY_CAP = 4096
-- What is searched for secrets goes far beyond what is shown, so that no part of one is left at the cut.
local BODY_SEARCHED = 65536
local MESSAGE_CAP = 500

local Error = {}

function Error:__tostring()
  local about = { self.kind }
  if self.status then
    about[#about + 1] = ("HTTP %d"):format(self.status)
  end
  about[#about + 1] = self.method .. " " .. self.route
  if self.method ~= "GET" then
    about[#about + 1] = "took effect: " .. self.took_effect
  end
  if self.request_id then
    about[#about + 1] = "request " .. self.request_id
  end
  local hint = self.hint and " - " .. self.hint or ""
  return ("%s: %s (%s)%s"):format(self.operation, self.message, table.concat(about, ", "), hint)
end

--- What an error must know of its call: which operation, what was given, where it was sent, what to hide.
function errors.scene(link, call, key)
  local operation, secrets = call.operation, { key }
  for _, secret in ipairs(call.secrets) do
    secrets[#secrets + 1] = secret
  end
  return {
    operation = operation.named,
    method = operation.method,
    route = operation.template,
    effect = operation.effect,
    means = operation.means or {},
    secret_names = operation.answer_secrets,
    given = call.given,
    unknown_values = call.unknown_values,
    secrets = secrets,
    host = link.transport:host(),
    region = link.region,
    closed = link.closed,
    paced = call.request and call.request.paced,
    fields = call.error_fields,
    answer_fields = operation.error_fields,
    effect_assumed = operation.effect_assumed,
    timeout = function()
      return call.request.timeout or link.timeout or link.core.info().timeout
    end,
    mask = function(text)
      return link.transport:mask(text)
    end,
  }
end

local KINDS = {
  [401] = "auth", [403] = "permission", [404] = "not_found", [408] = "timeout", [409] = "conflict",
  [410] = "not_found", [429] = "rate_limit",
}

local function kind_of(status)
  return KINDS[status] or (status >= 400 and status < 500) and "invalid" or "server"
end

local function one_line(text)
  text = text:gsub("[%c\127]+", " "):gsub("^%s+", ""):gsub("%s+$", "")
  if #text > MESSAGE_CAP then
    -- Not in the middle of a character.
    text = text:sub(1, MESSAGE_CAP):gsub("[\194-\244]?[\128-\191]*$", "") .. " ..."
  end
  return text
end

local function capped(body)
  return #body > BODY_CAP and body:sub(1, BODY_CAP) .. " ..." or body
end

-- Words of this library, in which a short key may well occur.
local OWN_WORDS = { kind = true, took_effect = true, operation = true, method = true }

-- Every other text of an error passes here, so that none shows a secret.
local function finish(scene, fields, texts)
  fields.operation, fields.method, fields.route = scene.operation, scene.method, scene.route
  fields.took_effect = fields.took_effect or "no"
  fields.attempts = fields.attempts or {}
  texts[#texts + 1] = hints.of_effect(scene, fields.took_effect)
  fields.hint = table.concat(texts, "; ")
  for name, value in pairs(scene.fields or {}) do
    fields[name] = value
  end
  for name, value in pairs(fields) do
    if type(value) == "string" and not OWN_WORDS[name] then
      value = scene.mask(mask.text(value, scene.secrets, scene.secret_names))
      fields[name] = name == "body" and capped(value) or name == "hint" and value or one_line(value)
    end
  end
  return setmetatable(fields, Error)
end

-- What a result gives to every error about it, and to its hints.
local function about(result, fields, texts)
  fields.status = result.status
  fields.attempts = result.attempts
  fields.took_effect = fields.took_effect or result.took_effect
  fields.retry_after = result.retry_after
  fields.request_id = fields.request_id or (result.headers or {})["x-request-id"]
  if result.body ~= "" then
    fields.body = result.body and result.body:sub(1, BODY_SEARCHED)
  end
  if result.budget_refused then
    texts[#texts + 1] = hints.of_budget()
  end
  return fields, texts
end

--- The platform answered with a status that is no success.
function errors.of_status(scene, result)
  local message, category, request_id = failure.read(result)
  local texts, took_effect = hints.of_status(scene, result)
  local fields = {
    kind = kind_of(result.status),
    message = message or ("the platform answered HTTP %d and nothing more"):format(result.status),
    category = category,
    request_id = request_id,
    took_effect = took_effect,
  }
  for _, name in ipairs(type(result.data) == "table" and scene.answer_fields or {}) do
    fields[name] = result.data[name]
  end
  return finish(scene, about(result, fields, texts))
end

--- The status says success, but the answer is none: `problem` is what answer.read or pages found.
function errors.of_answer(scene, result, problem)
  local message, category, request_id = failure.read(result)
  if problem.failed then
    message = "the platform reports a failure" .. (message and ": " .. message or "")
  elseif failure.is_web_page(result) then
    message = "a web page answered in place of the platform"
  else
    message = problem.message
  end
  return finish(scene, about(result, {
    kind = problem.kind,
    message = message,
    category = category,
    request_id = request_id,
    took_effect = problem.took_effect,
  }, { hints.of_answer(scene, problem) }))
end

-- The message counts when the core has none.
local OUTCOMES = {
  network = { kind = "network", message = "the connection failed" },
  timeout = { kind = "timeout", message = "the time was over" },
  too_large = { kind = "too_large", message = "the answer is too large" },
  cancelled = { kind = "cancelled", message = "the request was cancelled" },
  closed = { kind = "closed", message = "the client is closed" },
  -- Like a failed connection: it ended on this side, and may well succeed later.
  no_memory = { kind = "network", message = "memory ran out" },
}

--- No whole answer came.
function errors.of_transport(scene, result)
  local outcome = OUTCOMES[result.outcome] or OUTCOMES.network
  local message = result.message ~= "" and result.message or outcome.message
  return finish(scene, about(result, { kind = outcome.kind, message = message },
    { hints.of_transport(scene, result) }))
end

--- This client may not do what rings or writes to a person, so nothing was sent. `by` is what forbids it.
function errors.of_refused_call(scene, by)
  local message = "calls are not allowed here: it could ring or write to a person"
  return finish(scene, { kind = "refused", message = message }, { hints.of_refused_call(scene, by) })
end

--- This place cannot wait, so nothing was sent. `reason` says why, and what to do about it.
function errors.of_cannot_wait(scene, reason)
  return finish(scene, { kind = "cannot_wait", message = "this place cannot wait: " .. reason },
    { hints.of_cannot_wait() })
end

--- There is no key, so nothing was sent.
function errors.of_no_key(scene)
  return finish(scene, { kind = "auth", message = "no API key was given" }, { hints.of_no_key() })
end

--- The function that gives the key did not, so nothing was sent.
function errors.of_key_function(scene, message)
  return finish(scene, { kind = "auth", message = message }, { "check the function given as api_key" })
end

return errors
