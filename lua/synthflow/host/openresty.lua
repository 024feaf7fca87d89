--- OpenResty, the only host that is known by a global of its own.

local openresty = {}

--- Whether this program runs inside nginx.
---@return boolean
function openresty.is_here()
  return rawget(_G, "ngx") ~= nil
end

return openresty
