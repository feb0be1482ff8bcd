/*
 * grid - values rounded so that their sums are exact.
 *
 * Resampling asks whether another arrangement of the same values reaches the same sum. With plain
 * floating point the answer would depend on the order of addition. Rounded to whole numbers that
 * are small enough, doubles add exactly, in any order.
 */
#ifndef STATS_GRID_H
#define STATS_GRID_H

#include <stddef.h>

/* The power of two that makes any sum of up to @terms of the values exact. NaN are passed over. */
double grid_scale(const double *values, size_t count, size_t terms);

/* The whole number for @value: what was given, within 2^-40 of the largest for up to 4096 terms. */
double grid_round(double value, double scale);

#endif
