#include "compare/gate.h"
#include "worlds.h"

static struct gate_doubts doubts_of(const struct world *world, double gate_pct)
{
	struct comparison *comparison = compare_world(world, gate_pct);
	struct gate_doubts doubts = gate_doubts(comparison);

	assert_int_equal(gate_has_doubts(comparison), doubts.verdicts + doubts.lost > 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdict_is_undecided_unless_its_interval_ends_within_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
