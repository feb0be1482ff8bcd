#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "profile/counted.h"

/* A path with names: the function that it is in, and where that stands in the tree. */
struct named_path {
	size_t node; /* of the call tree; 0: above all functions */
	const struct symbol *function; /* NULL: the program, or unknown */
	bool known, is_interrupt;
};

/* A profile being made. */
struct namer {
	const struct counts *counts;
	const struct symbols *symbols;
	struct profile *profile;
	struct named_path *paths; /* by number; those that are not known yet are all zero */
};

/* ---- interrupts ---- */

/*
 * arm64 enters its kernel at a table, by what happened: at 0x80 of each group of 0x200 bytes for
 * interrupts, at 0x100 for fast ones.
 */
static bool is_interrupt(const struct symbol *function, uint64_t entry)
{
	if (!function)
		return false;
	if (!strcmp(function->name, "vectors"))
		return ((entry - function->address) & 0x180) == 0x80 ||
		       ((entry - function->address) & 0x180) == 0x100;
	return symbols_is_interrupt(function->name);
}

/* ---- paths ---- */

static int step(struct namer *naming, struct named_path *path, const struct symbol *function)
{
	const char *name = function ? function->name : COUNTED_UNKNOWN;
	const char *module = function ? function->module : "";

	path->function = function;
	return call_tree_child(&naming->profile->tree, path->node, name, module, &path->node);
}

/* The program is one function, and what was met in its middle is called by nobody. */
static int name_root(struct namer *naming, uint64_t number, struct named_path *path)
{
	path->known = true;
	if (number == COUNTS_UNKNOWN)
		return 0;
	return call_tree_child(&naming->profile->tree, 0, PROFILE_USER, PROFILE_USER, &path->node);
}

/*
 * A function that was left by a jump to another one is the caller of what that one called: the
 * address that a call returns to tells who it was.
 */
static int name_step(struct namer *naming, const struct counts_path *step_of,
		     const struct named_path *parent, struct named_path *path)
{
	const struct symbol *caller = NULL, *callee;
	int ret = 0;

	*path = *parent;
	path->known = true;
	if (step_of->returns_to)
		caller = symbols_find(naming->symbols, step_of->returns_to - 1);
	if (caller && caller != parent->function)
		ret = step(naming, path, caller);
	callee = symbols_find(naming->symbols, step_of->entry);
	if (!step_of->returns_to)
		path->is_interrupt |= is_interrupt(callee, step_of->entry);
	return ret ? ret : step(naming, path, callee);
}

/* Parents have lower numbers. */
static int name_path(struct namer *naming, uint64_t number)
{
	const struct counts_path *path = &naming->counts->paths[number];
	int ret;

	if (naming->paths[number].known)
		return 0;
	if (number <= COUNTS_UNKNOWN)
		return name_root(naming, number, &naming->paths[number]);
	ret = name_path(naming, path->parent);
	return ret ? ret
		   : name_step(naming, path, &naming->paths[path->parent], &naming->paths[number]);
}

/* ---- blocks ---- */

/* A block of another function than its path's was jumped to. */
static int add_block(struct namer *naming, const struct counts_block *block)
{
	const struct symbol *function = symbols_find(naming->symbols, block->address);
	struct named_path path;
	struct call_node *node;
	int ret = name_path(naming, block->path);

	if (ret)
		return ret;
	path = naming->paths[block->path];
	if (path.is_interrupt || is_interrupt(function, block->address)) {
		naming->profile->interrupts += block->instructions;
		return 0;
	}
	if (block->address && (function != path.function || !path.node))
		ret = step(naming, &path, function);
	if (ret)
		return ret;
	node = &naming->profile->tree.nodes[path.node];
	node->self += block->instructions;
	if (function && function->address == block->address)
		node->calls += block->executions;
	return 0;
}

/* ---- all ---- */

static int check(const struct counts_trial *trial, const struct counts_metric *metric,
		 struct reason *reason)
{
	if (trial->out_of_memory)
		return reason_set(reason, SKIPPED,
				  "the emulator ran out of memory: count fewer cells");
	if (trial->lost_rounds)
		return reason_set(reason, SKIPPED,
				  "iterations have too many clock reads to be kept: take a smaller "
				  "size or a larger chunk");
	if (metric->unclaimed == metric->operations)
		return reason_set(
			reason, SKIPPED,
			"it is no time between two clock reads, but worked out, or told by "
			"the kernel");
	if (metric->unclaimed)
		return reason_set(reason, SKIPPED,
				  "%llu of %llu samples are no time that the emulator saw pass",
				  (unsigned long long)metric->unclaimed,
				  (unsigned long long)metric->operations);
	return 0;
}

int counted_profile(const struct counts *counts, const struct counts_trial *trial,
		    const struct counts_metric *metric, const struct symbols *symbols,
		    struct profile_facts facts, struct profile **ret_profile, struct reason *reason)
{
	struct namer naming = { .counts = counts, .symbols = symbols };
	int ret = check(trial, metric, reason);

	if (ret)
		return ret;
	facts.source = PROFILE_EMULATOR;
	facts.event = facts.unit = PROFILE_INSTRUCTIONS;
	facts.operations = metric->operations;
	facts.idle_ns = metric->idle;
	naming.profile = profile_new(&facts);
	naming.paths = calloc(counts->nr_paths, sizeof(*naming.paths));
	if (!naming.profile || !naming.paths)
		ret = -ENOMEM;
	for (size_t i = 0; i < metric->nr_blocks && !ret; i++)
		ret = add_block(&naming, &counts->blocks[metric->first_block + i]);
	free(naming.paths);
	if (ret)
		profile_free(naming.profile);
	else
		*ret_profile = naming.profile;
	return ret;
}

double counted_unknown_share(const struct profile *profile)
{
	uint64_t unknown = 0, all = 0;

	for (size_t i = 1; i < profile->tree.count; i++) {
		all += profile->tree.nodes[i].self;
		if (!strcmp(profile->tree.nodes[i].name, COUNTED_UNKNOWN))
			unknown += profile->tree.nodes[i].self;
	}
	return all ? (double)unknown / (double)all : 0;
}
