#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "compare/joining.h"
#include "compare/judgement.h"
#include "compare/making.h"
#include "compare/trend.h"

static struct side *side_of(const struct comparison *comparison, size_t number)
{
	return &comparison->sides->list[number];
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

/* Tells whether a boot had a fixed memory layout: the lab fixes it by these parameters only. */
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
	comparison->strict = options->strict;
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
	if (!ret && sides->count > 2)
		ret = trend_find(comparison);
	if (ret) {
		comparison_free(comparison);
		return ret == -ENOMEM ? reason_set(reason, ret, "memory ran out") : ret;
	}
	*ret_comparison = comparison;
	return 0;
}
