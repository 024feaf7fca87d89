-- The resident memory of a process that makes many requests.
--
--   memory.lua COUNT BASE_URL      prints a line "requests KiB" at every power of ten, and at the end

local client = require("bench.work").client(arg[2], nil, 32)
local count = assert(tonumber(arg[1]))

local function resident()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmRSS:%s+(%d+)"
    if kilobytes then return tonumber(kilobytes) end
  end
end

local begun = 0

local function next_number()
  if begun < count then
    begun = begun + 1
    return begun
  end
end

local done, next_line = 0, 100
for result in client:map(next_number, function() return client.phone_numbers:get "33782990580" end) do
  if not result.ok then error(tostring(result.err), 0) end
  done = done + 1
  if done == next_line or done == count then
    collectgarbage()
    collectgarbage()
    print(("%d %d"):format(done, resident()))
    io.stdout:flush()
    next_line = next_line * 10
  end
end
