#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/command.h"

const struct command *const *commands;
uint64_t program_start_ns;

const struct command *command_find(const char *name)
{
	for (const struct command *const *command = commands; *command; command++)
		if (!strcmp((*command)->name, name))
			return *command;
	return NULL;
}

const char *const *command_names(void)
{
	static const char *names[COMMANDS_MAX + 1];
	size_t count = 0;

	for (; count < COMMANDS_MAX && commands[count]; count++)
		names[count] = commands[count]->name;
	names[count] = NULL;
	return names;
}

int command_unknown(const char *what, const char *word, const char *const *candidates)
{
	char hint[80];

	log_error("unknown %s \"%s\"%s; see `dmabench help`", what, word,
		  text_suggest(word, candidates, hint, sizeof(hint)));
	return EXIT_USAGE;
}
