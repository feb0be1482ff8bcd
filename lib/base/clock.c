#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/clocksource.h"
#include "base/units.h"

#if defined(__x86_64__)
#include <cpuid.h>
#define COUNTER "tsc"
#elif defined(__aarch64__)
#define COUNTER "cntvct"
#else
#define COUNTER "counter"
#endif

#define BASELINE_NS (10 * MSEC)

struct clock_source clock_source = {
	.name = "monotonic_raw",
	.ns_per_tick = 1,
};

bool clock_uses_counter;

/* The same instant on both clocks. */
struct instant {
	uint64_t ticks, ns;
	uint64_t uncertainty_ns;
};

static struct instant calibration_start;

static uint64_t read_ns(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * SEC + (uint64_t)now.tv_nsec;
}

static __thread struct clock_marks *watching; /* NULL: nobody wants the readings */

uint64_t clock_read_posix(void)
{
	uint64_t now = read_ns(CLOCK_MONOTONIC_RAW);
	struct clock_marks *marks = watching;

	if (__builtin_expect(!!marks, 0)) {
		if (marks->count < marks->room)
			marks->list[marks->count] = now;
		marks->count++;
	}
	return now;
}

uint64_t clock_wall_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

void clock_wait_for_tick(void)
{
	uint64_t now = read_ns(CLOCK_MONOTONIC_COARSE);

	while (read_ns(CLOCK_MONOTONIC_COARSE) == now)
		;
}

/* The tightest of a few tries: an interrupt between the reads spoils only its own. */
static struct instant read_instant(void)
{
	struct instant best = { .uncertainty_ns = UINT64_MAX };

	for (int i = 0; i < 16; i++) {
		uint64_t before = clock_read_posix();
		uint64_t ticks = clock_read_counter();
		uint64_t after = clock_read_posix();

		if (after - before < best.uncertainty_ns)
			best = (struct instant){ ticks, before + (after - before) / 2,
						 after - before };
	}
	return best;
}

/* NULL, or why the CPU's counter must not be used. */
#if defined(__x86_64__)
static const char *counter_unfit(void)
{
	unsigned int a, b, c, d;
	bool invariant = __get_cpuid(0x80000007, &a, &b, &c, &d) && d & (1u << 8);

	return clocksource_tsc_unfit(&clocksource_this_kernel, invariant);
}
#elif defined(__aarch64__)
static const char *counter_unfit(void)
{
	return NULL; /* the generic timer is constant by definition */
}
#else
static const char *counter_unfit(void)
{
	return "no counter known on this architecture";
}
#endif

void clock_choose(void)
{
	clock_source.why = counter_unfit();
	if (clock_source.why)
		return;
	clock_source.name = COUNTER;
	clock_uses_counter = true;
	calibration_start = read_instant();
}

#if defined(__aarch64__)
static bool rate_is_defined(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	if (!hz)
		return false;
	clock_source.ns_per_tick = 1e9 / (double)hz;
	return true;
}
#else
static bool rate_is_defined(void)
{
	return false;
}
#endif

void clock_calibrate(void)
{
	struct timespec rest = { 0 };
	struct instant end;
	uint64_t passed;

	if (!clock_uses_counter || rate_is_defined())
		return;
	passed = clock_read_posix() - calibration_start.ns;
	if (passed < BASELINE_NS) {
		rest.tv_nsec = (long)(BASELINE_NS - passed);
		nanosleep(&rest, NULL);
	}
	end = read_instant();
	clock_source.ns_per_tick = (double)(end.ns - calibration_start.ns) /
				   (double)(end.ticks - calibration_start.ticks);
	clock_source.error_ppm = 1e6 *
				 (double)(end.uncertainty_ns + calibration_start.uncertainty_ns) /
				 (double)(end.ns - calibration_start.ns);
}

int clock_adopt(const char *name, double ns_per_tick)
{
	if (ns_per_tick <= 0)
		return -EINVAL;
	clock_uses_counter = !strcmp(name, COUNTER);
	clock_source.name = clock_uses_counter ? COUNTER : "monotonic_raw";
	clock_source.ns_per_tick = clock_uses_counter ? ns_per_tick : 1;
	return 0;
}

static struct clock_source watched; /* the source meanwhile */

void clock_watch(struct clock_marks *marks)
{
	watched = clock_source;
	clock_adopt("monotonic_raw", 1);
	marks->count = 0;
	watching = marks;
}

void clock_unwatch(void)
{
	watching = NULL;
	clock_adopt(watched.name, watched.ns_per_tick);
	clock_source = watched;
}
