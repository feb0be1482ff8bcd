/*
 * export - writes result files in other tools' formats.
 *
 * Only "ok" trials give figures. What was skipped, failed or invalid is shown if a format has a
 * place for it, never as a number.
 */
#ifndef EXCHANGE_EXPORT_H
#define EXCHANGE_EXPORT_H

#include <stdio.h>

#include "exchange/source.h"

struct export_format {
	const char *name, *summary;
	/* Writes all records. Returns 0 or -errno; the caller checks ferror() for failed writes. */
	int (*write)(struct source *source, FILE *file, struct reason *reason);
	bool tells_all; /* also shows what is not "ok" */
	bool is_of_profiles; /* holds no figures of trials */
};

extern const struct export_format export_csv, export_folded, export_google_benchmark, export_influx,
	export_junit, export_ktap, export_openmetrics, export_pprof;

/* All formats in order of name; ends with NULL. */
extern const struct export_format *const export_formats[];

/* Finds a format by name; NULL if there is none. */
const struct export_format *export_find(const char *name);

#endif
