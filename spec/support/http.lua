-- A small blocking HTTP/1.1 client for specs, over cqueues sockets: independent of the code
-- under test. Plain http to this machine only; one request per connection.

local socket = require "cqueues.socket"

local http = {}

local function read_headers(connection)
  local headers = {}
  while true do
    local line = connection:read("*l")
    if not line then return nil, "the connection ended within the headers" end
    line = line:gsub("\r$", "")
    if line == "" then return headers end
    local name, value = line:match("^([^:%s]+):%s*(.-)%s*$")
    if not name then return nil, "a header line is malformed: " .. line end
    name = name:lower()
    headers[name] = headers[name] and headers[name] .. ", " .. value or value
  end
end

local function read_chunks(connection)
  local chunks = {}
  while true do
    local line = connection:read("*l")
    local size = line and tonumber(line:match("^%x+") or "", 16)
    if not size then return nil, "the chunked body is broken" end
    if size == 0 then break end
    local chunk = connection:read(size)
    if not chunk or #chunk < size then return nil, "the connection ended within a chunk" end
    chunks[#chunks + 1] = chunk
    connection:read("*l")
  end
  return table.concat(chunks)
end

local function read_body(connection, method, status, headers)
  if method == "HEAD" or status == 204 or status == 304 then return "" end
  if (headers["transfer-encoding"] or ""):lower():find("chunked", 1, true) then
    return read_chunks(connection)
  end
  local length = tonumber(headers["content-length"] or "")
  if not length then return connection:read("*a") or "" end
  if length == 0 then return "" end
  local body = connection:read(length)
  if not body or #body < length then return nil, "the connection ended within the body" end
  return body
end

local function exchange(connection, method, host, target, headers, body)
  local lines = { method .. " " .. target .. " HTTP/1.1", "Host: " .. host, "Connection: close" }
  for name, value in pairs(headers or {}) do
    lines[#lines + 1] = name .. ": " .. value
  end
  if body then lines[#lines + 1] = "Content-Length: " .. #body end
  local text = table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
  local written, reason = connection:write(text)
  if not written then return nil, reason end
  connection:flush()
  while true do
    local line = connection:read("*l")
    local status = line and tonumber(line:match("^HTTP/1%.%d (%d%d%d)") or "")
    if not status then return nil, "no status line came" end
    local received, fault = read_headers(connection)
    if not received then return nil, fault end
    if status >= 200 then
      local answer
      answer, fault = read_body(connection, method, status, received)
      if not answer then return nil, fault end
      return status, received, answer
    end
  end
end

---Sends one request and waits for the whole answer.
---@param method string
---@param url string `http://HOST:PORT/path`
---@param headers? table name -> value
---@param body? string
---@param timeout? number seconds for each step, 10 by default
---@return integer|nil status nil when no whole answer came
---@return table|string headers names in lower case; or what went wrong
---@return string|nil body
function http.request(method, url, headers, body, timeout)
  local host, port, target = url:match("^http://([^/:]+):?(%d*)(.*)$")
  if not host then error("not an http URL: " .. tostring(url), 2) end
  if target == "" then target = "/" end
  local connection, reason = socket.connect(host, tonumber(port) or 80)
  if not connection then return nil, tostring(reason) end
  connection:settimeout(timeout or 10)
  connection:setmode("b", "bf")
  local authority = port == "" and host or host .. ":" .. port
  local ran, status, received, answer =
    pcall(exchange, connection, method, authority, target, headers, body)
  connection:close()
  if not ran then return nil, tostring(status) end
  return status, received, answer
end

return http
