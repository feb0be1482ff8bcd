/*
 * vfio-dirty - which pages may a device have written? What a VMM asks while a guest with devices
 * migrates, of VFIO's container.
 *
 * Each iteration maps the memory, and then:
 *
 *   start_ns         starts the tracking: a bitmap of all that is mapped is allocated
 *   read_ns          reads the bitmap of all of it
 *   dirty_pages      how many small pages that bitmap reports
 *   unmap_dirty_ns   unmaps all of it with a last bitmap
 *   stop_ns          ends the tracking, with the memory mapped again
 *   unmap_ns         unmaps all of it, without tracking: what unmap_dirty_ns is held against
 *
 * A device that does not tell what it writes counts as having written all that it may: the container
 * then reports each page each time, and reading is a copy of the bitmap. (A device that tells is asked
 * by another interface, its own.)
 *
 * Left out: mapping and faulting in, which vfio-map and populate have, and what a VMM does with the
 * pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "host/memory.h"
#include "iommu/dirty.h"
#include "measure/common.h"
#include "measure/trial.h"

enum { DEVICE, IOMMU, BACKING, SIZE, CHUNK };
enum { START_NS, READ_NS, DIRTY_PAGES, UNMAP_DIRTY_NS, STOP_NS, UNMAP_NS };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU },
	[BACKING] = { PARAM_BACKING, .help = "the memory that is mapped" },
	[SIZE] = { PARAM_SIZE },
	[CHUNK] = { PARAM_CHUNK, .help = "the size of each mapping" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[START_NS] = { METRIC_NS("start_ns", "starting to track") },
	[READ_NS] = { METRIC_NS("read_ns", "reading the bitmap of all of it"), .per_size = true },
	[DIRTY_PAGES] = { .name = "dirty_pages",
			  .unit = "count",
			  .better = "lower",
			  .help = "small pages that it reports" },
	[UNMAP_DIRTY_NS] = { METRIC_NS("unmap_dirty_ns", "unmapping all of it with its bitmap"),
			     .per_size = true },
	[STOP_NS] = { METRIC_NS("stop_ns", "ending the tracking") },
	[UNMAP_NS] = { METRIC_NS("unmap_ns", "unmapping all of it, not tracked"),
		       .per_size = true },
	{ .name = NULL },
};

struct state {
	struct region mem;
	struct iommu iommu;
	uint64_t iova, chunk_bytes;
	uint64_t *bitmap; /* of the largest piece that is asked for at once */
	bool tracking;
};

/* ---- what is timed ---- */

static int unmap_chunks(struct state *s, bool dirty)
{
	uint64_t size = s->mem.size_bytes, chunk = s->chunk_bytes;
	int ret = 0;

	for (uint64_t at = 0; at < size && !ret; at += chunk)
		ret = dirty ? dirty_unmap(&s->iommu, s->iova + at, chunk, s->bitmap)
			    : iommu_unmap(&s->iommu, s->iova + at, chunk);
	return ret;
}

static int read_all(struct state *s)
{
	return dirty_read(&s->iommu, s->iova, s->mem.size_bytes, s->bitmap);
}

static int unmap_dirty(struct state *s)
{
	return unmap_chunks(s, true);
}

static int unmap_plain(struct state *s)
{
	return unmap_chunks(s, false);
}

static int start(struct state *s)
{
	int ret = dirty_start(&s->iommu);

	s->tracking = !ret;
	return ret;
}

static int stop(struct state *s)
{
	s->tracking = false;
	return dirty_stop(&s->iommu);
}

/* ---- an iteration ---- */

static int map_all(struct trial *t, struct state *s)
{
	int ret = 0;

	for (uint64_t at = 0; at < s->mem.size_bytes && !ret; at += s->chunk_bytes)
		ret = iommu_map(&s->iommu, s->iova + at, s->mem.addr + at, s->chunk_bytes,
				IOMMU_READ | IOMMU_WRITE);
	return ret ? iommu_explain_map(&s->iommu, ret, &t->reason) : 0;
}

static int time_step(struct trial *t, struct state *s, int (*step)(struct state *s), int metric)
{
	uint64_t begin, end;
	int ret;

	begin = clock_now();
	ret = step(s);
	end = clock_now();
	if (ret)
		return reason_set(&t->reason, ret, "%s: %s", metrics[metric].help, strerror(-ret));
	sample_ticks(t, metric, end - begin);
	return 0;
}

static int vfio_dirty_run(struct trial *t)
{
	struct state *s = t->priv;
	int ret = map_all(t, s);

	if (!ret)
		ret = time_step(t, s, start, START_NS);
	if (!ret)
		ret = time_step(t, s, read_all, READ_NS);
	if (ret)
		return ret;
	sample_count(t, DIRTY_PAGES, dirty_count(&s->iommu, s->bitmap, s->mem.size_bytes));
	ret = time_step(t, s, unmap_dirty, UNMAP_DIRTY_NS);
	if (!ret)
		ret = map_all(t, s);
	if (!ret)
		ret = time_step(t, s, stop, STOP_NS);
	return ret ? ret : time_step(t, s, unmap_plain, UNMAP_NS);
}

/* ---- set-up ---- */

static int make_bitmap(struct state *s)
{
	uint64_t bytes = dirty_bitmap_bytes(&s->iommu, s->mem.size_bytes);

	s->bitmap = calloc(1, bytes);
	if (!s->bitmap)
		return -ENOMEM;
	memset(s->bitmap, 1, bytes); /* so that no page of it is faulted in while it is timed */
	return 0;
}

static int vfio_dirty_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	uint64_t chunk = trial_number(t, CHUNK), size = trial_number(t, SIZE);
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	s->chunk_bytes = chunk ? chunk : size;
	ret = trial_check_locked(t, size);
	if (!ret)
		ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, 1,
				 &s->iommu, &t->reason);
	if (!ret)
		ret = dirty_possible(&s->iommu, &t->reason);
	if (!ret)
		ret = iommu_check_mappings(&s->iommu, size / s->chunk_bytes, &t->reason);
	if (!ret)
		ret = trial_memory(t, trial_word(t, BACKING), size, &s->mem);
	if (!ret)
		ret = iommu_find_iova(&s->iommu, size, GIB, &s->iova, &t->reason);
	return ret ? ret : make_bitmap(s);
}

static void vfio_dirty_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	if (s->tracking)
		dirty_stop(&s->iommu);
	iommu_close(&s->iommu);
	trial_free(t, &s->mem);
	free(s->bitmap);
	free(s);
}

/* Each word of a bitmap is of one mapping alone, and mappings are all alike. */
static int vfio_dirty_possible(const struct value *values, struct reason *reason)
{
	uint64_t chunk = values[CHUNK].number, size = values[SIZE].number;
	uint64_t step = 64 * memory_page_size();
	char text[UNIT_TEXT], least[UNIT_TEXT];

	if (!chunk)
		chunk = size;
	if (chunk % step)
		return reason_set(reason, SKIPPED,
				  "chunk=%s: a bitmap has a word for each %s of a mapping",
				  size_format(chunk, text), size_format(step, least));
	if (size % chunk)
		return reason_set(reason, SKIPPED, "%s is not cut evenly by chunk=%s",
				  size_format(size, text), size_format(chunk, least));
	return 0;
}

static double vfio_dirty_estimate_ns(const struct value *values)
{
	return (double)values[SIZE].number * 0.4;
}

const struct bench bench_vfio_dirty = {
	.name = "vfio-dirty",
	.summary = "which pages may a device have written: VFIO's dirty tracking",
	.details =
		"read_ns holds reading the bitmap of all that is mapped, start_ns and stop_ns the\n"
		"tracking's beginning and end; unmap_dirty_ns is an unmap that returns a bitmap,\n"
		"unmap_ns one that does not. They leave out mapping, page faults, and what a VMM\n"
		"does with the pages.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 10,
	.estimate_ns = vfio_dirty_estimate_ns,
	.possible = vfio_dirty_possible,
	.setup = vfio_dirty_setup,
	.run = vfio_dirty_run,
	.teardown = vfio_dirty_teardown,
};
