/* import - turns other tools' figures into a result file, so that they get the same verdicts. */
#ifndef EXCHANGE_IMPORT_H
#define EXCHANGE_IMPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/reason.h"
#include "exchange/imported.h"

/* The largest file that is read. */
#define IMPORT_MOST_BYTES (256ULL << 20)

struct import_format {
	const char *name, *summary;
	/*
	 * One of the two is set. Both name the place of an error: line and column, or path in the
	 * JSON.
	 */
	int (*read_json)(struct imported *imported, json_t *root);
	int (*read_text)(struct imported *imported, char *text);
	/* Tells whether a file looks like this format. @root is NULL if the file is no JSON. */
	bool (*is_like)(const json_t *root, const char *text);
};

extern const struct import_format import_benchstat, import_google_benchmark, import_hyperfine;

/* All formats in order of name; ends with NULL. */
extern const struct import_format *const import_formats[];

/* Finds a format by name; NULL if there is none. */
const struct import_format *import_find(const char *name);

/*
 * Reads all of @path ("-" is standard input) and writes the records to @file. If @format is NULL,
 * the content tells which it is. Returns 0, or -errno with the reason; then nothing was written.
 */
int import_file(const char *path, const struct import_format *format, FILE *file,
		struct reason *reason);

#endif
