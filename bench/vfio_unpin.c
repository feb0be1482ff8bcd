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
 *   table_ns_per_page  the slope of a mapping that pins nothing
 *
 * The slope holds the page's unpin and its IOMMU page-table entries together.
 * What the entries cost alone, with the kernel's walk over them, is told by the
 * device's own largest BAR, for VFIO pins no device memory: it is mapped and
 * unmapped likewise, at an I/O address that allows no larger leaves than the
 * backing's pages do (the walk may go by small pages all the same). The BAR is one
 * stretch, which VFIO unmaps with one call; pages that lie scattered take a call
 * each, and that is not in table_ns_per_page. Where the device has no such BAR,
 * or the mode maps none, the note table_part says so, and there is no figure.
 * Nothing touches the BAR.
 *
 * iommufd maps no BAR, but copies mappings: with how=copy each unmap is of a copy,
 * whose pages stay pinned, and unpin_ns_per_page is the entries alone.
 *
 * With dirty=yes the device may write, and unpinning marks each page dirty;
 * with dirty=no the mapping is read-only and does not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "vfio/bar.h"
#include "vfio/wake.h"
#include "measure/common.h"
#include "measure/trial.h"

#define STEPS 4
#define SLOPE_SCALE 1000 /* the slope may be under a nanosecond: it is kept so much larger */

enum { DEVICE, IOMMU, BACKING, SIZE, DIRTY, HOW, LEAVES };
enum { UNMAP_NS, UNPIN_NS_PER_PAGE, UNMAP_FIXED_NS, TABLE_NS_PER_PAGE };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU },
	[BACKING] = { PARAM_BACKING, .help = "the folios that are unpinned" },
	[SIZE] = { PARAM_SIZE },
	[DIRTY] = { PARAM_WORD("dirty", param_no_yes, "yes",
			       "whether unpinning marks pages dirty") },
	[HOW] = { PARAM_HOW },
	[LEAVES] = { PARAM_LEAVES },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[UNMAP_NS] = { METRIC_NS("unmap_ns", "unmapping all of it"), .per_size = true },
	[UNPIN_NS_PER_PAGE] = { METRIC_NS("unpin_ns_per_page",
					  "each further page of the backing's size"),
				.divisor = SLOPE_SCALE },
	[UNMAP_FIXED_NS] = { METRIC_NS("unmap_fixed_ns", "what is left for no page at all") },
	[TABLE_NS_PER_PAGE] = { METRIC_NS("table_ns_per_page",
					  "the same of a BAR, which is not pinned"),
				.divisor = SLOPE_SCALE },
	{ .name = NULL },
};

/* Memory or a BAR, of which rising parts are mapped and unmapped. */
struct mapping {
	char *addr;
	uint64_t iova, size_bytes;
	unsigned int access;
};

struct state {
	struct region mem;
	struct iommu iommu;
	struct mapping pinned, unpinned; /* memory; a BAR, of size 0 where there is none */
	struct vfio_device device;
	struct vfio_wake wake;
	struct bar_window window;
};

/* Maps and unmaps the first part; only the unmap is timed. */
static int time_unmap(struct trial *t, struct state *s, const struct mapping *mapping,
		      uint64_t size_bytes, uint64_t *ret_ticks)
{
	uint64_t start, end;
	int ret = iommu_map(&s->iommu, mapping->iova, mapping->addr, size_bytes, mapping->access);

	if (ret)
		return iommu_explain_map(&s->iommu, ret, &t->reason);
	trial_leaves(t);

	start = clock_now();
	ret = iommu_unmap(&s->iommu, mapping->iova, size_bytes);
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

/* Unmaps of rising parts, and the line through them by pages. */
static int time_steps(struct trial *t, struct state *s, const struct mapping *mapping,
		      uint64_t ticks[STEPS], double *ret_slope, double *ret_fixed)
{
	int ret = 0;

	for (uint64_t i = 0; i < STEPS && !ret; i++)
		ret = time_unmap(t, s, mapping, mapping->size_bytes / STEPS * (i + 1), &ticks[i]);
	if (!ret)
		fit_line(ticks, (double)mapping->size_bytes / (double)s->mem.backing.page_bytes,
			 ret_slope, ret_fixed);
	return ret;
}

static int time_unpinned(struct trial *t, struct state *s)
{
	uint64_t ticks[STEPS];
	double slope, fixed;
	int ret = time_steps(t, s, &s->unpinned, ticks, &slope, &fixed);

	if (ret)
		return ret;
	sample_ticks(t, TABLE_NS_PER_PAGE, not_below_zero(slope * SLOPE_SCALE));
	return 0;
}

static int vfio_unpin_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t ticks[STEPS];
	double slope, fixed;
	int ret = time_steps(t, s, &s->pinned, ticks, &slope, &fixed);

	if (ret)
		return ret;
	sample_ticks(t, UNMAP_NS, ticks[STEPS - 1]);
	sample_ticks(t, UNPIN_NS_PER_PAGE, not_below_zero(slope * SLOPE_SCALE));
	sample_ticks(t, UNMAP_FIXED_NS, not_below_zero(fixed));
	return s->unpinned.size_bytes ? time_unpinned(t, s) : 0;
}

/* ---- the mapping that pins nothing ---- */

static int reserve_bar(struct trial *t, struct state *s, struct reason *reason)
{
	uint64_t step = s->mem.backing.page_bytes * STEPS, size_bytes;
	struct bar bar;
	char name[48], have[UNIT_TEXT], want[UNIT_TEXT];
	int ret = bar_find(&s->device, BAR_LARGEST, &bar, reason);

	if (ret)
		return ret;
	size_bytes = bar.region.areas[0].size_bytes < trial_number(t, SIZE)
			     ? bar.region.areas[0].size_bytes / step * step
			     : trial_number(t, SIZE);
	if (bar.region.sparse || !size_bytes)
		return reason_set(reason, SKIPPED, "%s, the largest, has %s, %s would do",
				  bar_name(&s->device, &bar, name),
				  size_format(bar.region.areas[0].size_bytes, have),
				  size_format(step, want));
	return bar_window_reserve(&s->device, &bar, size_bytes, GIB, &s->window, reason);
}

/* With this alignment to the bus address, and no more, leaves are as large as the pages. */
static int place_bar(struct state *s, struct reason *reason)
{
	uint64_t page = s->mem.backing.page_bytes, align = 2 * page, iova;
	int ret = iommu_find_iova(&s->iommu, s->window.size_bytes + 2 * align,
				  align > GIB ? align : GIB, &iova, reason);

	if (ret)
		return ret;
	s->unpinned = (struct mapping){
		.addr = s->window.addr,
		.iova = iova + (s->window.bus_start + page) % align,
		.size_bytes = s->window.size_bytes,
		.access = IOMMU_READ | IOMMU_WRITE,
	};
	return bar_window_map(&s->window, PROT_READ | PROT_WRITE);
}

/* Opens the device and maps its BAR. The caller notes an error: memory is measured without it. */
static int map_bar(struct trial *t, struct state *s, struct reason *reason)
{
	int ret = iommu_check_bars(s->iommu.mode, reason);

	if (!ret)
		ret = vfio_device_open_awake(&s->iommu, &t->devices.list[0], &s->device, &s->wake,
					     reason);
	if (!ret)
		ret = reserve_bar(t, s, reason);
	if (!ret)
		ret = place_bar(s, reason);
	if (ret)
		return ret;
	ret = iommu_map(&s->iommu, s->unpinned.iova, s->unpinned.addr, s->unpinned.size_bytes,
			s->unpinned.access);
	if (ret)
		return reason_set(reason, ret, "%s does not map a BAR: %s", s->iommu.mode->name,
				  strerror(-ret));
	return 0;
}

/* Maps the BAR once before anything is timed, which faults it in. */
static int find_unpinned(struct trial *t, struct state *s)
{
	struct reason why = { "" };
	int ret = map_bar(t, s, &why);

	if (ret) {
		s->unpinned.size_bytes = 0;
		trial_note(t, "table_part", "not told apart: %s",
			   why.text[0] ? why.text : strerror(-ret));
		return 0;
	}
	ret = iommu_unmap(&s->iommu, s->unpinned.iova, s->unpinned.size_bytes);
	return ret ? iommu_explain_unmap(&s->iommu, ret, &t->reason) : 0;
}

/* ---- set-up ---- */

/* With how=copy, what is copied lies behind the buffer. */
static int place_memory(struct trial *t, struct state *s)
{
	uint64_t page = s->mem.backing.page_bytes;
	uint64_t room = (s->mem.size_bytes + GIB - 1) / GIB * GIB;
	enum iommu_method method = (enum iommu_method)trial_number(t, HOW);
	int ret;

	s->pinned = (struct mapping){
		.addr = s->mem.addr,
		.size_bytes = s->mem.size_bytes,
		.access = trial_number(t, DIRTY) ? IOMMU_READ | IOMMU_WRITE : IOMMU_READ,
	};
	ret = iommu_find_iova(&s->iommu, method == IOMMU_COPY ? 2 * room : s->mem.size_bytes,
			      page > GIB ? page : GIB, &s->pinned.iova, &t->reason);
	if (ret)
		return ret;
	return iommu_choose_method(&s->iommu, method, &s->mem, s->pinned.iova + room, &t->reason);
}

static int vfio_unpin_setup(struct trial *t)
{
	const struct iommu_options options = { .small_pages = trial_number(t, LEAVES) };
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	s->device = VFIO_DEVICE_NONE;
	ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = iommu_open_with(iommu_find_mode(trial_word(t, IOMMU)), &options,
				      t->devices.list, 1, &s->iommu, &t->reason);
	if (!ret)
		ret = trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);
	if (!ret)
		ret = place_memory(t, s);
	return ret ? ret : find_unpinned(t, s);
}

static void vfio_unpin_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	bar_window_release(&s->window);
	vfio_device_close_awake(&s->device, &s->wake);
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
		"IOMMU page-table entries; table_ns_per_page is that of a BAR, which is not\n"
		"pinned, where the device has a large one. unmap_ns is the whole. They leave out\n"
		"mapping and page faults.",
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
