/*
 * Plots drift: how far each trial is from its cell's median, in the order of the run, boot after
 * boot.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "plot/kinds.h"
#include "stats/summary.h"

#define PANEL_PX 260
#define POINTS_MOST 4000 /* more only make a cloud and a large file */
#define LEAST_TRIALS 8
#define LEAST_PCT 1.0 /* the axis shows at least this, each way */

struct drift_boot {
	const struct boot *boot;
	size_t side;
	double start, end; /* on the x axis */
	double median; /* NAN: no figures */
};

struct point {
	size_t boot;
	double x, pct;
};

struct drift {
	const struct plot_source *source;
	struct drift_boot *boots; /* in the order in which they ran */
	size_t nr_boots;
	struct point *points;
	size_t nr_points, nr_trials, nr_beyond;
	double *room; /* room for a value per boot of a side */
	struct tally tally;
};

static int by_time(const void *a, const void *b)
{
	const struct drift_boot *left = a, *right = b;
	int64_t x = -1, y = -1;
	int order = strcmp(boot_series(left->boot), boot_series(right->boot));

	boot_pair(left->boot, &x);
	boot_pair(right->boot, &y);
	if (!order && x != y)
		order = x < y ? -1 : 1;
	x = boot_position(left->boot);
	y = boot_position(right->boot);
	if (!order && x != y)
		order = x < y ? -1 : 1;
	if (!order)
		order = strcmp(boot_started(left->boot), boot_started(right->boot));
	return order ? order : strverscmp(left->boot->paths[0], right->boot->paths[0]);
}

static int list_boots(struct drift *drift)
{
	const struct sides *sides = drift->source->sides;
	size_t count = 0;

	for (size_t i = 0; i < sides->count; i++)
		count += sides->list[i].nr_boots;
	drift->boots = calloc(count + 1, sizeof(*drift->boots));
	if (!drift->boots)
		return -ENOMEM;
	for (size_t i = 0; i < sides->count; i++)
		for (size_t j = 0; j < sides->list[i].nr_boots; j++)
			drift->boots[drift->nr_boots++] =
				(struct drift_boot){ .boot = sides->list[i].boots[j], .side = i };
	qsort(drift->boots, drift->nr_boots, sizeof(*drift->boots), by_time);
	return 0;
}

/*
 * Measures by how many per cent a trial's first metric is off its estimate over all boots of the
 * side; NAN: unknown.
 */
static int measure(struct drift *drift, const struct drift_boot *where,
		   const struct boot_trial *trial, double *ret_pct)
{
	const struct boot_cell *cell = &where->boot->cells[trial->cell];
	struct plot_view view = { .metric = cell->nr_metrics ? cell->metrics[0].name : "" };
	const json_t *metric = trial_metric(trial->record, view.metric);
	double median = metric_median(metric);
	struct estimate estimate;
	int ret;

	*ret_pct = NAN;
	if (!trial_is_ok(trial->record) || median <= 0)
		return 0;
	ret = plot_estimate(plot_side(drift->source, where->side), cell->name, &view, drift->room,
			    &estimate);
	if (!ret && estimate.median > 0)
		*ret_pct = 100 * (median / estimate.median - 1);
	if (!ret)
		drift->tally.samples[where->side] += metric_count(metric);
	return ret;
}

static int measure_boot(struct drift *drift, size_t number, double *sorted)
{
	struct drift_boot *where = &drift->boots[number];
	size_t count = 0;

	where->median = NAN;
	for (size_t i = 0; i < where->boot->nr_trials; i++) {
		struct point *point = &drift->points[drift->nr_points];
		int ret = measure(drift, where, &where->boot->trials[i], &point->pct);

		if (ret)
			return ret;
		if (!isfinite(point->pct))
			continue;
		point->boot = number;
		point->x = where->start + (double)i;
		sorted[count++] = point->pct;
		drift->nr_points++;
	}
	if (count)
		where->median = summarize(sorted, count).median;
	drift->tally.boots[where->side] += count > 0;
	return 0;
}

static int measure_all(struct drift *drift)
{
	double *sorted, at = 0;
	int ret = 0;

	for (size_t i = 0; i < drift->nr_boots; i++) {
		drift->boots[i].start = at;
		at += (double)drift->boots[i].boot->nr_trials;
		drift->boots[i].end = at;
		drift->nr_trials += drift->boots[i].boot->nr_trials;
	}
	drift->points = calloc(drift->nr_trials + 1, sizeof(*drift->points));
	drift->room = calloc(drift->source->most_boots + 1, sizeof(double));
	sorted = calloc(drift->nr_trials + 1, sizeof(double));
	if (!drift->points || !drift->room || !sorted)
		ret = -ENOMEM;
	for (size_t i = 0; i < drift->nr_boots && !ret; i++)
		ret = measure_boot(drift, i, sorted);
	free(sorted);
	return ret;
}

/* Returns how far the axis goes so that all but one of a hundred trials are on it. */
static double extent(const struct drift *drift)
{
	double *sizes = calloc(drift->nr_points + 1, sizeof(double)), most;

	if (!sizes)
		return -1;
	for (size_t i = 0; i < drift->nr_points; i++)
		sizes[i] = fabs(drift->points[i].pct);
	summarize(sizes, drift->nr_points);
	most = quantile(sizes, drift->nr_points, 0.99) * 1.1;
	free(sizes);
	return fmax(most, LEAST_PCT);
}

static void make_y(struct axis *axis, double most)
{
	struct axis half;

	axis_make(&half, 0, most, false, "%");
	*axis = (struct axis){ .min = -half.max, .max = half.max };
	for (size_t i = 0; i < half.nr_ticks; i++)
		for (int sign = -1; sign <= (i ? 1 : -1); sign += 2) {
			char label[AXIS_LABEL];

			snprintf(label, sizeof(label), "%+.3g %%", sign * half.ticks[i].at);
			axis_add(axis, sign * half.ticks[i].at, half.ticks[i].at > 0 ? label : "0");
		}
}

/* Makes the x axis: boots are numbered in the order in which they ran. */
static void make_x(const struct drift *drift, struct axis *axis)
{
	size_t every = (drift->nr_boots + AXIS_TICKS - 1) / AXIS_TICKS;

	*axis = (struct axis){ .min = 0, .max = (double)drift->nr_trials };
	for (size_t i = 0; i < drift->nr_boots; i += every) {
		char label[AXIS_LABEL];

		snprintf(label, sizeof(label), "%zu", i + 1);
		axis_add(axis, (drift->boots[i].start + drift->boots[i].end) / 2, label);
	}
}

static void add_points(struct drift *drift, struct text *data, const struct axis *y)
{
	size_t every = (drift->nr_points + POINTS_MOST - 1) / POINTS_MOST;

	for (size_t side = 0; side < drift->source->sides->count; side++) {
		text_add(data, "# trial %%\nNaN NaN\n");
		for (size_t i = 0; i < drift->nr_points; i++) {
			const struct point *point = &drift->points[i];

			if (drift->boots[point->boot].side != side)
				continue;
			drift->nr_beyond += fabs(point->pct) > y->max;
			if (i % every == 0 && fabs(point->pct) <= y->max)
				text_add(data, "%.6g %.6g\n", point->x, point->pct);
		}
		text_add(data, "\n\n");
	}
	text_add(data, "# where boots end\nNaN\n");
	for (size_t i = 0; i + 1 < drift->nr_boots; i++)
		text_add(data, "%.6g\n", drift->boots[i].end - 0.5);
	text_add(data, "\n\n# medians of boots: trial %% width\nNaN NaN NaN\n");
	for (size_t i = 0; i < drift->nr_boots; i++)
		if (isfinite(drift->boots[i].median) && fabs(drift->boots[i].median) <= y->max)
			text_add(data, "%.6g %.6g %.6g\n", drift->boots[i].start,
				 drift->boots[i].median,
				 drift->boots[i].end - drift->boots[i].start - 0.5);
	text_add(data, "\n\n");
}

static void say(struct drift *drift, struct figure *figure)
{
	struct text what = { 0 };
	size_t every = (drift->nr_points + POINTS_MOST - 1) / POINTS_MOST;

	text_add(&what,
		 "Scatter of %zu trials in the order in which they ran, boot after boot: how far "
		 "the median of each (of its first metric) is from the same cell's over all boots "
		 "of its kernel. %zu lie beyond the edge.",
		 drift->nr_points, drift->nr_beyond);
	if (every > 1)
		text_add(&what, " Every %zuth is drawn.", every);
	plot_foot(figure, drift->source, &drift->tally, what.text ? what.text : "",
		  "Short lines: the median of a boot's trials; no interval");
	figure->about.failed |= what.failed;
	text_release(&what);
}

static int draw(struct drift *drift, struct figure *figure)
{
	struct figure_box box = { .right = FIGURE_WIDTH - FIGURE_MARGIN };
	struct axis x, y;
	double most = extent(drift);

	if (most < 0)
		return -ENOMEM;
	figure_begin(figure, "Run order: does anything drift?",
		     "Across: trials as they ran, boots numbered. Up: how far a trial is off the "
		     "median of its cell and kernel.");
	plot_legend(figure, drift->source);
	make_x(drift, &x);
	make_y(&y, most);
	box.left = FIGURE_MARGIN + 56;
	box.top = figure->height + 6;
	box.bottom = box.top + PANEL_PX;
	axis_thin(&x, box.right - box.left, FIGURE_SMALL * 0.62);
	add_points(drift, &figure->data, &y);
	figure_panel(figure, &box, &x, &y);
	figure->height = box.bottom + 32;
	say(drift, figure);
	return 0;
}

/* Tells whether any cell was measured more than once: else nothing can drift. */
static bool is_repeated(const struct drift *drift)
{
	for (size_t i = 0; i < drift->nr_boots; i++)
		if (plot_side(drift->source, drift->boots[i].side)->nr_boots > 1 ||
		    drift->boots[i].boot->nr_trials > drift->boots[i].boot->nr_cells)
			return true;
	return false;
}

int plot_drift_make(const struct plot_request *request, struct plot_made *made)
{
	struct drift drift = { .source = request->source };
	int ret;

	if (request->part)
		return 0;
	ret = list_boots(&drift);
	if (!ret)
		ret = tally_init(&drift.tally, request->source);
	if (!ret)
		ret = measure_all(&drift);
	made->applies = !ret;
	if (!ret && drift.nr_points >= LEAST_TRIALS && is_repeated(&drift)) {
		ret = draw(&drift, &made->figure);
	} else if (!ret) {
		text_add(&made->figure.title, "Run order");
		text_add(&made->figure.why_not,
			 "needs %d trials or more, of a kernel's second boot or of a second round; "
			 "there %s %zu%s",
			 LEAST_TRIALS, drift.nr_points == 1 ? "is" : "are", drift.nr_points,
			 drift.nr_points < LEAST_TRIALS ? "" : ", each of its cell alone");
	}
	tally_release(&drift.tally);
	free(drift.boots);
	free(drift.points);
	free(drift.room);
	return ret;
}
