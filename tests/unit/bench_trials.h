/*
 * bench_trials - benchmarks run whole, in this process, before a kernel that answers as it is
 * told (fake_vfio.h). In main():
 *
 *	return RUN_TRIALS(tests);
 *
 * Include it in one .c file of a test.
 */
#ifndef BENCH_TRIALS_H
#define BENCH_TRIALS_H

#include "fake_vfio.h"
#include "host/topology.h"
#include "measure/measure.h"
#include "measure/registry.h"
#include "populate.h"

#define ITERATIONS 3

static struct topology *topology;
static struct pci_device list[] = { { .bdf = "0000:01:00.0", .group = 1, .cdev = "vfio0" },
				    { .bdf = "0000:02:00.0", .group = 2, .cdev = "vfio1" },
				    { .bdf = "0000:03:00.0", .group = 3, .cdev = "vfio2" } };

/* Values of "iommu", the two of VFIO's own first. */
static const char *const all_modes[] = { "iommu=type1", "iommu=type1v2",
					 "iommu=iommufd-compat-type1",
					 "iommu=iommufd-compat-type1v2", "iommu=iommufd" };

/* "size=4MiB": what is not named has its default. */
static inline void set_values(const struct bench *bench, const char *const *sets,
			      struct value *values)
{
	for (size_t i = 0; i < bench_nr_params(bench); i++) {
		const struct param *param = &bench->params[i];
		const char *text = param->fallback;
		struct reason reason = { "" };

		for (const char *const *set = sets; *set; set++)
			if (!strncmp(*set, param->name, strlen(param->name)) &&
			    (*set)[strlen(param->name)] == '=')
				text = *set + strlen(param->name) + 1;
		must(!param->type->parse(param, text, &values[i], &reason), "%s", reason.text);
	}
}

/* Threads share the first CPU: they need not be fast. */
static inline void prepare(struct trial *t, const char *name, const char *const *sets,
			   struct value values[PARAM_MAX])
{
	const struct bench *bench = bench_find(name);
	size_t nr_cpus;

	set_values(bench, sets, values);
	nr_cpus = bench_number(bench, values, "threads", 1);
	*t = (struct trial){ .bench = bench,
			     .values = values,
			     .topology = topology,
			     .devices = { list, COUNT(list) },
			     .iterations = ITERATIONS,
			     .batch = 1 };
	assert_int_equal(placement_resolve(topology, "local", -1, 1, &t->placement, &t->reason), 0);
	for (size_t i = 1; i < nr_cpus; i++)
		t->placement.cpus[i] = t->placement.cpus[0];
	t->placement.nr_cpus = nr_cpus;
}

static inline int measure(struct trial *t)
{
	const struct measure_plan plan = { .iterations = ITERATIONS, .warmup = 0 };
	struct measured measured = { 0 };
	int ret = t->bench->setup(t);

	if (!ret)
		ret = measure_warm_up(t, &plan, &measured);
	if (!ret)
		ret = measure_run(t, &plan, &measured);
	counters_close(&measured.counters);
	return ret;
}

struct seen {
	struct reason reason;
	size_t samples[METRIC_MAX];
	uint64_t lost;
	unsigned int maps, unmaps;
	struct fault_proof faults;
	struct proof proof;
	struct device_outcome outcomes[COUNT(list)];
	struct trial_note notes[TRIAL_NOTES];
};

/* Runs a trial to its end, however that comes. */
static inline int try_to_the_end(const char *name, const char *const *sets, struct seen *seen)
{
	struct value values[PARAM_MAX];
	struct trial t;
	int ret;

	prepare(&t, name, sets, values);
	ret = measure(&t);
	t.bench->teardown(&t);
	*seen = (struct seen){ .reason = t.reason,
			       .maps = fake_vfio.maps,
			       .unmaps = fake_vfio.unmaps,
			       .faults = t.fault_proof,
			       .proof = t.proof };
	memcpy(seen->notes, t.notes, sizeof(t.notes));
	if (t.nr_outcomes)
		memcpy(seen->outcomes, t.outcomes, t.nr_outcomes * sizeof(*t.outcomes));
	for (size_t i = 0; i < METRIC_MAX; i++) {
		seen->samples[i] = t.samples[i].count;
		seen->lost += t.samples[i].lost;
	}
	t.devices = (struct devices){ NULL, 0 };
	trial_release(&t);
	return ret;
}

/* And sees that nothing of it is left. */
static inline int try(const char *name, const char *const *sets, struct seen *seen)
{
	int ret = try_to_the_end(name, sets, seen);

	if (ret == INVALID)
		needs_populate();
	assert_int_equal(fake_vfio_open_fds(), 0);
	return ret;
}

static inline size_t samples_of(const struct seen *seen, const char *name, const char *metric)
{
	return seen->samples[bench_metric_index(bench_find(name), metric)];
}

static inline void must_measure(const char *name, const char *const *sets, struct seen *seen)
{
	int ret = try(name, sets, seen);

	must(!ret, "%s %s: %d %s", name, sets[1] ? sets[1] : "", ret, seen->reason.text);
	must(!seen->lost, "%s lost %llu samples", name, (unsigned long long)seen->lost);
}

/* It ends with @error and a reason that holds @part. @seen may be NULL. */
static inline void must_end(const char *name, const char *const *sets, int error, const char *part,
			    struct seen *seen)
{
	struct seen own;
	int ret;

	seen = seen ? seen : &own;
	ret = try(name, sets, seen);
	must(ret == error, "%s: expected %d (%s), it was %d \"%s\"", name, error, part, ret,
	     seen->reason.text);
	must_contain(seen->reason.text, part);
}

static inline int open_topology(void **state)
{
	(void)state;
	return topology_open(NULL, &topology);
}

static inline int close_topology(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

/* What a trial noted under a name; "" for nothing. */
static inline const char *note_of(const struct seen *seen, const char *name)
{
	for (size_t i = 0; i < TRIAL_NOTES; i++)
		if (seen->notes[i].name && !strcmp(seen->notes[i].name, name))
			return seen->notes[i].text;
	return "";
}

#define RUN_TRIALS(tests)                   \
	(clock_choose(), clock_calibrate(), \
	 cmocka_run_group_tests(tests, open_topology, close_topology))

#endif
