#include <stdio.h>

#include <jansson.h>

#include "base/log.h"
#include "cmd/command.h"
#include "measure/registry.h"
#include "table/table.h"

static bool as_json;

static const struct option_spec options[] = {
	{ .name = "--json", .flag = &as_json, .help = "one JSON document on stdout" },
	{ .name = NULL },
};

static json_t *describe_params(const struct bench *bench)
{
	json_t *params = json_array();

	for (size_t i = 0; i < bench_nr_params(bench); i++) {
		const struct param *param = &bench->params[i];
		json_t *choices = json_array();

		for (size_t j = 0; param->choices && param->choices[j]; j++)
			json_array_append_new(choices, json_string(param->choices[j]));
		json_array_append_new(params, json_pack("{s:s, s:s, s:s, s:s, s:o}", "name",
							param->name, "type", param->type->name,
							"default", param->fallback, "help",
							param->help, "choices", choices));
	}
	return params;
}

static json_t *describe_metrics(const struct bench *bench)
{
	json_t *metrics = json_array();

	for (size_t i = 0; i < bench_nr_metrics(bench); i++)
		json_array_append_new(metrics, json_pack("{s:s, s:s, s:s, s:s}", "name",
							 bench->metrics[i].name, "unit",
							 bench->metrics[i].unit, "better",
							 bench->metrics[i].better, "help",
							 bench->metrics[i].help));
	return metrics;
}

static void print_json(void)
{
	json_t *list = json_array();

	for (const struct bench *const *bench = benches; *bench; bench++) {
		struct reason reason;
		int ret = bench_runnable(*bench, &reason);
		json_t *one =
			json_pack("{s:s, s:s, s:o, s:o, s:b}", "name", (*bench)->name, "summary",
				  (*bench)->summary, "metrics", describe_metrics(*bench), "params",
				  describe_params(*bench), "runnable", !ret);

		if (ret)
			json_object_set_new(one, "reason", json_string(reason.text));
		json_array_append_new(list, one);
	}
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
}

static void print_table(void)
{
	struct table table = { 0 };

	table_column(&table, "benchmark", TABLE_LEFT);
	table_column(&table, "here", TABLE_LEFT);
	table_column(&table, "what it measures", TABLE_LEFT);
	for (const struct bench *const *bench = benches; *bench; bench++) {
		struct reason reason;
		int ret = bench_runnable(*bench, &reason);

		table_row(&table);
		table_cell(&table, 0, "%s", (*bench)->name);
		table_cell(&table, 1, "%s", ret ? "no" : "yes");
		table_cell(&table, 2, "%s%s%s%s", (*bench)->summary, ret ? " [" : "",
			   ret ? reason.text : "", ret ? "]" : "");
	}
	table_print(&table, stdout, log_wants_colour(1));
	table_release(&table);
}

static int list_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };

	if (!args_parse(argc, argv, self->options, &words, 0))
		return EXIT_USAGE;
	if (as_json)
		print_json();
	else
		print_table();
	return EXIT_DONE;
}

const struct command command_list = {
	.name = "list",
	.usage = "list [--json]",
	.summary = "what can be measured, and whether it can run here, else why not",
	.options = options,
	.run = list_run,
};
