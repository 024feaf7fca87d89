rockspec_format = "3.0"
package = "synthflow"
version = "scm-1"

-- Built where it lies: `luarocks make rockspec/synthflow-scm-1.rockspec`.
source = {
  url = "file://.",
}

description = {
  summary = "The Synthflow Platform API for Lua programs",
  detailed = [[
    Authenticated requests to the Synthflow Platform, a service for phone agents, from scripts
    and from telephony servers that embed Lua. A C core sends them with libcurl and hands back
    Lua tables.
  ]],
  license = "MIT",
  labels = { "api", "telephony", "http" },
}

dependencies = {
  "lua >= 5.1, < 5.5",
  "lua-cjson >= 2.1",
}

-- The library alone: Debian keeps curl/curl.h where compilers look and LuaRocks 3.8 does not.
external_dependencies = {
  CURL = { library = "curl" },
}

-- LuaRocks' own compiling knows no flags for the link, and the core needs some: the Makefile builds.
build = {
  type = "make",
  build_target = "rock-core",
  build_variables = {
    BUILD = "build/rock",
    LUA = "$(LUA_VERSION)",
    CC = "$(CC)",
    CFLAGS = "$(CFLAGS)",
    LUA_INCLUDE = "-I$(LUA_INCDIR)",
    CURL_INCLUDE = "-I$(CURL_INCDIR)",
    CURL_LIBS = "-L$(CURL_LIBDIR) -lcurl",
  },
  install_pass = false,
  install = {
    lib = {
      ["synthflow.core"] = "build/rock/core.so",
    },
    -- "synthflow.init", because LuaRocks would install "synthflow" as synthflow.lua beside the folder.
    lua = {
      ["synthflow.answer"] = "lua/synthflow/answer.lua",
      ["synthflow.api.calls"] = "lua/synthflow/api/calls.lua",
      ["synthflow.api.phone_numbers"] = "lua/synthflow/api/phone_numbers.lua",
      ["synthflow.call_search"] = "lua/synthflow/call_search.lua",
      ["synthflow.calls"] = "lua/synthflow/calls.lua",
      ["synthflow.check"] = "lua/synthflow/check.lua",
      ["synthflow.client"] = "lua/synthflow/client.lua",
      ["synthflow.containers"] = "lua/synthflow/containers.lua",
      ["synthflow.doctor.init"] = "lua/synthflow/doctor/init.lua",
      ["synthflow.doctor.machine"] = "lua/synthflow/doctor/machine.lua",
      ["synthflow.doctor.probe"] = "lua/synthflow/doctor/probe.lua",
      ["synthflow.dry_run"] = "lua/synthflow/dry_run.lua",
      ["synthflow.errors"] = "lua/synthflow/errors.lua",
      ["synthflow.extras"] = "lua/synthflow/extras.lua",
      ["synthflow.failure"] = "lua/synthflow/failure.lua",
      ["synthflow.hints"] = "lua/synthflow/hints.lua",
      ["synthflow.hooks"] = "lua/synthflow/hooks.lua",
      ["synthflow.host.cqueues"] = "lua/synthflow/host/cqueues.lua",
      ["synthflow.host.deliveries"] = "lua/synthflow/host/deliveries.lua",
      ["synthflow.host.luv"] = "lua/synthflow/host/luv.lua",
      ["synthflow.host.openresty"] = "lua/synthflow/host/openresty.lua",
      ["synthflow.host.openresty.adapter"] = "lua/synthflow/host/openresty/adapter.lua",
      ["synthflow.host.plain"] = "lua/synthflow/host/plain.lua",
      ["synthflow.hosts"] = "lua/synthflow/hosts.lua",
      ["synthflow.http_date"] = "lua/synthflow/http_date.lua",
      ["synthflow.init"] = "lua/synthflow/init.lua",
      ["synthflow.map"] = "lua/synthflow/map.lua",
      ["synthflow.mask"] = "lua/synthflow/mask.lua",
      ["synthflow.options"] = "lua/synthflow/options.lua",
      ["synthflow.pages"] = "lua/synthflow/pages.lua",
      ["synthflow.phone_numbers"] = "lua/synthflow/phone_numbers.lua",
      ["synthflow.raw"] = "lua/synthflow/raw.lua",
      ["synthflow.resources"] = "lua/synthflow/resources.lua",
      ["synthflow.sandbox.app"] = "lua/synthflow/sandbox/app.lua",
      ["synthflow.sandbox.call_life"] = "lua/synthflow/sandbox/call_life.lua",
      ["synthflow.sandbox.calls"] = "lua/synthflow/sandbox/calls.lua",
      ["synthflow.sandbox.clock"] = "lua/synthflow/sandbox/clock.lua",
      ["synthflow.sandbox.collection"] = "lua/synthflow/sandbox/collection.lua",
      ["synthflow.sandbox.control"] = "lua/synthflow/sandbox/control.lua",
      ["synthflow.sandbox.faults"] = "lua/synthflow/sandbox/faults.lua",
      ["synthflow.sandbox.fields"] = "lua/synthflow/sandbox/fields.lua",
      ["synthflow.sandbox.identifiers"] = "lua/synthflow/sandbox/identifiers.lua",
      ["synthflow.sandbox.init"] = "lua/synthflow/sandbox/init.lua",
      ["synthflow.sandbox.json"] = "lua/synthflow/sandbox/json.lua",
      ["synthflow.sandbox.paging"] = "lua/synthflow/sandbox/paging.lua",
      ["synthflow.sandbox.phone_numbers"] = "lua/synthflow/sandbox/phone_numbers.lua",
      ["synthflow.sandbox.replies"] = "lua/synthflow/sandbox/replies.lua",
      ["synthflow.sandbox.request"] = "lua/synthflow/sandbox/request.lua",
      ["synthflow.sandbox.request_log"] = "lua/synthflow/sandbox/request_log.lua",
      ["synthflow.sandbox.router"] = "lua/synthflow/sandbox/router.lua",
      ["synthflow.sandbox.server"] = "lua/synthflow/sandbox/server.lua",
      ["synthflow.schema"] = "lua/synthflow/schema.lua",
      ["synthflow.send"] = "lua/synthflow/send.lua",
      ["synthflow.tasks"] = "lua/synthflow/tasks.lua",
      ["synthflow.trace"] = "lua/synthflow/trace.lua",
      ["synthflow.usage"] = "lua/synthflow/usage.lua",
      ["synthflow.values"] = "lua/synthflow/values.lua",
    },
  },
}
