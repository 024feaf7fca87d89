#include "gzip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* One literal zero, then so many copies of it, 258 each: 13 bits of deflate apiece. */
enum { COPIES = 406425, HEAD_LENGTH = 10, TAIL_LENGTH = 8 };
static const uint32_t BOMB_SIZE = 1 + 258 * (uint32_t)COPIES;
static const uint32_t BOMB_CHECKSUM = 0x293815ad;

static const unsigned char HEAD[HEAD_LENGTH] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255 };

struct packer {
  struct stream *stream;
  unsigned char bytes[8192];
  size_t used;
  uint32_t bits;
  unsigned bit_count;
  bool failed;
};

static void put_byte(struct packer *packer, unsigned char byte) {
  packer->bytes[packer->used++] = byte;
  if (packer->used == sizeof packer->bytes) {
    packer->failed =
        packer->failed || !stream_write(packer->stream, packer->bytes, packer->used);
    packer->used = 0;
  }
}

static void put_bits(struct packer *packer, uint32_t bits, unsigned count) {
  packer->bits |= bits << packer->bit_count;
  packer->bit_count += count;
  while (packer->bit_count >= 8) {
    put_byte(packer, (unsigned char)(packer->bits & 0xff));
    packer->bits >>= 8;
    packer->bit_count -= 8;
  }
}

static void put_word(unsigned char *to, uint32_t word) {
  for (int index = 0; index < 4; index++) {
    to[index] = (unsigned char)(word >> (8 * index) & 0xff);
  }
}

size_t gzip_bomb_length(void) {
  size_t bits = 3 + 8 + 13 * (size_t)COPIES + 7;
  return HEAD_LENGTH + (bits + 7) / 8 + TAIL_LENGTH;
}

bool gzip_bomb_write(struct stream *stream) {
  struct packer packer = { .stream = stream };
  unsigned char tail[TAIL_LENGTH];
  put_word(tail, BOMB_CHECKSUM);
  put_word(tail + 4, BOMB_SIZE);
  for (size_t index = 0; index < HEAD_LENGTH; index++) {
    put_byte(&packer, HEAD[index]);
  }
  put_bits(&packer, 3, 3);    /* the last block, fixed codes */
  put_bits(&packer, 0x0c, 8); /* literal 0: code 00110000, its first bit lowest */
  for (int copy = 0; copy < COPIES && !packer.failed; copy++) {
    put_bits(&packer, 0xa3, 13); /* length 258: code 11000101; distance 1: 00000 */
  }
  put_bits(&packer, 0, 7); /* end of block */
  put_bits(&packer, 0, (8 - packer.bit_count) % 8);
  for (size_t index = 0; index < TAIL_LENGTH; index++) {
    put_byte(&packer, tail[index]);
  }
  return !packer.failed && stream_write(stream, packer.bytes, packer.used);
}

static uint32_t checksum(const char *text, size_t length) {
  uint32_t sum = 0xffffffff;
  for (size_t index = 0; index < length; index++) {
    sum ^= (unsigned char)text[index];
    for (int bit = 0; bit < 8; bit++) {
      sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xedb88320 : 0);
    }
  }
  return ~sum;
}

unsigned char *gzip_stored(const char *text, size_t *length) {
  size_t text_length = strlen(text) & 0xffff;
  unsigned char *bytes = malloc(HEAD_LENGTH + 5 + text_length + TAIL_LENGTH);
  if (bytes == NULL) {
    return NULL;
  }
  unsigned char *next = bytes + HEAD_LENGTH;
  memcpy(bytes, HEAD, HEAD_LENGTH);
  *next++ = 1; /* the last block, stored */
  *next++ = (unsigned char)(text_length & 0xff);
  *next++ = (unsigned char)(text_length >> 8);
  *next++ = (unsigned char)(~text_length & 0xff);
  *next++ = (unsigned char)(~text_length >> 8 & 0xff);
  memcpy(next, text, text_length);
  next += text_length;
  put_word(next, checksum(text, text_length));
  put_word(next + 4, (uint32_t)text_length);
  *length = (size_t)(next + TAIL_LENGTH - bytes);
  return bytes;
}
