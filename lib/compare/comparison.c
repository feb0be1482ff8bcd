#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "compare/comparison.h"
#include "compare/joining.h"
#include "compare/judgement.h"
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

static int make_pairings(struct comparison *comparison)
{
	size_t count = comparison->sides->count;
	int ret = 0;

	comparison->pairings = calloc(count + 1, sizeof(*comparison->pairings));
	comparison->first_boot = calloc(count + 1, sizeof(*comparison->first_boot));
	if (!comparison->pairings || !comparison->first_boot)
		return -ENOMEM;
	for (size_t i = 0; i < count && !ret; i++) {
		comparison->first_boot[i] = comparison->nr_boots;
		comparison->nr_boots += side_of(comparison, i)->nr_boots;
		if (i)
			ret = pairing_make(side_of(comparison, 0), side_of(comparison, i),
					   &comparison->pairings[i]);
	}
	return ret;
}

static int check_likeness(struct comparison *comparison, const struct comparison_options *options,
			  struct text *refusal)
{
	int ret = likeness_check(comparison->sides, options->allow, options->nr_allow,
				 &comparison->likeness);

	if (ret || !comparison->likeness.refused)
		return ret;
	likeness_explain(&comparison->likeness, refusal);
	return refusal->failed ? -ENOMEM : -EPERM;
}

/* The lab holds the layout still by these words, and by them alone. */
static bool has_fixed_layout(const struct boot *boot)
{
	const char *line = run_text(boot->run, "host", "command_line");

	return strstr(line, "nokaslr") && strstr(line, "norandmaps");
}

int comparison_make(struct sides *sides, const struct comparison_options *options,
		    struct comparison **ret_comparison, struct text *refusal, struct reason *reason)
{
	struct comparison *comparison = calloc(1, sizeof(*comparison));
	int ret;

	if (!comparison)
		return -ENOMEM;
	json_ran_out();
	comparison->sides = sides;
	comparison->selection = options->selection;
	comparison->gated = options->gated;
	comparison->gate_pct = options->gate_pct;
	comparison->icount = boot_is_icount(sides->list[0].boots[0]);
	comparison->fixed_layout = has_fixed_layout(sides->list[0].boots[0]);
	ret = selection_check(&options->selection, sides, reason);
	if (!ret)
		ret = check_likeness(comparison, options, refusal);
	if (!ret)
		ret = make_pairings(comparison);
	if (!ret)
		ret = joining_pass(comparison, options, reason);
	if (!ret)
		ret = judgement_pass(comparison);
	if (ret) {
		comparison_free(comparison);
		return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
	}
	*ret_comparison = comparison;
	return 0;
}

void comparison_free(struct comparison *comparison)
{
	if (!comparison)
		return;
	for (size_t i = 0; i < comparison->nr_rows; i++) {
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
