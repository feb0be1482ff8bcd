#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table/block.h"
#include "table/headline_words.h"
#include "table/row_text.h"
#include "table/sheet.h"
#include "table/remarks.h"

enum column { NAME, BASE, NEW, RATIO, P, PAIRS, VERDICT };

/*
 * Copies text from a file with its control characters replaced. The caller frees it; NULL without
 * memory.
 */
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

/* ---- a line ---- */

static void add_verdict(struct table *table, const struct comparison *comparison,
			const struct row_verdict *said)
{
	bool failed = comparison->gated && said->verdict.gate_failed;
	struct verdict_text text;

	row_text_verdict(comparison, said, &text);
	if (text.lo[0])
		table_cell(table, RATIO, "%s [%s %s]", text.ratio, text.lo, text.hi);
	else
		table_cell(table, RATIO, "%s", text.ratio);
	table_cell(table, P, "%s", text.p);
	table_cell(table, PAIRS, "%zu", said->verdict.pairs);
	table_cell(table, VERDICT, "%s%s", text.word, failed ? " *" : "");
}

static void add_line(struct table *table, const struct comparison *comparison,
		     const struct row *row, size_t side, struct text *name)
{
	const struct row_verdict *said = &row->verdicts[side];
	char median[ROW_TEXT], plain[ROW_TEXT];

	make_plain(name);
	table_row(table);
	table_cell(table, NAME, "%s%s", name->text ? name->text : "",
		   row->too_short ? " (too short)" : "");
	row_text_median(row, 0, median);
	table_cell(table, BASE, "%s", text_plain(median, plain, sizeof(plain)));
	row_text_median(row, side, median);
	table_cell(table, NEW, "%s", text_plain(median, plain, sizeof(plain)));
	if (said->word == WORD_NONE)
		table_cell(table, VERDICT, "not compared");
	else
		add_verdict(table, comparison, said);
}

/* ---- blocks ---- */

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

/* Lays out why rows of the block changed, as far as that is known. */
static int add_whys(struct sheet_block *sheet, size_t side, const struct block *block)
{
	int ret = 0;

	sheet->whys = calloc(block->count + 1, sizeof(*sheet->whys));
	if (!sheet->whys)
		return -ENOMEM;
	for (size_t i = 0; i < block->count && !ret; i++) {
		const struct row *row = block->rows[i];

		if (row->verdicts[side].because)
			ret = why_table_make(row->verdicts[side].because, row->cell, row->metric,
					     &sheet->whys[sheet->nr_whys++]);
	}
	return ret;
}

static int fill_block(struct sheet_block *sheet, const struct comparison *comparison, size_t side,
		      const struct block *block)
{
	const struct naming *naming = &block->naming;

	block_head(block, &sheet->heading);
	if (comparison->sides->count > 2)
		text_add(&sheet->heading, " (%s)", comparison->sides->list[side].label);
	text_add(&sheet->header, "%s", naming->header.length ? naming->header.text : "cell");
	make_plain(&sheet->heading);
	make_plain(&sheet->header);
	if (sheet->heading.failed || sheet->header.failed)
		return -ENOMEM;
	begin_table(sheet, comparison);
	for (size_t i = 0; i < block->count; i++) {
		struct text name = { 0 };

		block_name(block, i, &name);
		add_line(&sheet->table, comparison, block->rows[i], side, &name);
		sheet->table.failed |= name.failed;
		text_release(&name);
	}
	return sheet->table.failed ? -ENOMEM : add_whys(sheet, side, block);
}

static int add_blocks(struct sheet *sheet, const struct comparison *comparison,
		      const struct blocks *blocks)
{
	size_t sides = comparison->sides->count;
	int ret = 0;

	sheet->blocks = calloc(blocks->count * sides + 1, sizeof(*sheet->blocks));
	if (!sheet->blocks)
		return -ENOMEM;
	for (size_t side = 1; side < sides; side++)
		for (size_t i = 0; i < blocks->count && !ret; i++)
			ret = fill_block(&sheet->blocks[sheet->nr_blocks++], comparison, side,
					 &blocks->list[i]);
	return ret;
}

/* ---- the sheet ---- */

static void add_fact(struct text *text, const char *fact)
{
	if (fact[0])
		text_add(text, "%s%s", text->length ? ", " : "", fact);
}

/*
 * Adds host and tool, taken from the base's first boot: others are alike, or differences are listed
 * below.
 */
static void add_place(struct sheet *sheet, const struct comparison *comparison)
{
	const json_t *run = comparison->sides->list[0].boots[0]->run;
	const char *from = run_text(run, "imported", "from");
	struct text place = { 0 };

	add_fact(&place, run_cpu_model(run));
	if (strcmp(run_text(run, "host", "virtual"), "none") != 0)
		add_fact(&place, run_text(run, "host", "virtual"));
	add_fact(&place, comparison->icount ? "icount" : "wall clock");
	if (from[0])
		text_add(&place, ", figures of %s", from);
	else
		text_add(&place, ", dmabench %s", run_text(run, "tool", "version"));
	make_plain(&place);
	text_add(&sheet->sides, "on    %s\n", place.text ? place.text : "");
	if (comparison->likeness.two_hosts)
		text_add(&sheet->sides, "TWO MACHINES, by --allow host: a difference may be the "
					"machine's, not the kernel's\n");
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
			 comparison->pairings[number].basis == PAIRED_BY_SERIES
				 ? "as drawn by the lab"
				 : "made by start order");
	text_add(&sheet->sides, "\n");
	sheet->sides.failed |= !label;
	free(label);
}

int sheet_make(const struct comparison *comparison, struct sheet *ret_sheet)
{
	struct sheet sheet = { 0 };
	struct blocks blocks;
	int ret = blocks_make(comparison, &blocks);

	if (ret)
		return ret;
	for (size_t i = 0; i < comparison->sides->count; i++)
		add_side(&sheet, comparison, i);
	add_place(&sheet, comparison);
	ret = add_blocks(&sheet, comparison, &blocks);
	blocks_release(&blocks);
	if (!ret) {
		headline_add_lines(comparison, &sheet.headline);
		sheet_add_remarks(comparison, &sheet.remarks);
	}
	if (sheet.sides.failed || sheet.headline.failed || sheet.remarks.failed)
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
		for (size_t j = 0; j < sheet->blocks[i].nr_whys; j++)
			why_table_release(&sheet->blocks[i].whys[j]);
		free(sheet->blocks[i].whys);
	}
	free(sheet->blocks);
	text_release(&sheet->headline);
	text_release(&sheet->sides);
	text_release(&sheet->remarks);
	*sheet = (struct sheet){ 0 };
}
