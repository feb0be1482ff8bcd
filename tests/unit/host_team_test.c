#include <sched.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "host/team.h"
#include "host/topology.h"
#include "unit.h"

#define MOST 8

static struct topology *topology;
static unsigned int cpus[MOST]; /* CPUs that exist, over and over where there are few */

static int find_cpus(void **state)
{
	unsigned int own[MOST];
	size_t count;

	(void)state;
	if (topology_open(NULL, &topology))
		return -1;
	count = topology_pick_cpus(topology, topology_cpus(topology), own, MOST);
	for (size_t i = 0; i < MOST; i++)
		cpus[i] = own[i % count];
	return 0;
}

static int close_topology(void **state)
{
	(void)state;
	topology_close(topology);
	return 0;
}

struct work {
	atomic_int runs[MOST];
	atomic_int cpu[MOST];
	int fail_from, error;
	useconds_t rest;
};

static int do_work(void *argument, size_t member)
{
	struct work *work = argument;

	atomic_fetch_add(&work->runs[member], 1);
	atomic_store(&work->cpu[member], sched_getcpu());
	if (work->rest)
		usleep(work->rest);
	return work->error && (int)member >= work->fail_from ? work->error - (int)member : 0;
}

TEST(every_member_works_once_a_round)
{
	static const size_t sizes[] = { 1, 2, 3, MOST };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct work work = { .fail_from = 0 };
		struct team *team;

		assert_int_equal(team_open(topology, cpus, sizes[i], &team), 0);
		assert_int_equal(team_size(team), sizes[i]);
		for (int round = 1; round <= 50; round++) {
			uint64_t ticks = 0;

			assert_int_equal(team_time(team, do_work, &work, &ticks), 0);
			for (size_t member = 0; member < MOST; member++)
				must(work.runs[member] == (member < sizes[i] ? round : 0),
				     "member %zu of %zu worked %d times in %d rounds", member,
				     sizes[i], work.runs[member], round);
		}
		team_close(team);
	}
}

TEST(members_run_where_they_were_bound)
{
	struct work work = { .fail_from = 0 };
	struct team *team;
	uint64_t ticks;

	assert_int_equal(team_open(topology, cpus, MOST, &team), 0);
	assert_int_equal(team_time(team, do_work, &work, &ticks), 0);
	for (size_t i = 1; i < MOST; i++)
		must(work.cpu[i] == (int)cpus[i], "member %zu ran on CPU %d, not %u", i,
		     work.cpu[i], cpus[i]);
	team_close(team);
}

TEST(time_holds_the_work_of_all)
{
	static const size_t sizes[] = { 1, 3 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct work work = { .rest = 2000 };
		struct team *team;
		uint64_t ticks = 0;

		assert_int_equal(team_open(topology, cpus, sizes[i], &team), 0);
		assert_int_equal(team_time(team, do_work, &work, &ticks), 0);
		must(clock_ticks_to_ns(ticks) >= 1.99e6, "a rest of 2 ms took %.0f ns",
		     clock_ticks_to_ns(ticks));
		team_close(team);
	}
}

TEST(even_no_work_takes_time)
{
	struct work work = { .rest = 0 };
	struct team *team;
	uint64_t ticks = 0;

	assert_int_equal(team_open(topology, cpus, 3, &team), 0);
	assert_int_equal(team_time(team, do_work, &work, &ticks), 0);
	assert_true(ticks > 0);
	team_close(team);
}

TEST(first_members_error_is_returned_and_the_team_goes_on)
{
	struct work work = { .fail_from = 1, .error = -100 };
	struct team *team;
	uint64_t ticks;

	assert_int_equal(team_open(topology, cpus, 3, &team), 0);
	assert_int_equal(team_time(team, do_work, &work, &ticks), -101);
	work.fail_from = 0;
	assert_int_equal(team_time(team, do_work, &work, &ticks), -100);
	work.error = 0;
	assert_int_equal(team_time(team, do_work, &work, &ticks), 0);
	assert_int_equal(work.runs[2], 3);
	team_close(team);
}

TEST(team_that_never_worked_can_be_closed)
{
	struct team *team;

	for (int i = 0; i < 50; i++) {
		assert_int_equal(team_open(topology, cpus, 3, &team), 0);
		team_close(team);
	}
	team_close(NULL);
}

TEST(member_that_cannot_be_bound_is_an_error_and_leaves_no_thread)
{
	unsigned int wrong[3] = { cpus[0], 4000, cpus[0] };
	struct team *team = NULL;

	for (int i = 0; i < 20; i++)
		assert_true(team_open(topology, wrong, 3, &team) < 0);
	assert_null(team);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_works_once_a_round),
		cmocka_unit_test(members_run_where_they_were_bound),
		cmocka_unit_test(time_holds_the_work_of_all),
		cmocka_unit_test(even_no_work_takes_time),
		cmocka_unit_test(first_members_error_is_returned_and_the_team_goes_on),
		cmocka_unit_test(team_that_never_worked_can_be_closed),
		cmocka_unit_test(member_that_cannot_be_bound_is_an_error_and_leaves_no_thread),
	};

	clock_choose();
	clock_calibrate();
	return cmocka_run_group_tests(tests, find_cpus, close_topology);
}
