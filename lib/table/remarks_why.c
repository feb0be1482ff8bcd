#include "profile/why.h"
#include "table/remarks.h"
#include "table/why_table.h"

/* Rows of a comparison that were asked why they changed. */
struct asked {
	size_t unprofiled, suffixed, counted, sampled;
};

static struct asked count_asked(const struct comparison *comparison)
{
	struct asked asked = { 0, 0, 0, 0 };

	for (size_t i = 0; i < comparison->nr_rows; i++)
		for (size_t side = 1; side < comparison->sides->count; side++) {
			const struct row_verdict *said = &comparison->rows[i].verdicts[side];

			asked.unprofiled += said->unprofiled;
			if (!said->because)
				continue;
			asked.suffixed += why_table_is_suffixed(said->because);
			asked.counted += !said->because->is_samples;
			asked.sampled += said->because->is_samples;
		}
	return asked;
}

void sheet_add_whys(const struct comparison *comparison, struct text *text)
{
	struct asked asked;

	if (!comparison->explained)
		return;
	asked = count_asked(comparison);
	if (comparison->nr_alike)
		text_add(text,
			 "why: nothing changed in %zu row%s with profiles: no function by more "
			 "than %s\n",
			 comparison->nr_alike, comparison->nr_alike == 1 ? "" : "s",
			 comparison->alike_by_samples ? "samples can tell"
						      : "0.01 % of the operation");
	if (asked.unprofiled)
		text_add(
			text,
			"why: %zu row%s that changed ha%s no profile on one of the sides: %s makes "
			"them\n",
			asked.unprofiled, asked.unprofiled == 1 ? "" : "s",
			asked.unprofiled == 1 ? "s" : "ve",
			comparison->icount ? "`dmabench lab profile`" : "`dmabench run --profile`");
	if (asked.counted)
		text_add(text,
			 "why: instructions of a function itself, counted; with what it calls only "
			 "where this is written\n");
	if (asked.sampled)
		text_add(text, "why: shares of samples of a function itself [95 %%]; named is what "
			       "differs "
			       "beyond the intervals of share and median\n");
	if (asked.suffixed)
		text_add(
			text,
			"why: what compilers add to names (.isra.0, .part.0, .cold) is left out\n");
}
