--- The reference as text, for people at a prompt: synthflow.help and client:help.

local reference = require "synthflow.reference"
local usage = require "synthflow.usage"

local help = {}

local WIDTH = 88

-- Text -----------------------------------------------------------------------------------------------------

-- Adds words to the lines, each line behind `indent` and no longer than WIDTH.
local function add_wrapped(lines, text, indent)
  local line = indent
  for word in text:gmatch "%S+" do
    if #line + #word + 1 > WIDTH and line ~= indent then
      lines[#lines + 1] = line
      line = indent
    end
    line = line == indent and line .. word or line .. " " .. word
  end
  lines[#lines + 1] = line ~= indent and line or nil
end

-- Paragraphs; lines that are indented, or begin a list, stay as they are.
local function add_text(lines, text, indent)
  local paragraph = {}
  local function flush()
    add_wrapped(lines, table.concat(paragraph, " "), indent)
    paragraph = {}
  end
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    if line == "" or line:find "^ " then
      flush()
      lines[#lines + 1] = (line == "" and "" or indent .. line)
    else
      paragraph[#paragraph + 1] = line
    end
  end
  flush()
end

local function first_sentence(text)
  local paragraph = (text .. "\n\n"):match "^(.-)\n\n":gsub("%s+", " ")
  return paragraph:match "^(.-%.) %u" or paragraph
end

-- Names and what is said of them, in two columns.
local function add_table(lines, rows)
  local width = 0
  for _, row in ipairs(rows) do
    width = math.max(width, #row[1])
  end
  for _, row in ipairs(rows) do
    local from = #lines + 1
    local indent = (" "):rep(width + 4)
    add_wrapped(lines, row[2], indent)
    if lines[from] then
      lines[from] = "  " .. row[1] .. (" "):rep(width - #row[1] + 2) .. lines[from]:sub(#indent + 1)
    else
      lines[from] = "  " .. row[1]
    end
  end
end

-- Methods --------------------------------------------------------------------------------------------------

local VALUES_MOST = 40 -- more are a list of their own, such as time zones

local function add_values(lines, values, indent)
  if values and #values <= VALUES_MOST then
    local shown = {}
    for index, value in ipairs(values) do
      shown[index] = type(value) == "string" and '"' .. value .. '"' or tostring(value)
    end
    add_wrapped(lines, "known: " .. table.concat(shown, ", "), indent)
  end
end

local add_fields

local function add_field(lines, field, indent)
  local rules = field.rules ~= "" and "; " .. field.rules or ""
  lines[#lines + 1] = indent .. field.name .. "  (" .. field.type .. rules .. ")"
  add_wrapped(lines, field.text, indent .. "    ")
  add_values(lines, field.values, indent .. "    ")
  add_fields(lines, field.fields or {}, field.one_of, indent .. "    ")
end

function add_fields(lines, fields, one_of, indent)
  if one_of then
    add_wrapped(lines, "exactly one of " .. table.concat(one_of, ", ") .. ":", indent)
  end
  for _, field in ipairs(fields) do
    add_field(lines, field, indent)
  end
end

local function add_heading(lines, text)
  lines[#lines + 1] = ""
  lines[#lines + 1] = text
end

-- How an operation is called: name(id, { field =, ... }).
local function call_form(method)
  local parts, names = {}, {}
  for _, field in ipairs(method.leading) do
    parts[#parts + 1] = field.name
  end
  for index, field in ipairs(method.parameters) do
    names[#names + 1] = index <= 3 and field.name .. " =" or index == 4 and "..." or nil
  end
  if #names > 0 then
    parts[#parts + 1] = "{ " .. table.concat(names, ", ") .. " }"
  end
  if #method.leading == 0 and #names > 0 then
    return method.form .. " " .. parts[1]
  end
  return method.form .. "(" .. table.concat(parts, ", ") .. ")"
end

local function operation_text(method)
  local operation, lines = method.operation, { call_form(method), "" }
  add_wrapped(lines, method.summary, "")
  add_heading(lines, ("%s %s"):format(operation.method, operation.template))
  add_wrapped(lines, ("%s: %s. Returns %s."):format(operation.effect, reference.effect(operation),
    reference.returned(operation)), "")
  if operation.timeout then
    add_wrapped(lines, ("`timeout` is %g seconds if not given."):format(operation.timeout), "")
  end
  if #method.leading + #method.parameters > 0 then
    add_heading(lines, "Arguments")
    add_fields(lines, method.leading, nil, "  ")
    add_fields(lines, method.parameters, method.one_of, "  ")
  end
  local rows = {}
  for _, failure in ipairs(method.failures) do
    rows[#rows + 1] = { tostring(failure.status), failure.text }
  end
  if #rows > 0 then
    add_heading(lines, "When the platform refuses")
    add_table(lines, rows)
  end
  return lines
end

local function function_text(made)
  local names, lines = {}, {}
  for index, parameter in ipairs(made.said.parameters) do
    names[index] = parameter.name
  end
  lines[1] = made.form .. "(" .. table.concat(names, ", ") .. ")"
  lines[2] = ""
  add_text(lines, made.said.text, "")
  if #names > 0 then
    add_heading(lines, "Arguments")
  end
  for _, parameter in ipairs(made.said.parameters) do
    lines[#lines + 1] = ("  %s  (%s%s)"):format(parameter.name, parameter.type,
      parameter.optional and "; optional" or "")
    add_wrapped(lines, parameter.text, "      ")
  end
  local rows = {}
  for _, returned in ipairs(made.said.returns) do
    rows[#rows + 1] = { returned.name ~= "" and returned.name or returned.type,
      returned.name ~= "" and ("(%s) %s"):format(returned.type, returned.text) or returned.text }
  end
  if #rows > 0 then
    add_heading(lines, "Returns")
    add_table(lines, rows)
  end
  return lines
end

-- Topics ---------------------------------------------------------------------------------------------------

local function rows_of(methods)
  local rows = {}
  for index, method in ipairs(methods) do
    rows[index] = { method.form:match "[%w_]+$", first_sentence(method.summary) }
  end
  return rows
end

local function resource_text(resource)
  local lines = { "client." .. resource.name, "" }
  add_wrapped(lines, resource.about, "")
  lines[#lines + 1] = ""
  add_table(lines, rows_of(resource.methods))
  lines[#lines + 1] = ""
  add_wrapped(lines, ('help "%s" says more of a method.'):format(resource.methods[1].name), "")
  return lines
end

local function overview(all)
  local lines, rows = { "The Synthflow Platform API for Lua", "", "Resources of a client" }, {}
  for index, resource in ipairs(all.resources) do
    rows[index] = { resource.name, first_sentence(resource.about) }
  end
  add_table(lines, rows)
  add_heading(lines, "A client itself")
  add_table(lines, rows_of(all.client))
  add_heading(lines, "require \"synthflow\"")
  add_table(lines, rows_of(all.module))
  lines[#lines + 1] = ""
  add_wrapped(lines, 'help "phone_numbers" lists the methods of a resource, help "phone_numbers.import" says'
    .. " all of one.", "")
  return lines
end

-- "client.phone_numbers:import" and "phone_numbers.import" are one.
local function plain_topic(topic)
  return (topic:gsub(":", "."):gsub("^client%.", ""):gsub("^synthflow%.", ""))
end

-- Functions that write each topic, by its name.
local function topics_of(all)
  local topics = {}
  for _, list in ipairs { all.client, all.module } do
    for _, made in ipairs(list) do
      topics[plain_topic(made.name)] = function() return function_text(made) end
    end
  end
  for _, resource in ipairs(all.resources) do
    topics[resource.name] = function() return resource_text(resource) end
    for _, method in ipairs(resource.methods) do
      local write = method.operation and operation_text or function_text
      topics[method.name] = function() return write(method) end
    end
  end
  return topics
end

--- The text of a topic; of all there is, if it is nil. Raises where there is no such topic.
function help.text(topic)
  local all = {
    resources = reference.resources(), client = reference.client(), module = reference.module(),
  }
  if topic == nil then
    return table.concat(overview(all), "\n") .. "\n"
  end
  local topics = topics_of(all)
  local write = type(topic) == "string" and topics[plain_topic(topic)]
  if not write then
    usage.raise("help", { usage.unknown("topic", topic, usage.sorted_names(topics), "help() lists them") })
  end
  return table.concat(write(), "\n") .. "\n"
end

return help
