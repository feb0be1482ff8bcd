#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "host/crew.h"
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

/* All that holds of threads holds of processes. */
static int (*open_team)(const struct topology *topology, const unsigned int *cpus,
			size_t nr_members, struct team **ret_team);

static int use_threads(void **state)
{
	(void)state;
	open_team = team_open;
	return 0;
}

static int use_processes(void **state)
{
	(void)state;
	open_team = team_open_processes;
	return 0;
}

struct work {
	atomic_int runs[MOST];
	atomic_int cpu[MOST];
	int fail_from, error;
	useconds_t rest;
	atomic_int pids[MOST];
};

/* Where processes see it, too. */
static struct work *new_work(void)
{
	struct work *work = crew_memory(sizeof(*work));

	assert_non_null(work);
	return work;
}

static void free_work(struct work *work)
{
	crew_memory_free(work, sizeof(*work));
}

static int do_work(void *argument, size_t member)
{
	struct work *work = argument;

	atomic_fetch_add(&work->runs[member], 1);
	atomic_store(&work->cpu[member], sched_getcpu());
	atomic_store(&work->pids[member], getpid());
	if (work->rest)
		usleep(work->rest);
	return work->error && (int)member >= work->fail_from ? work->error - (int)member : 0;
}

TEST(every_member_works_once_a_round)
{
	static const size_t sizes[] = { 1, 2, 3, MOST };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct work *work = new_work();
		struct team *team;

		assert_int_equal(open_team(topology, cpus, sizes[i], &team), 0);
		assert_int_equal(team_size(team), sizes[i]);
		for (int round = 1; round <= 50; round++) {
			uint64_t ticks = 0;

			assert_int_equal(team_time(team, do_work, work, &ticks), 0);
			for (size_t member = 0; member < MOST; member++)
				must(work->runs[member] == (member < sizes[i] ? round : 0),
				     "member %zu of %zu worked %d times in %d rounds", member,
				     sizes[i], work->runs[member], round);
		}
		team_close(team);
		free_work(work);
	}
}

TEST(members_run_where_they_were_bound)
{
	struct work *work = new_work();
	struct team *team;
	uint64_t ticks;

	assert_int_equal(open_team(topology, cpus, MOST, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	for (size_t i = 1; i < MOST; i++)
		must(work->cpu[i] == (int)cpus[i], "member %zu ran on CPU %d, not %u", i,
		     work->cpu[i], cpus[i]);
	team_close(team);
	free_work(work);
}

TEST(time_holds_the_work_of_all)
{
	static const size_t sizes[] = { 1, 3 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct work *work = new_work();
		struct team *team;
		uint64_t ticks = 0;

		work->rest = 2000;
		assert_int_equal(open_team(topology, cpus, sizes[i], &team), 0);
		assert_int_equal(team_time(team, do_work, work, &ticks), 0);
		must(clock_ticks_to_ns(ticks) >= 1.99e6, "a rest of 2 ms took %.0f ns",
		     clock_ticks_to_ns(ticks));
		team_close(team);
		free_work(work);
	}
}

TEST(even_no_work_takes_time)
{
	struct work *work = new_work();
	struct team *team;
	uint64_t ticks = 0;

	assert_int_equal(open_team(topology, cpus, 3, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	assert_true(ticks > 0);
	team_close(team);
	free_work(work);
}

TEST(first_members_error_is_returned_and_the_team_goes_on)
{
	struct work *work = new_work();
	struct team *team;
	uint64_t ticks;

	work->fail_from = 1;
	work->error = -100;
	assert_int_equal(open_team(topology, cpus, 3, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), -101);
	assert_int_equal(team_failed_member(team), 1);
	work->fail_from = 0;
	assert_int_equal(team_time(team, do_work, work, &ticks), -100);
	work->error = 0;
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	assert_int_equal(work->runs[2], 3);
	team_close(team);
	free_work(work);
}

TEST(team_that_never_worked_can_be_closed)
{
	struct team *team;

	for (int i = 0; i < 50; i++) {
		assert_int_equal(open_team(topology, cpus, 3, &team), 0);
		team_close(team);
	}
	team_close(NULL);
}

TEST(member_that_cannot_be_bound_is_an_error_and_leaves_no_thread)
{
	unsigned int wrong[3] = { cpus[0], 4000, cpus[0] };
	struct team *team = NULL;

	not_emulated("does not end such a process");

	for (int i = 0; i < 20; i++)
		assert_true(open_team(topology, wrong, 3, &team) < 0);
	assert_null(team);
}

TEST(members_are_what_was_asked_for)
{
	struct work *work = new_work();
	struct team *team;
	uint64_t ticks;

	assert_int_equal(open_team(topology, cpus, 3, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	assert_int_equal(work->pids[0], getpid());
	assert_int_equal(work->pids[1] == getpid(), open_team == team_open);
	assert_int_equal(work->pids[1] == work->pids[2], open_team == team_open);
	team_close(team);
	free_work(work);
}

static int die_in_one(void *argument, size_t member)
{
	if (member == 2)
		raise(SIGKILL);
	return do_work(argument, member);
}

/* And nobody waits for it: not in its round, and not in one that begins after it. */
TEST(process_that_dies_ends_the_team)
{
	struct work *work = new_work();
	struct team *team;
	uint64_t ticks;

	assert_int_equal(team_open_processes(topology, cpus, 4, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	assert_int_equal(team_time(team, die_in_one, work, &ticks), -ECHILD);
	assert_int_equal(team_time(team, do_work, work, &ticks), -ECHILD);
	team_close(team);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);

	assert_int_equal(team_open_processes(topology, cpus, 4, &team), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), 0);
	assert_int_equal(kill(work->pids[3], SIGKILL), 0);
	assert_int_equal(team_time(team, do_work, work, &ticks), -ECHILD);
	team_close(team);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	free_work(work);
}

int main(void)
{
#define TEAM_TEST(name) \
	cmocka_unit_test_setup(name, use_threads), cmocka_unit_test_setup(name, use_processes)
	const struct CMUnitTest tests[] = {
		TEAM_TEST(every_member_works_once_a_round),
		TEAM_TEST(members_run_where_they_were_bound),
		TEAM_TEST(time_holds_the_work_of_all),
		TEAM_TEST(even_no_work_takes_time),
		TEAM_TEST(first_members_error_is_returned_and_the_team_goes_on),
		TEAM_TEST(team_that_never_worked_can_be_closed),
		TEAM_TEST(member_that_cannot_be_bound_is_an_error_and_leaves_no_thread),
		TEAM_TEST(members_are_what_was_asked_for),
		cmocka_unit_test(process_that_dies_ends_the_team),
	};

	clock_choose();
	clock_calibrate();
	return cmocka_run_group_tests(tests, find_cpus, close_topology);
}
