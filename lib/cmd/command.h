/*
 * command - defines what the subcommands of dmabench have in common.
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
	EXIT_UNJUDGED = 5,
};

struct command {
	const char *name;
	const char *usage; /* behind "dmabench " */
	const char *summary; /* one line */
	const char *details; /* for `help COMMAND`; may be NULL */
	void (*print_more)(void); /* prints what follows the details; may be NULL */
	const struct option_spec *options;
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command command_list, command_doctor, command_run, command_show,
	command_restore, command_help, command_compare, command_report, command_export,
	command_import, command_bind, command_unbind, command_lab;

#define COMMANDS_MAX 32

/* All of them, in the order of the help; ends with NULL. Set by main(). */
extern const struct command *const *commands;

/* When the program started, by clock_wall_ns(). Set by main(). */
extern uint64_t program_start_ns;

/* Returns NULL where no command has that name. */
const struct command *command_find(const char *name);

/* Returns the names of all commands, for suggestions; the list ends with NULL. */
const char *const *command_names(void);

/*
 * Says that there is no such command, benchmark or config, and which of @candidates may have been
 * meant. Returns EXIT_USAGE.
 */
int command_unknown(const char *what, const char *word, const char *const *candidates);

#endif
