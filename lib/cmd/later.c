/* Commands that a coming release brings: they say so, and do nothing. */
#include "base/log.h"
#include "cmd/command.h"

#define COMPARE_RELEASE "It comes with the next release."

static int later_run(const struct command *self, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	log_error("%s is not there yet. %s", self->name, self->details);
	return EXIT_USAGE;
}

static const struct option_spec options[] = { { .name = NULL } };

#define LATER(id, text, about, release)                           \
	const struct command command_##id = { .name = #id,        \
					      .usage = text,      \
					      .summary = about,   \
					      .details = release, \
					      .options = options, \
					      .run = later_run }

LATER(report, "report FILE... -o DIR", "make a static site with plots (next release)",
      COMPARE_RELEASE);
