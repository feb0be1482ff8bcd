/*
 * scale - figures in the multiple of their unit that suits them.
 */
#ifndef TABLE_SCALE_H
#define TABLE_SCALE_H

struct scale {
	const char *name; /* "ms", or the unit itself */
	double factor;
};

/* For values about as large as @value, so that those of one row are written alike. */
struct scale scale_for(const char *unit, double value);

/* How many decimals make three digits or so of it. */
int scale_decimals(double value);

#endif
