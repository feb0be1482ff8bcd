#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/because.h"
#include "profile/profiles.h"
#include "profile/why.h"

#define PAGE_BYTES 4096

/* The state of because_find(). */
struct search {
	struct comparison *comparison;
	const struct because_options *options;
	struct profiles **boots; /* of all sides, as in comparison.values; NULL: it has none */
	const struct profile **found; /* of the current row: room for two sides */
};

static const struct side *side_of(const struct search *search, size_t number)
{
	return &search->comparison->sides->list[number];
}

/* ---- profiles ---- */

static int load_all(struct search *search, struct reason *reason)
{
	int ret = 0;

	for (size_t i = 0; i < search->comparison->sides->count; i++)
		for (size_t j = 0; j < side_of(search, i)->nr_boots && !ret; j++) {
			const struct boot *boot = side_of(search, i)->boots[j];
			size_t place = search->comparison->first_boot[i] + j;

			if (!boot->has_profiles)
				continue;
			ret = profiles_load((const char *const *)boot->paths, boot->nr_paths,
					    &search->boots[place], reason);
		}
	return ret;
}

static size_t count_profiles(const struct search *search, size_t side)
{
	size_t count = 0;

	for (size_t i = 0; i < side_of(search, side)->nr_boots; i++) {
		const struct profiles *profiles =
			search->boots[search->comparison->first_boot[side] + i];

		count += profiles ? profiles->count : 0;
	}
	return count;
}

/* Returns a row that changed, else the first one: an example for a command. */
static const struct row *example_row(const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 1; side < comparison->sides->count; side++) {
			enum word word = comparison->rows[i].verdicts[side].word;

			if (word == WORD_FASTER || word == WORD_SLOWER)
				return &comparison->rows[i];
		}
	return comparison->nr_rows ? &comparison->rows[0] : NULL;
}

static int refuse_side(const struct search *search, size_t side, struct reason *reason)
{
	const struct row *row = example_row(search->comparison);
	const char *cell = row ? row->cell : "CELL";
	const char *label = side_of(search, side)->label;

	if (search->comparison->icount)
		return reason_set(reason, -ENODATA,
				  "--why: %.60s has no profiles: `dmabench lab profile --kernel "
				  "SPEC %.200s -o DIR` makes one, `dmabench lab run --profile` "
				  "those of a series",
				  label, cell);
	return reason_set(reason, -ENODATA,
			  "--why: %.60s has no profiles: `dmabench run --profile %.200s -o FILE` "
			  "makes one on each kernel",
			  label, cell);
}

static int check_sides(const struct search *search, struct reason *reason)
{
	for (size_t i = 0; i < search->comparison->sides->count; i++)
		if (!count_profiles(search, i) && !search->options->some_will_do)
			return refuse_side(search, i, reason);
	return 0;
}

/* ---- rows ---- */

static bool has_one_boot(const struct row *row, size_t side)
{
	return row->sides[0].boots == 1 && row->sides[side].boots == 1;
}

static bool has_changed(const struct row *row, size_t side)
{
	enum word word = row->verdicts[side].word;

	return word == WORD_FASTER || word == WORD_SLOWER;
}

static bool is_wanted(const struct search *search, const struct row *row, size_t side)
{
	if (row->verdicts[side].word == WORD_NONE)
		return false;
	if (search->options->for_gate)
		return row->verdicts[side].verdict.gate_failed;
	return has_changed(row, side) || has_one_boot(row, side);
}

static bool ends_in(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

double because_pages(const struct row *row)
{
	const json_t *params = row->base_cell->params;
	double bytes = 0;

	if (ends_in(row->metric, "_call_ns"))
		bytes = params_number(params, "chunk_bytes");
	else if (row->per_size)
		bytes = params_number(params, "size_bytes");
	return bytes / PAGE_BYTES;
}

/* Collects the profiles of a row in the boots of a side; returns how many. */
static size_t collect(const struct search *search, const struct row *row, size_t side,
		      const struct profile **found)
{
	size_t count = 0;

	for (size_t i = 0; i < side_of(search, side)->nr_boots; i++) {
		size_t place = search->comparison->first_boot[side] + i;
		const struct profile *profile =
			search->boots[place]
				? profiles_find(search->boots[place], row->cell, row->metric)
				: NULL;

		if (profile)
			found[count++] = profile;
	}
	return count;
}

/* Counted instructions are a time only where an instruction is the clock's unit. */
static void set_measured(const struct search *search, const struct row *row, size_t side,
			 struct why_side *that)
{
	const struct estimate *estimate = &row->sides[side];
	bool is_time = !strcmp(row->unit, "ns") &&
		       (search->comparison->icount || profile_is_samples(that->profiles[0]));

	that->measured = is_time ? estimate->median : NAN;
	that->measured_lo = is_time ? estimate->lo : 0;
	that->measured_hi = is_time ? estimate->hi : 0;
}

static int explain(struct search *search, struct row *row, size_t side, struct reason *reason)
{
	struct row_verdict *verdict = &row->verdicts[side];
	struct why_side before = { .profiles = search->found }, after;
	int ret;

	before.count = collect(search, row, 0, search->found);
	after = (struct why_side){ .profiles = search->found + before.count };
	after.count = collect(search, row, side, search->found + before.count);
	if (!before.count || !after.count) {
		verdict->unprofiled = has_changed(row, side) && !search->options->for_gate;
		return 0;
	}
	set_measured(search, row, 0, &before);
	set_measured(search, row, side, &after);
	ret = why_make(&before, &after, because_pages(row), search->options->most_lines,
		       &verdict->because, reason);
	if (ret || has_changed(row, side) || !verdict->because->is_nothing)
		return ret;
	/* Of a row that did not change, it is enough to know how many there are. */
	search->comparison->alike_by_samples |= verdict->because->is_samples;
	why_free(verdict->because);
	verdict->because = NULL;
	search->comparison->nr_alike++;
	return 0;
}

static int explain_all(struct search *search, struct reason *reason)
{
	struct comparison *comparison = search->comparison;
	int ret = 0;
	bool found = false;

	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 1; side < comparison->sides->count && !ret; side++)
			if (is_wanted(search, &comparison->rows[i], side)) {
				ret = explain(search, &comparison->rows[i], side, reason);
				found |= comparison->rows[i].verdicts[side].because != NULL;
			}
	comparison->explained = !search->options->for_gate || found;
	return ret;
}

int because_find(struct comparison *comparison, const struct because_options *options,
		 struct reason *reason)
{
	size_t boots = comparison->nr_boots + 1;
	struct search search = { .comparison = comparison,
				 .options = options,
				 .boots = calloc(boots, sizeof(struct profiles *)),
				 .found = calloc(boots, sizeof(struct profile *)) };
	int ret = search.boots && search.found ? 0 : -ENOMEM;

	if (!ret)
		ret = load_all(&search, reason);
	if (!ret)
		ret = check_sides(&search, reason);
	if (!ret)
		ret = explain_all(&search, reason);
	for (size_t i = 0; i < boots && search.boots; i++)
		profiles_free(search.boots[i]);
	free(search.boots);
	free(search.found);
	return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
}
