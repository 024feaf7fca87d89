-- The scripts for Asterisk and FreeSWITCH, in a program that gives each call a thread and a Lua state, with
-- those servers' tables stubbed; the short ones of the README, too.

local quote = require("support.process").quote
local readme = require "support.readme"
local sandbox = require "synthflow.sandbox"
local sandbox_control = require "support.sandbox_control"

local NUMBER, CALLER = "+33782990580", "+15550123"
local THREADS = 8

local platform
setup(function() platform = sandbox.start { call_seconds = 1 } end)
teardown(function() platform.stop() end)

local function control(...)
  return sandbox_control(platform, ...)
end

before_each(function() control("POST", "/_sandbox/reset") end)

local function received(operation)
  local count = 0
  for _, request in ipairs(control("GET", "/_sandbox/requests").requests) do
    if request.operation == operation then count = count + 1 end
  end
  return count
end

local INTERPRETER = rawget(_G, "jit") and "luajit" or _VERSION:lower():gsub(" ", "")

-- What the calls print, one line each, and all of it as text.
local function run(calls, stub, ...)
  local words = {
    "SYNTHFLOW_BASE_URL=" .. quote(platform.base_url), "SYNTHFLOW_API_KEY=" .. quote(platform.api_key),
    "SYNTHFLOW_WORKSPACE_ID=" .. quote(platform.workspace_id), "SYNTHFLOW_MODEL_ID=an-agent",
    "LUA_PATH=" .. quote(package.path), "LUA_CPATH=" .. quote(package.cpath),
    quote(("%s/%s/call_host"):format(os.getenv "SYNTHFLOW_BUILD" or "build", INTERPRETER)),
    "spec/hosts/recipe.lua", tostring(THREADS), tostring(calls), stub,
  }
  for index = 1, select("#", ...) do
    words[#words + 1] = quote((select(index, ...)))
  end
  local output = assert(io.popen(table.concat(words, " ") .. " 2>&1 </dev/null", "r"))
  local text, lines = output:read("*a"), {}
  output:close()
  for line in text:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  return lines, text
end

local function agent_has_number(times)
  control("POST", "/_sandbox/faults", {
    method = "GET", route = "/numbers/{phone_number_slug}", times = times,
    status = 200, body = { phone_number = NUMBER, assistants = { "an-agent" } },
  })
end

local function no_answer(method, route, times)
  control("POST", "/_sandbox/faults", { method = method, route = route, times = times, close = true })
end

-- Of the full script and the one of the README.
local function each_script(recipes, test)
  for name, recipe in pairs(recipes) do
    local script = name == "readme" and readme.file(recipe) or recipe
    local ran, fault = pcall(test, script, name)
    if name == "readme" then os.remove(script) end
    if not ran then error(fault, 0) end
  end
end

describe("the dialplan for Asterisk", function()
  local STUB, SCRIPT = "spec/hosts/asterisk/stub.lua", "spec/hosts/asterisk/extensions.lua"

  it("calls back who asks for it, and notes how that went", function()
    local lines, text = run(16, STUB, SCRIPT, CALLER, "1")
    assert.equal(16, #lines, text)
    local noted = {}
    for _, line in ipairs(lines) do
      local call_id = line:match "^answer read playback hangup %-> call back: (%S+), completed$"
      assert.truthy(call_id, text)
      noted[call_id] = true
    end
    local count = 0
    for call_id in pairs(noted) do
      assert.equal(CALLER, control("GET", "/calls/" .. call_id).response.calls[1].phone_number_to)
      count = count + 1
    end
    assert.equal(16, count)
    assert.equal(16, received "calls.make")
  end)

  it("calls nobody back who does not ask for it, or whose number is withheld", function()
    assert.same({ "answer read queue -> " }, (run(1, STUB, SCRIPT, CALLER, "-")))
    assert.same({ "answer queue -> " }, (run(1, STUB, SCRIPT, "anonymous", "1")))
    assert.equal(0, received "calls.make")
  end)

  it("rings once when the answer is lost", function()
    control("POST", "/_sandbox/faults",
      { method = "POST", route = "/calls", close = true, after = true })
    local lines, text = run(1, STUB, SCRIPT, CALLER, "1")
    assert.truthy((lines[1] or ""):find(", completed$"), text)
    assert.equal(1, received "calls.make")
  end)

  it("notes what failed", function()
    control("POST", "/_sandbox/faults", { method = "POST", route = "/calls", status = 400 })
    local lines, text = run(1, STUB, SCRIPT, CALLER, "1")
    assert.equal("answer read playback hangup log -> call back: invalid, called: no", lines[1], text)
  end)

  it("is in the README in short", function()
    each_script({ readme = "extensions.lua" }, function(script)
      local lines, text = run(8, STUB, script, CALLER, "-")
      assert.equal(8, #lines, text)
      for _, line in ipairs(lines) do
        assert.truthy(line:find "^answer playback %-> %x+%-%S+ completed$", text)
      end
      assert.equal(8, received "calls.make")
    end)
  end)
end)

describe("the script for FreeSWITCH", function()
  local STUB = "spec/hosts/freeswitch/stub.lua"
  local RECIPES = { script = "spec/hosts/freeswitch/route_call.lua", readme = "route_call.lua" }
  local AGENTS, DESK = "sofia/gateway/synthflow/" .. NUMBER, "sofia/gateway/desk/" .. NUMBER

  it("bridges to the agents when one has the number", function()
    each_script(RECIPES, function(script, name)
      control("POST", "/_sandbox/reset")
      agent_has_number(16)
      local lines, text = run(16, STUB, script, NUMBER, CALLER, "up")
      assert.equal(16, #lines, text)
      for _, line in ipairs(lines) do
        local target, call_id = line:match "^(%S+) %-> (.*)$"
        assert.equal(AGENTS, target, text)
        assert.is_true(name == "readme" or #call_id == 36, text)
      end
      assert.equal(16, received "phone_numbers.get")
    end)
  end)

  it("bridges to the desk when no agent has it, or it is no number", function()
    each_script(RECIPES, function(script)
      assert.same({ DESK .. " -> " }, (run(1, STUB, script, NUMBER, CALLER, "up")))
    end)
    assert.same({ "sofia/gateway/desk/help -> " }, (run(1, STUB, RECIPES.script, "help", CALLER, "up")))
  end)

  it("bridges to the desk when the agents are not to be reached", function()
    agent_has_number(1)
    assert.same({ AGENTS .. " " .. DESK .. " -> " }, (run(1, STUB, RECIPES.script, NUMBER, CALLER, "down")))
  end)

  it("bridges to the desk when the platform does not say, and tells why", function()
    each_script(RECIPES, function(script)
      no_answer("GET", "/numbers/{phone_number_slug}", 2)
      local lines, text = run(1, STUB, script, NUMBER, CALLER, "up")
      assert.truthy(lines[1]:find("^ERR phone_numbers:get: "), text)
      assert.equal(DESK .. " -> ", lines[2], text)
    end)
  end)
end)
