#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h> /* before that of libpfm4, which has a copy */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <perfmon/pfmlib_perf_event.h>

#include "base/file.h"
#include "base/text.h"
#include "measure/perf_event.h"

#define MOST_NAMES 8192

/* Lists the events of this machine's PMUs; the last one is NULL. Returns how many there are. */
static size_t list_names(const char *names[MOST_NAMES + 1])
{
	size_t count = 0;

	for (int pmu = 0; pmu < PFM_PMU_MAX; pmu++) {
		pfm_pmu_info_t about = { .size = sizeof(about) };

		if (pfm_get_pmu_info((pfm_pmu_t)pmu, &about) != PFM_SUCCESS || !about.is_present)
			continue;
		for (int i = about.first_event; i != -1 && count < MOST_NAMES;
		     i = pfm_get_event_next(i)) {
			pfm_event_info_t event = { .size = sizeof(event) };

			if (pfm_get_event_info(i, PFM_OS_PERF_EVENT_EXT, &event) == PFM_SUCCESS)
				names[count++] = event.name;
		}
	}
	names[count] = NULL;
	return count;
}

/* Writes the event that was probably meant. libpfm4 has names in capitals, and takes any. */
static void suggest(const char *name, char *hint, size_t room)
{
	const char **names = calloc(MOST_NAMES + 1, sizeof(*names));
	char word[64];

	hint[0] = '\0';
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(name, ":"), name);
	for (char *c = word; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	if (names && list_names(names))
		text_suggest(word, names, hint, room);
	free(names);
}

int perf_event_encode(const char *name, struct perf_event_attr *attr, struct reason *reason)
{
	pfm_perf_encode_arg_t args = { .attr = attr, .size = sizeof(args) };
	int ret = pfm_initialize();
	char hint[80];

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	if (ret == PFM_SUCCESS)
		ret = pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3, PFM_OS_PERF_EVENT_EXT,
						&args);
	if (ret == PFM_SUCCESS)
		return 0;
	suggest(name, hint, sizeof(hint));
	return reason_set(reason, -EINVAL,
			  "libpfm4 does not know \"%.40s\" on this CPU (%s)%s: `showevtinfo` of "
			  "the package libpfm4-dev's examples or `perf list` names those there are",
			  name, pfm_strerror(ret), hint);
}

bool perf_event_is_missing(int error)
{
	return error == -ENOENT || error == -ENODEV || error == -EOPNOTSUPP;
}

static int explain(int error, struct reason *reason)
{
	char level[16] = "?";

	if (perf_event_is_missing(-error))
		return reason_set(reason, -error,
				  "this machine has no PMU for it (a virtual machine without a "
				  "virtual PMU?)");
	switch (error) {
	case EACCES:
		file_read(level, sizeof(level), "/proc/sys/kernel/perf_event_paranoid");
		return reason_set(reason, -error,
				  "not allowed (kernel.perf_event_paranoid is %s): run as root, or "
				  "sysctl kernel.perf_event_paranoid=1, or give CAP_PERFMON",
				  level);
	case EPERM:
		return reason_set(reason, -error,
				  "not allowed (perf_event_open: %s), by a container's seccomp "
				  "filter or by kernel lockdown: run outside of the container, or "
				  "start it with --cap-add PERFMON",
				  strerror(error));
	case ENOSYS:
		return reason_set(reason, -error,
				  "this kernel has no perf events (CONFIG_PERF_EVENTS), or a "
				  "container's seccomp filter hides them");
	}
	return reason_set(reason, -error, "perf_event_open: %s", strerror(error));
}

int perf_event_attach(struct perf_event_attr *attr, int group, struct reason *reason)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, 0, -1, group, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? explain(errno, reason) : fd;
}
