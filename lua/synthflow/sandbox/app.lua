-- The imitated platform without its sockets: takes one request, gives one reply. Runs on any
-- interpreter that has dkjson.

local batch_life = require "synthflow.sandbox.batch_life"
local catalogue = require "synthflow.sandbox.catalogue"
local clock = require "synthflow.sandbox.clock"
local collection = require "synthflow.sandbox.collection"
local faults = require "synthflow.sandbox.faults"
local replies = require "synthflow.sandbox.replies"
local request_log = require "synthflow.sandbox.request_log"
local request_module = require "synthflow.sandbox.request"
local resources = require "synthflow.sandbox.resources"
local router = require "synthflow.sandbox.router"

local app = {}

local methods = {}
local metatable = { __index = methods }

app.PREFIX = "/v2"

-- Each gives a list of routes (see router). All other operations are in resources.lua.
local BEHAVIOURS = {
  "synthflow.sandbox.calls",
  "synthflow.sandbox.control",
  "synthflow.sandbox.phone_numbers",
  "synthflow.sandbox.recordings",
}

-- What a test may change while it runs.
local ADJUSTABLE = { "call_seconds", "listed_after" }

local function set_of(names)
  local set = {}
  for _, name in ipairs(names or {}) do set[name] = true end
  return set
end

---@param options table { api_key, other_region_key?, strict?, disabled_providers? (list), call_seconds?,
---  listed_after?, media? (false: not enabled), report? }
function app.new(options)
  local sandbox = setmetatable({
    options = {
      api_key = options.api_key,
      other_region_key = options.other_region_key,
      strict = options.strict,
      media = options.media ~= false,
      disabled_providers = set_of(options.disabled_providers),
    },
    report = options.report or function() end,
    routes = router.new(),
    collections = {},
    log = request_log.new(),
    given = options,
    faults = {},
    overrides = {},
    origin = "https://sandbox.example.com", -- of a server, its own
  }, metatable)
  sandbox:set_back()
  for _, name in ipairs(BEHAVIOURS) do
    local behaviour = require(name)
    for _, route in ipairs(behaviour.routes or behaviour) do
      sandbox.routes:add(app.PREFIX, route)
      if route.open then sandbox.routes:add("", route) end
    end
  end
  local function is_taken(method, path) return sandbox.routes:has(method, path) end
  for _, route in ipairs(resources.routes(is_taken)) do sandbox.routes:add(app.PREFIX, route) end
  return sandbox
end

---The collection of that name, made on first use.
function methods:collection(name, key)
  local found = self.collections[name]
  if not found then
    found = collection.new(key)
    self.collections[name] = found
  end
  return found
end

---Sets fields of the record with this id for good, whatever they would be.
function methods:set(id, fields)
  local overridden = self.overrides[id] or {}
  self.overrides[id] = overridden
  for name, value in pairs(fields) do overridden[name] = value end
end

---What a record shows, with the fields that a test has set and the record has.
function methods:override(id, shown)
  for name, value in pairs(self.overrides[id] or {}) do
    if shown[name] ~= nil then shown[name] = value end
  end
  return shown
end

---Clock and speed as they were at the start.
function methods:set_back()
  clock.reset()
  for _, name in ipairs(ADJUSTABLE) do self.options[name] = self.given[name] end
end

---Forgets every record, every request and every fault, and what tests have set.
function methods:reset()
  for _, each in pairs(self.collections) do each:clear() end
  self.log:clear()
  self.faults, self.overrides = {}, {}
  self:set_back()
end

-- A key of another region is answered like a wrong one, as the platform does; only the log tells
-- them apart.
function methods:judge_key(request)
  local given = (request.headers.authorization or ""):match("^[Bb]earer%s+(%S+)%s*$")
  if not given then return "missing" end
  if given == self.options.api_key then return "accepted" end
  if given == self.options.other_region_key then return "other_region" end
  return "unknown"
end

local function refuse_key(key)
  local description = key == "missing" and "Missing or invalid Authorization header"
    or "Unauthorized: Invalid or expired token."
  return replies.failure(401, description, "critical")
end

local function refuse_path(request, allowed)
  if allowed then
    return replies.unrouted(405, "Method Not Allowed", { allow = table.concat(allowed, ", ") })
  end
  if request.path:find("^" .. app.PREFIX .. "/") then return replies.unrouted(404, "Not Found") end
  -- What stands before the API answers for everything else.
  return { status = 404, body = { error = "not_found", message = "No route matched" } }
end

-- Behaviours end a request early by raising a reply; anything else that is raised is a fault here.
function methods:answer(route, request)
  local ran, reply = pcall(route.answer, self, request)
  if ran or type(reply) == "table" then return reply end
  self.report(("%s %s: %s"):format(request.method, request.path, reply))
  return replies.failure(500, "The sandbox itself failed: " .. reply, "critical")
end

-- What a route answers, or the fault that is to meet it.
function methods:answer_or_fail(route, request)
  local fault = faults.take(self, route)
  if not fault then return self:answer(route, request) end
  local reply = faults.lets_act(fault) and self:answer(route, request)
  return faults.reply(fault, reply), fault
end

---@param received table { method, target, headers (names in lower case), body }
---@return table reply { status, body (a table, to be sent as JSON, or text), headers?, delay? (seconds) }, or
---  { close = true, delay? }
function methods:handle(received)
  local request = request_module.new(received)
  local route, found = self.routes:find(request.method, request.path)
  local key = self:judge_key(request)
  local reply, fault
  if not route then
    reply = refuse_path(request, found)
  elseif not route.open and key ~= "accepted" then
    reply = refuse_key(key)
  else
    request.parameters = found
    batch_life.go_on(self)
    reply, fault = self:answer_or_fail(route, request)
  end
  if not (route and route.open) then
    self.log:add(request, {
      operation = request.operation and catalogue.name(request.operation) or route and route.operation,
      body = route and route.body, key = key, status = reply.status,
      fault = fault and (faults.lets_act(fault) and "after" or "before"),
    })
  end
  return reply
end

return app
