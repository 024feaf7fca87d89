--- OpenResty, the only host that is known by a global of its own. What it takes to wait there is loaded when
-- it is first used.

local openresty = {}

--- Whether this program runs inside nginx.
---@return boolean
function openresty.is_here()
  return package.loaded.ngx ~= nil or rawget(_G, "ngx") ~= nil
end

return setmetatable(openresty, {
  __index = function(_, name)
    return require("synthflow.host.openresty.adapter")[name]
  end,
})
