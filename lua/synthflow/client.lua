--- The client: binds the catalogue to the core.

local check = require "synthflow.check"
local send = require "synthflow.send"

local client = {}

-- Each is a file in synthflow/api, loaded when it is first used; some have conveniences in a file beside it.
local RESOURCES = { calls = "synthflow.calls", phone_numbers = true }

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
    call.request = require("synthflow.pages").opening(call.request, call.max)
  end
  if call.dry_run then
    return require("synthflow.dry_run").describe(link, call)
  elseif operation.iterates then
    return require("synthflow.pages").each(pager(link, call), call.request, call.max)
  elseif operation.returns.shape == "page" then
    return require("synthflow.pages").first(pager(link, call), call.request)
  end
  return send.call(link, call)
end

-- The object that users hold -------------------------------------------------------------------------------

-- A method without its object is the commonest slip: resource.method { } for resource:method { }.
local function expect_self(given, self, named)
  if given ~= self then
    local written = named:find "^client:" and named or "client." .. named
    require("synthflow.usage").raise((written:gsub(":", ".")), { "write it with a colon, " .. written })
  end
end

local function unknown_member(named, name, what, known)
  local usage = require "synthflow.usage"
  usage.raise(named, { usage.unknown(what, name, usage.sorted_names(known)) })
end

-- Names that programs only probe for are absent; anything else is a slip.
local function is_probe(name)
  return type(name) ~= "string" or name:sub(1, 1) == "_"
end

-- All methods of a resource: of the catalogue, and conveniences, which take resource and link before what
-- they are given.
local function methods_of(name)
  local methods = {}
  for method, operation in pairs(require("synthflow.api." .. name).operations) do
    methods[method] = function(_, link, ...) return perform(link, operation, ...) end
  end
  for method, convenience in pairs(RESOURCES[name] ~= true and require(RESOURCES[name]) or {}) do
    methods[method] = convenience
  end
  return methods
end

local function bind_resource(link, name)
  local methods = methods_of(name)
  return setmetatable({}, {
    __index = function(resource, method)
      if methods[method] then
        local function bound(self, ...)
          expect_self(self, resource, name .. ":" .. method)
          return methods[method](resource, link, ...)
        end
        rawset(resource, method, bound)
        return bound
      elseif not is_probe(method) then
        unknown_member("client." .. name, method, "method", methods)
      end
    end,
    __tostring = function()
      return "synthflow client." .. name
    end,
  })
end

-- What a client can do besides its resources.
local METHODS = {}

function METHODS.request(link, given)
  return require("synthflow.raw").request(link, given)
end

--- What has come of all its requests so far.
function METHODS.stats(link)
  local stats = { hook_faults = link.hook_faults }
  for name, count in pairs(link.transport:stats()) do
    stats[name] = count
  end
  return stats
end

--- Ends its requests, also those that others wait for, and refuses each that comes later: kind `closed`.
function METHODS.close(link)
  link.closed = true
  link.transport:close()
end

local function bind_methods(link, object)
  for name, method in pairs(METHODS) do
    object[name] = function(self, ...)
      expect_self(self, object, "client:" .. name)
      return method(link, ...)
    end
  end
end

local function members()
  local known = {}
  for _, names in ipairs { RESOURCES, METHODS } do
    for name in pairs(names) do
      known[name] = true
    end
  end
  return known
end

-- `link` (see send.lua) is never handed out, and the key is not in it: the core has it.
local function bind(link)
  local object = {}
  bind_methods(link, object)
  return setmetatable(object, {
    __index = function(_, name)
      if RESOURCES[name] then
        object[name] = bind_resource(link, name)
        return object[name]
      elseif not is_probe(name) then
        unknown_member("client", name, "resource", members())
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
