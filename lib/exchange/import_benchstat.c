/*
 * Reads the text that benchstat reads and `go test -bench` prints: "key: value" lines that describe
 * what follows, and a line for each repetition: name, iterations, then values with their units. All
 * other lines are ignored, as by benchstat.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "exchange/import.h"

struct parsing {
	struct imported *imported;
	const char *group; /* the package of the last "pkg:" line, or "" */
	char *line; /* cut into words as it is read */
	size_t number;
};

#define EXPECTED_UNITS "expected ns/op, B/op, MB/s or another count/op"

/* Sets the reason "FILE:LINE:COLUMN: …" for the word at @at. */
static int refuse(const struct parsing *reading, const char *at, const char *what,
		  const char *expected)
{
	return reason_set(reading->imported->reason, -EINVAL, "%s:%zu:%zu: %s \"%.60s\", %s",
			  reading->imported->file, reading->number,
			  (size_t)(at - reading->line) + 1, what, at, expected);
}

/* Cuts off the next word; NULL at the end of the line. */
static char *next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t");
	char *end = word + strcspn(word, " \t");

	*rest = *end ? end + 1 : end;
	*end = '\0';
	return *word ? word : NULL;
}

/* ---- units ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

/* Makes a metric's name from a unit, in letters that it may have: "p99-ns/op" is "p99_ns". */
static void name_metric(const char *unit, size_t length, const char *ending, struct text *name)
{
	text_add(name, "%s", isalpha((unsigned char)unit[0]) ? "" : "x");
	for (size_t i = 0; i < length; i++) {
		char c = (char)tolower((unsigned char)unit[i]);

		text_add_bytes(name, isalnum((unsigned char)c) && !(c & 0x80) ? &c : "_", 1);
	}
	text_add(name, "%s", ending);
}

/* Tells whether a unit is a time, but not in ns. Go's tools would compare it, but not as a time. */
static bool is_other_time(const char *unit)
{
	static const char *const times[] = { "us", "\xc2\xb5s", "ms", "s", "sec", "min", "h" };
	const char *dash = strrchr(unit, '-');
	const char *start = dash ? dash + 1 : unit;
	size_t length = strcspn(start, "/");

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (strlen(times[i]) == length && !strncmp(start, times[i], length))
			return true;
	return false;
}

static const struct unit_rule {
	const char *ending; /* the end of the unit as written */
	const char *cut; /* the part that the metric's name leaves out */
	const char *name_ending;
	const char *unit, *better;
	double scale;
} rules[] = {
	{ "-ns/op", "-ns/op", "_ns", "ns", "lower", 1 },
	{ "ns/op", "ns/op", "op_ns", "ns", "lower", 1 },
	{ "B/op", "B/op", "op_bytes", "bytes", "lower", 1 },
	{ "MB/s", "MB/s", "throughput", "bytes/s", "higher", 1e6 },
	{ "/op", "/op", "_per_op", "count", "lower", 1 },
};

static const struct unit_rule *find_rule(const char *unit)
{
	size_t i = 0;

	if (is_other_time(unit))
		return NULL;
	while (i < sizeof(rules) / sizeof(rules[0])) {
		bool is_whole = !strcmp(unit, rules[i].ending);
		bool has_more =
			ends_with(unit, rules[i].ending) && strchr("-/", rules[i].ending[0]);

		if (is_whole ? rules[i].name_ending[0] != '_' : has_more)
			return &rules[i];
		i++;
	}
	return NULL;
}

/* ---- figures ---- */

static bool to_figure(const char *word, double *ret_value)
{
	char *end;
	double value;

	/* strtod() would also take "nan", "infinity" and hexadecimal numbers. */
	if (word[strspn(word, "0123456789.eE+-")] || !strpbrk(word, "0123456789"))
		return false;
	value = strtod(word, &end);
	if (*end || !isfinite(value) || value < 0 || word[0] == '-')
		return false;
	*ret_value = value;
	return true;
}

static int add_figure(const struct parsing *reading, json_t *trial, const char *number,
		      const char *unit, json_t *seen)
{
	const struct unit_rule *rule = unit ? find_rule(unit) : NULL;
	struct imported_metric metric;
	struct text name = { 0 };
	double value;
	int ret = 0;

	if (!to_figure(number, &value))
		return refuse(reading, number, "value", "expected a number from 0 on");
	if (!unit)
		return refuse(reading, number, "no unit behind the value", EXPECTED_UNITS);
	if (!rule)
		return refuse(reading, unit, "unit", EXPECTED_UNITS);
	name_metric(unit, strlen(unit) - strlen(rule->cut), rule->name_ending, &name);
	if (name.failed) {
		ret = -ENOMEM;
	} else if (json_object_get(seen, name.text)) {
		ret = refuse(reading, unit, "unit", "which is on this line already");
	} else {
		metric = (struct imported_metric){ name.text, rule->unit, rule->better };
		json_object_set_new(seen, name.text, json_true());
		imported_sample(trial, &metric, value * rule->scale);
	}
	text_release(&name);
	return ret;
}

static int add_figures(const struct parsing *reading, json_t *trial, char *rest)
{
	json_t *seen = json_object();
	int ret = seen ? 0 : -ENOMEM;
	char *number;

	while (!ret && (number = next_word(&rest)))
		ret = add_figure(reading, trial, number, next_word(&rest), seen);
	if (!ret && !json_object_size(seen))
		ret = json_ran_out()
			      ? -ENOMEM
			      : refuse(reading, reading->line, "no values of", EXPECTED_UNITS);
	json_decref(seen);
	return ret;
}

/* ---- lines ---- */

/*
 * Reads one line of figures. A line of a name alone is ignored: `go test -v` prints it before it
 * runs the benchmark.
 */
static int read_benchmark(const struct parsing *reading)
{
	char *rest = reading->line, *name = next_word(&rest);
	char *iterations = next_word(&rest);
	uint64_t count;
	json_t *trial;

	if (!iterations)
		return 0;
	if (text_to_u64(iterations, &count) || !count)
		return refuse(reading, iterations, "iterations",
			      "expected a whole number from 1 on");
	name += strlen("Benchmark");
	if (!*name)
		return refuse(reading, reading->line, "name", "expected more behind \"Benchmark\"");
	trial = imported_trial(reading->imported, reading->group, name, false);
	return trial ? add_figures(reading, trial, rest) : -ENOMEM;
}

/* Tells whether a line is a setting, "goos: linux": a key in lower case without spaces. */
static bool is_setting(const char *line, size_t *ret_length)
{
	size_t length = strcspn(line, ": \t");

	if (!length || line[length] != ':' || line[0] < 'a' || line[0] > 'z')
		return false;
	for (size_t i = 0; i < length; i++)
		if (isupper((unsigned char)line[i]))
			return false;
	*ret_length = length;
	return true;
}

static void read_setting(struct parsing *reading, size_t length)
{
	char *value = text_trim(reading->line + length + 1);

	reading->line[length] = '\0';
	if (!strcmp(reading->line, "pkg"))
		reading->group = value;
	else if (value[0])
		imported_fact(reading->imported, reading->line, value);
}

static bool is_utf8(const char *line)
{
	json_t *text = json_string(line);

	json_decref(text);
	return text != NULL;
}

static int read_line(struct parsing *reading)
{
	size_t length = strlen(reading->line);

	if (length && reading->line[length - 1] == '\r')
		reading->line[length - 1] = '\0';
	if (!is_utf8(reading->line))
		return json_ran_out() ? -ENOMEM
				      : reason_set(reading->imported->reason, -EINVAL,
						   "%s:%zu:1: is no UTF-8 text",
						   reading->imported->file, reading->number);
	if (text_starts_with(reading->line, "Benchmark"))
		return read_benchmark(reading);
	if (is_setting(reading->line, &length))
		read_setting(reading, length);
	return 0;
}

static int read_benchstat(struct imported *imported, char *text)
{
	struct parsing reading = { .imported = imported, .group = "" };
	int ret = 0;

	while (text && !ret) {
		reading.line = strsep(&text, "\n");
		reading.number++;
		ret = read_line(&reading);
	}
	if (!ret && !json_array_size(imported->trials))
		ret = reason_set(imported->reason, -ENODATA,
				 "%s: has no line like \"BenchmarkName 100 12.3 ns/op\": expected "
				 "the output of go test -bench, not the table that benchstat makes "
				 "of it",
				 imported->file);
	return ret;
}

static bool is_like_benchstat(const json_t *root, const char *text)
{
	return !root && (text_starts_with(text, "Benchmark") || strstr(text, "\nBenchmark"));
}

const struct import_format import_benchstat = {
	.name = "benchstat",
	.summary = "what go test -bench . -count=10 prints",
	.read_text = read_benchstat,
	.is_like = is_like_benchstat,
};
