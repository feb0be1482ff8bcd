/*
 * show_result - prints what a result file holds, as `run` does at its end and `show` does.
 */
#ifndef CMD_SHOW_RESULT_H
#define CMD_SHOW_RESULT_H

#include "base/reason.h"

enum show_as {
	SHOW_TABLE,
	SHOW_BRIEF,
	SHOW_FITTING, /* the table, unless it is longer than the terminal that it would go to */
};

/* Prints to standard output. 0 or -errno with the reason. */
int show_result(const char *path, enum show_as as, struct reason *reason);

#endif
