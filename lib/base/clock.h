/*
 * clock - the clock of the timed brackets.
 *
 * clock_now() counts ticks: of the CPU's counter (TSC, CNTVCT) where it runs at
 * a constant rate and the kernel itself trusts it, else nanoseconds of
 * CLOCK_MONOTONIC_RAW. Which one is chosen once a run, by the parent; trials
 * adopt it. Ticks become nanoseconds only after the timed section.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/units.h"

struct clock_source {
	const char *name; /* "tsc", "cntvct" or "monotonic_raw" */
	const char *why; /* why the counter is not used, or NULL */
	double ns_per_tick;
	double error_ppm; /* bound of the calibration's error; 0 where the rate is defined */
};

extern struct clock_source clock_source;

/* Whether clock_now() reads the CPU's counter: set once, before anything is timed. */
extern bool clock_uses_counter __attribute__((visibility("hidden")));

uint64_t clock_read_posix(void);

static inline uint64_t clock_read_counter(void)
{
#if defined(__x86_64__)
	uint32_t low, high;

	/* The fence waits for what is timed; Linux reads the TSC in the same way. */
	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
#elif defined(__aarch64__)
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks)::"memory");
	return ticks;
#else
	return clock_read_posix();
#endif
}

/*
 * Returns clock_uses_counter, which the compiler is told never changes: so it may keep the flag in a
 * register from one read of a bracket to the other. To load it between them would cost four cycles of
 * the bracket's forty.
 */
static inline bool clock_is_counter(void)
{
#if defined(__x86_64__)
	bool flag;

	__asm__("movb clock_uses_counter(%%rip), %0" : "=q"(flag));
	return flag;
#else
	return clock_uses_counter;
#endif
}

/* The branch is always predicted: what it costs is in `overhead_ns`. */
static inline uint64_t clock_now(void)
{
	if (__builtin_expect(clock_is_counter(), true))
		return clock_read_counter();
	return clock_read_posix();
}

static inline double clock_ticks_to_ns(uint64_t ticks)
{
	return (double)ticks * clock_source.ns_per_tick;
}

/* For times that were not taken by this clock, to be kept with those that were. */
static inline uint64_t clock_ns_to_ticks(double ns)
{
	return (uint64_t)(ns / clock_source.ns_per_tick + 0.5);
}

/* Monotonic nanoseconds, for deadlines and progress: never for samples. */
uint64_t clock_wall_ns(void);

/* Waits for the kernel's next timer tick, so that the next ones fall alike in every iteration. */
void clock_wait_for_tick(void);

/*
 * Chooses a source; in the first seconds after a boot it waits until the kernel has decided whether
 * it trusts the counter (base/clocksource.h). Calibration runs from clock_choose() to
 * clock_calibrate(), which waits until at least 10 ms have passed.
 */
void clock_choose(void);
void clock_calibrate(void);

/* In a trial: the source that the parent chose. */
int clock_adopt(const char *name, double ns_per_tick);

/* Readings of clock_now() in nanoseconds. The count goes on beyond the room. */
struct clock_marks {
	uint64_t *list;
	size_t count, room;
};

/*
 * Until clock_unwatch(), clock_now() reads CLOCK_MONOTONIC_RAW, whatever the source, and writes each
 * reading of this thread to @marks. It is for iterations of which nothing but the instants of their
 * brackets is wanted: a timed part pays nothing for it where the source is a counter, and a test of a
 * pointer where it is not.
 */
void clock_watch(struct clock_marks *marks);

/* Returns to the source that was in use before clock_watch(). */
void clock_unwatch(void);

#endif
