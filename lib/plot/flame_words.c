#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/flame_words.h"
#include "plot/text.h"
#include "table/scale.h"

#define LABEL_MOST 28 /* characters */
#define LISTED 5 /* functions that are named */

/* ---- figures ---- */

/* Writes a figure without its sign, of less than a million. */
static void write_digits(double size, char text[FLAME_NUMBER])
{
	long rounded = lround(size);
	int decimals = scale_decimals(size);

	if (rounded >= 1000)
		snprintf(text, FLAME_NUMBER, "%ld,%03ld", rounded / 1000, rounded % 1000);
	else
		snprintf(text, FLAME_NUMBER, "%.*f", decimals > 2 ? 2 : decimals, size);
}

const char *flame_number(double value, bool with_sign, char text[FLAME_NUMBER])
{
	bool large = fabs(value) >= 999999.5;
	double size = large ? fabs(value) / 1e6 : fabs(value);
	char digits[FLAME_NUMBER];

	if (size < 0.005) {
		snprintf(text, FLAME_NUMBER, "%s", with_sign || size == 0 ? "0" : "<0.01");
		return text;
	}
	write_digits(size, digits);
	snprintf(text, FLAME_NUMBER, "%s%.16s%s",
		 value < 0   ? "−"
		 : with_sign ? "+"
			     : "",
		 digits, large ? " M" : "");
	return text;
}

void flame_add_name(const struct flame_function *function, struct text *out)
{
	const char *module = function->module;

	text_add(out, "%s", function->name);
	if (module && *module == '[' && strcmp(module, function->name) != 0)
		text_add(out, " %s", module);
	else if (module && *module != '[')
		text_add(out, " [%s]", module);
}

const char *flame_label(const struct flame_source *source, enum flame_side side,
			char text[FLAME_LABEL])
{
	struct text label = { 0 };

	plot_add_short(&label, source->labels[side], LABEL_MOST);
	snprintf(text, FLAME_LABEL, "%s", label.text ? label.text : "");
	text_release(&label);
	return text;
}

double flame_divisor(const struct flame_source *source)
{
	return source->pages > 0 ? source->pages : 1;
}

const char *flame_each(const struct flame_source *source)
{
	return source->pages > 0 ? "a page" : "an operation";
}

bool flame_is_differential(const struct flame_source *source)
{
	return source->labels[FLAME_BASE];
}

/* Adds "65.0 → 117 a page (+52.0", or the one figure if there is one side. */
static void add_open(const struct flame_source *source, const double values[FLAME_SIDES], double by,
		     const char *of, struct text *out)
{
	char base[FLAME_NUMBER], new[FLAME_NUMBER], change[FLAME_NUMBER];

	flame_number(values[FLAME_NEW] / by, false, new);
	if (!flame_is_differential(source)) {
		text_add(out, "%s %s", new, of);
		return;
	}
	flame_number(values[FLAME_BASE] / by, false, base);
	flame_number((values[FLAME_NEW] - values[FLAME_BASE]) / by, true, change);
	text_add(out, "%s → %s %s (%s", base, new, of, change);
}

static void add_figures(const struct flame_source *source, const double values[FLAME_SIDES],
			struct text *out)
{
	add_open(source, values, flame_divisor(source), flame_each(source), out);
	text_add(out, flame_is_differential(source) ? ")" : "");
}

void flame_add_total(const struct flame_source *source, const struct flame *flame, struct text *out)
{
	char of[FLAME_NUMBER * 2];
	double base = flame->total[FLAME_BASE];

	snprintf(of, sizeof(of), "%.24s %s", source->unit, flame_each(source));
	add_open(source, flame->total, flame_divisor(source), of, out);
	if (!flame_is_differential(source))
		return;
	if (base > 0)
		text_add(out, ", %+.1f %%", 100 * (flame->total[FLAME_NEW] / base - 1));
	text_add(out, ")");
}

/* ---- a frame ---- */

static void add_rest_tip(const struct flame_source *source, const struct flame_frame *frame,
			 struct text *out)
{
	char inclusive[FLAME_NUMBER];

	text_add(out, "%zu function%s, too narrow to be shown: %s %s %s together", frame->count,
		 frame->count == 1 ? "" : "s",
		 flame_number(frame->inclusive / flame_divisor(source), false, inclusive),
		 source->unit, flame_each(source));
}

/* Adds what the function took by these callers, if it has others. */
static void add_path(const struct flame_source *source, const struct flame_function *function,
		     const struct flame_frame *frame, struct text *out)
{
	char self[FLAME_NUMBER], inclusive[FLAME_NUMBER];

	if (function->inclusive[FLAME_NEW] - frame->inclusive <=
	    0.001 * function->inclusive[FLAME_NEW])
		return;
	flame_number(frame->self / flame_divisor(source), false, self);
	flame_number(frame->inclusive / flame_divisor(source), false, inclusive);
	text_add(out, "\nby these callers: %s of its own, %s with what it calls", self, inclusive);
}

/* Adds what the group took, of which the frame shows a part of the change. */
static void add_group(const struct flame_source *source, const struct flame_node *node,
		      struct text *out)
{
	const struct flame_function *group = &source->functions[node->group];

	if (!flame_is_differential(source) || !group->heads_others)
		return;
	text_add(out, "\n%s and what one side alone calls there: ", group->name);
	add_figures(source, group->group, out);
}

void flame_add_tip(const struct flame_source *source, const struct flame_frame *frame,
		   struct text *out)
{
	const struct flame_function *function;
	const struct flame_node *node;

	if (frame->node == FLAME_NONE) {
		add_rest_tip(source, frame, out);
		return;
	}
	node = &source->nodes[frame->node];
	function = &source->functions[node->function];
	flame_add_name(function, out);
	text_add(out, "\n%s of its own: ", source->unit);
	add_figures(source, function->self, out);
	if (source->pages > 0) {
		text_add(out, "; ");
		add_open(source, function->self, 1, "an operation", out);
		text_add(out, flame_is_differential(source) ? ")" : "");
	}
	text_add(out, "\nwith what it calls: ");
	add_figures(source, function->inclusive, out);
	add_group(source, node, out);
	if (function->calls[FLAME_NEW] > 0) {
		text_add(out, "\ncalls: ");
		add_figures(source, function->calls, out);
	}
	add_path(source, function, frame, out);
}

/* ---- the picture ---- */

static double weight_of(const struct flame_source *source, size_t function)
{
	const struct flame_function *that = &source->functions[function];

	if (!flame_is_differential(source))
		return that->self[FLAME_NEW];
	return that->unsure ? 0 : fabs(that->group[FLAME_NEW] - that->group[FLAME_BASE]);
}

/* Finds the functions of the largest weight, the largest first. Returns how many. */
static size_t find_top(const struct flame_source *source, size_t top[LISTED + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < source->nr_functions; i++) {
		size_t at = count;

		for (; at > 0 && weight_of(source, i) > weight_of(source, top[at - 1]); at--)
			top[at] = top[at - 1];
		top[at] = i;
		count += count < LISTED;
	}
	while (count > 0 && weight_of(source, top[count - 1]) <= 0)
		count--;
	return count;
}

void flame_add_about(const struct flame_source *source, const struct flame *flame, struct text *out)
{
	bool differential = flame_is_differential(source);
	size_t top[LISTED + 1], count = find_top(source, top);

	text_add(out, "Flame graph, callers below what they call: ");
	flame_add_total(source, flame, out);
	text_add(out, ".");
	for (size_t i = 0; i < count; i++) {
		const struct flame_function *that = &source->functions[top[i]];

		text_add(out, "%s%s%s ",
			 i		? "; "
			 : differential ? " The largest changes: "
					: " The most in a function itself: ",
			 that->name,
			 differential && that->heads_others ? " and what it calls" : "");
		add_figures(source, differential ? that->group : that->self, out);
	}
	text_add(out, count ? "." : "");
	if (source->note)
		text_add(out, " %s", source->note);
}

/* Adds those of the functions without a frame that are on both sides, or in the base alone. */
static void add_unseen(const struct flame_source *source, const struct flame *flame, bool gone,
		       const char *head, struct text *out)
{
	char change[FLAME_NUMBER];
	size_t count = 0;

	for (size_t i = 0; i < flame->nr_unseen; i++) {
		const struct flame_unseen *that = &flame->unseen[i];
		const struct flame_function *function = &source->functions[that->function];

		if ((function->inclusive[FLAME_NEW] <= 0) != gone || ++count > LISTED)
			continue;
		text_add(out, "%s%s %s", count > 1 ? ", " : head, function->name,
			 flame_number(that->change / flame_divisor(source), true, change));
	}
	if (count > LISTED)
		text_add(out, ", and %zu more", count - LISTED);
	if (count)
		text_add(out, " %s. ", flame_each(source));
}

/* Tells whether functions of the base alone are set against others, which have frames. */
static bool has_successors(const struct flame_source *source)
{
	for (size_t i = 0; i < source->nr_nodes; i++)
		if (source->nodes[i].group != source->nodes[i].function)
			return true;
	return false;
}

void flame_add_unseen(const struct flame_source *source, const struct flame *flame,
		      struct text *out)
{
	char label[FLAME_LABEL], head[FLAME_LABEL + 64];

	if (!flame->nr_unseen)
		return;
	snprintf(head, sizeof(head),
		 "Only in %s, and so without a frame: ", flame_label(source, FLAME_BASE, label));
	add_unseen(source, flame, true, head, out);
	if (has_successors(source))
		text_add(out, "Frames that took their place show a part of the difference. ");
	add_unseen(source, flame, false, "Too narrow to be seen: ", out);
}
