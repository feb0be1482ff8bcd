#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "measure/counters.h"
#include "measure/perf_event.h"

/* What read(2) returns for a counter on its own. */
struct counter_reading {
	uint64_t value, enabled_ns, running_ns;
};

int counters_check(const char *name, struct reason *reason)
{
	struct perf_event_attr attr;

	return perf_event_encode(name, &attr, reason);
}

/* Group and inheritance exclude each other in old kernels: the group goes first. */
static void open_one(struct counter *counter, int *leader)
{
	struct perf_event_attr attr;

	if (perf_event_encode(counter->name, &attr, &counter->reason))
		return;
	attr.disabled = *leader < 0;
	attr.inherit = 1;
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	counter->fd = perf_event_attach(&attr, *leader, &counter->reason);
	if (counter->fd < 0 && *leader >= 0) { /* the group is full, or of another PMU */
		attr.disabled = 1;
		counter->fd = perf_event_attach(&attr, -1, &counter->reason);
	}
	if (counter->fd < 0)
		return;
	counter->reason = (struct reason){ "" };
	if (*leader < 0)
		*leader = counter->fd;
}

void counters_open(struct counters *counters, const char *const *names, size_t count)
{
	int leader = -1;

	counters->count = count < COUNTERS_MAX ? count : COUNTERS_MAX;
	for (size_t i = 0; i < counters->count; i++) {
		struct counter *counter = &counters->list[i];

		*counter = (struct counter){ .fd = -1 };
		snprintf(counter->name, sizeof(counter->name), "%s", names[i]);
		open_one(counter, &leader);
	}
}

static void all(struct counters *counters, unsigned long request)
{
	for (size_t i = 0; i < counters->count; i++)
		if (counters->list[i].fd >= 0)
			ioctl(counters->list[i].fd, request, 0);
}

void counters_start(struct counters *counters)
{
	all(counters, PERF_EVENT_IOC_RESET);
	all(counters, PERF_EVENT_IOC_ENABLE);
}

void counters_stop(struct counters *counters)
{
	all(counters, PERF_EVENT_IOC_DISABLE);
	for (size_t i = 0; i < counters->count; i++) {
		struct counter *counter = &counters->list[i];
		struct counter_reading reading;

		if (counter->fd < 0)
			continue;
		if (read(counter->fd, &reading, sizeof(reading)) != sizeof(reading)) {
			reason_set(&counter->reason, -errno, "cannot be read: %s", strerror(errno));
			continue;
		}
		counter->value = reading.value;
		counter->enabled_ns = reading.enabled_ns;
		counter->running_ns = reading.running_ns;
		if (!reading.running_ns && reading.enabled_ns)
			reason_set(&counter->reason, -EBUSY,
				   "the PMU never had a counter free for it");
	}
}

void counters_close(struct counters *counters)
{
	for (size_t i = 0; i < counters->count; i++)
		if (counters->list[i].fd >= 0)
			close(counters->list[i].fd);
	counters->count = 0;
}
