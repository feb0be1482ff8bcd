/* Cost per page by folio: what memory is made of, from small pages to the largest. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "report/naming.h"
#include "report/plot_lines.h"
#include "report/plot_text.h"

#define LEAST_ORDERS 3
#define METRICS_MOST 16

/* Backings that are alike but for the size of their pages are joined by a line. */
static const struct {
	const char *prefix;
	int family;
} families[] = {
	{ "anon", 0 },	  { "mthp-", 0 }, { "thp", 0 },	     { "shmem", 1 },
	{ "memfd-h", 3 }, { "memfd", 2 }, { "hugetlb-", 4 },
};

struct folio_cell {
	const char *cell, *backing;
	char *rest;
	double page_bytes;
	int family;
};

struct order {
	const struct plot_source *source;
	const char *bench, *metric;
	struct folio_cell *list;
	size_t count, most;
};

static int family_of(const char *backing)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (text_starts_with(backing, families[i].prefix))
			return families[i].family;
	return 9;
}

/* Of the pages that hold most of the memory. */
static double page_bytes(const struct boot_cell *cell)
{
	json_t *pages = json_object_get(cell->verified, "pages"), *count;
	double most = 0, best = 0;
	const char *size;

	json_object_foreach(pages, size, count) {
		double bytes = strtod(size, NULL), all = bytes * json_number_value(count);

		if (bytes >= 1 && bytes <= 0x1p50 && all > most) {
			most = all;
			best = bytes;
		}
	}
	return best;
}

/* The cell's name without what differs between backings: how much memory it takes, too. */
static char *cut_parts(const char *cell)
{
	struct text rest = { 0 };

	while (*cell) {
		size_t length = strcspn(cell + 1, "/") + 1;

		if (strncmp(cell, "/backing=", 9) != 0 && strncmp(cell, "/size=", 6) != 0)
			text_add_bytes(&rest, cell, length);
		cell += length;
	}
	text_add(&rest, "%s", "");
	if (!rest.failed)
		return rest.text;
	text_release(&rest);
	return NULL;
}

static int by_rest(const void *a, const void *b)
{
	const struct folio_cell *left = a, *right = b;
	int order = strverscmp(left->rest, right->rest);

	if (!order && left->page_bytes != right->page_bytes)
		order = left->page_bytes < right->page_bytes ? -1 : 1;
	if (!order)
		order = left->family - right->family;
	return order ? order : strverscmp(left->cell, right->cell);
}

static int add_cell(struct order *order, const char *name)
{
	const struct boot_cell *cell = plot_any_cell(order->source, name);
	const char *backing = json_string_value(json_object_get(cell->params, "backing"));
	struct folio_cell *grown;

	if (!backing || page_bytes(cell) <= 0 ||
	    !plot_any_metric(order->source, name, order->metric))
		return 0;
	grown = realloc(order->list, (order->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	order->list = grown;
	grown += order->count;
	*grown = (struct folio_cell){ .cell = name,
				      .backing = backing,
				      .rest = cut_parts(name),
				      .page_bytes = page_bytes(cell),
				      .family = family_of(backing) };
	if (!grown->rest)
		return -ENOMEM;
	order->count++;
	return 0;
}

static void release_cells(struct order *order)
{
	for (size_t i = 0; i < order->count; i++)
		free(order->list[i].rest);
	free(order->list);
	order->list = NULL;
	order->count = 0;
}

static size_t end_of_panel(const struct order *order, size_t first)
{
	size_t end = first;

	while (end < order->count && !strcmp(order->list[end].rest, order->list[first].rest))
		end++;
	return end;
}

static size_t count_orders(const struct order *order, size_t first)
{
	size_t end = end_of_panel(order, first), count = 1;

	for (size_t i = first + 1; i < end; i++)
		count += order->list[i].page_bytes != order->list[i - 1].page_bytes;
	return count;
}

static int gather(struct order *order, const char *metric, bool *ret_any)
{
	int ret = 0;

	release_cells(order);
	order->metric = metric;
	*ret_any = false;
	for (size_t i = 0; i < order->source->nr_cells && !ret; i++)
		if (plot_is_of(order->source->cells[i], order->bench))
			ret = add_cell(order, order->source->cells[i]);
	if (order->count)
		qsort(order->list, order->count, sizeof(*order->list), by_rest);
	for (size_t i = 0; i < order->count; i = end_of_panel(order, i)) {
		size_t orders = count_orders(order, i);

		*ret_any |= orders >= LEAST_ORDERS;
		order->most = orders > order->most ? orders : order->most;
	}
	return ret;
}

static bool wants(const struct boot_metric *metric)
{
	return !strcmp(metric->unit, "ns") &&
	       (metric->per_size || strstr(metric->name, "_ns_per_page"));
}

static size_t list_metrics(const struct order *order, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < order->source->nr_cells; i++) {
		const struct boot_cell *cell;

		if (!plot_is_of(order->source->cells[i], order->bench))
			continue;
		cell = plot_any_cell(order->source, order->source->cells[i]);
		for (size_t j = 0; j < cell->nr_metrics && count < METRICS_MOST; j++) {
			size_t at = 0;

			while (at < count && strcmp(names[at], cell->metrics[j].name) != 0)
				at++;
			if (at == count && wants(&cell->metrics[j]))
				names[count++] = cell->metrics[j].name;
		}
	}
	return count;
}

static int find_part(struct order *order, size_t part)
{
	const char *names[METRICS_MOST];
	size_t count = list_metrics(order, names);

	for (size_t i = 0; i < count; i++) {
		bool any;
		int ret = gather(order, names[i], &any);

		if (ret)
			return ret;
		if (any && !part--)
			return 0;
	}
	return -ENOENT;
}

static void label(const struct folio_cell *cell, char text[AXIS_LABEL])
{
	char size[UNIT_TEXT];

	if (strpbrk(cell->backing, "0123456789"))
		snprintf(text, AXIS_LABEL, "%s", cell->backing);
	else
		snprintf(text, AXIS_LABEL, "%.16s %s", cell->backing,
			 size_format((uint64_t)cell->page_bytes, size));
}

static void add_points(const struct order *order, struct lines *lines, size_t first)
{
	struct lines_panel *panel = lines_add_panel(lines);
	size_t end = end_of_panel(order, first);

	for (size_t i = first; i < end; i++) {
		const struct folio_cell *that = &order->list[i];
		const struct boot_metric *metric =
			plot_any_metric(order->source, that->cell, order->metric);
		struct plot_view view = { .metric = order->metric,
					  .scale = metric->per_size ? SCALE_PER_PAGE
								    : SCALE_PER_FOLIO,
					  .folio_bytes = that->page_bytes };
		struct lines_point *point = lines_add_point(lines, panel, (double)(i - first));

		if (!point)
			return;
		lines_measure(lines, point, that->cell, &view);
		label(that, point->label);
		point->breaks = i > first && that->family != that[-1].family;
	}
}

static int add_panels(const struct order *order, struct lines *lines)
{
	const char *rests[LINES_PANELS];
	struct naming naming;
	int ret;

	for (size_t i = 0; i < order->count; i = end_of_panel(order, i)) {
		if (count_orders(order, i) < LEAST_ORDERS || lines->nr_panels == LINES_PANELS)
			continue;
		rests[lines->nr_panels] = order->list[i].rest;
		add_points(order, lines, i);
	}
	if (lines->failed)
		return -ENOMEM;
	ret = naming_make(rests, lines->nr_panels, &naming);
	if (ret)
		return ret;
	lines_say_naming(lines, &naming);
	for (size_t i = 0; i < lines->nr_panels; i++)
		naming_shorten(&naming, rests[i], &lines->panels[i].title);
	naming_release(&naming);
	return 0;
}

static int draw(struct order *order, struct plot_made *made)
{
	struct lines lines = { .source = order->source,
			       .nr_series = order->source->sides->count,
			       .unit = "ns",
			       .lean = true,
			       .wide = true };
	int ret = add_panels(order, &lines);

	if (ret) {
		lines_release(&lines);
		return ret;
	}
	text_add(&lines.title, "%s: %s by folio, per 4 KiB", order->bench, order->metric);
	text_add(&lines.subtitle, "Across: what the memory is made of, by the size of its pages.");
	text_add(&lines.what,
		 "%s of %s, for each 4 KiB of memory, over backings in the order of their pages' "
		 "size, a line a kernel; lines join backings that differ in nothing else.",
		 order->metric, order->bench);
	text_add(&made->suffix, "%s", order->metric);
	return lines_finish(&lines, made);
}

int plot_order_make(const struct plot_request *request, struct plot_made *made)
{
	struct order order = { .source = request->source, .bench = request->bench };
	int ret = find_part(&order, request->part);

	if (!ret) {
		made->applies = true;
		ret = draw(&order, made);
	} else if (ret == -ENOENT) {
		ret = 0;
		made->applies = !request->part && order.most;
		if (made->applies) {
			text_add(&made->figure.title, "%s by folio", order.bench);
			text_add(&made->figure.why_not,
				 "needs memory of %d sizes of pages or more with all else alike; "
				 "there %s %zu",
				 LEAST_ORDERS, order.most == 1 ? "is" : "are", order.most);
		}
	}
	release_cells(&order);
	return ret;
}
