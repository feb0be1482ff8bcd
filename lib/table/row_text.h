/* row_text - formats the figures of a row, in the same way for every table. */
#ifndef TABLE_ROW_TEXT_H
#define TABLE_ROW_TEXT_H

#include "compare/comparison.h"
#include "table/scale.h"

#define ROW_TEXT 64

struct verdict_text {
	char ratio[ROW_TEXT], lo[ROW_TEXT], hi[ROW_TEXT]; /* lo and hi: "" if not known */
	char p[ROW_TEXT];
	char word[ROW_TEXT]; /* "slower", "slower <2%" */
};

/* Formats a verdict, whose word must not be WORD_NONE. */
void row_text_verdict(const struct comparison *comparison, const struct row_verdict *said,
		      struct verdict_text *ret_text);

/*
 * Returns the scale for all sides of a row, from the first side that has it; but see
 * row_text_fit().
 */
struct scale row_text_scale(const struct row *row);

/* Returns @scale, or another one if @value would show no digits in it. */
struct scale row_text_fit(const struct row *row, struct scale scale, double value);

/*
 * Formats a side's median, "6.82 ms ±0.3%"; "" if the side lacks the row. Uses the row's scale
 * unless no digits would show. Returns @text.
 */
const char *row_text_median(const struct row *row, size_t side, char text[ROW_TEXT]);

/* Formats a value, "6.82 ms". Returns @text. */
const char *row_text_value(double value, struct scale scale, char text[ROW_TEXT]);

#endif
