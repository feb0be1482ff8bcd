/*
 * source - reads the records of several result files, one by one, for exporters.
 *
 * The records can be read several times: input from a pipe is kept in a temporary file. Only one
 * record is in memory at a time.
 */
#ifndef EXCHANGE_SOURCE_H
#define EXCHANGE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"

struct source;

/*
 * Opens files ("-" is standard input). @paths must live as long as the source. Returns 0 or -errno
 * with the reason; the caller closes the source.
 */
int source_open(const char *const *paths, size_t count, struct source **ret_source,
		struct reason *reason);
/* Closes the files and frees the source. Takes NULL. */
void source_close(struct source *source);

enum source_kind { SOURCE_RUN, SOURCE_TRIAL, SOURCE_SKIP, SOURCE_END, SOURCE_OTHER };

struct source_record {
	enum source_kind kind;
	const json_t *record; /* freed after the visit */
	const char *file; /* where it stands, for messages */
	size_t line;
	json_t *run; /* its run; take a reference to keep it */
	size_t nr_run; /* the number of the run, from 0 */
	bool resumed; /* from a later session of the run */
	bool has_figures; /* an "ok" trial, whose figures were checked */
};

/* Handles a record. Returns 0, or -errno with the reason, which ends the walk. */
typedef int source_visit(void *state, const struct source_record *record, struct reason *reason);

/*
 * Visits all records of all files. Refuses two files of one run, a file that is empty or no result
 * file, and what figures_check() refuses. Returns 0 or -errno with the reason.
 */
int source_each(struct source *source, source_visit *visit, void *state, struct reason *reason);

/* What the last walk met. */
struct source_count {
	uint64_t ok, other, skipped; /* trials with figures and without; skips */
	const char *torn; /* the first file with an incomplete last line, or NULL */
};

const struct source_count *source_counted(const struct source *source);

/*
 * Returns the label of the run's series, else the kernel's release, else the tool that it was
 * imported from.
 */
const char *source_label(const json_t *run);

/* Tells whether the host's clock was the wall clock: else its times of day mean nothing. */
bool source_has_wall_time(const json_t *run);

#endif
