#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static bool quiet_notes;

static void say(const char *format, va_list args)
{
	char line[1024];

	/* One write a line, so that parent and children never interleave. */
	vsnprintf(line, sizeof(line), format, args);
	fprintf(stderr, "dmabench: %s\n", line);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

void log_note(const char *format, ...)
{
	va_list args;

	if (quiet_notes)
		return;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void log_set_quiet(bool quiet)
{
	quiet_notes = quiet;
}

bool log_wants_colour(int fd)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color && no_color[0])
		return false;
	return isatty(fd) && term && strcmp(term, "dumb");
}
