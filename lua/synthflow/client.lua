--- The client: binds the catalogue to the core.

local check = require "synthflow.check"
local resources = require "synthflow.resources"
local send = require "synthflow.send"

local client = {}

-- The core -------------------------------------------------------------------------------------------------

--- The C part; raises what to do when there is none that fits.
function client.core()
  local found, core = pcall(require, "synthflow.core")
  local version = require("synthflow")._VERSION
  if not found or core.version ~= version then
    local usage = require "synthflow.usage"
    usage.raise("synthflow", { usage.core(found, core, version) })
  end
  return core
end

-- Calls ----------------------------------------------------------------------------------------------------

-- How pages.lua sends the requests of one paged call.
local function pager(link, call)
  return {
    page = function(request)
      return send.call(link, setmetatable({ request = request }, { __index = call }))
    end,
    error = function(response, problem)
      local result = { status = response.status, attempts = response.attempts, took_effect = "no", body = "" }
      return send.error("of_answer", link, call, nil, result, problem)
    end,
  }
end

local function perform(link, operation, ...)
  local call = check.arguments(operation, link, ...)
  if #call.faults > 0 then
    require("synthflow.usage").raise(operation.named, call.faults)
  end
  if call.dry_run and operation.iterates then
    call.request = require("synthflow.pages").opening(call.request, call.paging)
    return setmetatable(require("synthflow.dry_run").describe(link, call), {
      __call = function()
        local text = "with dry_run = true it iterates over nothing: it returns what would be sent"
        require("synthflow.usage").raise(operation.named, { text })
      end,
    })
  elseif call.dry_run then
    return require("synthflow.dry_run").describe(link, call)
  elseif operation.iterates then
    return require("synthflow.pages").each(pager(link, call), call.request, call.paging)
  elseif operation.returns.shape == "page" then
    return require("synthflow.pages").first(pager(link, call), call.request, call.paging)
  elseif operation.returns.shape == "lines" then
    return require("synthflow.lines").send(link, call)
  end
  return send.call(link, call)
end

-- The object that users hold -------------------------------------------------------------------------------

-- A method without its object is the commonest slip: resource.method { } for resource:method { }.
local function expect_self(given, self, named)
  if given ~= self then
    require("synthflow.usage").raise((named:gsub(":", ".")), { "write it with a colon, " .. named })
  end
end

-- Names that programs only probe for are absent; anything else is a slip.
local function is_probe(name)
  return type(name) ~= "string" or name:sub(1, 1) == "_"
end

-- A method of a resource: of the catalogue, or a convenience, whose file is loaded only when it is wanted.
-- Both take resource and link before what they are given.
local function find_method(name, method)
  local operation = require("synthflow.api." .. name).operations[method]
  if operation then
    return function(_, link, ...) return perform(link, operation, ...) end
  end
  return resources[name] ~= true and require(resources[name])[method] or nil
end

local function bind_method(link, resource, name, method)
  local act, named = find_method(name, method), "client." .. name .. ":" .. method
  return act and function(self, ...)
    expect_self(self, resource, named)
    return act(resource, link, ...)
  end
end

local function bind_resource(link, name)
  return setmetatable({}, {
    __index = function(resource, member)
      if is_probe(member) then
        return nil
      end
      local inner = name .. "." .. member
      local found = resources[inner] and bind_resource(link, inner)
        or bind_method(link, resource, name, member)
      if not found then
        require("synthflow.members").refuse_method(name, member)
      end
      rawset(resource, member, found)
      return found
    end,
    __tostring = function()
      return "synthflow client." .. name
    end,
  })
end

-- What a client can do besides its resources. Each takes the link before what the caller gives.
local METHODS = {}
client.methods = METHODS

---Sends a request that the catalogue does not know, with the key, the retries and the errors of the others.
---What the answer has inside of `response` is returned, and all of it where it is not wrapped.
---@param given table method and path; query, body and headers; effect: "read", "idempotent", "creates" or
---  "dials", what sending it twice would do ("dials" for a POST that does not say so); paced: true for a call
---  attempt; timeout, attempt_timeout, retries, dry_run and blocking
---@return any data
---@return synthflow.Response|synthflow.Error response the error if data is nil
function METHODS.request(link, given)
  return require("synthflow.raw").request(link, given)
end

---Runs fn(item, index) for each item, many of them at once; fn is written as if each call blocked. Of a list
---it returns a list of { ok =, value =, err = } in the same order, of an iterator (a function that returns
---the next item, or nil at the end) an iterator of the same, which reads at most `concurrency` items ahead.
---
---ok is false where fn returned nil and an error, which is err then, and where it raised: then err is the
---text with its traceback. One failure does not stop the others. Where the client has calls_per_second, a
---call attempt waits for its turn, which is no part of its timeout, and until then no item is begun.
---@param items table|function
---@param fn fun(item: any, index: integer): any
---@param options? table concurrency: items under way at once, 64; on_progress(done, total, result, index):
---  called in this coroutine when an item has ended, total nil for an iterator; stop_on_error: after a
---  failure no item is begun, those under way are awaited, and those of a list not begun are `skipped`
---@return table|function results an iterator's `close` cancels what is under way, as does its collection
function METHODS.map(_, items, fn, options)
  return require("synthflow.map").run(items, fn, options)
end

---What has come of all its requests so far: requests (on the wire), retries, refused_by_budget,
---connections_opened, connections_reused, bytes_sent, bytes_received, in_flight, hook_faults.
---@return table<string, integer> stats
function METHODS.stats(link)
  local stats = { hook_faults = link.hook_faults }
  for name, count in pairs(link.transport:stats()) do
    stats[name] = count
  end
  return stats
end

---Ends its requests, also those that others wait for, and refuses each that comes later: kind `closed`.
function METHODS.close(link)
  link.closed = true
  link.transport:close()
  for transport in pairs(link.transports or {}) do -- of what is fetched from other hosts
    transport:close()
  end
end

---The reference as text: of all there is, of a resource ("phone_numbers") or of a method
---("phone_numbers.import"). Raises where there is no such topic.
---@param topic? string
---@return string text
function METHODS.help(_, topic)
  return require("synthflow.help").text(topic)
end

local function bind_methods(link, object)
  for name, method in pairs(METHODS) do
    object[name] = function(self, ...)
      expect_self(self, object, "client:" .. name)
      return method(link, ...)
    end
  end
end

-- `link` (see send.lua) is never handed out, and the key is not in it: the core has it.
local function bind(link)
  local object = {}
  bind_methods(link, object)
  return setmetatable(object, {
    __index = function(_, name)
      if resources[name] then
        object[name] = bind_resource(link, name)
        return object[name]
      elseif not is_probe(name) then
        require("synthflow.members").refuse_resource(name, METHODS)
      end
    end,
    __tostring = function()
      return "synthflow client (" .. link.transport:host() .. ")"
    end,
    __close = function()
      METHODS.close(link)
    end,
  })
end

function client.new(given)
  local core = client.core()
  local settings, link, faults = require("synthflow.options").read(given)
  local made, transport = pcall(core.client, settings)
  if not made then
    faults[#faults + 1] = tostring(transport)
  end
  if #faults > 0 then
    require("synthflow.usage").raise("synthflow.new", faults)
  end
  link.core, link.transport, link.hook_faults = core, transport, 0
  link.null, link.list_metatable = core.null, core.list_metatable
  return bind(link)
end

return client
