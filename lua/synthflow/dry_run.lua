--- What a call would send, and the curl command that sends the same. Nothing is sent, no hook runs, and a
-- function that gives the key is not asked.
--
-- In the command a shell variable stands for each secret: SYNTHFLOW_API_KEY for the key, for others the name
-- of their field in capitals (trunk_pwd: "$TRUNK_PWD"). In a body its value must be written as JSON has it.

local mask = require "synthflow.mask"
local send = require "synthflow.send"

local dry_run = {}

-- Secrets -------------------------------------------------------------------------------------------------
-- Before the core writes URL and body, each secret is replaced by a mark of letters and digits, which comes
-- through every encoding as it is.

local MARK = "SynthflowSecret(%d+)Mark"

local function variable_name(name)
  local variable = tostring(name):upper():gsub("%W", "_")
  return variable:find "^%d" and "_" .. variable or variable
end

-- The variable of another secret that has the same name gets a number.
local function free_variable(marks, name)
  local wanted, count = variable_name(name), 1
  local variable = wanted
  while marks.taken[variable] do
    count = count + 1
    variable = wanted .. "_" .. count
  end
  marks.taken[variable] = true
  return variable
end

local function mark_of(marks, name, value)
  local id = tostring(name) .. "\0" .. type(value) .. "\0" .. tostring(value)
  if not marks.numbers[id] then
    marks[#marks + 1] = { variable = free_variable(marks, name), bare = type(value) == "number" }
    marks.numbers[id] = #marks
  end
  return (MARK:gsub("%(.*%)", marks.numbers[id]))
end

-- In an order that stays, so that the variables are the same each time.
local function sorted_keys(value)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

-- A copy of `value`, which stands under `name`, with marks in place of secrets.
local function marked(value, name, marks)
  if type(value) == "table" then
    local copied = {}
    for _, key in ipairs(sorted_keys(value)) do
      copied[key] = marked(value[key], type(key) == "number" and name or key, marks)
    end
    return setmetatable(copied, getmetatable(value))
  elseif type(value) ~= "string" and type(value) ~= "number" then
    return value
  elseif marks.secrets[tostring(value)] or mask.is_secret(name) then
    return mark_of(marks, name, value)
  end
  return type(value) == "string" and mask.values(value, marks.values) or value
end

local function new_marks(call)
  local marks = { numbers = {}, secrets = {}, taken = { SYNTHFLOW_API_KEY = true }, values = call.secrets }
  for _, secret in ipairs(call.secrets) do
    marks.secrets[secret] = secret:find "%S" ~= nil
  end
  return marks
end

local function marked_request(call, marks)
  local request = {}
  for name, value in pairs(call.request) do
    request[name] = value
  end
  request.path = mask.values(request.path, call.secrets)
  for _, part in ipairs { "query", "headers", "body" } do
    request[part] = marked(request[part], part, marks)
  end
  return request
end

-- A number that is secret has no quotes around it.
local function unquoted(body, marks)
  return body and body:gsub('"(' .. MARK:gsub("[()]", "") .. ')"', function(mark)
    return marks[tonumber(mark:match(MARK))].bare and mark or nil
  end)
end

-- The command ---------------------------------------------------------------------------------------------

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- One word of the shell: in single quotes, but for the variables that stand for marks.
local function word(text, marks)
  local parts, from = {}, 1
  repeat
    local first, last, number = text:find(MARK, from)
    local literal = text:sub(from, first and first - 1)
    if literal ~= "" then
      parts[#parts + 1] = quote(literal)
    end
    if first then
      parts[#parts + 1] = '"$' .. marks[tonumber(number)].variable .. '"'
      from = last + 1
    end
  until not first
  return #parts > 0 and table.concat(parts) or "''"
end

-- What is for this machine goes through no proxy, as with the core.
local function add_way(words, link, described)
  if described.url:find "^http:" then
    words[#words + 1] = "--noproxy '*'"
  elseif link.proxy then
    words[#words + 1] = "--proxy " .. (link.proxy:find "@" and '"$SYNTHFLOW_PROXY"' or quote(link.proxy))
  end
  if link.ca_file then
    words[#words + 1] = "--cacert " .. quote(link.ca_file)
  end
  if described.url:find "[%[%]{}]" then
    words[#words + 1] = "--globoff"
  end
end

local WANTS_BODY = { POST = true, PUT = true, PATCH = true }

local function command(link, described, marks)
  local words = { "curl", described.method == "HEAD" and "--head" or "-X " .. described.method }
  add_way(words, link, described)
  words[#words + 1] = word(described.url, marks)
  words[#words + 1] = "-H 'Authorization: Bearer '\"$SYNTHFLOW_API_KEY\""
  for _, header in ipairs(described.headers) do
    local line = header[2] == "" and header[1] .. ";" or header[1] .. ": " .. header[2]
    words[#words + 1] = "-H " .. word(line, marks)
  end
  if described.body then
    words[#words + 1] = "--data-raw " .. word(described.body, marks)
  elseif WANTS_BODY[described.method] then
    words[#words + 1] = "-H 'Content-Type:' --data-raw ''"
  end
  return table.concat(words, " ")
end

-- What the caller gets ------------------------------------------------------------------------------------

local Description = {}

function Description:__tostring()
  return self.curl
end

local function shown(text)
  return text and (text:gsub(MARK, "***"))
end

--- { method, url, headers (by name), body (text, or nil), curl }, without secrets; its text is the command.
function dry_run.describe(link, call)
  local marks = new_marks(call)
  local described = send.ask(link, call, "describe", marked_request(call, marks))
  described.url, described.body = link.transport:mask(described.url), unquoted(described.body, marks)
  described.body = described.body and link.transport:mask(described.body)
  local headers = {}
  for _, header in ipairs(described.headers) do
    header[2] = link.transport:mask(header[2])
    headers[header[1]] = shown(header[2])
  end
  if described.has_key or link.api_key then
    headers.Authorization = "Bearer ***"
  end
  return setmetatable({
    method = described.method,
    url = shown(described.url),
    headers = headers,
    body = shown(described.body),
    curl = command(link, described, marks),
  }, Description)
end

return dry_run
