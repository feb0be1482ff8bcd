/*
 * reason - says why something did not happen, in one line that a user can act on.
 *
 * Functions of lib/ return 0 or -errno and print nothing. Where an errno alone
 * would not tell the user the way out, the caller passes a struct reason, which
 * is written only on failure (or on a skip) and which may be NULL.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

/* Outcomes beside 0 and -errno. */
#define SKIPPED 1 /* it cannot run here, and that is no failure */
#define INVALID 2 /* it ran, or could have, but not on what its name says */

struct reason {
	char text[512];
};

/* Writes the line and returns @code, so that a caller can `return reason_set(…)`. */
int reason_set(struct reason *reason, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
