/*
 * gnuplot - gnuplot, run as a program of its own: never by a shell, never for longer than a
 * limit, never with the user's own settings.
 */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include "base/reason.h"
#include "base/text.h"

/* How long one plot may take. */
extern unsigned int plot_gnuplot_limit_sec;

/* 0; SKIPPED with the reason where it is missing, which names the package; else -errno. */
int plot_gnuplot_check(struct reason *reason);

/*
 * Runs @script, a file in @folder, there. 0; SKIPPED with the reason where gnuplot is missing, said
 * something, failed or took too long; else -errno.
 */
int plot_gnuplot_run(const char *folder, const char *script, struct reason *reason);

/* The text of a script of plots/, without its name's ".gp". 0 or -errno with the reason. */
int plot_gnuplot_find(const char *name, struct text *text, struct reason *reason);

#endif
