/*
 * svg - gnuplot's SVG made fit for a page: a title and a description of its own in place of
 * gnuplot's, and colours that follow the reader's light or dark.
 */
#ifndef PLOT_SVG_H
#define PLOT_SVG_H

#include "base/reason.h"
#include "base/text.h"

/* @svg: as gnuplot wrote it. 0, or SKIPPED with the reason where it is not as expected. */
int plot_svg_dress(const char *svg, const char *title, const char *about, struct text *ret_dressed,
		   struct reason *reason);

#endif
