std = "min"
max_line_length = 110
files["spec/**/*_spec.lua"].std = "min+busted"
-- Declarations for editors: functions without bodies.
files["lua/synthflow/meta"].ignore = { "212", "241", "631" }
