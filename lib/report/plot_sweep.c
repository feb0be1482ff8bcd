/* Sweeps: cells that differ in one number, over that number: size, chunk, threads, devices. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "report/naming.h"
#include "report/plot_lines.h"
#include "report/plot_text.h"

enum sweep_value { PER_PAGE_OR_PLAIN, SPEEDUP_OF_TIME, AS_IT_IS };

struct sweep_kind {
	const char *part; /* of a cell's name: "/size=" */
	const char *param; /* in params */
	const char *noun; /* "sizes" */
	size_t least; /* distinct values that make a line */
	enum sweep_value value;
	bool is_size;
};

static const struct sweep_kind by_size = { "/size=", "size_bytes",	"sizes",
					   3,	     PER_PAGE_OR_PLAIN, true };
static const struct sweep_kind by_chunk = { "/chunk=", "chunk_bytes",	  "chunk sizes",
					    3,	       PER_PAGE_OR_PLAIN, true };
static const struct sweep_kind by_threads = { "/threads=", "threads",	    "numbers of threads",
					      2,	   SPEEDUP_OF_TIME, false };
static const struct sweep_kind by_devices = { "/devices=", "devices", "numbers of devices",
					      2,	   AS_IT_IS,  false };

/* A cell of the sweep, and the sweep that it is in. */
struct swept {
	const char *cell;
	char *rest; /* its name without the part that is swept */
	double x;
	bool whole; /* a chunk that is all of the size */
};

struct sweep {
	const struct sweep_kind *kind;
	const struct plot_source *source;
	const char *bench, *metric;
	struct swept *list; /* of one rest together */
	size_t count, most; /* most: values of the longest line */
};

/* ---- which cells ---- */

static char *cut(const char *cell, const char *part)
{
	const char *from = strstr(cell, part);
	const char *to = from ? from + 1 + strcspn(from + 1, "/") : NULL;
	char *rest;

	if (!from)
		return strdup(cell);
	if (asprintf(&rest, "%.*s%s", (int)(from - cell), cell, to) < 0)
		return NULL;
	return rest;
}

/* How many devices a trial used: also where it was asked for all there are. */
static double count_devices(const struct plot_source *source, const char *cell)
{
	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot *boot = plot_side(source, i)->boots[j];
			const struct boot_cell *found = plot_cell(boot, cell);

			for (size_t k = 0; found && k < boot->nr_trials; k++) {
				const struct boot_trial *trial = &boot->trials[k];
				size_t count =
					json_array_size(json_object_get(trial->record, "devices"));

				if (&boot->cells[trial->cell] == found && count)
					return (double)count;
			}
		}
	return 0;
}

static double value_of(const struct sweep *sweep, const struct boot_cell *cell, bool *ret_whole)
{
	const json_t *value = json_object_get(cell->params, sweep->kind->param);

	*ret_whole = json_is_null(value);
	if (*ret_whole)
		return plot_number(cell, "size_bytes");
	if (json_is_string(value))
		return count_devices(sweep->source, cell->name);
	return plot_number(cell, sweep->kind->param);
}

static int by_rest(const void *a, const void *b)
{
	const struct swept *left = a, *right = b;
	int order = strverscmp(left->rest, right->rest);

	if (order)
		return order;
	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	return strverscmp(left->cell, right->cell);
}

static int add_cell(struct sweep *sweep, const char *name)
{
	const struct boot_cell *cell = plot_any_cell(sweep->source, name);
	struct swept *grown;
	bool whole = false;
	double x;

	if (!json_object_get(cell->params, sweep->kind->param) ||
	    !plot_any_metric(sweep->source, name, sweep->metric))
		return 0;
	x = value_of(sweep, cell, &whole);
	if (x <= 0)
		return 0;
	grown = realloc(sweep->list, (sweep->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	sweep->list = grown;
	grown += sweep->count;
	*grown = (struct swept){
		.cell = name, .rest = cut(name, sweep->kind->part), .x = x, .whole = whole
	};
	if (!grown->rest)
		return -ENOMEM;
	sweep->count++;
	return 0;
}

/* The end of the cells that are of one line with the first. */
static size_t end_of_line(const struct sweep *sweep, size_t first)
{
	size_t end = first;

	while (end < sweep->count && !strcmp(sweep->list[end].rest, sweep->list[first].rest))
		end++;
	return end;
}

static size_t count_values(const struct sweep *sweep, size_t first, size_t end)
{
	size_t count = 1;

	for (size_t i = first + 1; i < end; i++)
		count += sweep->list[i].x != sweep->list[i - 1].x;
	return count;
}

/* Against one thread, if it was measured. */
static const char *base_of(const struct sweep *sweep, size_t first)
{
	return sweep->list[first].x == 1 ? sweep->list[first].cell : NULL;
}

static bool makes_line(const struct sweep *sweep, size_t first, size_t end)
{
	return count_values(sweep, first, end) >= sweep->kind->least &&
	       (sweep->kind->value != SPEEDUP_OF_TIME || base_of(sweep, first));
}

static void release_cells(struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->count; i++)
		free(sweep->list[i].rest);
	free(sweep->list);
	sweep->list = NULL;
	sweep->count = 0;
}

static int gather(struct sweep *sweep, const char *metric)
{
	int ret = 0;

	release_cells(sweep);
	sweep->metric = metric;
	for (size_t i = 0; i < sweep->source->nr_cells && !ret; i++)
		if (plot_is_of(sweep->source->cells[i], sweep->bench))
			ret = add_cell(sweep, sweep->source->cells[i]);
	if (ret || !sweep->count)
		return ret;
	qsort(sweep->list, sweep->count, sizeof(*sweep->list), by_rest);
	for (size_t i = 0; i < sweep->count; i = end_of_line(sweep, i)) {
		size_t values = count_values(sweep, i, end_of_line(sweep, i));

		sweep->most = values > sweep->most ? values : sweep->most;
	}
	return 0;
}

/* ---- which metrics ---- */

static bool wants_metric(const struct sweep_kind *kind, const struct boot_metric *metric)
{
	switch (kind->value) {
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

static bool has_line(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->count; i = end_of_line(sweep, i))
		if (makes_line(sweep, i, end_of_line(sweep, i)))
			return true;
	return false;
}

static bool is_listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

#define METRICS_MOST 32

static size_t list_metrics(const struct sweep *sweep, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < sweep->source->nr_cells; i++) {
		const struct boot_cell *cell;

		if (!plot_is_of(sweep->source->cells[i], sweep->bench))
			continue;
		cell = plot_any_cell(sweep->source, sweep->source->cells[i]);
		for (size_t j = 0; j < cell->nr_metrics && count < METRICS_MOST; j++)
			if (wants_metric(sweep->kind, &cell->metrics[j]) &&
			    !is_listed(names, count, cell->metrics[j].name))
				names[count++] = cell->metrics[j].name;
	}
	return count;
}

/* The @part-th metric that has a line: its cells are then in the sweep. -ENOENT: there is none. */
static int find_part(struct sweep *sweep, size_t part)
{
	const char *names[METRICS_MOST];
	size_t count = list_metrics(sweep, names);

	for (size_t i = 0; i < count; i++) {
		int ret = gather(sweep, names[i]);

		if (ret)
			return ret;
		if (has_line(sweep) && !part--)
			return 0;
	}
	return -ENOENT;
}

/* ---- the plot ---- */

static void label(const struct swept *that, bool is_size, char text[AXIS_LABEL])
{
	char size[UNIT_TEXT];

	snprintf(text, AXIS_LABEL, "%s",
		 that->whole ? "whole"
		 : is_size   ? size_format((uint64_t)that->x, size)
			     : "");
	if (!text[0])
		snprintf(text, AXIS_LABEL, "%.0f", that->x);
}

static void add_points(const struct sweep *sweep, struct lines *lines, size_t first, size_t end)
{
	struct lines_panel *panel = lines_add_panel(lines);
	const struct boot_metric *metric =
		plot_any_metric(sweep->source, sweep->list[first].cell, sweep->metric);
	struct plot_view view = { .metric = sweep->metric };

	if (sweep->kind->value == SPEEDUP_OF_TIME)
		view.scale = SCALE_SPEEDUP;
	else if (metric->per_size)
		view.scale = SCALE_PER_PAGE;
	view.base_cell = base_of(sweep, first);
	for (size_t i = first; i < end; i++) {
		const struct swept *that = &sweep->list[i];
		struct lines_point *point;

		if (i > first && that->x == sweep->list[i - 1].x)
			continue;
		point = lines_add_point(lines, panel, log2(that->x));
		lines_measure(lines, point, that->cell, &view);
		if (!point)
			return;
		label(that, sweep->kind->is_size, point->label);
		if (sweep->kind->value != PER_PAGE_OR_PLAIN)
			point->ideal = that->x;
	}
}

static int name_panels(const struct sweep *sweep, struct lines *lines, const size_t *firsts)
{
	const char **rests = calloc(lines->nr_panels + 1, sizeof(*rests));
	struct naming naming;
	int ret;

	if (!rests)
		return -ENOMEM;
	for (size_t i = 0; i < lines->nr_panels; i++)
		rests[i] = sweep->list[firsts[i]].rest;
	ret = naming_make(rests, lines->nr_panels, &naming);
	if (!ret) {
		lines_say_naming(lines, &naming);
		for (size_t i = 0; i < lines->nr_panels; i++) {
			naming_shorten(&naming, rests[i], &lines->panels[i].title);
			if (!lines->panels[i].title.length && lines->nr_panels > 1)
				text_add(&lines->panels[i].title, "all else by default");
		}
		naming_release(&naming);
	}
	free(rests);
	return ret;
}

/* A line of the sweep, and how far apart kernels are on it. */
struct candidate {
	size_t first;
	double apart;
};

static int by_difference(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	if (left->apart != right->apart)
		return left->apart > right->apart ? -1 : 1;
	return left->first < right->first ? -1 : left->first > right->first;
}

static int by_first(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

/* The largest ratio between two kernels at one point of the line, as a logarithm. */
static int measure_line(const struct sweep *sweep, size_t first, double *points, double *ret_apart)
{
	const struct plot_view view = { .metric = sweep->metric };
	size_t end = end_of_line(sweep, first);

	*ret_apart = 0;
	for (size_t i = first; i < end; i++) {
		double least = INFINITY, most = 0;

		for (size_t side = 0; side < sweep->source->sides->count; side++) {
			struct estimate estimate;

			if (plot_estimate(plot_side(sweep->source, side), sweep->list[i].cell,
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

/* Of more lines than can be shown, those on which kernels differ most. */
static int choose_lines(const struct sweep *sweep, struct candidate *lines, size_t *ret_of)
{
	double *points = calloc(sweep->source->most_boots + 1, sizeof(*points));
	size_t of = 0;
	int ret = points ? 0 : -ENOMEM;

	for (size_t i = 0; i < sweep->count && !ret; i = end_of_line(sweep, i)) {
		if (!makes_line(sweep, i, end_of_line(sweep, i)))
			continue;
		lines[of].first = i;
		ret = measure_line(sweep, i, points, &lines[of++].apart);
	}
	free(points);
	*ret_of = of;
	qsort(lines, of, sizeof(*lines), by_difference);
	qsort(lines, of < LINES_PANELS ? of : LINES_PANELS, sizeof(*lines), by_first);
	return ret;
}

static int add_panels(const struct sweep *sweep, struct lines *lines)
{
	struct candidate *candidates = calloc(sweep->count + 1, sizeof(*candidates));
	size_t firsts[LINES_PANELS] = { 0 }, of = 0;
	int ret = candidates ? choose_lines(sweep, candidates, &of) : -ENOMEM;

	for (size_t i = 0; i < of && i < LINES_PANELS && !ret; i++) {
		firsts[i] = candidates[i].first;
		add_points(sweep, lines, firsts[i], end_of_line(sweep, firsts[i]));
	}
	free(candidates);
	if (ret || lines->failed)
		return -ENOMEM;
	ret = name_panels(sweep, lines, firsts);
	if (of > lines->nr_panels)
		text_add(&lines->subtitle, "The %zu of %zu that differ most. ", lines->nr_panels,
			 of);
	return ret;
}

static void say(const struct sweep *sweep, struct lines *lines)
{
	static const char *const values[] = { "", ": speed-up over one thread", "" };
	const struct boot_metric *metric =
		plot_any_metric(sweep->source, sweep->list[0].cell, sweep->metric);
	bool per_page = sweep->kind->value == PER_PAGE_OR_PLAIN && metric->per_size;

	text_add(&lines->title, "%s: %s by %s%s", sweep->bench, sweep->metric,
		 sweep->kind->part + 1, "");
	lines->title.length -= 1; /* the '=' */
	if (lines->title.text)
		lines->title.text[lines->title.length] = '\0';
	text_add(&lines->title, "%s%s", values[sweep->kind->value], per_page ? ", per 4 KiB" : "");
	text_add(&lines->what,
		 "%s over the %s, a line a kernel, in %zu panel%s, each with all other parameters "
		 "alike.",
		 lines->title.text ? lines->title.text : "", sweep->kind->noun, lines->nr_panels,
		 lines->nr_panels == 1 ? "" : "s");
	text_add(&lines->subtitle, "Across: %s, by powers of two. Up: median %s%s.",
		 sweep->kind->noun, sweep->kind->value == SPEEDUP_OF_TIME ? "speed-up of " : "",
		 sweep->metric);
	lines->unit = sweep->kind->value == PER_PAGE_OR_PLAIN ? metric->unit : "ratio";
}

static int draw(struct sweep *sweep, struct plot_made *made)
{
	struct lines lines = { .source = sweep->source,
			       .nr_series = sweep->source->sides->count,
			       .ribbon = true };
	int ret = add_panels(sweep, &lines);

	if (ret) {
		lines_release(&lines);
		return ret;
	}
	say(sweep, &lines);
	text_add(&made->suffix, "%s", sweep->metric);
	return lines_finish(&lines, made);
}

/* A benchmark that has the parameter, but in too few values. */
static void explain(const struct sweep *sweep, struct plot_made *made)
{
	made->applies = true;
	text_add(&made->figure.title, "%s by %.*s", sweep->bench,
		 (int)strlen(sweep->kind->part) - 2, sweep->kind->part + 1);
	text_add(&made->figure.why_not, "needs %zu %s with all else alike%s; there %s %zu",
		 sweep->kind->least, sweep->kind->noun,
		 sweep->kind->value == SPEEDUP_OF_TIME ? ", one thread among them" : "",
		 sweep->most == 1 ? "is" : "are", sweep->most);
}

static int make(const struct plot_request *request, struct plot_made *made,
		const struct sweep_kind *kind)
{
	struct sweep sweep = { .kind = kind, .source = request->source, .bench = request->bench };
	int ret = find_part(&sweep, request->part);

	if (!ret) {
		made->applies = true;
		ret = draw(&sweep, made);
	} else if (ret == -ENOENT) {
		ret = 0;
		if (!request->part && sweep.most)
			explain(&sweep, made);
	}
	release_cells(&sweep);
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
