/*
 * args - parses a command's options, by a table that help prints, too.
 */
#ifndef CMD_ARGS_H
#define CMD_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#define ARGS_MAX_LIST 64

/* Values of an option that may be given several times. */
struct args_list {
	const char *items[ARGS_MAX_LIST];
	size_t count;
};

struct option_spec {
	const char *name; /* "--rounds" */
	const char *alias; /* "-o", or NULL */
	const char *value; /* what help calls its value; NULL: a switch */
	bool optional; /* the value; @flag says that the option was given, @text has the value */
	bool *flag; /* where it goes: one of these three */
	const char **text;
	struct args_list *list;
	const char *help;
};

/*
 * Stores the values of options, and collects all other arguments in @words. False: it has printed
 * what is wrong, and the exit code is EXIT_USAGE.
 */
bool args_parse(int argc, char **argv, const struct option_spec *options, struct args_list *words,
		size_t most_words);

/* Prints them for help. */
void args_print_options(const struct option_spec *options);

#endif
