/*
 * compare - compares two result files, for `run --compare-with`.
 */
#ifndef CMD_COMPARE_H
#define CMD_COMPARE_H

#include "base/reason.h"
#include "cmd/args.h"

/* Checks that @path is a result file that can be compared. 0, or -errno with the reason. */
int compare_check(const char *path, struct reason *reason);

/*
 * Prints the comparison of two result files as text. @allow: in what they may differ, as for --allow.
 * Returns the exit code.
 */
int compare_two(const char *base, const char *new, const struct args_list *allow);

#endif
