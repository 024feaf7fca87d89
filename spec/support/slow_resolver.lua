-- A name server that never answers: see slow_resolver.c.

local fault_server = require "support.fault_server"

local slow_resolver = {}

slow_resolver.NAME = "api.never-resolves.test"

---@return table|nil environment variables for a program that meets it; nil: this libcurl waits for its
---  resolver, whatever the deadline
function slow_resolver.environment()
  local info = require("synthflow.core").info()
  if info.resolver == "threaded" and not info.quick_exit then return nil end
  return {
    LD_PRELOAD = fault_server.directory() .. "/slow_resolver.so",
    -- A sanitizer wants to be the first library; before it there is only ours.
    ASAN_OPTIONS = (os.getenv("ASAN_OPTIONS") or "") .. ":verify_asan_link_order=0",
  }
end

return slow_resolver
