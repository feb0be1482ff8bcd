/*
 * units - reads and writes sizes and times as people write them.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KIB (1024ULL)
#define MIB (1024ULL * KIB)
#define GIB (1024ULL * MIB)
#define TIB (1024ULL * GIB)

#define USEC (1000ULL)
#define MSEC (1000ULL * USEC)
#define SEC (1000ULL * MSEC)

#define UNIT_HINT 64 /* room for a hint */
#define UNIT_TEXT 32 /* room for anything that the functions here write */

/*
 * Reads "4K", "2MiB", "16G" or "512"; K is 1024. 0, -EINVAL, or -ERANGE past 64 bits. "4KB" is
 * refused: see size_is_ambiguous().
 */
int size_parse(const char *text, uint64_t *ret_bytes);

/*
 * Tells whether @text is a size such as "64MB", which some mean as 64 MiB and some as 64 million
 * bytes. Then @hint is "write 64MiB or 64000000".
 */
bool size_is_ambiguous(const char *text, char hint[UNIT_HINT]);

/* Writes the shortest exact form: "1GiB", "1536MiB", "4097B". Returns @text. */
const char *size_format(uint64_t bytes, char text[UNIT_TEXT]);

/* Writes it rounded to three digits, for reading: "1.46GiB". Returns @text. */
const char *size_format_rounded(uint64_t bytes, char text[UNIT_TEXT]);

/* Writes the suffix that backings have in their names: "64k", "2m", "1g". Returns @text. */
const char *size_format_suffix(uint64_t bytes, char text[UNIT_TEXT]);

/* Reads "500ms", "10m", "1h" or "90" (seconds). 0, -EINVAL or -ERANGE. */
int time_parse(const char *text, uint64_t *ret_ns);

/* Writes a measured time: "41.2 us", "1.50 s". Returns @text. */
const char *time_format(double ns, char text[UNIT_TEXT]);

/* Writes a time to wait: "8s", "2m05s", "1h10m". Returns @text. */
const char *time_format_wait(uint64_t ns, char text[UNIT_TEXT]);

#endif
