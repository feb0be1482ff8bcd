#include <stdio.h>
#include <string.h>

#include "compare/gate.h"
#include "table/remarks.h"
#include "stats/exact.h"

static void add_plain(struct text *text, const char *from)
{
	char plain[400];

	text_add(text, "%s", text_plain(from, plain, sizeof(plain)));
}

static const struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

static void add_row_name(struct text *text, const struct row *row)
{
	add_plain(text, row->cell);
	text_add(text, " ");
	add_plain(text, row->metric);
}

/* ---- the summary ---- */

static void add_summary(const struct comparison *comparison, size_t side, struct text *text)
{
	size_t counts[WORD_UNRESOLVED + 1] = { 0 }, total = 0;
	const char *before = ": ";

	for (size_t i = 0; i < comparison->nr_rows; i++)
		counts[comparison->rows[i].verdicts[side].word]++;
	for (enum word word = WORD_FASTER; word <= WORD_UNRESOLVED; word++)
		total += counts[word];
	if (!total)
		return;
	text_add(text, "%zu row%s", total, total == 1 ? "" : "s");
	if (comparison->sides->count > 2) {
		text_add(text, " of ");
		add_plain(text, side_of(comparison, side)->label);
	}
	for (enum word word = WORD_FASTER; word <= WORD_UNRESOLVED; word++) {
		if (!counts[word])
			continue;
		text_add(text, "%s%zu %s", before, counts[word], word_name(word));
		before = ", ";
	}
	text_add(text, "\n");
}

/* ---- unresolved rows, by remedy ---- */

/* Rows that are unresolved for one reason, and those that need the fewest and the most boots. */
struct group {
	size_t count;
	const struct row_verdict *least, *most;
};

/*
 * Groups the rows with the doubt of row @first; the group is empty if an earlier row has that
 * doubt.
 */
static struct group gather(const struct comparison *comparison, size_t side, size_t first)
{
	const struct row_verdict *least = &comparison->rows[first].verdicts[side];
	struct group group = { .least = least, .most = least };

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row_verdict *said = &comparison->rows[i].verdicts[side];

		if (said->word != WORD_UNRESOLVED || said->doubt != least->doubt)
			continue;
		if (i < first)
			return (struct group){ 0 };
		group.count++;
		if (said->verdict.pairs_wanted > group.most->verdict.pairs_wanted)
			group.most = said;
		if (said->verdict.pairs_wanted < group.least->verdict.pairs_wanted)
			group.least = said;
	}
	return group;
}

void sheet_add_unresolved(const struct comparison *comparison, size_t side, struct text *text)
{
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		struct group group = { 0 };

		if (comparison->rows[i].verdicts[side].word == WORD_UNRESOLVED)
			group = gather(comparison, side, i);
		if (!group.count)
			continue;
		text_add(text, "unresolved, %zu row%s: %s\n", group.count,
			 group.count == 1 ? "" : "s", group.least->why);
		if (group.most->remedy && strcmp(group.least->why, group.most->why) != 0)
			text_add(text, "  the last of them: %s\n",
				 group.most->why + group.most->remedy);
	}
}

/* ---- what was left out ---- */

static void add_left_out(const struct comparison *comparison, struct text *text)
{
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		const struct left_out *one = &comparison->left_out[i];
		size_t more = 0;
		bool told = false;

		for (size_t j = 0; j < comparison->nr_left_out; j++) {
			bool alike = !strcmp(one->why, comparison->left_out[j].why);

			told |= alike && j < i;
			more += alike && j > i;
		}
		if (told)
			continue;
		text_add(text, "not compared: ");
		add_plain(text, one->cell);
		if (more)
			text_add(text, " and %zu more", more);
		text_add(text, "\n  ");
		add_plain(text, one->why);
		text_add(text, "\n");
	}
}

/* ---- the gate ---- */

static void add_strict(const struct comparison *comparison, struct text *text)
{
	struct gate_doubts doubts;
	const char *more;

	if (!comparison->strict)
		return;
	doubts = gate_doubts(comparison);
	more = doubts.verdicts == 1 ? "" : "s";
	text_add(text, "gate, strict: %s\n",
		 gate_has_doubts(comparison) ? "NOT JUDGED"
					     : "each row is shown not to be worse by more");
	if (doubts.verdicts)
		text_add(text,
			 "  %zu verdict%s can neither fail nor pass: the interval reaches over "
			 "%g %%, or is not known\n",
			 doubts.verdicts, more, comparison->gate_pct);
	if (doubts.lost)
		text_add(text, "  %zu of the base's cells %s not measured by a new side\n",
			 doubts.lost, doubts.lost == 1 ? "was" : "were");
	if (doubts.control_failed)
		text_add(text, "  the null control differs\n");
}

static void add_gate(const struct comparison *comparison, struct text *text)
{
	if (!comparison->gated)
		return;
	text_add(text, "gate %g%%: %s\n", comparison->gate_pct,
		 comparison->nr_gate_failed
			 ? "FAILED, beyond doubt worse by more than that (*):"
			 : "passed, no row is beyond doubt worse by more than that");
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t side = 1; side < comparison->sides->count; side++) {
			if (!row->verdicts[side].verdict.gate_failed)
				continue;
			text_add(text, "  ");
			add_row_name(text, row);
			text_add(text, ": x%.3f in ", row->verdicts[side].verdict.ratio);
			add_plain(text, side_of(comparison, side)->label);
			text_add(text, "\n");
		}
	}
	if (comparison_ungated(comparison))
		text_add(text, "  %zu of %zu verdicts cannot fail it: too few pairs of boots\n",
			 comparison_ungated(comparison),
			 comparison->nr_rows * (comparison->sides->count - 1));
	if (comparison->nr_left_out)
		text_add(text, "  what is not compared (%zu) is not gated\n",
			 comparison->nr_left_out);
	add_strict(comparison, text);
}

/* ---- over more than two sides ---- */

static void add_steps(const struct comparison *comparison, struct text *text)
{
	size_t steps = 0;

	if (comparison->sides->count < 3)
		return;
	for (size_t i = 0; i < comparison->nr_rows; i++)
		steps += comparison->rows[i].nr_steps;
	text_add(text, "trend: %s\n",
		 steps ? "steps from one side to the next, corrected over all rows:"
		       : "no step from one side to the next is beyond doubt");
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t j = 0; j < row->nr_steps; j++) {
			text_add(text, "  ");
			add_row_name(text, row);
			text_add(text, ": x%.3f from ", row->steps[j].ratio);
			add_plain(text, side_of(comparison, row->steps[j].index)->label);
			text_add(text, " on, p %.4f\n", row->steps[j].p);
		}
	}
}

/* ---- how the figures were made ---- */

static void add_pairing(const struct comparison *comparison, size_t side, struct text *text)
{
	const struct pairing *pairing = &comparison->pairings[side];
	size_t left = pairing->base_left + pairing->new_left;

	if (comparison->icount)
		return;
	if (pairing->basis == PAIRED_BY_START)
		text_add(text, "pairs made by start order: the order was not random\n");
	if (!left)
		return;
	text_add(text, "%zu boot%s ", left, left == 1 ? "" : "s");
	if (pairing->base_left && pairing->new_left)
		text_add(text, "(%zu of base, %zu of ", pairing->base_left, pairing->new_left);
	else
		text_add(text, "%s", pairing->base_left ? "(of base" : "(of ");
	if (pairing->new_left)
		add_plain(text, side_of(comparison, side)->label);
	text_add(text, ") without a partner count in no ratio\n");
}

static void add_allowed(const struct comparison *comparison, struct text *text)
{
	for (size_t i = 0; i < comparison->likeness.count; i++) {
		const struct difference *one = &comparison->likeness.list[i];

		text_add(text, "allowed to differ: ");
		add_plain(text, one->key);
		text_add(text, " (");
		add_plain(text, one->left);
		text_add(text, ", ");
		add_plain(text, one->right);
		text_add(text, ")\n");
	}
}

static void add_null_control(const struct comparison *comparison, struct text *text)
{
	static const char *const words[] = {
		[CONTROL_NONE] = "none; a matrix with null (op=nothing) has one",
		[CONTROL_UNRESOLVED] = "unresolved by these boots",
		[CONTROL_PASSED] = "passed, what no kernel can change does not differ",
		[CONTROL_FAILED] = ("FAILED, a row that no kernel can change differs: all verdicts "
				    "are advisory"),
	};

	text_add(text, "null control: %s\n", words[comparison_null_control(comparison)]);
}

/* Returns the fewest boots per side of all rows that differ; 0 if none does. */
static size_t fewest_boots(const struct comparison *comparison)
{
	size_t fewest = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		for (size_t side = 1; side < comparison->sides->count; side++) {
			const struct row_verdict *said = &comparison->rows[i].verdicts[side];

			if (said->word == WORD_FASTER || said->word == WORD_SLOWER)
				fewest = !fewest || said->verdict.pairs < fewest
						 ? said->verdict.pairs
						 : fewest;
		}
	}
	return fewest;
}

/* Warns of what few boots can hide if each has its own memory layout: see exact.h. */
void sheet_add_layouts(const struct comparison *comparison, struct text *text)
{
	size_t fewest = fewest_boots(comparison);

	if (!comparison->icount || comparison->fixed_layout || !fewest ||
	    fewest >= EXACT_BOOTS_SAMPLED)
		return;
	if (fewest == 1)
		text_add(text,
			 "caution: one boot a side, each with a memory layout of its own: the "
			 "bracket is what layouts\n  were seen to make, not measured here; "
			 "lab run --boots %d measures it\n",
			 EXACT_BOOTS_SAMPLED);
	else
		text_add(text,
			 "caution: each boot has a memory layout of its own, and of %zu a side "
			 "chance may give all of\n  one side another kind: %d boots a side make "
			 "that rare\n",
			 fewest, EXACT_BOOTS_SAMPLED);
}

static bool has_spread(const struct comparison *comparison, enum spread spread)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t j = 0; j < comparison->sides->count; j++)
			if (comparison->rows[i].sides[j].spread == spread)
				return true;
	return false;
}

static void add_legend(const struct comparison *comparison, struct text *text)
{
	static const struct {
		enum spread spread;
		const char *legend;
	} legends[] = {
		{ SPREAD_INTERVAL, "95 % interval of the median over boots" },
		{ SPREAD_RANGE, "range of the boots (fewer than 6)" },
		{ SPREAD_QUARTILES, "quartiles within the one boot" },
	};
	const char *before = "±: ";

	if (!comparison->nr_rows)
		return;
	for (size_t i = 0; i < sizeof(legends) / sizeof(legends[0]); i++) {
		if (!has_spread(comparison, legends[i].spread))
			continue;
		text_add(text, "%s%s", before, legends[i].legend);
		before = "; ";
	}
	text_add(text,
		 "\np: corrected over all rows%s (%zu); same: within %.0f %%; a row is the median "
		 "of boots\n",
		 comparison->sides->count > 2 ? " of a side" : "", comparison->nr_judged,
		 100 * COMPARISON_DELTA);
	text_add(text, "%s\n",
		 comparison->icount ? "icount: executed instructions, not hardware time"
				    : "wall: exact sign-flip test over boot pairs (joint max-T)");
}

void sheet_add_remarks(const struct comparison *comparison, struct text *text)
{
	for (size_t side = 1; side < comparison->sides->count; side++) {
		add_summary(comparison, side, text);
		sheet_add_unresolved(comparison, side, text);
		add_pairing(comparison, side, text);
	}
	add_left_out(comparison, text);
	add_steps(comparison, text);
	add_gate(comparison, text);
	sheet_add_whys(comparison, text);
	sheet_add_layouts(comparison, text);
	add_null_control(comparison, text);
	add_allowed(comparison, text);
	add_legend(comparison, text);
}
