/*
 * axis - an axis: from where to where, and where its labels stand. Pure functions.
 */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#define AXIS_TICKS 24
#define AXIS_LABEL 32

struct axis_tick {
	double at;
	char label[AXIS_LABEL]; /* made here or from names that were checked */
};

struct axis {
	double min, max;
	bool log;
	struct axis_tick ticks[AXIS_TICKS];
	size_t nr_ticks;
};

/* Linear from 0, or by powers of ten where @log (which needs @lo > 0); labels have the unit. */
void axis_make(struct axis *axis, double lo, double hi, bool log, const char *unit);

/* Of ratios around 1, which is always on it; by logarithm. */
void axis_make_ratio(struct axis *axis, double lo, double hi);

/* Whether values from @lo to @hi are too far apart to be told on a linear axis from 0. */
bool axis_wants_log(double lo, double hi);

/* Adds a tick where there is room for it; the label is cut to what fits. */
void axis_add(struct axis *axis, double at, const char *label);

/* Across @wide pixels: labels that would lie over the one before them are left out. */
void axis_thin(struct axis *axis, double wide, double character_px);

/* "41.2 us", "3 GiB", "7": up to @digits digits. Returns @label. */
const char *axis_label(double value, const char *unit, int digits, char label[AXIS_LABEL]);

#endif
