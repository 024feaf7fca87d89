# synthflow for Lua. `make help` lists what this file can do.

LUA    ?= 5.4
BUILD  ?= build
PREFIX ?= /usr/local
CFLAGS ?= -O2 -g

# What `make test` runs on.
LUAS = 5.4 5.3 5.2 5.1 luajit

# --- the interpreter that the binding is built for -----------------------------------------

ifeq ($(LUA),luajit)
LUA_NAME = luajit
LUA_ABI  = 5.1
LUA_DIRS = luajit-2.1 luajit-2.0
else
LUA_NAME = lua$(LUA)
LUA_ABI  = $(LUA)
LUA_DIRS = lua$(LUA) lua-$(LUA) lua$(subst .,,$(LUA)) lua/$(LUA)
endif

PKG_CONFIG ?= pkg-config
INCLUDE_ROOTS = /usr/include /usr/local/include /opt/homebrew/include /opt/local/include

# LUA_INCLUDE and CURL_LIBS may be given where pkg-config does not know them.
LUA_INCLUDE ?= $(or \
  $(shell $(PKG_CONFIG) --cflags $(LUA_NAME) 2>/dev/null), \
  $(addprefix -I,$(patsubst %/lua.h,%,$(firstword $(wildcard \
    $(foreach root,$(INCLUDE_ROOTS),$(addsuffix /lua.h,$(addprefix $(root)/,$(LUA_DIRS)))))))))
LUA_LIBS     ?= $(or $(shell $(PKG_CONFIG) --libs $(LUA_NAME) 2>/dev/null),-l$(LUA_NAME))
CURL_INCLUDE ?= $(shell $(PKG_CONFIG) --cflags libcurl 2>/dev/null)
CURL_LIBS    ?= $(or $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null),-lcurl)

# The fault server's.
NGHTTP2_INCLUDE ?= $(shell $(PKG_CONFIG) --cflags libnghttp2 2>/dev/null)
NGHTTP2_LIBS    ?= $(or $(shell $(PKG_CONFIG) --libs libnghttp2 2>/dev/null),-lnghttp2)

# --- flags --------------------------------------------------------------------------------

WARNINGS = -Wall -Wextra -pedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Wwrite-strings -Wvla -Wformat=2

# CFLAGS is the user's; CFLAGS_EXTRA is for sanitizers and -Werror, in a BUILD of their own.
COMPILE = $(CC) -std=c11 $(PLATFORM) -fPIC -fvisibility=hidden -pthread $(WARNINGS) $(CFLAGS) $(CFLAGS_EXTRA) \
  -Icsrc -Icsrc/engine $(CURL_INCLUDE)
LINK    = $(CC) -pthread $(CFLAGS) $(CFLAGS_EXTRA) $(LDFLAGS)

# nodelete: libcurl's and our own threads may outlive the last Lua state.
ifeq ($(shell uname -s),Darwin)
MODULE_FLAGS = -bundle -undefined dynamic_lookup
PLATFORM     = -D_DARWIN_C_SOURCE
else
MODULE_FLAGS = -shared -Wl,-z,nodelete
endif

# V=1 shows the commands.
ifneq ($(V),1)
Q = @
say = @printf '  %-5s %s\n' $(1) $(2)
endif

# --- files --------------------------------------------------------------------------------

BUILD_LUA = $(BUILD)/$(LUA_NAME)
CORE      = $(BUILD_LUA)/synthflow/core.so

ENGINE_OBJECTS  = $(patsubst csrc/engine/%.c,$(BUILD)/engine/%.o,$(sort $(wildcard csrc/engine/*.c)))
BINDING_OBJECTS = $(patsubst csrc/binding/%.c,$(BUILD_LUA)/binding/%.o,$(sort $(wildcard csrc/binding/*.c)))

# C for the specs. Every *_test.c is a program of its own; the other files beside it help all of them.
objects = $(patsubst %.c,$(BUILD)/objects/%.o,$(sort $(1)))
ENGINE_TEST_SOURCES  = $(sort $(wildcard spec/engine/*_test.c))
ENGINE_TESTS         = $(ENGINE_TEST_SOURCES:%.c=$(BUILD)/%)
ENGINE_TEST_HELPERS  = $(call objects,$(filter-out $(ENGINE_TEST_SOURCES),$(wildcard spec/engine/*.c)))
CALL_HOST            = $(BUILD_LUA)/call_host
FORK                 = $(BUILD_LUA)/support/fork.so
BENCH_PROGRAMS       = $(BUILD)/spec/bench/bare $(BUILD_LUA)/bench_host
SUPPORT              = $(BUILD)/spec/support
FAULT_SERVER_OBJECTS = $(call objects,$(wildcard spec/support/fault_server/*.c))

MODULES = $(sort $(shell cd lua && find . -name '*.lua' | sed 's,^\./,,'))

# --- building -----------------------------------------------------------------------------

.DEFAULT_GOAL = core

# Other flags or another compiler: all is built anew. The file changes only when they do.
FLAGS = $(BUILD)/flags
.PHONY: always
$(FLAGS): always
	@mkdir -p $(@D)
	@echo '$(COMPILE) / $(LINK)' | cmp -s - $@ || echo '$(COMPILE) / $(LINK)' >$@

$(CORE): $(ENGINE_OBJECTS) $(BINDING_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) $(MODULE_FLAGS) -o $@ $^ $(CURL_LIBS)

$(BUILD)/engine/%.o: csrc/engine/%.c $(FLAGS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD_LUA)/binding/%.o: csrc/binding/%.c $(FLAGS) | lua-headers
	@mkdir -p $(@D)
	$(call say,CC,"$< ($(LUA_NAME))")
	$(Q)$(COMPILE) $(LUA_INCLUDE) -MMD -MP -c -o $@ $<

$(BUILD)/objects/%.o: %.c $(FLAGS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(NGHTTP2_INCLUDE) -MMD -MP -c -o $@ $<

$(ENGINE_TESTS): $(BUILD)/%: $(BUILD)/objects/%.o $(ENGINE_TEST_HELPERS) $(ENGINE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CURL_LIBS)

# For specs that fork, on every Lua.
$(FORK): spec/support/fork.c $(FLAGS) | lua-headers
	@mkdir -p $(@D)
	$(call say,CC,"$< ($(LUA_NAME))")
	$(Q)$(COMPILE) $(LUA_INCLUDE) $(MODULE_FLAGS) -o $@ $< $(LDFLAGS)

$(BUILD)/spec/bench/bare: $(call objects,spec/bench/bare.c)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(CURL_LIBS)

$(SUPPORT)/fault_server: $(FAULT_SERVER_OBJECTS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(LINK) -o $@ $^ $(NGHTTP2_LIBS) -lssl -lcrypto

# Preloaded into programs that have no sanitizer.
$(SUPPORT)/slow_resolver.so: spec/support/slow_resolver.c $(FLAGS)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(filter-out -fsanitize=% -fno-sanitize-recover=%,$(COMPILE)) -shared -o $@ $<

$(SUPPORT)/certificates/made: spec/support/certificates.sh
	$(call say,GEN,$(@D))
	$(Q)sh $< $(@D) && touch $@

# Programs with a Lua inside, each explained in its source.
$(BUILD_LUA)/interpreter: spec/tools/interpreter.c spec/tools/keep_loaded.c
$(BUILD_LUA)/failing_allocator: spec/support/failing_allocator.c spec/tools/keep_loaded.c
$(BUILD_LUA)/bench_host: spec/bench/bench_host.c
$(CALL_HOST): spec/hosts/call_host.c
LUA_PROGRAMS = $(BUILD_LUA)/interpreter $(BUILD_LUA)/failing_allocator
$(LUA_PROGRAMS) $(CALL_HOST) $(BUILD_LUA)/bench_host: $(FLAGS) | lua-headers
	@mkdir -p $(@D)
	$(call say,CC,"$(firstword $(filter %.c,$^)) ($(LUA_NAME))")
	$(Q)$(COMPILE) $(LUA_INCLUDE) -o $@ $(filter %.c,$^) $(LDFLAGS) $(LUA_LIBS)

.PHONY: core lua-headers cores support engine-tests hosts lua-programs bench-programs
core: $(CORE)
support: $(SUPPORT)/fault_server $(SUPPORT)/slow_resolver.so $(SUPPORT)/certificates/made
engine-tests: $(ENGINE_TESTS)
hosts: $(CALL_HOST) $(FORK)
lua-programs: $(LUA_PROGRAMS)
bench-programs: $(BENCH_PROGRAMS)
core support engine-tests hosts lua-programs bench-programs:
	@: # says nothing when all is there

lua-headers:
	@test -n "$(strip $(LUA_INCLUDE))" || { echo "lua.h of $(LUA_NAME) was not found:" \
	  "run 'make deps', or give LUA_INCLUDE=-I/its/directory" >&2; exit 1; }

# For every Lua; they share the engine's objects, which come first.
EACH  = core
CORES = $(LUAS:%=core-%)
.PHONY: $(CORES)
cores: $(CORES)
$(CORES): core-%: $(ENGINE_OBJECTS)
	@$(MAKE) --no-print-directory LUA=$* $(EACH)

.SECONDARY:

-include $(wildcard $(BUILD)/engine/*.d $(BUILD_LUA)/binding/*.d $(BUILD)/objects/spec/*/*.d \
  $(BUILD)/objects/spec/*/*/*.d)

# --- using --------------------------------------------------------------------------------

# DEPS=no installs nothing.
ifeq ($(DEPS),no)
need = @:
else
need = @BUILD=$(BUILD) sh spec/tools/deps.sh
endif
LUA_GROUPS = $(foreach lua,$(LUAS),$(if $(filter luajit,$(lua)),luajit,lua$(lua)))

# One job per processor, unless the caller has decided.
JOBS    = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))
submake = @$(MAKE) --no-print-directory $(JOBS)

.PHONY: help env deps demo test lint check-memory check-threads bench docs annotations drift rock install clean

help:
	@echo 'make                 build for Lua $(LUA) into $(BUILD)/ (LUA=5.1, 5.2, 5.3, 5.4 or luajit)'
	@echo 'make demo            import, list, change and delete a number against a platform on this machine'
	@echo 'make test            all tests on Lua $(LUAS)'
	@echo 'make -s env          the lines that let a shell use this build without installing it'
	@echo 'make install         into PREFIX=$(PREFIX) (DESTDIR, LUADIR and LIBDIR are heeded)'
	@echo 'make deps            install what Debian or Ubuntu lack for any of these (DEPS=no: never do)'
	@echo 'make docs            the reference of all methods, as one page of Markdown and HTML, into $(BUILD)/docs'
	@echo 'make annotations     what editors are told of the catalogue, anew into lua/synthflow/meta'
	@echo 'make drift OPENAPI=f  what an OpenAPI file of the platform (JSON) has that the catalogue lacks, and back'
	@echo 'make lint check-memory check-threads bench rock clean'

# No recipe below calls make for them: such a line would run even with `make -n`.
SET_LUA_PATH  = LUA_PATH="$(CURDIR)/lua/?.lua;$(CURDIR)/lua/?/init.lua;$${LUA_PATH:-;}"
SET_LUA_CPATH = LUA_CPATH="$(abspath $(BUILD_LUA))/?.so;$${LUA_CPATH:-;}"

env:
	@echo 'export $(SET_LUA_PATH)'
	@echo 'export $(SET_LUA_CPATH)'

deps:
	$(need) build $(LUA_GROUPS) sandbox specs kamailio lint memory rock

demo:
	$(need) build $(LUA_NAME) sandbox
	$(submake) core
	@$(SET_LUA_PATH) $(SET_LUA_CPATH) $(LUA_NAME) spec/examples/import_number.lua

test:
	$(need) build $(LUA_GROUPS) sandbox specs kamailio
	$(submake) EACH="core hosts" cores support engine-tests
	@BUILD=$(BUILD) sh spec/tools/test.sh $(LUAS)

SANITIZE_MEMORY  = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZE_THREADS = -O1 -g -fno-omit-frame-pointer -fsanitize=thread

# Small enough for valgrind; together they touch every part of the binding.
VALGRIND_SPECS = $(patsubst %,spec/%_spec.lua,core json connections fault_errors phone_numbers retries)

check-memory:
	$(need) build $(LUA_GROUPS) sandbox specs memory
	$(submake) BUILD=$(BUILD)/asan CFLAGS_EXTRA="$(SANITIZE_MEMORY)" LUA=5.4 core support engine-tests hosts lua-programs
	$(submake) EACH="core lua-programs hosts" cores support
	@BUILD=$(BUILD) VALGRIND_SPECS="$(VALGRIND_SPECS)" sh spec/tools/memory.sh $(LUAS)

check-threads:
	$(need) build lua5.4 sandbox specs
	$(submake) BUILD=$(BUILD)/tsan CFLAGS_EXTRA="$(SANITIZE_THREADS)" LUA=5.4 core support engine-tests hosts
	@BUILD=$(BUILD)/tsan sh spec/tools/threads.sh

# nginx's Lua is LuaJIT.
bench:
	$(need) build $(LUA_NAME) luajit sandbox specs
	$(submake) LUA=luajit core
	$(submake) core support bench-programs
	@$(SET_LUA_PATH) $(SET_LUA_CPATH) SYNTHFLOW_BUILD=$(abspath $(BUILD)) \
	  PATH="$$PATH:$(abspath $(BUILD))/nginx/usr/sbin" $(LUA_NAME) spec/bench/run.lua \
	  $(BENCH_PROGRAMS)

# These three run on any Lua, without the core.
docs:
	$(need) $(LUA_NAME)
	@mkdir -p $(BUILD)/docs
	@$(SET_LUA_PATH) $(LUA_NAME) spec/tools/docs.lua $(BUILD)/docs

annotations:
	$(need) $(LUA_NAME)
	@$(SET_LUA_PATH) $(LUA_NAME) spec/tools/annotations.lua >lua/synthflow/meta/client.lua

drift:
	$(need) $(LUA_NAME) sandbox
	@$(SET_LUA_PATH) $(LUA_NAME) spec/tools/drift.lua "$(OPENAPI)"

rock:
	$(need) build lua5.4 lua5.1 rock
	@BUILD=$(BUILD) sh spec/tools/rock.sh 5.4 5.1

# Each with an exit status of its own, so that all are tried: `make -k lint`.
LINTS = lint-lua lint-rules lint-gcc lint-clang lint-cppcheck lint-tidy
.PHONY: $(LINTS)
lint:
	$(need) build $(LUA_GROUPS) sandbox specs lint
	$(submake) -k $(LINTS)

C_FILES  = $(sort $(wildcard csrc/*/*.c spec/*/*.c spec/support/*/*.c))
C_WHOLE  = cores support engine-tests bench-programs
checked  = @printf '  %-13s %s\n' '$(1)' ok

lint-lua:
	@luacheck -q lua spec
	$(call checked,luacheck)

lint-rules:
	@sh spec/tools/rules.sh
	$(call checked,house rules)

# gcc and clang know different mistakes; -O2, because some are found while optimising.
lint-gcc lint-clang: lint-%:
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/$@ EACH="core lua-programs hosts" CC=$* CFLAGS="-O2 -Werror" Q=@ say= $(C_WHOLE)
	@sh spec/tools/exports.sh $(BUILD)/$@
	$(call checked,$*)

lint-cppcheck:
	@cppcheck -q --error-exitcode=1 --std=c11 --enable=warning,performance,portability --inline-suppr \
	  --suppress=missingInclude --suppress=ctunullpointer --library=spec/tools/cppcheck.cfg -Icsrc -Icsrc/engine -Icsrc/binding $(C_FILES)
	$(call checked,cppcheck)

# One process per file: the analyzer's va_list check keeps pointers of one file while it reads the
# next, and then reports, now and then, a va_list where there is none.
TIDIED = $(C_FILES:%=tidy/%)
.PHONY: $(TIDIED)
lint-tidy: $(TIDIED)
	$(call checked,clang-tidy)

$(TIDIED): tidy/%:
	@clang-tidy --quiet $* -- -std=c11 -Icsrc -Icsrc/engine -Icsrc/binding $(LUA_INCLUDE) $(CURL_INCLUDE) $(NGHTTP2_INCLUDE) 2>/dev/null

# --- installing ---------------------------------------------------------------------------

LUADIR ?= $(PREFIX)/share/lua/$(LUA_ABI)
LIBDIR ?= $(PREFIX)/lib/lua/$(LUA_ABI)

.PHONY: install-lua
install: core install-lua
	install -d $(DESTDIR)$(LIBDIR)/synthflow
	install -m 755 $(CORE) $(DESTDIR)$(LIBDIR)/synthflow/core.so

install-lua:
	@for module in $(MODULES); do \
	  install -d $(DESTDIR)$(LUADIR)/$$(dirname $$module) && \
	  install -m 644 lua/$$module $(DESTDIR)$(LUADIR)/$$module || exit 1; \
	done

# For LuaRocks, which builds for one Lua after the other in the same place and wants one name.
.PHONY: rock-core
rock-core:
	@rm -rf $(BUILD)
	$(submake) CORE=$(BUILD)/core.so core

clean:
	rm -rf $(BUILD)
