-- A page of 100 calls with their transcripts, about 1 MB of JSON, as the platform answers it.

local core = require "synthflow.core"

local page = {}

local EXCHANGES = 57 -- in one conversation; makes about 10 kB

local function transcript(number)
  local lines = {}
  for index = 1, EXCHANGES do
    lines[index] = ("\nbot: Thank you for calling, \"caller %d\". Which day, the %dth, would suit you best?"
      .. "\nhuman: Sometime in the afternoon would be fine \226\128\147 at %d o'clock, if you have it.")
      :format(number, index % 28 + 1, index % 9 + 1)
  end
  return table.concat(lines)
end

local function call(number)
  return {
    call_id = ("%08x-1b2c-4d3e-8f90-a1b2c3d4e5f6"):format(number),
    model_id = "1710107690998x536152705164378100",
    duration = 60 + number, telephony_duration = 62 + number,
    start_time = "1732546200000", created_at = 1732546200000 + number * 61000,
    end_call_reason = "human_goodbye", call_status = "completed", type_of_call = "outbound",
    campaign_type = "outbound", deployment_type = core.null, error_message = core.null,
    lead_name = "Caller " .. number, lead_phone_number = ("+3378%07d"):format(number), name = core.null,
    phone_number_from = "+33782990580", phone_number_to = ("+3378%07d"):format(number),
    agent_phone_number = "+33782990580", timezone = "Europe/Paris", recording_duration = core.null,
    recording_url = ("https://recordings.example.com/%08x.mp3"):format(number),
    agents_used = { "front desk", "booking" }, labels = { "booked" }, judge_results = core.null,
    telephony_hangup = core.null, telephony_disconnect_reason = core.null,
    collected_variables = {
      day = { value = "Tuesday", collected = true }, hour = { value = number % 9 + 1, collected = true },
      address = { value = core.null, collected = false },
    },
    transcript = transcript(number),
  }
end

---@return string
function page.text()
  local calls = {}
  for number = 1, 100 do
    calls[number] = call(number)
  end
  return core.encode {
    status = "ok",
    response = { pagination = { total_records = 12345, limit = 100, offset = 0 }, calls = calls },
  }
end

---A function that decodes the text so many times.
---@param decode function
---@param text string
---@return function
function page.decoding(decode, text)
  return function(count)
    for _ = 1, count do
      assert(#decode(text).response.calls == 100)
    end
  end
end

return page
