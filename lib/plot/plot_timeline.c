/* Plots how devices and guests come up: spans of time by phase, on one clock. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/chart.h"
#include "plot/kinds.h"
#include "plot/text.h"
#include "result/cell_name.h"

#define PANELS_MOST 6

struct phase {
	const char *metric, *name;
	unsigned int colour;
};

static const struct phase bringup[] = {
	{ "group_ns", "group", 0xaa4488 }, { "attach_ns", "attach", 0x008868 },
	{ "open_ns", "open", 0x0072b2 },   { "info_ns", "info", 0x6e6e6e },
	{ "reset_ns", "reset", 0xd55e00 }, { "mmap_ns", "mmap", 0x947000 },
	{ "irq_ns", "irq", 0x555555 },	   { NULL, NULL, 0 },
};

static const struct phase boot_phases[] = {
	{ "ram_ns", "RAM", 0x008868 },
	{ "container_ns", "container", 0xaa4488 },
	{ "map_ram_ns", "map RAM", 0xd55e00 },
	{ "open_ns", "open", 0x0072b2 },
	{ "bars_ns", "BARs", 0x947000 },
	{ "map_bars_ns", "map BARs", 0x555555 },
	{ NULL, NULL, 0 },
};

struct gantt {
	const struct plot_source *source;
	struct figure *figure;
	const char *bench;
	struct chart charts[PANELS_MOST];
	size_t nr_charts;
	const struct phase *phases; /* for the legend */
	struct tally tally;
};

/* ---- devices ---- */

static size_t nr_samples(const struct boot_cell *cell, const char *metric)
{
	const struct boot_metric *found = cell ? boot_cell_find(cell, metric) : NULL;

	return found && found->samples && found->every <= 1 ? found->nr_samples : 0;
}

/* Returns the devices per iteration, if all of them came up in all iterations; else 0. */
static size_t count_devices(const struct boot_cell *cell)
{
	size_t rounds = nr_samples(cell, "wall_ns"), all = nr_samples(cell, "device_ns");

	return rounds && all % rounds == 0 && nr_samples(cell, "serial_device_ns") == all
		       ? all / rounds
		       : 0;
}

/* Finds the cell with the most devices; among equals, one that has the reset phase. */
static const char *find_cell(const struct gantt *gantt)
{
	const char *best = NULL;
	size_t most = 1;

	for (size_t i = 0; i < gantt->source->nr_cells; i++) {
		const char *name = gantt->source->cells[i];
		const struct boot_cell *cell = plot_any_cell(gantt->source, name);
		size_t count = cell_is_of(name, gantt->bench) ? count_devices(cell) : 0;

		count = count * 2 + (count && nr_samples(cell, "reset_ns"));
		if (count / 2 < 2 || count <= most)
			continue;
		most = count;
		best = name;
	}
	return best;
}

/* Returns the iteration whose wall time is nearest the median. */
static size_t middle_round(const struct boot_cell *cell, const char *wall)
{
	const struct boot_metric *metric = boot_cell_find(cell, wall);
	size_t best = 0;

	for (size_t i = 0; i < metric->nr_samples; i++)
		if (fabs(metric->samples[i] - metric->summary.median) <
		    fabs(metric->samples[best] - metric->summary.median))
			best = i;
	return best;
}

static int add_device(struct chart *chart, const struct boot_cell *cell, const char *way,
		      size_t sample, size_t row, double *at)
{
	int ret = 0;

	for (size_t i = 0; bringup[i].metric && !ret; i++) {
		char metric[32];
		double length;

		snprintf(metric, sizeof(metric), "%s%s", way, bringup[i].metric);
		if (sample >= nr_samples(cell, metric))
			continue;
		length = boot_cell_find(cell, metric)->samples[sample];
		ret = chart_add_span(chart, (struct span){ *at, *at + length, row, i });
		*at += length;
	}
	return ret;
}

static int add_way(struct gantt *gantt, size_t side, const struct boot_cell *cell, bool serial)
{
	struct chart *chart = &gantt->charts[gantt->nr_charts];
	const char *way = serial ? "serial_" : "";
	size_t count = count_devices(cell);
	size_t round = middle_round(cell, serial ? "serial_wall_ns" : "wall_ns");
	double at = 0;
	int ret = 0;

	if (gantt->nr_charts == PANELS_MOST || count > CHART_ROWS)
		return 0;
	gantt->nr_charts++;
	plot_add_side(&chart->title, plot_side(gantt->source, side));
	text_add(&chart->title, ": %zu devices %s", count,
		 serial ? "one after another" : "together");
	chart->nr_rows = count;
	for (size_t i = 0; i < count && !ret; i++) {
		at = serial ? at : 0;
		text_add(&chart->labels[i], "%zu", i + 1);
		ret = add_device(chart, cell, way, round * count + i, i, &at);
	}
	return ret;
}

static int add_devices(struct gantt *gantt, const char *name)
{
	size_t last = gantt->source->sides->count - 1;
	int ret = 0;

	gantt->phases = bringup;
	for (size_t i = 0; i <= last && !ret; i++) {
		const struct boot_cell *cell = NULL;

		if (i && i != last) /* only the first and the last side of a series */
			continue;
		for (size_t j = 0; j < plot_side(gantt->source, i)->nr_boots && !cell; j++)
			cell = plot_cell(plot_side(gantt->source, i)->boots[j], name);
		if (!cell || !count_devices(cell) || !nr_samples(cell, "serial_wall_ns"))
			continue;
		gantt->tally.boots[i] = 1;
		gantt->tally.samples[i] = nr_samples(cell, "wall_ns");
		ret = add_way(gantt, i, cell, false);
		if (!ret)
			ret = add_way(gantt, i, cell, true);
	}
	return ret;
}

/* ---- guests ---- */

static int add_guest(struct gantt *gantt, size_t side, const char *cell, double *points)
{
	struct chart *chart = &gantt->charts[0];
	double at = 0;
	int ret = 0;

	for (size_t i = 0; boot_phases[i].metric && !ret; i++) {
		const struct plot_view view = { .metric = boot_phases[i].metric };
		struct estimate estimate;

		ret = plot_estimate(plot_side(gantt->source, side), cell, &view, points, &estimate);
		if (ret || !isfinite(estimate.median))
			continue;
		tally_add(&gantt->tally, side, &estimate);
		ret = chart_add_span(chart,
				     (struct span){ at, at + estimate.median, chart->nr_rows, i });
		at += estimate.median;
	}
	if (ret || at <= 0)
		return ret;
	text_add(&chart->labels[chart->nr_rows], "%s", plot_side(gantt->source, side)->label);
	text_add(&chart->labels[chart->nr_rows++], "  %s", cell_settings(cell));
	return 0;
}

static int add_guests(struct gantt *gantt)
{
	double *points = calloc(gantt->source->most_boots + 1, sizeof(double));
	int ret = points ? 0 : -ENOMEM;

	gantt->phases = boot_phases;
	gantt->nr_charts = 1;
	for (size_t i = 0; i < gantt->source->nr_cells; i++)
		for (size_t side = 0; side < gantt->source->sides->count && !ret; side++)
			if (cell_is_of(gantt->source->cells[i], gantt->bench) &&
			    gantt->charts[0].nr_rows < CHART_ROWS / 2)
				ret = add_guest(gantt, side, gantt->source->cells[i], points);
	free(points);
	if (!gantt->charts[0].nr_rows)
		gantt->nr_charts = 0;
	gantt->tally.spreads = 0;
	return ret;
}

/* ---- figure ---- */

static void add_legend(struct gantt *gantt)
{
	double x = 0;

	for (size_t i = 0; gantt->phases[i].metric; i++) {
		const struct phase *phase = &gantt->phases[i];
		const struct figure_style style = { phase->colour, 5, 4, 1 };
		double longest = chart_longest(&gantt->charts[0], i);
		struct text name = { 0 };
		char time[AXIS_LABEL];

		figure_series(gantt->figure, &style);
		text_add(&name, "%s", phase->name);
		if (longest > 0)
			text_add(&name, " ≤%s", axis_label(longest, "ns", 3, time));
		if (longest > 0)
			figure_legend(gantt->figure, &x, phase->colour, 5,
				      name.text ? name.text : "");
		gantt->figure->about.failed |= name.failed;
		text_release(&name);
	}
	figure_end_legend(gantt->figure);
}

static void draw(struct gantt *gantt, const char *subtitle, const char *what, const char *marks)
{
	struct text title = { 0 };
	double end = 0;

	text_add(&title, "%s: how the time goes", gantt->bench);
	figure_begin(gantt->figure, title.text ? title.text : "", subtitle);
	gantt->figure->about.failed |= title.failed;
	text_release(&title);
	add_legend(gantt);
	for (size_t i = 0; i < gantt->nr_charts; i++)
		end = fmax(end, gantt->charts[i].end);
	for (size_t i = 0; i < gantt->nr_charts; i++)
		chart_place(&gantt->charts[i], end, gantt->figure);
	plot_foot(gantt->figure, gantt->source, &gantt->tally, what, marks);
}

static void release(struct gantt *gantt)
{
	for (size_t i = 0; i < PANELS_MOST; i++)
		chart_release(&gantt->charts[i], gantt->figure);
	tally_release(&gantt->tally);
	free(gantt);
}

static int make_devices(struct gantt *gantt, struct plot_made *made)
{
	const char *name = find_cell(gantt);
	struct text subtitle = { 0 };
	int ret;

	if (!name) {
		made->applies = true;
		text_add(&made->figure.title, "%s: how the time goes", gantt->bench);
		text_add(&made->figure.why_not, "needs a trial with 2 devices or more that all "
						"came up");
		return 0;
	}
	ret = add_devices(gantt, name);
	made->applies = !ret && gantt->nr_charts;
	text_add(&subtitle,
		 "%s. The middle iteration of the first boot; together, all are drawn "
		 "from the same start, phases in the order of the legend.",
		 name);
	if (made->applies)
		draw(gantt, subtitle.text ? subtitle.text : "",
		     "Gantt chart: a line a device, its phases one behind another, together and "
		     "one after another, on one scale.",
		     "One iteration of one boot is shown: no interval");
	made->figure.about.failed |= subtitle.failed;
	text_release(&subtitle);
	return ret;
}

static int make_guests(struct gantt *gantt, struct plot_made *made)
{
	int ret = add_guests(gantt);

	made->applies = !ret && gantt->nr_charts;
	if (made->applies)
		draw(gantt,
		     "Phases of a guest's start, in the order of the legend; medians over boots.",
		     "Gantt chart: a line a cell and kernel, the phases of a guest's start one "
		     "behind another.",
		     "Medians; their intervals stand in the table");
	return ret;
}

static const struct {
	const char *bench;
	int (*make)(struct gantt *gantt, struct plot_made *made);
} benches_with_phases[] = {
	{ "device-init", make_devices },
	{ "guest-boot", make_guests },
};

int plot_timeline_make(const struct plot_request *request, struct plot_made *made)
{
	struct gantt *gantt;
	int ret;

	for (size_t i = 0; i < sizeof(benches_with_phases) / sizeof(benches_with_phases[0]); i++) {
		if (request->part || strcmp(benches_with_phases[i].bench, request->bench) != 0)
			continue;
		gantt = calloc(1, sizeof(*gantt));
		if (!gantt)
			return -ENOMEM;
		gantt->source = request->source;
		gantt->figure = &made->figure;
		gantt->bench = request->bench;
		ret = tally_init(&gantt->tally, request->source);
		if (!ret)
			ret = benches_with_phases[i].make(gantt, made);
		release(gantt);
		return ret;
	}
	return 0;
}
