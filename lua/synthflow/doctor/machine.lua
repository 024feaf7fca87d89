--- What the doctor finds on this machine: versions, name resolution, certificates, environment. Each function
-- fills its part of the report (see doctor.lua), and adds to its problems what must be seen to.

local usage = require "synthflow.usage"

local machine = {}

local function add_problem(report, ...)
  table.insert(report.problems, (string.format(...)))
end

-- Files ---------------------------------------------------------------------------------------------------

local function content(path)
  local file = io.open(path, "rb")
  local text = file and file:read "*a"
  if file then
    file:close()
  end
  return text
end

local function is_directory(path)
  local entry = io.open(path .. "/.", "rb")
  if entry then
    entry:close()
  end
  return entry ~= nil
end

-- The file that `require` finds for a module in C; Lua 5.1 has no package.searchpath.
local function file_of(module)
  local search = rawget(package, "searchpath")
  if search then
    return (search(module, package.cpath))
  end
  for template in package.cpath:gmatch "[^;]+" do
    local path = template:gsub("%?", (module:gsub("%.", "/")))
    local file = io.open(path, "rb")
    if file then
      file:close()
      return path
    end
  end
end

local function folder_of_this()
  return debug and debug.getinfo(1, "S").source:match "^@(.*)/doctor/machine%.lua$"
end

-- Versions ------------------------------------------------------------------------------------------------

-- "7.88.1" < "8.0.0"
local function is_older(version, other)
  local numbers, others = version:gmatch "%d+", other:gmatch "%d+"
  for number in numbers do
    local second = others()
    if not second then
      return false
    elseif number ~= second then
      return tonumber(number) < tonumber(second)
    end
  end
  return false
end

local function check_abi(report, info)
  local major, minor = _VERSION:match "(%d+)%.(%d+)"
  if info.abi ~= major * 100 + minor then
    add_problem(report, "synthflow.core is built for Lua %d.%d, and this is %s: build it for this one",
      math.floor(info.abi / 100), info.abi % 100, _VERSION)
  end
end

local function check_curl(report, info)
  if is_older(info.curl, info.curl_built) then
    add_problem(report, "libcurl is %s here, older than the %s that synthflow.core is built with: "
      .. "build it on this machine", info.curl, info.curl_built)
  end
end

--- `info` is the core's, nil when there is no core.
function machine.versions(report, info)
  local jit = rawget(_G, "jit")
  report.versions = {
    library = require("synthflow")._VERSION, library_folder = folder_of_this(),
    lua = _VERSION, jit = jit and jit.version,
  }
  if not info then
    return
  end
  for _, name in ipairs { "abi", "curl", "curl_built", "ssl", "cjson" } do
    report.versions[name] = info[name]
  end
  report.versions.core, report.versions.core_file = info.version, file_of "synthflow.core"
  report.versions.cjson_file = file_of "cjson"
  report.http2 = info.http2
  check_abi(report, info)
  check_curl(report, info)
end

-- Names ---------------------------------------------------------------------------------------------------

--- Whether a name that never resolves holds up requests to others.
function machine.resolver(report, info)
  local stalls = info.resolver == "blocking" or info.resolver == "threaded" and not info.quick_exit
  report.resolver = { kind = info.resolver, quick_exit = info.quick_exit, stalls = stalls }
  if stalls then
    add_problem(report, "with this libcurl (resolver: %s) one name that does not resolve holds up every "
      .. "other request for as long: use libcurl 7.87 or newer, or one that is built with c-ares",
      info.resolver)
  end
end

-- Certificates --------------------------------------------------------------------------------------------

local INSTALL = "install the package ca-certificates, or set ca_file to a file of certificates to trust"
-- These use what the system keeps, and no files.
local SYSTEM_STORES = { "Schannel", "SecureTransport" }

local function fault_of(certificates)
  if certificates.file then
    local text = content(certificates.file)
    if not text then
      return certificates.file .. " cannot be read"
    elseif not text:find("-----BEGIN", 1, true) then
      return certificates.file .. " holds no certificate"
    end
  elseif certificates.path and not is_directory(certificates.path) then
    return certificates.path .. " is no directory"
  elseif not certificates.path and not certificates.system then
    return "libcurl names neither a file nor a directory of certificates"
  end
end

--- Which certificates are trusted, and whether they are there. `ca_file` is the client's, if it has one.
function machine.certificates(report, info, ca_file)
  local certificates = { file = ca_file or info.ca_file, path = not ca_file and info.ca_path or nil }
  certificates.from = ca_file and "ca_file" or "libcurl"
  for _, store in ipairs(SYSTEM_STORES) do
    certificates.system = certificates.system or (info.ssl or ""):find(store, 1, true) ~= nil
  end
  local fault = fault_of(certificates)
  certificates.usable, report.certificates = fault == nil, certificates
  if fault and ca_file then
    add_problem(report, "ca_file: %s", fault)
  elseif fault then
    add_problem(report, "%s: %s", fault, INSTALL)
  end
end

-- Environment ---------------------------------------------------------------------------------------------

local VARIABLES = {
  "SYNTHFLOW_API_KEY", "SYNTHFLOW_REGION", "SYNTHFLOW_BASE_URL", "SYNTHFLOW_WORKSPACE_ID",
  "SYNTHFLOW_ALLOW_CALLS", "SYNTHFLOW_DEBUG", "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY",
  "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE",
  "CURL_SSL_BACKEND", "SSLKEYLOGFILE",
}
local SECRET = { SYNTHFLOW_API_KEY = true }
-- The curl program reads these, libcurl does not.
local UNREAD = { SSL_CERT_FILE = true, SSL_CERT_DIR = true, CURL_CA_BUNDLE = true }
local SHOWN_MOST = 200

--- An address without what may be a password in it.
function machine.without_secrets(text)
  local scheme, rest = text:match "^(%a[%w+.-]*://)(.*)$"
  rest = (rest or text):gsub("^.*@", "***@"):gsub("%?.*$", "?***"):gsub("[%c\127]", "?")
  return (scheme or "") .. rest:sub(1, SHOWN_MOST)
end

local function shown(name, value)
  if value == "" then
    return "empty, which counts as not set"
  elseif SECRET[name] then
    return "set"
  elseif UNREAD[name] then
    return usage.show(value) .. " (the curl program reads this, libcurl does not: set ca_file)"
  end
  return machine.without_secrets(value)
end

--- The variables that matter, as far as they are set: a list of { name =, value = }.
function machine.environment(report)
  report.environment = {}
  for _, name in ipairs(VARIABLES) do
    local value = os.getenv(name)
    if value then
      table.insert(report.environment, { name = name, value = shown(name, value) })
    end
  end
end

return machine
