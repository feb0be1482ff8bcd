#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "plot/flame_joint.h"
#include "profile/callers.h"

/* What a place in the joint tree took, a side, with all that it calls and without. */
struct place {
	double self[FLAME_SIDES], inclusive[FLAME_SIDES], calls[FLAME_SIDES];
	size_t node; /* in the flame graph; FLAME_NONE: it took nothing on the new side */
};

static struct joint_value mean_of(const struct joint *joint, size_t node, enum flame_side side)
{
	size_t first = side == FLAME_BASE ? 0 : joint->nr_before;
	size_t end = side == FLAME_BASE ? joint->nr_before : joint->nr_profiles;
	const struct joint_value *values = &joint->values[node * joint->nr_profiles];
	struct joint_value mean = { .self = 0 };

	for (size_t i = first; i < end; i++) {
		mean.self += values[i].self / (double)(end - first);
		mean.calls += values[i].calls / (double)(end - first);
	}
	return mean;
}

/* Callers have lower numbers than what they call: from the last node down all is added up. */
static void sum_up(const struct joint *joint, struct place *places)
{
	const struct call_node *nodes = joint->tree.nodes;

	for (size_t i = joint->tree.count; i-- > 1;)
		for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++) {
			struct joint_value mean = mean_of(joint, i, side);

			places[i].self[side] = mean.self;
			places[i].calls[side] = mean.calls;
			places[i].inclusive[side] += mean.self;
			places[nodes[i].parent].inclusive[side] += places[i].inclusive[side];
		}
}

/* Puts each node into its group; of one side alone each function is its own. */
static int group_nodes(const struct joint *joint, const struct place *places,
		       struct flame_figures *figures)
{
	struct callers callers = { .line_of = NULL };
	int ret = joint->nr_before ? callers_find(&callers, joint) : 0;

	for (size_t i = 1; i < joint->tree.count && !ret; i++) {
		size_t group = joint->nr_before ? callers.line_of[i] : joint->function_of[i];
		struct flame_function *head = &figures->functions[group];

		head->group[FLAME_BASE] += places[i].self[FLAME_BASE];
		head->group[FLAME_NEW] += places[i].self[FLAME_NEW];
		head->heads_others |= group != joint->function_of[i];
		if (places[i].node != FLAME_NONE)
			figures->nodes[places[i].node].group = group;
	}
	callers_release(&callers);
	return ret;
}

/* Each node has as much of its group's change as of what the group took. */
static void share_changes(struct flame_figures *figures)
{
	for (size_t i = 0; i < figures->nr_nodes; i++) {
		struct flame_node *node = &figures->nodes[i];
		const struct flame_function *head = &figures->functions[node->group];
		double change = head->group[FLAME_NEW] - head->group[FLAME_BASE];

		node->change = head->unsure || head->group[FLAME_NEW] <= 0
				       ? 0
				       : change * node->self / head->group[FLAME_NEW];
	}
}

/* Tells whether a function stands above itself: then the lower one holds what both took. */
static bool is_within_itself(const struct joint *joint, size_t node)
{
	const struct call_node *nodes = joint->tree.nodes;

	for (size_t i = nodes[node].parent; i; i = nodes[i].parent)
		if (joint->function_of[i] == joint->function_of[node])
			return true;
	return false;
}

static void add_to_function(const struct joint *joint, size_t node, const struct place *place,
			    struct flame_function *function)
{
	bool within = is_within_itself(joint, node);

	for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++) {
		function->self[side] += place->self[side];
		function->calls[side] += place->calls[side];
		function->inclusive[side] += within ? 0 : place->inclusive[side];
	}
}

static void fill(const struct joint *joint, struct place *places, struct flame_figures *figures)
{
	const struct call_node *nodes = joint->tree.nodes;

	for (size_t i = 0; i < joint->nr_functions; i++) {
		const struct joint_function *that = &joint->functions[i];

		figures->functions[i] = (struct flame_function){
			.name = that->name,
			.module = that->module && *that->module ? that->module : NULL,
		};
	}
	figures->nr_functions = joint->nr_functions;
	for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++)
		figures->total[side] = places[0].inclusive[side];
	places[0].node = FLAME_NONE;
	for (size_t i = 1; i < joint->tree.count; i++) {
		struct place *place = &places[i];
		size_t function = joint->function_of[i];

		add_to_function(joint, i, place, &figures->functions[function]);
		place->node = FLAME_NONE;
		if (place->inclusive[FLAME_NEW] <= 0)
			continue;
		place->node = figures->nr_nodes++;
		figures->nodes[place->node] =
			(struct flame_node){ .parent = places[nodes[i].parent].node,
					     .function = function,
					     .self = place->self[FLAME_NEW] };
	}
}

int flame_figures_make(const struct joint *joint, struct flame_figures *ret_figures)
{
	struct place *places = calloc(joint->tree.count + 1, sizeof(*places));
	int ret = -ENOMEM;

	*ret_figures = (struct flame_figures){
		.functions = calloc(joint->nr_functions + 1, sizeof(*ret_figures->functions)),
		.nodes = calloc(joint->tree.count + 1, sizeof(*ret_figures->nodes)),
	};
	if (places && ret_figures->functions && ret_figures->nodes) {
		sum_up(joint, places);
		fill(joint, places, ret_figures);
		ret = group_nodes(joint, places, ret_figures);
		if (!ret)
			share_changes(ret_figures);
	}
	free(places);
	return ret;
}

void flame_figures_release(struct flame_figures *figures)
{
	free(figures->functions);
	free(figures->nodes);
	*figures = (struct flame_figures){ .functions = NULL };
}

/* ---- samples ---- */

#define SURE 1.96 /* standard deviations */

/* Returns the variance of a share of @samples, as of what an operation took. */
static double variance_of(double value, double whole, double samples)
{
	double share = whole > 0 ? value / whole : 0;

	/* One sample more, so that a function without any may still have had one. */
	return whole * whole * (share * (1 - share) + 1 / (samples + 1)) / (samples + 1);
}

static void estimate_function(struct flame_function *function, const double factors[FLAME_SIDES],
			      const struct flame_sampled sides[FLAME_SIDES])
{
	double variance = 0;

	for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++) {
		function->self[side] *= factors[side];
		function->inclusive[side] *= factors[side];
		function->group[side] *= factors[side];
		variance +=
			variance_of(function->group[side], sides[side].whole, sides[side].samples);
	}
	function->unsure = fabs(function->group[FLAME_NEW] - function->group[FLAME_BASE]) <
			   SURE * sqrt(variance);
}

void flame_figures_estimate(struct flame_figures *figures,
			    const struct flame_sampled sides[FLAME_SIDES])
{
	double factors[FLAME_SIDES] = { 0 };

	for (enum flame_side side = FLAME_BASE; side < FLAME_SIDES; side++) {
		if (sides[side].rate > 0)
			factors[side] = sides[side].whole / sides[side].rate;
		figures->total[side] *= factors[side];
	}
	for (size_t i = 0; i < figures->nr_functions; i++)
		estimate_function(&figures->functions[i], factors, sides);
	for (size_t i = 0; i < figures->nr_nodes; i++)
		figures->nodes[i].self *= factors[FLAME_NEW];
	share_changes(figures);
}
