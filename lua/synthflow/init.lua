--- The Synthflow Platform API for Lua.
--
--   local synthflow = require "synthflow"
--   local client = synthflow.new { api_key = "...", workspace_id = "..." }
--   local number, err = client.phone_numbers:import { phone_number = "+33782990580" }
--
-- Loading this loads nothing else: the rest comes with the first `new`.

local synthflow = { _VERSION = "0.1.0" }

---@class synthflow.Options
---@field api_key? string|function      the key, or a function that returns it, called once per request
---@field region? "us"|"eu"|"global"    where the workspace lives; global unless this or base_url is given
---@field base_url? string
---@field workspace_id? string          used by each operation that needs one
---@field timeout? number               seconds in all: attempts, pauses, waiting for a turn
---@field attempt_timeout? number       seconds for one attempt of what may be repeated
---@field connect_timeout? number
---@field retries? integer              0 to 10
---@field calls_per_second? number      calls started, per process and key; below 1 too
---@field allow_calls? boolean          false: nothing that rings or writes to a person is sent
---@field connections? integer          at most, to one host
---@field max_response_bytes? integer
---@field ca_file? string
---@field proxy? string
---@field user_agent? string
---@field host? "cqueues"|"luv"|"openresty"|"plain"  how to wait; found out by itself, except for luv
---@field on_request? fun(event: table)
---@field on_retry? fun(event: table)
---@field on_response? fun(event: table)

-- Its functions are no methods: synthflow:parallel { f } would hand over the module itself.
local function expect_dot(first, name)
  if first == synthflow then
    require("synthflow.usage").raise("synthflow:" .. name, { "write it with a dot, synthflow." .. name })
  end
end

---A client for one key and one region. What is not given comes from the environment: SYNTHFLOW_API_KEY,
---SYNTHFLOW_REGION, SYNTHFLOW_BASE_URL, SYNTHFLOW_WORKSPACE_ID, SYNTHFLOW_ALLOW_CALLS. SYNTHFLOW_DEBUG=1
---traces requests on standard error.
---@param options? synthflow.Options
---@return synthflow.Client client
function synthflow.new(options)
  expect_dot(options, "new")
  return require("synthflow.client").new(options)
end

---@class synthflow.DoctorOptions: synthflow.Options
---@field print? boolean  false: nothing is printed
---@field out? file*|table  what it is written to; standard output if not given

---Finds out what this program runs with, what is wrong with that, and, with a key, which region takes it.
---Prints the report, whose tostring is that text, and returns it: `problems` lists what is to be seen to.
---Nothing is changed, nobody is called, no secret is shown.
---@param options? synthflow.DoctorOptions those of synthflow.new, and two of its own
---@return table report
function synthflow.doctor(options)
  expect_dot(options, "doctor")
  return require("synthflow.doctor").run(options)
end

---Runs all functions at once, each written as if its calls blocked, and returns a list of their results in
---the same order: { ok =, value =, err = }. ok is false where a function returned nil and an error, which is
---err then, and where it raised: then err is the text with its traceback. It may be used inside of itself,
---and in every host; while all functions wait, it waits as that host does.
---@param functions function[]
---@return table results
function synthflow.parallel(functions)
  expect_dot(functions, "parallel")
  return require("synthflow.tasks").parallel(functions)
end

---The data of a result; an error is raised as text: `number = synthflow.check(client.phone_numbers:get(id))`.
---@generic T
---@param data T
---@param err? table
---@return T data
---@return table|nil response
function synthflow.check(data, err, ...)
  expect_dot(data, "check")
  if data == nil and err ~= nil then
    error(tostring(err), 0)
  end
  return data, err, ...
end

---What the extractors of a call have found out, by their identifiers, in one table: { city = "Bonn" }. What
---was not found is absent; an extractor that failed harms no other. Of other actions nothing is taken: what
---they returned stays in call.executed_actions.
---@param call table|nil a record of client.calls, or what the post-call webhook sends; nil of a request that
---  failed, whose error is handed through: `synthflow.results(client.calls:get(id))`
---@param err? table
---@return table|nil found
---@return table failed what went wrong, as text by the key of the action; or the error
function synthflow.results(call, err)
  expect_dot(call, "results")
  if call == nil and err ~= nil then
    return nil, err
  elseif type(call) ~= "table" or #call > 0 then
    require("synthflow.usage").raise("synthflow.results", { "takes the record of one call" })
  end
  return require("synthflow.results").merge(call, function(text)
    return require("synthflow.client").core().decode(text)
  end)
end

---The reference as text: of all there is, of a resource ("phone_numbers") or of a method
---("phone_numbers.import"). Raises where there is no such topic.
---@param topic? string
---@return string text
function synthflow.help(topic)
  expect_dot(topic, "help")
  return require("synthflow.help").text(topic)
end

---A copy of `items` that is sent as a JSON list even when it is empty.
---@param items? table
---@return table
function synthflow.list(items)
  expect_dot(items, "list")
  if items ~= nil and not require("synthflow.values").is_list(items) then
    local usage = require "synthflow.usage"
    usage.raise("synthflow.list", { usage.no_list("its argument", "a list", items) })
  end
  local copy = {}
  for index, item in ipairs(items or {}) do
    copy[index] = item
  end
  return setmetatable(copy, require("synthflow.client").core().list_metatable)
end

-- `synthflow.null`, JSON's null, is the core's: it stays lazy like the core.
return setmetatable(synthflow, {
  __index = function(module, name)
    if name == "null" then
      local null = require("synthflow.client").core().null
      rawset(module, "null", null)
      return null
    end
  end,
})
