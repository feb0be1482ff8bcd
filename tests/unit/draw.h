/*
 * draw - numbers drawn by chance from distributions, for worlds that tests make up.
 */
#ifndef DRAW_H
#define DRAW_H

#include <math.h>

#include "base/random.h"

/* Evenly between 0 and 1, and neither. */
static inline double draw_even(struct random *random)
{
	return ((double)(random_next(random) >> 11) + 0.5) * 0x1p-53;
}

/* Middle 0, standard deviation 1. */
static inline double draw_normal(struct random *random)
{
	double size = sqrt(-2 * log(draw_even(random)));

	return size * cos(2 * M_PI * draw_even(random));
}

#endif
