/*
 * plots - the pictures of a report: chosen by what varies in the data, drawn by gnuplot.
 *
 * Each one that was drawn has four files in the folder: NAME.svg, NAME.png (both say in themselves
 * what is seen and of how much), NAME.dat (the figures) and NAME.gp (the script: `gnuplot NAME.gp`
 * there draws it again). The same sides give the same bytes.
 */
#ifndef PLOT_PLOTS_H
#define PLOT_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "compare/comparison.h"
#include "table/table.h"
#include "result/sides.h"

/* What sides_load() has to keep for all plots to be possible. */
#define PLOTS_KEEP (BOOT_KEEP_SAMPLES | BOOT_KEEP_TRIALS)

struct plot {
	char *name; /* base of its files' names: letters, digits and '-' only; unique in the report */
	char *bench; /* on whose page it belongs; NULL: the front page */
	char *kind; /* as in the table of plots: "ratios", "size", "drift", … */
	char *title; /* one line; plain text from here on: escape it where it is shown */
	char *about; /* what is drawn and what its marks mean: for alt texts; also the SVG's <desc> */
	unsigned int width, height; /* CSS pixels */
	/*
	 * NULL: it was drawn. Else there are no files, and this line says why: too little of what it
	 * needs, or gnuplot is missing (and which package has it).
	 */
	char *why_not;
	/*
	 * The same figures to read, of plots whose figures are not medians of the benchmark's cells
	 * (which the site's tables have). nr_rows 0: there is none. Also there when gnuplot is not.
	 */
	struct table table;
};

struct plots {
	struct plot *list; /* the front page's first, then by benchmark in order of name */
	size_t count;
	/* Why none at all could be drawn, with the package to install; NULL: gnuplot is there. */
	char *no_gnuplot;
};

/*
 * Draws what the data has something for into @folder, which is there. @comparison: of the same
 * sides; NULL where there is but one. Plots that a benchmark could have had but for too little data
 * are listed with the reason; those that do not concern it are not.
 *
 * 0, also where gnuplot is missing or failed; else -errno with the reason: memory ran out, or a
 * file could not be written.
 */
int plots_make(const struct sides *sides, const struct comparison *comparison, const char *folder,
	       struct plots *ret_plots, struct reason *reason);
void plots_release(struct plots *plots);

#endif
