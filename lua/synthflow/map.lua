--- client:map: one function for each of many items, some of them at once; the results are in the order of
-- the items.

local tasks = require "synthflow.tasks"
local values = require "synthflow.values"

local map = {}

local CONCURRENCY = 64

-- Arguments ------------------------------------------------------------------------------------------------

local OPTIONS = { concurrency = true, on_progress = true, stop_on_error = true }

local function options_of(given, faults)
  local usage = require "synthflow.usage"
  if given ~= nil and type(given) ~= "table" then
    faults[#faults + 1] = usage.mismatch("the options", "a table", given)
    given = nil
  end
  given = given or {}
  for name in pairs(given) do
    if not OPTIONS[name] then
      faults[#faults + 1] = usage.unknown("option", name, usage.sorted_names(OPTIONS))
    end
  end
  local concurrency = tonumber(given.concurrency or CONCURRENCY)
  if not concurrency or concurrency < 1 or concurrency ~= math.floor(concurrency) then
    faults[#faults + 1] = usage.mismatch("concurrency", "a whole number above 0", given.concurrency)
  end
  if given.on_progress ~= nil and not values.is_callable(given.on_progress) then
    faults[#faults + 1] = usage.mismatch("on_progress", "a function", given.on_progress)
  end
  local stop_on_error = values.boolean(given.stop_on_error or false)
  if stop_on_error == nil then
    faults[#faults + 1] = usage.mismatch("stop_on_error", "true or false", given.stop_on_error)
  end
  return { concurrency = concurrency, on_progress = given.on_progress, stop_on_error = stop_on_error }
end

local function check(items, fn, given, named)
  local usage, faults = require "synthflow.usage", {}
  if not values.is_callable(items) and not values.is_list(items) then
    faults[1] = usage.no_list("the first argument", "a list or an iterator", items)
  end
  if not values.is_callable(fn) then
    faults[#faults + 1] = usage.mismatch("the second argument", "a function", fn)
  elseif type(fn) ~= "function" then
    local callable = fn
    fn = function(item, index) return callable(item, index) end
  end
  local options = options_of(given, faults)
  if #faults > 0 then
    usage.raise(named or "client:map", faults)
  end
  return fn, options
end

-- Both kinds -----------------------------------------------------------------------------------------------
-- A run: group, fn, options, results by index, begun and done (counts), total where it is known, stopped_by
-- (index of the item that failed, with stop_on_error).

local function new_run(fn, options, total)
  local run = { fn = fn, options = options, results = {}, begun = 0, done = 0, total = total }
  run.group = tasks.new_group(function(task, result, raised)
    run.ended(run, task, result, raised)
  end)
  return run
end

-- A raise in on_progress ends everything, at the caller's.
local function tell(run, result, index)
  local told, raised = pcall(run.options.on_progress, run.done, run.total, result, index)
  if not told then
    run.group:close()
    error(raised, 0)
  end
end

local function take_result(run, task, result)
  run.results[task.index], run.done = result, run.done + 1
  if not result.ok and run.options.stop_on_error and not run.stopped_by then
    run.stopped_by = task.index
  end
  if run.options.on_progress then
    tell(run, result, task.index)
  end
end

-- A call attempt whose turn has not come holds up all those behind it.
local function may_begin(run, under_way)
  return under_way < run.options.concurrency and run.group.held == 0 and not run.stopped_by
end

local function begin(run, item)
  run.begun = run.begun + 1
  run.group:begin(run.fn, run.begun, item, run.begun)
end

-- Lists ----------------------------------------------------------------------------------------------------

local function add_skipped(run)
  for index = run.begun + 1, run.total do
    run.results[index] = {
      ok = false, skipped = true, err = ("not begun, because item %d failed"):format(run.stopped_by),
    }
  end
end

local function over_list(items, fn, options)
  local run = new_run(fn, options, #items)
  local group = run.group
  run.ended = take_result
  group:enter()
  repeat
    while run.begun < run.total and may_begin(run, group.alive) do
      begin(run, items[run.begun + 1])
    end
  until not group:turn()
  add_skipped(run)
  return run.results
end

-- Iterators ------------------------------------------------------------------------------------------------
-- The source is read in a task of its own, as it may make requests too: run.reader, reading while it does,
-- over at its end; the item it has read is in run.item. run.handed_out counts the results taken.

local function read_source(run, source)
  local item
  repeat
    run.reading = true
    item = source()
    run.item, run.reading = item, false
    if item ~= nil then
      tasks.rest()
    end
  until item == nil
end

local function task_ended(run, task, result, raised)
  if task ~= run.reader and task.index then
    return take_result(run, task, result)
  end
  run.over, run.reading = true, false
  if not result.ok then
    run.item, run.raised = nil, raised
  end
end

-- Reads and begins as many as there is room for: in front of the results that nobody has taken, too.
local function fill(run)
  while may_begin(run, run.begun - run.handed_out) do
    if run.item == nil then
      if run.over or run.reading then
        return
      elseif run.reader then
        run.group:go_on(run.reader)
      else
        run.reader = run.group:begin(read_source, nil, run, run.source)
      end
    else
      local item = run.item
      run.item = nil
      begin(run, item)
    end
  end
end

local function close(run)
  run.group:close()
  run.closed = true
end

-- All that was begun has been handed out, and nothing more will be.
local function at_the_end(run)
  local raised = run.raised
  close(run)
  if raised ~= nil then
    run.raised = nil
    error(raised, 0)
  end
  return nil
end

local function next_result(run)
  run.group:enter()
  while not run.closed do
    local index = run.handed_out + 1
    local result = run.results[index]
    if result then
      run.results[index], run.handed_out = nil, index
      return result
    end
    fill(run)
    local nothing_left = run.handed_out == run.begun and run.item == nil and not run.reading
    if nothing_left and (run.over or run.stopped_by) then
      return at_the_end(run)
    elseif not run.results[index] then
      run.group:turn()
    end
  end
  return nil
end

local Results = {}
Results.__index = Results

--- The next result, or nil at the end.
function Results:__call()
  return next_result(self.run)
end

--- Cancels what is under way; there are no more results.
function Results:close()
  close(self.run)
end

Results.__close = Results.close

local function over_iterator(source, fn, options)
  local run = new_run(fn, options)
  run.source, run.handed_out, run.ended = source, 0, task_ended
  return setmetatable({ run = run }, Results)
end

--- Runs fn(item, index) for all items: see client:map, or the method that is `named`.
function map.run(items, given_fn, given_options, named)
  local fn, options = check(items, given_fn, given_options, named)
  if values.is_callable(items) then
    return over_iterator(items, fn, options)
  end
  return over_list(items, fn, options)
end

return map
