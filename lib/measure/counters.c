#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <perfmon/pfmlib_perf_event.h>

#include "base/file.h"
#include "measure/counters.h"

/* What read(2) returns for a counter on its own. */
struct counter_reading {
	uint64_t value, enabled_ns, running_ns;
};

static int encode(const char *name, struct perf_event_attr *attr, struct reason *reason)
{
	pfm_perf_encode_arg_t args = { .attr = attr, .size = sizeof(args) };
	int ret = pfm_initialize();

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	if (ret == PFM_SUCCESS)
		ret = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT_EXT,
						&args);
	if (ret == PFM_SUCCESS)
		return 0;
	return reason_set(reason, -EINVAL,
			  "libpfm4 does not know \"%.40s\" on this CPU (%s): `showevtinfo` of the "
			  "package libpfm4-dev's examples or `perf list` names those there are",
			  name, pfm_strerror(ret));
}

int counters_check(const char *name, struct reason *reason)
{
	struct perf_event_attr attr;

	return encode(name, &attr, reason);
}

static int explain(int error, struct reason *reason)
{
	char level[16] = "?";

	switch (error) {
	case EACCES:
	case EPERM:
		file_read(level, sizeof(level), "/proc/sys/kernel/perf_event_paranoid");
		return reason_set(reason, -error,
				  "not allowed (kernel.perf_event_paranoid is %s): run as root, or "
				  "sysctl kernel.perf_event_paranoid=1, or give CAP_PERFMON",
				  level);
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		return reason_set(reason, -error,
				  "this machine has no PMU for it (a virtual machine without a "
				  "virtual PMU?)");
	case ENOSYS:
		return reason_set(reason, -error,
				  "this kernel has no perf events "
				  "(CONFIG_PERF_EVENTS)");
	}
	return reason_set(reason, -error, "perf_event_open: %s", strerror(error));
}

static int perf_open(struct perf_event_attr *attr, int group)
{
	return (int)syscall(SYS_perf_event_open, attr, 0, -1, group, PERF_FLAG_FD_CLOEXEC);
}

/* Group and inheritance exclude each other in old kernels: the group goes first. */
static void open_one(struct counter *counter, int *leader)
{
	struct perf_event_attr attr;

	if (encode(counter->name, &attr, &counter->reason))
		return;
	attr.disabled = *leader < 0;
	attr.inherit = 1;
	attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
	counter->fd = perf_open(&attr, *leader);
	if (counter->fd < 0 && *leader >= 0) { /* the group is full, or of another PMU */
		attr.disabled = 1;
		counter->fd = perf_open(&attr, -1);
	}
	if (counter->fd < 0)
		explain(errno, &counter->reason);
	else if (*leader < 0)
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
