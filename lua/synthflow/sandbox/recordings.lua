-- Recordings: a moment of silence, at an address that opens it to whoever has it, and, as where the platform
-- keeps them, to nobody who shows a key.

local replies = require "synthflow.sandbox.replies"

local recordings = {}

local PATH = "/_sandbox/recordings/"
local RATE, SAMPLES = 8000, 800 -- 8 bit, mono, a tenth of a second

local function little_endian(number, bytes)
  local text = {}
  for index = 1, bytes do
    text[index] = string.char(number % 256)
    number = math.floor(number / 256)
  end
  return table.concat(text)
end

-- RIFF WAVE.
local function silence()
  local format = little_endian(1, 2) .. little_endian(1, 2) .. little_endian(RATE, 4)
    .. little_endian(RATE, 4) .. little_endian(1, 2) .. little_endian(8, 2)
  local chunks = "WAVEfmt " .. little_endian(#format, 4) .. format
    .. "data" .. little_endian(SAMPLES, 4) .. ("\128"):rep(SAMPLES)
  return "RIFF" .. little_endian(#chunks, 4) .. chunks
end

---The address of a recording: a secret.
---@param id string of the call
function recordings.url(sandbox, id)
  return ("%s%s%s.wav?signature=sandbox"):format(sandbox.origin, PATH, id)
end

local function get(_, request)
  if not request.query.signature then
    return { status = 403, body = "AccessDenied", headers = { ["content-type"] = "text/plain" } }
  elseif request.headers.authorization then
    replies.refuse(400, "A recording is fetched without a key.")
  end
  return { status = 200, body = silence(), headers = { ["content-type"] = "audio/wav" } }
end

recordings.routes = {
  { operation = "sandbox.recording", method = "GET", path = PATH .. "{file}", answer = get, open = true },
}

return recordings
