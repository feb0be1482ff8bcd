#include <math.h>
#include <string.h>

#include "compare/doubt.h"
#include "compare/headline.h"
#include "result/cell_name.h"

#define ALIKE_FACTOR 1.1 /* ratios of rows that are alike differ by no more than this */
#define ALIKE_PART 0.5 /* ... and their changes are at least this part of the greatest */

double headline_gain(const struct row *row, double ratio)
{
	return row->higher_is_better ? ratio : 1 / ratio;
}

static double size_of(const struct row *row, size_t side)
{
	return fabs(log(row->verdicts[side].verdict.ratio));
}

/* ---- what changed ---- */

/* The control is no finding: it has words of its own. */
static void take(struct headline_change *change, const struct row *row, size_t side)
{
	if (row->null_control)
		return;
	change->count++;
	if (!change->most || size_of(row, side) > size_of(change->most, side))
		change->most = row;
}

bool headline_is_alike(const struct headline_change *change, const struct row *row, size_t side)
{
	const struct row *most = change->most;
	double greatest;

	if (!most || row->null_control || strcmp(most->metric, row->metric) != 0 ||
	    !cell_has_bench_of(most->cell, row->cell) ||
	    most->verdicts[side].word != row->verdicts[side].word)
		return false;
	greatest = size_of(most, side);
	return size_of(row, side) >= fmax(greatest - log(ALIKE_FACTOR), ALIKE_PART * greatest);
}

static void count_alike(const struct comparison *comparison, struct headline_change *change,
			size_t side)
{
	for (size_t i = 0; i < comparison->nr_rows; i++)
		change->nr_alike += headline_is_alike(change, &comparison->rows[i], side);
}

static void take_row(struct headline *headline, const struct row *row)
{
	const struct row_verdict *said = &row->verdicts[headline->side];

	if (said->word == WORD_NONE)
		return;
	/* A row that is 0 on both sides has no ratio, and so no pair. */
	if (said->verdict.pairs && (!headline->boots || said->verdict.pairs < headline->boots))
		headline->boots = said->verdict.pairs;
	headline->nr_rows++;
	headline->nr_same += said->word == WORD_SAME;
	headline->nr_unresolved += said->word == WORD_UNRESOLVED;
	if (said->word == WORD_SLOWER)
		take(&headline->slower, row, headline->side);
	else if (said->word == WORD_FASTER)
		take(&headline->faster, row, headline->side);
}

/* ---- what to do next ---- */

static bool has_profiles(const struct side *side)
{
	for (size_t i = 0; i < side->nr_boots; i++)
		if (side->boots[i]->has_profiles)
			return true;
	return false;
}

/* Returns how many boots a side would resolve rows; 0 if there are no such rows. */
static size_t boots_wanted(const struct comparison *comparison, size_t side)
{
	size_t least = doubt_least_boots(comparison->icount);
	size_t wanted = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row_verdict *said = &comparison->rows[i].verdicts[side];
		size_t of_row = said->verdict.pairs_wanted;

		if (said->word != WORD_UNRESOLVED || said->doubt == DOUBT_ZERO)
			continue;
		if (of_row < least && said->verdict.pairs < least)
			of_row = least;
		if (of_row > said->verdict.pairs && of_row <= DOUBT_MOST_BOOTS && of_row > wanted)
			wanted = of_row;
	}
	return wanted;
}

static enum headline_next next_of(const struct comparison *comparison,
				  const struct headline *headline)
{
	const struct side *sides = comparison->sides->list;

	if (!headline->nr_rows)
		return NEXT_NOTHING;
	if (headline->control == CONTROL_FAILED)
		return NEXT_AGAIN;
	if (headline->slower.most && !comparison->explained)
		return has_profiles(&sides[0]) && has_profiles(&sides[headline->side])
			       ? NEXT_EXPLAIN
			       : NEXT_PROFILE;
	return headline->boots_wanted ? NEXT_BOOTS : NEXT_PUBLISH;
}

struct headline headline_find(const struct comparison *comparison, size_t side)
{
	struct headline headline = { .side = side,
				     .control = comparison_null_control(comparison),
				     .boots_wanted = boots_wanted(comparison, side),
				     .one_boot_each = comparison->icount &&
						      comparison->sides->list[0].nr_boots == 1 &&
						      comparison->sides->list[side].nr_boots == 1 };

	for (size_t i = 0; i < comparison->nr_rows; i++)
		take_row(&headline, &comparison->rows[i]);
	count_alike(comparison, &headline.slower, side);
	count_alike(comparison, &headline.faster, side);
	headline.next = next_of(comparison, &headline);
	return headline;
}
