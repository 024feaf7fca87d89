/* keep_loaded.c - keeps every library loaded to the end of a program, although Lua closes them
 * with its state: a leak that is found at the end can then name the library it comes from. */
#include <dlfcn.h>

__attribute__((visibility("default"))) int dlclose(void *handle) {
  (void)handle;
  return 0;
}
