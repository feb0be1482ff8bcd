/*
 * Reads the JSON of google-benchmark: each entry of run_type "iteration" is a repetition, which is
 * a sample. Aggregates are ignored, since the repetitions hold all that they tell; a benchmark that
 * has only aggregates is refused.
 */
#include <errno.h>
#include <string.h>

#include "base/json.h"
#include "exchange/import.h"

static const struct {
	const char *name;
	double in_ns;
} time_units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };

static int find_unit(const struct imported *imported, const json_t *entry, size_t i,
		     double *ret_in_ns)
{
	json_t *unit = json_object_get(entry, "time_unit");
	const char *name = json_string_value(unit);

	for (size_t j = 0; name && j < sizeof(time_units) / sizeof(time_units[0]); j++)
		if (!strcmp(time_units[j].name, name)) {
			*ret_in_ns = time_units[j].in_ns;
			return 0;
		}
	return imported_refuse(imported, unit, "ns, us, ms or s", "benchmarks[%zu].time_unit", i);
}

/* Adds an entry's times. A CPU time that equals the wall time was not measured, and is left out. */
static int add_times(const struct imported *imported, json_t *trial, const json_t *entry, size_t i)
{
	static const struct imported_metric real = { "real_time_ns", "ns", "lower" };
	static const struct imported_metric cpu = { "cpu_time_ns", "ns", "lower" };
	json_t *real_time = json_object_get(entry, "real_time");
	json_t *cpu_time = json_object_get(entry, "cpu_time");
	double in_ns = 0;
	int ret = find_unit(imported, entry, i, &in_ns);

	if (ret)
		return ret;
	if (!imported_is_figure(real_time))
		return imported_refuse(imported, real_time, "a number from 0 on",
				       "benchmarks[%zu].real_time", i);
	if (cpu_time && !imported_is_figure(cpu_time))
		return imported_refuse(imported, cpu_time, "a number from 0 on",
				       "benchmarks[%zu].cpu_time", i);
	imported_sample(trial, &real, json_number_value(real_time) * in_ns);
	if (cpu_time && !json_equal(real_time, cpu_time))
		imported_sample(trial, &cpu, json_number_value(cpu_time) * in_ns);
	return 0;
}

static int add_repetition(struct imported *imported, const char *name, const json_t *entry,
			  size_t i)
{
	/* Members that mark an entry without times, and those that hold the cause. */
	static const char *const flags[] = { "error_occurred", "skipped" };
	static const char *const words[] = { "error_message", "skip_message" };
	json_t *trial = imported_trial(imported, "", name, false);

	if (!trial)
		return -ENOMEM;
	for (size_t j = 0; j < sizeof(flags) / sizeof(flags[0]); j++) {
		const char *why = json_string_value(json_object_get(entry, words[j]));

		if (!json_is_true(json_object_get(entry, flags[j])))
			continue;
		imported_failed(trial, why ? why : "");
		return 0;
	}
	return add_times(imported, trial, entry, i);
}

static const char *name_of(const json_t *entry)
{
	json_t *name = json_object_get(entry, "run_name");

	return json_string_value(name ? name : json_object_get(entry, "name"));
}

static int add_entry(struct imported *imported, const json_t *entry, size_t i, json_t *repeated)
{
	json_t *type = json_object_get(entry, "run_type");
	const char *word = json_string_value(type), *name = name_of(entry);

	if (!json_is_object(entry))
		return imported_refuse(imported, entry, "an object", "benchmarks[%zu]", i);
	if (!name || !name[0])
		return imported_refuse(imported, json_object_get(entry, "name"),
				       "the name of a benchmark", "benchmarks[%zu].name", i);
	if (!word || (strcmp(word, "iteration") != 0 && strcmp(word, "aggregate") != 0))
		return imported_refuse(imported, type,
				       "iteration or aggregate (google-benchmark 1.5 or newer)",
				       "benchmarks[%zu].run_type", i);
	if (!strcmp(word, "aggregate"))
		return 0;
	json_object_set_new(repeated, name, json_true());
	return add_repetition(imported, name, entry, i);
}

/* Refuses aggregates without repetitions: figures cannot be judged without their spread. */
static int check_aggregates(const struct imported *imported, const json_t *list,
			    const json_t *repeated)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
		if (!json_object_get(repeated, name_of(entry)))
			return reason_set(imported->reason, -EINVAL,
					  "%s: benchmarks[%zu]: %.80s has aggregates only: run it "
					  "again with --benchmark_repetitions=10 and "
					  "--benchmark_report_aggregates_only=false",
					  imported->file, i, name_of(entry));
	return 0;
}

static void add_context(struct imported *imported, const json_t *context)
{
	static const char *const facts[] = { "date", "executable", "library_version",
					     "library_build_type" };
	json_t *cpus = json_object_get(context, "num_cpus");

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *value = json_string_value(json_object_get(context, facts[i]));

		if (value)
			imported_fact(imported, facts[i], value);
	}
	if (json_integer_value(cpus) > 0)
		json_object_set_new(json_object_get(imported->run, "host"), "cpu",
				    json_pack("{s:O}", "count", cpus));
}

static int read_google(struct imported *imported, json_t *root)
{
	json_t *list = json_object_get(root, "benchmarks"), *entry;
	json_t *repeated = json_object();
	int ret = repeated ? 0 : -ENOMEM;
	size_t i;

	if (!ret && !json_is_array(list))
		ret = imported_refuse(imported, list, "a list", "benchmarks");
	add_context(imported, json_object_get(root, "context"));
	json_array_foreach(list, i, entry) {
		if (!ret)
			ret = add_entry(imported, entry, i, repeated);
	}
	if (!ret && json_ran_out())
		ret = -ENOMEM;
	if (!ret)
		ret = check_aggregates(imported, list, repeated);
	json_decref(repeated);
	return ret;
}

static bool is_like_google(const json_t *root, const char *text)
{
	(void)text;
	return json_object_get(root, "benchmarks") != NULL;
}

const struct import_format import_google_benchmark = {
	.name = "google-benchmark",
	.summary = "JSON, made with --benchmark_repetitions=10",
	.read_json = read_google,
	.is_like = is_like_google,
};
