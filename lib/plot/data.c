#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "plot/data.h"

/* ---- the source ---- */

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_all_cells(const struct sides *sides)
{
	size_t count = 0;

	for (size_t i = 0; i < sides->count; i++)
		for (size_t j = 0; j < sides->list[i].nr_boots; j++)
			count += sides->list[i].boots[j]->nr_cells;
	return count;
}

static void list_boot(struct plot_source *source, const struct boot *boot, json_t *seen)
{
	for (size_t i = 0; i < boot->nr_cells; i++) {
		const struct boot_cell *cell = &boot->cells[i];

		if (cell->status != CELL_OK || json_object_get(seen, cell->name))
			continue;
		json_object_set_new(seen, cell->name, json_true());
		source->cells[source->nr_cells++] = cell->name;
	}
}

static const char *bench_of(const struct plot_source *source, size_t cell)
{
	return plot_any_cell(source, source->cells[cell])->bench;
}

static void list_benches(struct plot_source *source)
{
	for (size_t i = 0; i < source->nr_cells; i++) {
		const char *bench = bench_of(source, i);
		size_t at = 0;

		while (at < source->nr_benches && strcmp(source->benches[at], bench) != 0)
			at++;
		if (at == source->nr_benches)
			source->benches[source->nr_benches++] = bench;
	}
}

int plot_source_init(struct plot_source *source, const struct sides *sides,
		     const struct comparison *comparison)
{
	size_t most = count_all_cells(sides) + 1;
	json_t *seen;

	*source = (struct plot_source){ .sides = sides, .comparison = comparison };
	json_ran_out();
	seen = json_object();
	source->cells = calloc(most, sizeof(*source->cells));
	source->benches = calloc(most, sizeof(*source->benches));
	if (!seen || !source->cells || !source->benches) {
		json_decref(seen);
		return -ENOMEM;
	}
	for (size_t i = 0; i < sides->count; i++) {
		const struct side *side = &sides->list[i];

		if (side->nr_boots > source->most_boots)
			source->most_boots = side->nr_boots;
		for (size_t j = 0; j < side->nr_boots; j++)
			list_boot(source, side->boots[j], seen);
	}
	json_decref(seen);
	if (json_ran_out())
		return -ENOMEM;
	qsort(source->cells, source->nr_cells, sizeof(*source->cells), by_version);
	list_benches(source);
	return 0;
}

void plot_source_release(struct plot_source *source)
{
	free(source->cells);
	free(source->benches);
}

const struct side *plot_side(const struct plot_source *source, size_t number)
{
	return &source->sides->list[number];
}

const struct boot_cell *plot_cell(const struct boot *boot, const char *cell)
{
	const struct boot_cell *found = boot_find(boot, cell);

	return found && found->status == CELL_OK ? found : NULL;
}

const struct boot_cell *plot_any_cell(const struct plot_source *source, const char *cell)
{
	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot_cell *found =
				plot_cell(plot_side(source, i)->boots[j], cell);

			if (found)
				return found;
		}
	return NULL;
}

const struct boot_metric *plot_any_metric(const struct plot_source *source, const char *cell,
					  const char *metric)
{
	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot_cell *found =
				plot_cell(plot_side(source, i)->boots[j], cell);
			const struct boot_metric *that =
				found ? boot_cell_find(found, metric) : NULL;

			if (that)
				return that;
		}
	return NULL;
}

double plot_number(const struct boot_cell *cell, const char *param)
{
	double number = params_number(cell->params, param);

	return number > 0 ? number : 0;
}

/* ---- estimates ---- */

static const struct boot_metric *find_metric(const struct boot *boot, const char *cell,
					     const char *metric)
{
	const struct boot_cell *found = plot_cell(boot, cell);

	return found ? boot_cell_find(found, metric) : NULL;
}

/* Returns the factor that scales a median; NAN if a value for it is missing. */
static double factor_of(const struct boot *boot, const char *cell, const struct plot_view *view,
			const struct boot_metric *metric)
{
	const struct boot_metric *base;
	double size, median = metric->summary.median;

	switch (view->scale) {
	case SCALE_PER_PAGE:
		size = plot_number(plot_cell(boot, cell), "size_bytes");
		return size > 0 ? PLOT_PAGE / size : NAN;
	case SCALE_PER_FOLIO:
		return PLOT_PAGE / view->folio_bytes;
	case SCALE_SPEEDUP:
		base = find_metric(boot, view->base_cell, view->metric);
		return base && median > 0 ? base->summary.median / (median * median) : NAN;
	default:
		return 1;
	}
}

int plot_estimate(const struct side *side, const char *cell, const struct plot_view *view,
		  double *points, struct estimate *ret_estimate)
{
	struct estimate estimate = { .median = NAN, .lo = NAN, .hi = NAN };
	double *sorted = calloc(side->nr_boots + 1, sizeof(*sorted)), factor = 1;
	const struct boot_metric *last = NULL;
	size_t boots = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < side->nr_boots; i++) {
		const struct boot *boot = side->boots[i];
		const struct boot_metric *metric = find_metric(boot, cell, view->metric);
		double own;

		points[i] = NAN;
		if (!metric)
			continue;
		own = factor_of(boot, cell, view, metric);
		if (!isfinite(metric->summary.median * own))
			continue;
		points[i] = metric->summary.median * own;
		sorted[boots++] = points[i];
		estimate.samples += metric->summary.count;
		last = metric;
		factor = own;
	}
	if (last)
		estimate_make(&estimate, sorted, boots, last->summary.lower_quartile * factor,
			      last->summary.upper_quartile * factor);
	if (boots == 1 &&
	    view->scale == SCALE_SPEEDUP) { /* quartiles do not bound a ratio of two medians */
		estimate.spread = SPREAD_NONE;
		estimate.lo = estimate.hi = estimate.median;
	}
	free(sorted);
	*ret_estimate = estimate;
	return 0;
}

/* ---- the foot of a plot ---- */

int tally_init(struct tally *tally, const struct plot_source *source)
{
	tally->spreads = 0;
	tally->boots = calloc(source->sides->count + 1, sizeof(*tally->boots));
	tally->samples = calloc(source->sides->count + 1, sizeof(*tally->samples));
	return tally->boots && tally->samples ? 0 : -ENOMEM;
}

void tally_release(struct tally *tally)
{
	free(tally->boots);
	free(tally->samples);
}

void tally_add(struct tally *tally, size_t side, const struct estimate *estimate)
{
	if (!estimate->boots)
		return;
	if (estimate->boots > tally->boots[side])
		tally->boots[side] = estimate->boots;
	tally->samples[side] += estimate->samples;
	tally->spreads |= 1U << estimate->spread;
}

void plot_add_side(struct text *out, const struct side *side)
{
	text_add(out, "%s", side->label);
}

/* Adds "patched (6.18.15)", or the release alone if the label is the same. */
static void add_kernel(struct text *out, const struct side *side)
{
	const char *kernel = boot_kernel(side->boots[0]);

	text_add(out, "%s", side->label);
	if (kernel[0] && !strstr(side->label, kernel))
		text_add(out, " (%s)", kernel);
}

/* Adds a number as "12,345". */
static void add_count(struct text *out, size_t count)
{
	if (count >= 1000)
		add_count(out, count / 1000);
	if (count >= 1000)
		text_add(out, ",%03zu", count % 1000);
	else
		text_add(out, "%zu", count);
}

static void add_number(struct text *out, const struct tally *tally, size_t side)
{
	text_add(out, "%zu boot%s, ", tally->boots[side], tally->boots[side] == 1 ? "" : "s");
	add_count(out, tally->samples[side]);
	text_add(out, " sample%s", tally->samples[side] == 1 ? "" : "s");
}

static bool are_alike(const struct tally *tally, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (tally->boots[i] != tally->boots[0] || tally->samples[i] != tally->samples[0])
			return false;
	return count > 1;
}

static void add_numbers(struct text *out, const struct plot_source *source,
			const struct tally *tally)
{
	bool alike = are_alike(tally, source->sides->count);

	text_add(out, "n: ");
	if (alike) {
		add_number(out, tally, 0);
		text_add(out, " each: ");
	}
	for (size_t i = 0; i < source->sides->count; i++) {
		text_add(out, "%s", i ? alike ? ", " : "; " : "");
		add_kernel(out, plot_side(source, i));
		if (alike)
			continue;
		text_add(out, " ");
		add_number(out, tally, i);
	}
	text_add(out, ".");
}

static const struct {
	enum spread spread;
	const char *alone, *among;
} spreads[] = {
	{ SPREAD_INTERVAL, "95 % interval of the median over boots",
	  "95 % interval of the median over boots" },
	{ SPREAD_RANGE, "range of boots (an interval takes 6)",
	  "of fewer than 6 boots their range" },
	{ SPREAD_QUARTILES, "quartiles of the samples of the one boot",
	  "of a single boot the quartiles of its samples" },
};

static void add_spread(struct text *out, const char *marks, unsigned int met)
{
	bool first = true;

	text_add(out, "%s", marks);
	for (size_t i = 0; i < sizeof(spreads) / sizeof(spreads[0]); i++) {
		if (!(met & 1U << spreads[i].spread))
			continue;
		text_add(out, "%s%s", first ? "" : ", ",
			 first ? spreads[i].alone : spreads[i].among);
		first = false;
	}
	text_add(out, "%s.", first && met ? "none: there is one boot only" : "");
}

/* Adds each version of the tools that measured, once. */
static void add_versions(struct text *out, const struct plot_source *source)
{
	struct text list = { 0 };

	for (size_t i = 0; i < source->sides->count; i++)
		for (size_t j = 0; j < plot_side(source, i)->nr_boots; j++) {
			const struct boot *boot = plot_side(source, i)->boots[j];
			const char *name = run_text(boot->run, "tool", "name");
			struct text one = { 0 };

			text_add(&one, "%s %s", name[0] ? name : "dmabench",
				 run_text(boot->run, "tool", "version"));
			if (one.text && (!list.text || !strstr(list.text, one.text)))
				text_add(&list, "%s%s", list.length ? ", " : "", one.text);
			list.failed |= one.failed;
			text_release(&one);
		}
	text_add(out, " Measured by %s.", list.text ? list.text : "");
	out->failed |= list.failed;
	text_release(&list);
}

static void add_timing(struct text *out, const struct plot_source *source)
{
	bool icount = boot_is_icount(plot_side(source, 0)->boots[0]);

	text_add(out, "Timing: %s.",
		 icount ? "icount (time is executed instructions of an emulated machine: no claim "
			  "about hardware)"
			: "wall clock");
	add_versions(out, source);
}

void plot_foot(struct figure *figure, const struct plot_source *source, const struct tally *tally,
	       const char *what, const char *marks)
{
	struct text lines[3] = { 0 };

	add_numbers(&lines[0], source, tally);
	add_spread(&lines[1], marks, tally->spreads);
	add_timing(&lines[2], source);
	text_add(&figure->about, "%s", what);
	figure->height += 4;
	for (size_t i = 0; i < 3; i++) {
		figure->about.failed |= lines[i].failed;
		if (lines[i].text) {
			text_add(&figure->about, " %s", lines[i].text);
			figure_lines(figure, FIGURE_SMALL, lines[i].text);
		}
		text_release(&lines[i]);
	}
	figure->height += FIGURE_MARGIN / 2.0;
}

void plot_add_series(struct figure *figure, double *x, const struct figure_style *style, int shape,
		     struct text *name)
{
	figure_series(figure, style);
	figure_legend(figure, x, style->colour, shape, name->text ? name->text : "");
	figure->about.failed |= name->failed;
	text_release(name);
}

void plot_legend(struct figure *figure, const struct plot_source *source)
{
	double x = 0;

	for (size_t i = 0; i < source->sides->count; i++) {
		const struct figure_style *style = figure_style(i);
		struct text name = { 0 };

		plot_add_side(&name, plot_side(source, i));
		plot_add_series(figure, &x, style, style->shape, &name);
	}
	figure_end_legend(figure);
}
