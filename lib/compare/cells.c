#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "compare/cells.h"

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

const char **cells_list(const struct comparison *comparison, size_t *ret_count)
{
	json_t *seen = json_object();
	const char **names = NULL;
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_boots && seen; i++) {
		size_t side = 0;
		const struct boot *boot;

		while (side + 1 < comparison->sides->count && comparison->first_boot[side + 1] <= i)
			side++;
		boot = comparison->sides->list[side].boots[i - comparison->first_boot[side]];
		for (size_t j = 0; j < boot->nr_cells; j++) {
			const char **grown;

			if (json_object_get(seen, boot->cells[j].name))
				continue;
			json_object_set_new(seen, boot->cells[j].name, json_true());
			grown = grow(names, count, sizeof(*names));
			if (!grown)
				goto out_free;
			names = grown;
			names[count++] = boot->cells[j].name;
		}
	}
	if (json_ran_out() || !seen)
		goto out_free;
	json_decref(seen);
	if (count)
		qsort(names, count, sizeof(*names), by_version);
	*ret_count = count;
	return names ? names : calloc(1, sizeof(*names));

out_free:
	json_decref(seen);
	free(names);
	return NULL;
}

static bool side_has(const struct side *side, const char *cell)
{
	for (size_t i = 0; i < side->nr_boots; i++)
		if (boot_find(side->boots[i], cell))
			return true;
	return false;
}

static const char *first_cell(const struct side *side)
{
	for (size_t i = 0; i < side->nr_boots; i++)
		if (side->boots[i]->nr_cells)
			return side->boots[i]->cells[0].name;
	return "nothing";
}

int cells_check_common(const struct comparison *comparison, const char *const *cells, size_t count,
		       struct reason *reason)
{
	const struct side *base = &comparison->sides->list[0];

	for (size_t i = 1; i < comparison->sides->count; i++) {
		const struct side *side = &comparison->sides->list[i];
		bool any = false;

		for (size_t j = 0; j < count && !any; j++)
			any = side_has(base, cells[j]) && side_has(side, cells[j]);
		if (!any)
			return reason_set(
				reason, -EINVAL,
				"%.100s and %.100s have no cell in common (%.80s, %.80s): run "
				"both with one config",
				base->argument, side->argument, first_cell(base), first_cell(side));
	}
	return 0;
}
