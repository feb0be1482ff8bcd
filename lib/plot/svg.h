/*
 * svg - prepares gnuplot's SVG for a page: with our title and description instead of gnuplot's, and
 * colours that follow the reader's light or dark mode.
 */
#ifndef PLOT_SVG_H
#define PLOT_SVG_H

#include "base/reason.h"
#include "base/text.h"

/*
 * Rewrites @svg, which is as gnuplot wrote it. Returns 0, or SKIPPED with the reason if it is not
 * as expected.
 */
int plot_svg_dress(const char *svg, const char *title, const char *about, struct text *ret_dressed,
		   struct reason *reason);

#endif
