#include <errno.h>
#include <stdlib.h>

#include "counter/paths.h"

#define FIRST_DEPTH 64
#define MOST_DEPTH 1024 /* what goes deeper is counted at this depth */

_Static_assert(sizeof(struct path) == sizeof(struct numbering_key), "a path is a key");

/* ---- the tree ---- */

static uint32_t path_of(struct paths *paths, uint64_t parent, uint64_t returns_to, uint64_t entry)
{
	const struct numbering_key key = { parent, returns_to, entry };

	return numbering_of(&paths->tree, &key);
}

const struct path *paths_get(const struct paths *paths, uint32_t path)
{
	return (const struct path *)&paths->tree.keys[path];
}

/* ---- stacks ---- */

static struct path_stack *stack_now(const struct paths *paths)
{
	return &paths->stacks[paths->current];
}

static int add_stack(struct paths *paths, uint64_t task)
{
	struct path_stack *stacks =
		realloc(paths->stacks, (paths->nr_stacks + 1) * sizeof(*stacks));

	if (!stacks)
		return -ENOMEM;
	paths->stacks = stacks;
	stacks[paths->nr_stacks++] = (struct path_stack){ .task = task, .root = PATHS_UNKNOWN };
	return 0;
}

static void free_stacks(struct paths *paths)
{
	for (size_t i = 0; i < paths->nr_stacks; i++)
		free(paths->stacks[i].frames);
	paths->nr_stacks = 0;
}

int paths_init(struct paths *paths)
{
	*paths = (struct paths){ .nr_stacks = 0 };
	if (path_of(paths, 0, 0, PATHS_USER) != PATHS_USER ||
	    path_of(paths, 0, 0, PATHS_UNKNOWN) != PATHS_UNKNOWN)
		return -ENOMEM;
	return add_stack(paths, 0);
}

void paths_release(struct paths *paths)
{
	free_stacks(paths);
	free(paths->stacks);
	numbering_release(&paths->tree);
	*paths = (struct paths){ .nr_stacks = 0 };
}

void paths_forget_tasks(struct paths *paths)
{
	free_stacks(paths);
	paths->current = 0;
	paths->nr_stacks = 1; /* there is room for one */
	paths->stacks[0] = (struct path_stack){ .root = PATHS_UNKNOWN };
}

uint32_t paths_now(const struct paths *paths)
{
	const struct path_stack *stack = stack_now(paths);

	return stack->depth ? stack->frames[stack->depth - 1].path : stack->root;
}

static void push(struct paths *paths, struct path_frame frame)
{
	struct path_stack *stack = stack_now(paths);
	struct path_frame *frames;
	size_t room;

	if (frame.path == NUMBERING_NONE)
		frame.path = paths_now(paths);
	if (stack->depth == stack->room && stack->room < MOST_DEPTH) {
		room = stack->room ? 2 * stack->room : FIRST_DEPTH;
		frames = realloc(stack->frames, room * sizeof(*frames));
		if (!frames)
			return;
		stack->frames = frames;
		stack->room = room;
	}
	if (stack->depth < stack->room)
		stack->frames[stack->depth++] = frame;
}

void paths_to_user(struct paths *paths)
{
	struct path_stack *stack = stack_now(paths);

	stack->depth = 0;
	stack->root = PATHS_USER;
}

void paths_call(struct paths *paths, uint64_t returns_to, uint64_t entry)
{
	push(paths,
	     (struct path_frame){ .path = path_of(paths, paths_now(paths), returns_to, entry),
				  .returns_to = returns_to });
}

void paths_enter(struct paths *paths, uint64_t interrupted_at, uint64_t entry)
{
	push(paths, (struct path_frame){ .path = path_of(paths, paths_now(paths), 0, entry),
					 .is_entry = true,
					 .returns_to = interrupted_at });
}

void paths_leave(struct paths *paths)
{
	struct path_stack *stack = stack_now(paths);

	for (size_t depth = stack->depth; depth--;)
		if (stack->frames[depth].is_entry) {
			stack->depth = depth;
			return;
		}
}

/* Returns the depth that a return to the address leaves, or SIZE_MAX where none fits. */
static size_t depth_after(const struct paths *paths, uint64_t address)
{
	const struct path_stack *stack = stack_now(paths);

	for (size_t depth = stack->depth; depth--;)
		if (!stack->frames[depth].is_entry && stack->frames[depth].returns_to == address)
			return depth;
	return SIZE_MAX;
}

bool paths_returns(const struct paths *paths, uint64_t address)
{
	return depth_after(paths, address) != SIZE_MAX;
}

bool paths_return(struct paths *paths, uint64_t address)
{
	size_t depth = depth_after(paths, address);

	if (depth == SIZE_MAX)
		return false;
	stack_now(paths)->depth = depth;
	return true;
}

void paths_return_once(struct paths *paths)
{
	struct path_stack *stack = stack_now(paths);

	if (stack->depth && !stack->frames[stack->depth - 1].is_entry)
		stack->depth--;
}

void paths_lose(struct paths *paths)
{
	struct path_stack *stack = stack_now(paths);

	stack->depth = 0;
	stack->root = PATHS_UNKNOWN;
}

/* ---- tasks ---- */

void paths_name_task(struct paths *paths, uint64_t task)
{
	for (size_t i = 0; i < paths->nr_stacks; i++)
		if (paths->stacks[i].task == task && i != paths->current)
			paths->stacks[i].task = 0; /* what had that name is gone */
	stack_now(paths)->task = task;
}

void paths_switch(struct paths *paths, uint64_t task)
{
	size_t i = 0;

	while (i < paths->nr_stacks && paths->stacks[i].task != task)
		i++;
	if (i == paths->nr_stacks && add_stack(paths, task) < 0)
		paths_lose(paths);
	else
		paths->current = i;
}
