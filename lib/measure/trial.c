#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "host/memory.h"
#include "mem/frames.h"
#include "measure/trial.h"

static int prove(struct trial *t, const struct region *region, struct team *team)
{
	uint64_t start = clock_wall_ns();
	int ret = proof_take(region, team, &t->proof, &t->reason);

	t->verify_ns += clock_wall_ns() - start;
	if (ret)
		return ret;
	t->proved = true;
	return proof_judge(&t->proof, region, &t->placement, &t->reason);
}

int trial_prove(struct trial *t, const struct region *region)
{
	struct team *team;
	int ret = region_team(t->topology, t->placement.cpus[0], &team, &t->reason);

	if (ret)
		return ret;
	ret = prove(t, region, team);
	team_close(team);
	return ret;
}

static int fault_in(struct trial *t, struct region *region, struct team *team)
{
	uint64_t start = clock_wall_ns();
	int ret = region_fault_in_all(region, team, &t->reason);

	t->fault_in_ns += clock_wall_ns() - start;
	return ret;
}

/*
 * Pools of hugetlb pages hand pages out in the order in which the pool was filled or in the reverse
 * one, depending on the kernel and on what was freed since. Where frames come in reverse order, the
 * region is faulted in from its end.
 */
static int join_frames(struct trial *t, struct region *region, uint64_t size_bytes,
		       struct team *team)
{
	int ret = frames_join(region, size_bytes, &t->reason);

	if (ret != INVALID || !backing_is_hugetlb(&region->backing))
		return ret;
	region_free_all(region, team);
	region->fault_order = FAULT_BACKWARDS;
	ret = fault_in(t, region, team);
	return ret ? ret : frames_join(region, size_bytes, &t->reason);
}

/* @size_bytes: how much of the region is kept, where more was mapped to choose from. */
static int map_and_fault_in(struct trial *t, struct region *region, uint64_t size_bytes)
{
	struct team *team;
	int ret = region_map(region, false);

	if (ret)
		return region_map_reason(region, ret, &t->reason);
	ret = region_team(t->topology, t->placement.cpus[0], &team, &t->reason);
	if (ret)
		return ret;
	ret = fault_in(t, region, team);
	if (!ret && size_bytes < region->size_bytes)
		ret = join_frames(t, region, size_bytes, team);
	if (!ret)
		ret = prove(t, region, team);
	team_close(team);
	return ret;
}

/* A few frames may follow each other by chance. */
static int check_apart(struct trial *t, const struct region *region)
{
	uint64_t pages = region->size_bytes / region->backing.page_bytes;

	if (region->fault_order != FAULT_APART || !t->proof.pages.runs ||
	    t->proof.pages.runs >= pages - pages / 10)
		return 0;
	return reason_set(&t->reason, INVALID,
			  "frames of %llu pages should be apart, they lie in %llu runs",
			  (unsigned long long)pages, (unsigned long long)t->proof.pages.runs);
}

void trial_free(struct trial *t, struct region *region)
{
	struct team *team;

	if (region->mapped && !region_team(t->topology, t->placement.cpus[0], &team, NULL)) {
		region_free_all(region, team);
		team_close(team);
	}
	region_release(region);
}

int trial_memory_in(struct trial *t, const char *backing_name, uint64_t size_bytes,
		    enum frames frames, struct region *ret_region)
{
	struct region region = REGION_NONE;
	struct backing backing;
	int ret = backing_find(backing_name, &backing, &t->reason);

	if (!ret)
		ret = frames_possible(frames, &backing, &t->reason);
	if (!ret)
		ret = region_reserve(&backing, frames_room(frames, size_bytes), &region,
				     &t->reason);
	if (frames == FRAMES_APART)
		region.fault_order = FAULT_APART;
	if (!ret)
		ret = map_and_fault_in(t, &region, size_bytes);
	if (!ret)
		ret = check_apart(t, &region);
	if (ret) {
		trial_free(t, &region);
		return ret;
	}
	*ret_region = region;
	return 0;
}

int trial_memory(struct trial *t, const char *backing, uint64_t size_bytes,
		 struct region *ret_region)
{
	return trial_memory_in(t, backing, size_bytes, FRAMES_GIVEN, ret_region);
}

int trial_check_locked(struct trial *t, uint64_t size_bytes)
{
	uint64_t limit = memory_lock_limit();
	char need[UNIT_TEXT], have[UNIT_TEXT];

	memory_lock_raise();
	if (size_bytes <= limit)
		return 0;
	return reason_set(&t->reason, SKIPPED,
			  "pins %s, but this process may lock %s: raise it (ulimit -l, or "
			  "memlock in limits.conf) or run as root",
			  size_format(size_bytes, need), size_format(limit, have));
}

int trial_prove_entries(struct trial *t, const struct probe *probe, struct entries *ret_entries)
{
	struct probed seen;
	int ret = probe_entries(probe, ret_entries, &seen, &t->reason);

	if (ret)
		return ret;
	t->proof = (struct proof){ .method = "faults" };
	for (size_t i = 0; i < ENTRY_LEVELS; i++)
		page_counts_add(&t->proof.pages, ret_entries->sizes.bytes[i],
				ret_entries->counts[i]);
	t->fault_proof = (struct fault_proof){
		.span_bytes = bar_window_mapped_bytes(probe->window),
		.faults = seen.faults,
		.page_table_bytes = seen.table_bytes,
		.order_bytes = entries_least_bytes(ret_entries),
	};
	t->proved = true;
	return 0;
}

void trial_leaves(struct trial *t)
{
	if (!t->leaves_read && t->devices.count)
		leaves_read(t->devices.list[0].bdf, &t->leaves);
	t->leaves_read = true;
}

void trial_note(struct trial *t, const char *name, const char *format, ...)
{
	size_t i = 0;
	va_list args;

	while (i < t->nr_notes && strcmp(t->notes[i].name, name))
		i++;
	if (i == TRIAL_NOTES)
		return;
	if (i == t->nr_notes)
		t->nr_notes++;
	t->notes[i].name = name;
	va_start(args, format);
	vsnprintf(t->notes[i].text, sizeof(t->notes[i].text), format, args);
	va_end(args);
}

int trial_team(struct trial *t, struct team **ret_team)
{
	int ret = team_open(t->topology, t->placement.cpus, t->placement.nr_cpus, ret_team);

	if (ret)
		return reason_set(&t->reason, ret, "cannot start %zu threads: %s",
				  t->placement.nr_cpus, strerror(-ret));
	return 0;
}

int trial_team_of_processes(struct trial *t, struct team **ret_team)
{
	int ret =
		team_open_processes(t->topology, t->placement.cpus, t->placement.nr_cpus, ret_team);

	if (ret)
		return reason_set(&t->reason, ret, "cannot start %zu processes: %s",
				  t->placement.nr_cpus, strerror(-ret));
	return 0;
}

int trial_crew(struct trial *t, struct crew_plan plan, size_t nr_items, struct crew **ret_crew)
{
	unsigned int cpus[PLACEMENT_MAX_CPUS];
	int node = topology_node_of_cpu(t->topology, t->placement.cpus[0]), ret;

	plan.nr_items = nr_items;
	plan.topology = t->topology;
	plan.cpus = t->placement.cpus;
	plan.nr_cpus = t->placement.nr_cpus;
	if (node >= 0) {
		size_t there = topology_pick_cpus(
			t->topology, topology_node_cpus(t->topology, (unsigned int)node), cpus,
			PLACEMENT_MAX_CPUS);

		plan.cpus = cpus;
		plan.nr_cpus = there > PLACEMENT_MAX_CPUS ? PLACEMENT_MAX_CPUS : there;
	}
	ret = crew_open(&plan, ret_crew);
	if (ret)
		return reason_set(&t->reason, ret, "cannot start workers for %zu devices: %s",
				  nr_items, strerror(-ret));
	return 0;
}

int trial_outcomes(struct trial *t, size_t count)
{
	t->outcomes = calloc(count, sizeof(*t->outcomes));
	if (!t->outcomes)
		return -ENOMEM;
	t->nr_outcomes = count;
	for (size_t i = 0; i < count; i++)
		memcpy(t->outcomes[i].bdf, t->devices.list[i].bdf, PCI_BDF);
	return 0;
}

int trial_tell_failures(struct trial *t, int error)
{
	size_t count = 0, first = 0;

	for (size_t i = t->nr_outcomes; i-- > 0;) {
		if (!t->outcomes[i].error[0])
			continue;
		count++;
		first = i;
	}
	return reason_set(&t->reason, error, "%zu of %zu devices failed: %s: %s", count,
			  t->nr_outcomes, t->outcomes[first].bdf, t->outcomes[first].error);
}

void trial_release(struct trial *t)
{
	for (size_t i = 0; i < METRIC_MAX; i++)
		samples_release(&t->samples[i]);
	free(t->outcomes);
	devices_release(&t->devices);
}
