/* Plots a forest: the ratio of each row against the base, with its interval, for each side. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table/naming.h"
#include "plot/dots.h"
#include "plot/kinds.h"
#include "result/cell_name.h"

#define MOST_DOTS 90 /* rows times sides: more cannot be read */

struct forest {
	const struct plot_source *source;
	const struct row **rows; /* rows that are shown, grouped by metric */
	size_t count, of;
	struct naming naming;
	struct figure *figure;
	struct tally tally;
};

static size_t nr_new(const struct forest *forest)
{
	return forest->source->sides->count - 1;
}

static bool is_compared(const struct comparison *comparison, const struct row *row)
{
	for (size_t i = 1; i < comparison->sides->count; i++)
		if (row->verdicts[i].word != WORD_NONE)
			return true;
	return false;
}

/* Weighs a row by how far it is from 1 on any side; rows that differ weigh more than all others. */
static double weight(const struct row *row, size_t nr_sides)
{
	double most = 0;

	for (size_t i = 1; i < nr_sides; i++) {
		enum word word = row->verdicts[i].word;
		double off = fabs(log(row->verdicts[i].verdict.ratio));

		if (word == WORD_FASTER || word == WORD_SLOWER)
			off += 1000;
		if (word != WORD_NONE)
			most = fmax(most, off);
	}
	return most;
}

static int by_weight(const void *a, const void *b, void *nr_sides)
{
	const struct row *left = *(const struct row *const *)a;
	const struct row *right = *(const struct row *const *)b;
	double x = weight(left, *(size_t *)nr_sides), y = weight(right, *(size_t *)nr_sides);

	if (x != y)
		return x > y ? -1 : 1;
	return left < right ? -1 : left > right;
}

static int by_place(const void *a, const void *b)
{
	const struct row *left = *(const struct row *const *)a;
	const struct row *right = *(const struct row *const *)b;

	return left < right ? -1 : left > right;
}

/* Groups rows by metric, in the order in which metrics first occur. */
static void group_by_metric(struct forest *forest)
{
	for (size_t i = 1; i < forest->count; i++) {
		const struct row *row = forest->rows[i];
		size_t at = i;

		while (at && strcmp(forest->rows[at - 1]->metric, row->metric) != 0)
			at--;
		if (!at)
			continue;
		memmove(&forest->rows[at + 1], &forest->rows[at], (i - at) * sizeof(row));
		forest->rows[at] = row;
	}
}

static int choose_rows(struct forest *forest, const char *bench)
{
	const struct comparison *comparison = forest->source->comparison;
	size_t sides = forest->source->sides->count;
	size_t most = MOST_DOTS / nr_new(forest) > 12 ? MOST_DOTS / nr_new(forest) : 12;

	forest->rows = calloc(comparison->nr_rows + 1, sizeof(*forest->rows));
	if (!forest->rows)
		return -ENOMEM;
	for (size_t i = 0; i < comparison->nr_rows; i++)
		if (cell_is_of(comparison->rows[i].cell, bench) &&
		    is_compared(comparison, &comparison->rows[i]))
			forest->rows[forest->of++] = &comparison->rows[i];
	forest->count = forest->of < most ? forest->of : most;
	if (forest->of)
		qsort_r(forest->rows, forest->of, sizeof(*forest->rows), by_weight, &sides);
	if (forest->count)
		qsort(forest->rows, forest->count, sizeof(*forest->rows), by_place);
	group_by_metric(forest);
	return 0;
}

static int name_rows(struct forest *forest)
{
	const char **cells = calloc(forest->count, sizeof(*cells));
	int ret;

	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < forest->count; i++)
		cells[i] = forest->rows[i]->cell;
	ret = naming_make(cells, forest->count, &forest->naming);
	free(cells);
	return ret;
}

static struct dot make_dot(const struct row_verdict *said)
{
	const struct verdict *verdict = &said->verdict;
	bool known = verdict->interval.known;

	if (said->word == WORD_NONE)
		return (struct dot){ .x = NAN };
	return (struct dot){ .x = verdict->ratio,
			     .lo = known ? verdict->interval.lo : verdict->ratio,
			     .hi = known ? verdict->interval.hi : verdict->ratio,
			     .hollow = said->word != WORD_FASTER && said->word != WORD_SLOWER };
}

static bool begins_metric(const struct forest *forest, size_t number)
{
	return !number ||
	       strcmp(forest->rows[number]->metric, forest->rows[number - 1]->metric) != 0;
}

static void add_tally(struct forest *forest)
{
	for (size_t i = 0; i < forest->count; i++)
		for (size_t side = 0; side < forest->source->sides->count; side++) {
			const struct estimate *that = &forest->rows[i]->sides[side];
			const struct estimate seen = { .boots = that->boots,
						       .samples = that->samples };

			tally_add(&forest->tally, side, &seen);
		}
	forest->tally.spreads = 0; /* bars are of ratios, which the foot explains itself */
}

static void add_legend(struct forest *forest)
{
	struct figure *figure = forest->figure;
	double x = 0;

	for (size_t side = 1; side <= nr_new(forest); side++) {
		const struct figure_style *style = figure_style(side);
		struct text name = { 0 };

		plot_add_side(&name, plot_side(forest->source, side));
		plot_add_series(figure, &x, style, style->shape, &name);
	}
	figure_legend(figure, &x, FIGURE_FAINT, 7, "differs beyond doubt");
	figure_legend(figure, &x, FIGURE_FAINT, 6, "not shown to differ");
	figure_end_legend(figure);
}

static void add_rows(struct forest *forest, struct dots *dots)
{
	for (size_t i = 0; i < forest->count; i++) {
		const struct row *row = forest->rows[i];
		struct dots_row *line = dots_add_row(dots);

		if (!line)
			return;
		naming_shorten(&forest->naming, row->cell, &line->label);
		if (begins_metric(forest, i))
			text_add(&line->heading, "%s%s", row->metric,
				 row->higher_is_better ? " (higher is better)" : "");
		for (size_t side = 1; side <= nr_new(forest); side++)
			line->dots[side - 1] = make_dot(&row->verdicts[side]);
	}
}

static void lay_out(struct forest *forest)
{
	struct dots dots = { .figure = forest->figure, .nr_series = nr_new(forest) };
	struct axis x;
	double lo, hi;

	add_rows(forest, &dots);
	if (!dots.failed) {
		dots_range(&dots, &lo, &hi);
		axis_make_ratio(&x, lo, hi);
		dots_place(&dots, &x, "new / base (log scale)", 1 + COMPARISON_DELTA);
	}
	forest->figure->about.failed |= dots.failed;
	dots_release(&dots);
}

static void say(struct forest *forest, const char *bench)
{
	struct text what = { 0 };

	text_add(&what, "Forest plot of %zu", forest->count);
	if (forest->count < forest->of)
		text_add(&what, " of %zu", forest->of);
	text_add(&what, " rows of %s: the ratio new / base of each%s, base ", bench,
		 forest->count < forest->of ? " (those that differ most; the table has all)" : "");
	plot_add_side(&what, plot_side(forest->source, 0));
	text_add(&what, ". The shaded band is within 2 %%, which counts as the same.");
	plot_foot(forest->figure, forest->source, &forest->tally, what.text ? what.text : "",
		  forest->source->comparison->icount ? "Bars: what the ratio may be, by how boots "
						       "of one kernel differ; cut at the edge "
						       "where they go on"
						     : "Bars: 95 % interval of the ratio over boot "
						       "pairs (none with fewer than 6)");
	forest->figure->about.failed |= what.failed;
	text_release(&what);
}

static void draw(struct forest *forest, const char *bench)
{
	struct text title = { 0 }, subtitle = { 0 };

	text_add(&title, "%s: new / base", bench);
	text_add(&subtitle, "%s%s", forest->naming.common.text,
		 forest->naming.common.length ? ". " : "");
	text_add(&subtitle, "Base: ");
	plot_add_side(&subtitle, plot_side(forest->source, 0));
	if (forest->count < forest->of)
		text_add(&subtitle, ". The %zu of %zu rows that differ most", forest->count,
			 forest->of);
	figure_begin(forest->figure, title.text ? title.text : "",
		     subtitle.text ? subtitle.text : "");
	forest->figure->about.failed |= title.failed || subtitle.failed;
	text_release(&title);
	text_release(&subtitle);
	add_legend(forest);
	add_tally(forest);
	lay_out(forest);
	say(forest, bench);
}

int plot_ratios_make(const struct plot_request *request, struct plot_made *made)
{
	struct forest forest = {
		.source = request->source,
		.figure = &made->figure,
	};
	int ret;

	if (request->part || !request->source->comparison || request->source->sides->count < 2)
		return 0;
	ret = choose_rows(&forest, request->bench);
	made->applies = !ret && forest.count;
	if (made->applies)
		ret = name_rows(&forest);
	if (made->applies && !ret)
		ret = tally_init(&forest.tally, forest.source);
	if (made->applies && !ret)
		draw(&forest, request->bench);
	tally_release(&forest.tally);
	naming_release(&forest.naming);
	free(forest.rows);
	return ret;
}
