#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "profile/call_tree.h"

#define FIRST_SLOTS 64

void call_tree_release(struct call_tree *tree)
{
	free(tree->nodes);
	free(tree->slots);
	interned_release(&tree->texts);
	*tree = (struct call_tree){ .nodes = NULL };
}

static int add_node(struct call_tree *tree, const struct call_node *node, size_t *ret_node)
{
	struct call_node *grown = grow(tree->nodes, tree->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	tree->nodes = grown;
	grown[tree->count] = *node;
	*ret_node = tree->count++;
	return 0;
}

static int add_root(struct call_tree *tree)
{
	size_t root;

	return tree->count ? 0
			   : add_node(tree, &(struct call_node){ .name = "", .module = "" }, &root);
}

/* Texts are interned: of one tree, equal ones have one address. */
static bool is_child(const struct call_node *node, size_t parent, const char *name,
		     const char *module)
{
	return node->parent == parent && node->name == name && node->module == module;
}

static uint64_t hash_child(size_t parent, const char *name, const char *module)
{
	const uint64_t parts[] = { parent, (uintptr_t)name, (uintptr_t)module };
	uint64_t hash = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		hash = (hash ^ parts[i] ^ hash >> 32) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* The slot that has the number of such a child, or the empty one where it belongs. */
static size_t *find_slot(const struct call_tree *tree, size_t parent, const char *name,
			 const char *module)
{
	size_t i = (size_t)hash_child(parent, name, module) & (tree->nr_slots - 1);

	while (tree->slots[i] && !is_child(&tree->nodes[tree->slots[i]], parent, name, module))
		i = (i + 1) & (tree->nr_slots - 1);
	return &tree->slots[i];
}

/* Half of the slots stay empty, so that a search is short among however many siblings. */
static int make_slots(struct call_tree *tree)
{
	size_t *slots;

	if (tree->count * 2 < tree->nr_slots)
		return 0;
	slots = calloc(tree->nr_slots ? tree->nr_slots * 2 : FIRST_SLOTS, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	free(tree->slots);
	tree->slots = slots;
	tree->nr_slots = tree->nr_slots ? tree->nr_slots * 2 : FIRST_SLOTS;
	for (size_t i = 1; i < tree->count; i++) {
		const struct call_node *node = &tree->nodes[i];

		*find_slot(tree, node->parent, node->name, node->module) = i;
	}
	return 0;
}

/* Siblings stand in the order in which they were met. */
static int add_child(struct call_tree *tree, const struct call_node *node, size_t *ret_node)
{
	struct call_node *parent;
	int ret = add_node(tree, node, ret_node);

	if (ret)
		return ret;
	parent = &tree->nodes[node->parent];
	if (parent->last_child)
		tree->nodes[parent->last_child].next_sibling = *ret_node;
	else
		parent->first_child = *ret_node;
	parent->last_child = *ret_node;
	return 0;
}

int call_tree_child(struct call_tree *tree, size_t parent, const char *name, const char *module,
		    size_t *ret_node)
{
	struct call_node node = { .parent = parent };
	size_t *slot;
	int ret = add_root(tree);

	if (!ret)
		ret = make_slots(tree);
	if (ret)
		return ret;
	node.name = interned_add(&tree->texts, name);
	node.module = interned_add(&tree->texts, module ? module : "");
	if (!node.name || !node.module)
		return -ENOMEM;
	slot = find_slot(tree, parent, node.name, node.module);
	if (!*slot) {
		size_t added;

		ret = add_child(tree, &node, &added);
		if (ret)
			return ret;
		*slot = added;
	}
	*ret_node = *slot;
	return 0;
}

int call_tree_merge(struct call_tree *tree, const struct call_tree *other)
{
	size_t *places = calloc(other->count ? other->count : 1, sizeof(*places));
	int ret = places ? 0 : -ENOMEM;

	for (size_t i = 1; i < other->count && !ret; i++) {
		const struct call_node *node = &other->nodes[i];

		ret = call_tree_child(tree, places[node->parent], node->name, node->module,
				      &places[i]);
		if (ret)
			break;
		tree->nodes[places[i]].self += node->self;
		tree->nodes[places[i]].calls += node->calls;
	}
	free(places);
	return ret;
}

uint64_t call_tree_sum(struct call_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++)
		tree->nodes[i].inclusive = tree->nodes[i].self;
	for (size_t i = tree->count; i-- > 1;)
		tree->nodes[tree->nodes[i].parent].inclusive += tree->nodes[i].inclusive;
	return tree->count ? tree->nodes[0].inclusive : 0;
}

/* ---- functions ---- */

static bool is_same(const struct call_node *a, const struct call_node *b)
{
	return a->name == b->name && a->module == b->module;
}

static bool stands_above_itself(const struct call_tree *tree, size_t node)
{
	for (size_t i = tree->nodes[node].parent; i; i = tree->nodes[i].parent)
		if (is_same(&tree->nodes[i], &tree->nodes[node]))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	const struct profile_function *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->module, y->module);
}

static int by_self(const void *a, const void *b)
{
	const struct profile_function *x = a, *y = b;

	if (x->self != y->self)
		return x->self < y->self ? 1 : -1;
	return by_name(a, b);
}

/* Adds up neighbours of one name; returns how many functions are left. */
static size_t join(struct profile_function *functions, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (!kept || by_name(&functions[kept - 1], &functions[i])) {
			functions[kept++] = functions[i];
			continue;
		}
		functions[kept - 1].self += functions[i].self;
		functions[kept - 1].inclusive += functions[i].inclusive;
		functions[kept - 1].calls += functions[i].calls;
	}
	return kept;
}

int call_tree_functions(struct call_tree *tree, struct profile_function **ret_functions,
			size_t *ret_count)
{
	size_t count = tree->count ? tree->count - 1 : 0;
	struct profile_function *functions = calloc(count ? count : 1, sizeof(*functions));

	if (!functions)
		return -ENOMEM;
	call_tree_sum(tree);
	for (size_t i = 0; i < count; i++) {
		const struct call_node *node = &tree->nodes[i + 1];

		functions[i] = (struct profile_function){
			.name = node->name,
			.module = node->module,
			.self = node->self,
			.inclusive = stands_above_itself(tree, i + 1) ? 0 : node->inclusive,
			.calls = node->calls,
		};
	}
	qsort(functions, count, sizeof(*functions), by_name);
	*ret_count = join(functions, count);
	qsort(functions, *ret_count, sizeof(*functions), by_self);
	*ret_functions = functions;
	return 0;
}

/* ---- to and from a record ---- */

/*
 * A frame is the function's name, as flame graph tools want it. Where functions of two modules have
 * one name, "name [module]" tells them apart; @functions are in the order of names.
 */
static bool is_ambiguous(const struct profile_function *functions, size_t count, const char *name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(functions[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low + 1 < count && !strcmp(functions[low + 1].name, name);
}

static void frame_text(const struct profile_function *functions, size_t count, const char *name,
		       const char *module, struct text *text)
{
	text_add(text, "%s", name);
	if (module[0] && is_ambiguous(functions, count, name))
		text_add(text, " [%s]", module);
}

static int write_stacks(const struct call_tree *tree, const struct profile_function *functions,
			size_t count, json_t *record)
{
	struct text *frames = calloc(tree->count ? tree->count : 1, sizeof(*frames));
	bool failed = !frames;

	for (size_t i = 1; i < tree->count && !failed; i++) {
		const struct call_node *node = &tree->nodes[i];

		if (node->parent)
			text_add(&frames[i], "%s;", frames[node->parent].text);
		frame_text(functions, count, node->name, node->module, &frames[i]);
		failed = frames[i].failed;
		if (!failed)
			profile_record_add_stack(record, frames[i].text, node->self, node->calls);
	}
	for (size_t i = 1; i < tree->count && frames; i++)
		text_release(&frames[i]);
	free(frames);
	return failed ? -ENOMEM : 0;
}

int call_tree_write(struct call_tree *tree, json_t *record)
{
	struct profile_function *functions;
	size_t count;
	int ret = call_tree_functions(tree, &functions, &count);

	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++)
		profile_record_add_function(record, &functions[i]);
	qsort(functions, count, sizeof(*functions), by_name);
	ret = write_stacks(tree, functions, count, record);
	free(functions);
	return ret;
}

/* Functions of a record in the order of names, with what tells a frame's module. */
struct frame_names {
	struct profile_function *functions;
	size_t count;
};

static int read_names(const json_t *record, struct frame_names *ret_names)
{
	size_t count = profile_record_nr_functions(record);
	struct profile_function *functions = calloc(count ? count : 1, sizeof(*functions));

	if (!functions)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		functions[i] = profile_record_function(record, i);
	qsort(functions, count, sizeof(*functions), by_name);
	*ret_names = (struct frame_names){ functions, count };
	return 0;
}

static int frame_order(const void *key, const void *element)
{
	return strcmp(key, ((const struct profile_function *)element)->name);
}

/*
 * Splits "name [module]" where the name is one of several modules; a frame that is in no list of
 * functions is the kernel's own.
 */
static const char *module_of(const struct frame_names *names, char *frame)
{
	const struct profile_function *found;
	size_t length = strlen(frame);
	char *bracket = strstr(frame, " [");

	if (bracket && frame[length - 1] == ']') {
		frame[length - 1] = '\0';
		*bracket = '\0';
		return bracket + 2;
	}
	found = bsearch(frame, names->functions, names->count, sizeof(*found), frame_order);
	if (!found || is_ambiguous(names->functions, names->count, frame))
		return "";
	return found->module;
}

static int find_stack(struct call_tree *tree, const struct frame_names *names, const char *frames,
		      size_t *ret_node)
{
	char *text = strdup(frames), *rest = text, *frame;
	size_t node = 0;
	int ret = text ? 0 : -ENOMEM;

	while (!ret && (frame = strsep(&rest, ";")) != NULL) {
		const char *module = module_of(names, frame);

		ret = call_tree_child(tree, node, frame, module, &node);
	}
	free(text);
	*ret_node = node;
	return ret;
}

static int read_stacks(struct call_tree *tree, const struct frame_names *names, json_t *stacks,
		       bool are_calls, struct reason *reason)
{
	const char *frames;
	json_t *value;
	size_t node;
	int ret;

	json_object_foreach(stacks, frames, value) {
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return reason_set(reason, -EINVAL,
					  "a stack's number is none from 0 on: %.200s", frames);
		ret = find_stack(tree, names, frames, &node);
		if (ret)
			return ret;
		if (are_calls)
			tree->nodes[node].calls += (uint64_t)json_integer_value(value);
		else
			tree->nodes[node].self += (uint64_t)json_integer_value(value);
	}
	return 0;
}

int call_tree_read(struct call_tree *tree, const json_t *record, struct reason *reason)
{
	struct frame_names names;
	int ret = add_root(tree);

	if (!ret)
		ret = read_names(record, &names);
	if (ret)
		return ret;
	ret = read_stacks(tree, &names, profile_record_stacks(record), false, reason);
	if (!ret)
		ret = read_stacks(tree, &names, profile_record_stack_calls(record), true, reason);
	free(names.functions);
	return ret;
}
