--- Takes what the caller wants out of an answer of status 2xx, as the catalogue says it is wrapped.

local values = require "synthflow.values"

local answer = {}

local FAILED = { error = true, failed = true, failure = true }

-- Fields that tell about the answer, not about what was asked for.
local ABOUT = { status = true, success = true, response = true }

-- An envelope that says failure under a status of success.
local function says_failure(envelope)
  local status = envelope.status
  return envelope.success == false or type(status) == "string" and FAILED[status:lower()] == true
end

-- The inside of the envelope, with what stands beside it (`eta`, `details`) where its own fields leave room.
local function with_siblings(envelope)
  local inside = envelope.response
  if type(inside) ~= "table" or #inside > 0 then
    return inside
  end
  local merged = inside
  for name, value in pairs(envelope) do
    if not ABOUT[name] and inside[name] == nil then
      merged = merged == inside and values.copy(inside) or merged
      merged[name] = value
    end
  end
  return merged
end

local function wrong(message)
  return nil, { kind = "decode", message = message }
end

-- The list under `key`; platforms that have one record sometimes send it bare.
local function list_in(envelope, key)
  local inside = envelope.response
  if inside == nil then
    inside = envelope
  end
  if type(inside) ~= "table" then
    return wrong "the answer holds no list"
  end
  local items = inside
  if key and #inside == 0 then
    items = inside[key]
  end
  if items == nil then
    return wrong("the answer has no list `" .. key .. "`")
  elseif type(items) ~= "table" then
    return wrong("`" .. (key or "response") .. "` of the answer is no list")
  elseif #items == 0 and next(items) ~= nil then
    return { items }
  end
  return items
end

local unwrap = {}

function unwrap.nothing()
  return true
end

function unwrap.bare(envelope)
  return envelope
end

local NO_RECORD = { kind = "not_found", message = "there is no such record", took_effect = "no" }

-- The inside of an answer that must hold a record, which may be the only one of a list.
local function record_of(inside)
  if type(inside) == "table" and next(inside) ~= nil then
    return #inside > 0 and inside[1] or inside
  end
  return nil, NO_RECORD
end

function unwrap.wrapped(envelope, key, must_exist)
  if envelope.response == nil then
    -- Only a status: done, and nothing to tell. More than that: the record came without its envelope.
    for name in pairs(envelope) do
      if not ABOUT[name] then
        return envelope
      end
    end
    return not must_exist or nil, must_exist and NO_RECORD or nil
  end
  local inside = with_siblings(envelope)
  if key and type(inside) == "table" and inside[key] ~= nil then
    inside = inside[key]
  end
  if must_exist then
    return record_of(inside)
  end
  return inside
end

unwrap.wrapped_list = list_in
unwrap.page = list_in

function unwrap.single(envelope, key)
  local items, problem = list_in(envelope, key)
  if items and items[1] == nil then
    return nil, NO_RECORD
  end
  return items and items[1], problem
end

function unwrap.as_it_comes(envelope)
  if envelope.response == nil then
    return envelope
  end
  return unwrap.wrapped(envelope)
end

local function unwrapped(returns, envelope)
  local data, problem = unwrap[returns.shape](envelope, returns.key, returns.must_exist)
  if problem then
    return nil, problem
  elseif returns.holds and (type(data) ~= "table" or data[returns.holds] == nil) then
    return wrong("the answer has no `" .. returns.holds .. "`")
  end
  return returns.record and require("synthflow.records").shape(returns, data) or data
end

-- What an answer may hold that is no record; true: what went wrong.
local WORDS = {
  category = false, code = false, request_id = false, status = false, success = false, timestamp = false,
  description = true, detail = true, error = true, error_message = true, message = true,
}

-- An answer without an envelope that holds nothing of a record, only words.
local function only_tells(envelope)
  local tells = envelope.success == false
  for name in pairs(envelope) do
    if WORDS[name] == nil then
      return false
    end
    tells = tells or WORDS[name]
  end
  return tells
end

-- Whether the fields of the answer are the platform's envelope, and not the record itself, which may well
-- have a `status` that says "failed".
local function is_envelope(shape, envelope)
  if shape == "as_it_comes" then
    return envelope.response ~= nil or envelope.error ~= nil or envelope.detail ~= nil or only_tells(envelope)
  elseif shape == "bare" then
    return only_tells(envelope)
  end
  return true
end

--- What the caller gets out of a core result of status 2xx; or nil and what is wrong with it:
-- { kind =, message =, took_effect = nil if it is what the result says }.
function answer.read(returns, result)
  local envelope = result.data
  local kind = type(envelope)
  if returns.shape == "lines" and not (kind == "table" and says_failure(envelope)) then
    return result.body
  elseif result.decode_error then
    return wrong("the answer is not JSON (" .. result.decode_error .. ")")
  elseif kind == "nil" or kind == "userdata" then
    if returns.shape == "nothing" or returns.shape == "as_it_comes" or result.status == 204 then
      return true
    end
    return wrong "the answer is empty"
  elseif kind ~= "table" then
    return returns.shape == "nothing" or envelope
  elseif is_envelope(returns.shape, envelope) and says_failure(envelope) then
    -- It says that it failed, but nothing says how far it had come: it is no refusal like a status of 4xx. A
    -- person who is rung twice costs more than a look, so this is "maybe".
    return nil, { kind = "server", failed = true, took_effect = "maybe" }
  end
  return unwrapped(returns, envelope)
end

return answer
