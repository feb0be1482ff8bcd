/*
 * boots FOLDER --cell CELL METRIC MEDIAN...: writes the result files of boots that never were.
 *
 * Each boot's median of a cell is MEDIAN, give or take what --spread says that boots differ by, and
 * its samples lie about it by --noise. Drawn from --seed, label and pair: the same call writes the
 * same files, and no two boots of one folder are alike.
 */
#include <errno.h>
#include <libgen.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/units.h"
#include "boot_writer.h"
#include "draw.h"

#define MOST_CELLS 1000

struct made_cell {
	const char *cell, *metric; /* @metric is why, of what was not measured */
	double median;
};

/* A profile that stands behind the trial of its cell, in boots whose number is at most --profiled. */
struct made_profiles {
	struct boot_profile_text list[MOST_CELLS];
	size_t count;
};

struct made_cells {
	struct made_cell list[MOST_CELLS];
	size_t count;
};

static struct wanted {
	const char *folder, *label, *kernel, *timing, *version, *unit, *better;
	json_t *placement, *run;
	struct made_cells cells, skips, failed, invalid;
	struct made_profiles profiles;
	struct boot_profile_text profile; /* what all profiles have in common */
	double profiled, operations, interrupts, idle_ns;
	double boots, first, position, samples, seed, spread, noise;
	bool no_series, per_size;
} wanted = { .boots = 8, .first = 1, .samples = 9, .seed = 1, .spread = 0.003, .noise = 0.002 };

/* ---- options ---- */

static void set_text(void *at, char **words)
{
	*(const char **)at = words[0];
}

static void set_number(void *at, char **words)
{
	*(double *)at = strtod(words[0], NULL);
}

static void set_flag(void *at, char **words)
{
	(void)words;
	*(bool *)at = true;
}

static void set_json(void *at, char **words)
{
	*(json_t **)at = boot_parse(words[0]);
}

static void add_json(void *at, char **words)
{
	json_t *more = boot_parse(words[0]), **whole = at;

	if (*whole && json_object_update_recursive(*whole, more))
		abort();
	if (*whole)
		json_decref(more);
	else
		*whole = more;
}

static void add_cell(struct made_cells *cells, const char *cell, const char *metric, double median)
{
	if (cells->count == MOST_CELLS)
		abort();
	cells->list[cells->count++] = (struct made_cell){ cell, metric, median };
}

/* A number, or a product: "16e3*1.1". */
static double product_of(const char *text)
{
	double product = 1;
	char *end;

	for (const char *at = text;; at = end + 1) {
		product *= strtod(at, &end);
		if (*end != '*')
			return product;
	}
}

static void add_measured(void *at, char **words)
{
	add_cell(at, words[0], words[1], product_of(words[2]));
}

static void add_unmeasured(void *at, char **words)
{
	add_cell(at, words[0], words[1], 0);
}

static void add_profile(void *at, char **words)
{
	struct made_profiles *profiles = at;

	if (profiles->count == MOST_CELLS)
		abort();
	profiles->list[profiles->count++] = (struct boot_profile_text){ .cell = words[0],
									.metric = words[1],
									.stacks = words[2] };
}

static const struct {
	const char *name;
	int nr_words;
	void (*take)(void *at, char **words);
	void *at;
} options[] = {
	{ "--cell", 3, add_measured, &wanted.cells }, /* CELL METRIC MEDIAN */
	{ "--skip", 2, add_unmeasured, &wanted.skips }, /* CELL REASON, and so for the next two */
	{ "--failed", 2, add_unmeasured, &wanted.failed },
	{ "--invalid", 2, add_unmeasured, &wanted.invalid },
	{ "--profile", 3, add_profile, &wanted.profiles }, /* CELL METRIC "STACK=SELF/CALLS ..." */
	{ "--profiled", 1, set_number,
	  &wanted.profiled }, /* boots that have them; all if left out */
	{ "--profile-source", 1, set_text,
	  &wanted.profile.source }, /* of all profiles, as the next */
	{ "--profile-event", 1, set_text, &wanted.profile.event },
	{ "--profile-unit", 1, set_text, &wanted.profile.unit },
	{ "--profile-kernel", 1, set_text, &wanted.profile.kernel },
	{ "--profile-boot", 1, set_text, &wanted.profile.boot_id },
	{ "--operations", 1, set_number, &wanted.operations },
	{ "--interrupts", 1, set_number, &wanted.interrupts },
	{ "--idle", 1, set_number, &wanted.idle_ns },
	{ "--label", 1, set_text, &wanted.label },
	{ "--kernel", 1, set_text, &wanted.kernel }, /* the label, if left out */
	{ "--boots", 1, set_number, &wanted.boots },
	{ "--first", 1, set_number, &wanted.first }, /* number of the first boot */
	{ "--position", 1, set_number, &wanted.position },
	{ "--spread", 1, set_number, &wanted.spread }, /* of boots, in logs */
	{ "--noise", 1, set_number, &wanted.noise }, /* of samples */
	{ "--samples", 1, set_number, &wanted.samples },
	{ "--seed", 1, set_number, &wanted.seed },
	{ "--timing", 1, set_text, &wanted.timing },
	{ "--version", 1, set_text, &wanted.version },
	{ "--no-series", 0, set_flag, &wanted.no_series },
	{ "--per-size", 0, set_flag,
	  &wanted.per_size }, /* all metrics are of all of the cell's size */
	{ "--unit", 1, set_text, &wanted.unit }, /* of all metrics */
	{ "--better", 1, set_text, &wanted.better },
	{ "--placement", 1, set_json, &wanted.placement },
	{ "--run", 1, add_json, &wanted.run }, /* members that take the place of the run record's */
};

#define NR_OPTIONS (sizeof(options) / sizeof(options[0]))

static void usage(const char *word)
{
	fprintf(stderr, "boots: what about \"%s\"? usage: boots FOLDER, then:\n", word);
	for (size_t i = 0; i < NR_OPTIONS; i++)
		fprintf(stderr, "  %s, %d words\n", options[i].name, options[i].nr_words);
	exit(2);
}

static void take_options(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		size_t o = 0;

		if (argv[i][0] != '-' && !wanted.folder) {
			wanted.folder = argv[i];
			continue;
		}
		while (o < NR_OPTIONS && strcmp(argv[i], options[o].name))
			o++;
		if (o == NR_OPTIONS || argc - i <= options[o].nr_words)
			usage(argv[i]);
		options[o].take(options[o].at, &argv[i + 1]);
		i += options[o].nr_words;
	}
	if (!wanted.folder)
		usage("");
}

/* ---- records ---- */

/* One of the parts of a cell's name, as its trials would record it. */
static void add_param(json_t *params, const char *name, const char *value)
{
	char key[64], *end;
	long long number = strtoll(value, &end, 10);
	uint64_t bytes;

	if (!strcmp(name, "placement"))
		return;
	if ((!strcmp(name, "size") || !strcmp(name, "chunk")) && !size_parse(value, &bytes)) {
		snprintf(key, sizeof(key), "%s_bytes", name);
		json_object_set_new(params, key, json_integer((json_int_t)bytes));
	} else {
		json_object_set_new(params, name,
				    *value && !*end ? json_integer(number) : json_string(value));
	}
}

static json_t *params_of(const char *cell)
{
	json_t *params = json_object();
	char *text = strdup(cell), *rest = text, *part;

	strsep(&rest, "/");
	while ((part = strsep(&rest, "/")) != NULL) {
		const char *name = strsep(&part, "=");

		add_param(params, name, part ? part : "");
	}
	free(text);
	return params;
}

/* All that a boot's luck is drawn from. */
static struct random chance_of(int number)
{
	uint64_t hash = 14695981039346656037u;

	for (const char *at = wanted.label ? wanted.label : ""; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	return random_seeded(hash ^ (uint64_t)wanted.seed, (uint64_t)number);
}

/* Six digits of it, as a tool would print. */
static json_t *rounded(double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.6g", value);
	return json_real(strtod(text, NULL));
}

static json_t *draw_samples(struct random *chance, double median)
{
	double middle = median * (1 + wanted.spread * draw_normal(chance));
	json_t *samples = json_array();

	for (int i = 0; i < (int)wanted.samples; i++)
		json_array_append_new(samples,
				      rounded(middle * (1 + wanted.noise * draw_normal(chance))));
	return samples;
}

static void place(json_t *trial)
{
	if (wanted.placement)
		json_object_update(json_object_get(trial, "placement"), wanted.placement);
}

static void write_profiles(FILE *file, const char *cell)
{
	for (size_t i = 0; i < wanted.profiles.count; i++) {
		struct boot_profile_text text = wanted.profile;

		if (strcmp(wanted.profiles.list[i].cell, cell) != 0)
			continue;
		text.cell = cell;
		text.metric = wanted.profiles.list[i].metric;
		text.stacks = wanted.profiles.list[i].stacks;
		text.operations = (int)wanted.operations;
		text.interrupts = (int)wanted.interrupts;
		text.idle_ns = (int)wanted.idle_ns;
		boot_profile(file, &text);
	}
}

/* Writes the trial of cell @first with all the metrics that were asked for; returns how many. */
static size_t write_cell(FILE *file, size_t first, bool profiled, struct random *chance)
{
	const struct made_cell *cells = wanted.cells.list;
	const char *cell = cells[first].cell;
	json_t *trial = boot_trial_ok(cell, params_of(cell), (size_t)wanted.samples);
	size_t next = first;

	place(trial);
	json_object_set_new(trial, "verified",
			    boot_parse("{\"pages\":{\"4096\":1},\"node_bytes\":{\"0\":4096},"
				       "\"proof\":\"pagemap\"}"));
	for (; next < wanted.cells.count && !strcmp(cells[next].cell, cell); next++)
		boot_trial_measured(trial,
				    &(struct boot_metric_text){
					    .name = cells[next].metric,
					    .unit = wanted.unit,
					    .better = wanted.better ? wanted.better : "lower",
					    .per_size = wanted.per_size,
					    .samples = draw_samples(chance, cells[next].median) });
	boot_write(file, trial);
	if (profiled)
		write_profiles(file, cell);
	return next - first;
}

static void write_mishaps(FILE *file, const struct made_cells *cells, const char *status)
{
	for (size_t i = 0; i < cells->count; i++) {
		const char *cell = cells->list[i].cell;
		json_t *trial =
			boot_mishap_begin(cell, params_of(cell), status, cells->list[i].metric);

		place(trial);
		boot_write(file, trial);
	}
}

static FILE *begin_boot(int number)
{
	char path[4096], id[256], started[64], *folder = strdup(wanted.folder);
	FILE *file;

	snprintf(path, sizeof(path), "%s/boot-%02d.jsonl", wanted.folder, number);
	snprintf(id, sizeof(id), "%s-%d-%.0f", basename(folder), number, wanted.seed);
	snprintf(started, sizeof(started), "2026-01-01T%02d:%02d:00Z", number / 60, number % 60);
	file = boot_begin(path,
			  &(struct boot_file){ .label = wanted.label ? wanted.label : wanted.kernel,
					       .kernel = wanted.kernel,
					       .timing = wanted.timing,
					       .version = wanted.version,
					       .boot_id = id,
					       .run_id = id,
					       .started = started,
					       .pair = wanted.no_series ? 0 : number,
					       .position = (int)wanted.position,
					       .more = wanted.run });
	free(folder);
	return file;
}

static void write_boot_of(int number)
{
	struct random chance = chance_of(number);
	FILE *file = begin_boot(number);
	size_t trials = 0;

	for (size_t i = 0; i < wanted.cells.count; trials++)
		i += write_cell(file, i, !wanted.profiled || number <= (int)wanted.profiled,
				&chance);
	write_mishaps(file, &wanted.failed, "failed");
	write_mishaps(file, &wanted.invalid, "invalid");
	for (size_t i = 0; i < wanted.skips.count; i++)
		boot_skip(file, wanted.skips.list[i].cell, wanted.skips.list[i].metric);
	boot_end_counted(file, trials, wanted.skips.count, wanted.failed.count);
}

int main(int argc, char **argv)
{
	take_options(argc, argv);
	if (mkdir(wanted.folder, 0755) && errno != EEXIST) {
		fprintf(stderr, "boots: %s: %s\n", wanted.folder, strerror(errno));
		return 1;
	}
	for (int i = 0; i < (int)wanted.boots; i++)
		write_boot_of((int)wanted.first + i);
	return 0;
}
