-- A private nginx with OpenResty's Lua module, on ports of its own.
--
-- It ends with `stop`, or when the process that started it is gone.

local http = require "support.http"
local nginx = require "support.nginx"
local process = require "support.process"

local quote, line_of = process.quote, process.line

local openresty = {}
local methods = {}
local metatable = { __index = methods }

local CONFIGURATION = [[
%MODULES%
%USER%
worker_processes %WORKERS%;
pid %DIRECTORY%/pid;
error_log %DIRECTORY%/error.log info;
%MAIN%
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path %DIRECTORY%/body;
  proxy_temp_path %DIRECTORY%/proxy;
  fastcgi_temp_path %DIRECTORY%/fastcgi;
  uwsgi_temp_path %DIRECTORY%/uwsgi;
  scgi_temp_path %DIRECTORY%/scgi;
  lua_package_path '%LUA%';
  lua_package_cpath '%CORE%';
  %HTTP%
  server {
    listen 127.0.0.1:%PORT% backlog=2048;
    %SERVER%
  }
}
]]

local MODULES = "/usr/lib/nginx/modules"

local function build()
  return line_of("cd " .. quote(os.getenv "SYNTHFLOW_BUILD" or "build") .. " && pwd")
end

local function find_program()
  local unpacked = build() .. "/nginx/usr/sbin/nginx"
  return nginx.find() or line_of("ls " .. quote(unpacked))
end

-- Where deps.sh has unpacked the modules and their Lua part: nil when they are the system's.
local function find_modules()
  local unpacked = build() .. "/nginx-lua"
  for _, root in ipairs { "", unpacked } do
    if line_of("ls " .. quote(root .. MODULES .. "/ngx_http_lua_module.so")) then return root end
  end
end

local function load_lines(root)
  local lines = {}
  for index, name in ipairs { "ndk_http_module", "ngx_http_lua_module" } do
    lines[index] = ("load_module %s%s/%s.so;"):format(root, MODULES, name)
  end
  return table.concat(lines, "\n")
end

-- For libraries that came with the modules, and variables of the caller's.
local function environment(root, variables)
  local words = { "env" }
  for name, value in pairs(variables or {}) do
    words[#words + 1] = name .. "=" .. quote(value)
  end
  local libraries = root ~= "" and line_of("ls -d " .. quote(root) .. "/lib/*-linux-*")
  if libraries then
    words[#words + 1] = "LD_LIBRARY_PATH=" .. quote(libraries)
  end
  return table.concat(words, " ")
end

local function loads(program, root)
  local directory = line_of "mktemp -d"
  process.write(directory .. "/nginx.conf",
    load_lines(root) .. "\npid " .. directory .. "/pid;\nevents { }\n")
  local said = process.output(("%s %s -t -p %s -c %s/nginx.conf -e stderr 2>&1; rm -rf %s"):format(
    environment(root), quote(program), directory, directory, directory))
  return said:find("test is successful", 1, true) ~= nil
end

---@return string|nil reason why it cannot be run here
---@return boolean|nil on_purpose whether that is meant to be so
function openresty.missing()
  local program, root = find_program(), find_modules()
  if os.getenv "SYNTHFLOW_SANITIZED" then return "nginx has no sanitizer inside", true end
  if not (program and root and loads(program, root)) then
    return "nginx or its Lua module is not installed"
  end
  if not io.open(build() .. "/luajit/synthflow/core.so") then
    return "nginx's Lua is LuaJIT, for which nothing is built"
  end
end

-- ----------------------------------------------------------------------------------------------------------

local function lines_of(directory, port, root, options)
  local here = line_of "pwd"
  return {
    DIRECTORY = directory, PORT = tostring(port), MODULES = load_lines(root),
    USER = line_of "id -u" == "0" and "user root;" or "",
    WORKERS = tostring(options.workers or 1), MAIN = options.main or "",
    HTTP = options.http or "", SERVER = options.server or "",
    LUA = ("%s/?.lua;%s/lua/?.lua;%s/lua/?/init.lua;%s/spec/?.lua;%s/usr/share/lua/5.1/?.lua;;"):format(
      (options.file or "."):match "^(.*)/[^/]*$" or here, here, here, here, root),
    CORE = ("%s/luajit/?.so;;"):format(build()),
  }
end

-- A file of nginx's is taken as it is, but for its port and the places of things.
local function adapt(text)
  local main, places = CONFIGURATION:match "^(.-)events.-http {\n(.-)%s*%%HTTP%%"
  text = text:gsub("lua_package_path '[^']*';", ""):gsub("listen %d+;", "listen 127.0.0.1:%%PORT%%;")
  text = text:gsub("http {\n", function(line) return line .. places end)
  return main:gsub("worker_processes[^\n]*\n", "") .. text
end

local function configuration(directory, port, root, options)
  local text = options.file and adapt(process.read(options.file)) or CONFIGURATION
  return (text:gsub("%%(%u+)%%", lines_of(directory, port, root, options)))
end

local function start(options)
  local program, root = find_program(), find_modules()
  local directory, port = assert(line_of "mktemp -d"), process.free_port()
  process.write(directory .. "/nginx.conf", configuration(directory, port, root, options))
  local server = setmetatable({
    name = "nginx", directory = directory, origin = "http://127.0.0.1:" .. port, port = port,
  }, metatable)
  local command = ("%s %s %s -p %s -c %s/nginx.conf -e %s/error.log -g 'daemon off;'"):format(
    environment(root, options.variables), options.under or "", quote(program), directory, directory,
    directory)
  return process.serve(server, command, function() return nginx.listens(server, port) end,
    { seconds = options.patience or 10, log = "error.log" })
end

---Starts one.
---@param options table workers: how many, 1 by default; main, http, server: more lines for these parts of the
---  configuration; file: the path of another nginx.conf, to which `main` is added; variables: of its
---  environment; under: a program that is to run it, such as valgrind; patience: seconds in which it must
---  have started
---@return table server with origin
function openresty.start(options)
  return process.start_on_a_port(function() return start(options) end)
end

---Sends one request; other cqueues coroutines run meanwhile.
---@param path string
---@param options? table method, headers, body, timeout
---@return integer|nil status
---@return string body or what went wrong
---@return table|nil headers
function methods:ask(path, options)
  options = options or {}
  local status, headers, body = http.request(options.method or "GET", self.origin .. path, options.headers,
    options.body, options.timeout)
  if not status then return nil, headers end
  return status, body, headers
end

---All that nginx has logged.
function methods:log()
  return process.read(self.directory .. "/error.log")
end

---The lines of the log that report an error.
---@return table list
function methods:errors()
  local found = {}
  for line in self:log():gmatch "[^\n]+" do
    local level = line:match "^%S+ %S+ %[(%l+)%]"
    if level and level ~= "info" and level ~= "notice" then
      found[#found + 1] = line
    end
  end
  return found
end

---The processes that serve.
---@return table list of process ids
function methods:workers()
  local list = {}
  for id in process.output("pgrep -P " .. process.read(self.directory .. "/pid")):gmatch "%d+" do
    list[#list + 1] = tonumber(id)
  end
  return list
end

---Sends a signal to the master process.
---@param name string such as "HUP", to reload
function methods:signal(name)
  process.output("kill -" .. name .. " " .. process.read(self.directory .. "/pid"))
end

return openresty
