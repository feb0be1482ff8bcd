#include "simulation.h"
#include "stats/exact.h"
#include "unit.h"

#define MOST(what, tally, rate)                                                               \
	must(tally_rate(tally) <= (rate) + tally_luck(tally, rate), "%s: %zu of %zu", (what), \
	     (tally).yes, (tally).all)
#define LEAST(what, tally, rate)                                                            \
	must(tally_rate(tally) >= (rate)-tally_luck(tally, rate), "%s: %zu of %zu", (what), \
	     (tally).yes, (tally).all)

static const struct world *world_named(const char *name)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		if (!strcmp(worlds[i].name, name))
			return &worlds[i];
	}
	abort();
}

TEST(a_kernel_is_seldom_said_to_differ_from_itself)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++)
		MOST(worlds[i].name,
		     simulate(&(struct plan){ &worlds[i], 1, 8, 0, 800, -1 }).false_rows, 0.05);
}

TEST(of_forty_rows_none_is_said_to_differ_more_often_than_of_one)
{
	static const char *const names[] = { "iid", "boot effect and drift",
					     "boot effect, shared by rows", "missing trials" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct plan plan = { world_named(names[i]), SIMULATION_ROWS, 8, 0, 60, -1 };

		MOST(names[i], simulate(&plan).false_rows, 0.05);
	}
}

/* A world without boots' luck would prove nothing: one boot a side, judged by its samples' spread. */
TEST(worlds_are_such_that_a_careless_test_is_fooled)
{
	const struct world *world = world_named("random boot effect");
	struct tally fooled = { 0 };

	for (size_t i = 0; i < 400; i++) {
		struct random random = random_seeded(13, i);
		double boots[2], error;

		for (size_t side = 0; side < 2; side++)
			boots[side] = draw_boot(world, &random, side, 0);
		error = SIMULATION_NOISE * sqrt(M_PI / SIMULATION_SAMPLES);
		tally_add(&fooled, fabs(boots[1] - boots[0]) > 2.5 * error);
	}
	LEAST("one boot a side", fooled, 0.5);
}

TEST(intervals_of_the_ratio_hold_the_truth_as_often_as_they_say)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		struct plan plan = { &worlds[i], 1, 0, 0.013, 600, -1 };
		struct tally covered = simulate(&plan).ratio_covered;

		LEAST(worlds[i].name, covered, 0.94);
		if (!worlds[i].atoms)
			MOST(worlds[i].name, covered, 0.975);
	}
}

TEST(intervals_of_a_median_hold_the_truth_as_often_as_they_say)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		struct tally covered;

		if (worlds[i].moves)
			continue;
		covered = simulate_medians(&worlds[i], 600);
		LEAST(worlds[i].name, covered, 0.94);
		if (!worlds[i].atoms)
			MOST(worlds[i].name, covered, 0.975);
	}
}

TEST(differences_that_matter_are_found)
{
	static const struct {
		const char *what;
		size_t rows, pairs;
		double percent, least;
		size_t comparisons;
	} cases[] = {
		{ "1 row, 2 %", 1, 8, 2, 0.90, 800 },
		{ "1 row, 5 %", 1, 8, 5, 0.99, 400 },
		{ "40 rows, 5 %", SIMULATION_ROWS, 8, 5, 0.99, 60 },
		{ "40 rows, 2 %", SIMULATION_ROWS, 16, 2, 0.90, 20 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct plan plan = {
			world_named("random boot effect"), cases[i].rows,	 cases[i].pairs,
			log1p(cases[i].percent / 100),	   cases[i].comparisons, -1
		};

		LEAST(cases[i].what, simulate(&plan).found, cases[i].least);
	}
}

/* At the limit itself the gate may fail in one of twenty, well below it never, well above always. */
TEST(gate_at_5_percent_knows_2_from_10)
{
	const struct world *world = world_named("boot effect and drift");
	struct plan plan = { world, 1, 8, log1p(0.05), 400, 0.05 };

	MOST("at the limit", simulate(&plan).gated, 0.05);
	plan.effect = log1p(0.02);
	MOST("below it", simulate(&plan).gated, 0.005);
	plan.effect = log1p(0.10);
	LEAST("above it", simulate(&plan).gated, 0.99);
}

/*
 * What moves is the layout: by chance, a boot at a time, of some rows little and of others much; or
 * a quarter of the layouts is another mode, which five boots are enough to see.
 */
static bool exact_says(struct random *random, size_t boots, bool modes, double effect)
{
	double base[SIMULATION_ROWS][6], new[SIMULATION_ROWS][6];
	struct exact_row rows[SIMULATION_ROWS];
	struct verdict verdicts[SIMULATION_ROWS];
	bool any = false;

	for (size_t row = 0; row < SIMULATION_ROWS; row++) {
		double spread = 0.001 * (double)(1 + row % 10);

		for (size_t i = 0; i < 2 * boots; i++) {
			double luck = modes ? 4 * (double)(random_below(random, 4) == 0)
					    : draw_normal(random);

			if (i < boots)
				base[row][i] = exp(spread * luck);
			else
				new[row][i - boots] = exp((row ? 0 : effect) + spread * luck);
		}
		rows[row] =
			(struct exact_row){ base[row], new[row], boots, boots, false, 0, false };
	}
	if (exact_judge(rows, SIMULATION_ROWS, &exact_defaults, verdicts))
		abort();
	for (size_t row = 0; row < SIMULATION_ROWS; row++)
		any |= (!effect || row == 0) && differs(&verdicts[row]);
	return any;
}

TEST(exact_clocks_raise_no_false_alarm_and_find_what_is_there)
{
	static const struct {
		size_t boots;
		bool modes;
		double effect;
	} cases[] = {
		{ 3, false, 0 },
		{ 6, false, 0 },
		{ 5, true, 0 },
		{ 3, false, 0.02 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tally said = { 0 };

		for (size_t j = 0; j < 400; j++) {
			struct random random = random_seeded(17 + i, j);

			tally_add(&said, exact_says(&random, cases[i].boots, cases[i].modes,
						    cases[i].effect));
		}
		if (cases[i].effect == 0)
			MOST("false alarm", said, 0.05);
		else
			LEAST("found", said, 0.95);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_is_seldom_said_to_differ_from_itself),
		cmocka_unit_test(of_forty_rows_none_is_said_to_differ_more_often_than_of_one),
		cmocka_unit_test(worlds_are_such_that_a_careless_test_is_fooled),
		cmocka_unit_test(intervals_of_the_ratio_hold_the_truth_as_often_as_they_say),
		cmocka_unit_test(intervals_of_a_median_hold_the_truth_as_often_as_they_say),
		cmocka_unit_test(differences_that_matter_are_found),
		cmocka_unit_test(gate_at_5_percent_knows_2_from_10),
		cmocka_unit_test(exact_clocks_raise_no_false_alarm_and_find_what_is_there),
	};

	return RUN(tests);
}
