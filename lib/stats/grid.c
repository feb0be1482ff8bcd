#include <math.h>

#include "stats/grid.h"

double grid_scale(const double *values, size_t count, size_t terms)
{
	double largest = 0;
	int size, length;

	for (size_t i = 0; i < count; i++) {
		if (fabs(values[i]) > largest)
			largest = fabs(values[i]);
	}
	frexp(largest, &size); /* largest < 2^size */
	frexp((double)terms, &length);
	/* 2^51 leaves room for the middle between two values; 2^1000 is for tiny values */
	return ldexp(1, 51 - size - length < 1000 ? 51 - size - length : 1000);
}

double grid_round(double value, double scale)
{
	return rint(value * scale);
}
