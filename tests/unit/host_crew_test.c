#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "base/units.h"
#include "host/crew.h"
#include "unit.h"

#define ITEMS 6
#define LONG_LIMIT (20 * SEC)
#define SHORT_LIMIT (150 * MSEC)
#define HANG (1200 * MSEC)

static struct topology *topology;
static unsigned int cpus[2];
static size_t nr_cpus;

static int find_cpus(void **state)
{
	(void)state;
	if (topology_open(NULL, &topology))
		return -1;
	nr_cpus = topology_pick_cpus(topology, topology_cpus(topology), cpus, COUNT(cpus));
	if (nr_cpus > COUNT(cpus))
		nr_cpus = COUNT(cpus);
	return 0;
}

static int close_topology(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

/* What items leave behind, in memory that processes share. */
struct notes {
	atomic_int runs[ITEMS];
	atomic_int thread[ITEMS], process[ITEMS];
	atomic_int at_once, most_at_once;
	atomic_int order[ITEMS * 4], nr_done;
	int hang, fail; /* an item; -1: none */
	useconds_t rest;
};

static struct notes *notes_new(void)
{
	struct notes *notes = crew_memory(sizeof(*notes));

	if (!notes)
		abort();
	notes->hang = notes->fail = -1;
	return notes;
}

static int do_item(void *argument, size_t item)
{
	struct notes *notes = argument;
	int at_once = atomic_fetch_add(&notes->at_once, 1) + 1;

	if (at_once > atomic_load(&notes->most_at_once))
		atomic_store(&notes->most_at_once, at_once);
	atomic_fetch_add(&notes->runs[item], 1);
	atomic_store(&notes->thread[item], (int)syscall(SYS_gettid));
	atomic_store(&notes->process[item], (int)getpid());
	usleep(notes->rest);
	if ((int)item == notes->hang)
		usleep(HANG / USEC);
	atomic_store(&notes->order[atomic_fetch_add(&notes->nr_done, 1)], (int)item);
	atomic_fetch_sub(&notes->at_once, 1);
	return (int)item == notes->fail ? -ENODEV : 0;
}

static struct crew *open_crew(bool processes, bool one_by_one, uint64_t limit_ns)
{
	const struct crew_plan plan = {
		.processes = processes,
		.one_by_one = one_by_one,
		.nr_items = ITEMS,
		.topology = topology,
		.cpus = cpus,
		.nr_cpus = nr_cpus,
		.limit_ns = limit_ns,
	};
	struct crew *crew = NULL;

	assert_int_equal(crew_open(&plan, &crew), 0);
	return crew;
}

static const struct {
	const char *what;
	bool processes, one_by_one;
} kinds[] = {
	{ "threads", false, false },
	{ "processes", true, false },
	{ "one thread", false, true },
	{ "one process", true, true },
};

TEST(each_item_is_done_once_a_run)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct notes *notes = notes_new();
		struct crew *crew = open_crew(kinds[k].processes, kinds[k].one_by_one, LONG_LIMIT);
		struct crew_result results[ITEMS];
		uint64_t ticks = 0;

		for (int run = 1; run <= 3; run++) {
			must(!crew_run(crew, do_item, notes, results, &ticks), "%s", kinds[k].what);
			for (size_t i = 0; i < ITEMS; i++)
				must(atomic_load(&notes->runs[i]) == run, "%s: item %zu",
				     kinds[k].what, i);
		}
		crew_close(crew);
		crew_memory_free(notes, sizeof(*notes));
	}
}

TEST(workers_are_who_they_are_said_to_be)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct notes *notes = notes_new();
		struct crew *crew = open_crew(kinds[k].processes, kinds[k].one_by_one, LONG_LIMIT);
		struct crew_result results[ITEMS];
		bool own_process, same_thread;
		uint64_t ticks;

		notes->rest = 20000;
		assert_int_equal(crew_run(crew, do_item, notes, results, &ticks), 0);
		own_process = notes->process[0] != getpid();
		same_thread = notes->thread[0] == notes->thread[1];
		must(own_process == kinds[k].processes, "%s", kinds[k].what);
		must(same_thread == kinds[k].one_by_one, "%s", kinds[k].what);
		must((notes->most_at_once == 1) == kinds[k].one_by_one, "%s: %d at once",
		     kinds[k].what, notes->most_at_once);
		for (int i = 0; kinds[k].one_by_one && i < ITEMS; i++)
			must(notes->order[i] == i, "%s: order", kinds[k].what);
		crew_close(crew);
		crew_memory_free(notes, sizeof(*notes));
	}
}

TEST(time_goes_from_the_first_start_to_the_last_end)
{
	struct crew *crew = open_crew(false, false, LONG_LIMIT);
	struct notes *notes = notes_new();
	struct crew_result results[ITEMS];
	uint64_t ticks, first = UINT64_MAX, last = 0;

	notes->rest = 5000;
	assert_int_equal(crew_run(crew, do_item, notes, results, &ticks), 0);
	for (size_t i = 0; i < ITEMS; i++) {
		assert_true(clock_ticks_to_ns(results[i].end - results[i].start) >= 5e6);
		first = results[i].start < first ? results[i].start : first;
		last = results[i].end > last ? results[i].end : last;
	}
	assert_int_equal(ticks, last - first);
	crew_close(crew);
	crew_memory_free(notes, sizeof(*notes));
}

TEST(an_error_is_its_items_alone)
{
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct notes *notes = notes_new();
		struct crew *crew = open_crew(kinds[k].processes, kinds[k].one_by_one, LONG_LIMIT);
		struct crew_result results[ITEMS];
		uint64_t ticks;

		notes->fail = 2;
		must(crew_run(crew, do_item, notes, results, &ticks) == -ENODEV, "%s",
		     kinds[k].what);
		for (int i = 0; i < ITEMS; i++)
			must(results[i].ret == (i == 2 ? -ENODEV : 0), "%s: item %d", kinds[k].what,
			     i);
		crew_close(crew);
		crew_memory_free(notes, sizeof(*notes));
	}
}

/* The item that hangs is given up, all others are done, in this run and in the next. */
TEST(an_item_that_hangs_does_not_keep_the_others)
{
	not_emulated("ends a process that hangs too late");
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct notes *notes = notes_new();
		struct crew *crew = open_crew(kinds[k].processes, kinds[k].one_by_one, SHORT_LIMIT);
		struct crew_result results[ITEMS];
		uint64_t ticks, start = clock_wall_ns();

		notes->hang = 3;
		must(crew_run(crew, do_item, notes, results, &ticks) == -ETIMEDOUT, "%s",
		     kinds[k].what);
		must(clock_wall_ns() - start < HANG - 100 * MSEC, "%s: it was waited for",
		     kinds[k].what);
		for (int i = 0; i < ITEMS; i++)
			must(results[i].ret == (i == 3 ? -ETIMEDOUT : 0), "%s: item %d is %d",
			     kinds[k].what, i, results[i].ret);
		notes->hang = -1;
		crew_run(crew, do_item, notes, results, &ticks);
		must(results[3].ret == -ECANCELED, "%s", kinds[k].what);
		must(results[ITEMS - 1].ret == 0 && notes->runs[ITEMS - 1] == 2, "%s",
		     kinds[k].what);
		crew_close(crew);
		usleep(HANG / USEC); /* a thread that comes back late must not crash */
		crew_memory_free(notes, sizeof(*notes));
	}
}

/* Items that end just when they are given up: the one or the other is told, and whole. */
TEST(an_item_at_the_limit_is_done_or_given_up)
{
	for (useconds_t rest = 17000; rest < 23000; rest += 250) {
		struct notes *notes = notes_new();
		struct crew *crew = open_crew(false, rest % 500, 20 * MSEC);
		struct crew_result results[ITEMS];
		uint64_t ticks;

		notes->rest = rest;
		crew_run(crew, do_item, notes, results, &ticks);
		for (int i = 0; i < ITEMS; i++) {
			bool given_up = results[i].ret == -ETIMEDOUT;

			must(given_up || !results[i].ret, "item %d: %d", i, results[i].ret);
			must(given_up == !results[i].end, "item %d is half told", i);
			/* On a busy machine some are given up before they began. */
			must(notes->runs[i] == 1 || (given_up && !notes->runs[i]),
			     "item %d was done %d times", i, notes->runs[i]);
		}
		crew_close(crew);
		usleep(5000);
	}
}

TEST(a_crew_is_closed_without_a_run)
{
	for (size_t k = 0; k < COUNT(kinds); k++)
		crew_close(open_crew(kinds[k].processes, kinds[k].one_by_one, LONG_LIMIT));
	crew_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_is_done_once_a_run),
		cmocka_unit_test(workers_are_who_they_are_said_to_be),
		cmocka_unit_test(time_goes_from_the_first_start_to_the_last_end),
		cmocka_unit_test(an_error_is_its_items_alone),
		cmocka_unit_test(an_item_that_hangs_does_not_keep_the_others),
		cmocka_unit_test(an_item_at_the_limit_is_done_or_given_up),
		cmocka_unit_test(a_crew_is_closed_without_a_run),
	};

	clock_choose();
	clock_calibrate();
	return cmocka_run_group_tests(tests, find_cpus, close_topology);
}
