/*
 * clocksource - asks the kernel whether it trusts the TSC, after it has made up its mind.
 *
 * A kernel starts with other clock sources, or with the TSC as "tsc-early", and changes to "tsc"
 * seconds after its boot, once the TSC's rate is refined and a watchdog has compared it. Asked
 * before, it gives another answer than a little later.
 */
#ifndef BASE_CLOCKSOURCE_H
#define BASE_CLOCKSOURCE_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel that is asked; tests have one of their own. */
struct clocksource_kernel {
	const char *folder; /* current_clocksource and available_clocksource lie there */
	uint64_t (*uptime_ns)(void);
	void (*sleep_ns)(uint64_t ns);
};

extern const struct clocksource_kernel clocksource_this_kernel;

/*
 * Returns NULL where the TSC can be trusted, else why not. @invariant: the CPU says that the TSC
 * runs at one rate. Waits for at most 5 s, and only while the kernel may still change to the TSC.
 */
const char *clocksource_tsc_unfit(const struct clocksource_kernel *kernel, bool invariant);

#endif
