#include <stdlib.h>

#include "compare/comparison.h"
#include "profile/why.h"
#include "stats/signflip.h"

static struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
}

double comparison_value(const struct comparison *comparison, const struct row *row, size_t side,
			size_t boot)
{
	return row->values[comparison->first_boot[side] + boot];
}

size_t comparison_positive_values(const struct comparison *comparison, const struct row *row,
				  size_t side, double *values)
{
	size_t count = 0;

	for (size_t i = 0; i < side_of(comparison, side)->nr_boots; i++) {
		double value = comparison_value(comparison, row, side, i);

		if (value > 0)
			values[count++] = value;
	}
	return count;
}

enum null_control comparison_null_control(const struct comparison *comparison)
{
	enum null_control control = CONTROL_NONE;

	if (comparison->advisory)
		return CONTROL_FAILED;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		for (size_t side = 1; side < comparison->sides->count; side++) {
			enum word word = comparison->rows[i].verdicts[side].word;

			if (!comparison->rows[i].null_control || word == WORD_NONE)
				continue;
			if (word == WORD_UNRESOLVED)
				return CONTROL_UNRESOLVED;
			control = CONTROL_PASSED;
		}
	}
	return control;
}

size_t comparison_ungated(const struct comparison *comparison)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows && !comparison->icount; i++) {
		for (size_t side = 1; side < comparison->sides->count; side++) {
			const struct row_verdict *said = &comparison->rows[i].verdicts[side];

			count += said->word != WORD_NONE &&
				 said->verdict.pairs < SIGNFLIP_LEAST_PAIRS;
		}
	}
	return count;
}

const char *word_name(enum word word)
{
	static const char *const names[] = { "-", "faster", "slower", "same", "unresolved" };

	return names[word];
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		for (size_t j = 0; comparison->rows[i].verdicts && j < comparison->sides->count;
		     j++)
			why_free(comparison->rows[i].verdicts[j].because);
		free(comparison->rows[i].sides);
		free(comparison->rows[i].values);
		free(comparison->rows[i].verdicts);
		free(comparison->rows[i].steps);
	}
	for (size_t i = 0; i < comparison->nr_left_out; i++) {
		free(comparison->left_out[i].cell);
		free(comparison->left_out[i].why);
	}
	for (size_t i = 0; comparison->pairings && i < comparison->sides->count; i++)
		pairing_release(&comparison->pairings[i]);
	free(comparison->rows);
	free(comparison->left_out);
	free(comparison->pairings);
	free(comparison->first_boot);
	likeness_release(&comparison->likeness);
	free(comparison);
}
