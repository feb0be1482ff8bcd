#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "profile/joint.h"

/* ---- names ---- */

size_t joint_name_length(const char *name)
{
	static const char *const suffixes[] = { ".isra", ".constprop", ".part",
						".cold", ".llvm",      ".lto_priv" };
	size_t length = strlen(name);

	for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
		for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
			size_t end = strlen(suffixes[i]);

			/* A name of nothing but a suffix is kept. */
			if (dot > name && text_starts_with(dot, suffixes[i]) &&
			    (!dot[end] || dot[end] == '.'))
				return (size_t)(dot - name);
		}
	return length;
}

/* Returns the name without suffix, kept by the joint; NULL: memory ran out. */
static const char *bare_name(struct joint *joint, const char *name)
{
	char *copy = strndup(name, joint_name_length(name));
	const char *kept = copy ? interned_add(&joint->texts, copy) : NULL;

	free(copy);
	return kept;
}

/* ---- functions of both sides ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct joint_function *)a)->name,
		      ((const struct joint_function *)b)->name);
}

static int by_name_and_module(const void *a, const void *b)
{
	int order = by_name(a, b);

	return order ? order
		     : strcmp(((const struct joint_function *)a)->module,
			      ((const struct joint_function *)b)->module);
}

static const struct profile *profile_at(const struct profile *const *before, size_t nr_before,
					const struct profile *const *after, size_t number)
{
	return number < nr_before ? before[number] : after[number - nr_before];
}

/* Appends a function for each node of a tree; there is room. */
static int collect(struct joint *joint, const struct call_tree *tree, int when)
{
	for (size_t i = 1; i < tree->count; i++) {
		struct joint_function *function = &joint->functions[joint->nr_functions];
		const char *name = tree->nodes[i].name;

		*function = (struct joint_function){ .name = bare_name(joint, name) };
		function->module = interned_add(&joint->texts, tree->nodes[i].module);
		if (!function->name || !function->module)
			return -ENOMEM;
		function->on[when] = true;
		function->suffixed = name[joint_name_length(name)] != '\0';
		joint->nr_functions++;
	}
	return 0;
}

static void add_to(struct joint_function *function, const struct joint_function *other)
{
	/* The later side tells the module as it is now. */
	if (other->on[AFTER] && !function->on[AFTER])
		function->module = other->module;
	function->on[BEFORE] |= other->on[BEFORE];
	function->on[AFTER] |= other->on[AFTER];
	function->suffixed |= other->suffixed;
}

/* Makes one of neighbours that @order takes for the same. */
static size_t make_unique(struct joint_function *functions, size_t count,
			  int (*order)(const void *, const void *))
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept && !order(&functions[kept - 1], &functions[i]))
			add_to(&functions[kept - 1], &functions[i]);
		else
			functions[kept++] = functions[i];
	}
	return kept;
}

/* Tells whether the functions of one name are of several modules on one side. */
static bool is_in_two_modules(const struct joint_function *functions, size_t count)
{
	size_t on[NR_WHEN] = { 0, 0 };

	for (size_t i = 0; i < count; i++)
		for (int when = BEFORE; when < NR_WHEN; when++)
			on[when] += functions[i].on[when];
	return on[BEFORE] > 1 || on[AFTER] > 1;
}

/* Joins functions of one name where no side has two of them. */
static size_t join_modules(struct joint_function *functions, size_t count)
{
	size_t kept = 0, next;

	for (size_t i = 0; i < count; i = next) {
		next = i + 1;
		while (next < count && !by_name(&functions[i], &functions[next]))
			next++;
		if (is_in_two_modules(&functions[i], next - i)) {
			memmove(&functions[kept], &functions[i], (next - i) * sizeof(*functions));
			kept += next - i;
		} else {
			size_t one = make_unique(&functions[i], next - i, by_name);

			memmove(&functions[kept], &functions[i], one * sizeof(*functions));
			kept += one;
		}
	}
	return kept;
}

static size_t find_function(const struct joint *joint, const char *name, const char *module)
{
	size_t low = 0, high = joint->nr_functions, i;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(joint->functions[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (i = low; i < joint->nr_functions && !strcmp(joint->functions[i].name, name); i++)
		if (!strcmp(joint->functions[i].module, module))
			return i;
	return low; /* the module does not count */
}

/* ---- the tree of both sides ---- */

static bool is_jump(const char *name)
{
	return strstr(name + joint_name_length(name), ".cold") != NULL;
}

static int lay_node(struct joint *joint, size_t *places, const struct call_node *node,
		    size_t *ret_place)
{
	const char *name = bare_name(joint, node->name);
	const struct joint_function *function;

	if (!name)
		return -ENOMEM;
	function = &joint->functions[find_function(joint, name, node->module)];
	return call_tree_child(&joint->tree, places[node->parent], function->name, function->module,
			       ret_place);
}

/* Adds a profile's tree; with @values, which has room by then, also what it took. */
static int lay(struct joint *joint, const struct profile *profile, struct joint_value *values)
{
	const struct call_tree *tree = &profile->tree;
	size_t *places = calloc(tree->count + 1, sizeof(*places));
	int ret = places ? 0 : -ENOMEM;

	for (size_t i = 1; i < tree->count && !ret; i++) {
		const struct call_node *node = &tree->nodes[i];
		struct joint_value *value;

		ret = lay_node(joint, places, node, &places[i]);
		if (ret || !values)
			continue;
		value = &values[places[i] * joint->nr_profiles];
		value->self += (double)node->self / (double)profile->operations;
		/* A function's cold part is jumped to. */
		if (!is_jump(node->name))
			value->calls += (double)node->calls / (double)profile->operations;
	}
	free(places);
	return ret;
}

static int name_nodes(struct joint *joint)
{
	joint->function_of = calloc(joint->tree.count + 1, sizeof(*joint->function_of));
	joint->values = calloc(joint->tree.count * joint->nr_profiles + 1, sizeof(*joint->values));
	if (!joint->function_of || !joint->values)
		return -ENOMEM;
	for (size_t i = 1; i < joint->tree.count; i++)
		joint->function_of[i] = find_function(joint, joint->tree.nodes[i].name,
						      joint->tree.nodes[i].module);
	return 0;
}

int joint_make(struct joint *joint, const struct profile *const *before, size_t nr_before,
	       const struct profile *const *after, size_t nr_after)
{
	size_t room = 1;
	int ret = 0;

	*joint = (struct joint){ .nr_before = nr_before, .nr_profiles = nr_before + nr_after };
	for (size_t i = 0; i < joint->nr_profiles; i++)
		room += profile_at(before, nr_before, after, i)->tree.count;
	joint->functions = calloc(room, sizeof(*joint->functions));
	if (!joint->functions)
		return -ENOMEM;
	for (size_t i = 0; i < joint->nr_profiles && !ret; i++)
		ret = collect(joint, &profile_at(before, nr_before, after, i)->tree,
			      i < nr_before ? BEFORE : AFTER);
	if (ret)
		return ret;
	qsort(joint->functions, joint->nr_functions, sizeof(*joint->functions), by_name_and_module);
	joint->nr_functions =
		make_unique(joint->functions, joint->nr_functions, by_name_and_module);
	joint->nr_functions = join_modules(joint->functions, joint->nr_functions);
	for (size_t i = 0; i < joint->nr_profiles && !ret; i++)
		ret = lay(joint, profile_at(before, nr_before, after, i), NULL);
	if (!ret)
		ret = name_nodes(joint);
	for (size_t i = 0; i < joint->nr_profiles && !ret; i++)
		ret = lay(joint, profile_at(before, nr_before, after, i), &joint->values[i]);
	return ret;
}

void joint_release(struct joint *joint)
{
	free(joint->functions);
	free(joint->function_of);
	free(joint->values);
	call_tree_release(&joint->tree);
	interned_release(&joint->texts);
	*joint = (struct joint){ .functions = NULL };
}

bool joint_is_common(const struct joint *joint, size_t function)
{
	return joint->functions[function].on[BEFORE] && joint->functions[function].on[AFTER];
}
