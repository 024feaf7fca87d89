-- Runs calls in call_host: THREADS CALLS STUB ARGUMENT..., where the arguments are the stub's.

local threads, calls, stub = ...
local good = require("call_host").run(tonumber(threads), tonumber(calls), stub, select(4, ...))
if good < tonumber(calls) then error(("%d of %s calls went well"):format(good, calls), 0) end
