/*
 * source - the records of several result files, one by one, for who writes them another way.
 *
 * It can be gone through several times: what comes through a pipe is kept in a temporary file.
 * Only one record is in memory at a time.
 */
#ifndef EXCHANGE_SOURCE_H
#define EXCHANGE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/reason.h"

struct source;

/* "-" is standard input. @paths must live as long as the source. */
int source_open(const char *const *paths, size_t count, struct source **ret_source,
		struct reason *reason);
void source_close(struct source *source);

enum source_kind { SOURCE_RUN, SOURCE_TRIAL, SOURCE_SKIP, SOURCE_END, SOURCE_OTHER };

struct source_record {
	enum source_kind kind;
	const json_t *record; /* goes away after the visit */
	json_t *run; /* the run that it is of; whoever keeps it takes a reference */
	size_t nr_run; /* that run's number, from 0 */
	bool resumed; /* it is of a later session of that run */
	bool has_figures; /* a trial that is "ok", and whose figures were checked */
};

/* 0, or -errno with its reason, which ends the walk. */
typedef int source_visit(void *state, const struct source_record *record, struct reason *reason);

/*
 * Visits all records of all files. Refused are files that hold the same run, a file that is
 * empty or no result file, and figures that figures_check() refuses.
 */
int source_each(struct source *source, source_visit *visit, void *state, struct reason *reason);

/* Of the last walk. */
struct source_count {
	uint64_t ok, other, skipped; /* trials that have figures and that have none; skips */
	const char *torn; /* the first file whose last line was torn, or NULL */
};

const struct source_count *source_counted(const struct source *source);

/* The label of its series, else the kernel's release, else the tool that it was imported from. */
const char *source_label(const json_t *run);

/* Whether the clock of the host was that on the wall: else moments say nothing. */
bool source_has_wall_time(const json_t *run);

#endif
