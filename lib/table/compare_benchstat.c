/*
 * Prints a comparison in Go's benchmark format, for `benchstat -col /kernel FILE` or -col kernel.
 *
 * A line is a boot, whose value is the median of its samples: so benchstat's n counts boots, too.
 * benchstat knows nothing of pairs, and its verdicts differ from ours.
 */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "result/cell_name.h"
#include "table/compare_formats.h"

/* Returns the unit as Go spells it; NULL if Go does not have it. */
static const char *go_unit(const char *unit)
{
	return !strcmp(unit, "ns") ? "ns/op" : !strcmp(unit, "bytes") ? "B/op" : NULL;
}

/* Prints text as one word, which a name in Go must be. */
static void print_word(FILE *file, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		fputc(isgraph(c) ? c : '_', file);
	}
}

/*
 * Prints "vfio-map" as BenchmarkVfioMap: Go requires upper case behind "Benchmark", and takes a '-'
 * before a number for a number of CPUs.
 */
static void print_bench(FILE *file, const char *cell, size_t length)
{
	bool upper = true;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)cell[i];

		if (isalnum(c))
			fputc(upper ? toupper(c) : c, file);
		upper = !isalnum(c);
	}
}

static void print_unit(FILE *file, const struct row *row)
{
	const char *unit = go_unit(row->unit);

	if (unit) {
		fputs(unit, file);
		return;
	}
	print_word(file, row->unit, strlen(row->unit));
	fputs("/op", file);
}

static void print_boot(FILE *file, const struct row *row, double value, size_t samples)
{
	size_t bench = cell_bench_length(row->cell);

	fputs("Benchmark", file);
	print_bench(file, row->cell, bench);
	print_word(file, row->cell + bench, strlen(row->cell + bench));
	fputs("/metric=", file);
	print_word(file, row->metric, strlen(row->metric));
	fprintf(file, " %zu %.10g ", samples, value);
	print_unit(file, row);
	fputc('\n', file);
}

static bool has_unit_before(const struct comparison *comparison, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (!strcmp(comparison->rows[i].unit, comparison->rows[row].unit))
			return true;
	return false;
}

/* Prints for each unit that Go does not know whether less is better. */
static void print_units(FILE *file, const struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		if (go_unit(row->unit) || has_unit_before(comparison, i))
			continue;
		fputs("Unit ", file);
		print_unit(file, row);
		fprintf(file, " better=%s\n", row->higher_is_better ? "higher" : "lower");
	}
}

static void print_side(FILE *file, const struct comparison *comparison, size_t number)
{
	const struct side *side = &comparison->sides->list[number];
	char label[256];

	fprintf(file, "kernel: %s\n", text_plain(side->label, label, sizeof(label)));
	for (size_t i = 0; i < comparison->nr_rows; i++) {
		const struct row *row = &comparison->rows[i];

		for (size_t j = 0; j < side->nr_boots; j++) {
			double value = comparison_value(comparison, row, number, j);

			if (isfinite(value))
				print_boot(file, row, value,
					   row->sides[number].samples / row->sides[number].boots);
		}
	}
}

int compare_benchstat_print(const struct comparison *comparison, FILE *file, bool colour,
			    struct reason *reason)
{
	(void)colour, (void)reason;
	fprintf(file, "timing: %s\n", comparison->icount ? "icount" : "wall");
	print_units(file, comparison);
	for (size_t i = 0; i < comparison->sides->count; i++)
		print_side(file, comparison, i);
	return 0;
}
