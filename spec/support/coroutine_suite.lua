-- luacheck: std max
-- What must hold of a request in every host that makes a coroutine wait. A spec of a host calls
-- coroutine_suite.define in a describe:
--
--   define { it = it, finally = ..., run = function(code) ... end, client_of = function(fault, tag) ... end,
--            received = function(tag) ... end }
--
--   finally        calls busted's, which a spec sees and this file does not
--   run(code)      calls code() where a request can wait in that host, and serves it to its end
--   client_of      a client of the fault server
--   received(tag)  how many requests came with that tag

local assert = require "luassert"

local GET = { method = "GET", path = "/thing" }
local CALL = { method = "POST", path = "/thing", effect = "dials" }

local coroutine_suite = {}

local function in_a_sort(host)
  local client, kinds = host.client_of("ok", "sort"), {}
  host.run(function()
    local sorted, raised = pcall(table.sort, { 3, 2, 1 }, function(a, b)
      local _, err = client:request(CALL)
      kinds[#kinds + 1] = err.kind
      return a < b
    end)
    assert.equal(coroutine.isyieldable ~= nil, sorted)
    assert.is_true(sorted or tostring(raised):find "yield" ~= nil)
  end)
  host.run(function() end) -- what was left behind would be sent now
  assert.equal(coroutine.isyieldable and "cannot_wait" or nil, kinds[1])
  assert.equal(0, host.received "sort")
end

local function in_a_protected_call(host)
  local found, coxpcall = pcall(require, "coxpcall")
  local protected = found and coxpcall.pcall or pcall
  host.finally(function() package.loaded.coxpcall = nil end)
  local passed, data, err
  host.run(function()
    local client = host.client_of("delay-20", "protected")
    passed, data, err = protected(function() return client:request(GET) end)
  end)
  if found or _VERSION ~= "Lua 5.1" or rawget(_G, "jit") then
    assert.is_true(passed, data)
    assert.is_table(data, tostring(err))
  else
    assert.is_false(passed)
    assert.equal(0, host.received "protected")
  end
end

function coroutine_suite.define(host)
  host.it("nothing is sent inside of a C function that cannot yield", function() in_a_sort(host) end)
  host.it("a protected call can call, by coxpcall in Lua 5.1", function() in_a_protected_call(host) end)
end

return coroutine_suite
