/* The cost of two clock reads with nothing around them, in nanoseconds. */
#include <stdio.h>

#include "base/clock.h"
#include "measure/samples.h"

int main(void)
{
	static uint64_t ticks[100001];

	clock_choose();
	for (size_t i = 0; i < 100001; i++) {
		uint64_t start = clock_uses_counter ? clock_read_counter() : clock_read_posix();
		uint64_t end = clock_uses_counter ? clock_read_counter() : clock_read_posix();

		ticks[i] = end - start;
	}
	clock_calibrate();
	printf("%.3f\n", clock_ticks_to_ns(samples_median(ticks, 100001)));
	return 0;
}
