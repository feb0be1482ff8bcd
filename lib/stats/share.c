#include <math.h>

#include "stats/share.h"

#define Z95 1.959963984540054 /* of the normal distribution, on both sides */

/* Unlike hits +- z * s, it stays between 0 and 1, and is of use for few hits and for none. */
struct interval share_interval(double hits, double count)
{
	double share, z2 = Z95 * Z95, middle, half, lo, hi;

	if (count <= 0)
		return (struct interval){ .known = false };
	share = hits / count;
	middle = (share + z2 / (2 * count)) / (1 + z2 / count);
	half = Z95 / (1 + z2 / count) *
	       sqrt(share * (1 - share) / count + z2 / (4 * count * count));
	lo = hits <= 0 ? 0 : middle - half;
	hi = hits >= count ? 1 : middle + half;
	return (struct interval){ .known = true, .lo = lo, .hi = hi };
}
