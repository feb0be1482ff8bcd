#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "plot/flame.h"

/* A tone says from which share on; of all that changed, or of the total of one side alone. */
static const double tone_shares[FLAME_TONES] = { 0.01, 0.05, 0.20 };

/* What changed by less of the total counts as unchanged. */
#define CHANGE_LEAST 0.0001

/* What is worked out of a node. */
struct flame_reach {
	double inclusive;
	size_t count; /* of nodes: itself and all that it calls */
	size_t first; /* where those that it calls begin in the order */
};

struct flame_making {
	const struct flame_source *source;
	struct flame_reach *reaches; /* of each node */
	size_t *order; /* nodes: those of one caller together, the widest first */
	bool *seen; /* of each function: it has a frame */
	double *changes; /* of each function */
	double all_changes; /* without their signs */
	struct flame *flame;
};

/* ---- sums ---- */

static void sum_up(struct flame_making *making)
{
	const struct flame_source *source = making->source;
	struct flame *flame = making->flame;

	for (size_t i = source->nr_nodes; i-- > 0;) {
		const struct flame_node *node = &source->nodes[i];
		struct flame_reach *reach = &making->reaches[i];

		reach->inclusive += node->self;
		reach->count++;
		flame->total[FLAME_NEW] += node->self;
		if (node->parent == FLAME_NONE)
			continue;
		making->reaches[node->parent].inclusive += reach->inclusive;
		making->reaches[node->parent].count += reach->count;
	}
	for (size_t i = 0; i < source->nr_functions; i++)
		flame->total[FLAME_BASE] += source->functions[i].self[FLAME_BASE];
}

/* What only the base has changed by all that it took, but its group may say less. */
static void sum_changes(struct flame_making *making)
{
	const struct flame_source *source = making->source;

	for (size_t i = 0; i < source->nr_nodes; i++) {
		making->changes[source->nodes[i].function] += source->nodes[i].change;
		making->all_changes += fabs(source->nodes[i].change);
	}
	for (size_t i = 0; i < source->nr_functions; i++) {
		const struct flame_function *that = &source->functions[i];

		if (that->self[FLAME_NEW] <= 0 && !that->unsure)
			making->changes[i] -= that->self[FLAME_BASE];
		if (that->group[FLAME_NEW] <= 0 && !that->unsure)
			making->all_changes += that->group[FLAME_BASE];
	}
}

static int compare_nodes(const void *a, const void *b, void *context)
{
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	const struct flame_making *making = context;
	const struct flame_node *nodes = making->source->nodes;
	const struct flame_function *functions = making->source->functions;
	/* FLAME_NONE and one is 0: those without a caller come first. */
	size_t callers[] = { nodes[left].parent + 1, nodes[right].parent + 1 };
	double widths[] = { making->reaches[left].inclusive, making->reaches[right].inclusive };
	int by_name =
		strcmp(functions[nodes[left].function].name, functions[nodes[right].function].name);

	if (callers[0] != callers[1])
		return callers[0] < callers[1] ? -1 : 1;
	if (widths[0] != widths[1])
		return widths[0] > widths[1] ? -1 : 1;
	return by_name ? by_name : left < right ? -1 : left > right;
}

static void put_in_order(struct flame_making *making)
{
	const struct flame_source *source = making->source;

	for (size_t i = 0; i < source->nr_nodes; i++)
		making->order[i] = i;
	qsort_r(making->order, source->nr_nodes, sizeof(*making->order), compare_nodes, making);
	for (size_t i = source->nr_nodes; i-- > 0;) {
		size_t caller = source->nodes[making->order[i]].parent;

		if (caller != FLAME_NONE)
			making->reaches[caller].first = i;
	}
}

/* ---- tones ---- */

static int tone_for(double share)
{
	int tone = 0;

	while (tone < FLAME_TONES && share >= tone_shares[tone])
		tone++;
	return tone;
}

static int tone_of(const struct flame_making *making, size_t number)
{
	const struct flame_source *source = making->source;
	const struct flame_node *node = &source->nodes[number];
	double total = making->flame->total[FLAME_NEW], change;

	if (!source->labels[FLAME_BASE])
		return tone_for(node->self / flame_whole(source, making->flame));
	if (fabs(node->change) < CHANGE_LEAST * total)
		return 0;
	change = node->change / making->all_changes;
	return change < 0 ? -tone_for(-change) : tone_for(change);
}

double flame_whole(const struct flame_source *source, const struct flame *flame)
{
	return source->whole > 0 ? source->whole : flame->total[FLAME_NEW];
}

/* ---- frames ---- */

static int add_frame(struct flame_making *making, const struct flame_frame *frame)
{
	struct flame *flame = making->flame;
	struct flame_frame *grown = grow(flame->frames, flame->nr_frames, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	flame->frames = grown;
	grown[flame->nr_frames++] = *frame;
	if (frame->row >= flame->nr_rows)
		flame->nr_rows = frame->row + 1;
	if (frame->node != FLAME_NONE)
		making->seen[making->source->nodes[frame->node].function] = true;
	return 0;
}

static bool is_called_by(const struct flame_making *making, size_t at, size_t caller)
{
	const struct flame_source *source = making->source;

	return at < source->nr_nodes && source->nodes[making->order[at]].parent == caller;
}

/* Adds a node's frame, or adds the node to @rest if it is too narrow for one. */
static int place(struct flame_making *making, size_t node, struct flame_frame *next,
		 struct flame_frame *rest)
{
	const struct flame_reach *reach = &making->reaches[node];
	double width = reach->inclusive / making->flame->total[FLAME_NEW] * FLAME_SPAN;
	struct flame_frame frame = { .node = node,
				     .count = reach->count,
				     .row = next->row,
				     .x = next->x,
				     .width = width,
				     .self = making->source->nodes[node].self,
				     .inclusive = reach->inclusive,
				     .tone = tone_of(making, node) };

	if (width < FLAME_LEAST) {
		rest->count += reach->count;
		rest->width += width;
		rest->inclusive += reach->inclusive;
		return 0;
	}
	next->x += width;
	return add_frame(making, &frame);
}

/* Places what @caller calls, from order[at] on; the narrow ones, which come last, share a frame. */
static int place_called(struct flame_making *making, size_t at, size_t caller,
			struct flame_frame next)
{
	struct flame_frame rest = { .node = FLAME_NONE, .row = next.row };
	int ret = 0;

	for (; !ret && is_called_by(making, at, caller); at++)
		ret = place(making, making->order[at], &next, &rest);
	rest.x = next.x;
	return ret || rest.width < FLAME_LEAST ? ret : add_frame(making, &rest);
}

static int place_all(struct flame_making *making)
{
	struct flame *flame = making->flame;
	int ret = 0;

	if (flame->total[FLAME_NEW] > 0)
		ret = place_called(making, 0, FLAME_NONE, (struct flame_frame){ .row = 0 });
	/* Frames that are added meanwhile get their turn, too: row after row. */
	for (size_t i = 0; i < flame->nr_frames && !ret; i++) {
		struct flame_frame below = flame->frames[i];

		if (below.node == FLAME_NONE || making->reaches[below.node].count == 1)
			continue;
		if (below.row + 1 == FLAME_ROWS) {
			flame->nr_cut += making->reaches[below.node].count - 1;
			continue;
		}
		below.row++;
		ret = place_called(making, making->reaches[below.node].first, below.node, below);
	}
	return ret;
}

/* ---- what is not seen ---- */

static int compare_unseen(const void *a, const void *b)
{
	const struct flame_unseen *left = a, *right = b;
	double sizes[] = { fabs(left->change), fabs(right->change) };

	if (sizes[0] != sizes[1])
		return sizes[0] > sizes[1] ? -1 : 1;
	return left->function < right->function ? -1 : left->function > right->function;
}

/* Lists functions that have no frame, and changed by enough for a tone. */
static int list_unseen(struct flame_making *making)
{
	const struct flame_source *source = making->source;
	struct flame *flame = making->flame;

	for (size_t i = 0; i < source->nr_functions; i++) {
		struct flame_unseen *grown;
		double change = making->changes[i];

		if (making->seen[i] || !tone_for(fabs(change) / making->all_changes) ||
		    fabs(change) < CHANGE_LEAST * flame->total[FLAME_NEW])
			continue;
		grown = grow(flame->unseen, flame->nr_unseen, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		flame->unseen = grown;
		grown[flame->nr_unseen++] = (struct flame_unseen){ i, change };
	}
	if (flame->nr_unseen)
		qsort(flame->unseen, flame->nr_unseen, sizeof(*flame->unseen), compare_unseen);
	return 0;
}

/* ---- the layout ---- */

int flame_lay_out(const struct flame_source *source, struct flame *ret_flame)
{
	struct flame flame = { .nr_rows = 0 };
	struct flame_making making = {
		.source = source,
		.reaches = calloc(source->nr_nodes + 1, sizeof(*making.reaches)),
		.order = calloc(source->nr_nodes + 1, sizeof(*making.order)),
		.seen = calloc(source->nr_functions + 1, sizeof(*making.seen)),
		.changes = calloc(source->nr_functions + 1, sizeof(*making.changes)),
		.flame = &flame,
	};
	int ret = -ENOMEM;

	if (making.reaches && making.order && making.seen && making.changes) {
		sum_up(&making);
		sum_changes(&making);
		put_in_order(&making);
		ret = place_all(&making);
	}
	if (!ret && source->labels[FLAME_BASE])
		ret = list_unseen(&making);
	free(making.reaches);
	free(making.order);
	free(making.seen);
	free(making.changes);
	if (ret)
		flame_release(&flame);
	else
		*ret_flame = flame;
	return ret;
}

void flame_release(struct flame *flame)
{
	free(flame->frames);
	free(flame->unseen);
	*flame = (struct flame){ .nr_rows = 0 };
}
