#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cmd/command.h"
#include "matrix/process.h"
#include "result/version.h"

/* In the order of the help. */
static const struct command *const all_commands[] = {
	&command_list,	  &command_doctor, &command_run,    &command_show, &command_compare,
	&command_report,  &command_export, &command_import, &command_bind, &command_unbind,
	&command_restore, &command_lab,	   &command_help,   NULL,
};

static int print_version(void)
{
	json_t *version = version_json();
	const char *name;
	json_t *library;

	printf("dmabench %s\n", dmabench_version);
	json_object_foreach(json_object_get(version, "libraries"), name, library)
		printf("%s %s\n", name, json_string_value(library));
	json_decref(version);
	return EXIT_DONE;
}

/* Returns @code, or a failure where standard output could not be written, as on a full disk. */
static int flushed(int code)
{
	if (fflush(stdout) || ferror(stdout)) {
		log_error("cannot write to standard output");
		return code == EXIT_DONE ? EXIT_FAILED : code;
	}
	return code;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h");
}

/*
 * Opens standard streams that are closed, or files would get their numbers, and messages would end
 * up in them. For reading only, so that writing to a closed stream is still an error.
 */
static void open_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "help";
	const struct command *command;

	program_start_ns = clock_wall_ns();
	commands = all_commands;
	if (!strcmp(word, TRIAL_COMMAND))
		return process_trial_main();
	open_standard_streams();
	if (!strcmp(word, "--version") || !strcmp(word, "-V"))
		return flushed(print_version());
	if (is_help(word))
		word = "help";
	command = command_find(word);
	if (!command)
		return command_unknown("command", word, command_names());
	if (argc == 3 && is_help(argv[2])) {
		argv[2] = argv[1];
		command = &command_help;
	}
	return flushed(command->run(command, argc > 2 ? argc - 2 : 0, argv + 2));
}
