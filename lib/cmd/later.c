/* Commands that a coming release brings: they say so, and do nothing. */
#include "base/log.h"
#include "cmd/command.h"

#define VFIO_RELEASE "It comes with release 0.2."
#define COMPARE_RELEASE "It comes with release 0.3."

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

LATER(lab, "lab ...", "run a matrix under other kernels in VMs (release 0.2)", VFIO_RELEASE);
LATER(compare, "compare BASE NEW...", "tell whether a difference is real (release 0.3)",
      COMPARE_RELEASE);
LATER(report, "report FILE... -o DIR", "make a static site with plots (release 0.3)",
      COMPARE_RELEASE);
LATER(export, "export FILE --format ...", "write other tools' formats (release 0.3)",
      COMPARE_RELEASE);
