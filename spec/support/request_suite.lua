-- What must hold of a request in every host. A spec of a host calls request_suite.define in a describe:
--
--   define { it = it, tag = "name", server = function() ... end, run = function(code) ... end,
--            stuck = function(code) ... end, new = function(options) ... end }
--
--   it           busted's; a spec sees it, this file does not
--   tag          what the fault server counts under: one for each describe
--   run(code)    calls code() where a request can wait in that host, to its end; raises what it raises
--   stuck(code)  calls code() where none can; nil where there is no such place. Where the interpreter cannot
--                tell beforehand (Lua 5.1, 5.2), the request may raise there
--   server()     the fault server, started
--   new          synthflow.new, with the host in it; synthflow.new when absent
--
-- Where the host is another process, which has no busted, the spec calls
--
--   define { it = it, elsewhere = function(name, place) ... end }
--
--   elsewhere    has request_suite.perform called there with the same name and place, and raises what that
--                raises
--
-- A case is a function(run or stuck, context) that raises what is wrong; `context` has url(fault, tag),
-- received(tag) and new(options).

local request_suite = {}

local GET = { method = "GET", path = "/thing" }
local CALL = { method = "POST", path = "/thing", effect = "dials" }

local cases = {}

local function client_of(context, fault, tag, options)
  local all = { base_url = context.url(fault, tag), api_key = "key-0123456789", retries = 0 }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return context.new(all)
end

local function clock()
  return require("synthflow.core").clock()
end

function cases.success(run, context)
  local data, response
  run(function() data, response = client_of(context, "ok", "success"):request(GET) end)
  assert(type(data) == "table" and response.status == 200, tostring(response))
  assert(response.timing.total > 0)
  assert(context.received "success" == 1)
end

function cases.several_at_once(run, context)
  local results, taken
  run(function()
    local client = client_of(context, "delay-500", "several")
    local items, began = { 1, 2, 3, 4, 5, 6, 7, 8 }, clock()
    results = client:map(items, function() return client:request(GET) end)
    taken = clock() - began
  end)
  assert(#results == 8)
  for _, result in ipairs(results) do
    assert(result.ok, tostring(result.err))
  end
  assert(taken < 3, taken) -- 4 s one after the other
  assert(context.received "several" == 8)
end

function cases.asked_again(run, context)
  local data, response
  run(function()
    local client = client_of(context, "sequence", "unreadable-in-host/not_json,ok", { retries = 1 })
    data, response = client:request(GET)
  end)
  assert(type(data) == "table", tostring(response))
  assert(#response.attempts == 2)
end

function cases.fault(run, context)
  local data, err
  run(function() data, err = client_of(context, "drop_before", "fault"):request(CALL) end)
  assert(data == nil and err.kind == "network" and err.took_effect == "maybe", tostring(err))
  run(function() data, err = client_of(context, "status-503", "fault-status"):request(GET) end)
  assert(data == nil and err.kind == "server" and err.status == 503, tostring(err))
end

function cases.deadline(run, context)
  local data, err, taken
  run(function()
    local client, began = client_of(context, "silence", "deadline", { timeout = 0.5 }), clock()
    data, err = client:request(CALL)
    taken = clock() - began
  end)
  assert(data == nil and err.kind == "timeout" and err.took_effect == "maybe", tostring(err))
  assert(taken > 0.45 and taken < 5, taken)
end

-- Closed by another task while the request waits.
function cases.cancel(run, context)
  local results, taken
  run(function()
    local client, began = client_of(context, "silence", "cancel", { timeout = 20 }), clock()
    local other = client_of(context, "delay-200", "cancelling")
    results = require("synthflow").parallel {
      function() return client:request(CALL) end,
      function()
        local data, err = other:request(GET)
        client:close()
        return data, err
      end,
    }
    taken = clock() - began
  end)
  assert(results[2].ok, tostring(results[2].err))
  local err = results[1].err
  assert(not results[1].ok and err.kind == "closed" and err.took_effect == "maybe", tostring(err))
  assert(taken > 0.15 and taken < 5, taken)
end

-- Tasks that sleep do so beside each other, and beside a request. The least of some tries: a slow machine
-- takes long now and then, tasks one after the other each time.
function cases.sleeping(run, context)
  local taken
  local function try()
    local synthflow, hosts = require "synthflow", require "synthflow.hosts"
    local client, began = client_of(context, "delay-500", "sleeping"), clock()
    local link = { core = require "synthflow.core" }
    synthflow.parallel {
      function() return client:request(GET) end,
      function() hosts.sleep(link, 0.5) end,
      function() hosts.sleep(link, 0.3) hosts.sleep(link, 0.2) end,
    }
    taken = clock() - began
  end
  for _ = 1, 3 do
    run(try)
    assert(taken > 0.48, taken)
    if taken < 0.95 then return end -- two of them one after the other take 1 s
  end
  error(taken .. " s")
end

-- Nothing is sent from a place that cannot wait, which is not hidden: an error, or a raise.
function cases.cannot_yield(stuck, context)
  local ran, data, err = false, nil, nil
  local passed, raised = pcall(stuck, function()
    ran = true
    data, err = client_of(context, "ok", "cannot-yield"):request(CALL)
  end)
  assert(ran, tostring(raised))
  if passed then
    assert(data == nil and err.kind == "cannot_wait" and err.took_effect == "no", tostring(err or data))
    assert(#err.attempts == 0 and err.message:find("cannot wait", 1, true))
  else
    assert(not rawget(coroutine, "isyieldable") and tostring(raised):find "yield", tostring(raised))
  end
  assert(context.received "cannot-yield" == 0)
end

function cases.blocking(stuck, context)
  local data, err
  stuck(function()
    data, err = client_of(context, "ok", "blocking"):request {
      method = "GET", path = "/thing", blocking = true,
    }
  end)
  assert(type(data) == "table", tostring(err))
  assert(context.received "blocking" == 1)
end

local NAMES = {
  { "success", "sends a request and returns what comes of it" },
  { "several_at_once", "sends several at once" },
  { "asked_again", "waits again for what is asked for again" },
  { "fault", "returns the error of a request that fails" },
  { "deadline", "ends a request at its deadline" },
  { "cancel", "ends a request whose client is closed meanwhile" },
  { "sleeping", "lets tasks sleep beside each other" },
  { "cannot_yield", "sends nothing from a place that cannot wait", stuck = true },
  { "blocking", "blocks in a place that cannot wait, if it is told to", stuck = true },
}

local function define_here(host, case, where)
  host.it(case[2], function()
    local server, mine = host.server(), host.tag .. "-"
    cases[case[1]](where, {
      url = function(fault, tag) return server:url(fault, mine .. tag) end,
      received = function(tag) return (server:received(mine .. tag)) end,
      new = host.new or require("synthflow").new,
    })
  end)
end

--- Defines one spec for each case.
function request_suite.define(host)
  for _, case in ipairs(NAMES) do
    local place = case.stuck and "stuck" or "run"
    if host.elsewhere then
      host.it(case[2], function() host.elsewhere(case[1], place) end)
    elseif host[place] then
      define_here(host, case, host[place])
    end
  end
end

--- Runs one case, in a process that may have nothing but the library; raises what is wrong.
---@param name string
---@param place string "run" or "stuck"
---@param host table run, stuck and tag, as for `define`; origin: that of the fault server's plain port
function request_suite.perform(name, place, host)
  local core = require "synthflow.core"
  local faults = core.client { base_url = host.origin, api_key = "key-0123456789" }
  local mine = "/" .. host.tag .. "-"
  cases[name](host[place], {
    url = function(fault, tag) return host.origin .. "/" .. fault .. mine .. tag end,
    received = function(tag)
      local request = { method = "GET", path = "/_received" .. mine .. tag, effect = "read" }
      return core.request(faults, request).data.requests
    end,
    new = require("synthflow").new,
  })
end

return request_suite
