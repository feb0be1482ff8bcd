/*
 * distribution - the few distributions that the other files stand on. Pure functions.
 */
#ifndef STATS_DISTRIBUTION_H
#define STATS_DISTRIBUTION_H

#include <stddef.h>

/* The chance of at most @successes in @trials of chance @p each. */
double binomial_cdf(size_t successes, size_t trials, double p);

double normal_cdf(double z);

/* The value that is exceeded with chance @above, which is in ]0, 0.5]. */
double normal_quantile_above(double above);

/* Student's t with @freedom degrees of freedom: the chance of more than @t. */
double student_above(double t, double freedom);

/* The t that is exceeded with chance @above, which is in ]0, 0.5]. */
double student_quantile_above(double above, double freedom);

/* Noncentral t: the chance to lie beyond @t or -@t when the true mean is @shift standard errors off. */
double student_shifted_beyond(double t, double freedom, double shift);

#endif
