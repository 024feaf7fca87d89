-- What the locations of nginx.conf, beside this file, do. Written as if each request to the platform blocked;
-- nginx serves others meanwhile.

-- luacheck: globals ngx

local cjson = require "cjson.safe"
local synthflow = require "synthflow"

local callback = {}

local AGENT = "1710107690998x536152705164378100" -- model_id of the agent that calls

-- One for all workers and requests; SYNTHFLOW_API_KEY and SYNTHFLOW_WORKSPACE_ID come from the environment.
-- Visitors do not wait half a minute, and no rush of them is to make all the lines busy.
local client = synthflow.new { timeout = 5, calls_per_second = 2 }

local function answer(status, object)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.say((cjson.encode(object)))
end

-- What went wrong is for the log; err holds no secret.
local function fail(err)
  ngx.log(ngx.ERR, tostring(err))
  if err.took_effect == "no" then
    return answer(503, { message = "We cannot call you now. Please try again later." })
  end
  return answer(202, { message = "We are about to call you." }) -- perhaps: nobody is called twice
end

--- POST with the form fields phone and name.
function callback.call()
  ngx.req.read_body()
  local form = ngx.req.get_method() == "POST" and ngx.req.get_post_args() or {}
  if type(form.phone) ~= "string" or not form.phone:find "^%+%d+$" then
    return answer(400, { message = "phone must be a number such as +33782990580" })
  end
  local name = type(form.name) == "string" and form.name:find "%S" and form.name or "visitor"
  local call, err = client.calls:make { model_id = AGENT, phone = form.phone, name = name }
  if not call then
    return fail(err)
  end
  return answer(201, { call_id = call.call_id })
end

--- GET /numbers/+33782990580
function callback.show(number)
  if not number:find "^%+?%d+$" then
    return answer(404, { message = "no such number" })
  end
  local found, err = client.phone_numbers:get(number)
  if found then
    return answer(200, { number = number, name = found.friendly_name })
  elseif err.kind == "not_found" then
    return answer(404, { message = "no such number" })
  end
  ngx.log(ngx.ERR, tostring(err))
  return answer(502, { message = "the platform cannot be asked now" })
end

return callback
