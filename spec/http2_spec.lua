-- A real HTTP/2 server as the peer: what must not happen twice goes over HTTP/1.1, the rest
-- shares HTTP/2 connections, and neither disturbs the other.

local core = require "synthflow.core"
local nginx = require "support.nginx"
local process = require "support.process"

-- Without them a spec is left out.
local function is_available()
  if nginx.find() and core.info().http2 then return true end
  process.want "nginx or a libcurl with HTTP/2 is not installed"
  pending "needs nginx and a libcurl with HTTP/2"
end

local METHODS = { read = "GET", idempotent = "DELETE", creates = "POST", dials = "POST" }
local VERSIONS = { read = "2", idempotent = "2", creates = "1.1", dials = "1.1" }

describe("with nginx as the peer", function()
  local server, client

  local function start_server(options)
    server = nginx.start(options)
    client = core.client { base_url = server.origin, ca_file = server.ca_file }
  end

  after_each(function()
    if server then server:stop() end
    server = nil
  end)

  local function start(effect, path)
    return core.start(client, {
      method = METHODS[effect], effect = effect, path = path, timeout = 5,
      body = effect == "creates" and { name = "x" } or nil,
    })
  end

  local function finish(exchange)
    while not core.wait(exchange, 0.25) do end
    return core.result(exchange)
  end

  -- Starts one exchange after another, or all of them at once; checks what each came over.
  local function send(effects, path, at_once)
    local exchanges, results = {}, {}
    for index, effect in ipairs(effects) do
      exchanges[index] = start(effect, path)
      if not at_once then results[index] = finish(exchanges[index]) end
    end
    for index, effect in ipairs(effects) do
      local result = results[index] or finish(exchanges[index])
      local about = ("%s, request %d of %s: %s"):format(effect, index, path, tostring(result.message))
      assert.equal("response", result.outcome, about)
      assert.equal(200, result.status, about)
      assert.equal(VERSIONS[effect], result.http_version, about)
    end
  end

  local function connections_by_protocol(path, expected)
    local seen, counts = {}, { ["HTTP/1.1"] = 0, ["HTTP/2.0"] = 0 }
    local log = server:log(path, expected)
    assert.equal(expected, #log)
    for _, line in ipairs(log) do
      if line.method == "POST" then assert.equal("HTTP/1.1", line.protocol) end
      if line.method ~= "POST" then assert.equal("HTTP/2.0", line.protocol) end
      assert.equal(line.protocol, seen[line.connection] or line.protocol, "one connection, two protocols")
      if not seen[line.connection] then counts[line.protocol] = counts[line.protocol] + 1 end
      seen[line.connection] = line.protocol
    end
    return counts
  end

  local function mix(count, ...)
    local kinds, effects = { ... }, {}
    for index = 1, count do
      effects[index] = kinds[(index - 1) % #kinds + 1]
    end
    return effects
  end

  local orders = {
    { "reads first", "read", "idempotent", "creates", "dials" },
    { "creates first", "creates", "dials", "read", "idempotent" },
    { "alternating", "creates", "read", "dials", "idempotent" },
  }
  for _, order in ipairs(orders) do
    it("keeps one connection of each kind, " .. order[1], function()
      if not is_available() then return end
      start_server()
      send(mix(16, order[2], order[3], order[4], order[5]), "/sequence")
      local counts = connections_by_protocol("/sequence", 16)
      assert.equal(1, counts["HTTP/1.1"])
      assert.equal(1, counts["HTTP/2.0"])
    end)
  end

  it("shares one connection among many reads, also beside creates", function()
    if not is_available() then return end
    start_server()
    send(mix(4, "read", "creates"), "/warm")
    send(mix(60, "read"), "/reads", true)
    assert.equal(1, connections_by_protocol("/reads", 60)["HTTP/2.0"])
    send(mix(60, "read", "creates", "read", "dials"), "/both", true)
    local counts = connections_by_protocol("/both", 60)
    assert.equal(1, counts["HTTP/2.0"])
    assert.is_true(counts["HTTP/1.1"] <= 32, counts["HTTP/1.1"] .. " connections")
    send(mix(60, "read"), "/after", true)
    assert.equal(1, connections_by_protocol("/after", 60)["HTTP/2.0"])
  end)

  it("opens one connection for many reads that begin together", function()
    if not is_available() then return end
    start_server()
    send(mix(40, "read"), "/cold", true)
    assert.equal(1, connections_by_protocol("/cold", 40)["HTTP/2.0"])
  end)

  it("opens one connection for many reads that begin after creates", function()
    if not is_available() then return end
    start_server()
    send(mix(10, "creates"), "/creates", true)
    send(mix(40, "read"), "/reads", true)
    assert.equal(1, connections_by_protocol("/reads", 40)["HTTP/2.0"])
  end)

  it("loses nothing when the server retires connections", function()
    if not is_available() then return end
    start_server { requests = 5 }
    send(mix(40, "creates", "read", "dials", "idempotent"), "/retired")
    assert.is_true(connections_by_protocol("/retired", 40)["HTTP/1.1"] >= 4)
    send(mix(40, "creates", "dials"), "/at-once", true)
    assert.equal(40, #server:log("/at-once", 40))
  end)
end)
