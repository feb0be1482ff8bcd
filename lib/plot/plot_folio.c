/* Plots cost per page by folio: from memory of small pages to memory of the largest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "plot/alike.h"
#include "plot/lines.h"
#include "plot/text.h"

#define LEAST_ORDERS 3
#define METRICS_MOST 16

/* A line joins backings that differ only in the size of their pages. */
static const struct {
	const char *prefix;
	int family;
} families[] = {
	{ "anon", 0 },	  { "mthp-", 0 }, { "thp", 0 },	     { "shmem", 1 },
	{ "memfd-h", 3 }, { "memfd", 2 }, { "hugetlb-", 4 },
};

static int family_of(const char *backing)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (text_starts_with(backing, families[i].prefix))
			return families[i].family;
	return 9;
}

static const char *backing_of(const struct alike_cell *cell)
{
	return params_text(cell->cell->params, "backing");
}

/* ---- which cells ---- */

static bool wants(const struct alike *alike, const struct boot_metric *metric)
{
	(void)alike;
	return !strcmp(metric->unit, "ns") &&
	       (metric->per_size || strstr(metric->name, "_ns_per_page"));
}

static bool place(const struct alike *alike, struct alike_cell *cell)
{
	const char *backing = backing_of(cell);

	(void)alike;
	if (!backing)
		return false;
	cell->x = verified_main_page(cell->cell->verified);
	cell->y = family_of(backing);
	return cell->x > 0;
}

static bool has_orders(const struct alike *alike, struct alike_group group)
{
	return alike_count_x(alike, group) >= LEAST_ORDERS;
}

/* Cells of a group may differ in size as well as in backing. */
static const struct alike_kind by_order = {
	{ "backing", "size" }, METRICS_MOST, wants, place, has_orders
};

/* ---- the plot ---- */

static void label(const struct alike_cell *cell, char text[AXIS_LABEL])
{
	const char *backing = backing_of(cell);
	char size[UNIT_TEXT];

	if (strpbrk(backing, "0123456789"))
		snprintf(text, AXIS_LABEL, "%s", backing);
	else
		snprintf(text, AXIS_LABEL, "%.16s %s", backing,
			 size_format((uint64_t)cell->x, size));
}

static void add_points(const struct alike *alike, struct lines *lines, struct alike_group group)
{
	struct lines_panel *panel = lines_add_panel(lines);

	for (size_t i = group.first; i < group.end; i++) {
		const struct alike_cell *that = &alike->list[i];
		const struct boot_metric *metric =
			plot_any_metric(alike->source, that->cell->name, alike->metric);
		struct plot_view view = { .metric = alike->metric,
					  .scale = metric->per_size ? SCALE_PER_PAGE
								    : SCALE_PER_FOLIO,
					  .folio_bytes = that->x };
		struct lines_point *point =
			lines_add_point(lines, panel, (double)(i - group.first));

		if (!point)
			return;
		lines_measure(lines, point, that->cell->name, &view);
		label(that, point->label);
		point->breaks = i > group.first && that->y != that[-1].y;
	}
}

static int add_panels(const struct alike *alike, struct lines *lines)
{
	const char *rests[LINES_PANELS];

	for (struct alike_group group = alike_first(alike); group.first < alike->count;
	     group = alike_next(alike, group)) {
		if (!has_orders(alike, group) || lines->nr_panels == LINES_PANELS)
			continue;
		rests[lines->nr_panels] = alike->list[group.first].rest;
		add_points(alike, lines, group);
	}
	if (lines->failed)
		return -ENOMEM;
	return lines_name_panels(lines, rests);
}

static int draw(const struct alike *alike, struct plot_made *made)
{
	struct lines lines = { .source = alike->source,
			       .nr_series = alike->source->sides->count,
			       .unit = "ns",
			       .lean = true,
			       .wide = true };
	int ret = add_panels(alike, &lines);

	if (ret) {
		lines_release(&lines);
		return ret;
	}
	text_add(&lines.title, "%s: %s by folio, per 4 KiB", alike->bench, alike->metric);
	text_add(&lines.subtitle, "Across: what the memory is made of, by the size of its pages.");
	text_add(&lines.what,
		 "%s of %s, for each 4 KiB of memory, over backings in the order of their pages' "
		 "size, a line a kernel; lines join backings that differ in nothing else.",
		 alike->metric, alike->bench);
	text_add(&made->suffix, "%s", alike->metric);
	return lines_finish(&lines, made);
}

int plot_folio_make(const struct plot_request *request, struct plot_made *made)
{
	struct alike alike = { .source = request->source,
			       .bench = request->bench,
			       .kind = &by_order };
	int ret = alike_find(&alike, request->part);

	if (!ret) {
		made->applies = true;
		ret = draw(&alike, made);
	} else if (ret == -ENOENT) {
		ret = 0;
		made->applies = !request->part && alike.most;
		if (made->applies) {
			text_add(&made->figure.title, "%s by folio", alike.bench);
			text_add(&made->figure.why_not,
				 "needs memory of %d sizes of pages or more with all else alike; "
				 "there %s %zu",
				 LEAST_ORDERS, alike.most == 1 ? "is" : "are", alike.most);
		}
	}
	alike_release(&alike);
	return ret;
}
