#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/child.h"
#include "host/crew.h"
#include "host/placement.h"
#include "host/team.h"

#define SPINS_BEFORE_YIELD 20000

struct member {
	struct team *team;
	pthread_t thread;
	pid_t pid; /* 0: it is no process, or the process has died */
	size_t number;
	unsigned int cpu;
	uint64_t start, end;
	int ret;
	bool started;
} __attribute__((aligned(128))); /* no two members write one cache line */

/* All of it lies in memory that processes share. */
struct team {
	const struct topology *topology;
	bool processes, lost; /* lost: one of them has died, and the others were ended */
	size_t nr_members;
	team_work *work;
	void *argument;
	_Atomic uint32_t round; /* a futex: members sleep on it between runs */
	_Atomic size_t arrived, finished;
	atomic_bool leaving;
	struct member members[];
};

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Whether a process of the team has died. Then all are ended: none may wait for it for ever. */
static bool has_lost(struct team *team)
{
	for (size_t i = 1; i < team->nr_members && !team->lost; i++) {
		struct member *member = &team->members[i];

		if (!member->pid || waitpid(member->pid, NULL, WNOHANG) != member->pid)
			continue;
		member->pid = 0;
		team->lost = true;
	}
	for (size_t i = 1; i < team->nr_members && team->lost; i++)
		if (team->members[i].pid)
			kill(team->members[i].pid, SIGKILL);
	return team->lost;
}

/* Waits for a counter. False where a process died: only the caller, member 0, looks for that. */
static bool wait_until(const struct member *waiting, _Atomic size_t *counter, size_t value)
{
	for (unsigned int spins = 0; atomic_load(counter) < value; spins++) {
		relax();
		if (spins <= SPINS_BEFORE_YIELD)
			continue;
		sched_yield();
		if (!waiting->number && has_lost(waiting->team))
			return false;
	}
	return true;
}

static void do_share(struct member *member)
{
	struct team *team = member->team;
	team_work *work = team->work;
	void *argument = team->argument;
	uint64_t start, end;
	int ret;

	atomic_fetch_add(&team->arrived, 1);
	if (!wait_until(member, &team->arrived, team->nr_members))
		return;
	start = clock_now();
	ret = work(argument, member->number);
	end = clock_now();
	member->start = start;
	member->end = end;
	member->ret = ret;
	atomic_fetch_add(&team->finished, 1);
}

static int futex(struct team *team, int operation, uint32_t value)
{
	int private = team->processes ? 0 : FUTEX_PRIVATE_FLAG;

	return (int)syscall(SYS_futex, &team->round, operation | private, value, NULL, NULL, 0);
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
			futex(team, FUTEX_WAIT, seen);
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
		futex(team, FUTEX_WAKE, (uint32_t)team->nr_members);
}

size_t team_failed_member(const struct team *team)
{
	for (size_t i = 0; i < team->nr_members; i++)
		if (team->members[i].ret)
			return i;
	return 0;
}

static int first_error(const struct team *team)
{
	return team->members[team_failed_member(team)].ret;
}

static int start_process(struct member *member)
{
	pid_t child = child_fork();

	if (child < 0)
		return (int)child;
	if (!child) {
		member_main(member);
		_exit(0);
	}
	member->pid = child;
	return 0;
}

static int start_member(struct member *member)
{
	int ret;

	if (member->team->processes)
		ret = start_process(member);
	else
		ret = -pthread_create(&member->thread, NULL, member_main, member);
	member->started = !ret;
	return ret;
}

static int start_members(struct team *team, const unsigned int *cpus)
{
	for (size_t i = 0; i < team->nr_members; i++)
		team->members[i] = (struct member){ .team = team, .number = i, .cpu = cpus[i] };
	for (size_t i = 1; i < team->nr_members; i++) {
		int ret = start_member(&team->members[i]);

		if (ret)
			return ret;
	}
	if (!wait_until(&team->members[0], &team->finished, team->nr_members - 1))
		return -ECHILD;
	return first_error(team);
}

static size_t bytes_of(size_t nr_members)
{
	return sizeof(struct team) + nr_members * sizeof(struct member);
}

static int open_team(const struct topology *topology, const unsigned int *cpus, size_t nr_members,
		     bool processes, struct team **ret_team)
{
	struct team *team = crew_memory(bytes_of(nr_members));
	int ret;

	if (!team)
		return -ENOMEM;
	team->topology = topology;
	team->processes = processes;
	team->nr_members = nr_members;
	ret = start_members(team, cpus);
	if (ret) {
		team_close(team);
		return ret;
	}
	*ret_team = team;
	return 0;
}

int team_open(const struct topology *topology, const unsigned int *cpus, size_t nr_members,
	      struct team **ret_team)
{
	return open_team(topology, cpus, nr_members, false, ret_team);
}

int team_open_processes(const struct topology *topology, const unsigned int *cpus,
			size_t nr_members, struct team **ret_team)
{
	return open_team(topology, cpus, nr_members, true, ret_team);
}

static void end_member(const struct member *member)
{
	if (member->pid)
		waitpid(member->pid, NULL, 0);
	else if (member->started && !member->team->processes)
		pthread_join(member->thread, NULL);
}

void team_close(struct team *team)
{
	if (!team)
		return;
	atomic_store(&team->leaving, true);
	next_round(team);
	for (size_t i = 1; i < team->nr_members; i++)
		end_member(&team->members[i]);
	crew_memory_free(team, bytes_of(team->nr_members));
}

size_t team_size(const struct team *team)
{
	return team->nr_members;
}

int team_time(struct team *team, team_work *work, void *argument, uint64_t *ret_ticks)
{
	uint64_t start, end;

	if (team->lost)
		return -ECHILD;
	team->work = work;
	team->argument = argument;
	next_round(team);
	do_share(&team->members[0]);
	if (team->lost || !wait_until(&team->members[0], &team->finished, team->nr_members))
		return -ECHILD;
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
