#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/clocksource.h"
#include "base/file.h"
#include "base/units.h"

#define MOST_WAIT_NS (5 * SEC)
#define PAUSE_NS (50 * MSEC)
#define YOUNG_NS \
	(60 * SEC) /* after its boot, a kernel may change from a source that it began with */

struct sources {
	char current[32], available[256];
	bool readable; /* which are available */
};

static uint64_t uptime_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
}

static void sleep_ns(uint64_t ns)
{
	const struct timespec rest = { .tv_nsec = (long)ns };

	nanosleep(&rest, NULL);
}

const struct clocksource_kernel clocksource_this_kernel = {
	.folder = "/sys/devices/system/clocksource/clocksource0",
	.uptime_ns = uptime_ns,
	.sleep_ns = sleep_ns,
};

static void read_sources(const char *folder, struct sources *sources)
{
	if (file_read(sources->current, sizeof(sources->current), "%s/current_clocksource",
		      folder) < 0)
		sources->current[0] = '\0';
	sources->readable = file_read(sources->available, sizeof(sources->available),
				      "%s/available_clocksource", folder) >= 0;
}

static bool is_current(const struct sources *sources, const char *name)
{
	return !strcmp(sources->current, name);
}

/* Names stand between spaces. */
static bool is_available(const struct sources *sources, const char *name)
{
	size_t length = strlen(name);
	const char *at = sources->readable ? sources->available : "";

	for (; (at = strstr(at, name)); at += length)
		if ((at == sources->available || at[-1] == ' ') &&
		    (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static const char *judge(const struct sources *sources, bool invariant)
{
	if (!invariant && !is_current(sources, "tsc"))
		return "the TSC is not invariant";
	if (sources->readable && !is_available(sources, "tsc") &&
	    !is_available(sources, "tsc-early"))
		return "the kernel found the TSC unstable";
	return NULL;
}

/* Until its watchdog has compared the TSC, a kernel lists neither "tsc-early" nor "tsc". */
static bool may_change(const struct sources *sources, uint64_t uptime)
{
	static const char *const first[] = { "jiffies", "refined-jiffies", "hpet", "acpi_pm" };

	if (!sources->readable || is_current(sources, "tsc"))
		return false;
	if (is_available(sources, "tsc-early") || is_current(sources, "tsc-early"))
		return true;
	if (uptime >= YOUNG_NS)
		return false;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (is_current(sources, first[i]))
			return true;
	return !is_available(sources, "tsc");
}

const char *clocksource_tsc_unfit(const struct clocksource_kernel *kernel, bool invariant)
{
	struct sources sources;
	uint64_t waited = 0;

	read_sources(kernel->folder, &sources);
	while (may_change(&sources, kernel->uptime_ns()) && waited < MOST_WAIT_NS) {
		kernel->sleep_ns(PAUSE_NS);
		waited += PAUSE_NS;
		read_sources(kernel->folder, &sources);
	}
	return judge(&sources, invariant);
}
