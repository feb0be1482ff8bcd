#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "result/cell_name.h"
#include "table/advice.h"

#define WORTH_IT 0.05 /* savings below are not printed: one file is no verdict */
#define MOST_PARTS 24

static const struct subject {
	const char *bench, *metric;
	const char *free_keys[8]; /* what a user may change without changing the result */
} subjects[] = {
	{ "guest-boot", "wall_ns", { "backing", "prefault", "threads", "open", "bar_align" } },
	{ "pfnmap-fault", "touch_ns", { "align", "threads" } },
	{ "pfnmap-fault", "dma_map_ns", { "align" } },
};

#define NR_SUBJECTS (sizeof(subjects) / sizeof(subjects[0]))

static const struct subject *find_subject(const char *cell)
{
	for (size_t i = 0; i < NR_SUBJECTS; i++)
		if (cell_is_of(cell, subjects[i].bench))
			return &subjects[i];
	return NULL;
}

bool advice_wants(const char *cell, const char *metric)
{
	for (size_t i = 0; i < NR_SUBJECTS; i++)
		if (cell_is_of(cell, subjects[i].bench) && !strcmp(metric, subjects[i].metric))
			return true;
	return false;
}

static size_t split(const char *cell, struct cell_part parts[MOST_PARTS])
{
	const char *at = cell_parts(cell);
	size_t count = 0;

	while (count < MOST_PARTS && cell_next_part(&at, &parts[count]))
		count++;
	return count;
}

static bool has(const struct cell_part *parts, size_t count, const struct cell_part *part)
{
	for (size_t i = 0; i < count; i++)
		if (cell_part_is(&parts[i], part))
			return true;
	return false;
}

/*
 * Finds the part of @from that @other lacks. Returns 0 if there is none, 1, or 2 if there are
 * several.
 */
static int find_own(const struct cell_part *from, size_t nr_from, const struct cell_part *other,
		    size_t nr_other, struct cell_part *ret_part)
{
	int found = 0;

	for (size_t i = 0; i < nr_from && found < 2; i++)
		if (!has(other, nr_other, &from[i])) {
			*ret_part = from[i];
			found++;
		}
	return found;
}

/* How one name differs from another: in one parameter, which names leave out at its default. */
struct change {
	struct cell_part old, new; /* length 0: left out */
};

static bool differ_in_one(const char *from, const char *to, struct change *ret_change)
{
	struct cell_part olds[MOST_PARTS], news[MOST_PARTS];
	size_t nr_olds = split(from, olds), nr_news = split(to, news);
	struct change change = { { NULL, 0, 0 }, { NULL, 0, 0 } };
	int old = find_own(olds, nr_olds, news, nr_news, &change.old);
	int new = find_own(news, nr_news, olds, nr_olds, &change.new);

	if (old > 1 || new > 1 || old + new == 0)
		return false;
	if (old && new && !cell_part_has_key_of(&change.old, &change.new))
		return false;
	*ret_change = change;
	return true;
}

static bool is_about(const struct change *change, const char *key)
{
	const struct cell_part *part = change->new.length ? &change->new : &change->old;

	return part->text && cell_part_has_key(part, key);
}

/* A row that differs from another in one parameter, and the difference. */
struct neighbour {
	const struct advice_row *row;
	struct change change;
};

/* Finds the fastest row that differs in @key alone; its row is NULL if none saves enough. */
static struct neighbour find_best(const struct advice_row *rows, size_t count,
				  const struct advice_row *row, const char *bench, const char *key)
{
	struct neighbour best = { NULL, { { NULL, 0, 0 }, { NULL, 0, 0 } } };
	double limit = row->median_ns * (1 - WORTH_IT);

	for (size_t i = 0; i < count; i++) {
		struct neighbour found = { &rows[i], best.change };

		if (rows[i].median_ns > limit ||
		    (best.row && rows[i].median_ns >= best.row->median_ns) ||
		    !cell_is_of(rows[i].cell, bench) ||
		    !differ_in_one(row->cell, rows[i].cell, &found.change) ||
		    !is_about(&found.change, key))
			continue;
		best = found;
	}
	return best;
}

static void print_change(const struct advice_row *row, const struct neighbour *best, FILE *file)
{
	const struct change *change = &best->change;
	double saved = row->median_ns - best->row->median_ns;
	char after[UNIT_TEXT], saves[UNIT_TEXT];

	fprintf(file, "      ");
	if (change->new.length)
		fprintf(file, "%.*s", (int)change->new.length, change->new.text);
	else
		fprintf(file, "%.*s at its default", (int)change->old.key_length, change->old.text);
	fprintf(file, ": %s, saves %s (%.0f %%)\n", time_format(best->row->median_ns, after),
		time_format(saved, saves), 100 * saved / row->median_ns);
}

void advice_print(const struct advice_row *rows, size_t count, FILE *file)
{
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		const struct subject *subject = find_subject(rows[i].cell);
		bool named = false;

		for (size_t j = 0; subject && subject->free_keys[j]; j++) {
			struct neighbour best = find_best(rows, count, &rows[i], subject->bench,
							  subject->free_keys[j]);
			char now[UNIT_TEXT];

			if (!best.row)
				continue;
			if (!any)
				fprintf(file, "\nwhat a change would save, by these medians:\n");
			if (!named)
				fprintf(file, "  %s, %s\n", rows[i].cell,
					time_format(rows[i].median_ns, now));
			any = named = true;
			print_change(&rows[i], &best, file);
		}
	}
}
