#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "profile/callers.h"
#include "profile/why.h"
#include "stats/share.h"

/* What is known while a why is made. */
struct making_why {
	struct why *why;
	const struct why_side *sides[NR_WHEN];
	struct joint joint;
	struct callers callers;
};

/* ---- figures of a line ---- */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts @values; returns their median, and half of their range. */
static double middle_of(double *values, size_t count, double *ret_off)
{
	qsort(values, count, sizeof(*values), ascending);
	if (ret_off)
		*ret_off = (values[count - 1] - values[0]) / 2;
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* Sets what a line took on one side, from what it took in each of its profiles. */
static void set_counted(struct why_line *line, int when, double *self, double *calls, size_t count)
{
	line->value[when] = middle_of(self, count, &line->off[when]);
	line->calls[when] = middle_of(calls, count, NULL);
}

static double samples_of(const struct why_side *side)
{
	double samples = 0;

	for (size_t i = 0; i < side->count; i++)
		samples += (double)(side->profiles[i]->total + side->profiles[i]->interrupts);
	return samples;
}

/*
 * Samples of all boots of a side are pooled: a boot alone has too few. What a function took is known no
 * better than the median of which it has a share.
 */
static void set_sampled(struct why_line *line, int when, const struct why_side *side,
			const double *self)
{
	double count = samples_of(side), hits = 0;
	double scale = isnan(side->measured) ? 100 : side->measured;
	struct interval interval;

	for (size_t i = 0; i < side->count; i++)
		hits += self[i] * (double)side->profiles[i]->operations;
	if (count <= 0)
		return;
	line->share[when] = hits / count;
	interval = share_interval(hits, count);
	line->value[when] = line->share[when] * scale;
	line->share_lo[when] = interval.lo;
	line->share_hi[when] = interval.hi;
	line->lo[when] = interval.lo * (side->measured_lo > 0 ? side->measured_lo : scale);
	line->hi[when] = interval.hi * (side->measured_hi > 0 ? side->measured_hi : scale);
}

static void set_figures(const struct making_why *making, struct why_line *line, double *self,
			double *calls)
{
	size_t first = 0;

	for (int when = BEFORE; when < NR_WHEN; when++) {
		const struct why_side *side = making->sides[when];

		if (making->why->is_samples)
			set_sampled(line, when, side, &self[first]);
		else
			set_counted(line, when, &self[first], &calls[first], side->count);
		first += side->count;
	}
}

/* Adds what a line took in each profile to @self, and the calls of the function to @calls. */
static void sum_nodes(const struct making_why *making, size_t function, double *self, double *calls)
{
	const struct joint *joint = &making->joint;

	memset(self, 0, joint->nr_profiles * sizeof(*self));
	memset(calls, 0, joint->nr_profiles * sizeof(*calls));
	for (size_t i = 1; i < joint->tree.count; i++) {
		const struct joint_value *values = &joint->values[i * joint->nr_profiles];

		for (size_t j = 0; j < joint->nr_profiles && making->callers.line_of[i] == function;
		     j++) {
			self[j] += values[j].self;
			if (joint->function_of[i] == function)
				calls[j] += values[j].calls;
		}
	}
}

/* ---- all lines ---- */

/* Names what a caller calls on one side only, in a text that the why keeps; NULL: memory ran out. */
static const char *name_parts(struct making_why *making, size_t caller, int when)
{
	struct text text = { 0 };
	const char *kept = NULL;

	if (!callers_name(&making->callers, &making->joint, caller, when, &text))
		kept = interned_add(&making->why->texts, text.text ? text.text : "");
	text_release(&text);
	return kept;
}

/* Tells whether a name in the line of a caller lacks a suffix. */
static bool has_suffixed(const struct making_why *making, size_t caller)
{
	const struct joint *joint = &making->joint;

	for (size_t i = 1; i < joint->tree.count; i++)
		if (making->callers.line_of[i] == caller &&
		    joint->functions[joint->function_of[i]].suffixed)
			return true;
	return false;
}

static int add_function(struct making_why *making, size_t number, double *self, double *calls)
{
	const struct joint_function *function = &making->joint.functions[number];
	struct why *why = making->why;
	struct why_line *line = &why->lines[why->nr_lines];

	*line = (struct why_line){ .kind = making->callers.is_caller[number] ? WHY_CALLER
									     : WHY_FUNCTION,
				   .name = interned_add(&why->texts, function->name),
				   .module = interned_add(&why->texts, function->module),
				   .gone = "",
				   .come = "",
				   .on = { function->on[BEFORE], function->on[AFTER] },
				   .suffixed = function->suffixed };
	if (!line->name || !line->module)
		return -ENOMEM;
	if (line->kind == WHY_CALLER) {
		line->suffixed |= has_suffixed(making, number);
		line->gone = name_parts(making, number, BEFORE);
		line->come = name_parts(making, number, AFTER);
		if (!line->gone || !line->come)
			return -ENOMEM;
	}
	sum_nodes(making, number, self, calls);
	set_figures(making, line, self, calls);
	/* All places of a function of one side may be told with their callers. */
	why->nr_lines += line->value[BEFORE] != 0 || line->value[AFTER] != 0;
	return 0;
}

static void add_outside(struct making_why *making, enum why_kind kind, double *self, double *calls)
{
	struct why_line line = { .kind = kind, .name = "", .module = "", .gone = "", .come = "" };
	size_t j = 0;

	line.name = kind == WHY_INTERRUPTS ? "interrupts" : "asleep";
	for (int when = BEFORE; when < NR_WHEN; when++)
		for (size_t i = 0; i < making->sides[when]->count; i++, j++) {
			const struct profile *profile = making->sides[when]->profiles[i];
			uint64_t all =
				kind == WHY_INTERRUPTS ? profile->interrupts : profile->idle_ns;

			self[j] = (double)all / (double)profile->operations;
			calls[j] = 0;
			line.on[when] |= all > 0;
		}
	set_figures(making, &line, self, calls);
	if (line.on[BEFORE] || line.on[AFTER])
		making->why->lines[making->why->nr_lines++] = line;
}

static int by_change(const void *a, const void *b)
{
	const struct why_line *x = a, *y = b;
	double dx = fabs(why_line_change(x)), dy = fabs(why_line_change(y));

	if (dx != dy)
		return dx < dy ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int make_lines(struct making_why *making)
{
	size_t functions = making->joint.nr_functions, profiles = making->joint.nr_profiles;
	double *room = calloc(profiles * 2, sizeof(*room));
	int ret = 0;

	making->why->lines = calloc(functions + 2, sizeof(*making->why->lines));
	if (!room || !making->why->lines)
		ret = -ENOMEM;
	for (size_t i = 0; i < functions && !ret; i++)
		ret = add_function(making, i, room, room + profiles);
	if (!ret) {
		add_outside(making, WHY_INTERRUPTS, room, room + profiles);
		if (!making->why->is_samples)
			add_outside(making, WHY_ASLEEP, room, room + profiles);
		qsort(making->why->lines, making->why->nr_lines, sizeof(*making->why->lines),
		      by_change);
	}
	free(room);
	return ret;
}

/* ---- what is told by name ---- */

static double whole_of(const struct why_side *side, bool is_samples, double *values)
{
	if (is_samples)
		return isnan(side->measured) ? 100 : side->measured;
	for (size_t i = 0; i < side->count; i++) {
		const struct profile *profile = side->profiles[i];

		values[i] = (double)(profile->total + profile->interrupts + profile->idle_ns) /
			    (double)profile->operations;
	}
	return middle_of(values, side->count, NULL);
}

/* Samples tell a difference only where the intervals of both sides do not meet. */
static bool can_be_told(const struct why *why, const struct why_line *line)
{
	double whole = fmax(why->whole[BEFORE], why->whole[AFTER]);

	if (why->is_samples)
		return line->hi[BEFORE] < line->lo[AFTER] || line->hi[AFTER] < line->lo[BEFORE];
	return fabs(why_line_change(line)) > WHY_NOTHING * whole;
}

/* Tells whether no function differs, whatever the timer did. */
static bool is_nothing(const struct why *why, size_t told)
{
	for (size_t i = 0; i < told; i++)
		if (why->lines[i].kind == WHY_FUNCTION || why->lines[i].kind == WHY_CALLER)
			return false;
	return true;
}

/* Puts what cannot be told behind the others; the order is kept otherwise. */
static size_t move_untold_back(struct why *why, struct why_line *room)
{
	size_t told = 0, untold = 0;

	for (size_t i = 0; i < why->nr_lines; i++)
		if (can_be_told(why, &why->lines[i]))
			why->lines[told++] = why->lines[i];
		else
			room[untold++] = why->lines[i];
	memcpy(&why->lines[told], room, untold * sizeof(*room));
	return told;
}

/*
 * Names lines until what is left sums to less than a twentieth of the difference, and no line of it
 * is as large as that alone: large ones that cancel out are told, too.
 */
static void choose(struct why *why, size_t told, size_t most)
{
	double enough = (1 - WHY_ENOUGH) * fabs(why_measured_change(why));
	double left = why_change(why);
	size_t i = 0;

	why->is_nothing = is_nothing(why, told);
	for (; i < told && i < most && !why->is_nothing; i++) {
		double change = why_line_change(&why->lines[i]);

		if (fabs(left) < enough && fabs(change) < enough)
			break;
		left -= change;
		why->named += change;
	}
	why->nr_named = i;
	why->rest = why_change(why) - why->named;
}

static int pick(struct making_why *making, size_t most)
{
	struct why *why = making->why;
	struct why_line *room = calloc(why->nr_lines + 1, sizeof(*room));
	double *values = calloc(making->joint.nr_profiles, sizeof(*values));
	int ret = room && values ? 0 : -ENOMEM;

	for (int when = BEFORE; when < NR_WHEN && !ret; when++) {
		const struct why_side *side = making->sides[when];

		why->nr_boots[when] = side->count;
		why->measured[when] = side->measured;
		why->whole[when] = whole_of(side, why->is_samples, values);
	}
	if (!ret)
		choose(why, move_untold_back(why, room), most ? most : WHY_LINES);
	free(values);
	free(room);
	return ret;
}

/* ---- from outside ---- */

static int check_alike(const struct profile *a, const struct profile *b, struct reason *reason)
{
	if (strcmp(a->unit, b->unit))
		return reason_set(reason, -EINVAL,
				  "%.120s %.60s: a profile in %.20s cannot be set against one in "
				  "%.20s: profile both sides in one way",
				  a->cell, a->metric, a->unit, b->unit);
	if (strcmp(a->event, b->event))
		return reason_set(reason, -EINVAL,
				  "%.120s %.60s: a profile of %.40s cannot be set against one of "
				  "%.40s: profile both sides by one event",
				  a->cell, a->metric, a->event, b->event);
	return 0;
}

static int check_sides(const struct why_side *before, const struct why_side *after,
		       struct reason *reason)
{
	const struct profile *first = before->profiles[0];
	int ret = 0;

	for (size_t i = 1; i < before->count && !ret; i++)
		ret = check_alike(first, before->profiles[i], reason);
	for (size_t i = 0; i < after->count && !ret; i++)
		ret = check_alike(first, after->profiles[i], reason);
	return ret;
}

static int explain(struct making_why *making, size_t most)
{
	const struct why_side *before = making->sides[BEFORE], *after = making->sides[AFTER];
	struct why *why = making->why;
	int ret;

	why->is_samples = profile_is_samples(before->profiles[0]);
	why->unit = interned_add(&why->texts, before->profiles[0]->unit);
	why->event = interned_add(&why->texts, before->profiles[0]->event);
	if (!why->unit || !why->event)
		return -ENOMEM;
	ret = joint_make(&making->joint, before->profiles, before->count, after->profiles,
			 after->count);
	if (!ret)
		ret = callers_find(&making->callers, &making->joint);
	if (!ret)
		ret = make_lines(making);
	return ret ? ret : pick(making, most);
}

int why_make(const struct why_side *before, const struct why_side *after, double pages, size_t most,
	     struct why **ret_why, struct reason *reason)
{
	struct making_why making = { .sides = { before, after } };
	int ret = check_sides(before, after, reason);

	if (ret)
		return ret;
	making.why = calloc(1, sizeof(*making.why));
	if (!making.why)
		return -ENOMEM;
	making.why->pages = pages;
	ret = explain(&making, most);
	joint_release(&making.joint);
	callers_release(&making.callers);
	if (ret) {
		why_free(making.why);
		return ret;
	}
	*ret_why = making.why;
	return 0;
}

void why_free(struct why *why)
{
	if (!why)
		return;
	free(why->lines);
	interned_release(&why->texts);
	free(why);
}

double why_line_change(const struct why_line *line)
{
	return line->value[AFTER] - line->value[BEFORE];
}

double why_change(const struct why *why)
{
	return why->whole[AFTER] - why->whole[BEFORE];
}

double why_measured_change(const struct why *why)
{
	double change = why->measured[AFTER] - why->measured[BEFORE];

	return isnan(change) ? why_change(why) : change;
}

double why_named_part(const struct why *why)
{
	double change = why_measured_change(why);

	return change != 0 ? why->named / change : NAN;
}

const char *why_kind_name(enum why_kind kind)
{
	static const char *const names[] = {
		[WHY_FUNCTION] = "function",
		[WHY_CALLER] = "caller",
		[WHY_INTERRUPTS] = "interrupts",
		[WHY_ASLEEP] = "asleep",
	};

	return names[kind];
}
