#include <math.h>
#include <stddef.h>
#include <string.h>

#include "table/scale.h"

struct scale scale_for(const char *unit, double value)
{
	static const struct scale times[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 } };
	static const struct scale sizes[] = { { "GiB", 0x1p30 },
					      { "MiB", 0x1p20 },
					      { "KiB", 0x1p10 } };
	const struct scale *steps = !strcmp(unit, "ns")	     ? times
				    : !strcmp(unit, "bytes") ? sizes
							     : NULL;

	for (size_t i = 0; steps && i < 3; i++)
		if (value >= steps[i].factor)
			return steps[i];
	return (struct scale){ unit, 1 };
}

int scale_decimals(double value)
{
	double size = fabs(value);

	return size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
}
