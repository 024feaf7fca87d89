#include <string.h>

#include "binding.h"

static const char LIST_METATABLE[] = "synthflow.core.list_metatable";
static const char TEXT_CLASS[] = "synthflow.core.text";

struct writer {
  lua_State *L;
  struct buffer *out;
};

static void write_value(struct writer *writer, int index, const struct fault_path *path,
                        int depth);

/* --- strings and numbers ------------------------------------------------------------------ */

static void write_escape(struct buffer *out, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  static const char named[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";
  const char *found = c ? strchr(named, c) : NULL;
  if (found) {
    const char escape[] = {'\\', letters[found - named]};
    buffer_append(out, escape, sizeof escape);
  } else {
    const char escape[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    buffer_append(out, escape, sizeof escape);
  }
}

static void write_string(struct buffer *out, const char *text, size_t length) {
  size_t begin = 0;
  buffer_append_byte(out, '"');
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < ' ' || c == '"' || c == '\\') {
      buffer_append(out, text + begin, i - begin);
      write_escape(out, c);
      begin = i + 1;
    }
  }
  buffer_append(out, text + begin, length - begin);
  buffer_append_byte(out, '"');
}

static void write_number(struct writer *writer, int index, const struct fault_path *path) {
  char text[JSON_NUMBER_SIZE];
  size_t length = json_format_number(writer->L, index, text);
  if (length == 0) {
    fault_raise_at(writer->L, path, "JSON has no NaN and no infinity");
  }
  buffer_append(writer->out, text, length);
}

/* --- tables ------------------------------------------------------------------------------- */

static bool is_marked_list(lua_State *L, int table) {
  if (!lua_getmetatable(L, table)) {
    return false;
  }
  json_push_list_metatable(L);
  bool marked = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return marked;
}

static void write_list(struct writer *writer, int table, size_t count,
                       const struct fault_path *path, int depth) {
  lua_State *L = writer->L;
  buffer_append_byte(writer->out, '[');
  for (size_t i = 1; i <= count; i++) {
    struct fault_path item = fault_item(path, i);
    if (i > 1) {
      buffer_append_byte(writer->out, ',');
    }
    lua_rawgeti(L, table, (int)i);
    write_value(writer, lua_gettop(L), &item, depth);
    lua_pop(L, 1);
  }
  buffer_append_byte(writer->out, ']');
}

static void write_object(struct writer *writer, int table, size_t count,
                         const struct fault_path *path, int depth) {
  lua_State *L = writer->L;
  int top = lua_gettop(L);
  struct table_fields fields = table_fields(L, table, count);
  buffer_append_byte(writer->out, '{');
  for (size_t i = 0; i < fields.count; i++) {
    struct fault_path field = fault_field(path, fields.keys[i].text, fields.keys[i].length);
    if (i > 0) {
      buffer_append_byte(writer->out, ',');
    }
    write_string(writer->out, fields.keys[i].text, fields.keys[i].length);
    buffer_append_byte(writer->out, ':');
    table_push_value(L, &fields, i);
    write_value(writer, lua_gettop(L), &field, depth);
    lua_pop(L, 1);
  }
  buffer_append_byte(writer->out, '}');
  lua_settop(L, top);
}

static void write_table(struct writer *writer, int table, const struct fault_path *path,
                        int depth) {
  lua_State *L = writer->L;
  if (depth > JSON_DEPTH_MOST) {
    fault_raise_at(L, path, "tables nested deeper than %d levels, or one within itself",
                   JSON_DEPTH_MOST);
  }
  if (!lua_checkstack(L, WORKING_STACK)) {
    fault_no_memory(L);
  }
  struct table_shape shape = table_shape(L, table, path);
  bool marked = is_marked_list(L, table);
  if (marked && shape.kind == TABLE_OBJECT) {
    fault_raise_at(L, path, "a table marked as a list has names as keys");
  } else if (marked || shape.kind == TABLE_LIST) {
    write_list(writer, table, shape.count, path, depth);
  } else {
    write_object(writer, table, shape.count, path, depth);
  }
}

static void write_value(struct writer *writer, int index, const struct fault_path *path,
                        int depth) {
  lua_State *L = writer->L;
  size_t length;
  const char *text;
  switch (lua_type(L, index)) {
    case LUA_TNIL:
      buffer_append_text(writer->out, "null");
      break;
    case LUA_TBOOLEAN:
      buffer_append_text(writer->out, lua_toboolean(L, index) ? "true" : "false");
      break;
    case LUA_TNUMBER:
      write_number(writer, index, path);
      break;
    case LUA_TSTRING:
      text = lua_tolstring(L, index, &length);
      write_string(writer->out, text, length);
      break;
    case LUA_TTABLE:
      write_table(writer, index, path, depth + 1);
      break;
    case LUA_TLIGHTUSERDATA:
      if (!lua_touserdata(L, index)) {
        buffer_append_text(writer->out, "null");
        break;
      }
      /* fall through */
    default:
      fault_raise_at(L, path, "a %s cannot be sent", luaL_typename(L, index));
  }
}

void json_encode(lua_State *L, int index, struct buffer *out, const struct fault_path *path) {
  struct writer writer = {L, out};
  write_value(&writer, index, path, 0);
  if (out->failed) {
    fault_no_memory(L);
  }
}

/* --- core.encode --------------------------------------------------------------------------- */

static int text_free(lua_State *L) {
  struct buffer *text = compat_test_userdata(L, 1, TEXT_CLASS);
  if (text) {
    buffer_free(text);
  }
  return 0;
}

struct buffer *json_new_text(lua_State *L) {
  struct buffer *text = lua_newuserdata(L, sizeof *text);
  memset(text, 0, sizeof *text);
  luaL_getmetatable(L, TEXT_CLASS);
  lua_setmetatable(L, -2);
  return text;
}

int json_core_encode(lua_State *L) {
  struct fault_path root = fault_root("value");
  lua_settop(L, 1);
  struct buffer *text = json_new_text(L);
  json_encode(L, 1, text, &root);
  lua_pushlstring(L, buffer_text(text), text->length);
  buffer_free(text);
  return 1;
}

void json_push_list_metatable(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, LIST_METATABLE);
}

void json_open_encode(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", text_free}, {NULL, NULL}};
  binding_new_class(L, TEXT_CLASS, metamethods, NULL);
  json_push_list_metatable(L);
  if (lua_isnil(L, -1)) {
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LIST_METATABLE);
  }
  lua_pop(L, 1);
}
