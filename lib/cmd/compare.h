/*
 * compare - the command, as `run --compare-with` uses it, too.
 */
#ifndef CMD_COMPARE_H
#define CMD_COMPARE_H

/* Prints the comparison of two result files as text; returns the exit code. */
int compare_two(const char *base, const char *new);

#endif
