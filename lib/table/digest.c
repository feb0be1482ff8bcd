#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/grow.h"
#include "base/units.h"
#include "table/advice.h"
#include "table/digest.h"
#include "table/fault_price.h"
#include "table/table.h"
#include "result/reader.h"
#include "stats/summary.h"

/* A metric of a cell, over all of its trials. */
struct row {
	char *cell, *metric, *unit;
	double *samples;
	size_t nr_samples, nr_trials;
	double size_bytes, pages, page_bytes; /* 0: it has no size, or pages of several sizes */
	double order_bytes; /* of a BAR's smallest entry; 0: it is about no BAR */
	bool too_short, per_size;
};

/* Cells that did not come to figures, by why; or that have something to be known about them. */
struct remark {
	const char *kind; /* "invalid", "failed", "skipped"; "notes" */
	char *what, *first_cell;
	size_t count;
};

struct digest {
	struct row *rows;
	size_t nr_rows;
	json_t *index; /* "cell metric" -> number of its row */
	struct remark *remarks;
	size_t nr_remarks;
};

/* ---- gathering ---- */

static struct row *find_row(struct digest *digest, const char *cell, const char *metric)
{
	char key[1024];
	json_t *number;
	struct row *grown, *row;

	snprintf(key, sizeof(key), "%s %s", cell, metric);
	number = json_object_get(digest->index, key);
	if (number)
		return &digest->rows[json_integer_value(number)];
	grown = grow(digest->rows, digest->nr_rows, sizeof(*grown));
	if (!grown)
		return NULL;
	digest->rows = grown;
	json_object_set_new(digest->index, key, json_integer((json_int_t)digest->nr_rows));
	row = &grown[digest->nr_rows++];
	*row = (struct row){ .cell = strdup(cell), .metric = strdup(metric) };
	return row->cell && row->metric ? row : NULL;
}

static int add_samples(struct row *row, const json_t *samples)
{
	size_t count = json_array_size(samples);
	double *grown;

	row->nr_trials++;
	if (!count)
		return 0;
	grown = realloc(row->samples, (row->nr_samples + count) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	row->samples = grown;
	for (size_t i = 0; i < count; i++)
		row->samples[row->nr_samples++] = json_number_value(json_array_get(samples, i));
	return 0;
}

/* Pages of one size tell a cost per page; of several, none. */
static void note_pages(struct row *row, const json_t *trial)
{
	const char *size;
	json_t *pages, *count;

	row->size_bytes =
		json_number_value(json_object_get(json_object_get(trial, "params"), "size_bytes"));
	row->order_bytes = json_number_value(
		json_object_get(json_object_get(trial, "verified"), "order_bytes"));
	pages = json_object_get(json_object_get(trial, "verified"), "pages");
	if (json_object_size(pages) != 1)
		return;
	json_object_foreach(pages, size, count) {
		row->page_bytes = strtod(size, NULL);
		row->pages = json_number_value(count);
	}
}

static int add_metrics(struct digest *digest, const char *cell, const json_t *trial)
{
	json_t *metrics = json_object_get(trial, "metrics"), *metric;
	const char *name;
	int ret = 0;

	json_object_foreach(metrics, name, metric) {
		const char *unit = json_string_value(json_object_get(metric, "unit"));
		struct row *row = find_row(digest, cell, name);

		if (!row)
			return -ENOMEM;
		if (!row->unit)
			row->unit = strdup(unit ? unit : "");
		if (!row->unit)
			return -ENOMEM;
		row->too_short |= json_is_true(json_object_get(metric, "too_short"));
		row->per_size = json_is_true(json_object_get(metric, "per_size"));
		note_pages(row, trial);
		ret = add_samples(row, json_object_get(metric, "samples"));
		if (ret)
			break;
	}
	return ret;
}

/* Of trials that say the same, the first cell is told; several trials of that count once. */
static int add_remark(struct digest *digest, const char *kind, const char *cell, const char *what)
{
	struct remark *grown;

	for (size_t i = 0; i < digest->nr_remarks; i++) {
		struct remark *remark = &digest->remarks[i];

		if (!strcmp(remark->kind, kind) && !strcmp(remark->what, what)) {
			remark->count += strcmp(remark->first_cell, cell) != 0;
			return 0;
		}
	}
	grown = grow(digest->remarks, digest->nr_remarks, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	digest->remarks = grown;
	grown[digest->nr_remarks++] = (struct remark){
		.kind = kind, .what = strdup(what), .first_cell = strdup(cell), .count = 1
	};
	grown = &grown[digest->nr_remarks - 1];
	return grown->what && grown->first_cell ? 0 : -ENOMEM;
}

static int add_notes(struct digest *digest, const char *cell, const json_t *trial)
{
	json_t *notes = json_object_get(trial, "notes"), *note;
	const char *name;
	int ret = 0;

	json_object_foreach(notes, name, note) {
		char what[256];

		snprintf(what, sizeof(what), "%s: %s", name,
			 json_is_string(note) ? json_string_value(note) : "");
		ret = add_remark(digest, "notes", cell, what);
		if (ret)
			break;
	}
	return ret;
}

static int add_record(struct digest *digest, const json_t *record)
{
	const char *cell = json_string_value(json_object_get(record, "cell"));
	const char *status = json_string_value(json_object_get(record, "status"));
	const char *why = json_string_value(json_object_get(record, "error"));

	if (!cell)
		return 0;
	if (!strcmp(reader_kind(record), "skip")) {
		why = json_string_value(json_object_get(record, "reason"));
		return add_remark(digest, "skipped", cell, why ? why : "");
	}
	if (strcmp(reader_kind(record), "trial") || !status)
		return 0;
	if (!strcmp(status, "ok")) {
		int ret = add_metrics(digest, cell, record);

		return ret ? ret : add_notes(digest, cell, record);
	}
	return add_remark(digest, !strcmp(status, "invalid") ? "invalid" : "failed", cell,
			  why ? why : "");
}

static int gather(struct digest *digest, const char *path, struct reason *reason)
{
	struct reader *reader;
	json_t *record;
	int ret = reader_open(path, &reader, reason);

	if (ret)
		return ret;
	while ((ret = reader_next(reader, &record, reason)) > 0) {
		ret = add_record(digest, record);
		json_decref(record);
		if (ret)
			break;
	}
	reader_close(reader);
	return !ret && json_ran_out() ? -ENOMEM : ret;
}

/* ---- printing ---- */

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct row *)a)->cell, ((const struct row *)b)->cell);
}

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

static void add_line(struct table *table, const struct row *row)
{
	struct summary summary = summarize(row->samples, row->nr_samples);
	bool is_time = !strcmp(row->unit, "ns");
	char median[48], lower[48], upper[48], page[UNIT_TEXT], size[UNIT_TEXT];

	print_value(median, sizeof(median), summary.median, row->unit);
	print_value(lower, sizeof(lower), summary.lower_quartile, row->unit);
	print_value(upper, sizeof(upper), summary.upper_quartile, row->unit);
	table_row(table);
	table_cell(table, 0, "%s", row->cell);
	table_cell(table, 1, "%s%s", row->metric, row->too_short ? " (too short)" : "");
	table_cell(table, 2, "%s", median);
	table_cell(table, 3, "%s .. %s", lower, upper);
	table_cell(table, 4, "%.1f%%", summary.median ? 100 * summary.mad / summary.median : 0);
	if (is_time && row->per_size && row->pages && row->size_bytes && summary.median) {
		table_cell(table, 5, "%s / %s", time_format(summary.median / row->pages, page),
			   size_format((uint64_t)row->page_bytes, size));
		table_cell(table, 6, "%.1f",
			   row->size_bytes / (double)GIB / (summary.median / (double)SEC));
	}
	table_cell(table, 7, "%zu", summary.count);
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
	if (digest->nr_rows)
		qsort(digest->rows, digest->nr_rows, sizeof(*digest->rows), by_name);
	for (size_t i = 0; i < digest->nr_rows; i++)
		add_line(&table, &digest->rows[i]);
	ret = table.failed ? -ENOMEM : 0;
	if (digest->nr_rows && !ret)
		table_print(&table, file, colour);
	table_release(&table);
	return ret;
}

static double median_of(const struct row *row)
{
	return summarize(row->samples, row->nr_samples).median;
}

/* 0 where the cell has no such metric. */
static double median_in(const struct digest *digest, const char *cell, const char *metric)
{
	for (size_t i = 0; i < digest->nr_rows; i++)
		if (!strcmp(digest->rows[i].metric, metric) && !strcmp(digest->rows[i].cell, cell))
			return median_of(&digest->rows[i]);
	return 0;
}

/* What a touch, or mapping all of it for DMA, takes longer the first time. */
static struct fault_price price_of(const struct digest *digest, const struct row *row)
{
	struct fault_price price = {
		.cell = row->cell,
		.order_bytes = row->order_bytes,
		.faults = median_of(row),
		.zap_ns = median_in(digest, row->cell, "zap_ns"),
	};
	double all = median_in(digest, row->cell, "dma_map_ns") -
		     median_in(digest, row->cell, "dma_control_ns");
	double one = median_in(digest, row->cell, "fault_ns") -
		     median_in(digest, row->cell, "control_ns");

	price.fault_ns = fmax(all > 0 && price.faults > 0 ? all / price.faults : one, 0);
	return price;
}

static int print_fault_prices(const struct digest *digest, FILE *file, bool colour)
{
	struct fault_price *prices = calloc(digest->nr_rows + 1, sizeof(*prices));
	size_t count = 0;
	int ret;

	if (!prices)
		return -ENOMEM;
	for (size_t i = 0; i < digest->nr_rows; i++) {
		const struct row *row = &digest->rows[i];

		if (row->order_bytes > 0 && !strcmp(row->metric, "faults"))
			prices[count++] = price_of(digest, row);
	}
	ret = fault_price_print(prices, count, file, colour);
	free(prices);
	return ret;
}

static int print_advice(const struct digest *digest, FILE *file)
{
	struct advice_row *rows = calloc(digest->nr_rows + 1, sizeof(*rows));
	size_t count = 0;

	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < digest->nr_rows; i++) {
		const struct row *row = &digest->rows[i];

		if (advice_wants(row->cell, row->metric))
			rows[count++] = (struct advice_row){ row->cell, median_of(row) };
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
	for (size_t i = 0; i < digest->nr_rows; i++) {
		free(digest->rows[i].cell);
		free(digest->rows[i].metric);
		free(digest->rows[i].unit);
		free(digest->rows[i].samples);
	}
	for (size_t i = 0; i < digest->nr_remarks; i++) {
		free(digest->remarks[i].what);
		free(digest->remarks[i].first_cell);
	}
	free(digest->rows);
	free(digest->remarks);
	json_decref(digest->index);
}

int digest_print(const char *path, FILE *file, bool colour, struct reason *reason)
{
	struct digest digest = { .index = json_object() };
	int ret = gather(&digest, path, reason);

	if (!ret)
		ret = print_rows(&digest, file, colour);
	if (!ret)
		ret = print_fault_prices(&digest, file, colour);
	if (!ret)
		ret = print_advice(&digest, file);
	if (!ret)
		print_remarks(&digest, file, colour);
	if (ret == -ENOMEM)
		reason_set(reason, ret, "%s: memory ran out", path);
	release(&digest);
	return ret;
}
