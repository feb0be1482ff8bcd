/*
 * headline_words - says in a few sentences what a comparison found: what got slower and faster,
 * how sure that is, whether the control passed, and what to do next.
 *
 * The texts may hold what files say; who prints them replaces what moves a terminal's cursor.
 */
#ifndef TABLE_HEADLINE_WORDS_H
#define TABLE_HEADLINE_WORDS_H

#include "base/text.h"
#include "compare/headline.h"

/* Parts of a headline, which a page shows apart. They end with a full stop. */
enum headline_part {
	HEADLINE_CONTROL_FAILED, /* empty unless it failed */
	HEADLINE_SLOWER,
	HEADLINE_FASTER,
	HEADLINE_REST, /* what is the same, what is unresolved; empty where all changed */
	HEADLINE_GROUNDS, /* boots, how sure, the control */
};

#define HEADLINE_PARTS (HEADLINE_GROUNDS + 1)

/* Adds one part; nothing if there is nothing to say. */
void headline_add_part(const struct comparison *comparison, const struct headline *headline,
		       enum headline_part part, struct text *text);

/* Adds all parts in a line: "6.18 against 6.12: …". */
void headline_add(const struct comparison *comparison, const struct headline *headline,
		  struct text *text);

/*
 * Adds the command to run next, and what it is for, "see …:"; BASE and NEW stand for the two sides. Both
 * texts stay empty if nothing is left to do.
 */
void headline_add_next(const struct comparison *comparison, const struct headline *headline,
		       struct text *command, struct text *purpose);

/* Adds, of more than two sides, with which of them rows changed; nothing if none did. */
void headline_add_steps(const struct comparison *comparison, struct text *text);

/* Adds all of the above as they stand above tables: a line each, an indented one for a command. */
void headline_add_lines(const struct comparison *comparison, struct text *text);

/*
 * Writes by how much a row changed: "4.6 %", or "3.8×" where that is more than half. @ratio is
 * new/base. Returns @text.
 */
#define HEADLINE_CHANGE 32
const char *headline_change(const struct row *row, double ratio, char text[HEADLINE_CHANGE]);

#endif
