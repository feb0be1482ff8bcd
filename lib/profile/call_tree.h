/*
 * call_tree - keeps which function called which, and what each took itself.
 *
 * Node 0 is the root, which is no function: its children are the outermost callers. A node's parent
 * has a lower number than the node, so that a loop down from the last one meets all callees before
 * their caller. Nodes are told apart by function name and module below the same parent; names are
 * kept by the tree, so that two nodes of one tree are of the same function if their pointers are
 * the same.
 */
#ifndef PROFILE_CALL_TREE_H
#define PROFILE_CALL_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/interned.h"
#include "result/profile_record.h"

struct call_node {
	const char *name;
	const char *module; /* "": the kernel itself; "[user]": the program */
	uint64_t self; /* instructions, or samples */
	uint64_t calls; /* how often it was entered from its parent; 0: not counted */
	uint64_t inclusive; /* self and all that it calls, as of call_tree_sum() */
	size_t parent, first_child, last_child, next_sibling; /* 0: none */
};

/* All zero is a tree without nodes, also without its root. */
struct call_tree {
	struct call_node *nodes;
	size_t count;
	struct interned texts;
	size_t *slots; /* numbers of nodes, by their parent and what they are called */
	size_t nr_slots;
};

/* Frees what it points to; the tree can be used again. */
void call_tree_release(struct call_tree *tree);

/*
 * Finds the child @name of @parent, and adds it where there is none yet. A @module of NULL is "".
 * Adding moves nodes: keep numbers, not pointers. Returns 0 or -ENOMEM.
 */
int call_tree_child(struct call_tree *tree, size_t parent, const char *name, const char *module,
		    size_t *ret_node);

/* Adds all of @other below the root of @tree. Returns 0 or -ENOMEM, and then a part was added. */
int call_tree_merge(struct call_tree *tree, const struct call_tree *other);

/* Works out what each node took with all that it calls; returns that of the root. */
uint64_t call_tree_sum(struct call_tree *tree);

/*
 * Makes a list of all functions, largest self first. A function that stands above itself in a stack
 * is counted once in its "inclusive". Sums the tree first. The caller frees the list, whose texts
 * belong to the tree. Returns 0 or -ENOMEM.
 */
int call_tree_functions(struct call_tree *tree, struct profile_function **ret_functions,
			size_t *ret_count);

/* Adds functions and stacks to a record. Returns 0 or -ENOMEM. */
int call_tree_write(struct call_tree *tree, json_t *record);

/*
 * Reads a tree from the stacks of a record. The tree must be empty; release it in any case. Returns
 * 0, or -errno with the reason.
 */
int call_tree_read(struct call_tree *tree, const json_t *record, struct reason *reason);

#endif
