/* distribution - the few distributions that the tests are computed from. Pure functions. */
#ifndef STATS_DISTRIBUTION_H
#define STATS_DISTRIBUTION_H

#include <stddef.h>

/* Returns the chance of at most @successes in @trials trials that succeed with chance @p each. */
double binomial_cdf(size_t successes, size_t trials, double p);

double normal_cdf(double z);

/*
 * Returns the value that a standard normal variable exceeds with chance @above, which is in ]0,
 * 0.5].
 */
double normal_quantile_above(double above);

/* Returns the chance that Student's t with @freedom degrees of freedom is more than @t. */
double student_above(double t, double freedom);

/* Returns the t that is exceeded with chance @above, which is in ]0, 0.5]. */
double student_quantile_above(double above, double freedom);

/*
 * Returns the chance that noncentral t lies beyond @t or -@t, when the true mean is @shift standard
 * errors from 0.
 */
double student_shifted_beyond(double t, double freedom, double shift);

#endif
