---@meta _

---What is given besides the parameters of an operation.
---@class synthflow.RequestOptions
---@field timeout? number seconds in all
---@field attempt_timeout? number seconds for one attempt, of what may be repeated
---@field retries? integer attempts after the first one, 0 to 10
---@field dry_run? boolean true: nothing is sent; what would be is returned
---@field blocking? boolean true: waits without yielding, in whatever host
---@field extra_body? table fields that this library does not know
---@field extra_query? table
---@field extra_headers? table<string, string>

---@class synthflow.Timing seconds; -1 where it did not come to it
---@field queue number from the call to the first attempt
---@field resolve number
---@field connect number
---@field tls number
---@field first_byte number
---@field total number from the call to the end
---@field reused boolean whether the connection was there before

---@class synthflow.Attempt
---@field at number seconds after the call
---@field seconds number how long it took
---@field status? integer
---@field reason? string why there is no status

---@class synthflow.Response
---@field status integer
---@field headers table<string, string> names in any case
---@field request_id? string
---@field attempts synthflow.Attempt[]
---@field timing synthflow.Timing
---@field body string as it came
---@field envelope any all of it, decoded

---@alias synthflow.ErrorKind
---| "network"
---| "timeout"
---| "auth"
---| "permission"
---| "not_found"
---| "conflict"
---| "invalid"
---| "rate_limit"
---| "server"
---| "decode"
---| "too_large"
---| "cancelled"
---| "closed"
---| "refused"
---| "cannot_wait"
---| "file"

---tostring makes one line of it, without a secret.
---@class synthflow.Error
---@field kind synthflow.ErrorKind
---@field message string what happened
---@field hint string what to do next
---@field took_effect "no"|"maybe"|"yes" whether the platform has acted
---@field attempts synthflow.Attempt[]
---@field status? integer
---@field category? string
---@field request_id? string what the platform's support asks for
---@field retry_after? number seconds
---@field operation string
---@field method string
---@field route string the path, not filled
---@field body? string the beginning of what came

---One page: a list of records.
---@class synthflow.Page
---@field [integer] table
---@field total? integer how many there are in all
---@field next fun(): synthflow.Page|nil, table|nil the page after it and its response; nil at the end

---The records of all pages. Raises the text of an error when a page fails.
---@class synthflow.Iterator
---@field err? synthflow.Error the error that was raised
---@field position string from where another iterator can go on
---@overload fun(): table|nil

---The lines of an answer. Raises the text of an error at a line that cannot be read.
---@class synthflow.Lines
---@field err? synthflow.Error the error that was raised
---@overload fun(): any
