/*
 * figures - what a trial of a result file measured, looked at before it is believed.
 *
 * A result file may come from anywhere. What passes figures_check() has cell, bench, metrics
 * and params as the schema says, as far as exporters use them: names are safe as names, units
 * are known, samples are finite and not negative.
 */
#ifndef RESULT_FIGURES_H
#define RESULT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/reason.h"
#include "stats/summary.h"

struct figure_unit {
	const char *name; /* in a result file: "ns" */
	const char *base; /* the base unit that OpenMetrics wants, or "" */
	double per_base; /* how many of it are one of the base unit */
};

/* NULL where it is none that a result file may use. */
const struct figure_unit *figure_unit_find(const char *name);

/* Whether it may be the name of a metric or a parameter: [a-z][a-z0-9_]* */
bool figure_name_is_good(const char *name);

/* 0, or -EINVAL with where and what: "FILE:LINE: metrics.op_ns.samples[3]: …". */
int figures_check(const json_t *trial, const char *path, size_t line, struct reason *reason);

/* Of a metric's samples, none of which need be there. 0 or -ENOMEM. */
int figures_summarize(const json_t *metric, struct summary *ret_summary);

#define FIGURE_TEXT 32

/*
 * A parameter's value as text: @value's own, or in @text. NULL where it has none: a chunk of null is
 * all with one call.
 */
const char *figure_param(const json_t *value, char text[FIGURE_TEXT]);

/* The shortest decimal that means this number, in the C locale. Returns @text. */
const char *figure_format(double value, char text[FIGURE_TEXT]);

#endif
