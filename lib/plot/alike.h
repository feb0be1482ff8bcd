/*
 * alike - groups of a benchmark's cells that are alike but for what a plot spreads them out
 * by: sizes, backings, nodes.
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
	char *rest; /* its name without what it differs by from others of its group */
	double x, y; /* where it stands among those */
};

/* Of the list, from @first to before @end. */
struct alike_group {
	size_t first, end;
};

struct alike_kind {
	const char *parts[3]; /* of names, that cells of a group differ by; ends with NULL */
	size_t most_metrics; /* ALIKE_METRICS at most: more are not looked at */
	bool (*wants)(const struct alike *alike, const struct boot_metric *metric);
	/* Says where a cell stands, or that it is none of them. */
	bool (*place)(const struct alike *alike, struct alike_cell *cell);
	bool (*shows)(const struct alike *alike, struct alike_group group); /* else: too small */
};

struct alike {
	const struct plot_source *source;
	const char *bench;
	const struct alike_kind *kind;
	const void *own; /* of the plot */
	const char *metric; /* NULL: there is none that is wanted */
	struct alike_cell *list; /* group by group, in the order of x and y */
	size_t count;
	size_t most; /* values of x in any group, of all metrics that were looked at */
};

/* A cell's name without those parts, to be freed; NULL without memory. */
char *alike_rest(const char *cell, const char *const *parts);

/*
 * The groups by the @part-th metric of which one shows; what stands before `metric` is set.
 * -ENOENT: there is no such metric. To be released in any case.
 */
int alike_find(struct alike *alike, size_t part);
void alike_release(struct alike *alike);

/* for (group = alike_first(alike); group.first < alike->count; group = alike_next(alike, group)) */
struct alike_group alike_first(const struct alike *alike);
struct alike_group alike_next(const struct alike *alike, struct alike_group group);

/* Different ones in a group. */
size_t alike_count_x(const struct alike *alike, struct alike_group group);

#endif
