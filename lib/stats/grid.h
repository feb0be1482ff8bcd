/*
 * grid - rounds values so that their sums are exact.
 *
 * Resampling counts the arrangements of the same values that reach the same sum. With plain
 * floating point the result would depend on the order of addition. Doubles that hold small enough
 * whole numbers add exactly, in any order.
 */
#ifndef STATS_GRID_H
#define STATS_GRID_H

#include <stddef.h>

/*
 * Returns the power of two by which values are multiplied so that any sum of up to @terms of them
 * is exact. Skips NaN.
 */
double grid_scale(const double *values, size_t count, size_t terms);

/*
 * Returns @value times @scale as a whole number: for up to 4096 terms the error is at most 2^-40 of
 * the largest value.
 */
double grid_round(double value, double scale);

#endif
