-- Secrets in texts.

local mask = require "synthflow.mask"

describe("mask.text", function()
  it("takes a value out wherever it stands", function()
    assert.are.equal("a *** b *** c", mask.text("a s3cret b s3cret c", { "s3cret" }))
    assert.are.equal("nothing here", mask.text("nothing here", { "s3cret", "", " " }))
  end)

  it("takes the longer of two first", function()
    assert.are.equal("***", mask.text("abcdefgh", { "abcd", "abcdefgh" }))
  end)

  it("knows the forms in which JSON echoes a value", function()
    local secret = 'p"a\\s/s\nwörd€😀'
    for _, echoed in ipairs {
      secret, 'p\\"a\\\\s/s\\nwörd€😀',
      'p\\"a\\\\s\\/s\\nwörd€😀', '\\u0070\\u0022a\\\\s\\u002Fs\\u000awörd€😀',
      'p\\"a\\\\s/s\\nw\\u00f6rd\\u20ac\\ud83d\\ude00',
    } do
      assert.are.equal('{"input": "***"}', mask.text('{"input": "' .. echoed .. '"}', { secret }))
    end
  end)

  it("takes out several of them, and leaves other escapes alone", function()
    assert.are.equal([[a\n*** \u00e9 *** ***\\ b\"]],
      mask.text([[a\nx\/yz \u00e9 x/yz x\u002fyz\\ b\"]], { "x/yz" }))
    assert.are.equal([[\]], mask.text([[\]], { "x/yz" }))
  end)

  it("takes a short value out only where it stands alone", function()
    assert.are.equal('the value "***" is invalid', mask.text('the value "al" is invalid', { "al" }))
    assert.are.equal("value", mask.text("value", { "a" }))
  end)

  it("takes out what stands behind the name of a secret", function()
    assert.are.equal('{"trunk_pwd":"***","n":"x"}', mask.text('{"trunk_pwd":"a\\"b\\\\","n":"x"}', {}))
    assert.are.equal("{'api_key' : '***', 'n': 1}", mask.text("{'api_key' : 'k\"k', 'n': 1}", {}))
    assert.are.equal('{"sign_in_link": "***', mask.text('{"sign_in_link": "https://cut', {}))
    assert.are.equal('{"pin": "***"}', mask.text('{"pin": "1234"}', {}, { "pin" }))
    assert.are.equal('{"recording_url": null}', mask.text('{"recording_url": null}', {}))
  end)
end)

describe("mask.values", function()
  it("leaves alone what only has the name of a secret", function()
    assert.are.equal('{"token":"***", "pin":"x"}', mask.values('{"token":"s3cret", "pin":"x"}', { "s3cret" }))
    assert.are.equal('{"token":"x"}', mask.values('{"token":"x"}', {}))
  end)
end)

describe("mask.gather", function()
  it("keeps what stands under the name of a secret, and all texts of headers and authentication", function()
    local secrets = {}
    mask.gather({
      name = "n", token = "t-1", pin = { api_key = 7 }, secret = { "s-1", { of = "s-2" } },
      servers = { { mcp_url = "u", headers = { ["X-Team"] = "h-1" } } },
      action = {
        headers = { { key = "X-Team", value = "h-2" } }, custom_auth = { value = "a-1", on = true },
      },
    }, secrets, mask.is_secret)
    table.sort(secrets)
    assert.are.same({ "7", "a-1", "h-1", "h-2", "s-1", "s-2", "t-1" }, secrets)
  end)
end)

describe("mask.is_secret", function()
  it("knows names of secrets, also those of headers", function()
    for _, name in ipairs {
      "trunk_pwd", "recording_url", "password", "db_password", "X-Api-Key", "X-Auth-Token", "Authorization",
      "Proxy-Authorization", "Cookie", "Set-Cookie", "client_secret", "apiKey",
    } do
      assert.is_true(mask.is_secret(name), name)
    end
    for _, name in ipairs { "name", "tokens", "X-Trace", "secretary", "url", 1 } do
      assert.is_false(mask.is_secret(name), name)
    end
  end)
end)
