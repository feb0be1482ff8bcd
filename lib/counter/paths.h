/*
 * paths - follows calls and returns: a tree of call paths, and where in it each task is.
 *
 * A step into a function is known by the address that it will return to, and by the address where
 * the function begins. A step into the kernel, by a system call, an interrupt or an exception, has
 * no address to return to. Code of user space is no part of a path: paths that it began have one root
 * in common. Where a function returns whose call was not seen, a path begins at another root.
 */
#ifndef COUNTER_PATHS_H
#define COUNTER_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counter/numbering.h"

#define PATHS_USER 0u /* the root of what a program called */
#define PATHS_UNKNOWN 1u /* the root of paths whose beginning was not seen */

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

/* The functions that a task is in, the innermost one last. */
struct path_stack {
	uint64_t task; /* the address that names it; 0: not known yet */
	uint32_t root;
	struct path_frame *frames;
	size_t depth, room;
};

struct paths {
	struct numbering tree; /* of struct path, numbers are those of paths */
	struct path_stack *stacks;
	size_t nr_stacks, current;
};

/* Makes a tree of the two roots, and one task. 0 or -ENOMEM. */
int paths_init(struct paths *paths);
void paths_release(struct paths *paths);

/* Forgets all tasks, and where they are; the tree stays. */
void paths_forget_tasks(struct paths *paths);

/* Returns the path of the current task. */
uint32_t paths_now(const struct paths *paths);

const struct path *paths_get(const struct paths *paths, uint32_t path);

/* Notes that the current task runs in user space. */
void paths_to_user(struct paths *paths);

/* Go a step down: into a function, or into the kernel. */
void paths_call(struct paths *paths, uint64_t returns_to, uint64_t entry);
void paths_enter(struct paths *paths, uint64_t interrupted_at, uint64_t entry);

/* Leaves the kernel, to where it was entered last. Without effect if that is not known. */
void paths_leave(struct paths *paths);

/* Tells whether a call is known that returns to @address: the last one, or one before it. */
bool paths_returns(const struct paths *paths, uint64_t address);
/* Returns from that call. False where there is none, and then nothing is changed. */
bool paths_return(struct paths *paths, uint64_t address);
/* Returns from the last call, while the address is not known yet. */
void paths_return_once(struct paths *paths);
/* Begins at PATHS_UNKNOWN, after a return from a call that was not seen. */
void paths_lose(struct paths *paths);

/* Name the current task; or make the task of that name the current one. */
void paths_name_task(struct paths *paths, uint64_t task);
void paths_switch(struct paths *paths, uint64_t task);

#endif
