-- luacheck: std max+busted
local core = require "synthflow.core"
local cjson = require "cjson"

local integers = math.type ~= nil

-- The reason of a raise, for messages that must be right to the letter.
local function fault(value)
  local ok, reason = pcall(core.encode, value)
  assert.is_false(ok)
  return reason
end

local function nested(depth)
  local value = {}
  for _ = 2, depth do
    value = { value }
  end
  return value
end

-- What a script prints in a locale with a decimal comma, which it sets by `comma()`. The locale
-- is made for it: few machines have one.
local function printed_with_comma(script)
  local base = os.tmpname()
  local files = { source = base .. ".source", script = base .. ".lua", locale = base .. "comma" }
  local directory, name = files.locale:match "^(.*)/([^/]*)$"
  local function write(path, text)
    local file = assert(io.open(path, "w"))
    file:write(text)
    file:close()
  end
  write(files.source, 'comment_char %\nescape_char /\nLC_NUMERIC\ndecimal_point "<U002C>"\n'
    .. 'thousands_sep ""\ngrouping -1\nEND LC_NUMERIC\n')
  write(files.script, ('local function comma() assert(os.setlocale("%s", "numeric")) end\n'):format(name)
    .. script)
  os.execute(("localedef -c -i %s -f ANSI_X3.4-1968 %s >/dev/null 2>&1"):format(files.source, files.locale))
  local made = io.open(files.locale .. "/LC_NUMERIC")
  local output
  if made then
    made:close()
    -- The C library itself loses a few bytes over LOCPATH.
    local environment = "LOCPATH=" .. directory .. " ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0"
    local child = io.popen(("%s %s %s 2>&1"):format(environment, arg[-1], files.script))
    output = child:read "*a"
    child:close()
  end
  os.execute(("rm -rf %s %s %s %s"):format(base, files.source, files.script, files.locale))
  return output or pending "localedef makes no locale here"
end

describe("encoding", function()
  describe("of numbers", function()
    it("writes whole numbers as digits", function()
      assert.equal("38", core.encode(38))
      assert.equal("0", core.encode(0))
      assert.equal("-7", core.encode(-7))
      assert.equal("1732546200000", core.encode(1732546200000))
      assert.equal("491511234567890", core.encode(491511234567890))
      assert.equal("9007199254740992", core.encode(9007199254740992))
      assert.equal("-9007199254740992", core.encode(-9007199254740992))
    end)

    it("writes whole floats as digits too", function()
      assert.equal("38", core.encode(38.0))
      assert.equal("1000000", core.encode(1e6))
      assert.equal("491511234567890", core.encode(4.9151123456789e14))
      assert.equal("0", core.encode(-0.0))
    end)

    it("writes other numbers in as few digits as bring them back", function()
      assert.equal("0.1", core.encode(0.1))
      assert.equal("-1.5", core.encode(-1.5))
      assert.equal("1700000000.123456", core.encode(1700000000.123456))
      assert.equal("0.30000000000000004", core.encode(0.1 + 0.2))
      assert.equal("0.3333333333333333", core.encode(1 / 3))
      assert.equal("1e+300", core.encode(1e300))
      assert.equal("1e-07", core.encode(1e-7))
      for _, number in ipairs { 1e15 / 7, 2 ^ 60, 2 ^ -1074, 1.7976931348623157e308, -123.456e-78 } do
        assert.equal(number, tonumber(core.encode(number)))
      end
    end)

    it("writes integers of 64 bits as they are", function()
      if not integers then
        return
      end
      assert.equal("9223372036854775807", core.encode(math.maxinteger))
      assert.equal("-9223372036854775808", core.encode(math.mininteger))
      assert.equal("9007199254740993", core.encode(math.tointeger(2 ^ 53) + 1))
    end)

    it("refuses what JSON has not", function()
      assert.equal("value: JSON has no NaN and no infinity", fault(0 / 0))
      assert.equal("value.a[1]: JSON has no NaN and no infinity", fault { a = { 1 / 0 } })
      assert.equal("value: JSON has no NaN and no infinity", fault(-1 / 0))
    end)

    it("writes a point in any locale", function()
      local printed = printed_with_comma [[
        local core = require "synthflow.core"
        comma()
        io.write(core.encode { a = 1 / 2, b = 1 / 3, c = 3 })
      ]]
      assert.equal('{"a":0.5,"b":0.3333333333333333,"c":3}', printed)
    end)
  end)

  describe("of strings", function()
    it("escapes what must be escaped and nothing else", function()
      assert.equal([["\"\\\b\f\n\r\t/"]], core.encode '"\\\b\f\n\r\t/')
      assert.equal([["a\u0000b\u0001\u001f"]], core.encode "a\0b\1\31")
      assert.equal('"\127"', core.encode "\127")
      assert.equal('"gr\195\188n \240\159\152\128"', core.encode "gr\195\188n \240\159\152\128")
      assert.equal('""', core.encode "")
    end)

    it("keeps numbers in strings as strings", function()
      assert.equal('"+33782990580"', core.encode "+33782990580")
      assert.equal('"38"', core.encode "38")
    end)

    it("brings back every byte", function()
      local bytes = {}
      for byte = 0, 127 do
        bytes[#bytes + 1] = string.char(byte)
      end
      local text = table.concat(bytes)
      assert.equal(text, core.decode(core.encode(text)))
      assert.equal(text, core.decode(core.encode { [text] = text })[text])
    end)

    it("takes long ones", function()
      local text = ("0123456789\n"):rep(100000)
      assert.equal(text, core.decode(core.encode(text)))
    end)
  end)

  it("writes true, false and null", function()
    assert.equal("true", core.encode(true))
    assert.equal("false", core.encode(false))
    assert.equal("null", core.encode(nil))
    assert.equal("null", core.encode(core.null))
    assert.equal('{"a":null,"b":false}', core.encode { a = core.null, b = false })
  end)

  describe("of tables", function()
    it("writes the places 1 to n as a list", function()
      assert.equal("[1,2,3]", core.encode { 1, 2, 3 })
      assert.equal('["a",null,[true]]', core.encode { "a", core.null, { true } })
      local backwards = {}
      for i = 20, 1, -1 do
        backwards[i] = i
      end
      assert.equal("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]", core.encode(backwards))
    end)

    it("writes names as an object, sorted byte by byte", function()
      assert.equal('{"":0,"A":1,"a":2,"aa":3,"b":4,"\195\188":5}',
        core.encode { ["\195\188"] = 5, b = 4, aa = 3, a = 2, A = 1, [""] = 0 })
      assert.equal('{"a":1,"a\\u0000":2,"a\\u0000b":3}', core.encode { ["a\0b"] = 3, a = 1, ["a\0"] = 2 })
      assert.equal('{"1":"a","2":"b"}', core.encode { ["2"] = "b", ["1"] = "a" })
    end)

    it("sorts many names", function()
      local value, wanted = {}, {}
      for i = 1, 1000 do
        local name = ("name%04d"):format((i * 617) % 1000)
        value[name] = i
      end
      for i = 0, 999 do
        local name = ("name%04d"):format(i)
        wanted[#wanted + 1] = ('"%s":%d'):format(name, value[name])
      end
      assert.equal("{" .. table.concat(wanted, ",") .. "}", core.encode(value))
    end)

    it("writes an empty table as an object, unless it is marked as a list", function()
      assert.equal("{}", core.encode {})
      assert.equal("[]", core.encode(setmetatable({}, core.list_metatable)))
      assert.equal('{"a":[],"b":{}}', core.encode { a = setmetatable({}, core.list_metatable), b = {} })
      assert.equal("[1]", core.encode(setmetatable({ 1 }, core.list_metatable)))
      assert.equal("{}", core.encode(setmetatable({}, {})))
    end)

    it("refuses names in a marked list", function()
      assert.equal("value: a table marked as a list has names as keys",
        fault(setmetatable({ a = 1 }, core.list_metatable)))
    end)

    it("refuses holes", function()
      assert.equal("value: a list with a hole: item 2 is nil", fault { 1, nil, 3 })
      assert.equal("value.list: a list with a hole: item 1 is nil", fault { list = { [2] = "b" } })
      assert.equal("value: a list with a hole: item 2 is nil", fault { [1] = 1, [1000000] = 2 })
    end)

    it("refuses names and places in one table", function()
      assert.equal("value.a: the keys of a list and of an object in one table", fault { a = { 1, b = 2 } })
    end)

    it("refuses other keys", function()
      assert.equal("value: a key is a boolean; it must be a string", fault { [true] = 1 })
      assert.equal("value: a key is a table; it must be a string", fault { [{}] = 1 })
      assert.equal("value: the key 1.5 is neither a name nor a place in a list", fault { [1.5] = 1 })
      assert.matches("^value: the key 0%.?0? is neither a name nor a place in a list$", fault { [0] = 1 })
      assert.matches("^value: the key %-1", fault { [-1] = 1 })
      assert.matches("^value: the key 1e%+20", fault { [1e20] = 1 })
    end)

    it("goes 64 levels deep", function()
      assert.equal(("["):rep(63) .. "{}" .. ("]"):rep(63), core.encode(nested(64)))
      local where = "value" .. ("[1]"):rep(64)
      assert.equal(where .. ": tables nested deeper than 64 levels, or one within itself", fault(nested(65)))
    end)

    it("refuses a table within itself", function()
      local value = {}
      value.self = value
      assert.matches("^value%.self%.self.*: tables nested deeper than 64 levels, or one within itself$",
        fault(value))
    end)

    it("calls no metamethods", function()
      local value = setmetatable({ a = 1 }, {
        __index = function() error "__index" end,
        __pairs = function() error "__pairs" end,
        __len = function() error "__len" end,
      })
      assert.equal('{"a":1}', core.encode(value))
      assert.equal("[1,2]", core.encode(setmetatable({ 1, 2 }, getmetatable(value))))
    end)

    it("never writes to them", function()
      local frozen = { __newindex = function() error "written to" end }
      local inner = setmetatable({ 1, 2 }, frozen)
      local value = setmetatable({ list = inner, name = "n" }, frozen)
      core.encode(value)
      assert.equal(inner, rawget(value, "list"))
      assert.equal(frozen, getmetatable(value))
      local count = 0
      for _ in pairs(value) do
        count = count + 1
      end
      assert.equal(2, count)
      assert.equal(2, #inner)
    end)
  end)

  it("says where it met what cannot be sent", function()
    assert.equal("value.a.b[2]: a function cannot be sent", fault { a = { b = { 1, print } } })
    assert.equal("value: a thread cannot be sent", fault(coroutine.create(function() end)))
    assert.equal("value.file: a userdata cannot be sent", fault { file = io.stdout })
    assert.equal('value["a b"].c: a function cannot be sent', fault { ["a b"] = { c = print } })
    assert.equal('value["a?b"]: a function cannot be sent', fault { ["a\nb"] = print })
    assert.equal('value["1a"]: a function cannot be sent', fault { ["1a"] = print })
    assert.equal('value["' .. ("x"):rep(60) .. '..."]: a function cannot be sent',
      fault { [("x"):rep(1000)] = print })
    assert.equal("value[12]: a function cannot be sent", fault { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, print })
  end)
end)

describe("decoding", function()
  it("reads whole numbers so that they print as whole", function()
    assert.equal("38", tostring(core.decode "38"))
    assert.equal("38", tostring(core.decode '{"duration":38}'.duration))
    assert.equal("38", tostring(core.decode "[1,38]"[2]))
    assert.equal("1732546200000", ("%.0f"):format(core.decode "1732546200000"))
    assert.equal("-3", tostring(core.decode '{"a":[{"b":-3}]}'.a[1].b))
    assert.equal(491511234567890, core.decode "491511234567890")
    assert.equal(9007199254740992, core.decode "9007199254740992")
    assert.equal(2, core.decode "2.0")
    assert.equal(1000, core.decode "1e3")
  end)

  it("reads them as integers where Lua has integers", function()
    if not integers then
      return
    end
    local wholes = { "38", "1732546200000", "-9007199254740992", "9007199254740992", "2.0", "1e3", "-0" }
    for _, text in ipairs(wholes) do
      assert.equal("integer", math.type(core.decode(text)), text)
      assert.equal("integer", math.type(core.decode('{"a":' .. text .. "}").a), text)
      assert.equal("integer", math.type(core.decode('[{"a":[' .. text .. "]}]")[1].a[1]), text)
    end
    assert.equal("1732546200000", tostring(core.decode "1732546200000"))
    assert.equal("float", math.type(core.decode "1.5"))
    assert.equal("float", math.type(core.decode "1e300"))
  end)

  it("reads larger ones as near as the interpreter can", function()
    local function near(wanted, text)
      local number = core.decode(text)
      assert.is_true(math.abs(number - wanted) <= wanted * 1e-15, text .. " gave " .. tostring(number))
      assert.equal(number, core.decode('{"n":["\\"1' .. text .. '",' .. text .. "]}").n[2])
    end
    near(2 ^ 62, "4611686018427387904")
    near(2 ^ 63, "9223372036854775807")
    near(2 ^ 63, "9223372036854775808")
    near(1e19, "10000000000000000000")
    near(1e25, "10000000000000000000000000")
    assert.equal(-1e25, core.decode "-10000000000000000000000000")
    assert.equal(1e25, core.decode "10000000000000000000000000.5")
    assert.equal(1e29, core.decode "10000000000000000000000000e4")
    assert.equal(0.1, core.decode "0.1000000000000000000000000000000")
  end)

  it("leaves long digits in strings alone", function()
    local id = "17101076909985361527051643781001234567890"
    assert.equal(id, core.decode('{"id":"' .. id .. '"}').id)
    assert.equal('"' .. id .. "\\", core.decode('["\\"' .. id .. '\\\\",12345678901234567890123]')[1])
    assert.equal(1, core.decode('{"' .. id .. '":1}')[id])
  end)

  it("leaves null fields out and keeps null items", function()
    local value = core.decode '{"a":null,"b":[1,null,3],"c":{"d":null,"e":[null]},"f":false}'
    assert.is_nil(value.a)
    assert.equal(3, #value.b)
    assert.equal(core.null, value.b[2])
    assert.is_nil(next(value.c, "e") or rawget(value.c, "d"))
    assert.same({ core.null }, value.c.e)
    assert.is_false(value.f)
    assert.same({}, core.decode '{"a":null}')
    assert.equal(core.null, core.decode "null")
    assert.equal(cjson.null, core.null)
    assert.is_nil(core.decode '{"a":1,"a":null}'.a)
  end)

  it("leaves many null fields out", function()
    local fields = {}
    for i = 1, 500 do
      fields[i] = ('"f%d":%s'):format(i, i % 2 == 0 and "null" or i)
    end
    local count = 0
    for name, value in pairs(core.decode("{" .. table.concat(fields, ",") .. "}")) do
      assert.equal("f" .. tostring(value), name)
      count = count + 1
    end
    assert.equal(250, count)
  end)

  it("reads strings", function()
    assert.equal('"\\/\b\f\n\r\t', core.decode [["\"\\\/\b\f\n\r\t"]])
    assert.equal("null", core.decode '"null"')
    assert.equal("a\0b", core.decode [["a\u0000b"]])
    assert.equal("\195\188\226\130\172", core.decode [["\u00fc\u20AC"]])
    assert.equal("\240\159\152\128", core.decode [["\ud83d\ude00"]])
    assert.equal("\240\159\152\128", core.decode '"\240\159\152\128"')
  end)

  it("reads lists and objects of any kind", function()
    assert.same({}, core.decode "{}")
    assert.same({}, core.decode "[]")
    assert.same({ { {} }, { a = { {} } } }, core.decode '[[{}],{"a":[[]]}]')
    assert.same({ ["1"] = "a" }, core.decode '{"1":"a"}')
    assert.equal(true, core.decode " true ")
    assert.equal(false, (core.decode "false"))
  end)

  it("says why something is no JSON, without its text", function()
    for _, text in ipairs {
      "", " ", "{", "[1,", '{"a"}', '{"a":1,}', "[1,]", "tru", "secret", "<html>secret</html>", '"secret',
      "[1] secret", '"\\x"', '"\\u12"', '"\\ud83d"', '"\\ud83d\\u0041"', '"\\ude00"', "'a'", "{a:1}",
      "nan", "NaN", "[NaN]", "-Infinity", "inf", "0x10", "[0x1]", "012", "--1", "1 2",
    } do
      local value, reason = core.decode(text)
      assert.is_nil(value, text)
      assert.is_string(reason, text)
      assert.is_nil(reason:find("secret", 1, true))
      assert.is_nil(reason:find("\n", 1, true))
    end
  end)

  it("refuses a NUL byte", function()
    for text, position in pairs { ["[1]\0junk"] = 4, ["\0"] = 1, ['"a\0b"'] = 3, ["1\0"] = 2 } do
      local value, reason = core.decode(text)
      assert.is_nil(value)
      assert.equal("a NUL byte at character " .. position, reason)
    end
  end)

  it("does not follow nesting without end", function()
    assert.is_table((core.decode(("["):rep(1000) .. ("]"):rep(1000))))
    local value, reason = core.decode(("["):rep(100000) .. ("]"):rep(100000))
    assert.is_nil(value)
    assert.is_string(reason)
    assert.is_nil((core.decode(('{"a":'):rep(100000))))
  end)

  it("reads a point in any locale, also one that is set later", function()
    local script = [[
      local core = require "synthflow.core"
      local function check() assert(core.decode '{"a":[1.5]}'.a[1] == 3 / 2) end
      check()
      comma()
      check()
      os.setlocale("C", "numeric")
      check()
      io.write "well"
    ]]
    assert.equal("well", printed_with_comma(script))
    assert.equal("well", printed_with_comma("comma()\n" .. script))
  end)

  it("needs a string", function()
    for _, value in ipairs { 1, true, {} } do
      local ok, reason = pcall(core.decode, value)
      assert.is_false(ok)
      assert.equal("decode needs a string, not a " .. type(value), reason)
    end
  end)
end)

describe("lua-cjson", function()
  it("keeps its own settings, and we ours", function()
    local decode_invalid = cjson.decode_invalid_numbers()
    cjson.decode_invalid_numbers(true)
    cjson.decode_max_depth(2)
    if cjson.decode_array_with_array_mt then
      cjson.decode_array_with_array_mt(true)
    end
    local deep, refused, list = core.decode "[[[1]]]", core.decode "NaN", core.decode "[]"
    cjson.decode_invalid_numbers(decode_invalid)
    cjson.decode_max_depth(1000)
    if cjson.decode_array_with_array_mt then
      cjson.decode_array_with_array_mt(false)
    end
    assert.same({ { { 1 } } }, deep)
    assert.is_nil(refused)
    assert.is_nil(getmetatable(list))
  end)

  it("is told apart by what it can do, not by its version", function()
    assert.matches("^%d+%.%d+", core.info().cjson)
    assert.equal("[]", core.encode(setmetatable({}, core.list_metatable)))
    assert.equal("491511234567890", core.encode(core.decode "491511234567890"))
  end)
end)

describe("what was decoded", function()
  it("is encoded as it was", function()
    for _, text in ipairs {
      '{"a":38,"b":[1,null,2.5],"c":"x","d":true,"e":1732546200000}',
      "[[1,2],[3,[4]]]",
      '{"nested":{"n":491511234567890}}',
    } do
      assert.equal(text, core.encode(core.decode(text)))
    end
  end)
end)
