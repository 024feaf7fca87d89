-- calls:download_recording, against the fault server in place of whoever keeps the recordings.

local fake = require "support.fake_core"
local fault_server = require "support.fault_server"

local KEY = "key-0123456789"
local SIGNATURE = "c2lnbmF0dXJlLW9mLXRoZS1hZGRyZXNz"

local server, synthflow

setup(function()
  fake.remove()
  server, synthflow = fault_server.start(), require "synthflow"
end)
teardown(function() server:stop() end)

local function new(more)
  local options = { api_key = KEY, base_url = server:url("ok", "platform"), retries = 0 }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return synthflow.new(options)
end

local function record(fault, tag, query)
  return { call_id = "c-1", recording_url = server:url(fault, tag) .. "/bucket/a%2Fb.mp3?" .. (query or
    "Expires=1776876567&Signature=" .. SIGNATURE .. "%2Bx%3D&GoogleAccessId=voice%40example.com") }
end

local directory

before_each(function()
  directory = os.tmpname()
  os.remove(directory)
  assert(os.execute("mkdir " .. directory))
end)
after_each(function() os.execute("rm -rf " .. directory) end)

local function files()
  local output = io.popen("ls -A " .. directory)
  local names = output:read "*a"
  output:close()
  return names
end

local function content(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read "*a"
  file:close()
  return text
end

local function expect_secret(err)
  for _, value in pairs(err) do
    for _, secret in ipairs { SIGNATURE, "bucket", "b.mp3", "voice@", KEY } do
      assert.falsy(tostring(value):find(secret, 1, true), tostring(value))
      assert.falsy(tostring(err):find(secret, 1, true), tostring(err))
    end
  end
end

local function download(fault, options, more)
  local path = directory .. "/call.mp3"
  local done, err = new(more).calls:download_recording(record(fault, "recording"), path, options)
  return done, err, path
end

describe("calls:download_recording", function()
  it("writes what lies at the address, asked for as it is and without the key", function()
    local done, response, path = download "ok"
    assert.are.same({ path = path, bytes = #content(path), content_type = "application/json" }, done)
    assert.are.equal(200, response.status)
    assert.is_nil(response.body)
    assert.are.equal("call.mp3\n", files())
    local receipt = content(path)
    assert.truthy(receipt:find('"authorized":false', 1, true), receipt)
    assert.truthy(receipt:find("/ok/recording/bucket/a%2Fb.mp3?", 1, true), receipt)
    assert.truthy(receipt:find("Signature=" .. SIGNATURE .. "%2Bx%3D", 1, true), receipt)
    assert.truthy(receipt:find("GoogleAccessId=voice%40example.com", 1, true), receipt)
    assert.truthy(receipt:find("Expires=1776876567", 1, true), receipt)
  end)

  it("takes bytes of any kind, and no more than max_bytes", function()
    local done, _, path = download("huge-3", { max_bytes = 3 * 1024 * 1024 })
    assert.are.equal(3 * 1024 * 1024, done.bytes)
    assert.are.equal(done.bytes, #content(path))
    os.remove(path)
    local none, err = download("huge-3", { max_bytes = 3 * 1024 * 1024 - 1 })
    assert.is_nil(none)
    assert.are.equal("too_large", err.kind)
    assert.are.equal("raise max_bytes", err.hint)
    assert.are.equal("", files())
  end)

  it("replaces a file that is there, and leaves it when it fails", function()
    local path = directory .. "/call.mp3"
    local file = io.open(path, "w")
    file:write "before"
    file:close()
    assert.is_nil((download "drop_middle"))
    assert.are.equal("before", content(path))
    assert.are.equal("call.mp3\n", files())
    assert.truthy((download "ok"))
    assert.truthy(content(path):find("authorized", 1, true))
  end)

  it("takes each name that a file can have", function()
    local path = directory .. "/" .. ("a"):rep(251) .. ".mp3"
    assert.truthy((new().calls:download_recording(record("ok", "long-name"), path)))
    assert.truthy(content(path):find("authorized", 1, true))
  end)

  it("reads the call first when it is given an id", function()
    local calls = new().calls
    local asked
    calls.get = function(...)
      asked = { select(2, ...) }
      return record("ok", "by-id")
    end
    local options = { timeout = 5, attempt_timeout = 2, retries = 1, blocking = true }
    assert.truthy(calls:download_recording("c-1", directory .. "/call.mp3", options))
    assert.are.same({ "c-1", {}, options }, asked)
    assert.truthy(calls:download_recording({ call_id = "c-2", answer = "ok" }, directory .. "/call.mp3"))
    assert.are.equal("c-2", asked[1]) -- what `make` has answered
    calls.get = function() return nil, { kind = "auth" } end
    local none, err = calls:download_recording("c-1", directory .. "/other.mp3")
    assert.is_nil(none)
    assert.are.equal("auth", err.kind)
  end)

  it("tells of failures in words of its own, without the address", function()
    local kinds = {
      ["status-403"] = "permission", ["status-404"] = "not_found", ["status-500"] = "server",
      ["html-403"] = "permission", drop_before = "network", silence = "timeout", redirect_away = "server",
    }
    for fault, kind in pairs(kinds) do
      local none, err = download(fault, { timeout = fault == "silence" and 0.5 or 10 })
      assert.is_nil(none)
      assert.are.equal(kind, err.kind, fault)
      assert.are.equal("calls:download_recording GET {recording_url}",
        err.operation .. " " .. err.method .. " " .. err.route)
      assert.is_nil(err.body)
      assert.falsy(err.hint:find("base_url", 1, true), err.hint)
      expect_secret(err)
      assert.are.equal("", files())
    end
  end)

  it("says the status, and that an address can expire", function()
    local _, err = download "status-403"
    assert.are.equal("the server of the recording answered HTTP 403", err.message)
    assert.are.equal("the address may have expired: read the call again", err.hint)
  end)

  it("asks again where that may help", function()
    local done, response = new { retries = 1 }.calls:download_recording(
      record("sequence", "again/status-500,ok"), directory .. "/call.mp3")
    assert.truthy(done, tostring(response))
    assert.are.equal(2, #response.attempts)
  end)

  it("shows no address to hooks", function()
    local events = {}
    local function keep(event) events[#events + 1] = event end
    download("status-500", nil, { on_request = keep, on_response = keep })
    assert.are.equal(2, #events)
    for _, event in ipairs(events) do
      assert.are.equal("{recording_url}", event.route)
      expect_secret(event)
    end
  end)

  it("ends with the client", function()
    local client = new()
    client:close()
    local none, err = client.calls:download_recording(record("ok", "closed"), directory .. "/call.mp3")
    assert.is_nil(none)
    assert.are.equal("closed", err.kind)
    assert.are.equal(0, (server:received "closed"))
  end)

  it("says when there is no recording, or no address of one", function()
    local calls = new().calls
    for _, absent in ipairs { false, "", " " } do
      local none, err = calls:download_recording({ recording_url = absent or nil }, directory .. "/call.mp3")
      assert.is_nil(none)
      assert.are.equal("not_found no", err.kind .. " " .. err.took_effect)
    end
    local wrong = {
      "ftp://host/x-secret", "http://example.com/x-secret", "x-secret", "https://u:x-secret@host/",
      "https://host/a//x-secret", "https://host/../x-secret",
    }
    for _, address in ipairs(wrong) do
      local none, err = calls:download_recording({ recording_url = address }, directory .. "/call.mp3")
      assert.is_nil(none, address)
      assert.are.equal("decode", err.kind)
      assert.falsy(tostring(err):find("x-secret", 1, true), tostring(err))
    end
    assert.are.equal("", files())
  end)

  it("says when the file cannot be written, before anything is asked for", function()
    local path = directory .. "/none/call.mp3"
    local none, err = new().calls:download_recording(record("ok", "unwritable"), path)
    assert.is_nil(none)
    assert.are.equal("file", err.kind)
    assert.truthy(err.message:find("none/call.mp3 cannot be written: ", 1, true), err.message)
    assert.are.equal(0, (server:received "unwritable"))
    none, err = new().calls:download_recording(record("ok", "directory"), directory)
    assert.is_nil(none)
    assert.are.equal("file", err.kind)
    assert.are.equal("", files())
  end)

  it("fetches those of the sandbox, in a user's tests", function()
    local sandbox = require("synthflow.sandbox").start { call_seconds = 0.2 }
    local client = synthflow.new { base_url = sandbox.base_url, api_key = sandbox.api_key }
    local call = synthflow.check(client.calls:make { model_id = "a", phone = "+15550101", name = "Ana" })
    synthflow.check(client.calls:wait(call.call_id, { timeout = 10, first_pause = 0.05 }))
    local path = directory .. "/call.wav"
    local done = synthflow.check(client.calls:download_recording(call.call_id, path))
    sandbox.stop()
    assert.are.equal("audio/wav", done.content_type)
    assert.are.equal("RIFF", content(path):sub(1, 4))
  end)

  it("raises all that is wrong with its arguments", function()
    local calls = new().calls
    local raised, text = pcall(function()
      return calls:download_recording(nil, "", { max_bytes = 0, retries = 11 })
    end)
    assert.is_false(raised)
    assert.truthy(text:find("calls:download_recording: max_bytes must be", 1, true), text)
    for _, part in ipairs {
      "retries must be", "takes a record", "did the request for it fail?", "the name of a file comes second",
    } do
      assert.truthy(text:find(part, 1, true), text)
    end
    raised, text = pcall(function() return calls:download_recording({}, "x", { max_byte = 1 }) end)
    assert.is_false(raised)
    assert.truthy(text:find("did you mean max_bytes?", 1, true), text)
  end)
end)
