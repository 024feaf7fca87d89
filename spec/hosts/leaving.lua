-- What a state of many_states.lua does: it begins requests and is gone. Every other one waits until the
-- server has those that it answers with silence; the rest may be anywhere, in a handshake, too.

local number, tag, plain, tls, tls_stall, ca_file = ...
local core = require "synthflow.core"

tag = tag .. "-" .. number
local places = {
  ("http://127.0.0.1:%s/silence/%s"):format(plain, tag),
  ("http://127.0.0.1:%s/silence/%s"):format(plain, tag),
  ("https://localhost:%s/ok/handshake"):format(tls),
  ("https://localhost:%s"):format(tls_stall),
}
local kept = {}
for index, place in ipairs(places) do
  local client = core.client { base_url = place, ca_file = ca_file, retries = 0 }
  kept[index] = core.start(client, {
    method = "POST", path = "/x", effect = "creates", timeout = 100,
    background = index ~= 2, -- the other one was to be driven by whoever waits for it
  })
end
package.loaded.kept = kept -- to the very end of the state

if number % 2 == 0 then
  local process, http = require "support.process", require "support.http"
  local counts = ("http://127.0.0.1:%s/_received/%s"):format(plain, tag)
  assert(process.await(function()
    local _, _, body = http.request("GET", counts)
    return body and body:find('"requests":2', 1, true)
  end), "nothing is under way")
end
