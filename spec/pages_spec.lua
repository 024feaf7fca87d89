-- Pages and the iterator over them, in each way in which the platform moves.

local pages = require "synthflow.pages"

local function error_of(_, problem)
  return setmetatable(problem, { __tostring = function() return problem.message end })
end

local FAILED = setmetatable({ kind = "server" }, { __tostring = function() return "page failed" end })

-- A list of `total` records; `answer(query, records)` gives the envelope and the items of one page. `asked`
-- keeps the queries.
local function new_platform(total, options, answer)
  local send = { asked = {}, error = error_of }
  local records = {}
  for id = 1, total do
    records[id] = { id = id }
  end
  function send.page(request)
    local query = request.query or {}
    send.asked[#send.asked + 1] = query
    if options.fail_at == #send.asked then
      return nil, FAILED
    end
    local items, envelope = answer(query, records, #send.asked)
    return items, { envelope = envelope }
  end
  return send
end

local function slice(records, offset, count)
  local items = {}
  for index = offset + 1, math.min(#records, offset + count) do
    items[#items + 1] = { id = records[index].id, workspace_id = "w" }
  end
  return items
end

-- Moved by limit and offset. `stuck`: it does not move; `untold`: it tells no total; `cap`: records in a
-- page.
local function platform(total, options)
  options = options or {}
  return new_platform(total, options, function(query, records)
    local items = slice(records, options.stuck and 0 or query.offset or 0,
      math.min(query.limit or 20, options.cap or 100))
    local pagination = not options.untold and { total_records = total } or nil
    return items, { response = { items = items, pagination = pagination } }
  end)
end

-- Moved by page_number and page_size. `pagination`: total in it, else beside the items; `echo`: it tells
-- number and size; `deaf`: it does not know page_number; `size`: of all pages, whatever is asked for; `from`:
-- number of the first page.
local function numbered(total, options)
  options = options or {}
  return new_platform(total, options, function(query, records)
    local size = options.size or math.min(query.page_size or 10, options.cap or 100)
    local first = options.from or 1
    local number = not options.deaf and query.page_number or first
    local items = slice(records, (number - first) * size, size)
    local response = { items = items }
    if options.pagination then
      response.pagination = { total_records = total, limit = size, offset = (number - first) * size }
    elseif not options.untold then
      response.total = total
    end
    if options.echo then
      response.page_number, response.page_size = number, size
    end
    return items, { response = response }
  end)
end

-- Moved by a cursor.
local function cursors(total, options)
  options = options or {}
  return new_platform(total, options, function(query, records, asked)
    local offset = tonumber((query.cursor or "c0"):match "%d+")
    local items = slice(records, offset, math.min(query.limit or 10, 100))
    local following = offset + #items
    local response = { chats = items, has_more = following < total, next_cursor = "c" .. following }
    if options.change then
      options.change(response, asked)
    end
    return response.chats, { response = response }
  end)
end

local NUMBER, GUESS, CURSOR = { style = "number" }, { style = "guess" }, { style = "cursor" }

local function with(paging, more)
  local changed = {}
  for _, values in ipairs { paging, more } do
    for name, value in pairs(values) do
      changed[name] = value
    end
  end
  return changed
end

local function each(send, request, max, paging)
  return pages.each(send, request, with(paging or { style = "offset" }, { max = max }))
end

local function ids(iterator)
  local found = {}
  for record in iterator do
    found[#found + 1] = record.id
  end
  return found
end

local function count(first, last)
  local counted = {}
  for number = first, last do
    counted[#counted + 1] = number
  end
  return counted
end

local function raised_by(iterator)
  local found = {}
  local ended, text = pcall(function()
    for record in iterator do
      found[#found + 1] = record.id
    end
  end)
  assert.is_false(ended)
  return text, found
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
    assert.are.equal(5, total_of { response = { { id = 1 } }, pagination = { total_records = 5 } })
    assert.are.equal(5, total_of { response = {}, total = 5 })
    assert.is_nil(total_of { response = {} })
    assert.is_nil(total_of(nil))
  end)

  it("is empty where there was nothing to tell", function()
    local page = pages.first({ page = function() return true, { envelope = nil } end }, {})
    assert.are.same({}, page)
    assert.is_nil(page.next())
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

  it("is the page before it also when its records have changed meanwhile", function()
    local asked = 0
    local send = { error = error_of }
    function send.page()
      asked = asked + 1
      local items = {}
      for index = 1, 3 do
        items[index] = { call_id = "c-" .. index, model_id = "a", duration = asked * index }
      end
      return items, { envelope = { response = { items = items } } }
    end
    local page, err = pages.first(send, {}).next()
    assert.is_nil(page)
    assert.truthy(err.message:find("the page before it", 1, true))
  end)

  it("is another one when only shared ids are the same", function()
    local send = { error = error_of }
    function send.page(request)
      local offset = request.query and request.query.offset or 0
      local items = {}
      for index = 1, 2 do
        items[index] = { number = "+" .. offset + index, workspace_id = "w" }
      end
      return items, { envelope = { response = { items = items, total = 4 } } }
    end
    assert.are.equal("+3", pages.first(send, {}).next()[1].number)
  end)

  it("moves by its number", function()
    for _, options in ipairs { {}, { pagination = true }, { echo = true } } do
      local send = numbered(25, options)
      local page = pages.first(send, { query = { search = "x" } }, NUMBER)
      assert.are.equal(25, page.total)
      assert.are.equal(21, page.next().next()[1].id)
      assert.are.equal(11, page.next()[1].id)
      assert.is_nil(page.next().next().next())
      assert.are.same({ search = "x", page_number = 2 }, send.asked[2])
    end
    local send = numbered(25)
    local page = pages.first(send, { query = { page_number = 2, page_size = 12 } }, NUMBER)
    assert.are.same({ 13, 25 }, { page[1].id, page.next()[1].id })
    assert.is_nil(page.next().next())
  end)

  it("moves by a cursor, as often as it is asked to", function()
    local send = cursors(25)
    local page = pages.first(send, { query = { agent_id = "a" } }, CURSOR)
    assert.is_nil(page.total)
    assert.are.equal(11, page.next()[1].id)
    assert.are.equal(11, page.next()[1].id)
    assert.are.equal(21, page.next().next()[1].id)
    assert.is_nil(page.next().next().next())
    assert.are.same({ agent_id = "a", cursor = "c10" }, send.asked[2])
  end)
end)

describe("an iterator", function()
  it("gives every record once, with as few requests as may be", function()
    local send = platform(250)
    assert.are.same(count(1, 250), ids(each(send, { path = "/x" })))
    assert.are.same({ { limit = 100 }, { limit = 100, offset = 100 }, { limit = 100, offset = 200 } },
      send.asked)
    send = platform(2)
    each(send, { query = { limit = "50" } })() -- as extra_query may have it
    assert.are.same({ { limit = 50 } }, send.asked)
    send = numbered(250)
    assert.are.same(count(1, 250), ids(each(send, {}, nil, NUMBER)))
    assert.are.same({ { page_size = 100 }, { page_size = 100, page_number = 2 },
      { page_size = 100, page_number = 3 } }, send.asked)
    send = cursors(250)
    assert.are.same(count(1, 250), ids(each(send, {}, nil, CURSOR)))
    assert.are.same({ { limit = 100 }, { limit = 100, cursor = "c100" }, { limit = 100, cursor = "c200" } },
      send.asked)
  end)

  it("sends nothing before the first record is asked for, and nothing for none", function()
    local send = platform(250)
    local it = each(send, {})
    assert.are.same({}, send.asked)
    assert.are.equal(1, it().id)
    assert.are.equal(2, it().id)
    assert.are.equal(1, #send.asked)
    assert.are.same({}, ids(each(platform(0), {})))
    assert.are.same({}, ids(each(numbered(0), {}, nil, NUMBER)))
    assert.are.same({}, ids(each(cursors(0), {}, nil, CURSOR)))
    assert.are.same({}, ids(each(platform(9, { fail_at = 1 }), {}, 0)))
  end)

  it("ends where max says", function()
    local send = platform(250)
    assert.are.same(count(1, 30), ids(each(send, {}, 30)))
    assert.are.same({ { limit = 30 } }, send.asked)
    assert.are.same(count(1, 130), ids(each(platform(250), {}, 130)))
    assert.are.same(count(1, 9), ids(each(platform(9), {}, 130)))
    send = numbered(250)
    assert.are.same(count(1, 130), ids(each(send, {}, 130, NUMBER)))
    assert.are.same({ { page_size = 100 }, { page_size = 100, page_number = 2 } }, send.asked)
  end)

  it("takes a limit up to the cap, and starts where it is told", function()
    local send = platform(25)
    assert.are.equal(5, #ids(each(send, { query = { limit = 3, offset = 20, is_available = true } })))
    assert.are.same({ limit = 3, offset = 20, is_available = true }, send.asked[1])
    assert.are.same({ limit = 3, offset = 23, is_available = true }, send.asked[2])
    send = platform(25)
    ids(each(send, { query = { limit = 1000 } }))
    assert.are.equal(100, send.asked[1].limit)
    send = numbered(25)
    local request = { query = { page_size = 10, page_number = 3 } }
    assert.are.same(count(21, 25), ids(each(send, request, nil, NUMBER)))
    assert.are.equal(1, #send.asked)
  end)

  it("ends at an empty page when nobody tells the total: a short one may only be a smaller cap", function()
    local send = platform(130, { untold = true, cap = 50 })
    assert.are.same(count(1, 130), ids(each(send, {})))
    assert.are.equal(4, #send.asked)
    send = numbered(130, { untold = true, cap = 50 })
    assert.are.same(count(1, 130), ids(each(send, {}, nil, NUMBER)))
    assert.are.equal(4, #send.asked)
  end)

  it("counts what came where the platform gives smaller pages than it was asked for", function()
    assert.are.same(count(1, 130), ids(each(numbered(130, { cap = 50 }), {}, nil, NUMBER)))
    assert.are.same(count(1, 130), ids(each(numbered(130, { cap = 50, echo = true }), {}, nil, NUMBER)))
  end)

  it("never writes to the request it was given", function()
    local request = { query = { limit = 3 } }
    ids(each(platform(9), request))
    assert.are.same({ query = { limit = 3 } }, request)
  end)

  it("raises the text of an error, keeps the error, and stays ended", function()
    local it = each(platform(250, { fail_at = 2 }), {})
    local text, found = raised_by(it)
    assert.are.equal("page failed", text)
    assert.are.equal("server", it.err.kind)
    assert.are.equal(100, #found)
    assert.is_false(pcall(it))
  end)

  it("begins with the request that its opening shows", function()
    local send, request = platform(250), { path = "/x", query = { offset = 20 } }
    assert.are.same({ path = "/x", query = { offset = 20, limit = 7 } },
      (pages.opening(request, { style = "offset", max = 7 })))
    ids(each(send, request, 7))
    assert.are.same({ offset = 20, limit = 7 }, send.asked[1])
  end)

  it("raises when the platform stands still", function()
    for style, send in pairs {
      offset = platform(250, { stuck = true }), number = numbered(250, { deaf = true }),
    } do
      local text, found = raised_by(each(send, {}, nil, { style = style }))
      assert.truthy(text:find("the page before it", 1, true))
      assert.are.equal(100, #found)
      assert.are.equal(2, #send.asked)
    end
  end)
end)

describe("a cursor", function()
  it("goes on over empty pages, which a filter can leave", function()
    local send = cursors(30, { change = function(response, asked)
      response.chats = asked == 2 and {} or response.chats
    end })
    local expected = count(1, 10)
    for _, id in ipairs(count(21, 30)) do
      table.insert(expected, id)
    end
    assert.are.same(expected, ids(each(send, { query = { limit = 10 } }, nil, CURSOR)))
  end)

  it("is the end when there is none, or when there is no more", function()
    local function kept(change)
      local send = cursors(30, { change = change })
      return #ids(each(send, { query = { limit = 10 } }, nil, CURSOR)), #send.asked
    end
    assert.are.same({ 10, 1 }, { kept(function(response) response.has_more = false end) })
    for _, nothing in ipairs { "", io.stdout, false } do
      assert.are.same({ 10, 1 }, { kept(function(response)
        response.has_more, response.next_cursor = nil, nothing or nil
      end) })
    end
    assert.are.same({ 30, 4 }, { kept(function(response) response.has_more = nil end) })
  end)

  it("that is missing while there is more leaves the list incomplete", function()
    local send = cursors(30, { change = function(response) response.next_cursor = nil end })
    local text = raised_by(each(send, { query = { limit = 10 } }, nil, CURSOR))
    assert.truthy(text:find("the list is incomplete", 1, true))
  end)

  it("that has been there before ends the list with an error", function()
    for _, stuck in ipairs { "c10", "c0" } do
      local send = cursors(90, { change = function(response, asked)
        response.next_cursor = asked == 3 and stuck or response.next_cursor
      end })
      local text, found = raised_by(each(send, { query = { limit = 10, cursor = "c0" } }, nil, CURSOR))
      assert.are.equal(30, #found)
      assert.truthy(text:find("its cursor", 1, true))
    end
  end)
end)

describe("a list of which nothing says how it moves", function()
  it("is read by number, from whatever the platform calls its first page", function()
    for _, options in ipairs { {}, { echo = true }, { echo = true, from = 0 }, { echo = true, size = 10 } } do
      assert.are.same(count(1, 150), ids(each(numbered(150, options), {}, nil, GUESS)))
    end
  end)

  it("takes one request when the platform sends everything at once", function()
    local send = numbered(150, { size = 1000, deaf = true, echo = true })
    assert.are.same(count(1, 150), ids(each(send, {}, nil, GUESS)))
    assert.are.equal(1, #send.asked)
  end)

  it("is whole when the platform repeats it and says of no more", function()
    local send = numbered(15, { size = 1000, deaf = true, untold = true })
    assert.are.same(count(1, 15), ids(each(send, {}, nil, GUESS)))
    assert.are.equal(2, #send.asked)
  end)

  it("is incomplete when the platform does not move while there is more", function()
    for _, options in ipairs { { deaf = true, size = 10 }, { deaf = true, size = 10, echo = true } } do
      local it = each(numbered(25, options), {}, nil, GUESS)
      local text, found = raised_by(it)
      assert.are.equal("the list is incomplete: the platform gave 10 of 25 records, and no more", text)
      assert.are.equal("decode", it.err.kind)
      assert.are.same(count(1, 10), found)
    end
  end)

  it("is incomplete, too, when the next page is empty while there is more", function()
    local send = numbered(25, { size = 10 })
    local page = send.page
    function send.page(request)
      local items, response = page(request)
      if #send.asked > 1 then
        return {}, { envelope = { response = { items = {}, total = 25 } } }
      end
      return items, response
    end
    local text = raised_by(each(send, {}, nil, GUESS))
    assert.are.equal("the list is incomplete: the platform gave 10 of 25 records, and no more", text)
  end)
end)

describe("a position", function()
  local function after(taken, iterator)
    for _ = 1, taken do
      iterator()
    end
    return iterator.position
  end

  local PLATFORMS = { offset = platform, number = numbered, guess = numbered, cursor = cursors }

  it("lets another iterator go on after any record, in each way of moving", function()
    for style, new in pairs(PLATFORMS) do
      local paging = { style = style }
      for _, taken in ipairs { 0, 1, 99, 100, 101, 150, 200, 249, 250 } do
        local position = after(taken, each(new(250), {}, nil, paging))
        assert.are.equal("string", type(position))
        local rest = each(new(250), {}, nil, with(paging, { position = position }))
        assert.are.same(count(taken + 1, 250), ids(rest))
      end
    end
  end)

  it("is read by eye", function()
    assert.are.equal("offset=150", after(150, each(platform(250), {})))
    assert.are.equal("page_number=2&page_size=100&skip=50", after(150, each(numbered(250), {}, nil, NUMBER)))
    assert.are.equal("cursor=c100&skip=50", after(150, each(cursors(250), {}, nil, CURSOR)))
    assert.are.equal("skip=0", after(0, each(cursors(250), {}, nil, CURSOR)))
  end)

  it("counts max anew, and keeps the size of the pages it was made with", function()
    local position = after(150, each(numbered(250), {}, nil, NUMBER))
    local send = numbered(250)
    assert.are.same(count(151, 157), ids(each(send, {}, 7, with(NUMBER, { position = position }))))
    assert.are.same({ { page_number = 2, page_size = 100 } }, send.asked)
    position = after(15, each(cursors(250), {}, nil, CURSOR))
    assert.are.same(count(16, 22), ids(each(cursors(250), {}, 7, with(CURSOR, { position = position }))))
  end)

  it("is after the last record that came when a page fails", function()
    for style, new in pairs(PLATFORMS) do
      local paging = { style = style }
      local failing = each(new(250, { fail_at = 2 }), {}, nil, paging)
      raised_by(failing)
      assert.are.same(count(101, 250),
        ids(each(new(250), {}, nil, with(paging, { position = failing.position }))))
    end
  end)

  it("of a list that was read to its end finds what has been added behind it", function()
    for style, new in pairs(PLATFORMS) do
      local it = each(new(250), {}, nil, { style = style })
      ids(it)
      local later = each(new(260), {}, nil, { style = style, position = it.position })
      assert.are.same(count(251, 260), ids(later))
    end
  end)

  it("keeps what all pages must share", function()
    local paging = { style = "offset", fixed = { "to_date" } }
    local position = after(3, each(platform(9), { query = { to_date = 1732546200000 } }, nil, paging))
    assert.are.equal("offset=3&to_date=1732546200000", position)
    local send = platform(9)
    ids(each(send, { query = { to_date = 1732999900000 } }, nil, with(paging, { position = position })))
    assert.are.same({ limit = 100, offset = 3, to_date = 1732546200000 }, send.asked[1])
    position = after(3, each(platform(9), { query = { to_date = "2025-01-01 & later" } }, nil, paging))
    send = platform(9)
    ids(each(send, {}, nil, with(paging, { position = position })))
    assert.are.equal("2025-01-01 & later", send.asked[1].to_date)
  end)

  it("is refused when it is none of such a list", function()
    for _, text in ipairs { "", "3", "page_number=3", "offset=", "offset=1&limit=5", "skip=x" } do
      assert.is_nil((pages.read_position({ style = "offset" }, text)))
    end
    assert.are.same({ { cursor = "007=" }, 4 },
      { pages.read_position({ style = "cursor" }, "cursor=007%3D&skip=4") })
  end)
end)
