/* Forest plot: the ratio of each row, with its interval, side by side against the base. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/naming.h"
#include "report/plot_kinds.h"
#include "report/plot_text.h"

#define MOST_DOTS 90 /* rows times sides: more are a wall */
#define LABEL_MOST 50
#define BEYOND 3 /* an interval that is many times wider than all dots is cut there */
#define DOT_PX 13
#define ROW_GAP_PX 8

struct forest {
	const struct plot_source *source;
	const struct row **rows; /* those that are shown, metric by metric */
	size_t count, of;
	struct naming naming;
	struct figure *figure;
	struct tally tally;
	double least, most; /* of all ratios and 1 */
	double lo, hi; /* of all intervals */
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

/* How far the row is from 1 in any side; what is beyond doubt before what is not. */
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

/* Rows of one metric together, metrics in the order in which they first come. */
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
		if (plot_is_of(comparison->rows[i].cell, bench) &&
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

/* The label of a row, as short as it may be; its width. */
static double name_row(const struct forest *forest, size_t number, struct text *name)
{
	struct text whole = { 0 };

	naming_shorten(&forest->naming, forest->rows[number]->cell, &whole);
	plot_add_short(name, whole.text && whole.text[0] ? whole.text : "(the cell)", LABEL_MOST);
	name->failed |= whole.failed;
	text_release(&whole);
	return figure_measure(name->text ? name->text : "", FIGURE_LABEL);
}

static void widen(struct forest *forest, const struct verdict *verdict)
{
	forest->least = fmin(forest->least, verdict->ratio);
	forest->most = fmax(forest->most, verdict->ratio);
	if (!verdict->interval.known)
		return;
	forest->lo = fmin(forest->lo, verdict->interval.lo);
	forest->hi = fmax(forest->hi, verdict->interval.hi);
}

static void add_dot(struct forest *forest, const struct row *row, size_t side, double y)
{
	const struct row_verdict *said = &row->verdicts[side];
	const struct verdict *verdict = &said->verdict;
	bool clear = said->word == WORD_FASTER || said->word == WORD_SLOWER;
	bool known = verdict->interval.known;

	if (said->word == WORD_NONE)
		return;
	text_add(&forest->figure->data, "%.6g %.6g %.6g %.6g %d\n", verdict->ratio,
		 known ? verdict->interval.lo : verdict->ratio,
		 known ? verdict->interval.hi : verdict->ratio, y, !clear);
	widen(forest, verdict);
}

static bool begins_metric(const struct forest *forest, size_t number)
{
	return !number ||
	       strcmp(forest->rows[number]->metric, forest->rows[number - 1]->metric) != 0;
}

/* How far down the middle of a row is, from the panel's top. */
static double row_y(const struct forest *forest, size_t number)
{
	double y = 0;

	for (size_t i = 0; i <= number; i++) {
		y += begins_metric(forest, i) ? FIGURE_FONT * 2 : 0;
		if (i < number)
			y += (double)nr_new(forest) * DOT_PX + ROW_GAP_PX;
	}
	return y + ((double)nr_new(forest) * DOT_PX + ROW_GAP_PX) / 2;
}

static void add_data(struct forest *forest)
{
	for (size_t side = 1; side <= nr_new(forest); side++) {
		text_add(&forest->figure->data, "# ");
		plot_add_plain(&forest->figure->data, plot_side(forest->source, side)->label);
		text_add(&forest->figure->data, ": ratio low high y unclear\nNaN NaN NaN NaN 0\n");
		for (size_t i = 0; i < forest->count; i++)
			add_dot(forest, forest->rows[i], side,
				row_y(forest, i) + ((double)side - 0.5 * (double)nr_new(forest) -
						    0.5) * DOT_PX);
		text_add(&forest->figure->data, "\n\n");
	}
}

static void add_tally(struct forest *forest)
{
	for (size_t i = 0; i < forest->count; i++)
		for (size_t side = 0; side < forest->source->sides->count; side++) {
			const struct row_side *that = &forest->rows[i]->sides[side];
			const struct estimate seen = { .boots = that->boots,
						       .samples = that->samples };

			tally_add(&forest->tally, side, &seen);
		}
	forest->tally.spreads = 0; /* bars are of ratios: the foot says so itself */
}

static void add_legend(struct forest *forest)
{
	struct figure *figure = forest->figure;
	double x = 0;

	for (size_t side = 1; side <= nr_new(forest); side++) {
		const struct figure_style *style = figure_style(side);
		struct text name = { 0 };

		plot_add_side(&name, plot_side(forest->source, side));
		figure_series(figure, style);
		figure_legend(figure, &x, style->colour, style->shape, name.text ? name.text : "");
		figure->about.failed |= name.failed;
		text_release(&name);
	}
	figure_legend(figure, &x, FIGURE_FAINT, 7, "differs beyond doubt");
	figure_legend(figure, &x, FIGURE_FAINT, 6, "not shown to differ");
	figure_end_legend(figure);
}

static double add_labels(struct forest *forest)
{
	double widest = 0;

	for (size_t i = 0; i < forest->count; i++) {
		struct text name = { 0 };

		widest = fmax(widest, name_row(forest, i, &name));
		text_release(&name);
	}
	widest = fmin(widest, FIGURE_WIDTH * 0.5) + FIGURE_MARGIN + 10;
	for (size_t i = 0; i < forest->count; i++) {
		const struct row *row = forest->rows[i];
		double y = forest->figure->height + row_y(forest, i);
		struct text name = { 0 };

		name_row(forest, i, &name);
		figure_text(forest->figure, widest - 10, y, FIGURE_LABEL, FIGURE_RIGHT,
			    name.text ? name.text : "");
		forest->figure->about.failed |= name.failed;
		text_release(&name);
		if (!begins_metric(forest, i))
			continue;
		text_add(&name, "%s%s", row->metric,
			 row->higher_is_better ? " (higher is better)" : "");
		figure_text(forest->figure, FIGURE_MARGIN,
			    y - (double)nr_new(forest) * DOT_PX / 2 - FIGURE_FONT * 1.2,
			    FIGURE_FONT, FIGURE_LEFT, name.text ? name.text : "");
		text_release(&name);
	}
	return widest;
}

static void lay_out(struct forest *forest)
{
	struct figure *figure = forest->figure;
	struct axis x, y = { .ticks = { { .at = 0 } }, .nr_ticks = 1 };
	struct figure_box box = { .top = figure->height, .right = figure->width - FIGURE_MARGIN };
	double deep =
		row_y(forest, forest->count - 1) + (double)nr_new(forest) * DOT_PX / 2 + ROW_GAP_PX;

	box.left = add_labels(forest);
	box.bottom = box.top + deep;
	y.min = deep;
	axis_make_ratio(&x, fmin(forest->least, fmax(forest->lo, forest->least / BEYOND)),
			fmax(forest->most, fmin(forest->hi, forest->most * BEYOND)));
	figure_panel(figure, &box, &x, &y);
	figure_set(figure, "band", 1 + COMPARISON_DELTA);
	figure->height = box.bottom + 32;
	figure_text(figure, box.right, figure->height, FIGURE_LABEL, FIGURE_RIGHT,
		    "new / base (log scale)");
	figure->height += 12;
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
	add_data(forest);
	add_tally(forest);
	lay_out(forest);
	say(forest, bench);
}

int plot_ratios_make(const struct plot_request *request, struct plot_made *made)
{
	struct forest forest = {
		.source = request->source,
		.figure = &made->figure,
		.least = 1,
		.most = 1,
		.lo = 1,
		.hi = 1,
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
