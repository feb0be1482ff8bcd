/*
 * sha256 - computes the SHA-256 checksum of files that are handed on.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_TEXT 65 /* 64 hexadecimal digits and their end */

struct sha256 {
	uint32_t state[8];
	uint64_t length_bytes;
	unsigned char block[64]; /* the last block, while it is not full */
};

void sha256_init(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *bytes, size_t length);

/* Writes the checksum of all that was added, as sha256sum(1) prints it. Returns @text. */
const char *sha256_finish(struct sha256 *sha, char text[SHA256_TEXT]);

#endif
