-- A busted output handler: silent while all goes well, every failure in full, and at the end
-- one line "<label>: N passed, N failed, N skipped (N s)". Its settings are environment variables:
--   SPEC_LABEL    what the line begins with (the interpreter)
--   SPEC_RUNNING  a file that always holds the name of the test under way, for when all crashes
--   SPEC_SLOW     lists the tests that took longer than this many seconds

local busted = require("busted")
local make_base = require("busted.outputHandlers.base")

local function text_of(failure)
  local message = failure.message
  if type(message) ~= "string" then
    message = message == nil and "no message" or require("pl.pretty").write(message)
  end
  local trace = failure.element.trace or failure.trace or {}
  local place = trace.short_src and (trace.short_src .. ":" .. tostring(trace.currentline)) or "?"
  local text = ("FAILED %s\n  at %s\n  %s\n"):format(failure.name, place, (message:gsub("\n", "\n  ")))
  if failure.isError and trace.traceback then
    text = text .. "  " .. trace.traceback:gsub("^%s+", ""):gsub("%s+$", ""):gsub("\n", "\n  ") .. "\n"
  end
  return text
end

return function()
  local handler = make_base()
  local label = os.getenv("SPEC_LABEL") or (rawget(_G, "jit") and "LuaJIT" or _VERSION)
  local running = os.getenv("SPEC_RUNNING")
  local slow = tonumber(os.getenv("SPEC_SLOW") or "")

  local function test_start(element)
    if running then
      local file = io.open(running, "w")
      if file then
        file:write(handler.getFullName(element), "\n")
        file:close()
      end
    end
    return nil, true
  end

  local function test_end(element)
    if slow and element.duration and element.duration > slow then
      io.write(("%7.2f s  %s\n"):format(element.duration, handler.getFullName(element)))
    end
    return nil, true
  end

  -- Many tests are skipped for one reason.
  local function tell_skipped()
    local counts, reasons = {}, {}
    for _, skipped in ipairs(handler.pendings) do
      local reason = type(skipped.message) == "string" and skipped.message or skipped.name
      reason = reason:gsub("^[^:]+:%d+: ", "")
      if not counts[reason] then reasons[#reasons + 1] = reason end
      counts[reason] = (counts[reason] or 0) + 1
    end
    for _, reason in ipairs(reasons) do
      local times = counts[reason] > 1 and (" (%d)"):format(counts[reason]) or ""
      io.write(("  skipped: %s%s\n"):format(reason, times))
    end
  end

  local function suite_end()
    for _, failure in ipairs(handler.failures) do io.write(text_of(failure)) end
    for _, failure in ipairs(handler.errors) do io.write(text_of(failure)) end
    tell_skipped()
    if running then os.remove(running) end
    local skipped = handler.pendingsCount
    io.write(("%s: %d passed, %d failed%s (%.0f s)\n"):format(label, handler.successesCount,
      handler.failuresCount + handler.errorsCount,
      skipped > 0 and (", %d skipped"):format(skipped) or "", handler.getDuration()))
    io.flush()
    return nil, true
  end

  busted.subscribe({ "test", "start" }, test_start, { predicate = handler.cancelOnPending })
  busted.subscribe({ "test", "end" }, test_end, { predicate = handler.cancelOnPending })
  busted.subscribe({ "suite", "end" }, suite_end)
  return handler
end
