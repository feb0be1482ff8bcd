/*
 * why - explains the difference between two profiles of one cell and metric, by function.
 *
 * Each place in the two call trees belongs to one line, so that the lines, with interrupts and time
 * asleep, sum to the difference of the profiles. A function that both sides have is a line. Where
 * functions of one side only are called from a function of both, and the other side has others there
 * (they were renamed or rewritten) or the caller itself takes what they took (they were inlined),
 * they are set against each other in one line with that caller: "f and what it calls".
 *
 * All figures are per operation, which is a sample of the metric. Of several boots a side they are
 * medians. Of samples they are the function's share of the side's measured time, with its interval.
 */
#ifndef PROFILE_WHY_H
#define PROFILE_WHY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/interned.h"
#include "profile/joint.h"

#define WHY_LINES 12 /* lines at most, if nothing else is asked for */
#define WHY_ENOUGH 0.95 /* of the difference, then no more functions are named */
#define WHY_NOTHING 1e-4 /* of the operation: what differs by no more is not named */

enum why_kind {
	WHY_FUNCTION, /* a function; also one that only one side has */
	WHY_CALLER, /* a function and what it calls on one side only */
	WHY_INTERRUPTS, /* timer ticks and other interrupts: of no function */
	WHY_ASLEEP, /* the CPU slept */
};

struct why_line {
	enum why_kind kind;
	const char *name, *module; /* "" where there is none; they live as long as the why */
	const char *gone, *come; /* WHY_CALLER: what only one side calls; "": nothing */
	bool on[NR_WHEN];
	bool suffixed; /* a compiler's suffix was left out of the name */
	double value
		[NR_WHEN]; /* instructions; of samples: ns, or % of the operation without a time */
	double calls[NR_WHEN]; /* of the function itself; 0: not counted */
	double off[NR_WHEN]; /* instructions: how far boots are from the middle of their range */
	double lo[NR_WHEN], hi[NR_WHEN]; /* samples: @value, by the intervals of share and median */
	double share[NR_WHEN]; /* samples: part of all samples */
	double share_lo[NR_WHEN], share_hi[NR_WHEN]; /* its 95 % interval */
};

struct why {
	bool is_samples;
	const char *unit, *event; /* of the profiles: these belong to the why */
	size_t nr_boots[NR_WHEN];
	double whole[NR_WHEN]; /* an operation, with interrupts and time asleep */
	double measured[NR_WHEN]; /* medians of the samples; NAN: not in nanoseconds */
	double pages; /* of 4 KiB, in an operation; 0: its size is not known */
	struct why_line *lines; /* largest difference first */
	size_t nr_lines; /* all of them: the first @nr_named are told by name */
	size_t nr_named;
	double named, rest; /* sums of the differences of those, and of all others */
	bool is_nothing; /* no line differs enough to be named */
	struct interned texts;
};

struct why_side {
	const struct profile *const *profiles; /* one a boot; at least one */
	size_t count;
	double measured; /* the median of the side, ns; NAN: not known, or in another unit */
	double measured_lo,
		measured_hi; /* how sure that is, for samples; 0: it is taken for exact */
};

/*
 * Explains the difference; the caller frees it by why_free(). The profiles need not outlive it.
 * @pages: as above; @most: lines at most, 0: WHY_LINES. Returns 0; -EINVAL with the reason if units,
 * events or sources differ; -ENOMEM.
 */
int why_make(const struct why_side *before, const struct why_side *after, double pages, size_t most,
	     struct why **ret_why, struct reason *reason);
/* Takes NULL. */
void why_free(struct why *why);

/* Returns "function", "caller", "interrupts" or "asleep". */
const char *why_kind_name(enum why_kind kind);

/* Return what a line, or all of the profiles, differ by. */
double why_line_change(const struct why_line *line);
double why_change(const struct why *why);

/* Returns the measured difference, or that of the profiles where none was measured. */
double why_measured_change(const struct why *why);

/* Returns the part of the measured difference that is told by name, 1: all; NAN of no difference. */
double why_named_part(const struct why *why);

#endif
