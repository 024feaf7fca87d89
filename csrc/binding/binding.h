/* binding.h - what the files of the binding share.
 *
 * The binding stands between Lua and the engine, knows both and decides nothing. Any Lua call
 * may raise, and then jumps over the C code below it: whatever is not Lua's has a userdata as
 * its owner before the next Lua call is made. */
#ifndef SYNTHFLOW_BINDING_H
#define SYNTHFLOW_BINDING_H

#include "../engine/engine.h"
#include "compat.h"

#define SYNTHFLOW_VERSION "0.1.0"

enum {
  TIMEOUT_MOST = 3600,  /* seconds, any time limit a caller may set */
  WORKING_STACK = 16    /* slots that a function of the binding may need above its own */
};

/* Up to this, every whole number is one double and one double alone. */
#define WHOLE_MOST 9007199254740992.0

/* --- fault.c: wrong use raises plain text; the Lua layer knows where the caller stands ---- */

/* Where a value was found: "body.list[2]". The names belong to strings on the Lua stack. */
struct fault_path {
  const struct fault_path *parent; /* NULL: `name` is the root */
  const char *name;                /* NULL: a list, `position` counts from 1 */
  size_t length;
  size_t position;
};

struct fault_path fault_root(const char *name);
struct fault_path fault_field(const struct fault_path *parent, const char *name, size_t length);
struct fault_path fault_item(const struct fault_path *parent, size_t position);

_Noreturn void fault_raise(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void fault_raise_at(lua_State *L, const struct fault_path *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void fault_no_memory(lua_State *L);

/* --- table.c: tables in an order of their own, without metamethods ------------------------ */

enum table_kind { TABLE_EMPTY, TABLE_LIST, TABLE_OBJECT };

struct table_shape {
  enum table_kind kind;
  size_t count;
};

struct table_key {
  const char *text;
  size_t length;
  int index; /* in the table of keys */
};

/* Its fields in the order of their names, for a table of string keys alone. */
struct table_fields {
  struct table_key *keys;
  size_t count;
  int table;
  int names; /* stack index of the table that keeps the keys alive */
};

/* Raises for tables that are neither a list without holes nor an object. */
struct table_shape table_shape(lua_State *L, int table, const struct fault_path *path);

/* Leaves two values on the stack, for as long as the fields are used. */
struct table_fields table_fields(lua_State *L, int table, size_t count);

/* The same for any value: raises when it is not a table of names. */
struct table_fields table_named_fields(lua_State *L, int index, const struct fault_path *path);

bool table_is_key(const struct table_key *key, const char *name);

void table_push_value(lua_State *L, const struct table_fields *fields, size_t position);

/* Pushes table[name], raw; returns its type. */
int table_push(lua_State *L, int table, const char *name);

/* The text at `index`, NULL unless it is a string without NUL bytes. */
const char *table_text(lua_State *L, int index);

/* Set a field of the table on top of the stack; a text of NULL sets nothing. */
void table_set_text(lua_State *L, const char *name, const char *text);
void table_set_flag(lua_State *L, const char *name, bool flag);

/* --- json_*.c ----------------------------------------------------------------------------- */

enum {
  JSON_DEPTH_MOST = 64, /* of what is encoded */
  JSON_NUMBER_SIZE = 40
};

/* Pushes an empty buffer that Lua owns. */
struct buffer *json_new_text(lua_State *L);

/* Encodes the value into `out`, whose owner is on the stack. Raises a fault with its path. */
void json_encode(lua_State *L, int index, struct buffer *out, const struct fault_path *path);

/* Writes a number as JSON. 0: it is infinite or not a number. */
size_t json_format_number(lua_State *L, int index, char text[JSON_NUMBER_SIZE]);

/* Decodes the string at `index` and pushes the value; or returns false and pushes the reason. */
bool json_decode(lua_State *L, int index);

void json_open_encode(lua_State *L);

/* Makes the private decoder. Raises when lua-cjson is missing. */
void json_open_decode(lua_State *L);

/* Pushes the metatable that makes an empty table a list. */
void json_push_list_metatable(lua_State *L);

int json_core_encode(lua_State *L);
int json_core_decode(lua_State *L);

/* --- client.c: the settings userdata ------------------------------------------------------- */

struct settings *client_check(lua_State *L, int index);

/* Trims the key at `index` and pushes it, nil when nothing is left. Returns NULL, or what is
 * wrong as a phrase that shows nothing of the key; then nothing is pushed. */
const char *client_push_key(lua_State *L, int index);

void client_open(lua_State *L);
int client_new(lua_State *L);

/* --- handle.c: the exchange userdata ------------------------------------------------------- */

struct handle {
  struct exchange *exchange; /* NULL once its result has been taken */
  bool background;           /* its owner may not block */
  bool submitted;
  bool raw;                  /* the body is not to be read as JSON */
};

/* Pushes an empty handle. */
struct handle *handle_new(lua_State *L);
struct handle *handle_check(lua_State *L, int index);

/* Gives the exchange to the engine. false: it has ended already. */
bool handle_give(struct handle *handle);

/* Lets the exchange go, whatever state it is in. */
void handle_drop(struct handle *handle);

void handle_open(lua_State *L);
int handle_submit(lua_State *L);
int handle_wait(lua_State *L);
int handle_cancel(lua_State *L);

/* --- mailbox.c ------------------------------------------------------------------------------ */

struct mailbox *mailbox_check(lua_State *L, int index);

void mailbox_open(lua_State *L);
int mailbox_make(lua_State *L);

/* --- request.c, target.c, result.c, info.c, system.c -------------------------------------------------- */

int request_prepare(lua_State *L);
int request_start(lua_State *L);
int request_describe(lua_State *L);

/* Check the value on top of the stack and append it to the URL. */
void target_append_path(lua_State *L, struct buffer *url);
void target_append_query(lua_State *L, struct buffer *url);

int result_take(lua_State *L);

int info_read(lua_State *L);
int info_stats(lua_State *L);

int system_nap(lua_State *L);
int system_clock(lua_State *L);
int system_random(lua_State *L);
int system_is_yieldable(lua_State *L);

/* --- userdata with a metatable: methods apart from the metamethods, the metatable locked ---- */

void binding_new_class(lua_State *L, const char *name, const luaL_Reg *metamethods,
                       const luaL_Reg *methods);

#endif
