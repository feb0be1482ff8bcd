/* draw - writes a figure's files: script and data, and what gnuplot draws from them. */
#ifndef PLOT_DRAW_H
#define PLOT_DRAW_H

#include "base/reason.h"
#include "plot/figure.h"

/*
 * Copies scripts of plots/ (names without ".gp", then NULL) into the folder, where figures load
 * them. Returns 0 or -errno with the reason.
 */
int plot_draw_prepare(const char *const *scripts, const char *folder, struct reason *reason);

/*
 * Draws a figure. Returns 0; SKIPPED with the reason, and no file left, if gnuplot failed; else
 * -errno with the reason.
 */
int plot_draw(const struct figure *figure, const char *folder, struct reason *reason);

#endif
