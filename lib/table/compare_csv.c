/*
 * Prints a comparison for spreadsheets, a line per row and side: RFC 4180, with each column's unit
 * in its header.
 */
#include <math.h>
#include <string.h>

#include "profile/why.h"
#include "table/compare_formats.h"

#define NOTHING NAN /* an empty field */

#define BECAUSE_HEADERS \
	",function,module,kind,base [per operation],new [per operation],base calls,new calls"
#define NR_BECAUSE 7

/*
 * Prints text, quoted if it must be. Characters that move a terminal's cursor are replaced, so that
 * lines are not broken.
 */
static void print_text(FILE *file, const char *text)
{
	char plain[1024];

	text_plain(text, plain, sizeof(plain));
	if (!strpbrk(plain, ",\" ")) {
		fputs(plain, file);
		return;
	}
	fputc('"', file);
	for (const char *at = plain; *at; at++) {
		if (*at == '"')
			fputc('"', file);
		fputc(*at, file);
	}
	fputc('"', file);
}

static void print_number(FILE *file, double value)
{
	if (isfinite(value))
		fprintf(file, ",%.15g", value);
	else
		fputc(',', file);
}

static void print_side(FILE *file, const char *label, const struct estimate *side)
{
	bool has = side->boots > 0;

	fputc(',', file);
	print_text(file, label);
	fprintf(file, ",%zu,%zu", side->boots, side->samples);
	print_number(file, has ? side->median : NOTHING);
	print_number(file, has ? side->lo : NOTHING);
	print_number(file, has ? side->hi : NOTHING);
}

/*
 * Ends a line. Where rows are explained, each has further columns: in lines of their own, one for
 * each function, and empty in all others.
 */
static void end_line(FILE *file, const struct comparison *comparison, size_t filled)
{
	for (size_t i = filled; i < NR_BECAUSE && comparison->explained; i++)
		fputc(',', file);
	fputs("\r\n", file);
}

static void print_row(FILE *file, const struct comparison *comparison, const struct row *row,
		      size_t side)
{
	const struct row_verdict *said = &row->verdicts[side];
	const struct interval *interval = &said->verdict.interval;

	print_text(file, row->cell);
	fputc(',', file);
	print_text(file, row->metric);
	fputc(',', file);
	print_text(file, row->unit);
	print_side(file, comparison->sides->list[0].label, &row->sides[0]);
	print_side(file, comparison->sides->list[side].label, &row->sides[side]);
	print_number(file, said->verdict.ratio);
	print_number(file, interval->known ? interval->lo : NOTHING);
	print_number(file, interval->known ? interval->hi : NOTHING);
	print_number(file, said->verdict.p_adj);
	fprintf(file, ",%zu,%s,", said->verdict.pairs, word_name(said->word));
	print_text(file, said->why);
	end_line(file, comparison, 0);
}

/* Prints a line for each function by which a row is explained. */
static void print_because(FILE *file, const struct comparison *comparison, const struct row *row,
			  size_t side)
{
	const struct why *why = row->verdicts[side].because;

	for (size_t i = 0; why && i < why->nr_named; i++) {
		const struct why_line *line = &why->lines[i];

		print_text(file, row->cell);
		fputc(',', file);
		print_text(file, row->metric);
		fprintf(file, ",%s,", why->is_samples ? row->unit : why->unit);
		print_text(file, comparison->sides->list[0].label);
		fputs(",,,,,,", file);
		print_text(file, comparison->sides->list[side].label);
		fputs(",,,,,,,,,,,because,,", file);
		print_text(file, line->name);
		fputc(',', file);
		print_text(file, line->module);
		fprintf(file, ",%s", why_kind_name(line->kind));
		for (int when = BEFORE; when < NR_WHEN; when++)
			print_number(file, line->value[when]);
		for (int when = BEFORE; when < NR_WHEN; when++)
			print_number(file, why->is_samples ? NOTHING : line->calls[when]);
		end_line(file, comparison, NR_BECAUSE);
	}
}

/* Prints a cell that was left out, with empty figures. */
static void print_left_out(FILE *file, const struct comparison *comparison,
			   const struct left_out *one)
{
	print_text(file, one->cell);
	fputs(",,,,,,,,,,,,,,,,,,,,not compared,", file); /* 19 empty fields between the two */
	print_text(file, one->why);
	end_line(file, comparison, 0);
}

int compare_csv_print(const struct comparison *comparison, FILE *file, bool colour,
		      struct reason *reason)
{
	(void)colour, (void)reason;
	fputs("cell,metric,unit,"
	      "base,base boots,base samples,base median [unit],base lo [unit],base hi [unit],"
	      "new,new boots,new samples,new median [unit],new lo [unit],new hi [unit],"
	      "ratio [new/base],ratio lo [new/base],ratio hi "
	      "[new/base],p_adj,pairs,verdict,why",
	      file);
	fputs(comparison->explained ? BECAUSE_HEADERS "\r\n" : "\r\n", file);
	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 1; side < comparison->sides->count; side++)
			if (comparison->rows[i].verdicts[side].word != WORD_NONE) {
				print_row(file, comparison, &comparison->rows[i], side);
				print_because(file, comparison, &comparison->rows[i], side);
			}
	for (size_t i = 0; i < comparison->nr_left_out; i++)
		print_left_out(file, comparison, &comparison->left_out[i]);
	return 0;
}
