/*
 * convert - page conversion, as confidential guests ask for it: a piece of a large region that
 * devices have mapped is taken away and given back.
 *
 * Each iteration maps the region, converts `conversions` pieces one after another, and unmaps all.
 * A conversion has four phases, as a VMM has to go through them:
 *
 *   unmap_ns     the piece is unmapped from the IOMMU
 *   punch_ns     its pages are given back: a hole is punched into the memfd
 *   fault_ns     it is faulted in again, a touch a page
 *   map_ns       it is mapped again
 *   convert_ns   the four of them
 *   map_all_ns, unmap_all_ns   the region as a whole, at the iteration's beginning and end
 *
 * An IOMMU mapping can be unmapped only as it was mapped. With granule=piece the region is mapped
 * in granules of a piece's size from the start; granule=whole maps it in one piece, and then
 * unmap_ns and map_ns are those of all of it, but for iommufd-compat-type1, the one mode that
 * splits a mapping. What fast conversions cost when the guest starts is map_all_ns.
 *
 * They leave out the guest's own part, the change of the page's state in the CPU or its firmware,
 * copying, and other threads' faults.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/units.h"
#include "measure/common.h"
#include "measure/trial.h"

enum { DEVICE, IOMMU, BACKING, SIZE, PIECE, GRANULE, PATTERN, CONVERSIONS, HOW };
enum {
	UNMAP_NS,
	PUNCH_NS,
	FAULT_NS,
	MAP_NS,
	PHASES,
	CONVERT_NS = PHASES,
	MAP_ALL_NS,
	UNMAP_ALL_NS
};
enum { BY_PIECE, WHOLE };
enum { RANDOM, CLUSTERED };

static const char *const granules[] = { "piece", "whole", NULL };
static const char *const patterns[] = { "random", "clustered", NULL };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU },
	[BACKING] = { .name = "backing",
		      .type = &param_backing,
		      .fallback = "memfd",
		      .help = "the memory, a memfd: memfd, memfd-hugetlb-2m" },
	[SIZE] = { .name = "size",
		   .type = &param_size,
		   .fallback = "128MiB",
		   .min = 4 * KIB,
		   .help = "the region" },
	[PIECE] = { .name = "piece",
		    .type = &param_size,
		    .fallback = "page",
		    .min = 4 * KIB,
		    .help = "what is converted at a time" },
	[GRANULE] = { PARAM_WORD("granule", granules, "piece",
				 "what the region is mapped in, from the start") },
	[PATTERN] = { PARAM_WORD("pattern", patterns, "random",
				 "pieces from anywhere, or one after another from somewhere") },
	[CONVERSIONS] = { .name = "conversions",
			  .type = &param_count,
			  .fallback = "64",
			  .min = 1,
			  .max = 65536,
			  .implied = true,
			  .help = "how many an iteration" },
	[HOW] = { PARAM_HOW },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[UNMAP_NS] = { METRIC_NS("unmap_ns", "unmapping a piece, or what it is mapped with") },
	[PUNCH_NS] = { METRIC_NS("punch_ns", "punching it out of the memfd") },
	[FAULT_NS] = { METRIC_NS("fault_ns", "faulting it in again") },
	[MAP_NS] = { METRIC_NS("map_ns", "mapping it again, or what it is mapped with") },
	[CONVERT_NS] = { METRIC_NS("convert_ns", "all of a conversion") },
	[MAP_ALL_NS] = { METRIC_NS("map_all_ns", "mapping the region to begin with") },
	[UNMAP_ALL_NS] = { METRIC_NS("unmap_all_ns", "unmapping it in the end") },
	{ .name = NULL },
};

struct state {
	struct region mem;
	struct iommu iommu;
	uint64_t iova, piece_bytes, granule_bytes;
	bool remaps_all; /* a conversion unmaps and maps the whole region */
	uint32_t *order; /* of all pieces */
	uint64_t (*stamps)[PHASES + 1]; /* of each conversion */
	size_t nr_pieces, nr_conversions;
	struct random random;
	bool clustered;
};

/* ---- what is timed ---- */

static int map_all(struct state *s)
{
	uint64_t size = s->mem.size_bytes, granule = s->granule_bytes;
	int ret = 0;

	for (uint64_t at = 0; at < size && !ret; at += granule)
		ret = iommu_map(&s->iommu, s->iova + at, s->mem.addr + at, granule,
				IOMMU_READ | IOMMU_WRITE);
	return ret;
}

static int punch(const struct state *s, uint64_t offset)
{
	return fallocate(s->mem.memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
			 (off_t)s->piece_bytes)
		       ? -errno
		       : 0;
}

/* Takes away and gives back a piece, or the whole region where a piece cannot be unmapped alone. */
static int convert(struct trial *t, struct state *s, uint64_t offset, uint64_t stamps[PHASES + 1])
{
	uint64_t at = s->remaps_all ? 0 : offset;
	uint64_t length = s->remaps_all ? s->mem.size_bytes : s->piece_bytes;
	int ret;

	stamps[0] = clock_now();
	ret = iommu_unmap(&s->iommu, s->iova + at, length);
	stamps[1] = clock_now();
	if (ret)
		return iommu_explain_unmap(&s->iommu, ret, &t->reason);
	ret = punch(s, offset);
	stamps[2] = clock_now();
	if (ret)
		return reason_set(&t->reason, ret, "cannot punch a hole into the memfd: %s",
				  strerror(-ret));
	ret = region_fault_in(&s->mem, FAULT_TOUCH, offset, s->piece_bytes);
	stamps[3] = clock_now();
	if (ret)
		return ret;
	ret = iommu_map(&s->iommu, s->iova + at, s->mem.addr + at, length,
			IOMMU_READ | IOMMU_WRITE);
	stamps[4] = clock_now();
	return ret ? iommu_explain_map(&s->iommu, ret, &t->reason) : 0;
}

/* ---- an iteration ---- */

static void choose_pieces(struct state *s)
{
	if (!s->clustered) {
		random_shuffle(&s->random, s->order, (uint32_t)s->nr_pieces);
		return;
	}
	s->order[0] = (uint32_t)random_below(&s->random, s->nr_pieces);
	for (size_t i = 1; i < s->nr_conversions; i++)
		s->order[i] = (uint32_t)((s->order[0] + i) % s->nr_pieces);
}

static int convert_all(struct trial *t, struct state *s)
{
	int ret = 0;

	for (size_t i = 0; i < s->nr_conversions && !ret; i++)
		ret = convert(t, s, s->order[i] * s->piece_bytes, s->stamps[i]);
	return ret;
}

static void keep_conversions(struct trial *t, const struct state *s)
{
	for (size_t i = 0; i < s->nr_conversions; i++) {
		for (int phase = 0; phase < PHASES; phase++)
			sample_ticks(t, phase, s->stamps[i][phase + 1] - s->stamps[i][phase]);
		sample_ticks(t, CONVERT_NS, s->stamps[i][PHASES] - s->stamps[i][0]);
	}
}

static int convert_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t start, mapped, unmapped;
	int ret;

	choose_pieces(s);
	start = clock_now();
	ret = map_all(s);
	mapped = clock_now();
	if (ret)
		return iommu_explain_map(&s->iommu, ret, &t->reason);
	sample_ticks(t, MAP_ALL_NS, mapped - start);
	trial_leaves(t);
	ret = convert_all(t, s);
	if (ret)
		return ret;
	start = clock_now();
	ret = iommu_unmap(&s->iommu, s->iova, s->mem.size_bytes);
	unmapped = clock_now();
	if (ret)
		return iommu_explain_unmap(&s->iommu, ret, &t->reason);
	sample_ticks(t, UNMAP_ALL_NS, unmapped - start);
	keep_conversions(t, s);
	return 0;
}

/* ---- set-up ---- */

static int make_pieces(struct trial *t, struct state *s)
{
	bool whole = trial_number(t, GRANULE) == WHOLE;
	int ret = 0;

	s->piece_bytes = trial_number(t, PIECE);
	s->granule_bytes = whole ? s->mem.size_bytes : s->piece_bytes;
	s->remaps_all = whole && !s->iommu.mode->splits;
	s->clustered = trial_number(t, PATTERN) == CLUSTERED;
	s->nr_pieces = s->mem.size_bytes / s->piece_bytes;
	s->nr_conversions = trial_number(t, CONVERSIONS);
	s->random = random_seeded(1, s->nr_pieces); /* alike in every trial of a cell */
	s->order = calloc(s->nr_pieces, sizeof(*s->order));
	s->stamps = calloc(s->nr_conversions, sizeof(*s->stamps));
	if (!s->order || !s->stamps)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nr_pieces; i++)
		s->order[i] = i;
	for (int i = 0; i <= CONVERT_NS && !ret; i++)
		ret = samples_reserve(&t->samples[i], t->iterations * s->nr_conversions);
	return ret;
}

static int open_iommu(struct trial *t, struct state *s)
{
	uint64_t mappings = trial_number(t, GRANULE) == WHOLE
				    ? 2 * trial_number(t, CONVERSIONS) + 1
				    : trial_number(t, SIZE) / trial_number(t, PIECE);
	int ret = iommu_open(iommu_find_mode(trial_word(t, IOMMU)), t->devices.list, 1, &s->iommu,
			     &t->reason);

	return ret ? ret : iommu_check_mappings(&s->iommu, mappings, &t->reason);
}

static int convert_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = open_iommu(t, s);
	if (!ret)
		ret = trial_memory(t, trial_word(t, BACKING), trial_number(t, SIZE), &s->mem);
	if (!ret)
		ret = iommu_find_iova(&s->iommu, s->mem.size_bytes, GIB, &s->iova, &t->reason);
	if (!ret)
		ret = iommu_choose_method(&s->iommu, (enum iommu_method)trial_number(t, HOW),
					  &s->mem, 0, &t->reason);
	return ret ? ret : make_pieces(t, s);
}

static void convert_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	iommu_close(&s->iommu);
	trial_free(t, &s->mem);
	free(s->order);
	free(s->stamps);
	free(s);
}

/* ---- what goes together ---- */

static int check_backing(const struct value *values, struct reason *reason)
{
	uint64_t page = values[BACKING].number;
	char piece[UNIT_TEXT], text[UNIT_TEXT];

	if (strncmp(values[BACKING].word, "memfd", strlen("memfd")))
		return reason_set(reason, SKIPPED,
				  "a hole is punched into a memfd, and backing=%s is none (memfd, "
				  "memfd-hugetlb-2m)",
				  values[BACKING].word);
	if (page && values[PIECE].number % page)
		return reason_set(reason, SKIPPED, "a piece of %s is no multiple of %s's page, %s",
				  size_format(values[PIECE].number, piece), values[BACKING].word,
				  size_format(page, text));
	return 0;
}

static int convert_possible(const struct value *values, struct reason *reason)
{
	uint64_t piece = values[PIECE].number, size = values[SIZE].number;
	char text[UNIT_TEXT];

	if (size % piece || piece % (4 * KIB))
		return reason_set(reason, SKIPPED, "the size is no multiple of a piece, %s",
				  size_format(piece, text));
	if (values[CONVERSIONS].number > size / piece)
		return reason_set(reason, SKIPPED, "%llu conversions of %llu pieces",
				  (unsigned long long)values[CONVERSIONS].number,
				  (unsigned long long)(size / piece));
	if (values[HOW].number == IOMMU_COPY)
		return reason_set(reason, SKIPPED,
				  "how=copy keeps pages pinned that a conversion gives back");
	return check_backing(values, reason);
}

static double convert_estimate_ns(const struct value *values)
{
	double size = (double)values[SIZE].number, conversions = (double)values[CONVERSIONS].number;

	if (values[GRANULE].number == WHOLE)
		return conversions * size * 0.1;
	return size / (double)values[PIECE].number * 3000 + conversions * 10000;
}

const struct bench bench_convert = {
	.name = "convert",
	.summary = "shared/private page conversion, as confidential guests do it",
	.details = "convert_ns is one conversion: unmap_ns, punch_ns, fault_ns and map_ns of a\n"
		   "piece. map_all_ns and unmap_all_ns are the region's, in the granules that let\n"
		   "pieces be unmapped. They leave out the guest's and the CPU's part in it.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 3,
	.estimate_ns = convert_estimate_ns,
	.possible = convert_possible,
	.setup = convert_setup,
	.run = convert_run,
	.teardown = convert_teardown,
};
