--- Waiting in OpenResty: the light thread yields, and the worker serves others meanwhile.
--
-- Each Lua VM has one mailbox. As long as something is in flight, a light thread reads it through a socket,
-- in a timer, because there it ends with nobody's request.

local ngx = rawget(_G, "ngx") or package.loaded.ngx

local openresty = {}

local LONGEST = 86400        -- seconds; whatever is in flight ends long before
local START_PATIENCE = 1     -- seconds; a timer without delay runs before one that has this
local WATCH = 0.25           -- seconds between two looks for light threads that are gone
local POLL = 0.02            -- seconds between two looks into a mailbox that nobody reads

local semaphore              -- nginx's module
local mailbox                -- of this VM
local reading = false        -- a light thread reads it
local starting               -- how that comes about: { semaphore, waiting, outcome, reason }
local last_ticket = 0
local waiting = {}           -- on_done by ticket
-- None of these keeps what nobody else does: exchanges that are collected are cancelled by that.
local tickets = setmetatable({}, { __mode = "k" }) -- by exchange: the same ticket may come again
local threads = setmetatable({}, { __mode = "v" }) -- by ticket, the coroutines that submitted them
local gates = setmetatable({}, { __mode = "k" })   -- by coroutine, where it waits

-- Where one can wait ---------------------------------------------------------------------------------------

-- The two other phases of a TLS handshake can yield only in an nginx that is patched for it, as OpenResty's
-- own is; another one ends a light thread that does, after it has sent its request.
local YIELDING = {
  rewrite = true, server_rewrite = true, access = true, content = true, timer = true, preread = true,
  ssl_cert = true,
}

-- Where no timer can be started or is of no use, and elsewhere.
local REMEDIES = {
  init = "do it in ngx.timer.at(0, ...) in init_worker_by_lua*",
  exit_worker = "do it before",
  ssl_client_hello = "do it in ssl_certificate_by_lua*",
  ssl_session_fetch = "do it in ssl_certificate_by_lua*",
}
local REMEDY = "do it in ngx.timer.at(0, ...)"

local function has_yielding_phase()
  local phase = ngx.get_phase()
  if YIELDING[phase] then
    return true
  end
  return nil, ("nginx lets nobody wait in the phase %s: %s"):format(phase, REMEDIES[phase] or REMEDY)
end

--- Whether the coroutine that runs can yield here. nginx's table `coroutine` lacks what tells.
function openresty.is_yieldable()
  return require("synthflow.core").is_yieldable()
end

local function has_yielding_place()
  if openresty.is_yieldable() then
    return true
  end
  return nil, "a function of C, such as table.sort, string.gsub or require, stands between the call and the "
    .. "handler: make the call outside of it"
end

-- Without lua-resty-core there is none.
local function load_semaphore()
  local found, module = pcall(require, "ngx.semaphore")
  if not found then
    return nil, "ngx.semaphore is missing: have lua-resty-core in lua_package_path"
  end
  semaphore = module
  return true
end

-- The light threads in the timer ---------------------------------------------------------------------------

local function deliver()
  local done = mailbox:take()
  for index = 1, #done do
    local ticket = done[index]
    local on_done = waiting[ticket]
    waiting[ticket], threads[ticket] = nil, nil
    if on_done then
      on_done()
    end
  end
end

-- Light threads may be killed, for one because the client went away: then nobody comes for the result.
local function cancel_abandoned(core)
  local abandoned = {}
  for exchange, ticket in pairs(tickets) do
    local gate = waiting[ticket] and gates[threads[ticket] or false]
    if gate and not gate.is_open and gate.semaphore:count() >= 0 then
      abandoned[#abandoned + 1] = exchange
    end
  end
  core.cancel(abandoned)
end

local function connect()
  local directory = os.getenv "TMPDIR" or "/tmp"
  local path, reason = mailbox:listen(directory)
  if not path then
    return nil, ("no socket can be made in %s (%s): let the worker write there, or name another directory "
      .. "in TMPDIR, with `env TMPDIR;` in nginx.conf"):format(directory, reason)
  end
  local socket = ngx.socket.tcp()
  local connected, problem = socket:connect("unix:" .. path)
  local accepted, refusal = mailbox:accept()
  if not (connected and accepted) then
    return nil, "nginx cannot connect to a unix socket: " .. (problem or refusal)
  end
  socket:settimeout(LONGEST * 1000)
  return socket
end

-- Until it is killed.
local function read_mail(socket)
  local live = true
  while true do
    live = live and socket:receiveany(64)
    if not live then
      ngx.sleep(POLL)
    end
    deliver()
  end
end

-- Ends the reader when nothing has been in flight for a moment: a call after the other finds it there.
local function watch(core, socket)
  local reader = ngx.thread.spawn(read_mail, socket)
  repeat
    ngx.sleep(WATCH)
    cancel_abandoned(core)
  until mailbox:count() == 0
  reading = false
  ngx.thread.kill(reader)
  socket:close()
end

-- What the timer runs, also in a worker that is about to end: it may have requests to finish.
local function run_reader(_, core, start)
  if start ~= starting then
    return -- nobody waits for it any more
  end
  local socket, reason = connect()
  starting = nil
  start.outcome, start.reason = socket ~= nil, reason
  reading = start.outcome
  start.semaphore:post(start.waiting)
  if socket then
    watch(core, socket)
  end
end

local function start_reader(core)
  local start = { semaphore = semaphore.new(), waiting = 0 }
  local started, reason = ngx.timer.at(0, run_reader, core, start)
  if not started then
    return nil, ("nginx starts no timer (%s): raise lua_max_pending_timers"):format(reason)
  end
  starting = start
  return start
end

-- true, and it stays so until somebody yields; or nil and why nobody can read.
local function ensure_reader(core)
  mailbox = mailbox or core.mailbox()
  while not reading do
    local start, reason = starting, nil
    if not start then
      start, reason = start_reader(core)
    end
    if not start then
      return nil, reason
    end
    start.waiting = start.waiting + 1
    start.semaphore:wait(START_PATIENCE)
    if not start.outcome then
      starting = starting ~= start and starting or nil
      return nil, start.reason or "nginx did not run a timer: raise lua_max_running_timers"
    end
  end
  return true
end

-- The adapter ----------------------------------------------------------------------------------------------

function openresty.can_wait()
  local able, reason = has_yielding_phase()
  if able then
    able, reason = has_yielding_place()
  end
  if able and not semaphore then
    able, reason = load_semaphore()
  end
  if able then
    able, reason = ensure_reader(require "synthflow.core")
  end
  return able, reason
end

-- nginx uses the coroutines of light threads again. One that seems to wait while it runs was killed before.
local function begin_anew(core)
  local thread = coroutine.running()
  if gates[thread] then
    gates[thread] = nil
    for exchange, ticket in pairs(tickets) do
      if waiting[ticket] and threads[ticket] == thread then
        core.cancel(exchange)
      end
    end
  end
  return thread
end

-- Without a reader, those who wait look for themselves.
function openresty.start(core, exchange, again, on_done)
  ensure_reader(core)
  local ticket = again and tickets[exchange]
  if not ticket then
    ticket = last_ticket + 1
    last_ticket, tickets[exchange] = ticket, ticket
  end
  threads[ticket] = begin_anew(core)
  waiting[ticket] = on_done
  if not again and not core.submit(exchange, mailbox, ticket, true) then
    waiting[ticket], threads[ticket] = nil, nil
    on_done()
  end
end

local Gate = {}
Gate.__index = Gate

function Gate:open()
  self.is_open = true
  if self.waiting then
    self.semaphore:post(1)
  end
end

function Gate:wait_once(seconds)
  local thread = coroutine.running()
  self.waiting, gates[thread] = true, self
  local woken, reason = self.semaphore:wait(math.min(seconds, reading and LONGEST or POLL))
  self.waiting, gates[thread] = false, nil
  return woken or reason == "timeout", reason
end

function Gate:wait(seconds)
  local ends = self.core.clock() + (seconds or LONGEST)
  while not self.is_open do
    local left = ends - self.core.clock()
    if left <= 0 then
      return false
    end
    local waited, reason = self:wait_once(left)
    if not waited then
      return nil, reason
    elseif not reading then
      deliver()
    end
  end
  self.is_open = false
  return true
end

function openresty.new_gate(core)
  begin_anew(core)
  return setmetatable({ core = core, semaphore = semaphore.new(), is_open = false }, Gate)
end

-- Its variables are not those of a light thread, which are gone when that is killed.
local function opener(gate)
  return function() gate:open() end
end

function openresty.wait(core, exchange, again)
  local able, reason = openresty.can_wait()
  if not able and not again then
    return nil, reason
  end
  local gate = openresty.new_gate(core)
  openresty.start(core, exchange, again, opener(gate))
  local done, problem = gate:wait()
  return done, problem, true
end

function openresty.sleep(_, seconds)
  ngx.sleep(seconds)
end

return openresty
