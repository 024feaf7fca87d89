-- Pages and the iterator over them.

local pages = require "synthflow.pages"

-- A list of `total` records, `cap` of them in a page at most. `asked` keeps the queries.
local function platform(total, options)
  options = options or {}
  local asked, cap = {}, options.cap or 100
  local send = { asked = asked }
  function send.page(request)
    local query = request.query or {}
    asked[#asked + 1] = query
    if options.fail_at == #asked then
      return nil, setmetatable({ kind = "server" }, { __tostring = function() return "page failed" end })
    end
    local offset = options.stuck and 0 or query.offset or 0
    local items = {}
    for id = offset + 1, math.min(total, offset + math.min(query.limit or 20, cap)) do
      items[#items + 1] = { id = id }
    end
    local response = { items = items, pagination = { total_records = total } }
    if options.untold then
      response.pagination = nil
    end
    return items, { envelope = { response = response } }
  end
  function send.error(_, problem)
    return setmetatable(problem, { __tostring = function() return problem.message end })
  end
  return send
end

local function ids(iterator)
  local found = {}
  for record in iterator do
    found[#found + 1] = record.id
  end
  return found
end

local function count_to(last)
  local counted = {}
  for number = 1, last do
    counted[number] = number
  end
  return counted
end

describe("a page", function()
  it("is a plain array with total and next behind it", function()
    local send = platform(25)
    local page, response = pages.first(send, { path = "/x", query = { limit = 20 } })
    assert.are.equal(20, #page)
    assert.are.equal(25, page.total)
    assert.are.equal(25, response.envelope.response.pagination.total_records)
    for key in pairs(page) do
      assert.are.equal("number", type(key))
    end
    local second = page.next()
    assert.are.equal(5, #second)
    assert.are.equal(21, second[1].id)
    assert.is_nil(second.next())
    assert.are.same({ { limit = 20 }, { limit = 20, offset = 20 } }, send.asked)
  end)

  it("moves by what came, not by what was asked for", function()
    local page = pages.first(platform(7, { cap = 3 }), { query = { limit = 5, offset = 1 } })
    assert.are.equal(2, page[1].id)
    assert.are.equal(5, page.next()[1].id)
    assert.is_nil(page.next().next())
  end)

  it("knows other places of the total", function()
    local function total_of(envelope)
      return pages.first({ page = function() return {}, { envelope = envelope } end }, {}).total
    end
    assert.are.equal(5, total_of { response = { total_records = 5 } })
    assert.are.equal(5, total_of { response = { total = "5" } })
    assert.are.equal(5, total_of { pagination = { total_records = 5 } })
    assert.is_nil(total_of { response = {} })
  end)

  it("hands an error through", function()
    local page, err = pages.first(platform(5, { fail_at = 1 }), {})
    assert.is_nil(page)
    assert.are.equal("server", err.kind)
  end)

  it("does not let a platform that stands still be asked for ever", function()
    local page, err = pages.first(platform(25, { stuck = true }), { query = { limit = 20 } }).next()
    assert.is_nil(page)
    assert.are.equal("decode", err.kind)
    assert.are.equal("the platform answered offset 20 with the page before it", tostring(err))
  end)
end)

describe("an iterator", function()
  it("gives every record once, with as few requests as may be", function()
    local send = platform(250)
    assert.are.same(count_to(250), ids(pages.each(send, { path = "/x" })))
    assert.are.same({ { limit = 100 }, { limit = 100, offset = 100 }, { limit = 100, offset = 200 } },
      send.asked)
  end)

  it("sends nothing before the first record is asked for, and nothing for none", function()
    local send = platform(250)
    local it = pages.each(send, {})
    assert.are.same({}, send.asked)
    assert.are.equal(1, it().id)
    assert.are.equal(2, it().id)
    assert.are.equal(1, #send.asked)
    assert.are.same({}, ids(pages.each(platform(0), {})))
    assert.are.same({}, ids(pages.each(platform(9, { fail_at = 1 }), {}, 0)))
  end)

  it("ends where max says", function()
    local send = platform(250)
    assert.are.same(count_to(30), ids(pages.each(send, {}, 30)))
    assert.are.same({ { limit = 30 } }, send.asked)
    assert.are.same(count_to(130), ids(pages.each(platform(250), {}, 130)))
    assert.are.same(count_to(9), ids(pages.each(platform(9), {}, 130)))
  end)

  it("takes a limit up to the cap, and starts where it is told", function()
    local send = platform(25)
    assert.are.equal(5, #ids(pages.each(send, { query = { limit = 3, offset = 20, is_available = true } })))
    assert.are.same({ limit = 3, offset = 20, is_available = true }, send.asked[1])
    assert.are.same({ limit = 3, offset = 23, is_available = true }, send.asked[2])
    send = platform(25)
    ids(pages.each(send, { query = { limit = 1000 } }))
    assert.are.equal(100, send.asked[1].limit)
  end)

  it("ends at an empty page when nobody tells the total: a short one may only be a smaller cap", function()
    local send = platform(130, { untold = true, cap = 50 })
    assert.are.same(count_to(130), ids(pages.each(send, {})))
    assert.are.equal(4, #send.asked)
  end)

  it("never writes to the request it was given", function()
    local request = { query = { limit = 3 } }
    ids(pages.each(platform(9), request))
    assert.are.same({ query = { limit = 3 } }, request)
  end)

  it("raises the text of an error, keeps the error, and stays ended", function()
    local it = pages.each(platform(250, { fail_at = 2 }), {})
    local found = 0
    local ended, text = pcall(function()
      for _ in it do
        found = found + 1
      end
    end)
    assert.is_false(ended)
    assert.are.equal("page failed", text)
    assert.are.equal("server", it.err.kind)
    assert.are.equal(100, found)
    assert.is_false(pcall(it))
  end)

  it("begins with the request that its opening shows", function()
    local send, request = platform(250), { path = "/x", query = { offset = 20 } }
    assert.are.same({ path = "/x", query = { offset = 20, limit = 7 } }, pages.opening(request, 7))
    ids(pages.each(send, request, 7))
    assert.are.same({ offset = 20, limit = 7 }, send.asked[1])
  end)

  it("raises when the platform stands still", function()
    local it = pages.each(platform(250, { stuck = true }), {})
    local ended, text = pcall(ids, it)
    assert.is_false(ended)
    assert.truthy(text:find("the page before it", 1, true))
  end)
end)
