#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"
#include "exchange/test_counts.h"

static int add_run(struct test_runs *runs)
{
	struct test_counts *list = grow(runs->list, runs->count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	runs->list = list;
	runs->list[runs->count++] = (struct test_counts){ .tests = 0 };
	return 0;
}

static int count_record(void *state, const struct source_record *record, struct reason *reason)
{
	struct test_runs *runs = state;
	struct test_counts *run;

	(void)reason;
	if (record->kind == SOURCE_RUN)
		return add_run(runs);
	run = &runs->list[record->nr_run];
	run->tests += record->kind == SOURCE_TRIAL || record->kind == SOURCE_SKIP;
	run->failed += record->kind == SOURCE_TRIAL && !record->has_figures;
	run->skipped += record->kind == SOURCE_SKIP;
	return 0;
}

int test_runs_count(struct source *source, struct test_runs *ret_runs, struct reason *reason)
{
	*ret_runs = (struct test_runs){ .list = NULL };
	return source_each(source, count_record, ret_runs, reason);
}

void test_runs_release(struct test_runs *runs)
{
	free(runs->list);
	*runs = (struct test_runs){ .list = NULL };
}
