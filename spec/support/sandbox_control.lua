-- What a spec sets and reads in a sandbox beside the code under test: its calls go through support.http.

local assert = require "luassert"
local dkjson = require "dkjson"
local http = require "support.http"

---@param platform table what synthflow.sandbox.start returned
---@param method string
---@param path string behind the base URL, such as "/_sandbox/reset"
---@param object? table body
---@return table answer of a request that must succeed
return function(platform, method, path, object)
  local status, _, text = http.request(method, platform.base_url .. path, {
    Authorization = "Bearer " .. platform.api_key, ["Content-Type"] = "application/json",
  }, object and dkjson.encode(object))
  assert.equal(200, status, text)
  return dkjson.decode(text)
end
