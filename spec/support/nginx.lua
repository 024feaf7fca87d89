-- A private nginx that speaks HTTP/2 and HTTP/1.1 over TLS, with a log of its own.
--
-- It ends with `stop`, or when the process that started it is gone.

local fault_server = require "support.fault_server"
local process = require "support.process"

local nginx = {}
local methods = {}
local metatable = { __index = methods }

local CONFIGURATION = [[
daemon off;
master_process off;
worker_processes 1;
pid %DIRECTORY%/pid;
error_log %DIRECTORY%/error.log;
events { worker_connections 512; }
http {
  log_format requests "$request_method $server_protocol $connection $status $uri";
  access_log %DIRECTORY%/access.log requests;
  client_body_temp_path %DIRECTORY%/body;
  proxy_temp_path %DIRECTORY%/proxy;
  fastcgi_temp_path %DIRECTORY%/fastcgi;
  uwsgi_temp_path %DIRECTORY%/uwsgi;
  scgi_temp_path %DIRECTORY%/scgi;
  default_type application/json;
  ssl_certificate %CERTIFICATES%/server.pem;
  ssl_certificate_key %CERTIFICATES%/server.key;
  server {
    listen 127.0.0.1:%PORT% ssl http2;
    keepalive_requests %REQUESTS%;
    location / { return 200 '{"status":"ok","response":{}}'; }
  }
}
]]

---@return string|nil path nil when nginx, or its HTTP/2, is not there
function nginx.find()
  local path = process.line("PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx")
  if path and process.line(process.quote(path) .. " -V 2>&1 | grep -c http_v2_module") == "1" then
    return path
  end
end

---Whether it is this one that listens: the file is written when it has all its ports.
---@param server table with its directory
---@param port integer
function nginx.listens(server, port)
  return process.read(server.directory .. "/pid") ~= "" and process.accepts(port)
end

local function start(path, options)
  local directory = assert(process.line "mktemp -d")
  local certificates = fault_server.directory() .. "/certificates"
  local port = process.free_port()
  local values = {
    DIRECTORY = directory, PORT = tostring(port), REQUESTS = tostring(options.requests or 1000),
    CERTIFICATES = assert(process.line("cd " .. process.quote(certificates) .. " && pwd")),
  }
  process.write(directory .. "/nginx.conf", (CONFIGURATION:gsub("%%(%u+)%%", values)))
  local server = setmetatable({
    name = "nginx", directory = directory, origin = "https://127.0.0.1:" .. port,
    ca_file = certificates .. "/ca.pem",
  }, metatable)
  local command = ("%s -p %s -c %s/nginx.conf"):format(process.quote(path), directory, directory)
  return process.serve(server, command, function() return nginx.listens(server, port) end,
    { seconds = 5, log = "error.log" })
end

---@param options? table requests: how many one connection may carry
---@return table server with origin and ca_file
function nginx.start(options)
  local path = assert(nginx.find(), "nginx is not installed")
  return process.start_on_a_port(function() return start(path, options or {}) end)
end

---The requests under a path, once there are as many as expected or a second has passed.
---@param path string
---@param expected integer
---@return table list of { method=, protocol=, connection=, status= }
function methods:log(path, expected)
  local list
  process.await(function()
    list = {}
    for line in process.read(self.directory .. "/access.log"):gmatch("[^\n]+") do
      local method, protocol, connection, status, uri = line:match("^(%S+) (%S+) (%S+) (%S+) (.*)$")
      if uri and uri:sub(1, #path) == path then
        list[#list + 1] = { method = method, protocol = protocol, connection = connection, status = status }
      end
    end
    return #list >= expected
  end, 1)
  return list
end

return nginx
