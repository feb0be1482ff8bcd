/*
 * log - prints messages of a command on stderr.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/* Prints "dmabench: …". */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints the same, unless log_set_quiet() was called. */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

void log_set_quiet(bool quiet);

/* Tells whether @fd is a terminal that may get colours: not with NO_COLOR or TERM=dumb. */
bool log_wants_colour(int fd);

#endif
