--- The comment above a function, out of the file it was loaded from: what is said of a function is written
-- once, where it is.

local docstring = {}

-- The lines of a file before line `number`, which ends there; nil where it cannot be read.
local function lines_before(path, number)
  local file = io.open(path)
  if not file then
    return nil
  end
  local lines = {}
  for line in file:lines() do
    if #lines + 1 >= number then
      break
    end
    lines[#lines + 1] = line
  end
  file:close()
  return lines
end

--- The lines of the comment right above a function, without their dashes: "@param name type text" and the
-- like are among them. Empty where there is none, or no file to read it in.
function docstring.lines(of)
  local about = debug and debug.getinfo and debug.getinfo(of, "S")
  local path = about and about.source:match "^@(.*)$"
  local before, found = path and lines_before(path, about.linedefined) or {}, {}
  local first = #before + 1
  while before[first - 1] and before[first - 1]:find "^%-%-" do
    first = first - 1
  end
  for index = first, #before do
    found[#found + 1] = before[index]:match "^%-%-%-?(.*)$"
  end
  return found
end

-- A type, which ends at a space, but for those inside of a function's own.
local function read_type(text)
  local kind = text:match "^fun%b():%s*%S+" or text:match "^fun%b()" or text:match "^%w+%b<>%S*"
    or text:match "^%S*"
  return kind, (text:sub(#kind + 1):gsub("^%s+", ""))
end

local function new_entry(kind, rest)
  local name, optional = "", ""
  if kind == "param" then
    name, optional, rest = rest:match "^([%w_]+)(%??)%s*(.*)$"
  end
  local type_of, text = read_type(rest)
  if kind == "return" then
    name, text = text:match "^([%w_]*)%s*(.*)$"
  end
  return { name = name, type = type_of, optional = optional == "?", text = text }
end

--- The same, taken apart: { text =, parameters = { { name =, type =, optional =, text = } ... },
-- returns = { { type =, name =, text = } ... } }.
function docstring.read(of)
  local said, text, last = { parameters = {}, returns = {} }, {}, nil
  for _, line in ipairs(docstring.lines(of)) do
    local kind, rest = line:match "^@(%l+)%s+(.*)$"
    if kind == "param" or kind == "return" then
      last = new_entry(kind, rest)
      table.insert(kind == "param" and said.parameters or said.returns, last)
    elseif last and not kind then
      last.text = last.text .. " " .. line:gsub("^%s+", "")
    elseif not kind then
      text[#text + 1] = line:gsub("^ ", "")
    end
  end
  said.text = table.concat(text, "\n")
  return said
end

return docstring
