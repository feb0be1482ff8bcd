/*
 * export - result files in other tools' formats.
 *
 * Only trials that are "ok" give figures; what was skipped, failed or was invalid is shown where
 * a format has a place for it, never as a number.
 */
#ifndef EXCHANGE_EXPORT_H
#define EXCHANGE_EXPORT_H

#include <stdio.h>

#include "exchange/source.h"

struct export_format {
	const char *name, *summary;
	/* 0 or -errno; a failed write is left to ferror(). */
	int (*write)(struct source *source, FILE *file, struct reason *reason);
	bool tells_all; /* it has a place for what is not "ok" */
};

extern const struct export_format export_csv, export_google_benchmark, export_influx, export_ktap,
	export_openmetrics;

/* All of them, by name; ends with NULL. */
extern const struct export_format *const export_formats[];

const struct export_format *export_find(const char *name);

#endif
