#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "table/naming.h"
#include "plot/lines.h"
#include "plot/text.h"

#define PANEL_PX 180
#define GAP_PX 14
#define LEAN 0.6 /* height of a turned label, as part of its length */
#define DODGE 0.05 /* offset between series, as part of the distance of two points */

struct lines_panel *lines_add_panel(struct lines *lines)
{
	struct lines_panel *grown = grow(lines->panels, lines->nr_panels, sizeof(*grown));

	if (!grown) {
		lines->failed = true;
		return NULL;
	}
	lines->panels = grown;
	grown += lines->nr_panels++;
	*grown = (struct lines_panel){ .nr_points = 0 };
	return grown;
}

struct lines_point *lines_add_point(struct lines *lines, struct lines_panel *panel, double x)
{
	struct lines_point *grown =
		panel ? grow(panel->points, panel->nr_points, sizeof(*grown)) : NULL;

	if (!grown) {
		lines->failed = true;
		return NULL;
	}
	panel->points = grown;
	grown += panel->nr_points++;
	*grown = (struct lines_point){ .x = x, .ideal = NAN };
	grown->estimates = calloc(lines->nr_series, sizeof(*grown->estimates));
	grown->boots = calloc(lines->nr_series * lines->source->most_boots + 1, sizeof(double));
	if (!grown->estimates || !grown->boots) {
		lines->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < lines->nr_series; i++)
		grown->estimates[i].median = NAN;
	for (size_t i = 0; i < lines->nr_series * lines->source->most_boots; i++)
		grown->boots[i] = NAN;
	return grown;
}

void lines_measure(struct lines *lines, struct lines_point *point, const char *cell,
		   const struct plot_view *view)
{
	for (size_t i = 0; point && i < lines->nr_series; i++)
		if (plot_estimate(plot_side(lines->source, i), cell, view,
				  &point->boots[i * lines->source->most_boots],
				  &point->estimates[i]))
			lines->failed = true;
}

/* Adds what all panels have in common, and what their titles hold. */
static void say_naming(struct lines *lines, const struct naming *naming)
{
	if (naming->common.length)
		text_add(&lines->subtitle, "%s. ", naming->common.text);
	if (naming->header.length)
		text_add(&lines->subtitle, "Panels: %s. ", naming->header.text);
}

int lines_name_panels(struct lines *lines, const char *const *cells)
{
	struct naming naming;
	int ret = naming_make(cells, lines->nr_panels, &naming);

	if (ret)
		return ret;
	say_naming(lines, &naming);
	for (size_t i = 0; i < lines->nr_panels; i++)
		naming_shorten(&naming, cells[i], &lines->panels[i].title);
	naming_release(&naming);
	return 0;
}

void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->nr_panels; i++) {
		struct lines_panel *panel = &lines->panels[i];

		for (size_t j = 0; j < panel->nr_points; j++) {
			free(panel->points[j].estimates);
			free(panel->points[j].boots);
		}
		free(panel->points);
		free(panel->steps);
		text_release(&panel->title);
	}
	free(lines->panels);
	text_release(&lines->title);
	text_release(&lines->subtitle);
	text_release(&lines->what);
}

/* ---- axes ---- */

static void widen(double value, double *lo, double *hi)
{
	if (!isfinite(value))
		return;
	*lo = fmin(*lo, value);
	*hi = fmax(*hi, value);
}

static void make_y(const struct lines *lines, const struct lines_panel *panel, struct axis *axis)
{
	double lo = INFINITY, hi = 0;

	for (size_t i = 0; i < panel->nr_points; i++) {
		const struct lines_point *point = &panel->points[i];

		widen(point->ideal, &lo, &hi);
		for (size_t j = 0; j < lines->nr_series * lines->source->most_boots; j++)
			widen(point->boots[j], &lo, &hi);
		for (size_t j = 0; j < lines->nr_series; j++) {
			if (!isfinite(point->estimates[j].median))
				continue;
			widen(point->estimates[j].lo, &lo, &hi);
			widen(point->estimates[j].hi, &lo, &hi);
		}
	}
	axis_make(axis, lo, hi, axis_wants_log(lo, hi), panel->unit ? panel->unit : lines->unit);
}

/* Makes the axis of a panel; a label that would touch the one before is left out. */
static void make_x(const struct lines *lines, const struct lines_panel *panel, double wide,
		   struct axis *axis)
{
	double first = panel->points[0].x, last = panel->points[panel->nr_points - 1].x;
	double margin = fmax((last - first) * 0.06, 0.25), until = -INFINITY;

	*axis = (struct axis){ .min = first - margin, .max = last + margin };
	for (size_t i = 0; i < panel->nr_points; i++) {
		const struct lines_point *point = &panel->points[i];
		double at = (point->x - axis->min) / (axis->max - axis->min) * wide;
		double half = lines->lean ? FIGURE_SMALL * 0.8
					  : figure_measure(point->label, FIGURE_SMALL) / 2 + 2;
		bool fits = at - half >= until && axis->nr_ticks < AXIS_TICKS;

		axis_add(axis, point->x, fits ? point->label : "");
		if (fits)
			until = at + half;
	}
}

static double leaning_px(const struct lines *lines)
{
	double most = FIGURE_SMALL;

	for (size_t i = 0; lines->lean && i < lines->nr_panels; i++)
		for (size_t j = 0; j < lines->panels[i].nr_points; j++)
			most = fmax(most, LEAN * figure_measure(lines->panels[i].points[j].label,
								FIGURE_SMALL));
	return most + 22;
}

/* Returns how far the last label goes beyond the panel, if labels are turned. */
static double overhang_px(const struct lines *lines, const struct lines_panel *panel)
{
	const char *last = panel->points[panel->nr_points - 1].label;

	return lines->lean ? fmax(0, figure_measure(last, FIGURE_SMALL) * 0.82 - 24) : 0;
}

/* ---- figure ---- */

/* Draws a title from @top on, cut to @wide pixels. */
static void add_title(struct figure *figure, const char *title, double left, double top,
		      double wide)
{
	struct text shown = { 0 };

	plot_add_short(&shown, title, (size_t)(wide / figure_measure("m", FIGURE_LABEL)));
	figure_text(figure, left, top + FIGURE_LABEL * 0.65, FIGURE_LABEL, FIGURE_LEFT,
		    shown.text ? shown.text : "");
	figure->about.failed |= shown.failed;
	text_release(&shown);
}

/* Tells whether the text of a step would touch that of a larger step. */
static bool step_is_crowded(const struct lines_panel *panel, size_t which, double px_apart,
			    double wide)
{
	const struct lines_step *step = &panel->steps[which];

	for (size_t i = 0; i < panel->nr_steps; i++) {
		double more = fabs(log(panel->steps[i].ratio)) - fabs(log(step->ratio));

		if ((more > 0 || (more == 0 && i < which)) &&
		    fabs(panel->steps[i].x - step->x) * px_apart < wide)
			return true;
	}
	return false;
}

/* Writes the size of each step above its dotted line. */
static void add_step_sizes(struct figure *figure, const struct lines_panel *panel,
			   const struct figure_box *box, const struct axis *x)
{
	double px = (box->right - box->left) / (x->max - x->min);
	double wide = figure_measure("×0.0000", FIGURE_SMALL);

	for (size_t i = 0; i < panel->nr_steps; i++) {
		char size[32];

		if (step_is_crowded(panel, i, px, wide))
			continue;
		snprintf(size, sizeof(size), "×%.3g", panel->steps[i].ratio);
		figure_text(figure, box->left + (panel->steps[i].x - x->min) * px, box->top - 7,
			    FIGURE_SMALL, FIGURE_CENTRE, size);
	}
}

static double titles_px(const struct lines *lines)
{
	bool steps = false;

	for (size_t i = 0; i < lines->nr_panels; i++)
		steps |= lines->panels[i].nr_steps > 0;
	return FIGURE_LABEL * 1.3 + (steps ? FIGURE_SMALL : 0) + 16;
}

static void place_panels(const struct lines *lines, struct figure *figure)
{
	size_t columns = lines->wide || lines->nr_panels == 1 ? 1 : 2;
	double column = (figure->width - 2 * FIGURE_MARGIN + GAP_PX) / (double)columns;
	double title = titles_px(lines), under = leaning_px(lines);
	double top = figure->height + (lines->over_sides ? 8 : 0);

	for (size_t i = 0; i < lines->nr_panels; i++) {
		const struct lines_panel *panel = &lines->panels[i];
		double left = FIGURE_MARGIN + (double)(i % columns) * column;
		struct figure_box box = { .right = left + column - GAP_PX -
						   overhang_px(lines, panel) };
		struct axis x, y;

		if (i && i % columns == 0)
			top += title + PANEL_PX + under;
		make_y(lines, panel, &y);
		box.left = left + figure_ticks_px(&y);
		box.top = top + title;
		box.bottom = box.top + PANEL_PX;
		make_x(lines, panel, box.right - box.left, &x);
		figure_panel(figure, &box, &x, &y);
		add_title(figure, panel->title.text, left, top, column - GAP_PX);
		add_step_sizes(figure, panel, &box, &x);
	}
	figure->height = top + title + PANEL_PX + under;
}

static double shift_of(const struct lines *lines, const struct lines_panel *panel, size_t series)
{
	double span = panel->points[panel->nr_points - 1].x - panel->points[0].x;
	double step = panel->nr_points > 1 ? span / (double)(panel->nr_points - 1) : 1;

	return ((double)series - ((double)lines->nr_series - 1) / 2) * DODGE * step;
}

static void add_series(const struct lines *lines, const struct lines_panel *panel, size_t series,
		       struct text *data)
{
	double shift = shift_of(lines, panel, series);

	text_add(data, "# x median low high\n");
	for (size_t i = 0; i < panel->nr_points; i++) {
		const struct lines_point *point = &panel->points[i];
		const struct estimate *that = &point->estimates[series];

		text_add(data, point->breaks && i ? "\n" : "");
		if (isfinite(that->median))
			text_add(data, "%.6g %.6g %.6g %.6g\n", point->x + shift, that->median,
				 that->lo, that->hi);
		else
			text_add(data, "%.6g NaN NaN NaN\n", point->x + shift);
	}
	text_add(data, "\n\n# x boot\nNaN NaN\n");
	for (size_t i = 0; i < panel->nr_points; i++)
		for (size_t j = 0; j < lines->source->most_boots; j++) {
			double boot =
				panel->points[i].boots[series * lines->source->most_boots + j];

			if (isfinite(boot))
				text_add(data, "%.6g %.6g\n", panel->points[i].x + shift, boot);
		}
	text_add(data, "\n\n");
}

/* Adds what is behind the series: the ideal, and steps from bottom to top. */
static void add_behind(const struct lines *lines, const struct lines_panel *panel,
		       struct text *data)
{
	struct axis y;

	make_y(lines, panel, &y);
	text_add(data, "# x ideal\nNaN NaN\n");
	for (size_t i = 0; i < panel->nr_points; i++)
		if (isfinite(panel->points[i].ideal))
			text_add(data, "%.6g %.6g\n", panel->points[i].x, panel->points[i].ideal);
	text_add(data, "\n\n# steps: x bottom height\nNaN NaN NaN\n");
	for (size_t i = 0; i < panel->nr_steps; i++)
		text_add(data, "%.6g %.6g %.6g\n", panel->steps[i].x, y.min, y.max - y.min);
	text_add(data, "\n\n");
}

static void add_data(const struct lines *lines, struct text *data)
{
	for (size_t i = 0; i < lines->nr_panels; i++)
		for (size_t j = 0; j < lines->nr_series; j++) {
			text_add(data, "# panel ");
			plot_add_plain(data, lines->panels[i].title.text);
			text_add(data, "\n");
			add_series(lines, &lines->panels[i], j, data);
		}
	for (size_t i = 0; i < lines->nr_panels; i++)
		add_behind(lines, &lines->panels[i], data);
}

static void add_tally(const struct lines *lines, struct tally *tally)
{
	for (size_t i = 0; i < lines->nr_panels; i++)
		for (size_t j = 0; j < lines->panels[i].nr_points; j++)
			for (size_t k = 0; k < lines->nr_series; k++)
				tally_add(tally, lines->over_sides ? j : k,
					  &lines->panels[i].points[j].estimates[k]);
}

static bool has_ideal(const struct lines *lines)
{
	for (size_t i = 0; i < lines->nr_panels; i++)
		for (size_t j = 0; j < lines->panels[i].nr_points; j++)
			if (isfinite(lines->panels[i].points[j].ideal))
				return true;
	return false;
}

static void add_legend(const struct lines *lines, struct figure *figure)
{
	if (!lines->over_sides)
		plot_legend(figure, lines->source);
	else
		figure_series(figure, figure_style(0));
}

int lines_finish(struct lines *lines, struct plot_made *made)
{
	struct figure *figure = &made->figure;
	struct tally tally = { 0 };
	struct text marks = { 0 };
	int ret = lines->failed ? -ENOMEM : tally_init(&tally, lines->source);

	for (size_t i = 0; i < lines->nr_panels; i++)
		text_add(&lines->panels[i].title, "%s", "");
	text_add(&lines->what, "%s", "");
	text_add(&lines->title, "%s", "");
	text_add(&lines->subtitle, "%s", "");
	text_add(&marks,
		 "%s: ", lines->ribbon ? "Small dots: boots. Bands" : "Small dots: boots. Bars");
	if (has_ideal(lines))
		text_add(&lines->what, " The dashed line is the ideal.");
	if (lines->what.failed || lines->title.failed || lines->subtitle.failed || marks.failed)
		ret = -ENOMEM;
	for (size_t i = 0; i < lines->nr_panels; i++)
		if (lines->panels[i].title.failed)
			ret = -ENOMEM;
	if (!ret) {
		figure_begin(figure, lines->title.text, lines->subtitle.text);
		add_legend(lines, figure);
		add_data(lines, &figure->data);
		add_tally(lines, &tally);
		place_panels(lines, figure);
		figure_set(figure, "ribbon", lines->ribbon);
		figure_set(figure, "x_turned", lines->lean);
		plot_foot(figure, lines->source, &tally, lines->what.text, marks.text);
	}
	text_release(&marks);
	tally_release(&tally);
	lines_release(lines);
	return ret;
}
