std = "min"
max_line_length = 110
files["spec/**/*_spec.lua"].std = "min+busted"
