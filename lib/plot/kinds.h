/*
 * kinds - the plots that there are, a file each: every one looks whether it applies to a
 * benchmark, and lays out a figure (or says why not).
 */
#ifndef PLOT_KINDS_H
#define PLOT_KINDS_H

#include "plot/data.h"
#include "plot/figure.h"
#include "table/table.h"

/* What a kind makes of a benchmark. */
struct plot_request {
	const struct plot_source *source;
	const char *bench; /* NULL: the front page */
	size_t part; /* of those that the kind makes of this benchmark, such as one a metric */
};

struct plot_made {
	struct figure figure;
	struct text suffix; /* of its name, where a kind makes several */
	struct table table;
	bool applies; /* else there is no such part */
};

struct plot_kind {
	const char *name;
	const char *script;
	bool front; /* for the front page; else a benchmark's */
	/*
	 * Fills the figure, or its why_not, and says whether it applies: parts are asked for until
	 * one does not. -ENOMEM or 0. What it fills in is released by the caller in any case. Called
	 * by several threads at once.
	 */
	int (*make)(const struct plot_request *request, struct plot_made *made);
};

extern const struct plot_kind plot_kinds[]; /* ends with a NULL name; in the order of a page */

int plot_ratios_make(const struct plot_request *request, struct plot_made *made);
int plot_size_make(const struct plot_request *request, struct plot_made *made);
int plot_chunk_make(const struct plot_request *request, struct plot_made *made);
int plot_threads_make(const struct plot_request *request, struct plot_made *made);
int plot_devices_make(const struct plot_request *request, struct plot_made *made);
int plot_folio_make(const struct plot_request *request, struct plot_made *made);
int plot_kernels_make(const struct plot_request *request, struct plot_made *made);
int plot_overview_make(const struct plot_request *request, struct plot_made *made);
int plot_quoted_make(const struct plot_request *request, struct plot_made *made);
int plot_modes_make(const struct plot_request *request, struct plot_made *made);
int plot_spread_make(const struct plot_request *request, struct plot_made *made);
int plot_timeline_make(const struct plot_request *request, struct plot_made *made);
int plot_nodes_make(const struct plot_request *request, struct plot_made *made);
int plot_drift_make(const struct plot_request *request, struct plot_made *made);

#endif
