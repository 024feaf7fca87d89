#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "binding.h"

enum { SHOWN_NAME_MOST = 60 };

struct fault_path fault_root(const char *name) {
  return (struct fault_path){.name = name, .length = strlen(name)};
}

struct fault_path fault_field(const struct fault_path *parent, const char *name, size_t length) {
  return (struct fault_path){.parent = parent, .name = name, .length = length};
}

struct fault_path fault_item(const struct fault_path *parent, size_t position) {
  return (struct fault_path){.parent = parent, .position = position};
}

static bool is_identifier(const char *name, size_t length) {
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)name[i];
    if (c != '_' && !(c < 128 && (i > 0 ? isalnum(c) : isalpha(c)))) {
      return false;
    }
  }
  return length > 0 && length <= SHOWN_NAME_MOST;
}

/* ["a name"], on one line whatever it holds. */
static void add_quoted(luaL_Buffer *text, const char *name, size_t length) {
  size_t shown = length > SHOWN_NAME_MOST ? SHOWN_NAME_MOST : length;
  luaL_addstring(text, "[\"");
  for (size_t i = 0; i < shown; i++) {
    luaL_addchar(text, (unsigned char)name[i] < ' ' || name[i] == 127 ? '?' : name[i]);
  }
  luaL_addstring(text, shown < length ? "...\"]" : "\"]");
}

static void add_position(luaL_Buffer *text, size_t position) {
  char digits[24];
  char *start = digits + sizeof digits;
  do {
    *--start = (char)('0' + position % 10);
    position /= 10;
  } while (position > 0);
  luaL_addchar(text, '[');
  luaL_addlstring(text, start, (size_t)(digits + sizeof digits - start));
  luaL_addchar(text, ']');
}

/* As deep as what is encoded may be nested. */
static void add_path(luaL_Buffer *text, const struct fault_path *path) {
  if (!path->parent) {
    luaL_addlstring(text, path->name, path->length);
    return;
  }
  add_path(text, path->parent);
  if (!path->name) {
    add_position(text, path->position);
  } else if (is_identifier(path->name, path->length)) {
    luaL_addchar(text, '.');
    luaL_addlstring(text, path->name, path->length);
  } else {
    add_quoted(text, path->name, path->length);
  }
}

_Noreturn static void raise_top(lua_State *L) {
  lua_error(L);
  __builtin_unreachable();
}

void fault_raise(lua_State *L, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  raise_top(L);
}

void fault_raise_at(lua_State *L, const struct fault_path *path, const char *format, ...) {
  luaL_Buffer text;
  size_t length;
  va_list arguments;
  va_start(arguments, format);
  const char *message = lua_pushvfstring(L, format, arguments);
  va_end(arguments);
  lua_tolstring(L, -1, &length);
  luaL_buffinit(L, &text);
  add_path(&text, path);
  luaL_addstring(&text, ": ");
  luaL_addlstring(&text, message, length);
  luaL_pushresult(&text);
  raise_top(L);
}

void fault_no_memory(lua_State *L) {
  fault_raise(L, "not enough memory");
}
