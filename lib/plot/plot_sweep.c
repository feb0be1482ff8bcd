/*
 * Plots sweeps: cells that differ in one number, over that number: size, chunk, threads, devices.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "plot/alike.h"
#include "plot/lines.h"
#include "plot/text.h"

enum sweep_value { PER_PAGE_OR_PLAIN, SPEEDUP_OF_TIME, AS_IT_IS };

struct sweep {
	const char *part; /* of a cell's name */
	const char *param; /* in params */
	const char *noun;
	size_t least; /* distinct values that a line needs */
	enum sweep_value value;
	bool is_size;
};

static const struct sweep by_size = {
	"size", "size_bytes", "sizes", 3, PER_PAGE_OR_PLAIN, true,
};
static const struct sweep by_chunk = {
	"chunk", "chunk_bytes", "chunk sizes", 3, PER_PAGE_OR_PLAIN, true,
};
static const struct sweep by_threads = {
	"threads", "threads", "numbers of threads", 2, SPEEDUP_OF_TIME, false,
};
static const struct sweep by_devices = {
	"devices", "devices", "numbers of devices", 2, AS_IT_IS, false,
};

/* ---- which cells make a line ---- */

/* Returns how many devices a trial used, also if it asked for all that exist. */
static double count_devices(const struct plot_source *source, const char *cell)
{
	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot *boot = plot_side(source, i)->boots[j];
			const struct boot_cell *found = plot_cell(boot, cell);

			for (size_t k = 0; found && k < boot->nr_trials; k++) {
				const struct boot_trial *trial = &boot->trials[k];
				size_t count = trial_nr_devices(trial->record);

				if (&boot->cells[trial->cell] == found && count)
					return (double)count;
			}
		}
	return 0;
}

/* Returns the parameter's value; a chunk may be null in JSON, which stands for all of the size. */
static const json_t *value_of(const struct alike *alike, const struct alike_cell *cell)
{
	const struct sweep *sweep = alike->own;

	return params_value(cell->cell->params, sweep->param);
}

static bool place(const struct alike *alike, struct alike_cell *cell)
{
	const struct sweep *sweep = alike->own;
	const json_t *value = value_of(alike, cell);

	if (json_is_null(value))
		cell->x = plot_number(cell->cell, "size_bytes");
	else if (json_is_string(value))
		cell->x = count_devices(alike->source, cell->cell->name);
	else
		cell->x = plot_number(cell->cell, sweep->param);
	return value && cell->x > 0;
}

/*
 * Returns the cell with one thread, against which speedup is computed; NULL if it was not measured.
 */
static const char *base_of(const struct alike *alike, struct alike_group line)
{
	const struct alike_cell *first = &alike->list[line.first];

	return first->x == 1 ? first->cell->name : NULL;
}

static bool makes_line(const struct alike *alike, struct alike_group line)
{
	const struct sweep *sweep = alike->own;

	return alike_count_x(alike, line) >= sweep->least &&
	       (sweep->value != SPEEDUP_OF_TIME || base_of(alike, line));
}

static bool wants(const struct alike *alike, const struct boot_metric *metric)
{
	const struct sweep *sweep = alike->own;

	switch (sweep->value) {
	case AS_IT_IS:
		return !strcmp(metric->name, "speedup");
	case SPEEDUP_OF_TIME:
		return !strcmp(metric->unit, "ns") &&
		       (metric->per_size || !strcmp(metric->name, "touch_ns"));
	default:
		return !strcmp(metric->unit, "ns") &&
		       (metric->per_size || strstr(metric->name, "_call_ns"));
	}
}

/* ---- which lines are shown ---- */

/* A line of the sweep, and how far apart kernels are on it. */
struct candidate {
	struct alike_group line;
	double apart;
};

static int by_difference(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->apart != right->apart)
		return left->apart > right->apart ? -1 : 1;
	return left->line.first < right->line.first ? -1 : left->line.first > right->line.first;
}

static int by_first(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return left->line.first < right->line.first ? -1 : left->line.first > right->line.first;
}

/* Measures the largest ratio between two kernels at a point of the line, as a logarithm. */
static int measure_line(const struct alike *alike, struct alike_group line, double *points,
			double *ret_apart)
{
	const struct plot_view view = { .metric = alike->metric };

	*ret_apart = 0;
	for (size_t i = line.first; i < line.end; i++) {
		double least = INFINITY, most = 0;

		for (size_t side = 0; side < alike->source->sides->count; side++) {
			struct estimate estimate;

			if (plot_estimate(plot_side(alike->source, side), alike->list[i].cell->name,
					  &view, points, &estimate))
				return -ENOMEM;
			least = fmin(least, estimate.median);
			most = fmax(most, estimate.median);
		}
		if (least > 0 && isfinite(least))
			*ret_apart = fmax(*ret_apart, log(most / least));
	}
	return 0;
}

/* Chooses the lines to show: if there are too many, those on which kernels differ most. */
static int choose_lines(const struct alike *alike, struct candidate *lines, size_t *ret_of)
{
	double *points = calloc(alike->source->most_boots + 1, sizeof(*points));
	size_t of = 0;
	int ret = points ? 0 : -ENOMEM;

	for (struct alike_group line = alike_first(alike); line.first < alike->count && !ret;
	     line = alike_next(alike, line)) {
		if (!makes_line(alike, line))
			continue;
		lines[of].line = line;
		ret = measure_line(alike, line, points, &lines[of++].apart);
	}
	free(points);
	*ret_of = of;
	qsort(lines, of, sizeof(*lines), by_difference);
	qsort(lines, of < LINES_PANELS ? of : LINES_PANELS, sizeof(*lines), by_first);
	return ret;
}

/* ---- the plot ---- */

static void label(const struct alike *alike, const struct alike_cell *that, char text[AXIS_LABEL])
{
	const struct sweep *sweep = alike->own;
	char size[UNIT_TEXT];

	if (json_is_null(value_of(alike, that)))
		snprintf(text, AXIS_LABEL, "whole");
	else if (sweep->is_size)
		snprintf(text, AXIS_LABEL, "%s", size_format((uint64_t)that->x, size));
	else
		snprintf(text, AXIS_LABEL, "%.0f", that->x);
}

static void add_points(const struct alike *alike, struct lines *lines, struct alike_group line)
{
	const struct sweep *sweep = alike->own;
	struct lines_panel *panel = lines_add_panel(lines);
	const struct boot_metric *metric =
		plot_any_metric(alike->source, alike->list[line.first].cell->name, alike->metric);
	struct plot_view view = { .metric = alike->metric, .base_cell = base_of(alike, line) };

	if (sweep->value == SPEEDUP_OF_TIME)
		view.scale = SCALE_SPEEDUP;
	else if (metric->per_size)
		view.scale = SCALE_PER_PAGE;
	for (size_t i = line.first; i < line.end; i++) {
		const struct alike_cell *that = &alike->list[i];
		struct lines_point *point;

		if (i > line.first && that->x == that[-1].x)
			continue;
		point = lines_add_point(lines, panel, log2(that->x));
		lines_measure(lines, point, that->cell->name, &view);
		if (!point)
			return;
		label(alike, that, point->label);
		if (sweep->value != PER_PAGE_OR_PLAIN)
			point->ideal = that->x;
	}
}

static void name_panels(struct lines *lines)
{
	for (size_t i = 0; i < lines->nr_panels; i++)
		if (!lines->panels[i].title.length && lines->nr_panels > 1)
			text_add(&lines->panels[i].title, "all else by default");
}

static int add_panels(const struct alike *alike, struct lines *lines)
{
	struct candidate *candidates = calloc(alike->count + 1, sizeof(*candidates));
	const char *rests[LINES_PANELS];
	size_t of = 0;
	int ret = candidates ? choose_lines(alike, candidates, &of) : -ENOMEM;

	for (size_t i = 0; i < of && i < LINES_PANELS && !ret; i++) {
		rests[i] = alike->list[candidates[i].line.first].rest;
		add_points(alike, lines, candidates[i].line);
	}
	free(candidates);
	if (ret || lines->failed)
		return -ENOMEM;
	ret = lines_name_panels(lines, rests);
	if (ret)
		return ret;
	name_panels(lines);
	if (of > lines->nr_panels)
		text_add(&lines->subtitle, "The %zu of %zu that differ most. ", lines->nr_panels,
			 of);
	return 0;
}

static void say(const struct alike *alike, struct lines *lines)
{
	const struct sweep *sweep = alike->own;
	static const char *const values[] = { "", ": speed-up over one thread", "" };
	const struct boot_metric *metric =
		plot_any_metric(alike->source, alike->list[0].cell->name, alike->metric);
	bool per_page = sweep->value == PER_PAGE_OR_PLAIN && metric->per_size;

	text_add(&lines->title, "%s: %s by %s%s%s", alike->bench, alike->metric, sweep->part,
		 values[sweep->value], per_page ? ", per 4 KiB" : "");
	text_add(&lines->what,
		 "%s over the %s, a line a kernel, in %zu panel%s, each with all other parameters "
		 "alike.",
		 lines->title.text ? lines->title.text : "", sweep->noun, lines->nr_panels,
		 lines->nr_panels == 1 ? "" : "s");
	text_add(&lines->subtitle, "Across: %s, by powers of two. Up: median %s%s.", sweep->noun,
		 sweep->value == SPEEDUP_OF_TIME ? "speed-up of " : "", alike->metric);
	lines->unit = sweep->value == PER_PAGE_OR_PLAIN ? metric->unit : "ratio";
}

static int draw(const struct alike *alike, struct plot_made *made)
{
	struct lines lines = { .source = alike->source,
			       .nr_series = alike->source->sides->count,
			       .ribbon = true };
	int ret = add_panels(alike, &lines);

	if (ret) {
		lines_release(&lines);
		return ret;
	}
	say(alike, &lines);
	text_add(&made->suffix, "%s", alike->metric);
	return lines_finish(&lines, made);
}

/* Explains that a benchmark has the parameter, but with too few values. */
static void explain(const struct alike *alike, struct plot_made *made)
{
	const struct sweep *sweep = alike->own;

	made->applies = true;
	text_add(&made->figure.title, "%s by %s", alike->bench, sweep->part);
	text_add(&made->figure.why_not, "needs %zu %s with all else alike%s; there %s %zu",
		 sweep->least, sweep->noun,
		 sweep->value == SPEEDUP_OF_TIME ? ", one thread among them" : "",
		 alike->most == 1 ? "is" : "are", alike->most);
}

static int make(const struct plot_request *request, struct plot_made *made,
		const struct sweep *sweep)
{
	const struct alike_kind kind = { { sweep->part }, ALIKE_METRICS, wants, place, makes_line };
	struct alike alike = {
		.source = request->source, .bench = request->bench, .kind = &kind, .own = sweep
	};
	int ret = alike_find(&alike, request->part);

	if (!ret) {
		made->applies = true;
		ret = draw(&alike, made);
	} else if (ret == -ENOENT) {
		ret = 0;
		if (!request->part && alike.most)
			explain(&alike, made);
	}
	alike_release(&alike);
	return ret;
}

int plot_size_make(const struct plot_request *request, struct plot_made *made)
{
	return make(request, made, &by_size);
}

int plot_chunk_make(const struct plot_request *request, struct plot_made *made)
{
	return make(request, made, &by_chunk);
}

int plot_threads_make(const struct plot_request *request, struct plot_made *made)
{
	return make(request, made, &by_threads);
}

int plot_devices_make(const struct plot_request *request, struct plot_made *made)
{
	return make(request, made, &by_devices);
}
