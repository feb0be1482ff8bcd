#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "result/boot.h"
#include "result/cell_name.h"
#include "table/brief.h"
#include "table/naming.h"
#include "table/table.h"
#include "table/thinned.h"

#define STEADY_PCT 10 /* rows are listed if their MAD is more than this part of their median */
#define MOST_REASONS 8 /* lines of one kind that are printed */
#define MOST_METRICS 4 /* metrics per benchmark: the first ones tell most */

/* The lowest and the highest median of a metric, over the cells of a benchmark. */
struct range {
	const char *bench, *unit;
	const struct boot_metric *metric; /* the first of that name */
	const struct boot_cell *lowest, *highest;
	double from, to;
	size_t nr_cells;
	size_t position; /* of the metric in the cell's list */
	bool is_rate; /* in GiB/s: every cell has a size */
};

/* Cells that have no figures for the same reason. */
struct cause {
	enum cell_status status;
	const char *why;
	size_t nr_cells;
};

struct brief {
	struct boot *boot;
	struct range *ranges;
	size_t nr_ranges;
	struct cause *causes;
	size_t nr_causes;
	size_t nr_rows, nr_ok, nr_too_short, nr_unsteady;
	const struct boot_cell *unsteadiest_cell;
	const struct boot_metric *unsteadiest;
	double unsteadiest_pct;
};

/* ---- gathering ---- */

/* Returns a rate, GiB/s, by which cells of different sizes can be compared; 0 if there is none. */
static double rate_of(const struct boot_cell *cell, const struct boot_metric *metric)
{
	double bytes = params_number(cell->params, "size_bytes"), rate;

	if (!metric->per_size || strcmp(metric->unit, "ns") || metric->summary.median <= 0)
		return 0;
	rate = bytes / (double)GIB / (metric->summary.median / (double)SEC);
	return isfinite(rate) ? rate : 0;
}

static struct range *find_range(struct brief *brief, const struct boot_cell *cell,
				const struct boot_metric *metric)
{
	const char *bench = cell->bench ? cell->bench : "";
	bool is_rate = rate_of(cell, metric) > 0;

	for (size_t i = 0; i < brief->nr_ranges; i++) {
		struct range *range = &brief->ranges[i];

		if (range->metric && cell_is_of(cell->name, range->bench) &&
		    !strcmp(range->metric->name, metric->name) && range->is_rate == is_rate &&
		    !strcmp(range->metric->unit, metric->unit))
			return range;
	}
	brief->ranges[brief->nr_ranges] = (struct range){
		.bench = bench,
		.unit = is_rate ? "GiB/s" : metric->unit,
		.metric = metric,
		.position = (size_t)(metric - cell->metrics),
		.is_rate = is_rate,
	};
	return &brief->ranges[brief->nr_ranges++];
}

static void widen(struct range *range, const struct boot_cell *cell, double value)
{
	if (!range->nr_cells || value < range->from) {
		range->from = value;
		range->lowest = cell;
	}
	if (!range->nr_cells || value > range->to) {
		range->to = value;
		range->highest = cell;
	}
	range->nr_cells++;
}

static void take_metric(struct brief *brief, const struct boot_cell *cell,
			const struct boot_metric *metric)
{
	const struct summary *summary = &metric->summary;
	double pct = summary->median > 0 ? 100 * summary->mad / summary->median : 0;
	struct range *range = find_range(brief, cell, metric);

	widen(range, cell, range->is_rate ? rate_of(cell, metric) : summary->median);
	brief->nr_rows++;
	brief->nr_too_short += metric->too_short;
	brief->nr_unsteady += pct > STEADY_PCT;
	if (pct > brief->unsteadiest_pct) {
		brief->unsteadiest_pct = pct;
		brief->unsteadiest = metric;
		brief->unsteadiest_cell = cell;
	}
}

static void take_cause(struct brief *brief, enum cell_status status, const char *why)
{
	for (size_t i = 0; i < brief->nr_causes; i++) {
		struct cause *cause = &brief->causes[i];

		if (cause->status == status && !strcmp(cause->why, why)) {
			cause->nr_cells++;
			return;
		}
	}
	brief->causes[brief->nr_causes++] = (struct cause){ status, why, 1 };
}

/* Takes a cell: its figures, and also what became of its other trials if only some were ok. */
static void take_cell(struct brief *brief, const struct boot_cell *cell)
{
	enum cell_status status = cell->status;

	if (status == CELL_OK && cell->nr_failed + cell->nr_invalid)
		status = cell->nr_failed ? CELL_FAILED : CELL_INVALID;
	if (cell->bench && cell->nr_ok)
		for (size_t i = 0; i < cell->nr_metrics; i++)
			take_metric(brief, cell, &cell->metrics[i]);
	brief->nr_ok += cell->status == CELL_OK;
	if (status != CELL_OK)
		take_cause(brief, status, cell->why ? cell->why : "no reason given");
}

static int by_count(const void *a, const void *b)
{
	const struct cause *left = a, *right = b;

	return (left->nr_cells < right->nr_cells) - (left->nr_cells > right->nr_cells);
}

/* Orders by benchmark, then as benchmarks list their metrics: trials are in random order. */
static int by_metric(const void *a, const void *b)
{
	const struct range *left = a, *right = b;
	int order = strcmp(left->bench, right->bench);

	if (!order)
		order = (left->position > right->position) - (left->position < right->position);
	return order ? order : strcmp(left->metric->name, right->metric->name);
}

static int gather(struct brief *brief)
{
	const struct boot *boot = brief->boot;
	size_t nr_metrics = 0;

	for (size_t i = 0; i < boot->nr_cells; i++)
		nr_metrics += boot->cells[i].nr_metrics;
	brief->ranges = calloc(nr_metrics + 1, sizeof(*brief->ranges));
	brief->causes = calloc(boot->nr_cells + 1, sizeof(*brief->causes));
	if (!brief->ranges || !brief->causes)
		return -ENOMEM;
	for (size_t i = 0; i < boot->nr_cells; i++)
		take_cell(brief, &boot->cells[i]);
	qsort(brief->ranges, brief->nr_ranges, sizeof(*brief->ranges), by_metric);
	qsort(brief->causes, brief->nr_causes, sizeof(*brief->causes), by_count);
	return 0;
}

int brief_open(const char *path, struct brief **ret_brief, struct reason *reason)
{
	struct brief *brief = calloc(1, sizeof(*brief));
	int ret = brief ? boot_load(&path, 1, BOOT_SEVERAL_RUNS, &brief->boot, reason) : -ENOMEM;

	if (!ret)
		ret = gather(brief);
	if (ret) {
		brief_free(brief);
		return ret == -ENOMEM ? reason_set(reason, ret, "%s: memory ran out", path) : ret;
	}
	*ret_brief = brief;
	return 0;
}

size_t brief_nr_rows(const struct brief *brief)
{
	return brief->nr_rows;
}

void brief_free(struct brief *brief)
{
	if (!brief)
		return;
	boot_free(brief->boot);
	free(brief->ranges);
	free(brief->causes);
	free(brief);
}

/* ---- the host ---- */

static void print_host(const struct brief *brief, FILE *file)
{
	const json_t *run = brief->boot->run;
	const char *virtual = run_text(run, "host", "virtual");
	size_t nr_nodes;
	double bytes = run_memory_bytes(run, &nr_nodes);
	char plain[4][128], size[UNIT_TEXT];

	fprintf(file, "host: Linux %s %s",
		text_plain(boot_kernel(brief->boot), plain[0], sizeof(plain[0])),
		text_plain(run_text(run, "host", "machine"), plain[1], sizeof(plain[1])));
	if (*virtual && strcmp(virtual, "none"))
		fprintf(file, " in a VM (%s)", text_plain(virtual, plain[2], sizeof(plain[2])));
	if (run_cpu_count(run) > 0)
		fprintf(file, ", CPUs: %" PRId64, run_cpu_count(run));
	if (bytes > 0 && bytes < 0x1p63)
		fprintf(file, ", %s on %zu memory node%s",
			size_format_rounded((uint64_t)bytes, size), nr_nodes,
			nr_nodes == 1 ? "" : "s");
	fprintf(file, ", devices for VFIO: %zu\n", run_nr_vfio_devices(run));
	if (boot_is_icount(brief->boot))
		fprintf(file, "time: counted instructions, not time\n");
}

/* ---- ranges ---- */

static void print_value(const struct range *range, double value, char *text, size_t room)
{
	char time[UNIT_TEXT], unit[32];

	if (!strcmp(range->unit, "ns"))
		snprintf(text, room, "%s", time_format(value, time));
	else if (value >= 999.5 && value < 1e15)
		snprintf(text, room, "%.0f %s", value, text_plain(range->unit, unit, sizeof(unit)));
	else
		snprintf(text, room, "%.3g %s", value, text_plain(range->unit, unit, sizeof(unit)));
}

/* Names the cells of a benchmark. Returns 0 or -ENOMEM; on an error there is nothing to release. */
static int name_cells(const struct brief *brief, const char *bench, struct naming *ret_naming)
{
	const struct boot *boot = brief->boot;
	const char **cells = calloc(boot->nr_cells, sizeof(*cells));
	size_t count = 0;
	int ret;

	if (!cells)
		return -ENOMEM;
	for (size_t i = 0; i < boot->nr_cells; i++)
		if (boot->cells[i].nr_ok && boot->cells[i].bench &&
		    !strcmp(boot->cells[i].bench, bench))
			cells[count++] = boot->cells[i].name;
	ret = naming_make(cells, count, ret_naming);
	free(cells);
	return ret;
}

static void add_end(struct table *table, size_t column, const struct range *range, double value,
		    const struct naming *naming, const struct boot_cell *cell)
{
	struct text name = { 0 };
	char number[64], plain[128];

	print_value(range, value, number, sizeof(number));
	naming_shorten(naming, cell->name, &name);
	table_cell(table, column, "%s", number);
	if (range->nr_cells > 1)
		table_cell(table, column + 1, "%s",
			   name.length ? text_plain(name.text, plain, sizeof(plain)) : "defaults");
	table->failed |= name.failed;
	text_release(&name);
}

static int add_range(struct table *table, const struct brief *brief, const struct range *range)
{
	struct naming naming;
	char plain[2][64];
	int ret = name_cells(brief, range->bench, &naming);

	if (ret)
		return ret;
	table_row(table);
	table_cell(table, 0, "%s", text_plain(range->bench, plain[0], sizeof(plain[0])));
	table_cell(table, 1, "%s", text_plain(range->metric->name, plain[1], sizeof(plain[1])));
	table_cell(table, 2, "%zu", range->nr_cells);
	add_end(table, 3, range, range->from, &naming, range->lowest);
	if (range->nr_cells > 1)
		add_end(table, 5, range, range->to, &naming, range->highest);
	naming_release(&naming);
	return 0;
}

static bool is_among_first(const struct brief *brief, size_t i)
{
	return i < MOST_METRICS ||
	       strcmp(brief->ranges[i - MOST_METRICS].bench, brief->ranges[i].bench) != 0;
}

static int print_ranges(const struct brief *brief, FILE *file, bool colour)
{
	struct table table = { 0 };
	int ret = 0;

	table_column(&table, "benchmark", TABLE_LEFT);
	table_column(&table, "metric", TABLE_LEFT);
	table_column(&table, "cells", TABLE_RIGHT);
	table_column(&table, "lowest", TABLE_RIGHT);
	table_column(&table, "in", TABLE_LEFT);
	table_column(&table, "highest", TABLE_RIGHT);
	table_column(&table, "in", TABLE_LEFT);
	for (size_t i = 0; i < brief->nr_ranges && !ret; i++)
		if (is_among_first(brief, i))
			ret = add_range(&table, brief, &brief->ranges[i]);
	if (table.failed)
		ret = -ENOMEM;
	if (!ret && brief->nr_ranges) {
		fprintf(file,
			"\nmedians of this boot (GiB/s where a metric grows with the size):\n");
		table_print(&table, file, colour);
	}
	table_release(&table);
	return ret;
}

/* ---- noisy rows and missing ones ---- */

static size_t count_cells(const struct brief *brief, enum cell_status status)
{
	size_t count = 0;

	for (size_t i = 0; i < brief->nr_causes; i++)
		if (brief->causes[i].status == status)
			count += brief->causes[i].nr_cells;
	return count;
}

static void print_causes(const struct brief *brief, enum cell_status status, FILE *file)
{
	size_t printed = 0, left = 0;
	char plain[512];

	if (!count_cells(brief, status))
		return;
	fprintf(file, "\n%s: %zu cell%s\n", cell_status_name(status), count_cells(brief, status),
		count_cells(brief, status) == 1 ? "" : "s");
	for (size_t i = 0; i < brief->nr_causes; i++) {
		const struct cause *cause = &brief->causes[i];

		if (cause->status != status)
			continue;
		if (printed++ < MOST_REASONS)
			fprintf(file, "  %4zu  %s\n", cause->nr_cells,
				text_plain(cause->why, plain, sizeof(plain)));
		else
			left += cause->nr_cells;
	}
	if (left)
		fprintf(file, "  %4zu  for %zu other reason%s\n", left, printed - MOST_REASONS,
			printed == MOST_REASONS + 1 ? "" : "s");
}

static void print_remarkable(const struct brief *brief, FILE *file)
{
	char plain[256], metric[64];

	if (brief->nr_unsteady)
		fprintf(file,
			"\nunsteady: %zu of %zu rows, whose MAD is more than %d %% of their "
			"median; most is %.0f %%,\n  %s %s\n",
			brief->nr_unsteady, brief->nr_rows, STEADY_PCT, brief->unsteadiest_pct,
			text_plain(brief->unsteadiest_cell->name, plain, sizeof(plain)),
			text_plain(brief->unsteadiest->name, metric, sizeof(metric)));
	else if (brief->nr_rows)
		fprintf(file,
			"\nsteady: no row has a MAD of more than %d %% of its median, within this "
			"boot\n",
			STEADY_PCT);
	if (brief->nr_too_short)
		fprintf(file, "too short for the clock: %zu of %zu rows\n", brief->nr_too_short,
			brief->nr_rows);
	print_causes(brief, CELL_FAILED, file);
	print_causes(brief, CELL_INVALID, file);
	print_causes(brief, CELL_SKIPPED, file);
	thinned_print(brief->boot, file);
}

static void print_next(const struct brief *brief, FILE *file)
{
	char path[512];

	fprintf(file, "\nnext:\n");
	fprintf(file, "  dmabench show %s  # all rows (%zu), with spreads and costs per page\n",
		text_plain(brief->boot->paths[0], path, sizeof(path)), brief->nr_rows);
	if (count_cells(brief, CELL_SKIPPED))
		fprintf(file,
			"  dmabench doctor  # what this host lacks, with the way to get it\n");
	if (brief->nr_rows)
		fprintf(file, "One boot cannot tell whether kernels differ: see `dmabench help "
			      "compare`.\n");
}

int brief_print(const struct brief *brief, FILE *file, bool colour)
{
	int ret;

	print_host(brief, file);
	fprintf(file, "measured: %zu of %zu cells\n", brief->nr_ok, brief->boot->nr_cells);
	ret = print_ranges(brief, file, colour);
	if (ret)
		return ret;
	print_remarkable(brief, file);
	print_next(brief, file);
	return 0;
}
