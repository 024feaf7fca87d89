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

--- Keeps what stands in `value` under the name of a secret, so that nothing shows it.
function mask.gather(value, secrets, is_secret)
  for name, inner in pairs(type(value) == "table" and value or {}) do
    if is_secret(name) and type(inner) ~= "table" then
      secrets[#secrets + 1] = tostring(inner)
    else
      mask.gather(inner, secrets, is_secret)
    end
  end
end

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n",
  ["\r"] = "\\r", ["\t"] = "\\t" }

local function json_text(text)
  return (text:gsub('[%c"\\]', function(byte)
    return ESCAPES[byte] or ("\\u%04x"):format(byte:byte())
  end))
end

-- \uXXXX for each character beyond ASCII, as most encoders of JSON write them.
local function json_ascii(text)
  return (json_text(text):gsub("[\194-\244][\128-\191]+", function(character)
    local lead = character:byte()
    local code = lead >= 240 and lead - 240 or lead >= 224 and lead - 224 or lead - 192
    for index = 2, #character do
      code = code * 64 + character:byte(index) - 128
    end
    if code < 0x10000 then
      return ("\\u%04x"):format(code)
    end
    code = code - 0x10000
    return ("\\u%04x\\u%04x"):format(0xD800 + math.floor(code / 1024), 0xDC00 + code % 1024)
  end))
end

local function forms(secret)
  local text = json_text(secret)
  return { secret, text, (text:gsub("/", "\\/")), json_ascii(secret) }
end

-- A secret of a few letters is only taken out where it stands alone: it would tear other words apart.
local function replace(text, secret)
  local alone = #secret < 4
  local parts, from = {}, 1
  while true do
    local first, last = text:find(secret, from, true)
    if not first then
      break
    elseif alone and (text:sub(first - 1, first - 1):find "%w" or text:sub(last + 1, last + 1):find "%w") then
      parts[#parts + 1] = text:sub(from, last)
    else
      parts[#parts + 1] = text:sub(from, first - 1) .. STARS
    end
    from = last + 1
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

--- `text` without these values, in whatever form they stand there.
function mask.values(text, secrets)
  local longest_first = {}
  for index, secret in ipairs(secrets) do
    longest_first[index] = secret
  end
  table.sort(longest_first, function(a, b) return #a > #b end)
  for _, secret in ipairs(longest_first) do
    for _, form in ipairs(secret:find "%S" and forms(secret) or {}) do
      text = replace(text, form)
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
