-- The unix socket of a mailbox: for this process alone, and gone as soon as it has connected.

local child = require "support.child"
local core = require "synthflow.core"
local fault_server = require "support.fault_server"
local socket = require "cqueues.socket"

local function run(command)
  local output = io.popen(command)
  local text = output:read "*a"
  output:close()
  return text
end

describe("a mailbox that listens", function()
  local directory, mailbox

  before_each(function()
    directory = run("mktemp -d"):match "[^\n]+"
    mailbox = core.mailbox()
  end)
  after_each(function() run("rm -rf " .. directory) end)

  local function connect(path)
    local connection = socket.connect { path = path }
    connection:connect(1)
    return connection
  end

  local function is_empty()
    return run("ls -A " .. directory) == ""
  end

  it("lets this process connect, in a directory that is closed to others", function()
    local path = mailbox:listen(directory)
    assert.truthy(path:find(directory .. "/synthflow-", 1, true))
    assert.equal("drwx------", run("ls -ld " .. path:match "^(.*)/"):sub(1, 10))
    local connection = connect(path)
    assert.is_true(mailbox:accept())
    assert.is_true(is_empty())
    connection:close()
  end)

  it("sends a byte there when mail comes", function()
    local server = fault_server.start()
    local connection = connect((mailbox:listen(directory)))
    assert.is_true(mailbox:accept())
    local client = core.client { base_url = server:url("ok", "listener"), api_key = "key-0123456789" }
    local exchange = core.prepare(client, { method = "GET", path = "/x", effect = "read" })
    assert.is_true(core.submit(exchange, mailbox, 7, true))
    connection:settimeout(5)
    assert.equal("!", connection:read(1))
    assert.same({ 7 }, mailbox:take())
    assert.equal(200, core.result(exchange).status)
    connection:close()
    server:stop()
  end)

  it("has nothing to accept when nobody connects, and leaves nothing behind", function()
    mailbox:listen(directory)
    local accepted, reason = mailbox:accept()
    assert.is_nil(accepted)
    assert.equal("string", type(reason))
    assert.is_true(is_empty())
    assert.is_nil((mailbox:accept()))
  end)

  it("turns another process away", function()
    local path = mailbox:listen(directory)
    child.run(("require('cqueues.socket').connect { path = %q }:connect(1)"):format(path))
    assert.is_nil((mailbox:accept()))
    path = mailbox:listen(directory)
    child.run(("require('cqueues.socket').connect { path = %q }:connect(1)"):format(path))
    local connection = connect(path)
    assert.is_true(mailbox:accept())
    connection:close()
  end)

  it("removes what it has made when it is collected, or listens anew", function()
    local first = mailbox:listen(directory)
    assert.are_not.equal(first, mailbox:listen(directory))
    assert.is_nil(io.open(first:match "^(.*)/" .. "/."))
    mailbox = nil
    collectgarbage()
    collectgarbage()
    assert.is_true(is_empty())
  end)

  it("says why there is no place", function()
    local path, reason = mailbox:listen(directory .. "/nowhere")
    assert.is_nil(path)
    assert.truthy(reason:find "No such file")
    path, reason = mailbox:listen(directory .. ("/x"):rep(100))
    assert.is_nil(path)
    assert.truthy(reason:find "too long")
    assert.has_error(function() mailbox:listen(7) end, "listen needs the path of a directory")
  end)
end)
