#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "result/cell_name.h"
#include "table/headline_words.h"
#include "table/naming.h"
#include "table/side_name.h"

#define MOST_NAMES 3 /* of rows that are alike */
#define MANIFOLD 1.5 /* from here on a change is given as a factor */

const char *headline_change(const struct row *row, double ratio, char text[HEADLINE_CHANGE])
{
	double gain = headline_gain(row, ratio), factor = gain > 1 ? gain : 1 / gain;
	double pct = 100 * fabs(ratio - 1);

	if (factor >= MANIFOLD)
		snprintf(text, HEADLINE_CHANGE, "%.*f×", factor < 9.95 ? 1 : 0, factor);
	else
		snprintf(text, HEADLINE_CHANGE, "%.*f %%", pct < 0.1 ? 2 : pct < 9.95 ? 1 : 0, pct);
	return text;
}

/* ---- names of rows ---- */

/* Makes the naming of all cells of a row's benchmark. Returns 0 or -ENOMEM. */
static int name_bench(const struct comparison *comparison, const struct row *row,
		      struct naming *ret_naming)
{
	const char **cells = calloc(comparison->nr_rows, sizeof(*cells));
	size_t count = 0;
	int ret;

	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (cell_has_bench_of(comparison->rows[i].cell, row->cell))
			cells[count++] = comparison->rows[i].cell;
	ret = naming_make(cells, count, ret_naming);
	free(cells);
	return ret;
}

static void add_name(const struct naming *naming, const struct row *row, size_t number,
		     struct text *text)
{
	struct text name = { 0 };

	naming_shorten(naming, row->cell, &name);
	text->failed |= name.failed;
	if (name.length)
		text_add(text, "%s%s", number ? ", " : " (", name.text);
	text_release(&name);
}

/* Adds which rows are alike, the one that changed most first: " (thp, anon and 2 more)". */
static void add_names(const struct comparison *comparison, const struct headline_change *change,
		      size_t side, struct text *text)
{
	struct naming naming;
	size_t named = 1, before = text->length;

	if (name_bench(comparison, change->most, &naming)) {
		text->failed = true;
		return;
	}
	add_name(&naming, change->most, 0, text);
	for (size_t i = 0; i < comparison->nr_rows && named < MOST_NAMES; i++) {
		const struct row *row = &comparison->rows[i];

		if (row != change->most && headline_is_alike(change, row, side))
			add_name(&naming, row, named++, text);
	}
	if (text->length > before && change->nr_alike > named)
		text_add(text, " and %zu more", change->nr_alike - named);
	if (text->length > before)
		text_add(text, ")");
	naming_release(&naming);
}

/* ---- parts ---- */

static void add_control_failed(const struct comparison *comparison, const struct headline *headline,
			       struct text *text)
{
	(void)comparison;
	if (headline->control == CONTROL_FAILED)
		text_add(text, "The control failed: a row that no kernel can change differs, so "
			       "nothing below can be relied on.");
}

static void add_change(const struct comparison *comparison, const struct headline_change *change,
		       size_t side, struct text *text)
{
	const struct row *most = change->most;
	size_t others;
	char by[HEADLINE_CHANGE];

	others = change->count - change->nr_alike;
	text_add(text, ", %s%.*s %s by %s", change->count > 1 ? "most of all " : "",
		 (int)cell_bench_length(most->cell), most->cell, most->metric,
		 headline_change(most, most->verdicts[side].verdict.ratio, by));
	add_names(comparison, change, side, text);
	if (others)
		text_add(text, ", %zu other%s by less", others, others == 1 ? "" : "s");
	text_add(text, ".");
}

static void add_slower(const struct comparison *comparison, const struct headline *headline,
		       struct text *text)
{
	const struct headline_change *change = &headline->slower;

	if (!change->count) {
		text_add(text, "No row %s slower.",
			 headline->nr_unresolved ? "was shown to be" : "is");
		return;
	}
	text_add(text, "Slower: %zu of %zu rows", change->count, headline->nr_rows);
	add_change(comparison, change, headline->side, text);
}

static void add_faster(const struct comparison *comparison, const struct headline *headline,
		       struct text *text)
{
	const struct headline_change *change = &headline->faster;

	if (!change->count)
		return;
	text_add(text, "Faster: %zu of %zu rows", change->count, headline->nr_rows);
	add_change(comparison, change, headline->side, text);
}

static void add_rest(const struct comparison *comparison, const struct headline *headline,
		     struct text *text)
{
	(void)comparison;
	if (headline->nr_same)
		text_add(text, "The same within %.0f %%: %zu.", 100 * COMPARISON_DELTA,
			 headline->nr_same);
	if (headline->nr_unresolved)
		text_add(text,
			 "%sUnresolved: %zu%s, which may have changed or not: these boots cannot "
			 "tell.",
			 headline->nr_same ? " " : "", headline->nr_unresolved,
			 headline->nr_unresolved == headline->nr_rows ? ", all of them" : "");
}

static void add_grounds(const struct comparison *comparison, const struct headline *headline,
			struct text *text)
{
	static const char *const controls[] = {
		[CONTROL_NONE] = "no control was measured",
		[CONTROL_UNRESOLVED] = "the control is unresolved",
		[CONTROL_PASSED] = "the control passed",
		[CONTROL_FAILED] = "the control failed",
	};
	bool changed = headline->slower.count + headline->faster.count > 0;

	if (headline->boots)
		text_add(text, "%zu %s%s%s", headline->boots, comparison->icount ? "boot" : "pair",
			 headline->boots == 1 ? "" : "s",
			 comparison->icount ? " a side" : " of boots");
	else
		text_add(text, "every figure is 0");
	if (changed)
		text_add(text, headline->one_boot_each
				       ? ", held against what memory layouts were seen to make"
				       : ", sure to 95 %% over all rows at once");
	text_add(text, "; %s.", controls[headline->control]);
}

static void (*const parts[HEADLINE_PARTS])(const struct comparison *comparison,
					   const struct headline *headline, struct text *text) = {
	[HEADLINE_CONTROL_FAILED] = add_control_failed,
	[HEADLINE_SLOWER] = add_slower,
	[HEADLINE_FASTER] = add_faster,
	[HEADLINE_REST] = add_rest,
	[HEADLINE_GROUNDS] = add_grounds,
};

void headline_add_part(const struct comparison *comparison, const struct headline *headline,
		       enum headline_part part, struct text *text)
{
	if (headline->nr_rows)
		parts[part](comparison, headline, text);
}

void headline_add(const struct comparison *comparison, const struct headline *headline,
		  struct text *text)
{
	char new[SIDE_NAME], base[SIDE_NAME];

	text_add(text, "%s against %s:", side_name(comparison->sides, headline->side, new),
		 side_name(comparison->sides, 0, base));
	if (!headline->nr_rows)
		text_add(text, " no row is there on both sides.");
	for (enum headline_part part = 0; part < HEADLINE_PARTS; part++) {
		struct text one = { 0 };

		headline_add_part(comparison, headline, part, &one);
		text->failed |= one.failed;
		if (one.length)
			text_add(text, " %s", one.text);
		text_release(&one);
	}
}

/* ---- over more than two sides ---- */

static void count_steps(const struct comparison *comparison, size_t side, size_t counts[2])
{
	counts[0] = counts[1] = 0;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t j = 0; j < row->nr_steps; j++)
			if (row->steps[j].index == side)
				counts[headline_gain(row, row->steps[j].ratio) > 1]++;
	}
}

void headline_add_steps(const struct comparison *comparison, struct text *text)
{
	static const char *const words[] = { "slower", "faster" };
	const char *before = "Since when: ";

	for (size_t side = 1; side < comparison->sides->count; side++) {
		size_t counts[2];
		char name[SIDE_NAME];

		count_steps(comparison, side, counts);
		for (size_t i = 0; i < 2; i++) {
			if (!counts[i])
				continue;
			if (i && counts[0])
				text_add(text, ", %zu %s", counts[1], words[1]);
			else
				text_add(text, "%swith %s %zu row%s %s", before,
					 side_name(comparison->sides, side, name), counts[i],
					 counts[i] == 1 ? "" : "s", words[i]);
			before = "; ";
		}
	}
	if (*before == ';')
		text_add(text, ".");
}

/* Adds a line without characters that move a cursor, and releases what was in it. */
static void add_plain(struct text *text, struct text *line)
{
	if (line->length)
		text_add(text, "%s\n", text_plain(line->text, line->text, line->room));
	text->failed |= line->failed;
	text_release(line);
}

static void add_next_lines(const struct comparison *comparison, const struct headline *headline,
			   struct text *text)
{
	struct text command = { 0 }, purpose = { 0 };

	headline_add_next(comparison, headline, &command, &purpose);
	if (command.length) {
		text_add(text, "Next, ");
		add_plain(text, &purpose);
		text_add(text, "  ");
	}
	add_plain(text, &command);
	text_release(&purpose);
}

void headline_add_lines(const struct comparison *comparison, struct text *text)
{
	struct text line = { 0 };

	for (size_t side = 1; side < comparison->sides->count; side++) {
		struct headline headline = headline_find(comparison, side);

		headline_add(comparison, &headline, &line);
		add_plain(text, &line);
		if (side == comparison->sides->count - 1)
			add_next_lines(comparison, &headline, text);
	}
	headline_add_steps(comparison, &line);
	add_plain(text, &line);
}
