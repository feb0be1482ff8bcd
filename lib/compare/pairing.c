#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compare/pairing.h"

static bool is_pair(const struct boot *a, const struct boot *b)
{
	int64_t left, right;

	return boot_series(a)[0] && boot_pair(a, &left) && boot_pair(b, &right) && left == right &&
	       !strcmp(boot_series(a), boot_series(b));
}

/* Pairs each boot with the first free one of the same pair in the series. */
static void pair_by_series(struct pairing *pairing, const struct side *base, const struct side *new,
			   bool *taken)
{
	for (size_t i = 0; i < base->nr_boots; i++) {
		for (size_t j = 0; j < new->nr_boots; j++) {
			if (taken[j] || !is_pair(base->boots[i], new->boots[j]))
				continue;
			taken[j] = true;
			pairing->list[pairing->count++] = (struct pair){ i, j };
			break;
		}
	}
}

static int by_start(const void *a, const void *b)
{
	const struct boot *left = *(struct boot *const *)a, *right = *(struct boot *const *)b;
	int order = strcmp(boot_started(left), boot_started(right));

	return order ? order : strverscmp(left->paths[0], right->paths[0]);
}

static struct boot **sorted_by_start(const struct side *side)
{
	struct boot **boots = calloc(side->nr_boots + 1, sizeof(struct boot *));

	if (!boots)
		return NULL;
	memcpy(boots, side->boots, side->nr_boots * sizeof(struct boot *));
	qsort(boots, side->nr_boots, sizeof(struct boot *), by_start);
	return boots;
}

static size_t index_of(const struct side *side, const struct boot *boot)
{
	size_t i = 0;

	while (side->boots[i] != boot)
		i++;
	return i;
}

static int pair_by_start(struct pairing *pairing, const struct side *base, const struct side *new)
{
	struct boot **left = sorted_by_start(base), **right = sorted_by_start(new);
	size_t count = base->nr_boots < new->nr_boots ? base->nr_boots : new->nr_boots;
	int ret = left && right ? 0 : -ENOMEM;

	pairing->basis = PAIRED_BY_START;
	for (size_t i = 0; i < count && !ret; i++)
		pairing->list[pairing->count++] =
			(struct pair){ index_of(base, left[i]), index_of(new, right[i]) };
	free(left);
	free(right);
	return ret;
}

int pairing_make(const struct side *base, const struct side *new, struct pairing *ret_pairing)
{
	struct pairing pairing = { .basis = PAIRED_BY_SERIES };
	bool *taken = calloc(new->nr_boots + 1, sizeof(*taken));
	int ret = 0;

	pairing.list = calloc(base->nr_boots + 1, sizeof(*pairing.list));
	if (!taken || !pairing.list)
		ret = -ENOMEM;
	if (!ret)
		pair_by_series(&pairing, base, new, taken);
	if (!ret && !pairing.count)
		ret = pair_by_start(&pairing, base, new);
	free(taken);
	if (ret) {
		pairing_release(&pairing);
		return ret;
	}
	pairing.base_left = base->nr_boots - pairing.count;
	pairing.new_left = new->nr_boots - pairing.count;
	*ret_pairing = pairing;
	return 0;
}

void pairing_release(struct pairing *pairing)
{
	free(pairing->list);
	*pairing = (struct pairing){ 0 };
}
