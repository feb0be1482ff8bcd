#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "profile/callers.h"

#define MOST_NAMES 3 /* of functions that a caller's line tells */

/* Of each function, an operation: what is called from it on one side only, and its own change. */
struct weighing {
	double *gone, *come, *grown;
};

/* Returns the nearest function of both sides above a node; SIZE_MAX: there is none. */
static size_t common_caller(const struct joint *joint, size_t node)
{
	for (size_t i = joint->tree.nodes[node].parent; i; i = joint->tree.nodes[i].parent)
		if (joint_is_common(joint, joint->function_of[i]))
			return joint->function_of[i];
	return SIZE_MAX;
}

/* Returns what a node takes itself, the mean of a side's profiles. */
static double mean_self(const struct joint *joint, size_t node, int when)
{
	size_t from = when == BEFORE ? 0 : joint->nr_before;
	size_t to = when == BEFORE ? joint->nr_before : joint->nr_profiles;
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += joint->values[node * joint->nr_profiles + i].self;
	return sum / (double)(to - from);
}

static void weigh(const struct joint *joint, const struct weighing *weighing)
{
	for (size_t i = 1; i < joint->tree.count; i++) {
		size_t function = joint->function_of[i], caller;
		double before = mean_self(joint, i, BEFORE), after = mean_self(joint, i, AFTER);

		if (joint_is_common(joint, function)) {
			weighing->grown[function] += after - before;
			continue;
		}
		caller = common_caller(joint, i);
		if (caller == SIZE_MAX)
			continue;
		weighing->gone[caller] += before;
		weighing->come[caller] += after;
	}
}

/*
 * Tells whether a caller is told together with what only one side calls from it: if both sides have
 * something that the other has not, or if the caller itself grew by about as much as is gone (it was
 * inlined), or the other way round.
 */
static bool belong_together(double gone, double come, double grown)
{
	double moved = gone - come;

	if (gone > 0 && come > 0)
		return true;
	return moved * grown > 0 && fabs(grown) >= fabs(moved) / 4 &&
	       fabs(grown) <= fabs(moved) * 4;
}

static void give_lines(const struct callers *callers, const struct joint *joint)
{
	for (size_t i = 1; i < joint->tree.count; i++) {
		size_t function = joint->function_of[i], caller;

		callers->line_of[i] = function;
		if (joint_is_common(joint, function))
			continue;
		caller = common_caller(joint, i);
		if (caller != SIZE_MAX && callers->is_caller[caller])
			callers->line_of[i] = caller;
	}
}

int callers_find(struct callers *callers, const struct joint *joint)
{
	size_t functions = joint->nr_functions;
	double *room = calloc(functions * 3 + 1, sizeof(*room));
	struct weighing weighing;

	callers->line_of = calloc(joint->tree.count + 1, sizeof(*callers->line_of));
	callers->is_caller = calloc(functions + 1, sizeof(*callers->is_caller));
	if (!room || !callers->line_of || !callers->is_caller) {
		free(room);
		return -ENOMEM;
	}
	weighing = (struct weighing){ room, room + functions, room + 2 * functions };
	weigh(joint, &weighing);
	for (size_t i = 0; i < functions; i++)
		callers->is_caller[i] =
			belong_together(weighing.gone[i], weighing.come[i], weighing.grown[i]);
	give_lines(callers, joint);
	free(room);
	return 0;
}

void callers_release(struct callers *callers)
{
	free(callers->line_of);
	free(callers->is_caller);
	*callers = (struct callers){ .line_of = NULL };
}

/* ---- names ---- */

struct named_part {
	const char *name;
	double self;
};

static int by_size(const void *a, const void *b)
{
	const struct named_part *x = a, *y = b;

	if (x->self != y->self)
		return x->self < y->self ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* Lists the functions of one side in the line of @caller, each once; returns how many. */
static size_t list_parts(const struct callers *callers, const struct joint *joint, size_t caller,
			 int when, struct named_part *parts)
{
	size_t count = 0, j;

	for (size_t i = 1; i < joint->tree.count; i++) {
		size_t function = joint->function_of[i];

		if (callers->line_of[i] != caller || function == caller ||
		    !joint->functions[function].on[when])
			continue;
		for (j = 0; j < count && parts[j].name != joint->functions[function].name; j++)
			;
		if (j == count)
			parts[count++] = (struct named_part){ joint->functions[function].name, 0 };
		parts[j].self += mean_self(joint, i, when);
	}
	qsort(parts, count, sizeof(*parts), by_size);
	return count;
}

int callers_name(const struct callers *callers, const struct joint *joint, size_t caller, int when,
		 struct text *text)
{
	struct named_part *parts = calloc(joint->tree.count + 1, sizeof(*parts));
	size_t count;

	if (!parts)
		return -ENOMEM;
	count = list_parts(callers, joint, caller, when, parts);
	for (size_t i = 0; i < count && i < MOST_NAMES; i++)
		text_add(text, "%s%s", i ? ", " : "", parts[i].name);
	if (count > MOST_NAMES)
		text_add(text, " and %zu more", count - MOST_NAMES);
	free(parts);
	return text->failed ? -ENOMEM : 0;
}
