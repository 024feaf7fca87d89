-- What TLS has to be. Certificates that are not to be trusted are in faults_spec and fault_errors_spec.

local child = require "support.child"
local fault_server = require "support.fault_server"
local process = require "support.process"

local PROGRAM = [[
  local synthflow = require "synthflow"
  for url in os.getenv("URLS"):gmatch "%S+" do
    local client = synthflow.new {
      base_url = url, api_key = "a-key", ca_file = os.getenv "CA", retries = 0, timeout = 5,
    }
    for _, effect in ipairs { "read", "creates" } do
      local data, err = client:request { method = "POST", path = "/x", effect = effect }
      print(data and "answered" or err.kind .. " " .. err.took_effect .. " " .. err.hint)
    end
  end
]]

-- Where a system's own settings refuse what is old, they would hide that we did not.
local SETTINGS = [[
openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = default
[default]
MinProtocol = TLSv1
CipherString = DEFAULT@SECLEVEL=0
]]

describe("TLS", function()
  local server
  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  it("below 1.2 is refused before anything is sent", function()
    local greeting = process.output(("openssl s_client -connect 127.0.0.1:%d -tls1_1 -cipher "
      .. "DEFAULT@SECLEVEL=0 </dev/null"):format(server.tls_old))
    assert.truthy(greeting:find("Protocol *: TLSv1%.1"), greeting)

    local settings = os.tmpname()
    process.write(settings, SETTINGS)
    local urls = { server:url("ok", "old", "tls_old"), server:url("ok", "new", "tls") }
    local output = child.run(PROGRAM, {
      URLS = table.concat(urls, " "), CA = server.ca_file, OPENSSL_CONF = settings,
    })
    os.remove(settings)
    local refused = "network no check that nothing on the way intercepts TLS, and the clock of this machine\n"
    assert.equal(refused .. refused .. "answered\nanswered\n", output)
    assert.equal(0, select(3, server:received "old").heads)
  end)
end)
