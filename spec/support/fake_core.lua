--- Stands in for the C core in specs of pure Lua logic: keeps what was to be sent, gives the answers that it
-- was told.

local fake = {}

local CORE = "synthflow.core"

local installed -- the fake one in place
local replaced  -- the real one, if it was loaded

-- The library, without its sandbox, which knows no core and may be running.
local function unload()
  for name in pairs(package.loaded) do
    if (name .. "."):find "^synthflow%." and not name:find "^synthflow%.sandbox" and name ~= CORE then
      package.loaded[name] = nil
    end
  end
end

local function new_transport(settings)
  local key = type(settings.api_key) == "string" and settings.api_key:match "^%s*(.-)%s*$" or ""
  if key:find "%c" then
    error("api_key holds control characters", 0)
  end
  return {
    settings = settings,
    closed = false,
    close = function(transport) transport.closed = true end,
    stats = function() return { requests = 3, retries = 1, in_flight = 0 } end,
    host = function() return settings.base_url:match "^%a+://([^/]+)" end,
    has_key = function() return key ~= "" end,
    mask = function(_, text)
      return key == "" and text or (text:gsub(key:gsub("%W", "%%%0"), "***"))
    end,
  }
end

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local copied = {}
  for name, inner in pairs(value) do
    copied[name] = copy(inner)
  end
  return setmetatable(copied, getmetatable(value))
end

-- What is sent besides the key; the query in no particular form but in order.
local function describe(transport, request)
  local headers = {
    { "Accept", "application/json" }, { "User-Agent", transport.settings.user_agent or "synthflow-lua" },
  }
  for name, value in pairs(request.headers or {}) do
    headers[#headers + 1] = { name, value }
  end
  table.sort(headers, function(a, b) return a[1] < b[1] end)
  return {
    method = request.method, url = transport.settings.base_url .. request.path .. fake.query(request.query),
    headers = headers, has_key = transport:has_key(), body = request.body and fake.json(request.body),
  }
end

--- A core result as the C core would give it; `result` says what is special about it.
function fake.result(result)
  local whole = {
    outcome = "response", status = 200, headers = {}, body = "", took_effect = "yes", phase = "done",
    attempts = { { at = 0, seconds = 0.01, status = 200, on_wire = true, reused = false } },
    timing = { total = 0.01 }, host = "api.example.com",
  }
  for name, value in pairs(result) do
    whole[name] = value
  end
  if type(whole.data) == "table" and whole.body == "" then
    whole.body = "{...}"
  end
  return whole
end

local function sorted(names)
  local list = {}
  for name in pairs(names) do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

function fake.query(query)
  local parts = {}
  for _, name in ipairs(sorted(query or {})) do
    parts[#parts + 1] = name .. "=" .. tostring(query[name])
  end
  return #parts > 0 and "?" .. table.concat(parts, "&") or ""
end

--- JSON without escapes.
function fake.json(value)
  if type(value) ~= "table" then
    return type(value) == "string" and '"' .. value .. '"' or tostring(value)
  end
  local parts = {}
  for index, inner in ipairs(value) do
    parts[index] = fake.json(inner)
  end
  if #parts > 0 then
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for _, name in ipairs(sorted(value)) do
    parts[#parts + 1] = '"' .. name .. '":' .. fake.json(value[name])
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- Holds the tickets of exchanges, each done as soon as it was submitted.
local function new_mailbox()
  return {
    wait = function(mailbox) return #mailbox > 0 end,
    take = function(mailbox)
      local taken = {}
      for index = 1, #mailbox do
        taken[index], mailbox[index] = mailbox[index], nil
      end
      return taken
    end,
  }
end

--- Replaces synthflow.core, and unloads the library, so that the next `require "synthflow"` takes it.
-- Returns the core: `sent` lists the requests; `answers` are given in their order, the last one for ever. An
-- answer with `again` is nil that many times before it comes.
function fake.install()
  unload()
  local core = {
    version = "0.1.0", null = io.stdout, list_metatable = {}, sent = {}, clients = {}, answers = {},
  }
  function core.client(settings)
    core.clients[#core.clients + 1] = new_transport(settings)
    return core.clients[#core.clients]
  end
  function core.prepare(_, request)
    if core.refuses then
      error(core.refuses, 0)
    end
    return { request = copy(request) }
  end
  function core.submit(exchange, mailbox, ticket)
    core.sent[#core.sent + 1] = exchange.request
    exchange.number = #core.sent
    if mailbox then
      mailbox[#mailbox + 1] = ticket
    end
    return true
  end
  function core.wait()
    return true
  end
  function core.cancel()
  end
  function core.mailbox()
    return new_mailbox()
  end
  function core.clock()
    return os.clock()
  end
  function core.describe(transport, request)
    if core.refuses then
      error(core.refuses, 0)
    end
    return describe(transport, request)
  end
  function core.info()
    return { version = core.version, timeout = 30 }
  end
  function core.result(exchange)
    exchange.asked = (exchange.asked or 0) + 1
    local answer = core.answers[math.min(exchange.number, #core.answers)]
    if type(answer) == "function" then
      answer = answer(core.sent[exchange.number])
    end
    if answer and answer.again and exchange.asked <= answer.again then
      return nil
    end
    return fake.result(answer or {})
  end
  if not installed then
    replaced = package.loaded[CORE]
  end
  installed, package.loaded[CORE] = core, core
  return core
end

--- Puts the real core back, or lets the next `require` load it.
function fake.remove()
  unload()
  if installed then
    package.loaded[CORE] = replaced
  end
  installed, replaced = nil, nil
end

return fake
