/*
 * draw - a figure made into files: script and data, then what gnuplot draws of them.
 */
#ifndef PLOT_DRAW_H
#define PLOT_DRAW_H

#include "base/reason.h"
#include "plot/figure.h"

/* Puts scripts of plots/ (names without ".gp", then NULL) into the folder: figures load them. */
int plot_draw_prepare(const char *const *scripts, const char *folder, struct reason *reason);

/* 0; SKIPPED with the reason, and no file left, where gnuplot failed; else -errno with it. */
int plot_draw(const struct figure *figure, const char *folder, struct reason *reason);

#endif
