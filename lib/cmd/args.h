/*
 * args - a command's options, as one table that serves parsing and help.
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
	bool *flag; /* one of these three takes it */
	const char **text;
	struct args_list *list;
	const char *help;
};

/*
 * Takes options and leaves words in @words. Says what is wrong on stderr itself, with a
 * suggestion, and returns false: the exit code is then 2.
 */
bool args_parse(int argc, char **argv, const struct option_spec *options, struct args_list *words,
		size_t most_words);

void args_print_options(const struct option_spec *options);

#endif
