--- Fetches the recording of a call. Its address is a secret, which opens it to anybody, on a host that is not
-- the platform's: no error shows it, and the key is not sent there.

local check = require "synthflow.check"
local hooks = require "synthflow.hooks"
local schema = require "synthflow.schema"
local send = require "synthflow.send"

local recording = {}

local OPERATION = {
  named = "calls:download_recording", method = "GET", template = "{recording_url}", effect = "read",
  returns = schema.lines,
}
local TIMEOUT = 300
local MOST_BYTES = 128 * 1024 * 1024

-- The address ----------------------------------------------------------------------------------------------

local function decoded(text)
  return (text:gsub("%+", " "):gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

-- What paths cannot hold unencoded is encoded; what is encoded already stays.
local function encoded_path(path)
  path = path:gsub("()%%", function(at)
    return path:find("^%x%x", at + 1) and "%" or "%25"
  end)
  return (path:gsub("[^%w%-%._~/!$&'()*+,;=:@%%]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

local function read_query(text)
  local query
  for part in text:gmatch "[^&]+" do
    local name, value = part:match "^([^=]*)=?(.*)$"
    name, value = decoded(name), decoded(value)
    query = query or {}
    local before = query[name]
    if before == nil then
      query[name] = value
    elseif type(before) == "table" then
      before[#before + 1] = value
    else
      query[name] = { before, value }
    end
  end
  return query
end

-- Origin, path and query of an address, nil if it is none.
local function divide(address)
  local origin, path, query = tostring(address):match "^%s*(%a+://[^/?#%s]+)([^?#]*)%??([^#]*)"
  if origin then
    return origin, path == "" and "/" or encoded_path(path), read_query(query)
  end
end

-- Each part of it that a message might repeat.
local function secrets_of(address, query)
  local secrets = { address, (address:gsub("^%a+://[^/?#]*", "")), address:match "%?(.*)$" }
  for _, value in pairs(query or {}) do
    for _, one in ipairs(type(value) == "table" and value or { value }) do
      secrets[#secrets + 1] = #one >= 8 and one or nil
    end
  end
  return secrets
end

-- The request ----------------------------------------------------------------------------------------------

-- What it says of a failure may repeat the address, and is in the words of whoever keeps the recordings.
local function without_words(core)
  return setmetatable({
    result = function(exchange)
      local result = core.result(exchange)
      if result and result.outcome == "response" and (result.status < 200 or result.status > 299) then
        result.body, result.data, result.headers.location = "", nil, nil
      end
      return result
    end,
  }, { __index = core })
end

-- The link of a client for another host, without its key.
local function foreign_link(link, transport)
  link.transports = link.transports or setmetatable({}, { __mode = "k" })
  link.transports[transport] = true
  if link.closed then
    transport:close()
  end
  return setmetatable({ core = without_words(link.core), transport = transport, region = false }, {
    __index = link, __newindex = link,
  })
end

local HINTS = {
  [403] = "the address may have expired: read the call again",
  [404] = "the recording is not there any more",
}

-- The library's words are about the platform, and its options.
local function reworded(err)
  if err.kind == "too_large" then
    err.hint = "raise max_bytes"
  elseif err.status then
    err.message = ("the server of the recording answered HTTP %d"):format(err.status)
    err.hint = HINTS[err.status] or err.status >= 500 and "try again later" or HINTS[403]
  else
    err.hint = err.hint:gsub("check base_url, ", "check "):gsub(": check base_url$", "")
  end
  return err
end

local function fail(link, call, kind, message, hint)
  return nil, send.error("of_answer", link, call, nil,
    { attempts = {}, took_effect = "no", body = "", data = {} },
    { kind = kind, message = message, hint = hint })
end

local function fetch(link, call, address, given)
  local origin, path, query = divide(address)
  call.secrets = secrets_of(address, query)
  local made, transport = pcall(link.core.client, {
    base_url = origin or "", ca_file = link.ca_file, proxy = link.proxy,
    max_response_bytes = given.max_bytes or MOST_BYTES,
  })
  if not made then
    return fail(link, call, "decode", "the recording_url of the call is no https address",
      "check where the record comes from")
  end
  local foreign = foreign_link(link, transport)
  call.request = {
    method = "GET", path = path, query = query, effect = "read", decode = false, retries = given.retries,
    timeout = given.timeout or TIMEOUT, attempt_timeout = given.attempt_timeout or given.timeout or TIMEOUT,
  }
  local prepared, exchange = pcall(link.core.prepare, transport, call.request)
  if not prepared then
    return fail(link, call, "decode", "the recording_url of the call cannot be asked for",
      "check where the record comes from")
  end
  local event = hooks.before(foreign, OPERATION)
  local data, response = send.finish { link = foreign, call = call, event = event, exchange = exchange }
  if data == nil then
    return nil, reworded(response)
  end
  return data == true and "" or data, response
end

-- The file -------------------------------------------------------------------------------------------------

-- A name beside the file's own, so that renaming stays within one file system.
local function part_name(core, path)
  return (path:match "^.*/" or "") .. "synthflow-" .. core.random():sub(1, 8) .. ".part"
end

-- True; or nil and why a file cannot be made there.
local function can_make(name)
  local file, fault = io.open(name, "wb")
  if not file then
    return nil, fault
  end
  file:close()
  os.remove(name)
  return true
end

-- All of it or nothing: true, or nil and why not.
local function write(name, path, content)
  local file, fault = io.open(name, "wb")
  if not file then
    return nil, fault
  end
  local written, problem = file:write(content)
  local closed, late_problem = file:close()
  if not (written and closed) then
    os.remove(name)
    return nil, problem or late_problem
  end
  local renamed, why = os.rename(name, path)
  if not renamed then
    os.remove(name)
    return nil, why
  end
  return true
end

local function unwritable(link, call, path, fault)
  return fail(link, call, "file", ("%s cannot be written: %s"):format(path, tostring(fault)),
    "check the directory, its permissions and the space there")
end

--- Writes the recording of `record` to `path`: { path =, bytes =, content_type = } and the response, without
-- its body; or nil and an error.
function recording.download(link, record, path, given)
  local call = check.new_call(OPERATION, link)
  call.blocking = given.blocking
  local address = record.recording_url
  if type(address) ~= "string" or not address:find "%S" then
    return fail(link, call, "not_found", "the call has no recording",
      "the agent must have is_recording on; the recording of a call that has just ended may take a moment")
  end
  local part = part_name(link.core, path)
  local possible, fault = can_make(part)
  if not possible then
    return unwritable(link, call, path, fault)
  end
  local content, response = fetch(link, call, address, given)
  if not content then
    return nil, response
  end
  local written, problem = write(part, path, content)
  if not written then
    return unwritable(link, call, path, problem)
  end
  response.body = nil
  return { path = path, bytes = #content, content_type = response.headers["content-type"] }, response
end

return recording
