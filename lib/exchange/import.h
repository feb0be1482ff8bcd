/*
 * import - others' figures as a result file, so that they go through the same verdicts.
 */
#ifndef EXCHANGE_IMPORT_H
#define EXCHANGE_IMPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/reason.h"
#include "exchange/imported.h"

/* More than this is no file of figures. */
#define IMPORT_MOST_BYTES (256ULL << 20)

struct import_format {
	const char *name, *summary;
	/* One of the two. Errors are told with the place: line and column, or path in the JSON. */
	int (*read_json)(struct imported *imported, json_t *root);
	int (*read_text)(struct imported *imported, char *text);
	/* Whether a file looks like this one's. The root is NULL where it is no JSON. */
	bool (*is_like)(const json_t *root, const char *text);
};

extern const struct import_format import_benchstat, import_google_benchmark, import_hyperfine;

/* All of them, by name; ends with NULL. */
extern const struct import_format *const import_formats[];

const struct import_format *import_find(const char *name);

/*
 * Reads all of @path ("-" is standard input) and writes the records to @file. @format NULL: told
 * from the content. 0 or -errno with the reason; then nothing was written.
 */
int import_file(const char *path, const struct import_format *format, FILE *file,
		struct reason *reason);

#endif
