#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/naming.h"
#include "report/sheet.h"
#include "report/sheet_remarks.h"
#include "stats/signflip.h"

enum column { NAME, BASE, NEW, RATIO, P, PAIRS, VERDICT };

/* Control characters in what came from files are replaced: NULL, or the caller frees it. */
static char *plain_copy(const char *text)
{
	size_t room = strlen(text) + 1;
	char *plain = malloc(room);

	return plain ? (char *)(uintptr_t)text_plain(text, plain, room) : NULL;
}

static void make_plain(struct text *text)
{
	if (text->text)
		text_plain(text->text, text->text, text->room);
	text->length = text->text ? strlen(text->text) : 0;
}

/* ---- figures ---- */

struct scale {
	const char *name;
	double factor;
};

/* One scale for both sides of a row, chosen by the base. */
static struct scale scale_for(const char *unit, double value)
{
	static const struct scale times[] = { { "s", 1e9 }, { "ms", 1e6 }, { "us", 1e3 } };
	static const struct scale sizes[] = { { "GiB", 0x1p30 },
					      { "MiB", 0x1p20 },
					      { "KiB", 0x1p10 } };
	const struct scale *steps = !strcmp(unit, "ns")	     ? times
				    : !strcmp(unit, "bytes") ? sizes
							     : NULL;

	for (size_t i = 0; steps && i < 3; i++)
		if (value >= steps[i].factor)
			return steps[i];
	return (struct scale){ unit, 1 };
}

static int decimals_for(double value)
{
	double size = fabs(value);

	return size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
}

/* "6.82 ms ±0.3%"; in @scale, unless nothing would be left of the figure. */
static void add_median(struct table *table, size_t column, const struct row_side *side,
		       const char *unit, struct scale scale)
{
	bool is_lost = side->median > 0 && side->median < scale.factor / 100;
	struct scale own = is_lost ? scale_for(unit, side->median) : scale;
	double value = side->median / own.factor;
	double off = fmax(side->hi - side->median, side->median - side->lo);
	double pct = side->median > 0 ? 100 * off / side->median : 0;

	if (side->boots)
		table_cell(table, column, "%.*f %s ±%.*f%%", decimals_for(value), value, own.name,
			   pct < 9.95 ? 1 : 0, pct);
}

static void add_ratio(struct table *table, const struct verdict *verdict)
{
	int decimals = verdict->ratio < 9.9995 ? 3 : 1;

	if (verdict->interval.known)
		table_cell(table, RATIO, "%.*f [%.*f %.*f]", decimals, verdict->ratio, decimals,
			   verdict->interval.lo, decimals, verdict->interval.hi);
	else
		table_cell(table, RATIO, "%.*f", decimals, verdict->ratio);
}

static void add_p(struct table *table, const struct comparison *comparison,
		  const struct verdict *verdict)
{
	size_t least = comparison->icount ? 2 : SIGNFLIP_LEAST_PAIRS;

	if (verdict->pairs < least) /* too few for a test to say anything */
		table_cell(table, P, "-");
	else if (verdict->p_adj < 0.0005)
		table_cell(table, P, "<.001");
	else
		table_cell(table, P, "%.3f", verdict->p_adj);
}

static void add_verdict(struct table *table, const struct comparison *comparison,
			const struct row_verdict *said)
{
	bool small = said->verdict.within_delta &&
		     (said->word == WORD_FASTER || said->word == WORD_SLOWER);

	table_cell(table, VERDICT, "%s%s%s", word_name(said->word), small ? " <2%" : "",
		   comparison->gated && said->verdict.gate_failed ? " *" : "");
}

static void add_line(struct table *table, const struct comparison *comparison,
		     const struct row *row, size_t side, struct text *name)
{
	const struct row_verdict *said = &row->verdicts[side];
	struct scale scale = scale_for(row->unit, row->sides[0].median);
	char unit[32];

	make_plain(name);
	table_row(table);
	table_cell(table, NAME, "%s%s", name->text ? name->text : "",
		   row->too_short ? " (too short)" : "");
	text_plain(row->unit, unit, sizeof(unit));
	if (scale.factor == 1)
		scale.name = unit;
	add_median(table, BASE, &row->sides[0], unit, scale);
	add_median(table, NEW, &row->sides[side], unit, scale);
	if (said->word == WORD_NONE) {
		table_cell(table, VERDICT, "not compared");
		return;
	}
	add_ratio(table, &said->verdict);
	add_p(table, comparison, &said->verdict);
	table_cell(table, PAIRS, "%zu", said->verdict.pairs);
	add_verdict(table, comparison, said);
}

/* ---- blocks ---- */

static size_t bench_length(const struct row *row)
{
	return strcspn(row->cell, "/");
}

/* Cells of one benchmark that name the same parameters fit under one header. */
static bool is_one_block(const struct row *a, const struct row *b)
{
	size_t length = bench_length(a);

	return length == bench_length(b) && !strncmp(a->cell, b->cell, length) &&
	       !strcmp(a->metric, b->metric) && naming_is_alike(a->cell, b->cell);
}

static bool begins_block(const struct comparison *comparison, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (is_one_block(&comparison->rows[i], &comparison->rows[row]))
			return false;
	return true;
}

static void begin_table(struct sheet_block *block, const struct comparison *comparison)
{
	static const struct {
		const char *header;
		enum table_align align;
	} columns[] = {
		[NAME] = { "", TABLE_LEFT },
		[BASE] = { "base", TABLE_RIGHT },
		[NEW] = { "new", TABLE_RIGHT },
		[RATIO] = { "new/base [95 %]", TABLE_LEFT },
		[P] = { "p", TABLE_RIGHT },
		[PAIRS] = { "pairs", TABLE_RIGHT },
		[VERDICT] = { "verdict", TABLE_LEFT },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		table_column(&block->table,
			     i == NAME				? block->header.text
			     : i == PAIRS && comparison->icount ? "boots"
								: columns[i].header,
			     columns[i].align);
}

static int fill_block(struct sheet_block *block, const struct comparison *comparison, size_t side,
		      const struct row *const *rows, size_t count, const struct naming *naming)
{
	const struct row *first = rows[0];

	text_add(&block->heading, "%.*s %s%s%s", (int)bench_length(first), first->cell,
		 first->metric, naming->common.length ? ": " : "", naming->common.text);
	if (comparison->sides->count > 2)
		text_add(&block->heading, " (%s)", comparison->sides->list[side].label);
	text_add(&block->header, "%s", naming->header.length ? naming->header.text : "cell");
	make_plain(&block->heading);
	make_plain(&block->header);
	if (block->heading.failed || block->header.failed)
		return -ENOMEM;
	begin_table(block, comparison);
	for (size_t i = 0; i < count; i++) {
		struct text name = { 0 };

		naming_shorten(naming, rows[i]->cell, &name);
		if (!name.length) /* all there is to say stands in the heading */
			text_add(&name, "%.*s", (int)bench_length(first), first->cell);
		add_line(&block->table, comparison, rows[i], side, &name);
		block->table.failed |= name.failed;
		text_release(&name);
	}
	return block->table.failed ? -ENOMEM : 0;
}

static int add_block(struct sheet *sheet, const struct comparison *comparison, size_t side,
		     size_t first)
{
	const struct row **rows = calloc(comparison->nr_rows, sizeof(*rows));
	const char **cells = calloc(comparison->nr_rows, sizeof(*cells));
	struct sheet_block *grown = realloc(sheet->blocks, (sheet->nr_blocks + 1) * sizeof(*grown));
	struct naming naming = { 0 };
	size_t count = 0;
	int ret = -ENOMEM;

	if (grown)
		sheet->blocks = grown;
	if (!rows || !cells || !grown)
		goto out_free;
	rows[0] = &comparison->rows[first];
	cells[count++] = rows[0]->cell;
	for (size_t i = first + 1; i < comparison->nr_rows; i++) {
		if (!is_one_block(rows[0], &comparison->rows[i]))
			continue;
		rows[count] = &comparison->rows[i];
		cells[count++] = comparison->rows[i].cell;
	}
	ret = naming_make(cells, count, &naming);
	if (ret)
		goto out_free;
	grown[sheet->nr_blocks] = (struct sheet_block){ .table.nr_rows = 0 };
	ret = fill_block(&grown[sheet->nr_blocks++], comparison, side, rows, count, &naming);
	naming_release(&naming);
out_free:
	free(rows);
	free(cells);
	return ret;
}

/* ---- the sheet ---- */

static void add_fact(struct text *text, const char *fact)
{
	if (fact[0])
		text_add(text, "%s%s", text->length ? ", " : "", fact);
}

/* Where and with what, by the base's first boot: what the others have alike, or it is told below. */
static void add_place(struct sheet *sheet, const struct comparison *comparison)
{
	const json_t *run = comparison->sides->list[0].boots[0]->run;
	const char *cpu = json_string_value(
		json_object_get(json_object_get(json_object_get(run, "host"), "cpu"), "model"));
	const char *from = run_text(run, "imported", "from");
	struct text place = { 0 };

	add_fact(&place, cpu ? cpu : "");
	if (strcmp(run_text(run, "host", "virtual"), "none") != 0)
		add_fact(&place, run_text(run, "host", "virtual"));
	add_fact(&place, comparison->icount ? "icount" : "wall clock");
	if (from[0])
		text_add(&place, ", figures of %s", from);
	else
		text_add(&place, ", dmabench %s", run_text(run, "tool", "version"));
	make_plain(&place);
	text_add(&sheet->sides, "on    %s\n", place.text ? place.text : "");
	sheet->sides.failed |= place.failed;
	text_release(&place);
}

static void add_side(struct sheet *sheet, const struct comparison *comparison, size_t number)
{
	const struct side *side = &comparison->sides->list[number];
	char *label = plain_copy(side->label);

	text_add(&sheet->sides, "%s  %s, %zu boot%s", number ? "new " : "base", label ? label : "",
		 side->nr_boots, side->nr_boots == 1 ? "" : "s");
	if (number && !comparison->icount)
		text_add(&sheet->sides, ", %zu pair%s %s", comparison->pairings[number].count,
			 comparison->pairings[number].count == 1 ? "" : "s",
			 comparison->pairings[number].how == PAIRED_BY_SERIES
				 ? "as drawn by the lab"
				 : "made by start order");
	text_add(&sheet->sides, "\n");
	sheet->sides.failed |= !label;
	free(label);
}

int sheet_make(const struct comparison *comparison, struct sheet *ret_sheet)
{
	struct sheet sheet = { 0 };
	int ret = 0;

	for (size_t i = 0; i < comparison->sides->count; i++)
		add_side(&sheet, comparison, i);
	add_place(&sheet, comparison);
	for (size_t side = 1; side < comparison->sides->count; side++)
		for (size_t i = 0; i < comparison->nr_rows && !ret; i++)
			if (begins_block(comparison, i))
				ret = add_block(&sheet, comparison, side, i);
	if (!ret)
		sheet_add_remarks(comparison, &sheet.remarks);
	if (sheet.sides.failed || sheet.remarks.failed)
		ret = -ENOMEM;
	if (ret) {
		sheet_release(&sheet);
		return ret;
	}
	*ret_sheet = sheet;
	return 0;
}

void sheet_release(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->nr_blocks; i++) {
		text_release(&sheet->blocks[i].heading);
		text_release(&sheet->blocks[i].header);
		table_release(&sheet->blocks[i].table);
	}
	free(sheet->blocks);
	text_release(&sheet->sides);
	text_release(&sheet->remarks);
	*sheet = (struct sheet){ 0 };
}
