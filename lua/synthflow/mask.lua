--- Takes secrets out of texts: by their value, in each form it may be echoed in, and by the name before them.

local mask = {}

local STARS = "***"

-- Names whose values are secrets wherever they turn up, also in what the catalogue does not know.
local NAMES = {
  "api_key", "authorization", "auth_token", "password", "recording_url", "secret", "sign_in_link", "token",
  "trunk_pwd", "twilio_auth_token",
}

-- Also where they end another name, of a header for instance: X-Api-Key, Proxy-Authorization, set-cookie.
local ENDINGS = { "api_key", "apikey", "authorization", "cookie", "password", "secret", "token" }

--- Whether what stands under this name is a secret.
function mask.is_secret(name)
  local plain = tostring(name):lower():gsub("[^%w]", "_")
  for _, secret in ipairs(NAMES) do
    if secret == plain then
      return true
    end
  end
  for _, ending in ipairs(ENDINGS) do
    if ("_" .. plain):sub(-#ending - 1) == "_" .. ending then
      return true
    end
  end
  return false
end

-- Tables whose texts are secrets, whatever their names, but for these: { key = "X-Team", value = "..." }.
local HOLDERS = { custom_auth = true, headers = true }
local SHOWN = { key = true, name = true }

--- Keeps what stands in `value` under the name of a secret, so that nothing shows it. `held`: all of it does.
function mask.gather(value, secrets, is_secret, held)
  for name, inner in pairs(type(value) == "table" and value or {}) do
    if type(inner) == "table" then
      mask.gather(inner, secrets, is_secret, held or HOLDERS[name] or is_secret(name))
    elseif is_secret(name) or held and type(inner) == "string" and not SHOWN[name] then
      secrets[#secrets + 1] = tostring(inner)
    end
  end
end

local ESCAPED = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

-- UTF-8 (RFC 3629).
local function utf8_of(code)
  if code < 0x80 then
    return string.char(code)
  elseif code < 0x800 then
    return string.char(0xC0 + math.floor(code / 0x40), 0x80 + code % 0x40)
  elseif code < 0x10000 then
    return string.char(0xE0 + math.floor(code / 0x1000), 0x80 + math.floor(code / 0x40) % 0x40,
      0x80 + code % 0x40)
  end
  return string.char(0xF0 + math.floor(code / 0x40000), 0x80 + math.floor(code / 0x1000) % 0x40,
    0x80 + math.floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

-- What the escape of JSON at a place of the text stands for, and the place behind it.
local function read_escape(text, at)
  local high = tonumber(text:match("^u(%x%x%x%x)", at + 1) or "", 16)
  local low = high and high >= 0xD800 and high < 0xDC00 and text:match("^\\u([dD][c-fC-F]%x%x)", at + 6)
  if low then
    return utf8_of(0x10000 + (high - 0xD800) * 0x400 + tonumber(low, 16) - 0xDC00), at + 12
  elseif high then
    return utf8_of(high), at + 6
  end
  local character = text:sub(at + 1, at + 1)
  return ESCAPED[character] or character, at + 2
end

-- The text with its escapes resolved, and its segments: each begins at plain_at of that and at text_at of the
-- text, and is as long in both unless it is an escape. Nil where there are no escapes.
local function unescaped(text)
  local at = text:find("\\", 1, true)
  if not at then
    return nil
  end
  local parts, segments, from, length = {}, {}, 1, 0
  local function keep(part, text_at)
    parts[#parts + 1] = part
    segments[#segments + 1] = { plain_at = length + 1, text_at = text_at }
    length = length + #part
  end
  while at do
    keep(text:sub(from, at - 1), from)
    local meant, behind = read_escape(text, at)
    keep(meant, at)
    from, at = behind, text:find("\\", behind, true)
  end
  keep(text:sub(from), from)
  return table.concat(parts), segments
end

-- Where in the text the byte of the plain one begins.
local function place_of(segments, plain_at)
  local low, high = 1, #segments
  while low < high do
    local middle = math.ceil((low + high) / 2)
    if segments[middle].plain_at <= plain_at then
      low = middle
    else
      high = middle - 1
    end
  end
  return segments[low].text_at + plain_at - segments[low].plain_at
end

-- A secret of a few letters is only taken out where it stands alone: it would tear other words apart.
local function stands_there(text, first, last)
  return last - first >= 3
    or not (text:sub(first - 1, first - 1):find "%w" or text:sub(last + 1, last + 1):find "%w")
end

-- `text` without the secret, which is looked for in `plain`, the same with its escapes resolved; without
-- segments both are one.
local function replace(text, secret, plain, segments)
  local parts, from, look = {}, 1, 1
  while true do
    local first, last = plain:find(secret, look, true)
    if not first then
      break
    elseif stands_there(plain, first, last) then
      parts[#parts + 1] = text:sub(from, (segments and place_of(segments, first) or first) - 1) .. STARS
      from = segments and place_of(segments, last + 1) or last + 1
    end
    look = last + 1
  end
  return table.concat(parts) .. text:sub(from)
end

-- The text after an opening quote, up to and without the closing one; all of it when the text was cut.
local function closing_quote(text, from, quote)
  while true do
    local at = text:find("[\\" .. quote .. "]", from)
    if not at then
      return #text + 1
    elseif text:sub(at, at) == quote then
      return at
    end
    from = at + 2
  end
end

local function replace_named(text, name)
  local parts, from = {}, 1
  while true do
    local _, last, _, quote = text:find("([\"'])" .. name .. "%1%s*:%s*([\"'])", from)
    if not last then
      break
    end
    parts[#parts + 1] = text:sub(from, last) .. STARS
    from = closing_quote(text, last + 1, quote)
  end
  return table.concat(parts) .. text:sub(from)
end

--- `text` without these values, as they are or escaped as in JSON.
function mask.values(text, secrets)
  local longest_first = {}
  for index, secret in ipairs(secrets) do
    longest_first[index] = secret
  end
  table.sort(longest_first, function(a, b) return #a > #b end)
  local plain, segments = nil, nil
  for _, secret in ipairs(longest_first) do
    if secret:find "%S" then
      local before = text
      text = replace(text, secret, text)
      if not plain or text ~= before then
        plain, segments = unescaped(text)
      end
      if plain and plain:find(secret, 1, true) then
        text = replace(text, secret, plain, segments)
        plain, segments = unescaped(text)
      end
    end
  end
  return text
end

--- `text` without these values, and without the values of these names and of those that are always secret.
function mask.text(text, secrets, names)
  text = mask.values(text, secrets)
  for _, list in ipairs { NAMES, names or {} } do
    for _, name in ipairs(list) do
      text = replace_named(text, name)
    end
  end
  return text
end

return mask
