#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "base/interrupt.h"
#include "matrix/process.h"
#include "result/record.h"

struct process {
	pid_t pid;
	int report; /* our end of the pipe */
	struct text said;
};

static json_t *make_params(const struct cell *cell)
{
	json_t *params = json_object();

	for (size_t i = 0; i < bench_nr_params(cell->bench); i++) {
		const struct param *param = &cell->bench->params[i];
		char text[PARAM_TEXT];

		json_object_set_new(params, param->name,
				    json_string(param->type->print(&cell->values[i], text)));
	}
	return params;
}

static json_t *make_numbers(const unsigned int *numbers, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer(numbers[i]));
	return list;
}

static json_t *make_counters(const struct config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; i < config->nr_counters; i++)
		json_array_append_new(list, json_string(config->counters[i]));
	return list;
}

static json_t *make_devices(const struct devices *devices)
{
	json_t *list = json_array();

	for (size_t i = 0; i < devices->count; i++)
		json_array_append_new(list, json_string(devices->list[i].bdf));
	return list;
}

static json_t *make_spec(const struct process_context *context, const struct cell *cell,
			 const struct placement *placement, const struct devices *devices)
{
	uint64_t start_ns = clock_wall_ns() - context->run_start_ns;
	const struct {
		const char *key;
		json_t *value;
	} members[] = {
		{ "runner_pid", json_integer(getpid()) },
		{ "run_start_ns", json_integer((json_int_t)context->run_start_ns) },
		{ "start_ns", json_integer((json_int_t)start_ns) },
		{ "clock", json_string(clock_source.name) },
		{ "ns_per_tick", json_real(clock_source.ns_per_tick) },
		{ "topology", json_string(context->topology_xml) },
		{ "request", json_string(placement->request) },
		{ "cpus", make_numbers(placement->cpus, placement->nr_cpus) },
		{ "mem_nodes", make_numbers(placement->mem_nodes, placement->nr_mem_nodes) },
		{ "cpu_node", json_integer(placement->cpu_node) },
		{ "device_node", json_integer(placement->device_node) },
		{ "devices", make_devices(devices) },
		{ "bench", json_string(cell->bench->name) },
		{ "params", make_params(cell) },
		{ "iterations", json_integer(cell->iterations) },
		{ "warmup", json_integer(cell->warmup) },
		{ "counters", make_counters(context->config) },
	};
	json_t *spec = json_object();

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_object_set_new(spec, members[i].key, members[i].value);
	return json_whole(spec);
}

/* A memfd takes any length at once, as a pipe would not. */
static int open_spec(const struct process_context *context, const struct cell *cell,
		     const struct placement *placement, const struct devices *devices)
{
	json_t *spec = make_spec(context, cell, placement, devices);
	char *text = spec ? json_dumps(spec, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
	int fd = memfd_create("dmabench-spec", MFD_CLOEXEC);
	int ret = text && fd >= 0 ? file_write_all(fd, text, strlen(text)) : -ENOMEM;

	free(text);
	json_decref(spec);
	if (!ret && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (ret && fd >= 0)
		close(fd);
	return ret ? ret : fd;
}

/* Moves both out of each other's way before they get their numbers. */
static void give_descriptors(int spec, int report)
{
	int high_spec = fcntl(spec, F_DUPFD_CLOEXEC, 10);
	int high_report = fcntl(report, F_DUPFD_CLOEXEC, 10);

	dup2(high_spec, TRIAL_SPEC_FD);
	dup2(high_report, TRIAL_REPORT_FD);
}

static void become_trial(int spec, int report)
{
	char *const argv[] = { "dmabench", TRIAL_COMMAND, NULL };

	/* A group of its own: Ctrl-C is for the runner, which ends the trial in order. */
	setpgid(0, 0);
	interrupt_release();
	give_descriptors(spec, report);
	execv("/proc/self/exe", argv);
	_exit(127);
}

static int start(struct process *process, int spec)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	process->pid = fork();
	if (!process->pid)
		become_trial(spec, ends[1]);
	close(ends[1]);
	process->report = ends[0];
	if (process->pid < 0) {
		close(ends[0]);
		return -errno;
	}
	return 0;
}

/* Reads until the process closes its end: 0, -ETIME past the deadline, -EINTR. */
static int listen_to(struct process *process, uint64_t deadline)
{
	struct pollfd fd = { .fd = process->report, .events = POLLIN };
	char piece[65536];

	for (;;) {
		uint64_t now = clock_wall_ns();
		ssize_t got;
		int ret;

		if (now >= deadline)
			return -ETIME;
		ret = interrupt_poll(&fd, 1, deadline - now);
		if (ret < 0)
			return ret;
		if (!ret)
			continue;
		got = read(process->report, piece, sizeof(piece));
		if (got <= 0)
			return got ? -errno : 0;
		text_add_bytes(&process->said, piece, (size_t)got);
	}
}

/* Splits what was said into the last phase and the outcome; NULL where there is no outcome. */
static json_t *understand(char *said, const char **ret_phase)
{
	char *line, *next = said;

	while ((line = strsep(&next, "\n"))) {
		if (line[0] == '{')
			return next ? json_loads(line, 0, NULL) : NULL;
		if (line[0])
			*ret_phase = line;
	}
	return NULL;
}

static json_t *post_mortem(int status, bool timed_out, uint64_t limit_ns, const char *phase)
{
	char error[256], limit[UNIT_TEXT];

	if (timed_out)
		snprintf(error, sizeof(error), "hung in %s: killed after its limit of %s", phase,
			 time_format_wait(limit_ns, limit));
	else if (WIFSIGNALED(status))
		snprintf(error, sizeof(error), "killed by signal %d (%s) in %s", WTERMSIG(status),
			 strsignal(WTERMSIG(status)), phase);
	else
		snprintf(error, sizeof(error), "ended with status %d in %s, without a result",
			 WEXITSTATUS(status), phase);
	return record_failure(error);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int process_run(const struct process_context *context, const struct cell *cell,
		const struct placement *placement, const struct devices *devices, uint64_t limit_ns,
		json_t **ret_outcome)
{
	struct process process = { .pid = -1 };
	int spec = open_spec(context, cell, placement, devices);
	const char *phase = "its start";
	json_t *outcome;
	int ret, status;

	if (spec < 0)
		return spec;
	ret = start(&process, spec);
	close(spec);
	if (ret)
		return ret;
	ret = listen_to(&process, clock_wall_ns() + limit_ns);
	if (ret)
		kill(process.pid, SIGKILL);
	status = wait_for(process.pid);
	close(process.report);
	if (!ret || ret == -ETIME) {
		text_add(&process.said, "%s", "");
		outcome = process.said.text ? understand(process.said.text, &phase) : NULL;
		*ret_outcome = outcome ? outcome : post_mortem(status, ret, limit_ns, phase);
		ret = 0;
	}
	text_release(&process.said);
	return ret;
}
