/* Says what to do after a comparison, as a command. */
#include <string.h>

#include "compare/doubt.h"
#include "table/headline_words.h"

/* Adds a word for a shell, quoted where it has other characters than names have. */
static void add_word(struct text *text, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./=:,+@%-";

	if (*word && strspn(word, plain) == strlen(word)) {
		text_add(text, " %s", word);
		return;
	}
	text_add(text, " '");
	for (; *word; word++) {
		if (*word == '\'')
			text_add(text, "'\\''");
		else
			text_add_bytes(text, word, 1);
	}
	text_add(text, "'");
}

/* Tells whether boots were made by the lab, which can make more of them: it records its emulator. */
static bool is_lab(const struct comparison *comparison)
{
	return run_text(comparison->sides->list[0].boots[0]->run, "host", "emulator")[0];
}

static void add_measuring(const struct comparison *comparison, size_t boots, struct text *command)
{
	if (is_lab(comparison)) {
		text_add(command, "dmabench lab compare --base SPEC --new SPEC --boots %zu CONFIG",
			 boots);
		return;
	}
	text_add(command, "dmabench run CONFIG -o NEW/boot-%zu.jsonl", boots);
}

static void say_again(const struct comparison *comparison, const struct headline *headline,
		      struct text *command, struct text *purpose)
{
	size_t least = doubt_least_boots(comparison->icount);

	add_measuring(comparison, headline->boots > least ? headline->boots : least, command);
	text_add(purpose, "measure both sides anew, in turns:");
}

static void say_boots(const struct comparison *comparison, const struct headline *headline,
		      struct text *command, struct text *purpose)
{
	add_measuring(comparison, headline->boots_wanted, command);
	text_add(purpose, "measure on %zu boots a side, which may resolve the rest%s:",
		 headline->boots_wanted,
		 is_lab(comparison) ? "" : " (reboot before each, the kernels in turns)");
}

static void say_explain(const struct comparison *comparison, const struct headline *headline,
			struct text *command, struct text *purpose)
{
	(void)comparison;
	(void)headline;
	text_add(command, "dmabench compare BASE NEW --why");
	text_add(purpose, "see which functions make up each difference:");
}

static void say_profile(const struct comparison *comparison, const struct headline *headline,
			struct text *command, struct text *purpose)
{
	if (is_lab(comparison)) {
		text_add(command, "dmabench lab profile --kernel SPEC --kernel SPEC -o DIR");
		add_word(command, headline->slower.most->cell);
	} else {
		text_add(command, "dmabench run --profile -o NEW/profile.jsonl CONFIG");
	}
	text_add(purpose, "see which functions the row that got slower most spends more in:");
}

static void say_publish(const struct comparison *comparison, const struct headline *headline,
			struct text *command, struct text *purpose)
{
	(void)comparison;
	(void)headline;
	text_add(command, "dmabench report BASE NEW -o DIR");
	text_add(purpose, "make pages with plots of it:");
}

static void (*const says[])(const struct comparison *comparison, const struct headline *headline,
			    struct text *command, struct text *purpose) = {
	[NEXT_NOTHING] = NULL,	      [NEXT_AGAIN] = say_again, [NEXT_EXPLAIN] = say_explain,
	[NEXT_PROFILE] = say_profile, [NEXT_BOOTS] = say_boots, [NEXT_PUBLISH] = say_publish,
};

void headline_add_next(const struct comparison *comparison, const struct headline *headline,
		       struct text *command, struct text *purpose)
{
	if (says[headline->next])
		says[headline->next](comparison, headline, command, purpose);
}
