/*
 * pfnmap-fault - first touch of a device's BAR, mapped through VFIO.
 *
 * An iteration maps the span, touches each page (pattern=stride: each block that a fault enters)
 * twice (lib/vfio/touch.h), and unmaps:
 *
 *   map_ns      the mmap(2) calls; they enter nothing
 *   fault_ns    a touch that faults: the fault, and the access that it was for. At most about
 *               4096 a trial are kept, evenly; the histogram beside them has all
 *   control_ns  the same touches again, without a fault: the access alone. What the fault costs
 *               is fault_ns less control_ns
 *   touch_ns    the whole first pass, with a clock read a touch
 *   faults      as the kernel counted them during that pass
 *   zap_ns      the munmap(2) calls
 *
 * With after_reset=yes the device is then reset, which takes all entries away, and touched again:
 * reset_ns, reset_first_ns (the first touch: drivers that wait for a device to be ready pay
 * there) and reset_fault_ns (the others). With via=dma nothing is touched at all: dma_map_ns
 * holds the faults that mapping the BAR for DMA takes, dma_control_ns mapping it again with the
 * entries there, dma_unmap_ns the unmapping.
 *
 * Left out: opening and resetting the device (device-init has that), and reserving addresses.
 * Several threads share the span, or each touches all of it (areas=same), so that they contend for
 * one lock or one entry; fault_ns then holds each thread's first touch of a block, whichever of
 * them took the fault.
 *
 * The kernel makes entries as large as the alignment allows that address and bus address have in
 * common, which `align` sets. Which entries it made is found out before timing (lib/vfio/probe.h)
 * and stored; with `order` the trial is invalid unless all are of that size.
 *
 * Reading a register may have side effects. access=read is therefore for BARs that are
 * prefetchable, which promises that there are none; access=read-any reads others too;
 * access=write writes zeros, and is for memory that nobody needs. via=dma does neither.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "vfio/bar.h"
#include "vfio/probe.h"
#include "vfio/touch.h"
#include "vfio/wake.h"
#include "measure/common.h"
#include "measure/fault_samples.h"
#include "measure/trial.h"

#define UNMAPPING "unmapping it from the IOMMU"

enum {
	DEVICE,
	IOMMU,
	BAR,
	SPAN,
	ALIGN,
	ORDER,
	PATTERN,
	ACCESS,
	VIA,
	THREADS,
	AREAS,
	AFTER_RESET,
};

enum {
	MAP_NS,
	FAULT_NS,
	CONTROL_NS,
	TOUCH_NS,
	FAULTS,
	ZAP_NS,
	DMA_MAP_NS,
	DMA_CONTROL_NS,
	DMA_UNMAP_NS,
	RESET_NS,
	RESET_FIRST_NS,
	RESET_FAULT_NS,
};

enum access { READ_SAFE, READ_ANY, WRITE };
enum { VIA_TOUCH, VIA_DMA };
enum { DISJOINT, SAME };

static const char *const bars[] = { BAR_LARGEST, "0", "1", "2", "3", "4", "5", NULL };
static const char *const orders[] = { "any", "pte", "pmd", "pud", NULL };
static const char *const patterns[] = { "in-order", "stride", "random", NULL };
static const char *const accesses[] = { "read", "read-any", "write", NULL };
static const char *const vias[] = { "touch", "dma", NULL };
static const char *const areas[] = { "disjoint", "same", NULL };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU, .implied = true },
	[BAR] = { PARAM_WORD("bar", bars, BAR_LARGEST, "which of the device's"), .implied = true },
	[SPAN] = { .name = "span",
		   .type = &param_chunk,
		   .fallback = "whole",
		   .help = "how much of it, from its start" },
	[ALIGN] = { .name = "align",
		    .type = &param_size,
		    .fallback = "1GiB",
		    .max = TIB,
		    .help = "alignment that address and bus address have in common, and no more" },
	[ORDER] = { PARAM_WORD("order", orders, "any",
			       "what entries have to be, or the trial is invalid"),
		    .implied = true },
	[PATTERN] = { PARAM_WORD("pattern", patterns, "in-order",
				 "each page in order, one a fault, or each page at random"),
		      .implied = true },
	[ACCESS] = { PARAM_WORD("access", accesses, "read",
				"read prefetchable BARs, read any BAR, or write zeros to it"),
		     .implied = true },
	[VIA] = { PARAM_WORD("via", vias, "touch",
			     "the CPU touches it, or it is mapped for DMA, which needs no access"),
		  .implied = true },
	[THREADS] = { PARAM_THREADS, .implied = true, .help = "that touch it, a CPU each" },
	[AREAS] = { PARAM_WORD("areas", areas, "disjoint",
			       "a part for each thread, or all of it for each"),
		    .implied = true },
	[AFTER_RESET] = { PARAM_WORD("after_reset", param_no_yes, "no",
				     "reset the device and touch it once more"),
			  .implied = true },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[MAP_NS] = { METRIC_NS("map_ns", "mmap(2) of the span") },
	[FAULT_NS] = { METRIC_NS("fault_ns", "a first touch, with its fault") },
	[CONTROL_NS] = { METRIC_NS("control_ns", "the same touch again, without") },
	[TOUCH_NS] = { METRIC_NS("touch_ns", "touching all of it for the first time") },
	[FAULTS] = { .name = "faults",
		     .unit = "count",
		     .better = "lower",
		     .help = "that touching or DMA-mapping all of it takes" },
	[ZAP_NS] = { METRIC_NS("zap_ns", "munmap(2) of the span") },
	[DMA_MAP_NS] = { METRIC_NS("dma_map_ns", "DMA-mapping the span, faults included") },
	[DMA_CONTROL_NS] = { METRIC_NS("dma_control_ns", "the same again, without faults") },
	[DMA_UNMAP_NS] = { METRIC_NS("dma_unmap_ns", "unmapping it from the IOMMU") },
	[RESET_NS] = { METRIC_NS("reset_ns", "resetting the device") },
	[RESET_FIRST_NS] = { METRIC_NS("reset_first_ns", "the first touch after the reset") },
	[RESET_FAULT_NS] = { METRIC_NS("reset_fault_ns", "each further first touch after it") },
	{ .name = NULL },
};

struct state {
	struct iommu iommu;
	struct vfio_device device;
	struct vfio_wake wake;
	struct bar bar;
	struct bar_window window;
	struct entries entries;
	struct team *team;
	struct touch touch;
	uint64_t iova;
	int protection;
	bool via_dma;
};

/* ---- an iteration ---- */

static int cannot(struct trial *t, const struct state *s, const char *what, int error)
{
	char name[48];

	return reason_set(&t->reason, error, "%s: %s failed: %s",
			  bar_name(&s->device, &s->bar, name), what, strerror(-error));
}

/* Keeps the ticks of what was done without an error. */
static int keep(struct trial *t, const struct state *s, int metric, uint64_t ticks, int error,
		const char *what)
{
	if (error)
		return cannot(t, s, what, error);
	sample_ticks(t, metric, ticks);
	return 0;
}

static int map_span(struct trial *t, struct state *s)
{
	uint64_t start, end;
	int ret;

	start = clock_now();
	ret = bar_window_map(&s->window, s->protection);
	end = clock_now();
	return keep(t, s, MAP_NS, end - start, ret, "mmap");
}

static int zap_span(struct trial *t, struct state *s)
{
	uint64_t start, end;
	int ret;

	start = clock_now();
	ret = bar_window_unmap(&s->window);
	end = clock_now();
	ret = keep(t, s, ZAP_NS, end - start, ret, "munmap");
	if (ret)
		return ret;
	ret = bar_window_hold(&s->window);
	return ret ? cannot(t, s, "holding its addresses", ret) : 0;
}

/* The first touch of all is the leading thread's; the others do not start before it. */
static void keep_faults_after_reset(struct trial *t, const struct touch *touch)
{
	sample_ticks(t, RESET_FIRST_NS, walk_fault_ticks(&touch->walks[0], WALK_FIRST, 0));
	fault_samples_add(t, touch, WALK_FIRST, 1, RESET_FAULT_NS);
}

static int touch_after_reset(struct trial *t, struct state *s)
{
	struct vfio_wake wake;
	uint64_t start, end, ticks;
	int ret;

	start = clock_now();
	ret = vfio_device_reset(&s->device);
	end = clock_now();
	ret = keep(t, s, RESET_NS, end - start, ret, "resetting the device");
	if (!ret)
		ret = vfio_wake(&s->device, &wake, &t->reason);
	if (!ret)
		ret = touch_pages(&s->touch, s->team, WALK_FIRST, &ticks);
	if (!ret)
		keep_faults_after_reset(t, &s->touch);
	return ret;
}

static int run_touch(struct trial *t, struct state *s)
{
	uint64_t faults, ticks;
	int ret;

	faults = probe_faults();
	ret = touch_pages(&s->touch, s->team, WALK_FIRST, &ticks);
	faults = probe_faults() - faults;
	if (ret)
		return ret;
	sample_ticks(t, TOUCH_NS, ticks);
	sample_count(t, FAULTS, faults);
	ret = touch_pages(&s->touch, s->team, WALK_AGAIN, &ticks);
	if (ret)
		return ret;
	fault_samples_add(t, &s->touch, WALK_FIRST, 0, FAULT_NS);
	fault_samples_add(t, &s->touch, WALK_AGAIN, 0, CONTROL_NS);
	return trial_number(t, AFTER_RESET) ? touch_after_reset(t, s) : 0;
}

static int dma_map(struct trial *t, struct state *s, int metric)
{
	uint64_t start, end;
	int ret;

	start = clock_now();
	ret = bar_window_map_dma(&s->window, &s->iommu, s->iova);
	end = clock_now();
	if (ret)
		return iommu_explain_map(&s->iommu, ret, &t->reason);
	sample_ticks(t, metric, end - start);
	return 0;
}

static int dma_unmap(struct trial *t, struct state *s)
{
	uint64_t start, end;
	int ret;

	start = clock_now();
	ret = bar_window_unmap_dma(&s->window, &s->iommu, s->iova);
	end = clock_now();
	return keep(t, s, DMA_UNMAP_NS, end - start, ret, UNMAPPING);
}

static int run_dma(struct trial *t, struct state *s)
{
	uint64_t faults = probe_faults();
	int ret = dma_map(t, s, DMA_MAP_NS);

	faults = probe_faults() - faults;
	if (ret)
		return ret;
	sample_count(t, FAULTS, faults);
	trial_leaves(t);
	ret = dma_unmap(t, s);
	if (!ret)
		ret = dma_map(t, s, DMA_CONTROL_NS);
	if (ret)
		return ret;
	ret = bar_window_unmap_dma(&s->window, &s->iommu, s->iova);
	return ret ? cannot(t, s, UNMAPPING, ret) : 0;
}

static int pfnmap_fault_run(struct trial *t)
{
	struct state *s = t->priv;
	int ret = map_span(t, s);

	if (!ret)
		ret = s->via_dma ? run_dma(t, s) : run_touch(t, s);
	return ret ? ret : zap_span(t, s);
}

/* ---- which entries the kernel makes ---- */

static int find_entries(struct trial *t, struct state *s)
{
	const struct probe probe = { .window = &s->window,
				     .protection = s->protection,
				     .iommu = s->via_dma ? &s->iommu : NULL,
				     .iova = s->iova };

	return trial_prove_entries(t, &probe, &s->entries);
}

/* Where the cell names a size, all entries have to be of it, or the trial is invalid. */
static int judge_entries(struct trial *t, const struct state *s)
{
	uint64_t wanted = trial_number(t, ORDER);
	char made[128], size[UNIT_TEXT], align[UNIT_TEXT];

	if (!wanted)
		return 0;
	wanted--; /* "any" stands before the levels */
	if (entries_are_all(&s->entries, (enum entry_level)wanted))
		return 0;
	entries_describe(&s->entries, made, sizeof(made));
	return reason_set(
		&t->reason, INVALID,
		"order=%s asks for entries of %s alone, the kernel made %s (%llu fault%s, "
		"address aligned to %s)",
		trial_word(t, ORDER), size_format(s->entries.sizes.bytes[wanted], size), made,
		(unsigned long long)t->fault_proof.faults, t->fault_proof.faults == 1 ? "" : "s",
		size_format(trial_number(t, ALIGN), align));
}

/* ---- who touches what ---- */

static int plan_touches(struct trial *t, struct state *s)
{
	const struct walk_plan plan = { .pattern = (enum walk_pattern)trial_number(t, PATTERN),
					.same = trial_number(t, AREAS) == SAME,
					.nr_walks = trial_number(t, THREADS) };

	static const int many[] = { FAULT_NS, CONTROL_NS, RESET_FAULT_NS, -1 };
	int ret = touch_init(&s->touch, &s->entries, &plan, &t->reason);

	return ret ? ret : fault_samples_reserve(t, &s->touch, many);
}

/* ---- set-up ---- */

static int open_device(struct trial *t, struct state *s)
{
	char text[64];
	const char *note;
	int ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, 1, &s->iommu,
			     &t->reason);

	if (!ret)
		ret = vfio_device_open_awake(&s->iommu, &t->devices.list[0], &s->device, &s->wake,
					     &t->reason);
	if (ret)
		return ret;
	note = vfio_wake_note(&s->wake, text);
	if (note)
		trial_note(t, "woken", "%s for the trial and is put back", note);
	if (trial_number(t, AFTER_RESET) && !s->device.can_reset)
		return reason_set(&t->reason, SKIPPED, "%s cannot be reset, says VFIO",
				  s->device.pci.bdf);
	return 0;
}

static int check_access(struct trial *t, const struct state *s)
{
	char name[48];

	if (s->via_dma || s->bar.prefetchable || trial_number(t, ACCESS) != READ_SAFE)
		return 0;
	return reason_set(
		&t->reason, SKIPPED,
		"%s is not prefetchable: reading it may have side effects. access=read-any "
		"reads it all the same, via=dma needs no read",
		bar_name(&s->device, &s->bar, name));
}

static int place_span(struct trial *t, struct state *s)
{
	char name[48], size[UNIT_TEXT];
	int ret = bar_find(&s->device, trial_word(t, BAR), &s->bar, &t->reason);

	if (!ret)
		ret = check_access(t, s);
	if (!ret)
		ret = bar_window_reserve(&s->device, &s->bar, trial_number(t, SPAN),
					 trial_number(t, ALIGN), &s->window, &t->reason);
	if (!ret && s->bar.region.sparse)
		trial_note(t, "sparse", "%s: %zu areas of it can be mapped, %s in all",
			   bar_name(&s->device, &s->bar, name), s->window.nr_areas,
			   size_format(bar_window_mapped_bytes(&s->window), size));
	if (!ret && s->via_dma)
		ret = iommu_find_iova(&s->iommu, s->window.size_bytes, GIB, &s->iova, &t->reason);
	return ret;
}

static void choose_work(struct trial *t, struct state *s)
{
	bool write = trial_number(t, ACCESS) == WRITE;

	s->via_dma = trial_number(t, VIA) == VIA_DMA;
	s->touch = (struct touch){ .window = &s->window, .write = write };
	/* The IOMMU takes a mapping only with the rights that the CPU's has. */
	s->protection = write || s->via_dma ? PROT_READ | PROT_WRITE : PROT_READ;
}

static int pfnmap_fault_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->device = VFIO_DEVICE_NONE;
	choose_work(t, s);
	ret = open_device(t, s);
	if (!ret)
		ret = place_span(t, s);
	if (!ret)
		ret = find_entries(t, s);
	if (!ret)
		ret = judge_entries(t, s);
	if (ret || s->via_dma)
		return ret;
	ret = plan_touches(t, s);
	return ret ? ret : trial_team(t, &s->team);
}

static void pfnmap_fault_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	team_close(s->team);
	touch_release(&s->touch);
	bar_window_release(&s->window);
	vfio_device_close_awake(&s->device, &s->wake);
	iommu_close(&s->iommu);
	free(s);
}

/* ---- what goes together ---- */

static int pfnmap_fault_possible(const struct value *values, struct reason *reason)
{
	int ret = bar_window_check_align(values[ALIGN].number, reason);

	if (ret)
		return ret;
	if (values[VIA].number == VIA_DMA &&
	    (values[THREADS].number > 1 || values[AFTER_RESET].number ||
	     values[PATTERN].number != WALK_IN_ORDER))
		return reason_set(reason, SKIPPED,
				  "via=dma maps all with one call: it has no pattern, threads or "
				  "touch after a reset");
	if (values[VIA].number == VIA_DMA)
		return iommu_check_bars(iommu_find_mode(values[IOMMU].word), reason);
	return 0;
}

static double pfnmap_fault_estimate_ns(const struct value *values)
{
	uint64_t span = values[SPAN].number ? values[SPAN].number : GIB;

	return (double)span / (double)memory_page_size() * 2000;
}

const struct bench bench_pfnmap_fault = {
	.name = "pfnmap-fault",
	.summary = "first touch of a device's BAR, by the size of entries",
	.details = "fault_ns holds a fault and the access that it was for, control_ns the access\n"
		   "alone: the fault costs the difference. zap_ns holds unmapping. They leave out "
		   "the\n"
		   "opening of the device. How large the entries are that the kernel made follows\n"
		   "from faults and page tables, and is stored in `verified`.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 5,
	.estimate_ns = pfnmap_fault_estimate_ns,
	.possible = pfnmap_fault_possible,
	.setup = pfnmap_fault_setup,
	.run = pfnmap_fault_run,
	.teardown = pfnmap_fault_teardown,
};
