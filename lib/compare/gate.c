#include "compare/gate.h"

/* Tells whether the interval of the ratio excludes what is worse by more than the limit. */
static bool is_within_limit(const struct comparison *comparison, const struct row *row,
			    const struct row_verdict *said)
{
	double factor = 1 + comparison->gate_pct / 100;
	const struct interval *interval = &said->verdict.interval;

	if (!interval->known)
		return said->word == WORD_SAME; /* 0 on both sides has no ratio */
	return row->higher_is_better ? interval->lo >= 1 / factor : interval->hi <= factor;
}

static size_t count_undecided(const struct comparison *comparison)
{
	size_t count = 0;

	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t side = 1; side < comparison->sides->count; side++) {
			const struct row_verdict *said = &row->verdicts[side];

			count += said->word != WORD_NONE && !said->verdict.gate_failed &&
				 !is_within_limit(comparison, row, said);
		}
	}
	return count;
}

static bool has_measured(const struct side *side, size_t nr_boots, const char *name)
{
	for (size_t i = 0; i < nr_boots; i++) {
		const struct boot_cell *cell = boot_find(side->boots[i], name);

		if (cell && cell->status == CELL_OK)
			return true;
	}
	return false;
}

/* Counts the new sides that lack a cell. */
static size_t count_lacking(const struct comparison *comparison, const char *name)
{
	size_t count = 0;

	for (size_t i = 1; i < comparison->sides->count; i++) {
		const struct side *side = &comparison->sides->list[i];

		count += !has_measured(side, side->nr_boots, name);
	}
	return count;
}

/* Each cell of the base counts once, though several boots have it. */
static size_t count_lost(const struct comparison *comparison)
{
	const struct side *base = &comparison->sides->list[0];
	size_t count = 0;

	for (size_t i = 0; i < base->nr_boots; i++)
		for (size_t j = 0; j < base->boots[i]->nr_cells; j++) {
			const struct boot_cell *cell = &base->boots[i]->cells[j];

			if (cell->status == CELL_OK && !has_measured(base, i, cell->name) &&
			    selection_wants_any(&comparison->selection, cell))
				count += count_lacking(comparison, cell->name);
		}
	return count;
}

struct gate_doubts gate_doubts(const struct comparison *comparison)
{
	return (struct gate_doubts){ .verdicts = count_undecided(comparison),
				     .lost = count_lost(comparison),
				     .control_failed = comparison->advisory };
}

bool gate_has_doubts(const struct comparison *comparison)
{
	struct gate_doubts doubts = gate_doubts(comparison);

	return doubts.verdicts || doubts.lost || doubts.control_failed;
}
