--- synthflow.doctor: what this program runs with, what is wrong with it, and which region takes its key.

local machine = require "synthflow.doctor.machine"
local options = require "synthflow.options"
local usage = require "synthflow.usage"
local values = require "synthflow.values"

local doctor = {}

-- The text ------------------------------------------------------------------------------------------------

local WIDTH = 14

local function add_line(lines, name, text, ...)
  local said = select("#", ...) > 0 and text:format(...) or text
  lines[#lines + 1] = ("%-" .. WIDTH .. "s %s"):format(name, said)
end

local function with_file(version, file)
  return tostring(version) .. (file and ", " .. file or "")
end

local function add_versions(lines, report)
  local versions = report.versions
  add_line(lines, "synthflow", with_file(versions.library, versions.library_folder))
  add_line(lines, "Lua", versions.jit and versions.jit .. " (" .. versions.lua .. ")" or versions.lua)
  if not versions.core then
    return add_line(lines, "core", "none")
  end
  add_line(lines, "core", "%s, built for Lua %d.%d", with_file(versions.core, versions.core_file),
    math.floor(versions.abi / 100), versions.abi % 100)
  add_line(lines, "lua-cjson", with_file(versions.cjson, versions.cjson_file))
  add_line(lines, "libcurl", versions.curl == versions.curl_built and versions.curl
    or versions.curl .. ", built with " .. versions.curl_built)
  add_line(lines, "TLS", versions.ssl or "none")
  add_line(lines, "HTTP/2", report.http2 and "yes" or "no")
end

local function add_network(lines, report)
  local resolver, certificates = report.resolver, report.certificates
  if resolver then
    add_line(lines, "resolver", "%s: a name that does not resolve %s", resolver.kind,
      resolver.stalls and "holds up all other requests" or "holds up no other request")
  end
  if certificates then
    add_line(lines, "certificates", "%s (%s), %s", certificates.file or certificates.path
      or certificates.system and "the system's" or "none",
      certificates.from == "ca_file" and "ca_file" or "libcurl's own",
      certificates.usable and "readable" or "NOT usable")
  end
end

local function add_client(lines, report)
  local client = report.client
  if not client then
    return
  end
  add_line(lines, "client", "%s, %s", client.region and "region " .. client.region or "base_url", client.host)
  if client.proxy then
    add_line(lines, "proxy", client.proxy)
  end
  add_line(lines, "key", client.has_key and "given" or "none")
  add_line(lines, "calls", client.calls_refused_by and "refused by " .. client.calls_refused_by or "allowed")
  add_line(lines, "pacing", "%s; it counts in one process: N processes have N times the rate",
    client.calls_per_second and ("calls_per_second = %g"):format(client.calls_per_second)
      or "no calls_per_second is set")
end

local function add_environment(lines, report)
  for index, variable in ipairs(report.environment) do
    add_line(lines, index == 1 and "environment" or "", "%s: %s", variable.name, variable.value)
  end
end

local STEPS = { "resolve", "connect", "tls", "first_byte" }

local function steps(timing)
  local said = {}
  for _, name in ipairs(STEPS) do
    if timing and timing[name] then
      said[#said + 1] = ("%s %.3f"):format(name:gsub("_", " "), timing[name])
    end
  end
  return #said > 0 and " (" .. table.concat(said, ", ") .. ")" or ""
end

local function add_probes(lines, report)
  for index, probe in ipairs(report.probes) do
    local answered = probe.status and ("HTTP %d in %.3f s"):format(probe.status, probe.seconds)
      or ("no answer in %.3f s"):format(probe.seconds)
    local said = probe.accepted and "takes this key, " .. answered .. steps(probe.timing)
      or probe.accepted == false and "does NOT take this key, " .. answered
      or answered .. ": " .. probe.message
    add_line(lines, index == 1 and "probe" or "", "%s %s", probe.region or probe.host, said)
  end
end

local Report = {}

--- The report as it is printed.
function Report:__tostring()
  local lines = {}
  for _, add in ipairs { add_versions, add_network, add_client, add_environment, add_probes } do
    add(lines, self)
  end
  lines[#lines + 1] = #self.problems == 0 and "No problem was found." or "To be seen to:"
  for _, problem in ipairs(self.problems) do
    lines[#lines + 1] = "- " .. problem
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Finding out ---------------------------------------------------------------------------------------------

-- Options of the client, and of the doctor.
local function divide(given)
  if given ~= nil and type(given) ~= "table" then
    usage.raise("synthflow.doctor", { "the options must be a table, as for synthflow.new" })
  end
  local client, own = {}, { out = io.stdout, print = true }
  for name, value in pairs(given or {}) do
    (own[name] ~= nil and own or client)[name] = value
  end
  local is_file = type(own.out) == "userdata" or type(own.out) == "table"
  if not (is_file and values.is_callable(own.out.write)) then
    usage.raise("synthflow.doctor", { usage.mismatch("out", "a file to write to", own.out) })
  end
  return client, own
end

local function load_core(report)
  local loaded, core = pcall(require("synthflow.client").core)
  if loaded then
    return core
  end
  -- Behind "file:line: synthflow: ".
  table.insert(report.problems, (tostring(core):gsub("^.-synthflow: ", "")))
end

-- The key function is asked once, not once for each region.
local function asked_once(api_key)
  local key
  return api_key and function()
    key = key or api_key()
    return key
  end
end

local function describe_client(report, settings, link, transport)
  report.client = {
    region = link.region, host = transport:host(), has_key = link.api_key ~= nil or transport:has_key(),
    calls_refused_by = link.calls_refused_by, calls_per_second = settings.calls_per_second,
    proxy = settings.proxy and machine.without_secrets(settings.proxy),
  }
end

local function places_of(regions, settings, link)
  local places = {}
  for _, region in ipairs(link.region and usage.sorted_names(regions) or {}) do
    places[#places + 1] = { region = region, url = regions[region] }
  end
  return link.region and places or { { url = settings.base_url } }
end

-- What kept probes from telling, each once, and the places where it did.
local function add_unknown(report)
  local order, places = {}, {}
  for _, probe in ipairs(report.probes) do
    if probe.accepted == nil then
      local text = ("%s - %s"):format(probe.message, probe.hint)
      order[#order + 1] = not places[text] and text or nil
      places[text] = places[text] or {}
      table.insert(places[text], probe.region or probe.host)
    end
  end
  for _, text in ipairs(order) do
    table.insert(report.problems, table.concat(places[text], ", ") .. ": " .. text)
  end
end

local function judge_regions(report, own_region)
  local accepting, refused = nil, 0
  for _, probe in ipairs(report.probes) do
    accepting = accepting or probe.accepted and probe or nil
    refused = refused + (probe.accepted == false and 1 or 0)
  end
  add_unknown(report)
  report.accepted_by = accepting and (accepting.region or accepting.host)
  if accepting and accepting.region and accepting.region ~= own_region then
    local text = 'this is a key of region %s, and not of %s: set region = "%s", or SYNTHFLOW_REGION'
    table.insert(report.problems, text:format(accepting.region, own_region, accepting.region))
  elseif refused > 0 and refused == #report.probes then
    table.insert(report.problems, own_region and "no region takes this key: check it"
      or report.client.host .. " does not take this key: check it, and whether base_url is its region")
  end
end

local function examine_client(report, core, given, regions)
  local settings, link, faults = options.read(given)
  local made, transport = pcall(core.client, settings)
  if not made then
    faults[#faults + 1] = tostring(transport)
  end
  machine.certificates(report, core.info(), settings.ca_file)
  for _, fault in ipairs(faults) do
    table.insert(report.problems, fault)
  end
  if not made then
    return
  end
  describe_client(report, settings, link, transport)
  if not report.client.has_key then
    table.insert(report.problems, (require("synthflow.hints").of_no_key()))
  elseif #faults == 0 then
    link.api_key = asked_once(link.api_key)
    local places = places_of(regions or options.REGIONS, settings, link)
    report.probes = require("synthflow.doctor.probe").run(places, settings, link, core)
    judge_regions(report, link.region)
  end
end

--- See synthflow.doctor. `regions` (name -> base_url) stands in for the platform's own.
function doctor.run(given, regions)
  local client_options, own = divide(given)
  local report = setmetatable({ problems = {}, probes = {} }, Report)
  local core = load_core(report)
  machine.versions(report, core and core.info())
  machine.environment(report)
  if core then
    machine.resolver(report, core.info())
    examine_client(report, core, client_options, regions)
  end
  if values.boolean(own.print) ~= false then
    own.out:write(tostring(report))
  end
  return report
end

return doctor
