/*
 * imported - others' figures on their way into a result file.
 *
 * What another tool did not record is left out, not made up: such records carry "imported",
 * and the schema asks less of them.
 */
#ifndef EXCHANGE_IMPORTED_H
#define EXCHANGE_IMPORTED_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/reason.h"

struct imported {
	const char *from; /* the tool's name, which is the bench of cells without one */
	const char *file; /* what messages call the input */
	json_t *run; /* "imported" and "host" may be added to */
	json_t *trials; /* list of records: trials and skips */
	json_t *index; /* cell -> number of its last trial */
	struct reason *reason;
};

/* -ENOMEM or 0. Release it in any case. @text is what the run's id is made of. */
int imported_init(struct imported *imported, const char *from, const char *file, const char *text,
		  size_t length, struct reason *reason);
void imported_release(struct imported *imported);

/* Something that the tool told of its host or itself. */
void imported_fact(struct imported *imported, const char *name, const char *value);

/*
 * The trial of the benchmark @name, of @group where that is not empty (a package): a new one
 * in the next block with @again, else the one that is there already. A name that is a cell's
 * name stays as it is; any other becomes the parameter "name" of a bench called as the tool.
 * It belongs to @imported; NULL where memory ran out.
 */
json_t *imported_trial(struct imported *imported, const char *group, const char *name, bool again);

struct imported_metric {
	const char *name, *unit, *better;
};

void imported_sample(json_t *trial, const struct imported_metric *metric, double value);

/* It did not come to figures. */
void imported_failed(json_t *trial, const char *error);

/*
 * "FILE: PATH: found X, expected Y", in the reason; returns -EINVAL. @found NULL: nothing is
 * there. The path inside the JSON is a printf format.
 */
int imported_refuse(const struct imported *imported, const json_t *found, const char *expected,
		    const char *path, ...) __attribute__((format(printf, 4, 5)));

/* A number that may be a sample: not negative. (That it is finite, JSON sees to.) */
bool imported_is_figure(const json_t *value);

/* The result file: run, trials, end. -ENOMEM or 0. */
int imported_write(struct imported *imported, FILE *file);

#endif
