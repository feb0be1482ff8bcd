/*
 * vfio-map - DMA map and unmap of a buffer through VFIO.
 *
 * Timed: one call of share_map_whole() or share_map_pieces(), and one of the matching unmap
 * (lib/iommu/shares.c), at the line `ret = work(…)` of do_share() in lib/host/team.c, between the two
 * clock reads there. Mapped in pieces, each piece is timed, too, by one clock read more.
 *
 *   map_ns, unmap_ns            all of the buffer: pinning, IOMMU page tables, system calls
 *   map_call_ns, unmap_call_ns  one call, where the buffer is mapped in pieces; about 4096 a trial
 *                               are kept, evenly, and a histogram beside them has all
 *
 * Left out: page faults (the buffer is faulted in and proved once a trial, before anything is timed;
 * only with prefault=no it is fresh in each iteration, and map_fault_ns holds the faults, too),
 * opening devices and containers, waking and gathering the workers, and the look at IOMMU leaves.
 *
 * IOMMU drivers join small pages whose frames follow each other, which costs a third. With
 * frames=apart no two neighbours can be joined. With frames=joined all can: a buffer whose frames
 * lie in one piece is looked for in four times the memory.
 *
 * With iommufd, how=map-file maps the memfd itself, without its address. how=copy pins the buffer
 * once, then times copies of that mapping: unmap_ns is that of IOMMU page tables alone, and map_ns
 * holds reading the pages' addresses back from the first mapping's table, small page by small page.
 * leaves and accounting are iommufd's switches for large leaves and for who pays for locked memory.
 *
 * unmap=close times the closing of groups and container (with iommufd: of devices and /dev/iommu),
 * which unmaps. Several threads share the buffer, and containers are dealt out to them; map_ns lasts
 * from the first one's start to the last one's end.
 *
 * With workers=processes, `threads` of them share the containers, whose descriptors they inherit,
 * and nothing else: each has memory of its own, as much as a thread has of the buffer, which it
 * faults in and proves itself before it is mapped at the same I/O addresses. Pages from before the
 * fork would be copied when they are pinned to be written to. Where threads are slower than
 * processes, they wait for each other at the lock of their mm; where processes are slower than
 * workers with a container each, at the address space of the one container.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "iommu/shares.h"
#include "measure/common.h"
#include "measure/containers.h"
#include "measure/own_memory.h"
#include "measure/trial.h"
#include "mem/frames.h"

#define MOST_CALL_SAMPLES 4096

enum {
	DEVICE,
	IOMMU,
	BACKING,
	SIZE,
	CHUNK,
	ORDER,
	UNMAP,
	PREFAULT,
	FRAMES,
	ACCESS,
	THREADS,
	CONTAINERS,
	HOW,
	LEAVES,
	ACCOUNTING,
	WORKERS,
};
enum { MAP_NS, UNMAP_NS, MAP_FAULT_NS, MAP_CALL_NS, UNMAP_CALL_NS };

enum unmap { UNMAP_WHOLE, UNMAP_CHUNK, UNMAP_ALL, UNMAP_CLOSE };

static const char *const unmaps[] = { "whole", "chunk", "all", "close", NULL };
static const char *const accesses[] = { "rw", "ro", NULL };
static const char *const workers[] = { "threads", "processes", NULL };

static const struct param params[] = {
	[DEVICE] = { PARAM_DEVICE },
	[IOMMU] = { PARAM_IOMMU },
	[BACKING] = { PARAM_BACKING, .help = "the memory that is mapped" },
	[SIZE] = { PARAM_SIZE },
	[CHUNK] = { PARAM_CHUNK, .help = "mapped with one call, or in pieces" },
	[ORDER] = { PARAM_WORD("order", pieces_order_names, "in-order", "the order of the pieces"),
		    .implied = true },
	[UNMAP] = { PARAM_WORD("unmap", unmaps, "whole",
			       "one call for the range, a call a piece, the all-flag, or close"),
		    .implied = true },
	[PREFAULT] = { PARAM_WORD("prefault", param_no_yes, "yes",
				  "whether the memory is there before it is mapped"),
		       .implied = true },
	[FRAMES] = { PARAM_WORD("frames", frames_names, "given",
				"neighbouring pages as the kernel gives them, far apart, or side "
				"by side"),
		     .implied = true },
	[ACCESS] = { PARAM_WORD("access", accesses, "rw", "what the device may do"),
		     .implied = true },
	[THREADS] = { PARAM_THREADS, .implied = true,
		      .help = "threads that share the memory, a CPU each" },
	[CONTAINERS] = { .name = "containers",
			 .type = &param_count,
			 .fallback = "1",
			 .min = 1,
			 .max = IOMMU_MAX_GROUPS,
			 .implied = true,
			 .help = "address spaces that the threads share, a group each" },
	[HOW] = { PARAM_HOW },
	[LEAVES] = { PARAM_LEAVES },
	[ACCOUNTING] = { PARAM_ACCOUNTING },
	[WORKERS] = { PARAM_WORD("workers", workers, "threads",
				 "threads, or as many processes, each with memory of its own"),
		      .implied = true },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	[MAP_NS] = { METRIC_NS("map_ns", "mapping all of it"), .per_size = true },
	[UNMAP_NS] = { METRIC_NS("unmap_ns", "unmapping all of it"), .per_size = true },
	[MAP_FAULT_NS] = { METRIC_NS("map_fault_ns", "mapping all of it, page faults included"),
			   .per_size = true },
	[MAP_CALL_NS] = { METRIC_NS("map_call_ns", "mapping a piece") },
	[UNMAP_CALL_NS] = { METRIC_NS("unmap_call_ns", "unmapping a piece") },
	{ .name = NULL },
};

struct state {
	struct region mem;
	struct team *team;
	struct containers containers;
	struct shares shares;
	uint64_t base; /* of the buffer, in each container */
	enum iommu_method method;
	bool prefault;
	enum unmap unmap;
	bool in_pieces; /* mapped chunk by chunk */
	team_work *map, *take_away;
};

/* ---- an iteration ---- */

static void keep_calls(struct trial *t, int metric, uint32_t count, const uint64_t *stamps)
{
	for (uint32_t i = 0; i < count; i++)
		sample_ticks_of_many(t, metric, stamps[i + 1] - stamps[i]);
}

static void keep_all_calls(struct trial *t, const struct state *s)
{
	for (size_t i = 0; i < s->shares.count; i++) {
		const struct pieces *pieces = &s->shares.list[i].pieces;

		if (s->in_pieces)
			keep_calls(t, MAP_CALL_NS, pieces->count, pieces->map_stamps);
		if (s->unmap == UNMAP_CHUNK)
			keep_calls(t, UNMAP_CALL_NS, pieces->count, pieces->unmap_stamps);
	}
}

static int reopen_containers(struct trial *t, struct state *s);

/* Fresh memory for a mapping that is to pay for the faults. */
static int refresh(struct trial *t, struct state *s)
{
	int ret;

	if (s->mem.mapped) {
		ret = region_unmap(&s->mem);
		if (ret)
			return ret;
	}
	ret = region_map(&s->mem, false);
	return ret ? region_map_reason(&s->mem, ret, &t->reason) : 0;
}

static int vfio_map_run(struct trial *t)
{
	struct state *s = t->priv;
	uint64_t map_ticks, unmap_ticks;
	int ret = s->prefault ? 0 : refresh(t, s);

	if (ret)
		return ret;
	ret = team_time(s->team, s->map, &s->shares, &map_ticks);
	if (ret)
		return shares_explain_map(&s->shares, s->team, ret, &t->reason);
	if (!t->proved) /* the mapping faulted it in */
		ret = trial_prove(t, &s->mem);
	if (ret)
		return ret;
	trial_leaves(t);
	ret = team_time(s->team, s->take_away, &s->shares, &unmap_ticks);
	if (ret)
		return shares_explain_unmap(&s->shares, s->team, ret, &t->reason);

	sample_ticks(t, s->prefault ? MAP_NS : MAP_FAULT_NS, map_ticks);
	sample_ticks(t, UNMAP_NS, unmap_ticks);
	keep_all_calls(t, s);
	return s->unmap == UNMAP_CLOSE ? reopen_containers(t, s) : 0;
}

/* ---- set-up ---- */

/* With how=copy, what is copied lies behind the buffer. */
static int choose_method(struct trial *t, struct state *s)
{
	uint64_t source = s->base + (s->mem.size_bytes + GIB - 1) / GIB * GIB;

	return containers_choose_method(t, &s->containers, s->method, &s->mem, source);
}

static int open_containers(struct trial *t, struct state *s)
{
	const struct iommu_options options = { .small_pages = trial_number(t, LEAVES),
					       .count_by_process = trial_number(t, ACCOUNTING) };

	return containers_open(t, iommu_find_mode(trial_word(t, IOMMU)), &options, &s->containers);
}

/* After unmap=close. The new containers need the mapping method chosen again. */
static int reopen_containers(struct trial *t, struct state *s)
{
	int ret = open_containers(t, s);

	return ret || !s->prefault ? ret : choose_method(t, s);
}

/* The buffer has the same I/O addresses in every container, aligned as its pages are. */
static int make_shares(struct trial *t, struct state *s)
{
	uint64_t align = s->mem.backing.page_bytes > GIB ? s->mem.backing.page_bytes : GIB;
	uint64_t room = s->mem.size_bytes;
	int ret;

	if (s->method == IOMMU_COPY)
		room = (room + GIB - 1) / GIB * GIB * 2;
	ret = containers_find_iova(&s->containers, room, align, &s->base, &t->reason);
	if (ret)
		return ret;
	s->shares.count = trial_number(t, THREADS);
	s->shares.containers = s->containers.list;
	s->shares.nr_containers = s->containers.count;
	ret = shares_init(&s->shares, &s->mem, s->base, trial_number(t, CHUNK),
			  (enum pieces_order)trial_number(t, ORDER));
	if (!ret && s->method != IOMMU_MAP)
		ret = choose_method(t, s);
	return ret ? ret : shares_check_mappings(&s->shares, &t->reason);
}

static int reserve_call_samples(struct trial *t, const struct state *s)
{
	uint64_t pieces = 0;
	int ret = 0;

	for (size_t i = 0; i < s->shares.count; i++)
		pieces += s->shares.list[i].pieces.count;
	if (s->in_pieces)
		ret = samples_reserve_many(&t->samples[MAP_CALL_NS], pieces, t->iterations,
					   MOST_CALL_SAMPLES);
	if (!ret && s->unmap == UNMAP_CHUNK)
		ret = samples_reserve_many(&t->samples[UNMAP_CALL_NS], pieces, t->iterations,
					   MOST_CALL_SAMPLES);
	return ret;
}

static void choose_work(struct trial *t, struct state *s)
{
	static team_work *const take_aways[] = { [UNMAP_WHOLE] = share_unmap_whole,
						 [UNMAP_CHUNK] = share_unmap_pieces,
						 [UNMAP_ALL] = share_unmap_all,
						 [UNMAP_CLOSE] = share_close };

	s->unmap = (enum unmap)trial_number(t, UNMAP);
	s->take_away = take_aways[s->unmap];
	s->in_pieces = trial_number(t, CHUNK);
	s->map = s->in_pieces ? share_map_pieces : share_map_whole;
	s->shares.access = trial_number(t, ACCESS) ? IOMMU_READ : IOMMU_READ | IOMMU_WRITE;
	s->prefault = trial_number(t, PREFAULT);
	s->shares.processes = trial_number(t, WORKERS);
	s->method = (enum iommu_method)trial_number(t, HOW);
}

/* Memory that processes take for themselves, or that is fresh each time, is not there yet. */
static int get_memory(struct trial *t, struct state *s)
{
	const char *name = trial_word(t, BACKING);
	uint64_t size = trial_number(t, SIZE);
	struct backing backing;
	int ret;

	if (s->prefault && !s->shares.processes)
		return trial_memory_in(t, name, size, (enum frames)trial_number(t, FRAMES),
				       &s->mem);
	ret = backing_find(name, &backing, &t->reason);
	if (ret)
		return ret;
	if (!s->prefault)
		return region_reserve(&backing, size, &s->mem, &t->reason);
	s->mem.backing = backing;
	s->mem.size_bytes = size;
	return 0;
}

static int start_workers(struct trial *t, struct state *s)
{
	const struct own_memory own = { .shares = &s->shares,
					.backing = trial_word(t, BACKING),
					.frames = (enum frames)trial_number(t, FRAMES),
					.region = &s->mem };

	return s->shares.processes ? own_memory_start(t, &own, &s->team) : trial_team(t, &s->team);
}

static int check_unmap(struct trial *t, const struct state *s)
{
	if (s->unmap != UNMAP_ALL || s->containers.list[0].can_unmap_all)
		return 0;
	return reason_set(&t->reason, SKIPPED,
			  "this kernel cannot unmap all with one call (5.12 and later can)");
}

static int vfio_map_setup(struct trial *t)
{
	struct state *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return -ENOMEM;
	t->priv = s;
	s->mem = REGION_NONE;
	choose_work(t, s);
	ret = containers_init(&s->containers, trial_number(t, CONTAINERS));
	if (!ret)
		ret = trial_check_locked(t, trial_number(t, SIZE));
	if (!ret)
		ret = open_containers(t, s);
	if (!ret)
		ret = check_unmap(t, s);
	if (!ret)
		ret = get_memory(t, s);
	if (!ret)
		ret = make_shares(t, s);
	if (!ret)
		ret = start_workers(t, s);
	return ret ? ret : reserve_call_samples(t, s);
}

static void vfio_map_teardown(struct trial *t)
{
	struct state *s = t->priv;

	if (!s)
		return;
	team_close(s->team);
	containers_release(&s->containers);
	shares_release(&s->shares);
	trial_free(t, &s->mem);
	free(s);
}

/* ---- what goes together ---- */

static int check_pieces(const struct value *values, struct reason *reason)
{
	uint64_t size = values[SIZE].number, chunk = values[CHUNK].number;
	uint64_t pieces = chunk ? (size + chunk - 1) / chunk : 1;
	char text[UNIT_TEXT];

	if (chunk > size)
		return reason_set(reason, SKIPPED, "a chunk of %s is larger than the size",
				  size_format(chunk, text));
	return iommu_check_entries(iommu_find_mode(values[IOMMU].word),
				   pieces / values[CONTAINERS].number, reason);
}

static int check_how(const struct value *values, struct reason *reason)
{
	if (values[HOW].number == IOMMU_MAP)
		return 0;
	if (!values[PREFAULT].number)
		return reason_set(reason, SKIPPED,
				  "how=%s maps what is there before: it needs prefault=yes",
				  values[HOW].word);
	if (values[HOW].number == IOMMU_COPY && values[UNMAP].number >= UNMAP_ALL)
		return reason_set(reason, SKIPPED,
				  "unmap=%s would unmap what how=copy copies: use whole or chunk",
				  values[UNMAP].word);
	return 0;
}

/* A process allocates its memory before the first mapping, and can close its own descriptors only. */
static int check_workers(const struct value *values, struct reason *reason)
{
	if (!values[WORKERS].number)
		return 0;
	if (!values[PREFAULT].number)
		return reason_set(reason, SKIPPED,
				  "workers=processes have memory that is there before: they need "
				  "prefault=yes");
	if (values[HOW].number != IOMMU_MAP)
		return reason_set(
			reason, SKIPPED,
			"how=%s maps one memory for all, workers=processes have one each: "
			"use workers=threads",
			values[HOW].word);
	if (values[UNMAP].number == UNMAP_CLOSE)
		return reason_set(reason, SKIPPED,
				  "a container closes when all processes have closed it: "
				  "unmap=close needs workers=threads");
	return 0;
}

static int vfio_map_possible(const struct value *values, struct reason *reason)
{
	uint64_t threads = values[THREADS].number, containers = values[CONTAINERS].number;
	bool whole_container = values[UNMAP].number >= UNMAP_ALL;
	struct backing backing;

	if (containers > threads)
		return reason_set(reason, SKIPPED, "%llu containers for %llu threads",
				  (unsigned long long)containers, (unsigned long long)threads);
	if (whole_container && containers != threads)
		return reason_set(reason, SKIPPED,
				  "unmap=%s takes a container whole: it needs one a thread",
				  values[UNMAP].word);
	if (values[FRAMES].number && !values[PREFAULT].number)
		return reason_set(reason, SKIPPED,
				  "frames=%s is of memory that is there before: it needs "
				  "prefault=yes",
				  values[FRAMES].word);
	if (!backing_find(values[BACKING].word, &backing, NULL) &&
	    frames_possible((enum frames)values[FRAMES].number, &backing, reason))
		return SKIPPED;
	if (values[UNMAP].number == UNMAP_CHUNK && !values[CHUNK].number)
		return reason_set(reason, SKIPPED, "unmap=chunk needs a chunk");
	if (values[ORDER].number != PIECES_IN_ORDER && !values[CHUNK].number)
		return reason_set(reason, SKIPPED, "order=%s needs a chunk", values[ORDER].word);
	if (check_how(values, reason) || check_workers(values, reason))
		return SKIPPED;
	return check_pieces(values, reason);
}

static uint64_t vfio_map_memory_bytes(const struct value *values)
{
	return frames_room((enum frames)values[FRAMES].number, values[SIZE].number);
}

static double vfio_map_estimate_ns(const struct value *values)
{
	uint64_t chunk = values[CHUNK].number;
	double pieces = chunk ? (double)values[SIZE].number / (double)chunk : 1;

	return (double)values[SIZE].number * 0.05 + pieces * 3000;
}

const struct bench bench_vfio_map = {
	.name = "vfio-map",
	.summary = "DMA map and unmap of a buffer through VFIO",
	.details =
		"map_ns and unmap_ns hold pinning, IOMMU page tables and the system calls, over\n"
		"memory that was faulted in before. They leave out page faults, unless\n"
		"prefault=no asks for them, and the opening of devices and containers.\n"
		"Small pages are mapped the faster the more of their frames follow each other,\n"
		"which a fresh machine gives, and one that has been up for long does not:\n"
		"frames=apart measures without that luck, frames=joined with all of it.\n"
		"verified.runs tells what there was.",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS_VFIO_DEVICE,
	.iterations = 10,
	.memory_bytes = vfio_map_memory_bytes,
	.estimate_ns = vfio_map_estimate_ns,
	.possible = vfio_map_possible,
	.setup = vfio_map_setup,
	.run = vfio_map_run,
	.teardown = vfio_map_teardown,
};
