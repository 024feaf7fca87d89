#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "binding.h"

/* Whatever the locale puts between whole and fraction becomes a point. */
static size_t put_point(char *text) {
  char *end = text;
  bool inside_separator = false;
  for (const char *c = text; *c; c++) {
    bool separator = !((*c >= '0' && *c <= '9') || *c == '-' || *c == '+' || *c == 'e');
    if (!separator) {
      *end++ = *c;
    } else if (!inside_separator) {
      *end++ = '.';
    }
    inside_separator = separator;
  }
  *end = '\0';
  return (size_t)(end - text);
}

size_t json_format_number(lua_State *L, int index, char text[JSON_NUMBER_SIZE]) {
#if COMPAT_INTEGERS
  if (lua_isinteger(L, index)) {
    return (size_t)snprintf(text, JSON_NUMBER_SIZE, LUA_INTEGER_FMT, lua_tointeger(L, index));
  }
#endif
  double number = (double)lua_tonumber(L, index);
  if (number - number != 0) {
    return 0;
  }
  if (number >= -WHOLE_MOST && number <= WHOLE_MOST && number == (double)(int64_t)number) {
    return (size_t)snprintf(text, JSON_NUMBER_SIZE, "%lld", (long long)number);
  }
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, JSON_NUMBER_SIZE, "%.*g", digits, number);
    if (strtod(text, NULL) == number) {
      break;
    }
  }
  return put_point(text);
}
