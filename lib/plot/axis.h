/* axis - an axis: its range, and where its labels stand. Pure functions. */
#ifndef PLOT_AXIS_H
#define PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#define AXIS_TICKS 24
#define AXIS_LABEL 32

struct axis_tick {
	double at;
	char label[AXIS_LABEL]; /* safe: made here or from names that were checked */
};

struct axis {
	double min, max;
	bool log;
	struct axis_tick ticks[AXIS_TICKS];
	size_t nr_ticks;
};

/*
 * Makes an axis: linear from 0, or logarithmic if @log (then @lo must be above 0). Labels have the
 * unit.
 */
void axis_make(struct axis *axis, double lo, double hi, bool log, const char *unit);

/* Makes a logarithmic axis for ratios, which always shows 1. */
void axis_make_ratio(struct axis *axis, double lo, double hi);

/*
 * Tells whether values from @lo to @hi are too far apart to tell them apart on a linear axis from
 * 0.
 */
bool axis_wants_log(double lo, double hi);

/* Adds a tick if there is room for it; the label is cut to what fits. */
void axis_add(struct axis *axis, double at, const char *label);

/* Leaves out labels that would overlap the one before, on an axis that is @wide pixels long. */
void axis_thin(struct axis *axis, double wide, double character_px);

/* Writes a value with up to @digits digits: "41.2 us", "3 GiB", "7". Returns @label. */
const char *axis_label(double value, const char *unit, int digits, char label[AXIS_LABEL]);

#endif
