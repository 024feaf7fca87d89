local schema = require "synthflow.schema"
local GET, read, bare, hint = schema.GET, schema.read, schema.bare, schema.hint
local string, iso_date, open_enum, absent = schema.string, schema.iso_date, schema.open_enum, schema.absent

return schema.resource "analytics" {
  about = "Figures of a workspace or an agent, as the dashboard shows them.",

  export = GET "/analytics/" {
    summary = "Figures of up to 120 days: calls, minutes, how they ended, actions, sentiment, recent calls; "
      .. "of the last 7 days when no dates are given. There is nothing on costs.",
    effect = read,
    attempt_timeout = 30,
    query = {
      from_date = iso_date "beginning of the time",
      to_date = iso_date "end of the time, 120 days later at most",
      model_id = string "only this agent",
      type_of_call = open_enum { "inbound", "outbound", "widget" } "only calls of agents of this type",
    },
    returns = bare,
    means = {
      [400] = hint "120 days at most, the beginning before the end"
        :unless { from_date = absent, to_date = absent },
    },
  },
}
