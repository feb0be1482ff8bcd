/*
 * compare - the command, as `run --compare-with` uses it, too.
 */
#ifndef CMD_COMPARE_H
#define CMD_COMPARE_H

#include "base/reason.h"

/* 0, or -errno with the reason: @path is no result file that could be a side. */
int compare_check(const char *path, struct reason *reason);

/* Prints the comparison of two result files as text; returns the exit code. */
int compare_two(const char *base, const char *new);

#endif
