/*
 * log - what the command says to the person in front of it, on stderr.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/* "dmabench: …", always printed. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, but silenced by --quiet. */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

void log_set_quiet(bool quiet);

/* Whether @fd is a terminal on which colours are welcome (NO_COLOR, TERM=dumb). */
bool log_wants_colour(int fd);

#endif
