-- The work that is measured: the library as a program uses it.

local work = {}

---@param base_url string
---@param ca_file string
---@param connections? integer
---@return table client
function work.client(base_url, ca_file, connections)
  return require("synthflow").new {
    api_key = "a-key", base_url = base_url, ca_file = ca_file, connections = connections,
    workspace_id = "1710107690998x536152705164378100",
  }
end

local calls = {
  -- The path and the body that bare.c sends.
  POST = function(client, number)
    return client.phone_numbers:import {
      phone_number = ("+3378%07d"):format(number % 10000000), friendly_name = "My Custom Number",
      termination_uri = "sip.example.com",
    }
  end,
  GET = function(client)
    return client.phone_numbers:get "33782990580"
  end,
}

-- Behind a base URL, what they send to.
work.paths = {
  POST = "/custom-numbers",
  GET = "/numbers/33782990580?workspace=1710107690998x536152705164378100",
}

---@param method string
---@param client table
---@return function send that makes so many requests
function work.requests(method, client)
  local call, sent = calls[method], 0
  return function(count)
    for _ = 1, count do
      local data, err = call(client, sent)
      if not data then error(tostring(err), 0) end
      sent = sent + 1
    end
  end
end

---The same by client:map, so many at once.
---@param method string
---@param client table
---@param concurrency integer
---@return function send that makes so many requests
function work.mapped(method, client, concurrency)
  local call = calls[method]
  return function(count)
    local numbers = {}
    for number = 1, count do
      numbers[number] = number
    end
    local results = client:map(numbers, function(number) return call(client, number) end,
      { concurrency = concurrency })
    for _, result in ipairs(results) do
      if not result.ok then error(tostring(result.err), 0) end
    end
  end
end

---Imports so many numbers by import_all.
---@param client table
---@param concurrency integer
---@return function send
function work.imports(client, concurrency)
  return function(count)
    local rows = {}
    for number = 1, count do
      rows[number] = {
        phone_number = ("+3378%07d"):format(number), friendly_name = "My Custom Number",
        termination_uri = "sip.example.com",
      }
    end
    for _, outcome in ipairs(client.phone_numbers:import_all(rows, { concurrency = concurrency })) do
      if not outcome.ok then error(tostring(outcome.err), 0) end
    end
  end
end

return work
