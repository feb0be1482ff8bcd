/*
 * vfio-unpin - what unmapping costs by the page, over folios of one size.
 *
 * The memory is faulted in and proved once. Each iteration maps and unmaps its
 * first quarter, half, three quarters and all of it, and fits a line through
 * the four unmaps:
 *
 *   unmap_ns           unmapping all of it
 *   unpin_ns_per_page  the slope: what each further page of the backing's size costs
 *   unmap_fixed_ns     what the line leaves for no page at all; not below 0
 *
 * The slope holds the page's unpin and its IOMMU page-table entries together:
 * a process cannot take them apart. Sizes of the same kind but different folio
 * order can: their entries cost the same where the IOMMU's leaves are the same
 * (iommu=type1 always has 4 KiB leaves), so that the difference is the unpin.
 * With dirty=yes the device may write, and unpinning marks each page dirty;
 * with dirty=no the mapping is read-only and does not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "iommu/iommu.h"
#include "measure/common.h"
#include "measure/trial.h"

#define STEPS 4
#define SLOPE_SCALE 1000 /* the slope may be under a nanosecond: it is kept so much larger */

enum { DEVICE, IOMMU, BACKING, SIZE, DIRTY };
enum { UNMAP_NS, UNPIN_NS_PER_PAGE, UNMAP_FIXED_NS };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU },
	[BACKING] = { PARAM_BACKING, .help = "the folios that are unpinned" },
	[SIZE] = { PARAM_SIZE },
	[DIRTY] = { .name = "dirty",
		    .type = &param_word,
		    .choices = param_no_yes,
		    .fallback = "yes",
		    .help = "whether unpinning marks pages dirty" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[UNMAP_NS] = { .name = "unmap_ns",
		       .unit = "ns",
		       .better = "lower",
		       .per_size = true,
		       .help = "unmapping all of it" },
	[UNPIN_NS_PER_PAGE] = { .name = "unpin_ns_per_page",
				.unit = "ns",
				.better = "lower",
				.divisor = SLOPE_SCALE,
				.help = "each further page of the backing's size" },
	[UNMAP_FIXED_NS] = { .name = "unmap_fixed_ns",
			     .unit = "ns",
			     .better = "lower",
			     .help = "what is left for no page at all" },
	{ .name = NULL },
};

struct state {
	struct region mem;
	struct iommu iommu;
	uint64_t iova;
	unsigned int access;
};

/* Maps and unmaps the first part; only the unmap is timed. */
static int time_unmap(struct trial *t, struct state *s, uint64_t size_bytes, uint64_t *ret_ticks)
{
	uint64_t start, end;
	int ret = iommu_map(&s->iommu, s->iova, s->mem.addr, size_bytes, s->access);

	if (ret)
		return iommu_explain_map(&s->iommu, ret, &t->reason);
	trial_leaves(t);

	start = clock_now();
	ret = iommu_unmap(&s->iommu, s->iova, size_bytes);
	end = clock_now();

	*ret_ticks = end - start;
	if (ret)
		return iommu_explain_unmap(&s->iommu, ret, &t->reason);
	return 0;
}

/* Least squares over pages 1/4, 2/4, … of @pages. */
static void fit_line(const uint64_t ticks[STEPS], double pages, double *ret_slope,
		     double *ret_fixed)
{
	double mean_x = 0, mean_y = 0, xy = 0, xx = 0;

	for (int i = 0; i < STEPS; i++) {
		mean_x += pages * (i + 1) / STEPS / STEPS;
		mean_y += (double)ticks[i] / STEPS;
	}
	for (int i = 0; i < STEPS; i++) {
		double x = pages * (i + 1) / STEPS - mean_x;

		xy += x * ((double)ticks[i] - mean_y);
		xx += x * x;
	}
	*ret_slope = xy / xx;
	*ret_fixed = mean_y - *ret_slope * mean_x;
}

static uint64_t not_below_zero(double ticks)
{
	return ticks > 0 ? (uint64_t)(ticks + 0.5) : 0;
}

static int vfio_unpin_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t pages = s->mem.size_bytes / s->mem.backing.page_bytes;
	uint64_t ticks[STEPS];
	double slope, fixed;

	for (uint64_t i = 0; i < STEPS; i++) {
		int ret = time_unmap(t, s, s->mem.size_bytes / STEPS * (i + 1), &ticks[i]);

		if (ret)
			return ret;
	}
	fit_line(ticks, (double)pages, &slope, &fixed);
	sample_ticks(t, UNMAP_NS, ticks[STEPS - 1]);
	sample_ticks(t, UNPIN_NS_PER_PAGE, not_below_zero(slope * SLOPE_SCALE));
	sample_ticks(t, UNMAP_FIXED_NS, not_below_zero(fixed));
	return 0;
}

static int vfio_unpin_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	uint64_t align;
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	s->access = trial_number(t, DIRTY) ? IOMMU_READ | IOMMU_WRITE : IOMMU_READ;
	ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, 1,
				 &s->iommu, &t->reason);
	if (!ret)
		ret = trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);
	if (ret)
		return ret;
	align = s->mem.backing.page_bytes > GIB ? s->mem.backing.page_bytes : GIB;
	return iommu_find_iova(&s->iommu, s->mem.size_bytes, align, &s->iova, &t->reason);
}

static void vfio_unpin_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	iommu_close(&s->iommu);
	trial_free(t, &s->mem);
	free(s);
}

/* Each step has to be a whole number of pages. */
static int vfio_unpin_possible(const struct value *values, struct reason *reason)
{
	uint64_t page = values[BACKING].number, size = values[SIZE].number;
	char text[UNIT_TEXT];

	if (!page || !(size % (page * STEPS)))
		return 0;
	return reason_set(reason, SKIPPED, "needs a multiple of %d pages, %s", STEPS,
			  size_format(page * STEPS, text));
}

static double vfio_unpin_estimate_ns(const struct value *values)
{
	return (double)values[SIZE].number * 0.12;
}

const struct bench bench_vfio_unpin = {
	.name = "vfio-unpin",
	.summary = "what unmapping costs by the page, over folio sizes",
	.details =
		"unpin_ns_per_page is the slope of unmap over size: the unpin of a page and its\n"
		"IOMMU page-table entries. unmap_ns is the whole. Both leave out mapping and\n"
		"page faults.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 10,
	.estimate_ns = vfio_unpin_estimate_ns,
	.possible = vfio_unpin_possible,
	.setup = vfio_unpin_setup,
	.run = vfio_unpin_run,
	.teardown = vfio_unpin_teardown,
};
