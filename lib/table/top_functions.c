#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "profile/profiles.h"
#include "stats/share.h"
#include "table/table.h"
#include "table/top_functions.h"

#define MOST_FUNCTIONS 6
#define NAME_ROOM 256
#define LEAST_PART 0.01 /* of the operation: less is not worth a line */

enum { SELF, SURE, INCLUSIVE, NAME, CALLER };

static void add_columns(struct table *table, const struct profile *profile)
{
	table_column(table, "    self", TABLE_RIGHT);
	table_column(table, profile_is_samples(profile) ? "95 % sure" : "", TABLE_RIGHT);
	table_column(table, "with calls", TABLE_RIGHT);
	table_column(table, "function", TABLE_LEFT);
	table_column(table, "mostly called by", TABLE_LEFT);
}

/* Of counted instructions nothing is left to chance. */
static void add_interval(struct table *table, const struct profile *profile, uint64_t self)
{
	struct interval interval = share_interval((double)self, (double)profile->total);

	if (profile_is_samples(profile) && interval.known)
		table_cell(table, SURE, "%.0f .. %.0f %%", 100 * interval.lo, 100 * interval.hi);
}

static bool is_same(const struct call_tree *tree, size_t a, size_t b)
{
	return tree->nodes[a].name == tree->nodes[b].name &&
	       tree->nodes[a].module == tree->nodes[b].module;
}

static bool is_of(const struct call_tree *tree, size_t node,
		  const struct profile_function *function)
{
	return tree->nodes[node].name == function->name &&
	       tree->nodes[node].module == function->module;
}

/* Returns the function below which it took most itself; "": it is the outermost one. */
static const char *main_caller(const struct call_tree *tree,
			       const struct profile_function *function)
{
	uint64_t most = 0;
	size_t caller = 0;

	for (size_t i = 1; i < tree->count; i++) {
		uint64_t self = tree->nodes[i].self;

		if (!is_of(tree, i, function))
			continue;
		for (size_t j = i + 1; j < tree->count; j++)
			if (is_of(tree, j, function) &&
			    is_same(tree, tree->nodes[i].parent, tree->nodes[j].parent))
				self += tree->nodes[j].self;
		if (self > most) {
			most = self;
			caller = tree->nodes[i].parent;
		}
	}
	return caller ? tree->nodes[caller].name : "";
}

static void add_function(struct table *table, const struct profile *profile,
			 const struct profile_function *function)
{
	double total = (double)profile->total;
	bool kernel = !function->module[0] || !strcmp(function->module, function->name);
	char name[NAME_ROOM], module[NAME_ROOM], caller[NAME_ROOM];

	table_row(table);
	table_cell(table, SELF, "%.1f %%", 100 * (double)function->self / total);
	add_interval(table, profile, function->self);
	table_cell(table, INCLUSIVE, "%.1f %%", 100 * (double)function->inclusive / total);
	table_cell(table, NAME, kernel ? "%s" : "%s [%s]",
		   text_plain(function->name, name, sizeof(name)),
		   text_plain(function->module, module, sizeof(module)));
	table_cell(table, CALLER, "%s",
		   text_plain(main_caller(&profile->tree, function), caller, sizeof(caller)));
}

static void add_rest(struct table *table, const struct profile *profile, uint64_t self,
		     size_t count)
{
	if (!count)
		return;
	table_row(table);
	table_cell(table, SELF, "%.1f %%", 100 * (double)self / (double)profile->total);
	table_cell(table, NAME, "%zu more", count);
}

/* Functions that took something themselves stand before all others. */
static void add_functions(struct table *table, const struct profile *profile,
			  const struct profile_function *functions, size_t count)
{
	uint64_t rest = profile->total;
	size_t shown = 0, others = 0;

	while (shown < count && shown < MOST_FUNCTIONS &&
	       (double)functions[shown].self >= LEAST_PART * (double)profile->total) {
		add_function(table, profile, &functions[shown]);
		rest -= functions[shown++].self;
	}
	for (size_t i = shown; i < count && functions[i].self; i++)
		others++;
	add_rest(table, profile, rest, others);
}

static void print_heading(const struct profile *profile, FILE *file)
{
	char cell[1024], metric[NAME_ROOM], event[NAME_ROOM];

	fprintf(file, "\n%s %s: %llu %s", text_plain(profile->cell, cell, sizeof(cell)),
		text_plain(profile->metric, metric, sizeof(metric)),
		(unsigned long long)profile->total,
		profile_is_samples(profile) ? "samples of " : "");
	fprintf(file, "%s, %llu operation%s", text_plain(profile->event, event, sizeof(event)),
		(unsigned long long)profile->operations, profile->operations == 1 ? "" : "s");
	if (profile->interrupts)
		fprintf(file, "; %llu in interrupts", (unsigned long long)profile->interrupts);
	if (profile->lost)
		fprintf(file, "; %llu LOST", (unsigned long long)profile->lost);
	fprintf(file, "\n");
}

static int print_profile(struct profile *profile, FILE *file, bool colour)
{
	struct profile_function *functions;
	struct table table = { 0 };
	size_t count;
	int ret;

	if (!profile->total)
		return 0;
	ret = call_tree_functions(&profile->tree, &functions, &count);
	if (ret)
		return ret;
	print_heading(profile, file);
	add_columns(&table, profile);
	add_functions(&table, profile, functions, count);
	ret = table.failed ? -ENOMEM : 0;
	if (!ret)
		table_print(&table, file, colour);
	table_release(&table);
	free(functions);
	return ret;
}

static int by_cell(const void *a, const void *b)
{
	const struct profile *left = *(struct profile *const *)a;
	const struct profile *right = *(struct profile *const *)b;
	int order = strverscmp(left->cell, right->cell);

	return order ? order : strcmp(left->metric, right->metric);
}

int top_functions_print(const char *path, FILE *file, bool colour, struct reason *reason)
{
	struct profiles *profiles;
	int ret = profiles_load(&path, 1, &profiles, reason);

	if (ret)
		return ret;
	if (profiles->count)
		qsort(profiles->list, profiles->count, sizeof(*profiles->list), by_cell);
	for (size_t i = 0; i < profiles->count && !ret; i++)
		ret = print_profile(profiles->list[i], file, colour);
	profiles_free(profiles);
	return ret ? reason_set(reason, ret, "%s: memory ran out", path) : 0;
}
