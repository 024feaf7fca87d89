-- A real nginx with OpenResty's Lua module: light threads wait, and the worker serves others.

local cqueues = require "cqueues"
local fault_server = require "support.fault_server"
local openresty = require "hosts.openresty.server"
local process = require "support.process"
local request_suite = require "support.request_suite"
local sandbox = require "synthflow.sandbox"

-- nginx has the same Lua whichever runs this file.
local missing, on_purpose = openresty.missing()
if not missing and not rawget(_G, "jit") then
  missing, on_purpose = "nginx's Lua is LuaJIT, so this is done once, on that", true
end
if missing then
  describe("OpenResty", function()
    it("lets light threads wait", function()
      if not on_purpose then process.want(missing) end
      pending(missing)
    end)
  end)
  return
end

-- What handlers share: `get(tag, options)` asks, and returns "ok" or the error's kind and text.
local HANDLERS = [[
  lua_check_client_abort on;
  init_by_lua_block {
    local synthflow = require "synthflow"
    clients, seen = {}, {}
    for _, fault in ipairs { "ok", "delay-50", "delay-500", "delay-2000", "silence" } do
      clients[fault] = synthflow.new { api_key = "key-0123456789", base_url = "%s/" .. fault }
    end
    function get(fault, tag, options)
      local request = { method = "GET", path = "/" .. tag }
      for name, value in pairs(options or {}) do request[name] = value end
      local data, err = clients[fault]:request(request)
      return data and "ok" or err.kind .. " " .. tostring(err)
    end
    seen.init = get("ok", "refused-init")
    seen.init_blocking = get("ok", "blocked-init", { blocking = true })
  }
]]

describe("in nginx", function()
  local faults, server
  local count = 0

  setup(function() faults = fault_server.start() end)
  teardown(function() faults:stop() end)
  after_each(function()
    if server then server:stop() end
    server = nil
  end)

  local function start(locations, options)
    options = options or {}
    options.http = HANDLERS:format("http://127.0.0.1:" .. faults.plain) .. (options.http or "")
    options.server = locations
    server = openresty.start(options)
  end

  -- A tag that was not counted yet. The client's path is behind the fault: the tag is its first part.
  local function new_tag(name)
    count = count + 1
    return name .. "-" .. count
  end

  local function with_tag(text, tag)
    return (text:gsub("@", tag))
  end

  -- Asks so many times at once; returns the bodies and the seconds each took, in order.
  local function ask_at_once(times, path, options)
    local queue, bodies, taken = cqueues.new(), {}, {}
    for index = 1, times do
      queue:wrap(function()
        local began = cqueues.monotime()
        local status, body = server:ask(path, options)
        bodies[index] = ("%s %s"):format(tostring(status), body)
        taken[#taken + 1] = cqueues.monotime() - began
      end)
    end
    assert(queue:loop())
    table.sort(taken)
    return bodies, taken
  end

  local function all_ok(bodies)
    for _, body in ipairs(bodies) do
      assert.equal("200 ok\n", body)
    end
  end

  -- Every host's ------------------------------------------------------------------------------------------

  describe("a light thread", function()
    -- The code of a case runs in nginx, so only its name is sent.
    local SUITE = [[
      location /suite { content_by_lua_block {
        local function stuck(code)
          local times = 0
          table.sort({ 2, 1 }, function(a, b)
            times = times + 1
            if times == 1 then code() end
            return a < b
          end)
        end
        require("support.request_suite").perform(ngx.var.arg_name, ngx.var.arg_place, {
          origin = "http://127.0.0.1:" .. ngx.var.arg_port, tag = "nginx",
          run = function(code) code() end, stuck = stuck,
        })
        ngx.say "ok"
      } }
    ]]

    request_suite.define { it = it, elsewhere = function(name, place)
      start(SUITE)
      local status, body = server:ask(("/suite?name=%s&place=%s&port=%d"):format(name, place, faults.plain))
      assert.equal("200 ok\n", ("%s %s"):format(tostring(status), body), server:log())
    end }
  end)

  -- Places ------------------------------------------------------------------------------------------------

  it("waits in every phase that can yield", function()
    local tag = new_tag "phases"
    start(with_tag([[
      server_rewrite_by_lua_block { if ngx.var.arg_early then ngx.ctx.early = get("ok", "@") end }
      location /early { content_by_lua_block { ngx.say(ngx.ctx.early) } }
      location /rewrite { rewrite_by_lua_block { ngx.say(get("ok", "@")) ngx.exit(200) } }
      location /access { access_by_lua_block { ngx.say(get("ok", "@")) ngx.exit(200) } }
      location /content { content_by_lua_block { ngx.say(get("ok", "@")) } }
      location /thread { content_by_lua_block {
        local _, said = ngx.thread.wait(ngx.thread.spawn(get, "ok", "@"))
        ngx.say(said)
      } }
      location /coroutine { content_by_lua_block {
        ngx.say(coroutine.wrap(function() return get("ok", "@") end)())
      } }
      location /timer { content_by_lua_block {
        local done = require("ngx.semaphore").new()
        local said
        ngx.timer.at(0, function() said = get("ok", "@") done:post() end)
        done:wait(5)
        ngx.say(said)
      } }
    ]], tag))
    local paths = { "early?early=1", "rewrite", "access", "content", "thread", "coroutine", "timer" }
    for _, path in ipairs(paths) do
      assert.equal("ok\n", select(2, server:ask("/" .. path)), path)
    end
    assert.equal(7, (faults:received(tag)))
    assert.same({}, server:errors())
  end)

  -- One more server in it, which speaks TLS; returns its port.
  local function start_with_tls(lines, http)
    local certificates = process.line("cd " .. fault_server.directory() .. "/certificates && pwd")
    local port = process.free_port()
    start("location /seen { content_by_lua_block { ngx.say(seen[ngx.var.arg_phase]) } }", {
      http = (http or "") .. ([[
        server {
          listen 127.0.0.1:%d ssl;
          ssl_certificate %s/server.pem;
          ssl_certificate_key %s/server.key;
          ssl_session_tickets off;
          %s
        }
      ]]):format(port, certificates, certificates, lines),
    })
    return port
  end

  it("waits while a TLS handshake waits for its certificate", function()
    local tag = new_tag "certificate"
    local port = start_with_tls(([[
      ssl_certificate_by_lua_block { seen.certificate = get("delay-50", "%s") }
      location / { content_by_lua_block { ngx.header.content_type = "application/json"
        ngx.say('{"said":"' .. seen.certificate .. '"}') } }
    ]]):format(tag))
    local core = require "synthflow.core"
    local client = core.client {
      base_url = "https://127.0.0.1:" .. port, ca_file = faults.ca_file, api_key = "k",
    }
    local result = core.request(client, { method = "GET", path = "/", effect = "read" })
    assert.equal("ok", result.data and result.data.said, result.message)
    assert.equal(1, (faults:received(tag)))
  end)

  it("sends nothing in a phase that cannot wait, and says where to do it", function()
    local file = os.tmpname()
    start(([[
      location /set { set_by_lua_block $said { return get("ok", "refused-set") } return 200 $said; }
      location /filters {
        header_filter_by_lua_block { seen.header_filter = get("ok", "refused-header") }
        body_filter_by_lua_block { seen.body_filter = get("ok", "refused-body") }
        log_by_lua_block { seen.log = get("ok", "refused-log") }
        return 200 "filtered";
      }
      location /balancer { proxy_pass http://backend; }
      location /seen { content_by_lua_block { ngx.say(seen[ngx.var.arg_phase]) } }
      location /blocking {
        set_by_lua_block $said { return get("ok", "blocked-set", { blocking = true }) }
        return 200 $said;
      }
    ]]), { http = ([[
      upstream backend { server 0.0.0.1; balancer_by_lua_block {
        seen.balancer = get("ok", "refused-balancer")
        require("ngx.balancer").set_current_peer("127.0.0.1", %d)
      } }
      init_worker_by_lua_block {
        seen.init_worker = get("ok", "refused-init-worker")
        seen.init_worker_blocking = get("ok", "blocked-init-worker", { blocking = true })
      }
      exit_worker_by_lua_block {
        local file = io.open("%s", "w")
        file:write(get("ok", "refused-exit-worker"))
        file:close()
      }
    ]]):format(faults.plain, file) })
    server:ask "/filters"
    server:ask "/balancer"
    local said = { set = select(2, server:ask "/set") }
    for _, phase in ipairs { "init", "init_worker", "header_filter", "body_filter", "log", "balancer" } do
      said[phase] = select(2, server:ask("/seen?phase=" .. phase))
    end
    assert.equal("ok", select(2, server:ask "/blocking"))
    assert.equal("ok\n", select(2, server:ask "/seen?phase=init_blocking"))
    assert.equal("ok\n", select(2, server:ask "/seen?phase=init_worker_blocking"))
    server:stop()
    said.exit_worker = process.await(function()
      local text = io.open(file):read "*a"
      return text ~= "" and text
    end)
    os.remove(file)
    for phase, text in pairs(said) do
      assert.truthy(text:find("^cannot_wait .*nginx lets nobody wait in the phase " .. phase .. ": "), text)
      assert.equal(phase ~= "exit_worker", text:find("ngx.timer.at(0, ...)", 1, true) ~= nil, text)
    end
    assert.same({}, faults:received_all "refused")
    assert.equal(1, (faults:received "blocked-set"))
  end)

  -- OpenResty's own nginx can wait there; nginx as Debian has it ends a light thread that does.
  it("sends nothing where nginx itself must be patched for waiting", function()
    local port = start_with_tls([[
      ssl_client_hello_by_lua_block { seen.ssl_client_hello = get("ok", "unpatched-hello") }
      location / { return 200 "served"; }
    ]], [[ssl_session_fetch_by_lua_block { seen.ssl_session_fetch = get("ok", "unpatched-fetch") }]])
    local connect = ("openssl s_client -connect 127.0.0.1:%d -tls1_2 -reconnect </dev/null"):format(port)
    process.output(connect)
    for _, phase in ipairs { "ssl_client_hello", "ssl_session_fetch" } do
      local _, said = server:ask("/seen?phase=" .. phase)
      assert.truthy(said:find("^cannot_wait .*nginx lets nobody wait in the phase " .. phase .. ": "), said)
      assert.truthy(said:find("ssl_certificate_by_lua", 1, true), said)
    end
    assert.same({}, faults:received_all "unpatched")
  end)

  it("sends nothing from below a function of C, also in a task", function()
    local tag = new_tag "stuck"
    start(with_tag([[
      location /gsub { content_by_lua_block {
        ngx.say((("x"):gsub("x", function() return get("ok", "@") end)))
      } }
      location /task { content_by_lua_block {
        local results = require("synthflow").parallel {
          function() return (("x"):gsub("x", function() return get("ok", "@") end)) end,
          function() return get("ok", "beside-@") end,
        }
        ngx.say(results[1].value, results[1].err)
        ngx.say(get("ok", "after-@"))
      } }
    ]], tag))
    local _, body = server:ask "/gsub"
    assert.truthy(body:find "^cannot_wait .*string.gsub", body)
    _, body = server:ask "/task"
    assert.truthy(body:find "^cannot_wait .*string.gsub.*\nok\n$", body)
    assert.equal(0, (faults:received(tag)))
    assert.equal(1, (faults:received("beside-" .. tag)))
    assert.same({}, server:errors())
  end)

  -- Many --------------------------------------------------------------------------------------------------

  it("serves others meanwhile", function()
    start [[
      location /far { content_by_lua_block { ngx.say(get("delay-2000", "far")) } }
      location /ping { return 200 "ok\n"; }
    ]]
    local queue, slowest, bodies, taken = cqueues.new(), 0, nil, nil
    queue:wrap(function() bodies, taken = ask_at_once(30, "/far") end)
    queue:wrap(function()
      for _ = 1, 20 do
        cqueues.sleep(0.01)
        local began = cqueues.monotime()
        assert(server:ask "/ping" == 200)
        slowest = math.max(slowest, cqueues.monotime() - began)
      end
    end)
    assert(queue:loop())
    all_ok(bodies)
    assert.is_true(taken[30] < 6, taken[30] .. " s for 30 at once")
    assert.is_true(slowest < 1.5, slowest .. " s for a ping")
  end)

  it("runs parallel and map inside of a handler", function()
    local tag = new_tag "map"
    start(with_tag([[
      location /map { content_by_lua_block {
        local items = {}
        for index = 1, 20 do items[index] = index end
        local began = require("synthflow.core").clock()
        local results = clients.ok:map(items, function() return get("delay-500", "@") end)
        for _, result in ipairs(results) do assert(result.value == "ok", result.err or result.value) end
        assert(#results == 20 and require("synthflow.core").clock() - began < 5)
        ngx.say "ok"
      } }
    ]], tag))
    all_ok(ask_at_once(3, "/map"))
    assert.equal(60, (faults:received(tag)))
  end)

  it("uses a client of before the fork in two workers, under load", function()
    local tag = new_tag "load"
    start(with_tag([[
      location /load { content_by_lua_block { ngx.say(get("ok", "@")) } }
      location /worker { content_by_lua_block { ngx.say(ngx.worker.id(), " ", get("ok", "@-ids")) } }
    ]], tag), { workers = 2 })
    for _ = 1, 5 do
      all_ok(ask_at_once(100, "/load"))
    end
    assert.equal(500, (faults:received(tag)))
    -- One worker may take every connection of a round: who is free first is the kernel's choice.
    local seen = {}
    assert.is_true(process.await(function()
      for _, body in ipairs(ask_at_once(50, "/worker")) do seen[body] = true end
      return seen["200 0 ok\n"] and seen["200 1 ok\n"]
    end), "only one worker had something to do")
    seen["200 0 ok\n"], seen["200 1 ok\n"] = nil, nil
    assert.same({}, seen)
    assert.same({}, server:errors())
  end)

  it("closes what it reads when nothing is in flight", function()
    local directory = assert(process.line "mktemp -d")
    finally(function() process.output("rm -rf " .. directory) end)
    start([[
      location /one { content_by_lua_block { ngx.say(get("ok", "idle")) } }
      location /one_and_timers { content_by_lua_block {
        ngx.say(get("ok", "idle"), ngx.timer.running_count())
      } }
      location /timers { content_by_lua_block { ngx.say(ngx.timer.running_count()) } }
    ]], { main = "env TMPDIR;", variables = { TMPDIR = directory } })
    for _ = 1, 3 do
      all_ok(ask_at_once(1, "/one"))
    end
    assert.equal("ok1\n", select(2, server:ask "/one_and_timers"))
    assert.is_true(process.await(function() return select(2, server:ask "/timers") == "0\n" end))
    all_ok(ask_at_once(1, "/one"))
    assert.equal("", process.output("ls -A " .. directory))
  end)

  -- Ends --------------------------------------------------------------------------------------------------

  -- What is cancelled gives up its connection.
  local function await_end(tag, requests)
    return process.await(function()
      local received, connections, details = faults:received(tag)
      return received == requests and details.ended == connections
    end, 10)
  end

  it("cancels what a client has left", function()
    local tag = new_tag "left"
    start(with_tag([[
      location /silence { content_by_lua_block { ngx.say(get("silence", "@")) } }
      location /tasks { content_by_lua_block {
        clients.ok:map({ 1, 2, 3 }, function() return get("silence", "tasks-@") end)
      } }
      location /killed { content_by_lua_block {
        local thread = ngx.thread.spawn(get, "silence", "killed-@")
        ngx.sleep(1)
        ngx.thread.kill(thread)
        ngx.say "ok"
      } }
    ]], tag))
    ask_at_once(8, "/silence", { timeout = 1 })
    assert.is_true(await_end(tag, 8))
    ask_at_once(8, "/tasks", { timeout = 1 })
    assert.is_true(await_end("tasks-" .. tag, 24))
    all_ok(ask_at_once(8, "/killed"))
    assert.is_true(await_end("killed-" .. tag, 8))
    assert.same({}, server:errors())
  end)

  it("cancels what a client has left, also when others come at once", function()
    local tag = new_tag "left"
    start(with_tag([[
      location /silence { content_by_lua_block { ngx.say(get("silence", "@")) } }
      location /next { content_by_lua_block { ngx.say(get("silence", "next-@")) } }
    ]], tag))
    local queue, ended, errors = cqueues.new(), nil, nil
    ask_at_once(8, "/silence", { timeout = 1 })
    queue:wrap(function() ask_at_once(8, "/next", { timeout = 20 }) end)
    queue:wrap(function()
      ended, errors = await_end(tag, 8), server:errors()
      server:stop() -- ends the others
    end)
    assert(queue:loop())
    assert.is_true(ended)
    assert.same({}, errors)
  end)

  it("finishes what is in flight when it is reloaded", function()
    local tag = new_tag "reload"
    start(with_tag([[ location /far { content_by_lua_block { ngx.say(get("delay-500", "@")) } } ]], tag),
      { workers = 2 })
    local before = server:workers()
    local queue, bodies = cqueues.new(), nil
    queue:wrap(function() bodies = ask_at_once(20, "/far") end)
    queue:wrap(function()
      process.await(function() return faults:received(tag) == 20 end)
      server:signal "HUP"
    end)
    assert(queue:loop())
    all_ok(bodies)
    assert.is_true(process.await(function()
      local now = table.concat(server:workers(), " ")
      return #server:workers() == 2 and not now:find(before[1], 1, true) and not now:find(before[2], 1, true)
    end), "the old workers stay")
    all_ok(ask_at_once(5, "/far"))
    assert.same({}, server:errors())
  end)

  it("asks once more in a worker that is about to end", function()
    local tag = new_tag "first"
    start(with_tag([[
      location /two { content_by_lua_block {
        get("delay-50", "@")
        ngx.sleep(0.8)
        ngx.say(get("delay-50", "second"))
      } }
    ]], tag))
    local queue, body = cqueues.new(), nil
    queue:wrap(function() body = select(2, server:ask "/two") end)
    queue:wrap(function()
      process.await(function() return faults:received(tag) == 1 end)
      server:signal "QUIT"
    end)
    assert(queue:loop())
    assert.equal("ok\n", body)
    assert.is_true(process.await(function() return #server:workers() == 0 end))
    assert.same({}, server:errors())
  end)

  it("ends at once with requests in flight when it is stopped", function()
    start [[ location /silence { content_by_lua_block { ngx.say(get("silence", "stopped")) } } ]]
    local queue = cqueues.new()
    queue:wrap(function() ask_at_once(10, "/silence", { timeout = 5 }) end)
    local took
    queue:wrap(function()
      process.await(function() return faults:received "stopped" == 10 end)
      local began = cqueues.monotime()
      server:signal "TERM"
      process.await(function() return #server:workers() == 0 end)
      took = cqueues.monotime() - began
    end)
    assert(queue:loop())
    assert.is_true(took < 3, took .. " s")
    assert.same({}, server:errors())
  end)

  -- Settings of nginx's -----------------------------------------------------------------------------------

  it("works with a new Lua VM for each request", function()
    start([[
      lua_code_cache off;
      location /one { content_by_lua_block { ngx.say(get("delay-50", "uncached")) } }
      location /files { content_by_lua_block {
        ngx.say(io.popen("ls /proc/" .. ngx.worker.pid() .. "/fd | wc -l"):read "*n")
      } }
    ]])
    local function files() return tonumber((select(2, server:ask "/files"))) end
    all_ok(ask_at_once(20, "/one")) -- opens the connections
    local one_more = files() + 20
    for _ = 1, 3 do
      all_ok(ask_at_once(20, "/one"))
    end
    assert.is_true(process.await(function() return files() < one_more end), files() .. " files are open")
    local errors = server:errors()
    assert.equal(1, #errors)
    assert.truthy(errors[1]:find("lua_code_cache is off", 1, true), errors[1])
  end)

  local REFUSED = {
    lua_max_pending_timers = [[ for _ = 1, 2 do ngx.timer.at(60, function() end) end ]],
    lua_max_running_timers = [[ ngx.timer.at(0, function() ngx.sleep(60) end) ]],
  }
  for directive, occupy in pairs(REFUSED) do
    it("sends nothing when no timer is to be had, and names " .. directive, function()
      local tag = new_tag "timers"
      start(([[ location /one { content_by_lua_block { ngx.say(get("ok", "%s")) } } ]]):format(tag),
        { http = ("%s 1; init_worker_by_lua_block { %s }"):format(directive, occupy) })
      local _, body = server:ask "/one"
      assert.truthy(body:find("^cannot_wait .*raise " .. directive), body)
      assert.equal(0, (faults:received(tag)))
    end)
  end

  it("sends nothing when it may not make a socket, and says where", function()
    local tag = new_tag "socket"
    start(([[ location /one { content_by_lua_block { ngx.say(get("ok", "%s")) } } ]]):format(tag),
      { main = "env TMPDIR;", variables = { TMPDIR = "/nowhere" } })
    local _, body = server:ask "/one"
    assert.truthy(body:find("^cannot_wait .*no socket can be made in /nowhere .*TMPDIR"), body)
    assert.equal(0, (faults:received(tag)))
  end)
end)

-- Against the sandbox, which can be stopped.
local function start_recipe(file)
  local platform = sandbox.start()
  local started, server = pcall(openresty.start, {
    file = file, main = "env SYNTHFLOW_BASE_URL;", variables = {
      SYNTHFLOW_BASE_URL = platform.base_url, SYNTHFLOW_API_KEY = platform.api_key,
      SYNTHFLOW_WORKSPACE_ID = platform.workspace_id,
    },
  })
  if not started then
    platform.stop()
    error(server, 0)
  end
  local client = require("synthflow").new {
    base_url = platform.base_url, api_key = platform.api_key, workspace_id = platform.workspace_id,
  }
  assert(client.phone_numbers:import { phone_number = "+33782990580", friendly_name = "Desk" })
  return platform, server
end

describe("the recipe for OpenResty", function()
  local platform, server

  setup(function() platform, server = start_recipe "spec/hosts/openresty/nginx.conf" end)
  teardown(function()
    if server then server:stop() end
    if platform then platform.stop() end
  end)

  local function post(body)
    return server:ask("/callback", { method = "POST", body = body,
      headers = { ["Content-Type"] = "application/x-www-form-urlencoded" } })
  end

  it("has an agent call a visitor", function()
    local status, body = post "phone=%2B33782990580&name=Ada"
    assert.equal(201, status, body)
    assert.truthy(body:find '"call_id":"', body)
    assert.equal(400, (post "phone=0800"))
    assert.equal(400, (server:ask "/callback"))
  end)

  it("shows a number", function()
    local status, body = server:ask "/numbers/+33782990580"
    assert.equal(200, status, body)
    assert.truthy(body:find('"name":"Desk"', 1, true), body)
    assert.equal(404, (server:ask "/numbers/+33782990581"))
    assert.equal(404, (server:ask "/numbers/help"))
  end)

  it("tells the visitor when the platform is gone, and the log why", function()
    platform.stop()
    assert.equal(503, (post "phone=%2B33782990580"))
    assert.equal(502, (server:ask "/numbers/+33782990580"))
    assert.truthy(server:log():find("calls:make: ", 1, true))
    assert.falsy(server:log():find(platform.api_key, 1, true))
  end)
end)

describe("the README's configuration for nginx", function()
  it("shows the name of a number", function()
    local text = process.read "README.md"
    local path = os.tmpname()
    local file = io.open(path, "w")
    file:write((text:match "```nginx\n(# nginx%.conf.-)```"))
    file:close()
    local platform, server = start_recipe(path)
    local _, known = server:ask "/numbers/+33782990580"
    local _, unknown = server:ask "/numbers/+33782990581"
    server:stop()
    platform.stop()
    os.remove(path)
    assert.equal("Desk\n", known)
    assert.equal("not_found\n", unknown)
  end)
end)
