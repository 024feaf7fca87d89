-- A private nginx that speaks HTTP/2 and HTTP/1.1 over TLS, with a log of its own.
--
-- It ends with `stop`, or when the process that started it is gone.

local cqueues = require "cqueues"
local socket = require "cqueues.socket"
local fault_server = require "support.fault_server"

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

local function run(command)
  local output = io.popen(command .. " 2>/dev/null", "r")
  local line = output:read("*l")
  output:close()
  return line
end

---@return string|nil path nil when nginx, or its HTTP/2, is not there
function nginx.find()
  local path = run("PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx")
  if path and run("'" .. path .. "' -V 2>&1 | grep -c http_v2_module") == "1" then return path end
end

---@return integer port that nobody listens on
function nginx.free_port()
  local listener = socket.listen("127.0.0.1", 0)
  listener:listen()
  local _, _, port = listener:localname()
  listener:close()
  return port
end

---@param port integer
---@return boolean whether somebody listens there
function nginx.accepts(port)
  local connection = socket.connect("127.0.0.1", port)
  local ran, connected = pcall(connection.connect, connection, 1)
  connection:close()
  return ran and connected
end

local function read_all(name)
  local file = io.open(name)
  if not file then return "" end
  local text = file:read("*a")
  file:close()
  return text
end

---@param options? table requests: how many one connection may carry
---@return table server with origin and ca_file
function nginx.start(options)
  local path = assert(nginx.find(), "nginx is not installed")
  local directory = assert(run("mktemp -d"))
  local certificates = fault_server.directory() .. "/certificates"
  local port = nginx.free_port()
  local values = {
    DIRECTORY = directory, PORT = tostring(port), REQUESTS = tostring((options or {}).requests or 1000),
    CERTIFICATES = assert(run("cd '" .. certificates .. "' && pwd")),
  }
  local file = assert(io.open(directory .. "/nginx.conf", "w"))
  file:write((CONFIGURATION:gsub("%%(%u+)%%", values)))
  file:close()
  -- The shell waits for the end of its input, which is ours to close.
  local command = ("'%s' -p '%s' -c '%s/nginx.conf' >'%s/output' 2>&1 </dev/null & "
    .. "cat >/dev/null; kill $!; wait; rm -rf '%s'"):format(path, directory, directory, directory, directory)
  local server = setmetatable({
    input = assert(io.popen(command, "w")), directory = directory,
    origin = "https://127.0.0.1:" .. port, ca_file = certificates .. "/ca.pem",
  }, metatable)
  local patience = cqueues.monotime() + 5
  while not nginx.accepts(port) do
    if cqueues.monotime() > patience then
      local said = read_all(directory .. "/output") .. read_all(directory .. "/error.log")
      server:stop()
      error("nginx does not start: " .. said, 2)
    end
    cqueues.sleep(0.02)
  end
  return server
end

---The requests under a path, once there are as many as expected or a second has passed.
---@param path string
---@param expected integer
---@return table list of { method=, protocol=, connection=, status= }
function methods:log(path, expected)
  local patience = cqueues.monotime() + 1
  while true do
    local list = {}
    for line in read_all(self.directory .. "/access.log"):gmatch("[^\n]+") do
      local method, protocol, connection, status, uri = line:match("^(%S+) (%S+) (%S+) (%S+) (.*)$")
      if uri and uri:sub(1, #path) == path then
        list[#list + 1] = { method = method, protocol = protocol, connection = connection, status = status }
      end
    end
    if #list >= expected or cqueues.monotime() > patience then return list end
    cqueues.sleep(0.02)
  end
end

function methods:stop()
  if self.input then
    self.input:close()
    self.input = nil
  end
end

return nginx
