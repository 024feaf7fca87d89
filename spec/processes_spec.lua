-- What the library does to a process, and what is left of that after a fork.

local child = require "support.child"
local fault_server = require "support.fault_server"

-- What programs begin with.
local COMMON = [[
  local processes = require "support.fork"
  local SECONDS = 20 -- after which whoever hangs is ended

  processes.limit(SECONDS)
  io.stdout:setvbuf "no" -- so that a child has no text of its parent's to write once more

  local function new(fault, retries)
    return require("synthflow").new {
      api_key = "key-0123456789", workspace_id = "a-workspace", base_url = os.getenv "ORIGIN" .. fault,
      ca_file = os.getenv "CA_FILE", retries = retries or 0,
    }
  end

  -- The names in a directory of this process's, those of the moment when it closes the pipe.
  local function list(directory)
    local name = os.tmpname()
    io.popen("cat >/dev/null; ls /proc/$PPID/" .. directory .. " >" .. name, "w"):close()
    local file = io.open(name)
    local text = file:read "*a"
    file:close()
    os.remove(name)
    return text
  end

  -- Says over which of the server's connections an answer has come: in one piece, for others do so too.
  local function report(name, data, err)
    if not data then error(name .. ": " .. tostring(err)) end
    io.write(("%s over %d\n"):format(name, data.connection))
  end

  local function ask(client, name)
    for _ = 1, 10 do
      report(name, client:request { method = "GET", path = "/" .. name })
    end
  end

  -- Children by these names. What one raises ends it, and is printed.
  local function start(names, code)
    local ids = {}
    for index, name in ipairs(names) do
      ids[index] = processes.fork()
      if ids[index] == 0 then
        processes.limit(SECONDS)
        code(name)
        os.exit(0, true)
      end
    end
    return ids
  end

  local function join(ids)
    for _, id in ipairs(ids) do
      local status = processes.wait(id)
      if status ~= 0 then error("a child has ended with " .. status) end
    end
  end
]]

describe("a process", function()
  local server

  setup(function() server = fault_server.start() end)
  teardown(function() server:stop() end)

  -- Over which connections each process had its answers, by its name.
  local function run(code, kind)
    local output = child.run(COMMON .. code, { ORIGIN = server:url("", nil, kind), CA_FILE = server.ca_file })
    assert.truthy(output:find "done\n$", output)
    local connections = {}
    for name, number in output:gmatch "(%S+) over (%d+)\n" do
      connections[name] = connections[name] or {}
      connections[name][number] = true
    end
    return connections, output
  end

  -- None is another's.
  local function assert_apart(connections, output)
    local owners = {}
    for name, numbers in pairs(connections) do
      for number in pairs(numbers) do
        assert.is_nil(owners[number], output)
        owners[number] = name
      end
    end
  end

  local function assert_one_each(names, connections, output)
    local counts, expected = {}, {}
    for name, numbers in pairs(connections) do
      counts[name] = 0
      for _ in pairs(numbers) do counts[name] = counts[name] + 1 end
    end
    for _, name in ipairs(names) do expected[name] = 1 end
    assert.same(expected, counts, output)
    assert_apart(connections, output)
  end

  -- The server has an address. To look up a name, libcurl has a thread of its own for that moment.
  it("has no thread and no descriptor more before its first request, nor a thread after 20", function()
    if not io.open "/proc/self/task" then pending("needs /proc") return end
    run [[
      local descriptors, threads = list "fd", list "task"
      local client, again = new "ok", new("sequence", 1)
      assert(client.phone_numbers:get("+33782990580", {}, { dry_run = true }))
      assert(list "fd" == descriptors, "more descriptors than before: " .. list "fd")
      assert(list "task" == threads, "more threads than before")
      for index = 1, 20 do
        local method = index % 2 == 0 and "GET" or "POST"
        assert(client:request { method = method, path = "/in-sequence" })
        assert(list "task" == threads, "more threads after " .. index .. " requests")
      end
      assert(again:request { method = "GET", path = "/sequence-in-process/not_json,ok" })
      assert(list "task" == threads, "more threads after a request that was repeated")
      assert(list "fd" ~= descriptors, "not even requests have shown a descriptor")
      print "done"
    ]]
  end)

  for _, kind in ipairs { "plain", "tls" } do
    describe("that forks, over " .. kind .. ",", function()
      it("has a client of before for itself and its children", function()
        assert_one_each({ "parent", "one", "two", "three" }, run([[
          local client = new "ok"
          local ids = start({ "one", "two", "three" }, function(name) ask(client, name) end)
          ask(client, "parent")
          join(ids)
          print "done"
        ]], kind))
      end)

      it("keeps the connection of its requests, and its children make their own", function()
        assert_one_each({ "parent", "one", "two", "three", "grandchild-of-one", "grandchild-of-two",
          "grandchild-of-three" }, run([[
          local client = new "ok"
          ask(client, "parent")
          local ids = start({ "one", "two", "three" }, function(name)
            ask(client, name)
            join(start({ "grandchild-of-" .. name }, function(name) ask(client, name) end))
            ask(client, name)
          end)
          ask(client, "parent")
          join(ids)
          ask(client, "parent")
          print "done"
        ]], kind))
      end)

      it("keeps the connections of a map", function()
        local connections, output = run([[
          local client = new "delay-20"
          local function ask_at_once(name)
            local items = { 1, 2, 3, 4, 5, 6, 7, 8 }
            local results = client:map(items, function()
              return client:request { method = "GET", path = "/" .. name }
            end, { concurrency = 4 })
            for _, result in ipairs(results) do report(name, result.value, result.err) end
          end
          ask_at_once "parent"
          local ids = start({ "one", "two", "three" }, ask_at_once)
          ask_at_once "parent"
          join(ids)
          ask_at_once "parent"
          print "done"
        ]], kind)
        assert_apart(connections, output)
        for _, name in ipairs { "parent", "one", "two", "three" } do
          local count = 0
          for _ in pairs(connections[name]) do count = count + 1 end
          assert.is_true(count <= 4, output)
        end
      end)

      -- The child cannot know what becomes of the parent's request.
      it("ends the other tasks of the child alone, if a task does it", function()
        assert_one_each({ "parent", "child" }, run([[
          local slow, quick, id = new "delay-1000", new "delay-50", nil
          local results = require("synthflow").parallel {
            function() return slow:request { method = "POST", path = "/slow", effect = "dials" } end,
            function()
              local data, err = quick:request { method = "GET", path = "/quick" }
              id = processes.fork()
              return data, err
            end,
          }
          assert(results[2].ok, tostring(results[2].err))
          if id == 0 then
            processes.limit(SECONDS)
            local err = results[1].err
            assert(not results[1].ok and err.kind == "closed" and err.took_effect == "maybe", tostring(err))
            ask(quick, "child")
            os.exit(0, true)
          end
          assert(results[1].ok, tostring(results[1].err))
          ask(quick, "parent")
          join { id }
          print "done"
        ]], kind))
      end)

      it("leaves no thread of its own to its children", function()
        if os.getenv "SYNTHFLOW_SANITIZED" then pending("a sanitizer's lock may stay behind") return end
        assert_one_each({ "parent", "one", "two" }, run([[
          local cqueues = require "cqueues"
          local client = new "ok"
          local function ask_in_loop(name)
            local controller = cqueues.new()
            controller:wrap(ask, client, name)
            assert(controller:loop())
          end
          ask_in_loop "parent"
          local core = require "synthflow.core"
          assert(core.stats().thread, "there is no thread to leave behind")
          local ids = start({ "one", "two" }, function(name)
            assert(not core.stats().thread)
            ask(client, name)
            assert(not core.stats().thread)
            ask_in_loop(name)
          end)
          ask_in_loop "parent"
          join(ids)
          print "done"
        ]], kind))
      end)
    end)
  end
end)
