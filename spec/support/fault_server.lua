-- Starts the fault server for specs and reads its counts.
--
-- The server ends when nobody reads its output any more: with `stop`, with the garbage
-- collector, or with the process, however that ended.

local cqueues = require "cqueues"
local http = require "support.http"
local process = require "support.process"

local fault_server = {}
local methods = {}
local metatable = { __index = methods }

---Where `make support` has put things.
---@return string directory
function fault_server.directory()
  return (os.getenv("SYNTHFLOW_BUILD") or "build") .. "/spec/support"
end

---@return table server with the ports as fields: plain, tls, tls_stall, silent, refused, other,
---  stuck, tls_untrusted, tls_wrong_name, tls_http2, tls_old, proxy; and ca_file
function fault_server.start()
  local directory = fault_server.directory()
  local command = "exec " .. process.quote(directory .. "/fault_server") .. " --until-reader-gone"
    .. " --certificates " .. process.quote(directory .. "/certificates") .. " </dev/null"
  local output = assert(io.popen(command, "r"))
  local line = output:read("*l")
  if not line then
    output:close()
    error("the fault server does not start; 'make support' builds it in " .. directory, 2)
  end
  local server = { output = output, ca_file = directory .. "/certificates/ca.pem" }
  for name, port in line:gmatch("([%w_]+)=(%d+)") do
    server[name] = tonumber(port)
  end
  return setmetatable(server, metatable)
end

local function base(kind, port)
  return (kind:find("^tls") and "https" or "http") .. "://127.0.0.1:" .. port
end

local function ask(server, path)
  local status, headers, body = http.request("GET", base("plain", server.plain) .. path)
  if status ~= 200 then
    error("the fault server does not answer: " .. tostring(status or headers), 3)
  end
  return body
end

---A base URL under which every request meets the fault.
---@param fault string such as "drop_middle" or "status-503"
---@param tag? string to count under
---@param kind? string name of a port, "plain" when absent
---@return string
function methods:url(fault, tag, kind)
  kind = kind or "plain"
  return base(kind, self[kind]) .. "/" .. fault .. (tag and "/" .. tag or "")
end

---Opens more ports: origins to which no client has a connection yet.
---@param kind string name of the port they are to be like
---@param count integer
---@return table origins such as "http://127.0.0.1:40123"
function methods:origins(kind, count)
  local origins = {}
  local text = ask(self, ("/_listen-%d/%s"):format(count, kind))
  for port in text:match("%b[]"):gmatch("%d+") do
    if port == "0" then error("the fault server has no port left for " .. kind, 2) end
    origins[#origins + 1] = base(kind, port)
  end
  return origins
end

---@param kind? string "plain" when absent
---@return string origin to which no client has a connection yet
function methods:origin(kind)
  return self:origins(kind or "plain", 1)[1]
end

local function counts(text)
  local found = {}
  for name, count in text:gmatch('"([%w_]+)":(%d+)') do
    found[name] = tonumber(count)
  end
  return found
end

local function receipt(text)
  local details = counts((text:gsub('"methods":%b{}', "")))
  details.methods = counts(text:match('"methods":(%b{})') or "")
  return details
end

---What has come in under a tag.
---@param tag string
---@return integer requests read whole
---@return integer connections that carried at least one of them
---@return table details requests, refused (read, and said not to be acted on), heads (with those that
---  were not read whole), authorized (of the heads, with an Authorization header), connections, ended (how
---  many of them are closed by now), body_bytes, and methods
function methods:received(tag)
  local details = receipt(ask(self, "/_received/" .. tag))
  return details.requests, details.connections, details
end

---The details of every tag that begins so.
---@param beginning string
---@return table details by tag
function methods:received_all(beginning)
  local found = {}
  local tags = ask(self, "/_received_all/" .. beginning):match('"tags":{(.*)}}$')
  for tag, text in tags:gmatch('"([^"]+)":(%b{})') do
    found[tag] = receipt(text)
  end
  return found
end

---Waits until the server has closed every connection of these tags, as it does with some faults.
---@param tags table list
function methods:await_ends(tags)
  for _, tag in ipairs(tags) do
    local patience = cqueues.monotime() + 5
    repeat
      local _, connections, details = self:received(tag)
      local ended = connections > 0 and details.ended == connections
      if not ended then process.sleep(0.005) end
    until ended or cqueues.monotime() > patience
  end
end

---Every connection accepted so far, those of `received` and `origin` not counted out.
---@return integer total
---@return table listeners by name of the port
function methods:accepted()
  local text = ask(self, "/_received_all")
  return tonumber(text:match('^{"connections":(%d+)')), counts(text:match('"listeners":(%b{})'))
end

function methods:stop()
  if self.output then
    self.output:close()
    self.output = nil
  end
end

return fault_server
