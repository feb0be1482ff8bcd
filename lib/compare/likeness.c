#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/json.h"
#include "compare/facts.h"
#include "compare/likeness.h"

#define NEAR_SHARE 0.02

/*
 * The first pattern that matches a key counts; a fact without one must be equal. Members of "host"
 * have no prefix. Keys are as in --allow.
 */
static const struct {
	const char *pattern;
	enum likeness_rule rule;
} rules[] = {
	/* Two kinds of clocks: nanoseconds of one are not those of the other. */
	{ "timing", LIKENESS_NEVER },
	{ "kernel", LIKENESS_OF_KERNEL },
	{ "kernel_version", LIKENESS_OF_KERNEL },
	{ "kernel_config", LIKENESS_OF_KERNEL },
	/*
	 * Mitigations, and their wording, follow the kernel as long as command line, CPU and
	 * microcode are the same, which they must be.
	 */
	{ "cpu.mitigations*", LIKENESS_OF_KERNEL },
	/*
	 * Without the memory that the kernel keeps for itself, which depends on its size and
	 * options.
	 */
	{ "numa.*.memory_bytes", LIKENESS_NEAR },
	/*
	 * Kernels that support more sizes have more switches; those that both have must be equal.
	 */
	{ "thp.*", LIKENESS_WHERE_BOTH },
	{ "numa.*.hugetlb_free.*", LIKENESS_WHERE_BOTH },
	{ "limits.*", LIKENESS_WHERE_BOTH },
	{ "iommu.units", LIKENESS_MUST_EQUAL },
	{ "iommu.registers*", LIKENESS_MUST_EQUAL },
	{ "iommu.default_domain", LIKENESS_MUST_EQUAL },
	/* What these imply came later, as did settings of some kernels. */
	{ "iommu.*", LIKENESS_WHERE_BOTH },
	{ "cpu.isolated", LIKENESS_WHERE_BOTH },
	{ "cpu.nohz_full", LIKENESS_WHERE_BOTH },
	{ "clock.source", LIKENESS_MUST_EQUAL },
	{ "clock.*", LIKENESS_FREE }, /* calibrated anew by each run */
	/* Libraries find devices and CPUs; timed brackets do not call them. */
	{ "tool.libraries*", LIKENESS_FREE },
	{ "imported.from", LIKENESS_MUST_EQUAL },
	{ "imported*", LIKENESS_FREE }, /* what the other tool recorded about the run */
	{ "config.counters", LIKENESS_MUST_EQUAL },
	{ "config.warmup", LIKENESS_MUST_EQUAL },
	/* The cells tell what was run; how often and how long does not have to be equal. */
	{ "config*", LIKENESS_FREE },
};

enum likeness_rule likeness_rule(const char *key)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (!fnmatch(rules[i].pattern, key, 0))
			return rules[i].rule;
	return LIKENESS_MUST_EQUAL;
}

/* ---- differences ---- */

struct matching {
	struct likeness *likeness;
	const char *const *allow;
	size_t nr_allow;
	bool failed; /* memory ran out */
};

/* What runs record of how they measured; all other facts are of the host. */
static bool is_of_host(const char *key)
{
	static const char *const others[] = { "tool.*", "config.*", "imported*", "iterations" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!fnmatch(others[i], key, 0))
			return false;
	return true;
}

/* Tells whether a fact, or all that begin with its first words, is allowed by name. */
static bool is_named(const struct matching *check, const char *key)
{
	for (size_t i = 0; i < check->nr_allow; i++) {
		size_t length = strlen(check->allow[i]);

		if (!strncmp(check->allow[i], key, length) && (!key[length] || key[length] == '.'))
			return true;
	}
	return false;
}

static bool is_allowed(const struct matching *check, const char *key)
{
	if (is_named(check, key))
		return true;
	for (size_t i = 0; i < check->nr_allow; i++)
		if (!strcmp(check->allow[i], LIKENESS_HOST) && is_of_host(key)) {
			check->likeness->two_hosts = true;
			return true;
		}
	return false;
}

/* Copies a value; a long one begins with the word in which it begins to differ. */
static char *excerpt(const char *value, const char *other)
{
	size_t same = 0, from;
	char *text;

	while (value[same] && value[same] == other[same])
		same++;
	for (from = same; from && value[from - 1] != ' ';)
		from--;
	if (strlen(value) <= 60 || !from)
		from = 0;
	if (asprintf(&text, "%s%.100s%s", from ? "..." : "", value + from,
		     strlen(value + from) > 100 ? "..." : "") < 0)
		return NULL;
	return text;
}

static bool is_known(const struct likeness *likeness, const char *key)
{
	for (size_t i = 0; i < likeness->count; i++)
		if (!strcmp(likeness->list[i].key, key))
			return true;
	return false;
}

static void add(struct matching *check, const char *key, const struct boot *left,
		const char *left_value, const struct boot *right, const char *right_value)
{
	struct likeness *likeness = check->likeness;
	struct difference *grown, difference;

	if (is_known(likeness, key))
		return;
	grown = grow(likeness->list, likeness->count, sizeof(*grown));
	if (grown)
		likeness->list = grown;
	difference = (struct difference){ .key = strdup(key),
					  .left = excerpt(left_value, right_value),
					  .right = excerpt(right_value, left_value),
					  .left_path = left->paths[0],
					  .right_path = right->paths[0],
					  .never = likeness_rule(key) == LIKENESS_NEVER };
	if (!grown || !difference.key || !difference.left || !difference.right) {
		free(difference.key);
		free(difference.left);
		free(difference.right);
		check->failed = true;
		return;
	}
	difference.allowed = !difference.never && is_allowed(check, key);
	likeness->refused |= !difference.allowed;
	likeness->list[likeness->count++] = difference;
}

static bool is_near(double a, double b)
{
	return fabs(a - b) <= NEAR_SHARE * fmax(fabs(a), fabs(b));
}

/* Tells whether two facts may go together. NULL: that boot lacks the fact. */
static bool is_alike(const char *key, const struct fact *left, const struct fact *right,
		     bool one_side)
{
	enum likeness_rule rule = likeness_rule(key);

	if (rule == LIKENESS_FREE || (rule == LIKENESS_OF_KERNEL && !one_side))
		return true;
	if (!left || !right)
		return rule == LIKENESS_WHERE_BOTH && !one_side;
	if (rule == LIKENESS_NEAR && !isnan(left->number) && !isnan(right->number))
		return is_near(left->number, right->number);
	return !strcmp(left->value, right->value);
}

/* Compares the facts of two boots, which are sorted by key, in one walk. */
static void compare_facts(struct matching *check, const struct boot *left, const struct facts *a,
			  const struct boot *right, const struct facts *b, bool one_side)
{
	size_t i = 0, j = 0;

	while (i < a->count || j < b->count) {
		const struct fact *x = i < a->count ? &a->list[i] : NULL;
		const struct fact *y = j < b->count ? &b->list[j] : NULL;
		int order = !x ? 1 : !y ? -1 : strcmp(x->key, y->key);
		const char *key = order <= 0 ? a->list[i].key : b->list[j].key;

		x = order <= 0 ? x : NULL;
		y = order >= 0 ? y : NULL;
		if (!is_alike(key, x, y, one_side))
			add(check, key, left, x ? x->value : "absent", right,
			    y ? y->value : "absent");
		i += order <= 0;
		j += order >= 0;
	}
}

/* ---- conditions of trials ---- */

static void compare_iterations(struct matching *check, const struct boot *left,
			       const struct boot_cell *a, const struct boot *right,
			       const struct boot_cell *b)
{
	char texts[2][80];

	if (a->iterations == b->iterations)
		return;
	snprintf(texts[0], sizeof(texts[0]), "%llu", (unsigned long long)a->iterations);
	snprintf(texts[1], sizeof(texts[1]), "%llu (%.50s)", (unsigned long long)b->iterations,
		 b->name);
	add(check, "iterations", left, texts[0], right, texts[1]);
}

static char *nodes_of(const struct boot_cell *cell)
{
	static const char *const names[] = { "cpu_node", "mem_node", "mem_nodes", "device_node" };
	json_t *nodes = json_object();
	char *text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_get(cell->placement, names[i]))
			json_object_set(nodes, names[i],
					json_object_get(cell->placement, names[i]));
	text = json_dumps(nodes, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(nodes);
	return text;
}

static void compare_placements(struct matching *check, const struct boot *left,
			       const struct boot_cell *a, const struct boot *right,
			       const struct boot_cell *b)
{
	char *nodes[2];

	if (json_equal(a->placement, b->placement))
		return;
	nodes[0] = nodes_of(a);
	nodes[1] = nodes_of(b);
	if (!nodes[0] || !nodes[1])
		check->failed = true;
	else if (strcmp(nodes[0], nodes[1]) != 0)
		add(check, "placement", left, nodes[0], right, nodes[1]);
	free(nodes[0]);
	free(nodes[1]);
}

static void compare_cells(struct matching *check, const struct boot *left, const struct boot *right)
{
	for (size_t i = 0; i < left->nr_cells; i++) {
		const struct boot_cell *a = &left->cells[i];
		const struct boot_cell *b = boot_find(right, a->name);

		if (!b || a->status != CELL_OK || b->status != CELL_OK)
			continue;
		compare_iterations(check, left, a, right, b);
		compare_placements(check, left, a, right, b);
	}
}

/* ---- all boots ---- */

static void compare_boots(struct matching *check, const struct boot *left,
			  const struct facts *facts, const struct boot *right, bool one_side)
{
	struct facts others = facts_of(right);

	check->failed |= others.failed;
	compare_facts(check, left, facts, right, &others, one_side);
	compare_cells(check, left, right);
	facts_release(&others);
}

/* Compares a side's boots with its first, and its first with the base's first. */
static void check_side(struct matching *check, const struct sides *sides, size_t number)
{
	const struct side *side = &sides->list[number];
	struct facts facts = facts_of(side->boots[0]);

	check->failed |= facts.failed;
	for (size_t i = 1; i < side->nr_boots; i++)
		compare_boots(check, side->boots[0], &facts, side->boots[i], true);
	for (size_t i = number + 1; number == 0 && i < sides->count; i++)
		compare_boots(check, side->boots[0], &facts, sides->list[i].boots[0], false);
	facts_release(&facts);
}

int likeness_check(const struct sides *sides, const char *const *allow, size_t nr_allow,
		   struct likeness *ret_likeness)
{
	struct likeness likeness = { 0 };
	struct matching check = { .likeness = &likeness, .allow = allow, .nr_allow = nr_allow };

	json_ran_out();
	for (size_t i = 0; i < sides->count; i++)
		check_side(&check, sides, i);
	if (check.failed || json_ran_out()) {
		likeness_release(&likeness);
		return -ENOMEM;
	}
	*ret_likeness = likeness;
	return 0;
}

void likeness_release(struct likeness *likeness)
{
	for (size_t i = 0; i < likeness->count; i++) {
		free(likeness->list[i].key);
		free(likeness->list[i].left);
		free(likeness->list[i].right);
	}
	free(likeness->list);
	*likeness = (struct likeness){ 0 };
}

void likeness_explain(const struct likeness *likeness, struct text *text)
{
	for (size_t i = 0; i < likeness->count; i++) {
		const struct difference *one = &likeness->list[i];

		if (one->allowed)
			continue;
		text_add(text, "%s: %s in %s, %s in %s ", one->key, one->left, one->left_path,
			 one->right, one->right_path);
		if (one->never)
			text_add(text, "(two clocks are never compared)\n");
		else
			text_add(text, "(--allow %s)\n", one->key);
	}
}
