#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

/* The position that a number key names in a list, 0 when none. */
static size_t list_position(lua_State *L, int index) {
  double number = lua_tonumber(L, index);
  return number >= 1 && number <= INT32_MAX && number == (double)(int32_t)number ? (size_t)number
                                                                                : 0;
}

_Noreturn static void raise_key(lua_State *L, int index, const struct fault_path *path) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    fault_raise_at(L, path, "the key %f is neither a name nor a place in a list",
                   (double)lua_tonumber(L, index));
  }
  fault_raise_at(L, path, "a key is a %s; it must be a string", luaL_typename(L, index));
}

_Noreturn static void raise_hole(lua_State *L, int table, const struct fault_path *path) {
  int position = 0;
  do {
    lua_rawgeti(L, table, ++position);
  } while (!lua_isnil(L, -1) && (lua_pop(L, 1), true));
  fault_raise_at(L, path, "a list with a hole: item %d is nil", position);
}

struct table_shape table_shape(lua_State *L, int table, const struct fault_path *path) {
  size_t names = 0;
  size_t items = 0;
  size_t last = 0;
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      names++;
      continue;
    }
    size_t position = lua_type(L, -1) == LUA_TNUMBER ? list_position(L, -1) : 0;
    if (position == 0) {
      raise_key(L, -1, path);
    }
    items++;
    last = position > last ? position : last;
  }
  if (names > 0 && items > 0) {
    fault_raise_at(L, path, "the keys of a list and of an object in one table");
  }
  if (last > items) {
    raise_hole(L, table, path);
  }
  enum table_kind kind = names > 0 ? TABLE_OBJECT : items > 0 ? TABLE_LIST : TABLE_EMPTY;
  return (struct table_shape){kind, names + items};
}

static int compare_keys(const void *left, const void *right) {
  const struct table_key *a = left;
  const struct table_key *b = right;
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

struct table_fields table_fields(lua_State *L, int table, size_t count) {
  struct table_fields fields = {.table = table};
  lua_createtable(L, (int)count, 0);
  fields.names = lua_gettop(L);
  fields.keys = lua_newuserdata(L, (count + 1) * sizeof *fields.keys);
  lua_pushnil(L);
  while (lua_next(L, table)) {
    lua_pop(L, 1);
    /* A finalizer may have run above and changed the table. */
    if (fields.count == count || lua_type(L, -1) != LUA_TSTRING) {
      fault_raise(L, "a table was changed while it was being read");
    }
    struct table_key *key = &fields.keys[fields.count++];
    key->text = lua_tolstring(L, -1, &key->length);
    key->index = (int)fields.count;
    lua_pushvalue(L, -1);
    lua_rawseti(L, fields.names, key->index);
  }
  if (fields.count > 1) {
    qsort(fields.keys, fields.count, sizeof *fields.keys, compare_keys);
  }
  return fields;
}

struct table_fields table_named_fields(lua_State *L, int index, const struct fault_path *path) {
  if (lua_type(L, index) != LUA_TTABLE) {
    fault_raise_at(L, path, "must be a table, not a %s", luaL_typename(L, index));
  }
  struct table_shape shape = table_shape(L, index, path);
  if (shape.kind == TABLE_LIST) {
    fault_raise_at(L, path, "must have names as keys, not places");
  }
  return table_fields(L, index, shape.count);
}

bool table_is_key(const struct table_key *key, const char *name) {
  return *name == *key->text && strlen(name) == key->length &&
         memcmp(name, key->text, key->length) == 0;
}

void table_push_value(lua_State *L, const struct table_fields *fields, size_t position) {
  lua_rawgeti(L, fields->names, fields->keys[position].index);
  lua_rawget(L, fields->table);
}

int table_push(lua_State *L, int table, const char *name) {
  lua_pushstring(L, name);
  lua_rawget(L, table);
  return lua_type(L, -1);
}

const char *table_text(lua_State *L, int index) {
  size_t length;
  if (lua_type(L, index) != LUA_TSTRING) {
    return NULL;
  }
  const char *text = lua_tolstring(L, index, &length);
  return strlen(text) == length ? text : NULL;
}

void table_set_text(lua_State *L, const char *name, const char *text) {
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

void table_set_flag(lua_State *L, const char *name, bool flag) {
  lua_pushboolean(L, flag);
  lua_setfield(L, -2, name);
}
