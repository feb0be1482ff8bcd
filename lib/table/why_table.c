#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "table/why_table.h"

#define FIGURE 48

/* Columns from left to right; a table has those that say something. */
enum why_column { CHANGE, CHANGE_A_PAGE, OFF, BASE_VALUE, NEW_VALUE, CALLS, FUNCTION, NR_COLUMNS };

struct layout {
	const struct why *why;
	struct table *table;
	size_t places[NR_COLUMNS]; /* in the table; SIZE_MAX: it has no such column */
};

/* ---- figures ---- */

/* Sets commas between thousands; @digits may have a sign and decimals. Returns @text. */
static const char *group(const char *digits, char text[FIGURE])
{
	size_t start = strcspn(digits, "0123456789");
	size_t whole = strspn(digits + start, "0123456789"), used = 0;

	for (size_t i = 0; digits[i] && used + 2 < FIGURE; i++) {
		size_t left = start + whole - i;

		if (i > start && i < start + whole && left % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
	return text;
}

/* Writes about three digits, or all that stand before the point. */
static const char *figure(double value, bool with_sign, char text[FIGURE])
{
	double size = fabs(value);
	int decimals = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
	char digits[FIGURE];

	snprintf(digits, sizeof(digits), with_sign && value != 0 ? "%+.*f" : "%.*f", decimals,
		 value);
	return group(digits, text);
}

/* The same of an operation: what was counted has no decimals. */
static const char *count(double value, bool with_sign, char text[FIGURE])
{
	char digits[FIGURE];

	if (value != round(value))
		return figure(value, with_sign, text);
	snprintf(digits, sizeof(digits), with_sign && value != 0 ? "%+.0f" : "%.0f", value);
	return group(digits, text);
}

static const char *number_of_calls(double calls, char text[FIGURE])
{
	if (calls >= 1000)
		return figure(calls, false, text);
	snprintf(text, FIGURE, "%.3g", calls);
	return text;
}

static double per_page(const struct why *why, double value)
{
	return why->pages > 0 ? value / why->pages : value;
}

/* ---- columns ---- */

static bool has_column(const struct why *why, enum why_column column)
{
	switch (column) {
	case CHANGE_A_PAGE:
		return why->pages > 0;
	case OFF:
		return !why->is_samples && (why->nr_boots[BEFORE] > 1 || why->nr_boots[AFTER] > 1);
	case CALLS:
		return !why->is_samples;
	default:
		return true;
	}
}

static const char *column_header(const struct why *why, enum why_column column)
{
	static const char *const counted[] = {
		[CHANGE] = "an operation",  [CHANGE_A_PAGE] = "a page", [OFF] = "boots ±",
		[BASE_VALUE] = "base/page", [NEW_VALUE] = "new/page",	[CALLS] = "calls",
		[FUNCTION] = "function",
	};

	if (column == CHANGE && why->is_samples)
		return isnan(why_measured_change(why)) || isnan(why->measured[BEFORE])
			       ? "% of it"
			       : "ns an operation";
	if (column == BASE_VALUE && (why->is_samples || why->pages <= 0))
		return "base";
	if (column == NEW_VALUE && (why->is_samples || why->pages <= 0))
		return "new";
	return counted[column];
}

static void begin(struct layout *layout)
{
	for (enum why_column column = CHANGE; column < NR_COLUMNS; column++) {
		layout->places[column] = SIZE_MAX;
		if (!has_column(layout->why, column))
			continue;
		layout->places[column] = layout->table->nr_columns;
		table_column(layout->table, column_header(layout->why, column),
			     column == FUNCTION ? TABLE_LEFT : TABLE_RIGHT);
	}
}

static void set(const struct layout *layout, enum why_column column, const char *text)
{
	table_cell(layout->table, layout->places[column], "%s", text);
}

/* ---- rows ---- */

static void set_change(const struct layout *layout, double change)
{
	char text[FIGURE];

	set(layout, CHANGE, count(change, true, text));
	set(layout, CHANGE_A_PAGE, figure(per_page(layout->why, change), true, text));
}

static void set_side(const struct layout *layout, const struct why_line *line, int when)
{
	enum why_column column = when == BEFORE ? BASE_VALUE : NEW_VALUE;
	const struct why *why = layout->why;
	char text[FIGURE];

	if (why->is_samples)
		table_cell(layout->table, layout->places[column], "%.1f %% [%.1f %.1f]",
			   100 * line->share[when], 100 * line->share_lo[when],
			   100 * line->share_hi[when]);
	else
		set(layout, column, figure(per_page(why, line->value[when]), false, text));
}

/* Calls that go with the pages are told by page: "1 a page"; others by operation. */
static void set_calls(const struct layout *layout, const struct why_line *line)
{
	const double *calls = line->calls;
	bool by_page = layout->why->pages > 1 &&
		       fmax(calls[BEFORE], calls[AFTER]) >= layout->why->pages / 2;
	double divisor = by_page ? layout->why->pages : 1;
	const char *unit = by_page ? " a page" : "";
	char before[FIGURE], after[FIGURE];

	if (calls[BEFORE] == 0 && calls[AFTER] == 0)
		return;
	number_of_calls(calls[BEFORE] / divisor, before);
	number_of_calls(calls[AFTER] / divisor, after);
	if (strcmp(before, after) != 0)
		table_cell(layout->table, layout->places[CALLS], "%s -> %s%s", before, after, unit);
	else
		table_cell(layout->table, layout->places[CALLS], "%s%s", after, unit);
}

static void set_function(const struct layout *layout, const struct why_line *line)
{
	static const char *const ends[] = {
		[WHY_FUNCTION] = "",
		[WHY_CALLER] = " and what it calls",
		[WHY_INTERRUPTS] = ", of no function",
		[WHY_ASLEEP] = ", ns",
	};
	const char *what = !line->on[BEFORE] ? ", new" : !line->on[AFTER] ? ", gone" : "";
	char name[256], module[128];

	text_plain(line->name, name, sizeof(name));
	text_plain(line->module, module, sizeof(module));
	if (line->kind != WHY_FUNCTION)
		what = "";
	table_cell(layout->table, layout->places[FUNCTION], "%s%s%s%s%s%s", name, ends[line->kind],
		   what, module[0] && strcmp(module, name) ? " [" : "",
		   strcmp(module, name) ? module : "",
		   module[0] && strcmp(module, name) ? "]" : "");
}

/* Adds a row with a text alone, for what a caller calls on one side. */
static void add_names(const struct layout *layout, const char *label, const char *names)
{
	char plain[512];

	if (!names[0])
		return;
	table_row(layout->table);
	table_cell(layout->table, layout->places[FUNCTION], "  %s %s", label,
		   text_plain(names, plain, sizeof(plain)));
}

static void add_line(const struct layout *layout, const struct why_line *line)
{
	double off = fmax(line->off[BEFORE], line->off[AFTER]);
	char text[FIGURE];

	table_row(layout->table);
	set_change(layout, why_line_change(line));
	set(layout, OFF, figure(per_page(layout->why, off), false, text));
	for (int when = BEFORE; when < NR_WHEN; when++)
		set_side(layout, line, when);
	set_calls(layout, line);
	set_function(layout, line);
	add_names(layout, "base:", line->gone);
	add_names(layout, "new:", line->come);
}

static void add_rest(const struct layout *layout)
{
	const struct why *why = layout->why;
	size_t others = why->nr_lines - why->nr_named;

	if (!others)
		return;
	table_row(layout->table);
	set_change(layout, why->rest);
	if (why->is_samples)
		set(layout, FUNCTION, "what so few samples cannot name");
	else
		table_cell(layout->table, layout->places[FUNCTION], "%zu other%s", others,
			   others == 1 ? "" : "s");
}

static void add_sum(const struct layout *layout)
{
	const struct why *why = layout->why;
	char text[FIGURE];

	table_row(layout->table);
	set_change(layout, why_change(why));
	for (int when = BEFORE; when < NR_WHEN && !why->is_samples; when++)
		set(layout, when == BEFORE ? BASE_VALUE : NEW_VALUE,
		    figure(per_page(why, why->whole[when]), false, text));
	set(layout, FUNCTION, "sum");
}

/* ---- above the table ---- */

static void add_measured(const struct why *why, struct text *figures)
{
	bool is_measured = !isnan(why->measured[BEFORE]) && !isnan(why->measured[AFTER]);
	double base = is_measured ? why->measured[BEFORE] : why->whole[BEFORE];
	double change = why_measured_change(why);
	char text[FIGURE];

	if (base > 0)
		text_add(figures, "%+.1f %%, ", 100 * change / base);
	text_add(figures, "%s %s", count(change, true, text),
		 is_measured	   ? "ns"
		 : why->is_samples ? "% of the samples"
				   : "instructions");
	if (why->pages > 0)
		text_add(figures, " = %s a page", figure(change / why->pages, true, text));
}

static void add_heading(const char *cell, const char *metric, struct text *heading)
{
	char plain[512];

	text_add(heading, "why %s", text_plain(cell, plain, sizeof(plain)));
	text_add(heading, " %s", text_plain(metric, plain, sizeof(plain)));
}

static void add_figures(const struct why *why, struct text *figures)
{
	double part = why_named_part(why);

	add_measured(why, figures);
	if (why->is_nothing && why->is_samples)
		text_add(figures, "; no function's share differs by more than samples can tell");
	else if (why->is_nothing)
		text_add(figures, "; nothing changed: no function by more than 0.01 %%");
	else if (isfinite(part))
		text_add(figures, "; %.0f %% by name", 100 * part);
}

int why_table_make(const struct why *why, const char *cell, const char *metric,
		   struct why_table *ret_table)
{
	struct layout layout = { .why = why, .table = &ret_table->table };

	*ret_table = (struct why_table){ .heading = { 0 } };
	add_heading(cell, metric, &ret_table->heading);
	add_figures(why, &ret_table->figures);
	if (!why->is_nothing) {
		begin(&layout);
		for (size_t i = 0; i < why->nr_named; i++)
			add_line(&layout, &why->lines[i]);
		add_rest(&layout);
		add_sum(&layout);
	}
	return ret_table->heading.failed || ret_table->figures.failed || ret_table->table.failed
		       ? -ENOMEM
		       : 0;
}

void why_table_release(struct why_table *table)
{
	text_release(&table->heading);
	text_release(&table->figures);
	table_release(&table->table);
}

bool why_table_is_suffixed(const struct why *why)
{
	for (size_t i = 0; i < why->nr_named; i++)
		if (why->lines[i].suffixed)
			return true;
	return false;
}
