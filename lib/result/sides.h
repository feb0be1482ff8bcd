/*
 * sides - what is compared: each side the boots of one kernel (or of whatever differs).
 */
#ifndef RESULT_SIDES_H
#define RESULT_SIDES_H

#include "base/text.h"
#include "result/boot.h"

struct side {
	char *label; /* of its boots' series, else the kernel's release; distinct among sides */
	char *argument; /* the file or folder that it came from */
	struct boot **boots; /* by series, pair, start; at least one */
	size_t nr_boots;
};

/* Beside what boot_load() keeps: a single side is no error. */
#define SIDES_ONE_WILL_DO (1U << 16)

struct sides {
	struct side *list; /* the first one is the base */
	size_t count;
	struct text
		notes; /* a line each on what a reader should know: torn lines, thinned samples */
};

/*
 * Each argument is a side: a result file, or a folder with *.jsonl anywhere below it. A folder
 * given alone that holds boots of several labels is a side a label, in the order of versions
 * (6.9 before 6.10), @base first where it is not NULL.
 *
 * Files of one boot become one boot. 0 or -errno with the reason.
 */
int sides_load(const char *const *arguments, size_t nr_arguments, const char *base,
	       unsigned int keep, struct sides *ret_sides, struct reason *reason);
void sides_release(struct sides *sides);

#endif
