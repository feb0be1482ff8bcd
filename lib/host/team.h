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

/* A member's share of the work: 0 or -errno. */
typedef int team_work(void *work, size_t member);

/* Members are bound to @cpus in order; the caller is taken to be bound to the first. */
int team_open(const struct topology *topology, const unsigned int *cpus, size_t nr_members,
	      struct team **ret_team);

/*
 * The same with a process each, but for the caller. They have its memory as it is now: what they
 * are to tell each other lies in crew_memory() that is there already, and so does @argument of
 * team_time(), or it was there and is changed by each for itself.
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
