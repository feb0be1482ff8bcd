/*
 * imported - collects other tools' figures for a result file.
 *
 * What the other tool did not record is left out, not made up: such records have the member
 * "imported", and the schema requires less of them.
 */
#ifndef EXCHANGE_IMPORTED_H
#define EXCHANGE_IMPORTED_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/reason.h"

struct imported {
	const char *from; /* the tool's name, also the bench of cells that name none */
	const char *file; /* what messages call the input */
	json_t *run; /* members may be added to its "imported" and "host" */
	json_t *trials; /* array of records: trials and skips */
	json_t *index; /* cell -> number of its last trial */
	struct reason *reason;
};

/*
 * Returns 0 or -ENOMEM; call imported_release() in any case. @from and @file must live as long.
 * @text: the input, from which the run's id is made.
 */
int imported_init(struct imported *imported, const char *from, const char *file, const char *text,
		  size_t length, struct reason *reason);
/* Frees what it points to, but not the struct itself. */
void imported_release(struct imported *imported);

/* Adds what the tool recorded about its host or itself. */
void imported_fact(struct imported *imported, const char *name, const char *value);

/*
 * Returns the trial of the benchmark @name in @group (a package, or ""): a new one in the next
 * block if @again, else the one that exists, or the first. If @name is a cell's name it is kept;
 * any other becomes the parameter "name" of a bench called like the tool. The trial belongs to
 * @imported; NULL without memory.
 */
json_t *imported_trial(struct imported *imported, const char *group, const char *name, bool again);

struct imported_metric {
	const char *name, *unit, *better;
};

/* Adds a sample to a metric of the trial, and the metric if it is new. */
void imported_sample(json_t *trial, const struct imported_metric *metric, double value);

/* Marks a trial as failed; its metrics are removed. */
void imported_failed(json_t *trial, const char *error);

/*
 * Sets the reason "FILE: PATH: found X, expected Y" and returns -EINVAL. @found NULL: the member is
 * missing. @path, in the JSON, is a printf format.
 */
int imported_refuse(const struct imported *imported, const json_t *found, const char *expected,
		    const char *path, ...) __attribute__((format(printf, 4, 5)));

/*
 * Tells whether a value may be a sample: a number that is not negative. (JSON has no infinite
 * numbers.)
 */
bool imported_is_figure(const json_t *value);

/* Writes the result file: run, trials, end. Returns 0 or -ENOMEM. */
int imported_write(struct imported *imported, FILE *file);

#endif
