/* scale - chooses the multiple of a unit in which figures are short. */
#ifndef TABLE_SCALE_H
#define TABLE_SCALE_H

struct scale {
	const char *name; /* "ms", or the unit itself */
	double factor;
};

/*
 * Returns the scale for values about as large as @value, so that all values of a row are written
 * alike.
 */
struct scale scale_for(const char *unit, double value);

/* Returns how many decimals show about three digits of a value. */
int scale_decimals(double value);

#endif
