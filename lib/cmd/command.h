/*
 * command - the subcommands, and how they end.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <stdint.h>

#include "cmd/args.h"

/* Exit codes; scripts rely on them. */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REGRESSION = 3,
	EXIT_NOTHING = 4,
};

struct command {
	const char *name;
	const char *usage; /* behind "dmabench " */
	const char *summary; /* one line */
	const char *details; /* for `help COMMAND`; may be NULL */
	void (*print_more)(void); /* what details says of a table of data; may be NULL */
	const struct option_spec *options;
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command command_list, command_doctor, command_run, command_show,
	command_restore, command_help, command_compare, command_report, command_export,
	command_import, command_bind, command_unbind, command_lab;

/* All of them, in the order of the help; ends with NULL. */
extern const struct command *const commands[];

const struct command *command_find(const char *name);

/* An unknown command, benchmark or config: says so with a suggestion; returns EXIT_USAGE. */
int command_unknown(const char *what, const char *word, const char *const *candidates);

/* Names of all commands, for suggestions; ends with NULL. */
const char *const *command_names(void);

/* clock_wall_ns() at the start of main(). */
extern uint64_t program_start_ns;

#endif
