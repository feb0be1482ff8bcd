#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/bench.h"

size_t bench_nr_params(const struct bench *bench)
{
	size_t count = 0;

	while (bench->params && bench->params[count].name)
		count++;
	return count;
}

size_t bench_nr_metrics(const struct bench *bench)
{
	size_t count = 0;

	while (bench->metrics[count].name)
		count++;
	return count;
}

int bench_param_index(const struct bench *bench, const char *name)
{
	size_t count = bench_nr_params(bench);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(bench->params[i].name, name))
			return (int)i;
	return -1;
}

int bench_metric_index(const struct bench *bench, const char *name)
{
	size_t count = bench_nr_metrics(bench);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(bench->metrics[i].name, name))
			return (int)i;
	return -1;
}

uint64_t bench_number(const struct bench *bench, const struct value *values, const char *name,
		      uint64_t fallback)
{
	int i = bench_param_index(bench, name);

	return i < 0 ? fallback : values[i].number;
}

uint64_t bench_memory_bytes(const struct bench *bench, const struct value *values)
{
	return bench->memory_bytes ? bench->memory_bytes(values)
				   : bench_number(bench, values, "size", 0);
}

const char *bench_word(const struct bench *bench, const struct value *values, const char *name)
{
	int i = bench_param_index(bench, name);

	return i < 0 ? NULL : values[i].word;
}

int bench_runnable(const struct bench *bench, struct reason *reason)
{
	return needs_check(bench->needs, reason);
}

static int check_base_page(const struct param *param, const struct value *value,
			   struct reason *reason)
{
	uint64_t page = memory_page_size();
	char wanted[UNIT_TEXT], least[UNIT_TEXT];

	if ((param->type != &param_size && param->type != &param_chunk) || !(value->number % page))
		return 0;
	return reason_set(reason, SKIPPED, "%s %s is not a multiple of this kernel's page, %s",
			  param->name, size_format(value->number, wanted),
			  size_format(page, least));
}

int bench_check_pages(const struct bench *bench, const struct value *values, struct reason *reason)
{
	int backing = bench_param_index(bench, "backing");
	uint64_t size = bench_number(bench, values, "size", 0);
	char wanted[UNIT_TEXT], page[UNIT_TEXT];
	int ret = 0;

	for (size_t i = 0; bench->params && bench->params[i].name && !ret; i++)
		ret = check_base_page(&bench->params[i], &values[i], reason);
	/* Page size 0: the kernel has no such pages; the backing gives that reason later. */
	if (ret || backing < 0 || !values[backing].number || !(size % values[backing].number))
		return ret;
	return reason_set(reason, SKIPPED, "%s is not a whole number of %s pages",
			  size_format(size, wanted), size_format(values[backing].number, page));
}
