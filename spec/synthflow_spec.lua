-- What `require "synthflow"` costs and gives.

local child = require "support.child"
local fake = require "support.fake_core"

describe("synthflow", function()
  it("loads in 1 ms and 60 KiB, nothing but its own file, no descriptor and no thread", function()
    local output = child.run [[
      -- The least of some counts: io.popen has a second descriptor open for a moment.
      local function count(command, file)
        local least = math.huge
        for _ = 1, 5 do
          local output = io.popen(command .. file .. " 2>/dev/null | wc -l")
          least = math.min(least, tonumber(output:read "*a"))
          output:close()
        end
        return least
      end
      local stat = io.open "/proc/self/stat"
      local folder = stat and "/proc/" .. stat:read "*l":match "^%d+"
      if stat then stat:close() end
      local descriptors = folder and count("ls ", folder .. "/fd")
      local loaded = {}
      for name in pairs(package.loaded) do loaded[name] = true end

      local best, kept = math.huge, nil
      for _ = 1, 20 do
        package.loaded.synthflow = nil
        collectgarbage() collectgarbage() collectgarbage "stop"
        local before, began = collectgarbage "count", os.clock()
        require "synthflow"
        best = math.min(best, os.clock() - began)
        kept = collectgarbage "count" - before
        collectgarbage "restart"
      end

      print("ms", best * 1000 <= 1, best * 1000)
      print("KiB", kept <= 60, kept)
      for name in pairs(package.loaded) do
        if not loaded[name] then print("loaded", name) end
      end
      if folder then
        print("descriptors", count("ls ", folder .. "/fd") == descriptors)
        print("threads", count("ls ", folder .. "/task") == 1)
        print("core", count("grep synthflow/core ", folder .. "/maps") > 0)
      end
    ]]
    assert.truthy(output:find "ms\ttrue", output)
    assert.truthy(output:find "KiB\ttrue", output)
    local loaded = {}
    for name in output:gmatch "loaded\t(%S+)" do
      loaded[#loaded + 1] = name
    end
    assert.are.same({ "synthflow" }, loaded)
    if output:find "threads" then
      assert.truthy(output:find "descriptors\ttrue", output)
      assert.truthy(output:find "threads\ttrue", output)
      assert.truthy(output:find "core\tfalse", output)
    end
  end)

  it("says its version and knows no more than it has", function()
    local synthflow = require "synthflow"
    assert.are.equal("0.1.0", synthflow._VERSION)
    assert.is_nil(synthflow.nothing)
  end)

  it("has functions, and no methods", function()
    local synthflow = require "synthflow"
    for _, name in ipairs { "check", "doctor", "help", "list", "new", "parallel", "results" } do
      local raised, text = pcall(function()
        local result = synthflow[name](synthflow, {})
        return result
      end)
      assert.is_false(raised, name)
      assert.truthy(text:find(("synthflow_spec.lua:%%d+: synthflow:%s: write it with a dot, synthflow.%s$")
        :format(name, name)), text)
    end
  end)

  describe("check", function()
    local check = require("synthflow").check

    it("hands data and response through", function()
      assert.are.same({ "data", "response" }, { check("data", "response") })
      assert.is_nil(check(nil))
    end)

    it("raises the text of an error", function()
      local err = setmetatable({}, { __tostring = function() return "it failed" end })
      local raised, text = pcall(check, nil, err)
      assert.is_false(raised)
      assert.are.equal("it failed", text)
    end)
  end)

  describe("with its core", function()
    local core

    before_each(function() core = fake.install() end)
    after_each(function() fake.remove() end)

    it("takes null from it", function()
      assert.are.equal(core.null, require("synthflow").null)
    end)

    it("marks a copy as a list", function()
      local items = { 1, 2 }
      local list = require("synthflow").list(items)
      assert.are.same({ 1, 2 }, list)
      assert.are_not.equal(items, list)
      assert.is_nil(getmetatable(items))
      assert.are.equal(core.list_metatable, getmetatable(list))
      assert.are.equal(core.list_metatable, getmetatable(require("synthflow").list()))
      for _, wrong in ipairs { "id", 5, { a = 1 } } do
        local raised, text = pcall(require("synthflow").list, wrong)
        assert.is_false(raised)
        assert.truthy(text:find("synthflow.list: its argument must be a list, not ", 1, true), text)
      end
    end)

    it("refuses a core of another version", function()
      core.version = "0.0.9"
      local raised, text = pcall(require("synthflow").new, {})
      assert.is_false(raised)
      assert.truthy(text:find "version 0.1.0, its C part %(synthflow.core%) 0.0.9", text)
    end)
  end)

  it("says what to build when the core is missing", function()
    local output = child.run [[
      package.cpath = ""
      print(pcall(function() return require("synthflow").new {} end))
    ]]
    assert.truthy(output:find "^false\t%S+:2: synthflow: its C part, synthflow.core, is not installed for",
      output)
    assert.truthy(output:find("make LUA=", 1, true), output)
    assert.falsy(output:find "no file", output)
  end)
end)
