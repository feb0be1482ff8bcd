#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "result/boot_metric.h"

/*
 * The most samples of one boot that are held at once (128 MiB). Beyond, every second sample of all
 * metrics is dropped. A boot of 500 cells gets there with some 30,000 samples per cell.
 */
#define SAMPLES_MOST (16UL << 20)

struct boot_metric *boot_metric_find(const struct boot_cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->nr_metrics; i++)
		if (!strcmp(cell->metrics[i].name, name))
			return &cell->metrics[i];
	return NULL;
}

struct boot_metric *boot_metric_add(struct boot_cell *cell, const char *name, const char *unit)
{
	struct boot_metric *grown = grow(cell->metrics, cell->nr_metrics, sizeof(*grown));
	struct boot_metric *metric;

	if (!grown)
		return NULL;
	cell->metrics = grown;
	metric = &grown[cell->nr_metrics++];
	*metric = (struct boot_metric){ .name = strdup(name),
					.unit = strdup(unit),
					.summary = { .min = INFINITY, .max = -INFINITY },
					.every = 1 };
	return metric->name && metric->unit ? metric : NULL;
}

static void thin(struct boot *boot, struct boot_metric *metric, size_t *held)
{
	size_t kept = 0;

	for (size_t i = 0; i < metric->nr_samples; i += 2)
		metric->samples[kept++] = metric->samples[i];
	*held -= metric->nr_samples - kept;
	metric->nr_samples = kept;
	metric->every *= 2;
	if (metric->every > boot->every)
		boot->every = metric->every;
}

static void thin_all(struct boot *boot, size_t *held)
{
	for (size_t i = 0; i < boot->nr_cells; i++)
		for (size_t j = 0; j < boot->cells[i].nr_metrics; j++)
			thin(boot, &boot->cells[i].metrics[j], held);
}

int boot_metric_make_room(struct boot_metric *metric, size_t more)
{
	double *grown = realloc(metric->samples, (metric->nr_samples + more) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	metric->samples = grown;
	return 0;
}

void boot_metric_sample(struct boot *boot, struct boot_metric *metric, double value, size_t *held)
{
	struct summary *summary = &metric->summary;

	summary->min = fmin(summary->min, value);
	summary->max = fmax(summary->max, value);
	if (summary->count++ % metric->every)
		return;
	metric->samples[metric->nr_samples++] = value;
	if (++*held >= SAMPLES_MOST)
		thin_all(boot, held);
}

int boot_metric_sum_up(struct boot_metric *metric, bool keep_samples)
{
	struct summary whole = metric->summary;
	double *sorted = metric->samples;
	size_t count = metric->nr_samples;

	if (keep_samples) {
		sorted = malloc(count * sizeof(*sorted));
		if (!sorted)
			return -ENOMEM;
		memcpy(sorted, metric->samples, count * sizeof(*sorted));
	} else {
		metric->samples = NULL;
		metric->nr_samples = 0;
	}
	metric->summary = summarize(sorted, count);
	metric->summary.count = whole.count;
	metric->summary.min = whole.min;
	metric->summary.max = whole.max;
	metric->p95 = quantile(sorted, count, 0.95);
	metric->p99 = quantile(sorted, count, 0.99);
	metric->p999 = quantile(sorted, count, 0.999);
	free(sorted);
	return 0;
}

void boot_metric_release(struct boot_metric *metric)
{
	free(metric->name);
	free(metric->unit);
	free(metric->samples);
}
