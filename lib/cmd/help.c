#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "cmd/command.h"
#include "measure/registry.h"
#include "mem/backing.h"

static void print_overview(void)
{
	printf("dmabench - what it costs Linux to give a device memory\n\nUsage:\n");
	for (const struct command *const *command = commands; *command; command++)
		printf("  dmabench %-10s %s\n", (*command)->name, (*command)->summary);
	printf("\nBenchmarks:\n");
	for (const struct bench *const *bench = benches; *bench; bench++)
		printf("  %-19s %s\n", (*bench)->name, (*bench)->summary);
	printf("\n`dmabench help COMMAND` or `dmabench help BENCH` tells more; `dmabench "
	       "--version`\n"
	       "tells which one this is. Sizes are written 4K, 2MiB or 16G, times 500ms or 10m.\n");
}

static void print_command(const struct command *command)
{
	printf("dmabench %s\n\n%s.\n", command->usage, command->summary);
	if (command->details)
		printf("\n%s\n", command->details);
	if (command->print_more)
		command->print_more();
	if (command->options && command->options->name) {
		printf("\nOptions:\n");
		args_print_options(command->options);
	}
}

static int wider(int width, const char *name)
{
	int length = (int)strlen(name);

	return length > width ? length : width;
}

static void print_params(const struct bench *bench)
{
	char values[160];
	int width = 0;

	for (size_t i = 0; i < bench_nr_params(bench); i++)
		width = wider(width, bench->params[i].name);
	printf("Parameters (--set name=value[,value...], or in a config):\n");
	for (size_t i = 0; i < bench_nr_params(bench); i++) {
		const struct param *param = &bench->params[i];

		param_describe(param, values, sizeof(values));
		printf("  %-*s %s\n  %-*s %s; default %s\n", width, param->name, param->help, width,
		       "", values, param->fallback);
	}
}

static void print_metrics(const struct bench *bench)
{
	int width = 0;

	for (size_t i = 0; i < bench_nr_metrics(bench); i++)
		width = wider(width, bench->metrics[i].name);
	printf("Metrics:\n");
	for (size_t i = 0; i < bench_nr_metrics(bench); i++)
		printf("  %-*s %s (%s, %s is better)\n", width, bench->metrics[i].name,
		       bench->metrics[i].help, bench->metrics[i].unit, bench->metrics[i].better);
}

static void print_bench(const struct bench *bench)
{
	printf("%s - %s\n\n%s\n\n", bench->name, bench->summary, bench->details);
	print_params(bench);
	printf("\n");
	print_metrics(bench);
	printf("\nTimed iterations a trial: %u, unless a config says otherwise.\n",
	       bench->iterations);
}

static void print_backings(void)
{
	struct backing list[BACKING_MAX];
	size_t count = backing_list(list);

	printf("Backings that this kernel offers:\n");
	for (size_t i = 0; i < count; i++) {
		char size[UNIT_TEXT];

		printf("  %-18s pages of %s\n", list[i].name,
		       size_format(list[i].page_bytes, size));
	}
}

static int unknown_topic(const char *topic)
{
	const char *topics[96];
	size_t count = 0;

	for (const char *const *name = command_names(); *name; name++)
		topics[count++] = *name;
	for (const char *const *name = bench_names(); *name && count < 94; name++)
		topics[count++] = *name;
	topics[count++] = "backings";
	topics[count] = NULL;
	return command_unknown("topic", topic, topics);
}

static int help_run(const struct command *self, int argc, char **argv)
{
	struct args_list words = { .count = 0 };

	if (!args_parse(argc, argv, self->options, &words, 1))
		return EXIT_USAGE;
	if (!words.count)
		print_overview();
	else if (command_find(words.items[0]))
		print_command(command_find(words.items[0]));
	else if (bench_find(words.items[0]))
		print_bench(bench_find(words.items[0]));
	else if (!strcmp(words.items[0], "backings"))
		print_backings();
	else
		return unknown_topic(words.items[0]);
	return EXIT_DONE;
}

static const struct option_spec options[] = { { .name = NULL } };

const struct command command_help = {
	.name = "help",
	.usage = "help [COMMAND | BENCH | backings]",
	.summary = "explain a command, a benchmark, or the kinds of memory",
	.options = options,
	.run = help_run,
};
