#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/axis.h"

struct axis_scale {
	const char *unit, *name;
	double factor;
};

static const struct axis_scale scales[] = {
	{ "ns", "s", 1e9 },	    { "ns", "ms", 1e6 },	{ "ns", "us", 1e3 },
	{ "bytes", "GiB", 0x1p30 }, { "bytes", "MiB", 0x1p20 }, { "bytes", "KiB", 0x1p10 },
};

static struct axis_scale scale_for(double value, const char *unit)
{
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (!strcmp(scales[i].unit, unit) && fabs(value) >= scales[i].factor * 0.9999)
			return scales[i];
	return (struct axis_scale){ unit,
				    !strcmp(unit, "ratio") || !strcmp(unit, "count") ? "" : unit,
				    1 };
}

static const char *label_in(double value, const struct axis_scale *scale, int digits,
			    char label[AXIS_LABEL])
{
	snprintf(label, AXIS_LABEL, "%.*g%s%.8s", digits, value / scale->factor,
		 scale->name[0] ? " " : "", scale->name);
	return label;
}

const char *axis_label(double value, const char *unit, int digits, char label[AXIS_LABEL])
{
	struct axis_scale scale = scale_for(value, unit);

	return label_in(value, &scale, digits, label);
}

void axis_add(struct axis *axis, double at, const char *label)
{
	struct axis_tick *tick = &axis->ticks[axis->nr_ticks];

	if (axis->nr_ticks == AXIS_TICKS)
		return;
	axis->nr_ticks++;
	tick->at = at;
	snprintf(tick->label, sizeof(tick->label), "%s", label);
}

bool axis_wants_log(double lo, double hi)
{
	return lo > 0 && hi / lo > 12;
}

/* Returns 1, 2 or 5 times a power of ten: about a fourth of @span. */
static double step_for(double span)
{
	static const double nice[] = { 1, 2, 5, 10 };
	double rough = span / 4.5, power = pow(10, floor(log10(rough)));

	for (size_t i = 0; i < sizeof(nice) / sizeof(nice[0]); i++)
		if (rough <= nice[i] * power * 1.0001)
			return nice[i] * power;
	return 10 * power;
}

static void make_linear(struct axis *axis, double hi, const char *unit)
{
	struct axis_scale scale = scale_for(hi, unit);
	double step = step_for(hi);
	double end = step * ceil(hi * 1.02 / step);

	axis->max = hi * 1.08 < end ? hi * 1.08 : end;
	for (int i = 0; i * step <= axis->max * 1.0001; i++) {
		char label[AXIS_LABEL];

		if (i)
			axis_add(axis, i * step, label_in(i * step, &scale, 6, label));
		else
			axis_add(axis, 0, "0");
	}
}

static void make_log(struct axis *axis, double lo, double hi, const char *unit)
{
	static const double within[] = { 1, 2, 5 };
	double margin = pow(hi / lo, 0.06) * 1.05;
	double decades = log10(hi / lo);
	size_t steps = decades < 3 ? 3 : 1;
	int every = decades > 9 ? 3 : decades > 6 ? 2 : 1;

	axis->min = lo / margin;
	axis->max = hi * margin;
	for (int power = (int)floor(log10(axis->min)); power <= (int)ceil(log10(axis->max));
	     power++) {
		if (power % every)
			continue;
		for (size_t i = 0; i < steps; i++) {
			double at = within[i] * pow(10, power);
			char label[AXIS_LABEL];

			if (at >= axis->min && at <= axis->max)
				axis_add(axis, at, axis_label(at, unit, 6, label));
		}
	}
}

void axis_make(struct axis *axis, double lo, double hi, bool log, const char *unit)
{
	*axis = (struct axis){ .log = log };
	if (log && lo > 0 && hi >= lo)
		make_log(axis, lo, hi, unit);
	else
		make_linear(axis, hi > 0 ? hi : 1, unit);
}

/* The span decides between these lists of labels, which are as close as one can read. */
void axis_make_ratio(struct axis *axis, double lo, double hi)
{
	static const struct {
		double span; /* for axes up to this ratio of both ends */
		double ticks[14]; /* ends with 0 */
	} choices[] = {
		{ 1.06, { 0.97, 0.98, 0.99, 1, 1.01, 1.02, 1.03, 0 } },
		{ 1.2, { 0.9, 0.94, 0.96, 0.98, 1, 1.02, 1.04, 1.06, 1.1, 0 } },
		{ 1.6, { 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.6, 0 } },
		{ 5, { 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 5, 0 } },
		{ 40, { 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 0 } },
		{ 300, { 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 0 } },
		{ 1e30, { 0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000, 100000, 0 } },
	};
	size_t choice = 0;
	double margin;

	lo = fmin(fmax(lo, 1e-5), 0.985);
	hi = fmax(fmin(hi, 1e5), 1.015);
	margin = pow(hi / lo, 0.05);
	*axis = (struct axis){ .min = lo / margin, .max = hi * margin, .log = true };
	while (axis->max / axis->min > choices[choice].span)
		choice++;
	for (const double *at = choices[choice].ticks; *at > 0; at++) {
		char label[AXIS_LABEL];

		if (*at >= axis->min && *at <= axis->max)
			axis_add(axis, *at, axis_label(*at, "ratio", 6, label));
	}
}

static double place_of(const struct axis *axis, double value)
{
	if (axis->log)
		return log(value / axis->min) / log(axis->max / axis->min);
	return (value - axis->min) / (axis->max - axis->min);
}

void axis_thin(struct axis *axis, double wide, double character_px)
{
	double until = -INFINITY;

	for (size_t i = 0; i < axis->nr_ticks; i++) {
		struct axis_tick *tick = &axis->ticks[i];
		double half = ((double)strlen(tick->label) + 1) * character_px / 2;
		double at = place_of(axis, tick->at) * wide;

		if (at - half < until)
			tick->label[0] = '\0';
		else if (tick->label[0])
			until = at + half;
	}
}
