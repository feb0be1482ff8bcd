#include <math.h>
#include <stdio.h>

#include "table/row_text.h"
#include "stats/signflip.h"

static void write_ratio(const struct verdict *verdict, struct verdict_text *text)
{
	int decimals = verdict->ratio < 9.9995 ? 3 : 1;

	snprintf(text->ratio, ROW_TEXT, "%.*f", decimals, verdict->ratio);
	if (!verdict->interval.known)
		return;
	snprintf(text->lo, ROW_TEXT, "%.*f", decimals, verdict->interval.lo);
	snprintf(text->hi, ROW_TEXT, "%.*f", decimals, verdict->interval.hi);
}

void row_text_verdict(const struct comparison *comparison, const struct row_verdict *said,
		      struct verdict_text *ret_text)
{
	size_t least = comparison->icount ? 2 : SIGNFLIP_LEAST_PAIRS;
	const struct verdict *verdict = &said->verdict;
	bool small =
		verdict->within_delta && (said->word == WORD_FASTER || said->word == WORD_SLOWER);

	*ret_text = (struct verdict_text){ .ratio = "" };
	write_ratio(verdict, ret_text);
	if (verdict->pairs < least) /* too few for a test */
		snprintf(ret_text->p, ROW_TEXT, "-");
	else if (verdict->p_adj < 0.0005)
		snprintf(ret_text->p, ROW_TEXT, "<.001");
	else
		snprintf(ret_text->p, ROW_TEXT, "%.3f", verdict->p_adj);
	snprintf(ret_text->word, ROW_TEXT, "%s%s", word_name(said->word), small ? " <2%" : "");
}

struct scale row_text_scale(const struct row *row)
{
	size_t side = 0;

	while (!row->sides[side].boots) /* a side has the row, else it would not exist */
		side++;
	return scale_for(row->unit, row->sides[side].median);
}

const char *row_text_value(double value, struct scale scale, char text[ROW_TEXT])
{
	snprintf(text, ROW_TEXT, "%.*f %.32s", scale_decimals(value / scale.factor),
		 value / scale.factor, scale.name);
	return text;
}

struct scale row_text_fit(const struct row *row, struct scale scale, double value)
{
	bool is_lost = value > 0 && value < scale.factor / 100;

	return is_lost ? scale_for(row->unit, value) : scale;
}

const char *row_text_median(const struct row *row, size_t side, char text[ROW_TEXT])
{
	const struct estimate *that = &row->sides[side];
	double off = fmax(that->hi - that->median, that->median - that->lo);
	double pct = that->median > 0 ? 100 * off / that->median : 0;
	char value[ROW_TEXT];

	text[0] = '\0';
	if (!that->boots)
		return text;
	row_text_value(that->median, row_text_fit(row, row_text_scale(row), that->median), value);
	snprintf(text, ROW_TEXT, "%.48s ±%.*f%%", value, pct < 9.95 ? 1 : 0, pct);
	return text;
}
