#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "cmd/args.h"

static bool add(struct args_list *list, const char *what, const char *item)
{
	if (list->count == ARGS_MAX_LIST) {
		log_error("%s: more than %d of them", what, ARGS_MAX_LIST);
		return false;
	}
	list->items[list->count++] = item;
	return true;
}

/* Tells whether @word is "--name", "--name=value" or "-n"; @ret_value: the value, or NULL. */
static bool matches(const struct option_spec *option, const char *word, const char **ret_value)
{
	size_t length = strlen(option->name);

	*ret_value = NULL;
	if (option->alias && !strcmp(word, option->alias))
		return true;
	if (strncmp(word, option->name, length) || (word[length] && word[length] != '='))
		return false;
	if (word[length] == '=')
		*ret_value = word + length + 1;
	return true;
}

static bool unknown(const struct option_spec *options, const char *word)
{
	const char *names[64];
	size_t count = 0;
	char hint[80];

	for (; count < 63 && options[count].name; count++)
		names[count] = options[count].name;
	names[count] = NULL;
	log_error("unknown option \"%s\"%s", word, text_suggest(word, names, hint, sizeof(hint)));
	return false;
}

static bool take(const struct option_spec *option, const char *value)
{
	if (option->flag)
		*option->flag = true;
	if (!value)
		return true;
	if (option->list)
		return add(option->list, option->name, value);
	if (*option->text) {
		log_error("%s is given twice", option->name);
		return false;
	}
	*option->text = value;
	return true;
}

/* Returns how many arguments it used; 0: an error, which it has printed. */
static int take_option(int left, char **argv, const struct option_spec *options)
{
	const char *value;

	for (const struct option_spec *option = options; option->name; option++) {
		if (!matches(option, argv[0], &value))
			continue;
		if (!option->value && value) {
			log_error("%s takes no value", option->name);
			return 0;
		}
		if (!option->value || option->optional || value)
			return take(option, value) ? 1 : 0;
		if (left < 2) {
			log_error("%s needs a value: %s %s", argv[0], argv[0], option->value);
			return 0;
		}
		return take(option, argv[1]) ? 2 : 0;
	}
	unknown(options, argv[0]);
	return 0;
}

bool args_parse(int argc, char **argv, const struct option_spec *options, struct args_list *words,
		size_t most_words)
{
	bool only_words = false;

	for (int i = 0; i < argc;) {
		int took = 1;

		if (!only_words && !strcmp(argv[i], "--")) {
			only_words = true;
		} else if (!only_words && argv[i][0] == '-' && argv[i][1]) {
			took = take_option(argc - i, argv + i, options);
		} else if (words->count >= most_words) {
			log_error("unexpected word \"%s\"", argv[i]);
			return false;
		} else if (!add(words, argv[i], argv[i])) {
			return false;
		}
		if (!took)
			return false;
		i += took;
	}
	return true;
}

void args_print_options(const struct option_spec *options)
{
	for (; options->name; options++) {
		const char *value = options->value ? options->value : "";
		char left[64];

		snprintf(left, sizeof(left), "%s%s%s%s%s%s", options->alias ? options->alias : "",
			 options->alias ? ", " : "", options->name,
			 options->optional ? "[="
			 : value[0]	   ? " "
					   : "",
			 value, options->optional ? "]" : "");
		printf("  %-28s %s\n", left, options->help);
	}
}
