/*
 * plots - makes the pictures of a report, chosen by what varies in the data and drawn by gnuplot.
 *
 * Each picture has four files in the folder: NAME.svg, NAME.png (both hold a description of what is
 * shown and of how much data), NAME.dat (the figures) and NAME.gp (the script: `gnuplot NAME.gp` in
 * the folder draws it again). The same sides give the same bytes.
 */
#ifndef PLOT_PLOTS_H
#define PLOT_PLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"
#include "compare/comparison.h"
#include "table/table.h"
#include "result/sides.h"

/* What sides_load() must keep so that all plots can be made. */
#define PLOTS_KEEP (BOOT_KEEP_SAMPLES | BOOT_KEEP_TRIALS)

struct plot {
	char *name; /* base of its files' names: letters, digits and '-' only; unique in the report */
	char *bench; /* the benchmark on whose page it is; NULL: the front page */
	char *kind; /* as in the table of plots: "ratios", "size", "drift", … */
	char *title; /* one line; this and @about are plain text, to be escaped where shown */
	char *about; /* what is drawn and what marks mean, for alt texts; also the SVG's <desc> */
	unsigned int width, height; /* CSS pixels */
	/*
	 * NULL: it was drawn. Else there are no files, and this is the reason in one line: too
	 * little data, or gnuplot is missing (with the package that has it).
	 */
	char *why_not;
	/*
	 * The figures as a table, for plots whose figures are not the medians that the site's
	 * tables have. nr_rows 0: no table. Filled even if gnuplot is missing.
	 */
	struct table table;
};

struct plots {
	struct plot *list; /* the front page's first, then by benchmark in order of name */
	size_t count;
	/* Why no plot could be drawn, with the package to install; NULL: gnuplot is there. */
	char *no_gnuplot;
};

/*
 * Draws all plots that the data allows into @folder, which must exist. @comparison is of the same
 * sides; NULL if there is only one. Plots of a benchmark for which there is too little data are
 * listed with the reason; plots that do not apply are not listed. The caller calls plots_release().
 *
 * Returns 0, also if gnuplot is missing or failed; else -errno with the reason: memory ran out, or
 * a file could not be written.
 */
int plots_make(const struct sides *sides, const struct comparison *comparison, const char *folder,
	       struct plots *ret_plots, struct reason *reason);
/* Frees what it points to, but not the struct itself. */
void plots_release(struct plots *plots);

#endif
