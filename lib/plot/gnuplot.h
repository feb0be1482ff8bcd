/*
 * gnuplot - runs gnuplot as a program of its own: without a shell, within a time limit, and without
 * the user's settings.
 */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include "base/reason.h"
#include "base/text.h"

/* How long one plot may take. */
extern unsigned int plot_gnuplot_limit_sec;

/*
 * Checks that gnuplot runs. Returns 0; SKIPPED with the reason, which names the package, if it is
 * missing; else -errno with the reason.
 */
int plot_gnuplot_check(struct reason *reason);

/*
 * Runs @script, a file in @folder, with @folder as its working directory. Returns 0; SKIPPED with
 * the reason if gnuplot is missing, failed, printed anything or took too long; else -errno with the
 * reason.
 */
int plot_gnuplot_run(const char *folder, const char *script, struct reason *reason);

/* Reads a script of plots/; @name is without ".gp". Returns 0 or -errno with the reason. */
int plot_gnuplot_find(const char *name, struct text *text, struct reason *reason);

#endif
