/*
 * kinds - the kinds of plots, one file each. A kind checks whether it applies to a benchmark, and
 * lays out a figure or explains why it cannot.
 */
#ifndef PLOT_KINDS_H
#define PLOT_KINDS_H

#include "plot/data.h"
#include "plot/figure.h"
#include "table/table.h"

/* What a kind is asked to plot. */
struct plot_request {
	const struct plot_source *source;
	const char *bench; /* NULL: the front page */
	size_t part; /* its number, if a kind makes several, such as one per metric */
};

struct plot_made {
	struct figure figure;
	struct text suffix; /* added to its name, if a kind makes several plots */
	struct table table;
	bool applies; /* false: there is no such part */
};

struct plot_kind {
	const char *name;
	const char *script;
	bool front; /* for the front page, else for a benchmark's */
	/*
	 * Fills the figure, or its why_not, and sets `applies`: parts are requested until one does
	 * not apply. Returns 0 or -ENOMEM. The caller releases what it fills in any case. Several
	 * threads call it at the same time.
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
