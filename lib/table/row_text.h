/*
 * row_text - the figures of a row as people read them, the same in every table.
 */
#ifndef TABLE_ROW_TEXT_H
#define TABLE_ROW_TEXT_H

#include "compare/comparison.h"
#include "table/scale.h"

#define ROW_TEXT 64

struct verdict_text {
	char ratio[ROW_TEXT], lo[ROW_TEXT], hi[ROW_TEXT]; /* lo and hi: "" where not known */
	char p[ROW_TEXT];
	char word[ROW_TEXT]; /* "slower", "slower <2%" */
};

/* Of what was compared: word is not WORD_NONE. */
void row_text_verdict(const struct comparison *comparison, const struct row_verdict *said,
		      struct verdict_text *ret_text);

/* One for all sides of a row, by the first that has it; but see row_text_fit(). */
struct scale row_text_scale(const struct row *row);

/* @scale, unless nothing would be left of @value in it. */
struct scale row_text_fit(const struct row *row, struct scale scale, double value);

/*
 * "6.82 ms ±0.3%"; "" where the side lacks the row. In the scale of the row, unless nothing would
 * be left of the figure. Returns @text.
 */
const char *row_text_median(const struct row *row, size_t side, char text[ROW_TEXT]);

/* "6.82 ms". Returns @text. */
const char *row_text_value(double value, struct scale scale, char text[ROW_TEXT]);

#endif
