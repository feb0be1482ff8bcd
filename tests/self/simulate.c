/*
 * What the verdicts say in worlds where the truth is known, against what they promise: a table.
 * simulate [COMPARISONS], 10,000 if it is left out. Exits with 1 if a promise is not kept.
 * Wants lib/stats and base/random.o.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/simulation.h"

#define LINES_MOST 64

/* A line of the table: a world simulated, and what is counted of it. */
struct line {
	const char *what;
	const struct world *world;
	struct tally (*count)(const struct line *line, struct simulated *simulated);
	struct plan plan;
	double from, to;
};

/* What a line came to. */
struct result {
	struct tally tally;
	uint64_t digest; /* of all its verdicts */
	atomic_bool done;
};

/* Shared by the processes that simulate, one a CPU. */
struct board {
	atomic_size_t next; /* the line to be simulated */
	struct result results[LINES_MOST];
};

static struct line lines[LINES_MOST];
static size_t nr_lines;
static struct board *board;

/* ---- what is counted ---- */

static struct tally count_false(const struct line *line, struct simulated *simulated)
{
	*simulated = simulate(&line->plan);
	return simulated->false_rows;
}

static struct tally count_covered(const struct line *line, struct simulated *simulated)
{
	*simulated = simulate(&line->plan);
	return simulated->ratio_covered;
}

static struct tally count_found(const struct line *line, struct simulated *simulated)
{
	*simulated = simulate(&line->plan);
	return simulated->found;
}

static struct tally count_medians(const struct line *line, struct simulated *simulated)
{
	(void)simulated;
	return simulate_medians(line->world, line->plan.comparisons);
}

/* ---- the table ---- */

static void add(struct line line)
{
	if (nr_lines == LINES_MOST)
		abort();
	line.plan.world = line.world;
	line.plan.gate_limit = -1;
	lines[nr_lines++] = line;
}

static void add_false_alarms(size_t comparisons)
{
	for (size_t i = 0; i < SIMULATION_WORLDS; i++)
		add((struct line){ "itself, 8 pairs: \"changed\"",
				   &worlds[i],
				   count_false,
				   { .rows = 1, .pairs = 8, .comparisons = comparisons },
				   0,
				   0.05 });
	for (size_t i = 0; i < SIMULATION_WORLDS; i++)
		add((struct line){
			"itself, 40 rows: a row \"changed\"",
			&worlds[i],
			count_false,
			{ .rows = SIMULATION_ROWS, .pairs = 8, .comparisons = comparisons },
			0,
			0.05 });
}

static void add_coverage(size_t comparisons)
{
	struct plan plan = { .rows = 1, .effect = 0.013, .comparisons = comparisons };

	for (size_t i = 0; i < SIMULATION_WORLDS; i++)
		add((struct line){ "ratio's interval, 6 to 20 pairs", &worlds[i], count_covered,
				   plan, 0.94, worlds[i].atoms ? 1 : 0.975 });
	for (size_t i = 0; i < SIMULATION_WORLDS; i++)
		if (!worlds[i].moves)
			add((struct line){ "median's interval, 6 to 20 boots", &worlds[i],
					   count_medians, plan, 0.94,
					   worlds[i].atoms ? 1 : 0.975 });
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

static void add_power(size_t comparisons)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		add((struct line){ wanted[i].what,
				   boot_effect(),
				   count_found,
				   { .rows = wanted[i].rows,
				     .pairs = wanted[i].pairs,
				     .effect = log1p(wanted[i].percent / 100),
				     .comparisons = comparisons },
				   wanted[i].least,
				   1 });
}

/* ---- on all CPUs ---- */

static void work(void)
{
	size_t number;

	while ((number = atomic_fetch_add(&board->next, 1)) < nr_lines) {
		struct result *result = &board->results[number];
		struct simulated simulated = { 0 };

		result->tally = lines[number].count(&lines[number], &simulated);
		result->digest = simulated.digest;
		atomic_store(&result->done, true);
	}
	_exit(0);
}

static void start(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (board == MAP_FAILED)
		abort();
	for (long i = 0; i < cpus; i++) {
		pid_t pid = fork();

		if (!pid)
			work();
		if (pid < 0)
			abort();
	}
}

/* A process that died leaves a line that is never done. */
static void wait_for(const struct result *result)
{
	const struct timespec pause = { .tv_nsec = 10000000 };
	bool any = true;

	while (!atomic_load(&result->done) && any) {
		any = waitpid(-1, NULL, WNOHANG) >= 0;
		nanosleep(&pause, NULL);
	}
	if (!atomic_load(&result->done))
		abort();
}

static bool print(const struct line *line, struct tally tally)
{
	double rate = tally_rate(tally);
	double least = line->from > 0 ? line->from - tally_luck(tally, line->from) : 0;
	double most = fmin(line->to < 1 ? line->to + tally_luck(tally, line->to) : 1, 1);
	bool kept = rate >= least && rate <= most;

	printf("%-34s %-28s %7.2f %%   %6.2f to %6.2f %%  %s\n", line->what, line->world->name,
	       100 * rate, 100 * least, 100 * most, kept ? "kept" : "NOT KEPT");
	fflush(stdout);
	return kept;
}

int main(int argc, char **argv)
{
	size_t comparisons = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	bool all_kept = true;
	uint64_t digest = 0; /* of all verdicts: the same whichever compiler made this */

	if (!comparisons) {
		fprintf(stderr, "simulate: \"%s\" is not a number of comparisons\n", argv[1]);
		return 2;
	}
	add_false_alarms(comparisons);
	add_coverage(comparisons);
	add_power(comparisons);
	printf("%-34s %-28s %9s   %s\n", "what", "world", "how often", "promised, 3 s.e. with it");
	fflush(stdout);
	start();
	for (size_t i = 0; i < nr_lines; i++) {
		wait_for(&board->results[i]);
		all_kept &= print(&lines[i], board->results[i].tally);
		if (lines[i].count != count_medians) /* no verdicts are in those */
			digest_add(&digest, (double)board->results[i].digest);
	}
	printf("digest of all verdicts: %016llx\n", (unsigned long long)digest);
	return !all_kept;
}
