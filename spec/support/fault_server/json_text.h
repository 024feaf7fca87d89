/* json_text.h - writes a text as a JSON string. */
#ifndef FAULT_SERVER_JSON_TEXT_H
#define FAULT_SERVER_JSON_TEXT_H

#include <stdio.h>

static inline void json_text(FILE *out, const char *text) {
  fputc('"', out);
  for (; *text != '\0'; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte < 0x20) {
      fprintf(out, "\\u%04x", byte);
    } else {
      if (byte == '"' || byte == '\\') {
        fputc('\\', out);
      }
      fputc(byte, out);
    }
  }
  fputc('"', out);
}

#endif
