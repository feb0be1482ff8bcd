/*
 * data - the figures that plots are made of: a value a boot, and what they say together.
 */
#ifndef PLOT_DATA_H
#define PLOT_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/comparison.h"
#include "plot/figure.h"
#include "result/sides.h"

/* All that plots are made from; nothing of it changes while they are. */
struct plot_source {
	const struct sides *sides;
	const struct comparison *comparison; /* or NULL */
	const char **cells; /* the names of all cells that were measured, in order of version */
	const char **benches; /* of those, each once */
	size_t nr_cells, nr_benches;
	size_t most_boots; /* of any side */
};

int plot_source_init(struct plot_source *source, const struct sides *sides,
		     const struct comparison *comparison);
void plot_source_release(struct plot_source *source);

const struct side *plot_side(const struct plot_source *source, size_t number);

/* Measured there, else NULL. */
const struct boot_cell *plot_cell(const struct boot *boot, const char *cell);

/* In the first boot that has it. */
const struct boot_cell *plot_any_cell(const struct plot_source *source, const char *cell);
const struct boot_metric *plot_any_metric(const struct plot_source *source, const char *cell,
					  const char *metric);

/* What is looked at in a cell. */
enum plot_scale {
	SCALE_PLAIN,
	SCALE_PER_PAGE, /* of 4 KiB of size_bytes */
	SCALE_PER_FOLIO, /* the same of what is one of folio_bytes */
	SCALE_SPEEDUP, /* base_cell's over it, of the same boot */
};

#define PLOT_PAGE 4096.0

struct plot_view {
	const char *metric;
	enum plot_scale scale;
	const char *base_cell; /* of SCALE_SPEEDUP */
	double folio_bytes; /* of SCALE_PER_FOLIO */
};

/*
 * What the boots of a side come to: median, lo and hi are NAN where no boot has it. @points: a value
 * a boot, NAN where it has none; room for most_boots of the source.
 */
int plot_estimate(const struct side *side, const char *cell, const struct plot_view *view,
		  double *points, struct estimate *ret_estimate);

/* What a plot was made of, for what it says of itself. */
struct tally {
	size_t *boots, *samples; /* a side each */
	unsigned int spreads; /* 1 << enum spread, of those met */
};

int tally_init(struct tally *tally, const struct plot_source *source);
void tally_add(struct tally *tally, size_t side, const struct estimate *estimate);
void tally_release(struct tally *tally);

/*
 * The lines at the foot: who, how many boots and samples, what the bars are (@marks, and the spread
 * that was met), timing, version. Also adds them to the figure's "about", behind @what.
 */
void plot_foot(struct figure *figure, const struct plot_source *source, const struct tally *tally,
	       const char *what, const char *marks);

/* Its label; the foot has its kernel, too. */
void plot_add_side(struct text *out, const struct side *side);

/* The legend of all sides, as series too. */
void plot_legend(struct figure *figure, const struct plot_source *source);

/* A number of parameters: 0 where the cell has none, or a word. */
double plot_number(const struct boot_cell *cell, const char *param);

#endif
