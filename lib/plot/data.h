/* data - computes the figures of plots: a value per boot, and their estimate. */
#ifndef PLOT_DATA_H
#define PLOT_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/comparison.h"
#include "plot/figure.h"
#include "result/sides.h"

/* All that plots are made from. It does not change while they are made. */
struct plot_source {
	const struct sides *sides;
	const struct comparison *comparison; /* or NULL */
	const char **cells; /* names of all cells that were measured, in order of version */
	const char **benches; /* of those cells, each once */
	size_t nr_cells, nr_benches;
	size_t most_boots; /* of any side */
};

/*
 * Fills the source; @sides and @comparison must live as long. Returns 0 or -ENOMEM; call
 * plot_source_release() in any case.
 */
int plot_source_init(struct plot_source *source, const struct sides *sides,
		     const struct comparison *comparison);
void plot_source_release(struct plot_source *source);

const struct side *plot_side(const struct plot_source *source, size_t number);

/* Returns the cell of a boot, if it was measured there, else NULL. */
const struct boot_cell *plot_cell(const struct boot *boot, const char *cell);

/* Return the cell, or its metric, of the first boot that has it; NULL if none has. */
const struct boot_cell *plot_any_cell(const struct plot_source *source, const char *cell);
const struct boot_metric *plot_any_metric(const struct plot_source *source, const char *cell,
					  const char *metric);

/* Which value of a cell is plotted. */
enum plot_scale {
	SCALE_PLAIN,
	SCALE_PER_PAGE, /* per 4 KiB of size_bytes */
	SCALE_PER_FOLIO, /* per 4 KiB of folio_bytes, if the metric is per folio */
	SCALE_SPEEDUP, /* base_cell's value divided by the cell's, of the same boot */
};

#define PLOT_PAGE 4096.0

struct plot_view {
	const char *metric;
	enum plot_scale scale;
	const char *base_cell; /* of SCALE_SPEEDUP */
	double folio_bytes; /* of SCALE_PER_FOLIO */
};

/*
 * Estimates the value of a side: median, lo and hi are NAN if no boot has it. Fills @points with a
 * value per boot, NAN if it has none; there must be room for most_boots of the source. Returns 0 or
 * -ENOMEM.
 */
int plot_estimate(const struct side *side, const char *cell, const struct plot_view *view,
		  double *points, struct estimate *ret_estimate);

/* Counts what a plot was made of, for its foot. */
struct tally {
	size_t *boots, *samples; /* one per side */
	unsigned int spreads; /* bits 1 << enum spread, of all that occur */
};

int tally_init(struct tally *tally, const struct plot_source *source);
void tally_add(struct tally *tally, size_t side, const struct estimate *estimate);
void tally_release(struct tally *tally);

/*
 * Draws the lines at the foot: sides, how many boots and samples, what the bars are (@marks, and
 * the spreads that occur), timing, version. Also adds them to the figure's "about", after @what.
 */
void plot_foot(struct figure *figure, const struct plot_source *source, const struct tally *tally,
	       const char *what, const char *marks);

/* Adds a side's label; only the foot shows the kernel, too. */
void plot_add_side(struct text *out, const struct side *side);

/*
 * Adds a series with its entry in the legend, as figure_legend() does from @x on, drawn in @style's
 * colour. Releases @name.
 */
void plot_add_series(struct figure *figure, double *x, const struct figure_style *style, int shape,
		     struct text *name);

/* Draws the legend of all sides, and adds them as series. */
void plot_legend(struct figure *figure, const struct plot_source *source);

/* Returns a parameter that is a number; 0 if the cell lacks it or it is a word. */
double plot_number(const struct boot_cell *cell, const char *param);

#endif
