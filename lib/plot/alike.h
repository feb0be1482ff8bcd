/*
 * alike - groups a benchmark's cells that differ only in what a plot spreads out: sizes, backings,
 * nodes.
 */
#ifndef PLOT_ALIKE_H
#define PLOT_ALIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/data.h"

#define ALIKE_METRICS 32

struct alike;

struct alike_cell {
	const struct boot_cell *cell;
	char *rest; /* its name without the parts that differ within its group */
	double x, y; /* its place in the group, as the plot's place() sets it */
};

/* Cells of the list, from @first to before @end. */
struct alike_group {
	size_t first, end;
};

struct alike_kind {
	const char *parts[3]; /* parts of names that differ within a group; ends with NULL */
	size_t most_metrics; /* at most ALIKE_METRICS: others are ignored */
	bool (*wants)(const struct alike *alike, const struct boot_metric *metric);
	/* Sets the place of a cell; returns false if it does not belong to the plot. */
	bool (*place)(const struct alike *alike, struct alike_cell *cell);
	/* Tells whether a group is large enough to show. */
	bool (*shows)(const struct alike *alike, struct alike_group group);
};

struct alike {
	const struct plot_source *source;
	const char *bench;
	const struct alike_kind *kind;
	const void *own; /* belongs to the plot */
	const char *metric; /* NULL: no metric is wanted */
	struct alike_cell *list; /* group by group, in order of x and y */
	size_t count;
	size_t most; /* most values of x in a group, over all metrics that were tried */
};

/* Returns a cell's name without these parts; the caller frees it. NULL without memory. */
char *alike_rest(const char *cell, const char *const *parts);

/*
 * Finds the groups for the @part-th metric of which some group is large enough. The members before
 * `metric` must be set. Returns 0, -ENOENT if there is no such metric, or -ENOMEM; call
 * alike_release() in any case.
 */
int alike_find(struct alike *alike, size_t part);
/* Frees the list, but not the struct itself. */
void alike_release(struct alike *alike);

/* for (group = alike_first(alike); group.first < alike->count; group = alike_next(alike, group)) */
struct alike_group alike_first(const struct alike *alike);
struct alike_group alike_next(const struct alike *alike, struct alike_group group);

/* Counts the different values of x in a group. */
size_t alike_count_x(const struct alike *alike, struct alike_group group);

#endif
