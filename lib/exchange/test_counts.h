/*
 * test_counts - counts trials and skipped cells as tests, run by run, for formats of test results: they
 * say how many there are before the first one.
 */
#ifndef EXCHANGE_TEST_COUNTS_H
#define EXCHANGE_TEST_COUNTS_H

#include "exchange/source.h"

/* What one run has: @tests are all of them, @failed the trials without figures. */
struct test_counts {
	uint64_t tests, failed, skipped;
};

struct test_runs {
	struct test_counts *list; /* by the number of the run */
	size_t count;
};

/* Counts those of each run. Returns 0 or -errno with the reason; release the runs in any case. */
int test_runs_count(struct source *source, struct test_runs *ret_runs, struct reason *reason);

void test_runs_release(struct test_runs *runs);

/* Returns @text, or @otherwise where a record does not tell it. */
static inline const char *test_text(const char *text, const char *otherwise)
{
	return text[0] ? text : otherwise;
}

#endif
