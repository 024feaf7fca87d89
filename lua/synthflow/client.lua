--- The client: binds the catalogue to the core.

local check = require "synthflow.check"
local send = require "synthflow.send"

local client = {}

-- Each is a file in synthflow/api, loaded when it is first used.
local RESOURCES = { phone_numbers = true }

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
  if operation.iterates then
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

local function bind_resource(link, name)
  local operations = require("synthflow.api." .. name).operations
  return setmetatable({}, {
    __index = function(resource, method)
      local operation = operations[method]
      if operation then
        local function bound(self, ...)
          expect_self(self, resource, operation.named)
          return perform(link, operation, ...)
        end
        rawset(resource, method, bound)
        return bound
      elseif not is_probe(method) then
        unknown_member("client." .. name, method, "method", operations)
      end
    end,
    __tostring = function()
      return "synthflow client." .. name
    end,
  })
end

-- `link` (see send.lua) is never handed out, and the key is not in it: the core has it.
local function bind(link)
  local object = {}
  function object.request(self, given)
    expect_self(self, object, "client:request")
    return require("synthflow.raw").request(link, given)
  end
  return setmetatable(object, {
    __index = function(_, name)
      if RESOURCES[name] then
        object[name] = bind_resource(link, name)
        return object[name]
      elseif not is_probe(name) then
        unknown_member("client", name, "resource", RESOURCES)
      end
    end,
    __tostring = function()
      return "synthflow client (" .. link.transport:host() .. ")"
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
