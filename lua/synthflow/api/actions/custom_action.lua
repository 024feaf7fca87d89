--- An action that sends an HTTP request of your own. `must` says what a new one needs: schema.required, or
-- nothing for changes.

local schema = require "synthflow.schema"
local string, integer, boolean, secret = schema.string, schema.integer, schema.boolean, schema.secret
local open_enum, list, object, nullable = schema.open_enum, schema.list, schema.object, schema.nullable

return function(must)
  return object {
    name = must(string "its name"),
    description = string "what it does: from this the agent knows when to use it",
    http_mode = must(open_enum { "GET", "POST", "PATCH", "PUT" } "method of the request"),
    url = must(string "address of the request"),
    headers = schema.secret_variables "headers of the request, names and values",
    query_parameters = schema.secret_variables "query of the request, names and values",
    json_body_stringified = string "body of the request: JSON, as text; {name} stands for a variable",
    custom_auth = object {
      is_needed = boolean "whether the address wants any; not unless set",
      location = string 'where it goes, for instance "header"',
      key = string 'its kind; "Bearer" when not given',
      value = secret "the token itself",
    } "proof of who asks",
    integration = open_enum { "ghl", "hubspot", "salesforce", "salesforce-sandbox" }
      "integration to ask instead, connected in the dashboard",
    failure_timeout = integer "seconds after which it counts as failed",

    run_action_before_call_start = must(boolean "true: runs before the call, false: in it"),
    variables_before_the_call = schema.variables "values of its variables when it runs before the call",
    variables_during_the_call = list(object {
      name = string "of the variable",
      description = string "what it stands for: from this the agent knows what to ask",
      example = string "a possible value",
      type = open_enum {
        "string", "int", "float", "bool", "list", "money", "phone_number", "email", "datetime",
        "utc_datetime",
      } 'kind of value; "string" when not given',
    }) "variables that the agent fills in the call",
    prompt = string "what the agent is to do with it",

    agent_speak_naturally = boolean "true: the agent may put the messages into words of its own",
    message_before_action_starts = string "said, word for word, before it begins; seldom needed",
    speech_while_using_the_tool = string "said, word for word, while it runs",
    message_delay_time = integer "seconds after which message_delay is said",
    message_delay = string "said when it takes long",
    message_error = string "said when it failed",
    action_sound = nullable(open_enum {
      "", "typing", "ambient-background", "modern-jazz", "inspirational-symphony-classical-music",
    } 'heard while it runs; "" or null for silence'),
  } "sends an HTTP request of your own, before the call or in it"
end
