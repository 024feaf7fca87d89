--- The fake core with a clock that only sleeping moves, and answers by method and path.

local fake = require "support.fake_core"

local timed = {}

--- `answers["GET /calls"]` is a function(request, count) that returns a core result; `count` says how often
-- it was asked. core.now is the moment, core.pauses holds the pauses, core.times when each request came.
function timed.install(answers)
  local core = fake.install()
  local asked = {}
  core.now, core.pauses, core.times = 1000, {}, {}
  function core.clock() return core.now end
  function core.random() return ("0123456789abcdef"):rep(2) end
  function core.sleep(seconds)
    core.now = core.now + seconds
    core.pauses[#core.pauses + 1] = seconds
  end
  core.answers[1] = function(request)
    local route = request.method .. " " .. request.path
    asked[route] = (asked[route] or 0) + 1
    core.times[#core.times + 1] = { route = route, at = core.now - 1000 }
    assert(answers[route], "nothing answers " .. route)
    return answers[route](request, asked[route])
  end
  return core
end

--- Answers one after the other, the last one for ever.
function timed.in_turn(...)
  local list = { ... }
  return function(_, count) return list[math.min(count, #list)] end
end

--- When a route was asked, in seconds from the start.
function timed.times_of(core, route)
  local times = {}
  for _, one in ipairs(core.times) do
    if one.route == route then
      times[#times + 1] = one.at
    end
  end
  return times
end

return timed
