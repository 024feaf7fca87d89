-- What descriptions of resources say in place of an answer.

return {
  NOTHING = {}, -- that it was done
  EMPTY = {}, -- status 204
}
