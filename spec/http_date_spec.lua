-- The Date header of answers.

local http_date = require "synthflow.http_date"

describe("http_date.read", function()
  it("gives seconds since 1970", function()
    for text, seconds in pairs {
      ["Thu, 01 Jan 1970 00:00:00 GMT"] = 0, ["Sun, 06 Nov 1994 08:49:37 GMT"] = 784111777,
      ["Tue, 29 Feb 2000 00:00:00 GMT"] = 951782400, ["Wed, 01 Mar 2000 00:00:00 GMT"] = 951868800,
      ["Thu, 31 Dec 2099 23:59:59 GMT"] = 4102444799,
    } do
      assert.are.equal(seconds, http_date.read(text))
    end
    local now = os.time()
    assert.are.equal(now, http_date.read(os.date("!%a, %d %b %Y %H:%M:%S GMT", now)))
  end)

  it("gives nothing of what is no date", function()
    for _, text in ipairs { "", "soon", "06 Nov 1994", "06 Foo 1994 08:49:37 GMT" } do
      assert.is_nil(http_date.read(text))
    end
    assert.is_nil(http_date.read(nil))
  end)
end)
