#include "compare/estimate.h"
#include "stats/order.h"
#include "stats/summary.h"

void estimate_make(struct estimate *estimate, double *figures, size_t boots, double lower,
		   double upper)
{
	struct interval interval;

	estimate->boots = boots;
	if (!boots)
		return;
	estimate->median = summarize(figures, boots).median; /* summarize() sorts them */
	if (boots == 1) {
		estimate->spread = SPREAD_QUARTILES;
		estimate->lo = lower;
		estimate->hi = upper;
		return;
	}
	interval = order_median_interval(figures, boots);
	estimate->spread = interval.known ? SPREAD_INTERVAL : SPREAD_RANGE;
	estimate->lo = interval.known ? interval.lo : figures[0];
	estimate->hi = interval.known ? interval.hi : figures[boots - 1];
}
