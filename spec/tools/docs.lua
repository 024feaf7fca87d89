-- docs.lua FOLDER: writes the reference of everything that a client can do, made of the catalogue, as one
-- page each of Markdown (reference.md) and HTML (reference.html). `make docs`, from the top of the tree.

local reference = require "synthflow.reference"

local docs = {}

-- Writers --------------------------------------------------------------------------------------------------
-- Both have: heading(level, text, id), paragraph(text), code(text), rows(names, rows), link(text, id). Text
-- is plain, but for what stands between backquotes. A cell is text, or { made = what link has made }.

local Markdown = {}
Markdown.__index = Markdown

local function escape_markdown(text)
  -- Not between backquotes.
  return (text:gsub("([^`]*)(`?[^`]*`?)", function(plain, code)
    return plain:gsub("[\\*_<>|%[%]]", "\\%0") .. code:gsub("|", "\\|")
  end))
end

function Markdown:add(text)
  self[#self + 1] = text
end

function Markdown:heading(level, text, id)
  self:add(('<a id="%s"></a>\n'):format(id))
  self:add(("%s %s\n"):format(("#"):rep(level), escape_markdown(text)))
end

function Markdown:paragraph(text)
  self:add(escape_markdown(text) .. "\n")
end

function Markdown:code(text)
  self:add("```lua\n" .. text .. "\n```\n")
end

function Markdown.link(_, text, id)
  return ("[%s](#%s)"):format(escape_markdown(text), id)
end

function Markdown:rows(names, rows)
  self:add("| " .. table.concat(names, " | ") .. " |")
  self:add("|" .. ("---|"):rep(#names))
  for _, row in ipairs(rows) do
    local cells = {}
    for index, cell in ipairs(row) do
      cells[index] = type(cell) == "table" and cell.made or escape_markdown(cell)
    end
    self:add("| " .. table.concat(cells, " | ") .. " |")
  end
  self:add ""
end

function Markdown:text()
  return table.concat(self, "\n")
end

local Html = {}
Html.__index = Html

local STYLE = [[
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
body { background: #fff; color: #222 }
code, pre { font-family: ui-monospace, monospace; font-size: 90%; background: #f4f4f4; border-radius: 3px }
code { padding: .1em .3em } pre { padding: .6em 1em; overflow-x: auto }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
h2 { margin-top: 3rem } h3 { margin-top: 2rem }
td, th { border-top: 1px solid #ddd; padding: .3em .6em; text-align: left; vertical-align: top }
a { color: #0645ad; text-decoration: none } a:hover { text-decoration: underline }
@media (prefers-color-scheme: dark) {
  body { background: #181818; color: #ddd } code, pre { background: #262626 } td, th { border-color: #444 }
  a { color: #8ab4f8 }
}]]

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

local function escape_html(text)
  return (text:gsub('[&<>"]', ENTITIES):gsub("`([^`]*)`", "<code>%1</code>"))
end

Html.add = Markdown.add

function Html:heading(level, text, id)
  self:add(('<h%d id="%s">%s</h%d>'):format(level, id, escape_html(text), level))
end

function Html:paragraph(text)
  self:add("<p>" .. escape_html(text) .. "</p>")
end

function Html:code(text)
  self:add("<pre><code>" .. escape_html(text) .. "</code></pre>")
end

function Html.link(_, text, id)
  return ('<a href="#%s">%s</a>'):format(id, escape_html(text))
end

function Html:rows(names, rows)
  local function add_row(cells, tag)
    local row = {}
    for index, cell in ipairs(cells) do
      row[index] = ("<%s>%s</%s>"):format(tag, type(cell) == "table" and cell.made or escape_html(cell), tag)
    end
    self:add("<tr>" .. table.concat(row) .. "</tr>")
  end
  self:add "<table>"
  add_row(names, "th")
  for _, row in ipairs(rows) do
    add_row(row, "td")
  end
  self:add "</table>"
end

function Html:text()
  return '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
    .. '<meta name="viewport" content="width=device-width, initial-scale=1">'
    .. "<title>synthflow for Lua: reference</title><style>\n" .. STYLE .. "\n</style></head><body>\n"
    .. table.concat(self, "\n") .. "\n</body></html>\n"
end

-- Methods --------------------------------------------------------------------------------------------------

local VALUES_MOST = 40

local function values_text(field)
  if not field.values or #field.values > VALUES_MOST then
    return ""
  end
  local shown = {}
  for index, value in ipairs(field.values) do
    shown[index] = value == "" and '`""`' or "`" .. tostring(value) .. "`"
  end
  return (field.text ~= "" and ". " or "") .. "Known: " .. table.concat(shown, ", ")
end

-- Fields inside of others stand below them, with the whole way as their name.
local function add_fields(rows, fields, prefix)
  for _, field in ipairs(fields) do
    local name = prefix .. field.name
    local rules = field.rules ~= "" and field.type .. "; " .. field.rules or field.type
    rows[#rows + 1] = { "`" .. name .. "`", rules, field.text .. values_text(field) }
    local is_list = field.key and field.key.kind == "list"
    add_fields(rows, field.fields or {}, name .. (is_list and "[]." or "."))
  end
end

local function add_choices(page, fields, one_of, prefix)
  if one_of then
    page:paragraph(("Exactly one of %s%s."):format("`" .. table.concat(one_of, "`, `") .. "`",
      prefix ~= "" and " in `" .. prefix .. "`" or ""))
  end
  for _, field in ipairs(fields) do
    local name = prefix == "" and field.name or prefix .. "." .. field.name
    add_choices(page, field.fields or {}, field.one_of, name)
  end
end

local function add_operation(page, method)
  local operation = method.operation
  page:heading(3, method.form, method.name)
  page:paragraph(method.summary)
  page:paragraph(("`%s %s`, `%s`: %s. Returns %s."):format(operation.method,
    operation.template, operation.effect, reference.effect(operation), reference.returned(operation)))
  local rows = {}
  add_fields(rows, method.leading, "")
  for _, row in ipairs(rows) do
    row[2] = row[2] .. "; before the table"
  end
  add_fields(rows, method.parameters, "")
  if #rows > 0 then
    page:rows({ "argument", "what it is", "what it is for" }, rows)
  end
  add_choices(page, method.parameters, method.one_of, "")
  rows = {}
  for _, failure in ipairs(method.failures) do
    rows[#rows + 1] = { tostring(failure.status), failure.text }
  end
  if #rows > 0 then
    page:rows({ "refused with", "what to do" }, rows)
  end
end

local function add_function(page, made)
  local names, rows = {}, {}
  for index, parameter in ipairs(made.said.parameters) do
    names[index] = parameter.name
    rows[index] = { "`" .. parameter.name .. "`",
      "`" .. parameter.type .. "`" .. (parameter.optional and "; optional" or ""), parameter.text }
  end
  page:heading(3, made.form, made.name)
  page:code(made.form .. "(" .. table.concat(names, ", ") .. ")")
  for paragraph in (made.said.text .. "\n\n"):gmatch "(.-)\n\n" do
    page:paragraph((paragraph:gsub("\n", " ")))
  end
  if #rows > 0 then
    page:rows({ "argument", "type", "what it is for" }, rows)
  end
  rows = {}
  for index, returned in ipairs(made.said.returns) do
    local colon = returned.name ~= "" and returned.text ~= "" and ": " or ""
    rows[index] = { "`" .. returned.type .. "`", returned.name .. colon .. returned.text }
  end
  if #rows > 0 then
    page:rows({ "returns", "" }, rows)
  end
end

local function add_methods(page, methods)
  for _, method in ipairs(methods) do
    if method.operation then
      add_operation(page, method)
    else
      add_function(page, method)
    end
  end
end

-- The page -------------------------------------------------------------------------------------------------

local INTRODUCTION = "Every method of a client, as `client:help` tells it too. Each takes what is named "
  .. "before its table, then the table of the other arguments, then, if wanted, one of request options: "
  .. "`timeout`, `attempt_timeout`, `retries`, `dry_run`, `blocking`, `extra_body`, `extra_query`, "
  .. "`extra_headers`. How all of this is used, and what errors are, is in the README."

local function add_contents(page, resources)
  local rows = {}
  for index, resource in ipairs(resources) do
    local links = {}
    for place, method in ipairs(resource.methods) do
      links[place] = page:link(method.method, method.name)
    end
    rows[index] = { { made = page:link(resource.name, resource.name) }, { made = table.concat(links, ", ") } }
  end
  page:rows({ "resource", "methods" }, rows)
end

local function write(page)
  local resources = reference.resources()
  page:heading(1, "synthflow for Lua: reference", "top")
  page:paragraph(INTRODUCTION)
  add_contents(page, resources)
  page:heading(2, 'require "synthflow"', "module")
  add_methods(page, reference.module())
  page:heading(2, "client", "client")
  add_methods(page, reference.client())
  for _, resource in ipairs(resources) do
    page:heading(2, "client." .. resource.name, resource.name)
    page:paragraph(resource.about)
    add_methods(page, resource.methods)
  end
  return page:text()
end

---@return string page
function docs.markdown()
  return write(setmetatable({}, Markdown))
end

---@return string page
function docs.html()
  return write(setmetatable({}, Html))
end

if arg and arg[0] and arg[0]:find "docs%.lua$" then
  for name, make in pairs { ["reference.md"] = docs.markdown, ["reference.html"] = docs.html } do
    local path = arg[1] .. "/" .. name
    local file = assert(io.open(path, "w"))
    assert(file:write(make()))
    assert(file:close())
    print(path)
  end
end

return docs
