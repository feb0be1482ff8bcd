#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/grow.h"
#include "base/text.h"
#include "base/units.h"
#include "table/advice.h"
#include "table/digest.h"
#include "table/fault_price.h"
#include "table/table.h"
#include "table/thinned.h"
#include "result/boot.h"

/* A reason why cells have no figures, or a note on them; each text once. */
struct remark {
	const char *kind; /* "invalid", "failed", "skipped"; "notes" */
	char *what;
	const char *first_cell; /* belongs to the boot */
	size_t count;
};

struct digest_row {
	const struct boot_cell *cell;
	const struct boot_metric *metric;
};

struct digest {
	struct boot *boot;
	const struct boot_cell **cells; /* cells that were measured, in order of name */
	size_t nr_cells;
	struct digest_options options;
	struct digest_row *rows; /* of these cells, in the order of the table */
	size_t nr_rows;
	struct remark *remarks;
	size_t nr_remarks;
	json_t *index; /* "kind what" -> number of its remark */
};

/* ---- gathering ---- */

static int by_name(const void *a, const void *b)
{
	return strverscmp((*(const struct boot_cell *const *)a)->name,
			  (*(const struct boot_cell *const *)b)->name);
}

static bool is_wanted(const struct digest *digest, const struct boot_cell *cell)
{
	return selection_wants_any(&digest->options.selection, cell);
}

static int list_cells(struct digest *digest)
{
	digest->cells = calloc(digest->boot->nr_cells + 1, sizeof(*digest->cells));
	if (!digest->cells)
		return -ENOMEM;
	for (size_t i = 0; i < digest->boot->nr_cells; i++)
		if (digest->boot->cells[i].nr_metrics && is_wanted(digest, &digest->boot->cells[i]))
			digest->cells[digest->nr_cells++] = &digest->boot->cells[i];
	qsort(digest->cells, digest->nr_cells, sizeof(*digest->cells), by_name);
	return 0;
}

static double spread_of(const struct summary *summary)
{
	return summary->median ? summary->mad / summary->median : 0;
}

static int by_median(const void *a, const void *b)
{
	double left = ((const struct digest_row *)a)->metric->summary.median;
	double right = ((const struct digest_row *)b)->metric->summary.median;

	return (left < right) - (left > right);
}

static int by_spread(const void *a, const void *b)
{
	double left = spread_of(&((const struct digest_row *)a)->metric->summary);
	double right = spread_of(&((const struct digest_row *)b)->metric->summary);

	return (left < right) - (left > right);
}

static size_t count_metrics(const struct digest *digest)
{
	size_t count = 0;

	for (size_t i = 0; i < digest->nr_cells; i++)
		count += digest->cells[i]->nr_metrics;
	return count;
}

static int list_rows(struct digest *digest)
{
	static int (*const orders[])(const void *a, const void *b) = {
		[DIGEST_BY_MEDIAN] = by_median, [DIGEST_BY_SPREAD] = by_spread
	};
	const struct digest_options *options = &digest->options;

	digest->rows = calloc(count_metrics(digest) + 1, sizeof(*digest->rows));
	if (!digest->rows)
		return -ENOMEM;
	for (size_t i = 0; i < digest->nr_cells; i++)
		for (size_t j = 0; j < digest->cells[i]->nr_metrics; j++) {
			const struct boot_metric *metric = &digest->cells[i]->metrics[j];

			if (selection_wants(&options->selection, digest->cells[i], metric->name))
				digest->rows[digest->nr_rows++] =
					(struct digest_row){ digest->cells[i], metric };
		}
	if (options->sort != DIGEST_BY_CELL)
		qsort(digest->rows, digest->nr_rows, sizeof(*digest->rows), orders[options->sort]);
	return 0;
}

/* Refuses a filter by what no cell has, and a selection of nothing. */
static int check_selection(const struct digest *digest, struct reason *reason)
{
	struct boot *boot = digest->boot;
	struct side side = { .boots = &boot, .nr_boots = 1 };
	const struct sides sides = { .list = &side, .count = 1 };
	const struct selection *selection = &digest->options.selection;
	int ret = selection_check(selection, &sides, reason);

	if (!ret && !digest->nr_rows && selection->nr_filters + selection->nr_rows)
		ret = reason_set(reason, -EINVAL,
				 "no row is left by --filter, --row and --metric: without them, "
				 "all cells and metrics are shown");
	return ret;
}

static int new_remark(struct digest *digest, const struct remark *remark)
{
	struct remark *grown = grow(digest->remarks, digest->nr_remarks, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	digest->remarks = grown;
	grown += digest->nr_remarks;
	*grown = *remark;
	grown->what = strdup(remark->what);
	if (!grown->what)
		return -ENOMEM;
	digest->nr_remarks++;
	return 0;
}

/*
 * Adds a remark. If trials have the same one, the first cell is named and others are counted, each
 * once.
 */
static int add_remark(struct digest *digest, const char *kind, const char *cell, char *what)
{
	json_t *number;
	struct text key = { 0 };
	int ret = 0;

	text_add(&key, "%s %s", kind, what);
	if (key.failed) {
		text_release(&key);
		return -ENOMEM;
	}
	number = json_object_get(digest->index, key.text);
	if (number) {
		struct remark *remark = &digest->remarks[json_integer_value(number)];

		remark->count += strcmp(remark->first_cell, cell) != 0;
	} else {
		json_object_set_new(digest->index, key.text,
				    json_integer((json_int_t)digest->nr_remarks));
		ret = new_remark(digest, &(struct remark){ kind, what, cell, 1 });
	}
	text_release(&key);
	return ret;
}

static int add_notes(struct digest *digest, const char *cell, const json_t *trial)
{
	const char *name;
	json_t *note;
	int ret = 0;

	json_object_foreach(trial_notes(trial), name, note) {
		struct text what = { 0 };

		text_add(&what, "%s: %s", name,
			 json_is_string(note) ? json_string_value(note) : "");
		ret = what.failed ? -ENOMEM : add_remark(digest, "notes", cell, what.text);
		text_release(&what);
		if (ret)
			break;
	}
	return ret;
}

static int remark_on_trial(struct digest *digest, const struct boot_trial *trial)
{
	const char *cell = digest->boot->cells[trial->cell].name;
	enum cell_status status = CELL_FAILED;

	trial_status(trial->record, &status);
	if (status == CELL_OK)
		return add_notes(digest, cell, trial->record);
	return add_remark(digest, cell_status_name(status), cell,
			  (char *)(uintptr_t)trial_why(trial->record));
}

static int remark_all(struct digest *digest)
{
	const struct boot *boot = digest->boot;
	int ret = 0;

	for (size_t i = 0; i < boot->nr_trials && !ret; i++)
		if (is_wanted(digest, &boot->cells[boot->trials[i].cell]))
			ret = remark_on_trial(digest, &boot->trials[i]);
	for (size_t i = 0; i < boot->nr_cells && !ret; i++)
		if (boot->cells[i].why_skipped && is_wanted(digest, &boot->cells[i]))
			ret = add_remark(digest, "skipped", boot->cells[i].name,
					 boot->cells[i].why_skipped);
	return ret;
}

static int gather(struct digest *digest, const char *path, struct reason *reason)
{
	int ret = boot_load(&path, 1, BOOT_KEEP_TRIALS | BOOT_SEVERAL_RUNS, &digest->boot, reason);

	if (!ret)
		ret = list_cells(digest);
	if (!ret)
		ret = list_rows(digest);
	if (!ret)
		ret = check_selection(digest, reason);
	if (!ret)
		ret = remark_all(digest);
	return !ret && json_ran_out() ? -ENOMEM : ret;
}

/* ---- printing ---- */

static void print_value(char *text, size_t room, double value, const char *unit)
{
	char time[UNIT_TEXT];

	if (!strcmp(unit, "ns"))
		snprintf(text, room, "%s", time_format(value, time));
	else if (!strcmp(unit, "count") && value == floor(value) && value < 1e15)
		snprintf(text, room, "%.0f", value);
	else
		snprintf(text, room, "%.4g %s", value, unit);
}

/* Adds the cost per page of a metric that grows with the size, if all pages are of one size. */
static void add_costs(struct table *table, const struct boot_cell *cell,
		      const struct boot_metric *metric)
{
	double size_bytes = params_number(cell->params, "size_bytes"), page_bytes, pages;
	double median = metric->summary.median;
	char page[UNIT_TEXT], size[UNIT_TEXT];

	if (strcmp(metric->unit, "ns") != 0 || !metric->per_size || !size_bytes || !median ||
	    !verified_pages(cell->verified, &page_bytes, &pages) || !pages)
		return;
	table_cell(table, 5, "%s / %s", time_format(median / pages, page),
		   size_format((uint64_t)page_bytes, size));
	table_cell(table, 6, "%.1f", size_bytes / (double)GIB / (median / (double)SEC));
}

static void add_line(struct table *table, const struct boot_cell *cell,
		     const struct boot_metric *metric)
{
	const struct summary *summary = &metric->summary;
	char median[48], lower[48], upper[48];

	print_value(median, sizeof(median), summary->median, metric->unit);
	print_value(lower, sizeof(lower), summary->lower_quartile, metric->unit);
	print_value(upper, sizeof(upper), summary->upper_quartile, metric->unit);
	table_row(table);
	table_cell(table, 0, "%s", cell->name);
	table_cell(table, 1, "%s%s", metric->name, metric->too_short ? " (too short)" : "");
	table_cell(table, 2, "%s", median);
	table_cell(table, 3, "%s .. %s", lower, upper);
	table_cell(table, 4, "%.1f%%", summary->median ? 100 * summary->mad / summary->median : 0);
	add_costs(table, cell, metric);
	table_cell(table, 7, "%zu", summary->count);
}

static int print_rows(struct digest *digest, FILE *file, bool colour)
{
	struct table table = { 0 };
	int ret;

	table_column(&table, "cell", TABLE_LEFT);
	table_column(&table, "metric", TABLE_LEFT);
	table_column(&table, "median", TABLE_RIGHT);
	table_column(&table, "quartiles", TABLE_RIGHT);
	table_column(&table, "MAD", TABLE_RIGHT);
	table_column(&table, "per page", TABLE_RIGHT);
	table_column(&table, "GiB/s", TABLE_RIGHT);
	table_column(&table, "n", TABLE_RIGHT);
	for (size_t i = 0; i < digest->nr_rows; i++)
		add_line(&table, digest->rows[i].cell, digest->rows[i].metric);
	ret = table.failed ? -ENOMEM : 0;
	if (digest->nr_rows && !ret)
		table_print(&table, file, colour);
	table_release(&table);
	return ret;
}

/* Returns a metric's median; 0 if the cell lacks the metric. */
static double median_of(const struct boot_cell *cell, const char *name)
{
	const struct boot_metric *metric = boot_cell_find(cell, name);

	return metric ? metric->summary.median : 0;
}

/* Computes what a fault costs: how much longer the first access, or mapping all for DMA, takes. */
static struct fault_price price_of(const struct boot_cell *cell)
{
	struct fault_price price = {
		.cell = cell->name,
		.order_bytes = verified_order_bytes(cell->verified),
		.faults = median_of(cell, "faults"),
		.zap_ns = median_of(cell, "zap_ns"),
	};
	double all = median_of(cell, "dma_map_ns") - median_of(cell, "dma_control_ns");
	double one = median_of(cell, "fault_ns") - median_of(cell, "control_ns");

	price.fault_ns = fmax(all > 0 && price.faults > 0 ? all / price.faults : one, 0);
	return price;
}

static int print_fault_prices(const struct digest *digest, FILE *file, bool colour)
{
	struct fault_price *prices = calloc(digest->nr_cells + 1, sizeof(*prices));
	size_t count = 0;
	int ret;

	if (!prices)
		return -ENOMEM;
	for (size_t i = 0; i < digest->nr_cells; i++)
		if (verified_order_bytes(digest->cells[i]->verified) > 0 &&
		    boot_cell_find(digest->cells[i], "faults"))
			prices[count++] = price_of(digest->cells[i]);
	ret = fault_price_print(prices, count, file, colour);
	free(prices);
	return ret;
}

static int print_advice(const struct digest *digest, FILE *file)
{
	struct advice_row *rows = calloc(count_metrics(digest) + 1, sizeof(*rows));
	size_t count = 0;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < digest->nr_cells; i++) {
		const struct boot_cell *cell = digest->cells[i];

		for (size_t j = 0; j < cell->nr_metrics; j++)
			if (advice_wants(cell->name, cell->metrics[j].name))
				rows[count++] =
					(struct advice_row){ cell->name,
							     cell->metrics[j].summary.median };
	}
	advice_print(rows, count, file);
	free(rows);
	return 0;
}

static void print_remarks(const struct digest *digest, FILE *file, bool colour)
{
	static const struct {
		const char *name;
		bool bad;
	} kinds[] = {
		{ "notes", false }, { "failed", true }, { "invalid", true }, { "skipped", false }
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool any = false, red = colour && kinds[i].bad;

		for (size_t j = 0; j < digest->nr_remarks; j++) {
			const struct remark *remark = &digest->remarks[j];

			if (strcmp(remark->kind, kinds[i].name))
				continue;
			if (!any)
				fprintf(file, "\n%s%s:%s\n", red ? "\033[31m" : "", kinds[i].name,
					red ? "\033[0m" : "");
			any = true;
			fprintf(file, "  %s", remark->first_cell);
			if (remark->count > 1)
				fprintf(file, " and %zu more", remark->count - 1);
			fprintf(file, "\n      %s\n", remark->what);
		}
	}
}

static void release(struct digest *digest)
{
	for (size_t i = 0; i < digest->nr_remarks; i++)
		free(digest->remarks[i].what);
	free(digest->remarks);
	free(digest->cells);
	free(digest->rows);
	json_decref(digest->index);
	boot_free(digest->boot);
}

int digest_print(const char *path, FILE *file, bool colour, struct reason *reason)
{
	return digest_print_some(path, &(struct digest_options){ .sort = DIGEST_BY_CELL }, file,
				 colour, reason);
}

int digest_print_some(const char *path, const struct digest_options *options, FILE *file,
		      bool colour, struct reason *reason)
{
	struct digest digest = { .index = json_object(), .options = *options };
	int ret = digest.index ? gather(&digest, path, reason) : -ENOMEM;

	if (!ret)
		ret = print_rows(&digest, file, colour);
	if (!ret)
		ret = print_fault_prices(&digest, file, colour);
	if (!ret)
		ret = print_advice(&digest, file);
	if (!ret) {
		print_remarks(&digest, file, colour);
		thinned_print(digest.boot, file);
	}
	if (ret == -ENOMEM)
		reason_set(reason, ret, "%s: memory ran out", path);
	release(&digest);
	return ret;
}
