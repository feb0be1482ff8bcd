/*
 * paths - follows calls and returns: a tree of call paths, and where in it each task is.
 *
 * A step into a function is known by the address that it will return to, and by the address where
 * the function begins. A step into the kernel, by a system call, an interrupt or an exception, has
 * no address to return to. Code of user space is no part of a path: it is the root of those that it
 * began. What is met by a return that no call was seen for begins at a root of its own.
 */
#ifndef COUNTER_PATHS_H
#define COUNTER_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counter/numbering.h"

#define PATHS_USER 0u /* the root of what a program called */
#define PATHS_UNKNOWN 1u /* the root of what was met in its middle */

/* A step of a path; of the roots, all are 0. */
struct path {
	uint64_t parent;
	uint64_t returns_to; /* 0: it is a step into the kernel */
	uint64_t entry;
};

struct path_frame {
	uint32_t path;
	bool is_entry; /* into the kernel */
	uint64_t returns_to; /* for an entry: where it was interrupted */
};

/* What a task is in the middle of. */
struct path_stack {
	uint64_t task; /* 0: its name was not heard yet */
	uint32_t root;
	struct path_frame *frames;
	size_t depth, room;
};

struct paths {
	struct numbering tree; /* of struct path, numbers are those of paths */
	struct path_stack *stacks;
	size_t nr_stacks, current;
};

/* 0 or -ENOMEM. */
int paths_init(struct paths *paths);
void paths_release(struct paths *paths);

/* Forgets what tasks are in the middle of; the tree stays. */
void paths_forget_tasks(struct paths *paths);

/* Returns the path of the current task. */
uint32_t paths_now(const struct paths *paths);

const struct path *paths_get(const struct paths *paths, uint32_t path);

/* The current task runs in user space. */
void paths_to_user(struct paths *paths);

void paths_call(struct paths *paths, uint64_t returns_to, uint64_t entry);
void paths_enter(struct paths *paths, uint64_t interrupted_at, uint64_t entry);

/* Goes back to what was entered last; to no effect where nothing was. */
void paths_leave(struct paths *paths);

/* Whether a return to that address is from the last call, or from one of those before it. */
bool paths_returns(const struct paths *paths, uint64_t address);
/* A return to that address; false where no call fits it, and then nothing is changed. */
bool paths_return(struct paths *paths, uint64_t address);
/* A return whose address is not known yet. */
void paths_return_once(struct paths *paths);
/* A return that no call fits: begins anew. */
void paths_lose(struct paths *paths);

/* The current task is called by that name; another one goes on. */
void paths_name_task(struct paths *paths, uint64_t task);
void paths_switch(struct paths *paths, uint64_t task);

#endif
