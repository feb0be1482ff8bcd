#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/command.h"
#include "cmd/lab_records.h"

static const struct option_spec options[] = { { .name = NULL } };

/* Looks beside the program as built, then where it is installed. */
static bool find_lab(const char *self, char *path, size_t room)
{
	const char *slash = strrchr(self, '/');

	snprintf(path, room, "%.*s/../scripts/lab/lab", (int)(slash - self), self);
	if (!access(path, X_OK))
		return true;
	snprintf(path, room, DATADIR "/lab/lab");
	return !access(path, X_OK);
}

/* Becomes the shell script scripts/lab/lab, which runs this program again inside VMs. */
static int run_scripts(int argc, char **argv)
{
	char program[PATH_MAX], path[PATH_MAX + 32];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char **words = calloc((size_t)argc + 2, sizeof(*words));

	if (length < 0 || !words) {
		log_error("cannot find out where this program is: is /proc mounted?");
		free(words);
		return EXIT_FAILED;
	}
	program[length] = '\0';
	if (!find_lab(program, path, sizeof(path))) {
		log_error("the lab's scripts are neither beside %s nor in " DATADIR "/lab",
			  program);
		free(words);
		return EXIT_FAILED;
	}
	words[0] = path;
	memcpy(words + 1, argv, (size_t)argc * sizeof(*words));
	setenv("DMABENCH", program, 1);
	execv(path, words);
	log_error("%s: %s", path, strerror(errno));
	free(words);
	return EXIT_FAILED;
}

static int lab_run(const struct command *self, int argc, char **argv)
{
	(void)self;
	if (argc && !strcmp(argv[0], "profile-records"))
		return lab_profile_records(argc - 1, argv + 1);
	return run_scripts(argc, argv);
}

const struct command command_lab = {
	.name = "lab",
	.usage = "lab run|profile|compare|bisect|exec|shell|list|fetch|kernel|help ...",
	.summary = "run a matrix under other kernels in VMs",
	.details = "`dmabench lab help` tells its options.",
	.options = options,
	.run = lab_run,
};
