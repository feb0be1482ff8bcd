/* The trial's side of process.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "matrix/process.h"
#include "measure/headroom.h"
#include "measure/measure.h"
#include "result/record.h"

/* The memfd's content, understood. */
struct job {
	json_t *spec;
	const struct bench *bench;
	struct value values[PARAM_MAX];
	struct measure_plan plan;
	struct topology *topology;
	uint64_t run_start_ns;
	struct phases phases;
	struct measured measured;
};

static const char *text_of(const struct job *job, const char *key)
{
	const char *text = json_string_value(json_object_get(job->spec, key));

	return text ? text : "";
}

static json_int_t number_of(const struct job *job, const char *key)
{
	return json_integer_value(json_object_get(job->spec, key));
}

static size_t numbers_of(const struct job *job, const char *key, unsigned int *numbers, size_t room)
{
	json_t *list = json_object_get(job->spec, key);
	size_t count = json_array_size(list);

	for (size_t i = 0; i < count && i < room; i++)
		numbers[i] = (unsigned int)json_integer_value(json_array_get(list, i));
	return count < room ? count : room;
}

static int read_spec(struct job *job)
{
	char *text;
	size_t length;
	int ret = file_read_all("/proc/self/fd/3", &text, &length);

	if (ret)
		return ret;
	close(TRIAL_SPEC_FD);
	job->spec = json_loadb(text, length, 0, NULL);
	free(text);
	job->bench = job->spec ? bench_find(text_of(job, "bench")) : NULL;
	if (!job->bench)
		return -EINVAL;
	job->plan.iterations = (uint32_t)number_of(job, "iterations");
	job->plan.warmup = (uint32_t)number_of(job, "warmup");
	job->run_start_ns = (uint64_t)number_of(job, "run_start_ns");
	job->phases.start_ns = (uint64_t)number_of(job, "start_ns");
	return clock_adopt(text_of(job, "clock"),
			   json_real_value(json_object_get(job->spec, "ns_per_tick")));
}

static int read_values(struct job *job, struct reason *reason)
{
	json_t *params = json_object_get(job->spec, "params");
	int ret = 0;

	for (size_t i = 0; i < bench_nr_params(job->bench) && !ret; i++) {
		const struct param *param = &job->bench->params[i];
		const char *text = json_string_value(json_object_get(params, param->name));

		ret = text ? param->type->parse(param, text, &job->values[i], reason) : -EINVAL;
	}
	return ret;
}

static void read_placement(const struct job *job, struct placement *placement)
{
	snprintf(placement->request, sizeof(placement->request), "%s", text_of(job, "request"));
	placement->nr_cpus = numbers_of(job, "cpus", placement->cpus, PLACEMENT_MAX_CPUS);
	placement->nr_mem_nodes =
		numbers_of(job, "mem_nodes", placement->mem_nodes, PLACEMENT_MAX_NODES);
	placement->cpu_node = (int)number_of(job, "cpu_node");
	placement->device_node = (int)number_of(job, "device_node");
}

/* The devices that the runner chose; one that has gone since is a failure. */
static int read_devices(const struct job *job, struct trial *t)
{
	json_t *list = json_object_get(job->spec, "devices");
	size_t count = json_array_size(list);
	int ret = 0;

	if (!count)
		return 0;
	t->devices.list = calloc(count, sizeof(*t->devices.list));
	if (!t->devices.list)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++)
		ret = pci_read(json_string_value(json_array_get(list, i)), &t->devices.list[i],
			       &t->reason);
	t->devices.count = ret ? 0 : count;
	return ret;
}

/* Dies with the runner, and before anybody else where memory runs out. */
static void be_expendable(const struct job *job)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != (pid_t)number_of(job, "runner_pid"))
		_exit(1); /* it died before we asked to be told */
	file_write("/proc/self/oom_score_adj", "1000");
}

static void say_phase(const char *name)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "%s\n", name);

	if (length > 0)
		file_write_all(TRIAL_REPORT_FD, line, (size_t)length);
}

/* Runs one step and books its time. */
static uint64_t lap(uint64_t *since)
{
	uint64_t now = clock_wall_ns(), passed = now - *since;

	*since = now;
	return passed;
}

static int bind(struct job *job, struct trial *t)
{
	int ret = topology_open(text_of(job, "topology"), &job->topology);

	if (ret)
		return reason_set(&t->reason, ret, "hwloc cannot read the topology: %s",
				  strerror(-ret));
	t->topology = job->topology;
	read_placement(job, &t->placement);
	return placement_apply(job->topology, &t->placement, &t->reason);
}

static void open_counters(struct job *job)
{
	const char *names[COUNTERS_MAX];
	json_t *list = json_object_get(job->spec, "counters");
	size_t count = json_array_size(list);

	if (count > COUNTERS_MAX)
		count = COUNTERS_MAX;
	for (size_t i = 0; i < count; i++)
		names[i] = json_string_value(json_array_get(list, i));
	counters_open(&job->measured.counters, names, count);
}

static int measure(struct job *job, struct trial *t, uint64_t *now)
{
	int ret;

	say_phase("setup");
	open_counters(job);
	ret = t->bench->setup ? t->bench->setup(t) : 0;
	if (!ret)
		headroom_take(t);
	job->phases.setup_ns = lap(now);
	if (ret)
		return ret;
	say_phase("warm-up");
	ret = measure_warm_up(t, &job->plan, &job->measured);
	job->phases.warmup_ns = lap(now);
	if (ret)
		return ret;
	say_phase("the timed part");
	job->phases.first_sample_ns = clock_wall_ns() - job->run_start_ns;
	ret = measure_run(t, &job->plan, &job->measured);
	job->phases.run_ns = lap(now);
	return ret;
}

/* The samples are taken out before teardown, so that a crash in there could be told apart. */
static int do_trial(struct job *job, struct trial *t)
{
	uint64_t now = clock_wall_ns();
	int ret = read_values(job, &t->reason);

	t->bench = job->bench;
	t->values = job->values;
	t->batch = 1;
	t->iterations = job->plan.iterations;
	if (!ret)
		ret = read_devices(job, t);
	if (!ret)
		ret = bind(job, t);
	job->phases.bind_ns = lap(&now);
	if (ret)
		return ret;
	ret = measure(job, t, &now);
	say_phase("teardown");
	if (t->bench->teardown)
		t->bench->teardown(t);
	job->phases.teardown_ns = lap(&now);
	job->phases.fault_in_ns = t->fault_in_ns;
	job->phases.verify_ns = t->verify_ns;
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

int process_trial_main(void)
{
	struct job job = { 0 };
	struct trial t = { 0 };
	int ret;

	if (read_spec(&job))
		return 1;
	be_expendable(&job);
	ret = do_trial(&job, &t);
	ret = report(record_outcome(&t, ret, &job.measured, &job.plan, &job.phases));
	counters_close(&job.measured.counters);
	trial_release(&t);
	topology_close(job.topology);
	json_decref(job.spec);
	return ret ? 1 : 0;
}
