/*
 * team - threads or processes, a CPU each, that start work at the same instant.
 *
 * The caller is member 0. Between runs the others sleep; a run wakes them,
 * gathers all at a spinning barrier, and only then lets the clocks start. Threads and processes
 * wait in the same way, so that what differs between them is the work's.
 */
#ifndef HOST_TEAM_H
#define HOST_TEAM_H

#include <stddef.h>
#include <stdint.h>

#include "host/topology.h"

struct team;

/* Does a member's share of the work: 0 or -errno. */
typedef int team_work(void *work, size_t member);

/* Members are bound to @cpus in order; the caller is taken to be bound to the first. */
int team_open(const struct topology *topology, const unsigned int *cpus, size_t nr_members,
	      struct team **ret_team);

/*
 * Opens a team of processes, with the caller as member 0. Each has a copy of the caller's memory as
 * it is now. What members are to tell each other must lie in crew_memory() that was allocated
 * before. The @argument of team_time() must have been allocated before, too; unless it lies in
 * crew_memory(), each member sees and changes a copy of its own.
 */
int team_open_processes(const struct topology *topology, const unsigned int *cpus,
			size_t nr_members, struct team **ret_team);

void team_close(struct team *team);

size_t team_size(const struct team *team);

/* Returns the member whose error team_time() returned last; 0 where none failed. */
size_t team_failed_member(const struct team *team);

/*
 * Each member does its share between two clock reads. @ret_ticks: from the
 * first member's start to the last one's end. Returns the first error; -ECHILD where a process
 * died, and with it the team.
 */
int team_time(struct team *team, team_work *work, void *argument, uint64_t *ret_ticks);

#endif
