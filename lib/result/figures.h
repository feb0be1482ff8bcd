/*
 * figures - checks what a trial of a result file measured before it is used.
 *
 * A result file may come from anywhere. What figures_check() accepts has cell, bench, metrics and
 * params as the schema requires, as far as exporters use them: names are safe, units are known,
 * samples are finite and not negative.
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
	const char *base; /* the base unit as OpenMetrics spells it, or "" */
	double per_base; /* how many make one of the base unit */
};

/* Finds a unit by name; NULL if result files may not use it. */
const struct figure_unit *figure_unit_find(const char *name);

/* Tells whether a metric or a parameter may have this name: [a-z][a-z0-9_]* */
bool figure_name_is_good(const char *name);

/*
 * Checks a trial. Returns 0, or -EINVAL with place and cause: "FILE:LINE: metrics.op_ns.samples[3]:
 * …".
 */
int figures_check(const json_t *trial, const char *path, size_t line, struct reason *reason);

/* Summarizes a metric's samples; there may be none. Returns 0 or -ENOMEM. */
int figures_summarize(const json_t *metric, struct summary *ret_summary);

#define FIGURE_TEXT 32

/*
 * Returns a parameter's value as text, which is @value's own or in @text; NULL if it has none (a
 * chunk of null stands for all of the size in one call).
 */
const char *figure_param(const json_t *value, char text[FIGURE_TEXT]);

/* Writes the shortest decimal that reads back as this number, in the C locale. Returns @text. */
const char *figure_format(double value, char text[FIGURE_TEXT]);

#endif
