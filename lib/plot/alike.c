#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "plot/alike.h"
#include "result/cell_name.h"

/* ---- groups ---- */

static struct alike_group group_from(const struct alike *alike, size_t first)
{
	struct alike_group group = { first, first };

	while (group.end < alike->count &&
	       !strcmp(alike->list[group.end].rest, alike->list[first].rest))
		group.end++;
	return group;
}

struct alike_group alike_first(const struct alike *alike)
{
	return group_from(alike, 0);
}

struct alike_group alike_next(const struct alike *alike, struct alike_group group)
{
	return group_from(alike, group.end);
}

size_t alike_count_x(const struct alike *alike, struct alike_group group)
{
	size_t count = 1;

	for (size_t i = group.first + 1; i < group.end; i++)
		count += alike->list[i].x != alike->list[i - 1].x;
	return count;
}

/* ---- which cells ---- */

static bool is_any(const struct cell_part *part, const char *const *keys)
{
	while (*keys && !cell_part_has_key(part, *keys))
		keys++;
	return *keys;
}

char *alike_rest(const char *cell, const char *const *parts)
{
	const char *at = cell_parts(cell);
	struct text rest = { 0 };
	struct cell_part part;

	text_add(&rest, "%.*s", (int)cell_bench_length(cell), cell);
	while (cell_next_part(&at, &part))
		if (!is_any(&part, parts))
			text_add(&rest, "/%.*s", (int)part.length, part.text);
	if (!rest.failed)
		return rest.text;
	text_release(&rest);
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct alike_cell *left = a, *right = b;
	int order = strverscmp(left->rest, right->rest);

	if (order)
		return order;
	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	if (left->y != right->y)
		return left->y < right->y ? -1 : 1;
	return strverscmp(left->cell->name, right->cell->name);
}

static int add_cell(struct alike *alike, const char *name)
{
	struct alike_cell that = { .cell = plot_any_cell(alike->source, name) };
	struct alike_cell *grown;

	if (!plot_any_metric(alike->source, name, alike->metric) ||
	    !alike->kind->place(alike, &that))
		return 0;
	grown = grow(alike->list, alike->count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	alike->list = grown;
	that.rest = alike_rest(name, alike->kind->parts);
	if (!that.rest)
		return -ENOMEM;
	alike->list[alike->count++] = that;
	return 0;
}

void alike_release(struct alike *alike)
{
	for (size_t i = 0; i < alike->count; i++)
		free(alike->list[i].rest);
	free(alike->list);
	alike->list = NULL;
	alike->count = 0;
}

/* Collects the cells that have a metric. @ret_any: some group is large enough. */
static int gather(struct alike *alike, const char *metric, bool *ret_any)
{
	int ret = 0;

	alike_release(alike);
	alike->metric = metric;
	*ret_any = false;
	for (size_t i = 0; i < alike->source->nr_cells && !ret; i++)
		if (cell_is_of(alike->source->cells[i], alike->bench))
			ret = add_cell(alike, alike->source->cells[i]);
	if (ret || !alike->count)
		return ret;
	qsort(alike->list, alike->count, sizeof(*alike->list), by_place);
	for (struct alike_group group = alike_first(alike); group.first < alike->count;
	     group = alike_next(alike, group)) {
		size_t values = alike_count_x(alike, group);

		*ret_any |= alike->kind->shows(alike, group);
		alike->most = values > alike->most ? values : alike->most;
	}
	return 0;
}

/* ---- which metric ---- */

static bool is_listed(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static size_t list_metrics(const struct alike *alike, const char **names)
{
	size_t count = 0;

	for (size_t i = 0; i < alike->source->nr_cells; i++) {
		const struct boot_cell *cell;

		if (!cell_is_of(alike->source->cells[i], alike->bench))
			continue;
		cell = plot_any_cell(alike->source, alike->source->cells[i]);
		for (size_t j = 0; j < cell->nr_metrics && count < alike->kind->most_metrics; j++)
			if (alike->kind->wants(alike, &cell->metrics[j]) &&
			    !is_listed(names, count, cell->metrics[j].name))
				names[count++] = cell->metrics[j].name;
	}
	return count;
}

int alike_find(struct alike *alike, size_t part)
{
	const char *names[ALIKE_METRICS];
	size_t count = list_metrics(alike, names);

	for (size_t i = 0; i < count; i++) {
		bool any;
		int ret = gather(alike, names[i], &any);

		if (ret)
			return ret;
		if (any && !part--)
			return 0;
	}
	return -ENOENT;
}
