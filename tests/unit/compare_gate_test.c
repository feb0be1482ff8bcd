#include "compare/gate.h"
#include "changes.h"

static struct gate_doubts doubts_of(const struct world *world, double gate_pct)
{
	struct comparison *comparison = compare_world(world, gate_pct);
	struct gate_doubts doubts = gate_doubts(comparison);

	release(comparison);
	return doubts;
}

TEST(verdict_is_undecided_unless_its_interval_ends_within_the_limit)
{
	static const struct {
		struct world world;
		double gate_pct;
		size_t undecided;
	} cases[] = {
		{ { PAIRS, 1.00, 0.005, "op_ns", NULL, NULL }, 5, 0 },
		{ { PAIRS, 1.00, 0.2, "op_ns", NULL, NULL }, 5, 1 },
		/* Worse by more is decided: it fails. */
		{ { PAIRS, 1.10, 0.005, "op_ns", NULL, NULL }, 5, 0 },
		/* What got better is no worse, however much it got better. */
		{ { PAIRS, 0.50, 0.005, "op_ns", NULL, NULL }, 5, 0 },
		{ { PAIRS, 1.50, 0.005, "rate_up", NULL, NULL }, 5, 0 },
		{ { PAIRS, 0.97, 0.001, "rate_up", NULL, NULL }, 5, 0 },
		{ { PAIRS, 0.97, 0.1, "rate_up", NULL, NULL }, 5, 1 },
		/* Too few boots for an interval. */
		{ { 5, 1.00, 0.001, "op_ns", NULL, NULL }, 5, 1 },
		{ { 5, 0.50, 0.001, "op_ns", NULL, NULL }, 5, 1 },
		{ { 3, 1.00, 0.001, "op_ns", "icount", NULL }, 5, 0 },
		{ { 1, 1.00, 0, "op_ns", "icount", NULL }, 5, 1 },
		{ { 1, 1.00, 0, "op_ns", "icount", NULL }, 30, 0 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct gate_doubts doubts = doubts_of(&cases[i].world, cases[i].gate_pct);

		must(doubts.verdicts == cases[i].undecided, "case %zu: %zu", i, doubts.verdicts);
		assert_int_equal(doubts.lost, 0);
		assert_false(doubts.control_failed);
	}
}

/* Compares sides of which the new one has only the first row;  NULL: all rows. */
static struct gate_doubts doubts_of_lost(const char *pattern)
{
	static const struct change rows[] = { { "x/a=1", "map_ns", 1, 0.001 },
					      { "x/a=2", "unmap_ns", 1, 0.001 },
					      { "x/a=3", "unmap_ns", 1, 0.001 } };
	const char *const arguments[] = { kept(temp_path("old")), kept(temp_path("young")) };
	struct comparison *comparison;
	struct gate_doubts doubts;

	write_side("old", 0, rows, 3, PAIRS);
	write_side("young", 1, rows, 2, PAIRS);
	comparison =
		compare(arguments, 2,
			&(struct comparison_options){
				.gated = true,
				.gate_pct = 5,
				.selection = { .rows = &pattern, .nr_rows = pattern != NULL } });
	doubts = gate_doubts(comparison);
	assert_true(gate_has_doubts(comparison) == (doubts.lost == 1));
	release(comparison);
	return doubts;
}

TEST(a_lost_cell_is_a_doubt_where_its_rows_are_asked_for)
{
	assert_int_equal(doubts_of_lost(NULL).lost, 1);
	assert_int_equal(doubts_of_lost("x/a=1*").lost, 0);
	assert_int_equal(doubts_of_lost("*unmap_ns").lost, 1);
	assert_int_equal(doubts_of_lost("a=1").lost, 0);
}

TEST(a_control_that_failed_is_a_doubt)
{
	static const struct change rows[] = { { "null/op=nothing", "op_ns", 1.5, 0.001 },
					      { "x/a=1", "map_ns", 1, 0.001 } };
	struct comparison *comparison = compare_changes(rows, COUNT(rows), PAIRS);

	assert_true(gate_doubts(comparison).control_failed);
	assert_true(gate_has_doubts(comparison));
	release(comparison);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_is_undecided_unless_its_interval_ends_within_the_limit),
		cmocka_unit_test(a_lost_cell_is_a_doubt_where_its_rows_are_asked_for),
		cmocka_unit_test(a_control_that_failed_is_a_doubt),
	};

	return RUN(tests);
}
