local schema = require "synthflow.schema"
local GET, read = schema.GET, schema.read
local string, integer, open_enum = schema.string, schema.integer, schema.open_enum
local required, page = schema.required, schema.page

return schema.resource "voices" {
  about = "Voices that agents can speak with.",

  list = GET "/voices" {
    summary = "One page of the voices of a workspace: those of elevenlabs, unless provider says otherwise.",
    effect = read,
    query = {
      workspace = required(string "workspace whose voices are wanted")
        :alias "workspace_id":from_client "workspace_id",
      limit = integer "records in a page, up to 100; 50 when not given",
      offset = integer "records to skip",
      search = string "only voices with this in their name",
      provider = open_enum { "elevenlabs", "deepgram", "synthflow" } "only voices of this provider",
    },
    returns = page "voices",
  },
}
