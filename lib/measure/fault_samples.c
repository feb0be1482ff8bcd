#include "measure/fault_samples.h"

#define MOST_FAULT_SAMPLES 4096 /* a trial; a histogram beside them has all */

int fault_samples_reserve(struct trial *t, const struct touch *touch, const int *metrics)
{
	uint64_t each = touch_nr_faulting(touch);
	int ret = 0;

	for (; *metrics >= 0 && !ret; metrics++)
		ret = samples_reserve_many(&t->samples[*metrics], each, t->iterations,
					   MOST_FAULT_SAMPLES);
	return ret;
}

void fault_samples_add(struct trial *t, const struct touch *touch, enum walk_pass pass,
		       uint32_t from, int metric)
{
	for (size_t i = 0; i < touch->nr_walks; i++)
		for (uint32_t j = i ? 0 : from; j < touch->walks[i].nr_faulting; j++)
			sample_ticks_of_many(t, metric,
					     walk_fault_ticks(&touch->walks[i], pass, j));
}
