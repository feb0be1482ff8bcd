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
#include "base/text.h"
#include "base/units.h"
#include "base/interrupt.h"
#include "matrix/process.h"
#include "matrix/spec.h"
#include "result/record.h"

struct process {
	pid_t pid;
	int report; /* the end of the pipe to read from */
	struct text said;
};

/* Writes to a memfd, since a pipe would not take a text of any length. */
static int open_spec(const struct trial_spec *spec)
{
	int fd = memfd_create("dmabench-spec", MFD_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = spec_write(spec, fd);
	if (!ret && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (ret)
		close(fd);
	return ret ? ret : fd;
}

/* The addresses of the devices; the caller frees the list. */
static int list_devices(const struct devices *devices, struct spec_texts *ret_texts)
{
	const char **items = calloc(devices->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < devices->count; i++)
		items[i] = devices->list[i].bdf;
	*ret_texts = (struct spec_texts){ items, devices->count };
	return 0;
}

/* Returns a descriptor of the spec, or -errno. */
static int make_spec(const struct process_context *context, const struct cell *cell,
		     const struct placement *placement, const struct devices *devices)
{
	struct trial_spec spec = {
		.runner_pid = getpid(),
		.run_start_ns = context->run_start_ns,
		.start_ns = clock_wall_ns() - context->run_start_ns,
		.clock = clock_source.name,
		.ns_per_tick = clock_source.ns_per_tick,
		.topology = context->topology_xml,
		.placement = *placement,
		.bench = cell->bench,
		.iterations = cell->iterations,
		.warmup = cell->warmup,
		.counters = { (const char **)context->config->counters,
			      context->config->nr_counters },
		.profile = context->profile ? context->profile : "",
	};
	int ret = list_devices(devices, &spec.devices);

	if (ret)
		return ret;
	memcpy(spec.values, cell->values, bench_nr_params(cell->bench) * sizeof(*cell->values));
	ret = open_spec(&spec);
	free(spec.devices.items);
	return ret;
}

/* Each may have the number that the other is to get: both are moved away first. */
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

	/* In a group of its own, it gets no Ctrl-C: the runner does, and ends it. */
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

/* Finds the last phase and the outcome in a report; NULL: there is no outcome. */
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
	int spec = make_spec(context, cell, placement, devices);
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
