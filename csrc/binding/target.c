/* The part of a URL behind the base: path and query. */

#include <ctype.h>
#include <string.h>

#include "binding.h"

static bool is_hex(char c) {
  return isxdigit((unsigned char)c) != 0;
}

/* RFC 3986, section 2.3 */
static bool is_unreserved(char c) {
  return (unsigned char)c < 128 && (isalnum((unsigned char)c) || (c && strchr("-._~", c)));
}

/* RFC 3986, section 3.3 */
static bool is_path_character(char c) {
  return is_unreserved(c) || (c && strchr("/!$&'()*+,;=:@", c));
}

/* --- path ----------------------------------------------------------------------------------- */

/* How many characters `text` begins with that a server takes for the slash or the dot `c`. */
static size_t skip_as(const char *text, char c) {
  const char *escape = c == '/' ? "%2f" : "%2e";
  size_t i = 0;
  if (*text == c) {
    return 1;
  }
  while (i < 3 && text[i] && tolower((unsigned char)text[i]) == escape[i]) {
    i++;
  }
  return i == 3 ? 3 : 0;
}

/* "." and ".." between slashes, any of them written as escapes. */
static bool is_dot_segment(const char *segment) {
  size_t dots = 0;
  size_t skipped;
  while ((skipped = skip_as(segment, '.')) > 0) {
    segment += skipped;
    dots++;
  }
  return (dots == 1 || dots == 2) && (!*segment || skip_as(segment, '/') > 0);
}

/* What is wrong with a path, as a phrase. One that has another way to its record than it
 * shows would turn one operation into another. */
static const char *path_fault(const char *path) {
  if (!path || *path != '/') {
    return "must be a string that begins with \"/\"";
  }
  for (const char *c = path; *c; c++) {
    bool escape = *c == '%' && is_hex(c[1]) && is_hex(c[2]);
    size_t slash = skip_as(c, '/');
    if (!escape && !is_path_character(*c)) {
      return "holds a character that must be percent-encoded";
    }
    if (*c == '/' && c[1] == '/') {
      return "has an empty segment";
    }
    if (slash > 0 && is_dot_segment(c + slash)) {
      return "has a segment \".\" or \"..\"";
    }
  }
  return NULL;
}

void target_append_path(lua_State *L, struct buffer *url) {
  const char *path = table_text(L, -1);
  const char *fault = path_fault(path);
  if (fault) {
    fault_raise(L, "path %s", fault);
  }
  buffer_append_text(url, path);
}

/* --- query ---------------------------------------------------------------------------------- */

struct query {
  lua_State *L;
  struct buffer *url;
  bool begun;
};

static void append_encoded(struct buffer *url, const char *text, size_t length) {
  static const char hex[] = "0123456789ABCDEF";
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    if (is_unreserved(text[i])) {
      buffer_append_byte(url, text[i]);
    } else {
      const char escape[] = {'%', hex[c >> 4], hex[c & 15]};
      buffer_append(url, escape, sizeof escape);
    }
  }
}

/* The text of the value on top of the stack, which stays there. */
static const char *value_text(lua_State *L, char number[JSON_NUMBER_SIZE], size_t *length,
                              const struct fault_path *path) {
  switch (lua_type(L, -1)) {
    case LUA_TSTRING:
      return lua_tolstring(L, -1, length);
    case LUA_TBOOLEAN:
      *length = lua_toboolean(L, -1) ? 4 : 5;
      return lua_toboolean(L, -1) ? "true" : "false";
    case LUA_TNUMBER:
      *length = json_format_number(L, -1, number);
      if (*length > 0) {
        return number;
      }
      fault_raise_at(L, path, "NaN or infinity cannot be sent");
    default:
      fault_raise_at(L, path, "a %s cannot be sent in a query", luaL_typename(L, -1));
  }
}

static void append_value(struct query *query, const struct table_key *key,
                         const struct fault_path *path) {
  char number[JSON_NUMBER_SIZE];
  size_t length;
  const char *text = value_text(query->L, number, &length, path);
  buffer_append_byte(query->url, query->begun ? '&' : '?');
  append_encoded(query->url, key->text, key->length);
  buffer_append_byte(query->url, '=');
  append_encoded(query->url, text, length);
  query->begun = true;
}

static void append_list(struct query *query, const struct table_key *key,
                        const struct fault_path *path) {
  lua_State *L = query->L;
  int list = lua_gettop(L);
  struct table_shape shape = table_shape(L, list, path);
  if (shape.kind == TABLE_OBJECT) {
    fault_raise_at(L, path, "an object cannot be sent in a query");
  }
  for (size_t i = 1; i <= shape.count; i++) {
    struct fault_path item = fault_item(path, i);
    lua_rawgeti(L, list, (int)i);
    append_value(query, key, &item);
    lua_pop(L, 1);
  }
}

void target_append_query(lua_State *L, struct buffer *url) {
  struct query query = {L, url, false};
  struct fault_path root = fault_root("query");
  struct table_fields fields = table_named_fields(L, lua_gettop(L), &root);
  for (size_t i = 0; i < fields.count; i++) {
    const struct table_key *key = &fields.keys[i];
    struct fault_path path = fault_field(&root, key->text, key->length);
    table_push_value(L, &fields, i);
    if (lua_type(L, -1) == LUA_TTABLE) {
      append_list(&query, key, &path);
    } else {
      append_value(&query, key, &path);
    }
    lua_pop(L, 1);
  }
}
