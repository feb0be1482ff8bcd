#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/placement.h"
#include "host/team.h"

#define SPINS_BEFORE_YIELD 20000

struct member {
	struct team *team;
	pthread_t thread;
	size_t number;
	unsigned int cpu;
	uint64_t start, end;
	int ret;
	bool started;
} __attribute__((aligned(128))); /* no two members write one cache line */

struct team {
	const struct topology *topology;
	struct member *members;
	size_t nr_members;
	team_work *work;
	void *argument;
	_Atomic uint32_t round; /* a futex: members sleep on it between runs */
	_Atomic size_t arrived, finished;
	atomic_bool leaving;
};

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static void wait_until(_Atomic size_t *counter, size_t value)
{
	for (unsigned int spins = 0; atomic_load(counter) < value; spins++) {
		relax();
		if (spins > SPINS_BEFORE_YIELD)
			sched_yield();
	}
}

static void do_share(struct member *member)
{
	struct team *team = member->team;
	team_work *work = team->work;
	void *argument = team->argument;
	uint64_t start, end;
	int ret;

	atomic_fetch_add(&team->arrived, 1);
	wait_until(&team->arrived, team->nr_members);
	start = clock_now();
	ret = work(argument, member->number);
	end = clock_now();
	member->start = start;
	member->end = end;
	member->ret = ret;
	atomic_fetch_add(&team->finished, 1);
}

static void *member_main(void *argument)
{
	struct member *member = argument;
	struct team *team = member->team;
	uint32_t seen = 0;

	member->ret = placement_bind_thread(team->topology, member->cpu);
	atomic_fetch_add(&team->finished, 1);
	for (;;) {
		while (atomic_load(&team->round) == seen)
			syscall(SYS_futex, &team->round, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
		seen++;
		if (atomic_load(&team->leaving))
			return NULL;
		do_share(member);
	}
}

static void next_round(struct team *team)
{
	atomic_store(&team->arrived, 0);
	atomic_store(&team->finished, 0);
	atomic_fetch_add(&team->round, 1);
	if (team->nr_members > 1)
		syscall(SYS_futex, &team->round, FUTEX_WAKE_PRIVATE, team->nr_members, NULL, NULL,
			0);
}

static int first_error(const struct team *team)
{
	for (size_t i = 0; i < team->nr_members; i++)
		if (team->members[i].ret)
			return team->members[i].ret;
	return 0;
}

static int start_members(struct team *team, const unsigned int *cpus)
{
	size_t started = 0;

	for (size_t i = 0; i < team->nr_members; i++)
		team->members[i] = (struct member){ .team = team, .number = i, .cpu = cpus[i] };
	for (size_t i = 1; i < team->nr_members; i++, started++) {
		struct member *member = &team->members[i];
		int ret = pthread_create(&member->thread, NULL, member_main, member);

		if (ret)
			return -ret;
		member->started = true;
	}
	wait_until(&team->finished, started);
	return first_error(team);
}

int team_open(const struct topology *topology, const unsigned int *cpus, size_t nr_members,
	      struct team **ret_team)
{
	struct team *team = calloc(1, sizeof(*team));
	int ret;

	if (!team)
		return -ENOMEM;
	team->topology = topology;
	team->members = aligned_alloc(128, nr_members * sizeof(*team->members));
	if (!team->members) {
		free(team);
		return -ENOMEM;
	}
	team->nr_members = nr_members;
	ret = start_members(team, cpus);
	if (ret) {
		team_close(team);
		return ret;
	}
	*ret_team = team;
	return 0;
}

void team_close(struct team *team)
{
	if (!team)
		return;
	atomic_store(&team->leaving, true);
	next_round(team);
	for (size_t i = 1; i < team->nr_members; i++)
		if (team->members[i].started)
			pthread_join(team->members[i].thread, NULL);
	free(team->members);
	free(team);
}

size_t team_size(const struct team *team)
{
	return team->nr_members;
}

int team_time(struct team *team, team_work *work, void *argument, uint64_t *ret_ticks)
{
	uint64_t start, end;

	team->work = work;
	team->argument = argument;
	next_round(team);
	do_share(&team->members[0]);
	wait_until(&team->finished, team->nr_members);
	start = team->members[0].start;
	end = team->members[0].end;
	for (size_t i = 1; i < team->nr_members; i++) {
		if (team->members[i].start < start)
			start = team->members[i].start;
		if (team->members[i].end > end)
			end = team->members[i].end;
	}
	*ret_ticks = end - start;
	return first_error(team);
}
