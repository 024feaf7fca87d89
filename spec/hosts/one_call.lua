-- What one call of many_calls.lua does in its state.

local _, base_url, ca_file, requests, connections = ...
local synthflow = require "synthflow"

local client = synthflow.new {
  api_key = "a-key", base_url = base_url, ca_file = ca_file, connections = connections,
}
for number = 1, requests do
  synthflow.check(client:request {
    method = "POST", path = "/custom-numbers", effect = "creates", body = { number = number },
  })
end
