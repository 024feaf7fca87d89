--- Answers that are several values, each a line of JSON. The answer has come as a whole before its first line
-- is read.

local send = require "synthflow.send"

local lines = {}

local Lines = {}
Lines.__index = Lines

local function unreadable(iterator, fault)
  local response = iterator.response
  return send.error("of_answer", iterator.link, iterator.call, nil,
    { status = response.status, attempts = response.attempts, took_effect = "yes", body = iterator.text },
    { kind = "decode", message = ("line %d of the answer is not JSON (%s)"):format(iterator.number, fault),
      hint = "the answer may have been cut: look at what was made before you ask again" })
end

--- What the next line holds, or nil at the end. Raises the text of an error when it cannot be read; `err`
-- keeps the error.
function Lines:__call()
  if self.err then
    error(tostring(self.err), 0)
  end
  local line, behind = self.text:match("^%s*([^\r\n]+)()", self.from)
  if not line or not line:find "%S" then
    return nil
  end
  self.from, self.number = behind, self.number + 1
  local value, fault = self.link.core.decode(line)
  if value == nil then
    self.err = unreadable(self, fault)
    error(tostring(self.err), 0)
  end
  return value
end

--- Sends the call: an iterator over the lines of the answer, and the response; or nil and an error.
function lines.send(link, call)
  local text, response = send.call(link, call)
  if text == nil then
    return nil, response
  end
  -- The platform's description calls the answer one text, so it may come as that, too.
  local whole = text:find '^%s*"' and link.core.decode(text)
  return setmetatable({
    link = link, call = call, response = response, text = type(whole) == "string" and whole or text,
    from = 1, number = 0,
  }, Lines), response
end

return lines
