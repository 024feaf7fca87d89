-- Runs busted with the interpreter that runs this file. Arguments are busted's own.
require("busted.runner")({ standalone = false, output = "spec/tools/summary.lua" })
