--- What a client and its resources have, for those who ask for something else.

local resources = require "synthflow.resources"
local usage = require "synthflow.usage"

local members = {}

-- What the platform calls otherwise in its paths than in its documents.
local OTHER_NAMES = { assistant = "agents", assistants = "agents" }

local function refuse(named, name, what, known)
  if known[OTHER_NAMES[name]] then
    usage.raise(named, { ("its %s are called %s here"):format(name, OTHER_NAMES[name]) })
  end
  usage.raise(named, { usage.unknown(what, name, usage.sorted_names(known), "client:help() lists them") })
end

local function add(known, names)
  for name in pairs(names) do
    known[name] = true
  end
end

--- Raises that the resource has no such method, and which it has.
function members.refuse_method(resource, name)
  local known = {}
  add(known, require("synthflow.api." .. resource).operations)
  add(known, resources[resource] ~= true and require(resources[resource]) or {})
  for other in pairs(resources) do
    local inner = other:sub(1, #resource + 1) == resource .. "." and other:sub(#resource + 2)
    if inner then
      known[inner] = true
    end
  end
  refuse("client." .. resource, name, "method", known)
end

--- Raises that a client has no such resource, and which it has, and which methods.
function members.refuse_resource(name, methods)
  local known = {}
  add(known, resources)
  add(known, methods)
  refuse("client", name, "resource", known)
end

return members
