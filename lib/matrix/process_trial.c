/* The new process of process.h, which runs the trial. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "matrix/process.h"
#include "matrix/spec.h"
#include "measure/headroom.h"
#include "measure/measure.h"
#include "measure/profiling.h"
#include "measure/registry.h"
#include "result/record.h"
#include "result/sampled.h"

/* The process of one trial. */
struct trial_process {
	struct trial_spec spec;
	struct measure_plan plan;
	struct topology *topology;
	struct phases phases;
	struct measured measured;
	json_t *sampled; /* NULL: nothing was */
};

/* Looks up the devices that the runner chose; one that has gone since is an error. */
static int find_devices(const struct spec_texts *addresses, struct trial *t)
{
	int ret = 0;

	if (!addresses->count)
		return 0;
	t->devices.list = calloc(addresses->count, sizeof(*t->devices.list));
	if (!t->devices.list)
		return -ENOMEM;
	for (size_t i = 0; i < addresses->count && !ret; i++)
		ret = pci_read(addresses->items[i], &t->devices.list[i], &t->reason);
	t->devices.count = ret ? 0 : addresses->count;
	return ret;
}

/* Has the kernel kill this process when the runner ends, and before others when memory runs out. */
static void be_expendable(int runner_pid)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner_pid)
		_exit(1); /* the runner ended before prctl() */
	file_write("/proc/self/oom_score_adj", "1000");
}

static void say_phase(const char *name)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%s\n", name);

	if (length > 0)
		file_write_all(TRIAL_REPORT_FD, line, (size_t)length);
}

/* Returns the time since @since, and sets that to now. */
static uint64_t lap(uint64_t *since)
{
	uint64_t now = clock_wall_ns(), passed = now - *since;

	*since = now;
	return passed;
}

static int bind(struct trial_process *process, struct trial *t)
{
	int ret = topology_open(process->spec.topology, &process->topology);

	if (ret)
		return reason_set(&t->reason, ret, "hwloc cannot read the topology: %s",
				  strerror(-ret));
	t->topology = process->topology;
	t->placement = process->spec.placement;
	return placement_apply(process->topology, &t->placement, &t->reason);
}

/* A trial without the profile that was asked for is a trial, and says in a note why it has none. */
static void profile(struct trial_process *process, struct trial *t)
{
	struct profiled profiled = { .iterations = 0 };
	struct reason reason = { "" };
	uint64_t iteration_ns = process->phases.run_ns / process->plan.iterations;
	int ret = profiling_run(t, process->spec.profile, iteration_ns, &profiled, &reason);

	if (ret) {
		trial_note(t, "profile", "%s",
			   reason.text[0] ? reason.text : "no profile: out of memory");
		return;
	}
	if (profiled.of_iterations)
		trial_note(t, "profile",
			   "of whole iterations, under the name of the first metric: the kernel "
			   "tells these times itself");
	process->sampled = sampled_make(t, &profiled);
	profiling_release(&profiled);
}

static int measure(struct trial_process *process, struct trial *t, uint64_t *now)
{
	int ret;

	say_phase("setup");
	counters_open(&process->measured.counters, process->spec.counters.items,
		      process->spec.counters.count);
	ret = t->bench->setup ? t->bench->setup(t) : 0;
	if (!ret)
		headroom_take(t);
	process->phases.setup_ns = lap(now);
	if (ret)
		return ret;
	say_phase("warm-up");
	ret = measure_warm_up(t, &process->plan, &process->measured);
	process->phases.warmup_ns = lap(now);
	if (ret)
		return ret;
	say_phase("the timed part");
	process->phases.first_sample_ns = clock_wall_ns() - process->spec.run_start_ns;
	ret = measure_run(t, &process->plan, &process->measured);
	process->phases.run_ns = lap(now);
	if (!ret && process->spec.profile[0]) {
		say_phase("its profile");
		profile(process, t);
		process->phases.profile_ns = lap(now);
	}
	return ret;
}

/* The phase is reported before each step, so that a crash can be told with its phase. */
static int do_trial(struct trial_process *process, struct trial *t)
{
	uint64_t now = clock_wall_ns();
	int ret = find_devices(&process->spec.devices, t);

	if (!ret)
		ret = bind(process, t);
	process->phases.bind_ns = lap(&now);
	if (ret)
		return ret;
	ret = measure(process, t, &now);
	say_phase("teardown");
	if (t->bench->teardown)
		t->bench->teardown(t);
	process->phases.teardown_ns = lap(&now);
	process->phases.fault_in_ns = t->fault_in_ns;
	process->phases.verify_ns = t->verify_ns;
	return ret;
}

static int report(json_t *outcome)
{
	char *text = outcome ? json_dumps(outcome, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
	int ret = text ? file_write_all(TRIAL_REPORT_FD, text, strlen(text)) : -ENOMEM;

	if (!ret)
		ret = file_write_all(TRIAL_REPORT_FD, "\n", 1);
	free(text);
	json_decref(outcome);
	return ret;
}

/* Prepares the trial as the spec says. */
static int begin(struct trial_process *process, struct trial *t)
{
	const struct trial_spec *spec = &process->spec;

	t->bench = spec->bench;
	t->values = process->spec.values;
	t->batch = 1;
	t->iterations = spec->iterations;
	process->plan.iterations = spec->iterations;
	process->plan.warmup = spec->warmup;
	process->plan.trial = spec->start_ns;
	process->phases.start_ns = spec->start_ns;
	return clock_adopt(spec->clock, spec->ns_per_tick);
}

int process_trial_main(void)
{
	struct trial_process process = { 0 };
	struct trial t = { 0 };
	json_t *outcome;
	int ret = spec_read(TRIAL_SPEC_FD, &process.spec, &t.reason);

	if (ret || begin(&process, &t)) {
		spec_release(&process.spec);
		return 1;
	}
	close(TRIAL_SPEC_FD);
	be_expendable(process.spec.runner_pid);
	ret = do_trial(&process, &t);
	outcome = record_outcome(&t, ret, &process.measured, &process.plan, &process.phases);
	sampled_put(outcome, process.sampled);
	ret = report(outcome);
	counters_close(&process.measured.counters);
	trial_release(&t);
	topology_close(process.topology);
	spec_release(&process.spec);
	return ret ? 1 : 0;
}
