/* sides - the sides of a comparison: each has the boots of one kernel (or of whatever differs). */
#ifndef RESULT_SIDES_H
#define RESULT_SIDES_H

#include "base/text.h"
#include "result/boot.h"

struct side {
	char *label; /* series.label of its boots, else the kernel; each side has another */
	char *argument; /* the file or folder that it came from */
	struct boot **boots; /* in order of series, pair, start; at least one */
	size_t nr_boots;
};

/* A further bit of @keep: a single side is no error. */
#define SIDES_ONE_WILL_DO (1U << 16)

struct sides {
	struct side *list; /* the first one is the base */
	size_t count;
	struct text notes; /* a line for each thing to know: incomplete lines, dropped samples */
};

/*
 * Loads the boots of all sides; the caller calls sides_release(). Each argument is a side: a result
 * file, or a folder with *.jsonl anywhere below it. A single folder whose boots have several labels
 * becomes a side per label, in the order of versions (6.9 before 6.10); @base comes first if it is
 * not NULL.
 *
 * Files of one boot become one struct boot. @keep: BOOT_KEEP_… bits. Returns 0 or -errno with the
 * reason.
 */
int sides_load(const char *const *arguments, size_t nr_arguments, const char *base,
	       unsigned int keep, struct sides *ret_sides, struct reason *reason);
/* Frees the sides and their boots, but not the struct itself. */
void sides_release(struct sides *sides);

#endif
