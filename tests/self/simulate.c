/*
 * What the verdicts say in worlds where the truth is known, against what they promise: a table.
 * simulate [COMPARISONS], 10,000 if it is left out. Exits with 1 if a promise is not kept.
 * Wants lib/stats and base/random.o.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/simulation.h"

static bool all_kept = true;
static uint64_t digest; /* of all verdicts: the same whichever compiler made this */

static struct simulated run(const struct plan *plan)
{
	struct simulated simulated = simulate(plan);

	digest_add(&digest, (double)simulated.digest);
	return simulated;
}

static void row(const char *what, const char *world, struct tally tally, double from, double to)
{
	double rate = tally_rate(tally);
	double least = from > 0 ? from - tally_luck(tally, from) : 0;
	double most = to < 1 ? to + tally_luck(tally, to) : 1;
	bool kept = rate >= least && rate <= most;

	all_kept &= kept;
	printf("%-34s %-28s %7.2f %%   %6.2f to %6.2f %%  %s\n", what, world, 100 * rate,
	       100 * least, 100 * most, kept ? "kept" : "NOT KEPT");
	fflush(stdout);
}

static void false_alarms(size_t comparisons)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		struct plan plan = { &worlds[i], 1, 8, 0, comparisons, -1 };

		row("itself, 8 pairs: \"changed\"", worlds[i].name, run(&plan).false_rows, 0, 0.05);
	}
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		struct plan plan = { &worlds[i], SIMULATION_ROWS, 8, 0, comparisons, -1 };

		row("itself, 40 rows: a row \"changed\"", worlds[i].name, run(&plan).false_rows, 0,
		    0.05);
	}
}

static void coverage(size_t comparisons)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		struct plan plan = { &worlds[i], 1, 0, 0.013, comparisons, -1 };

		row("ratio's interval, 6 to 20 pairs", worlds[i].name, run(&plan).ratio_covered,
		    0.94, worlds[i].atoms ? 1 : 0.975);
	}
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		if (!worlds[i].moves)
			row("median's interval, 6 to 20 boots", worlds[i].name,
			    simulate_medians(&worlds[i], comparisons), 0.94,
			    worlds[i].atoms ? 1 : 0.975);
	}
}

static const struct {
	const char *what;
	size_t rows, pairs;
	double percent, least;
} wanted[] = {
	{ "1 row, +2 %, 8 pairs: found", 1, 8, 2, 0.90 },
	{ "1 row, +5 %, 8 pairs: found", 1, 8, 5, 0.99 },
	{ "40 rows, one +5 %, 8 pairs: found", SIMULATION_ROWS, 8, 5, 0.99 },
	{ "40 rows, one +2 %, 16 pairs: found", SIMULATION_ROWS, 16, 2, 0.90 },
};

static const struct world *boot_effect(void)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++) {
		if (!strcmp(worlds[i].name, "random boot effect"))
			return &worlds[i];
	}
	abort();
}

static void power(size_t comparisons)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct plan plan = { boot_effect(),   wanted[i].rows,
				     wanted[i].pairs, log1p(wanted[i].percent / 100),
				     comparisons,     -1 };

		row(wanted[i].what, plan.world->name, run(&plan).found, wanted[i].least, 1);
	}
}

int main(int argc, char **argv)
{
	size_t comparisons = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;

	if (!comparisons) {
		fprintf(stderr, "simulate: \"%s\" is not a number of comparisons\n", argv[1]);
		return 2;
	}
	printf("%-34s %-28s %9s   %s\n", "what", "world", "how often", "promised, 3 s.e. with it");
	false_alarms(comparisons);
	coverage(comparisons);
	power(comparisons);
	printf("digest of all verdicts: %016llx\n", (unsigned long long)digest);
	return !all_kept;
}
