#include <linux/perf_event.h>

#include "measure/perf_event.h"
#include "unit.h"

TEST(event_is_encoded_with_whom_it_counts)
{
	struct perf_event_attr attr;
	struct reason reason = { "" };

	must(!perf_event_encode("cpu-clock:k", &attr, &reason), "%s", reason.text);
	assert_int_equal(attr.type, PERF_TYPE_SOFTWARE);
	assert_int_equal(attr.config, PERF_COUNT_SW_CPU_CLOCK);
	assert_true(attr.exclude_user);
	assert_false(attr.exclude_kernel);
	assert_int_equal(attr.size, sizeof(attr));
}

TEST(event_of_which_a_letter_is_wrong_has_a_suggestion)
{
	static const struct {
		const char *name, *meant;
	} cases[] = {
		{ "cpu-clok", "CPU-CLOCK" },
		{ "page-fault", "PAGE-FAULTS" },
		{ "cicles:k", "CYCLES" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct perf_event_attr attr;
		struct reason reason = { "" };

		assert_int_equal(perf_event_encode(cases[i].name, &attr, &reason), -EINVAL);
		must_contain(reason.text, cases[i].name);
		must_contain(reason.text, "did you mean");
		must_contain(reason.text, cases[i].meant);
	}
}

TEST(name_that_is_like_no_event_has_none)
{
	struct perf_event_attr attr;
	struct reason reason = { "" };

	assert_int_equal(perf_event_encode("zzzzzzzzzzzzzzzzzzzz", &attr, &reason), -EINVAL);
	assert_null(strstr(reason.text, "did you mean"));
	must_contain(reason.text, "perf list");
}

/* The kernel knows no such event, whatever the PMU. */
TEST(event_that_is_missing_is_told_from_one_that_is_refused)
{
	struct perf_event_attr attr = { .size = sizeof(attr),
					.type = PERF_TYPE_HARDWARE,
					.config = 0xff };
	struct reason reason = { "" };
	int fd = perf_event_attach(&attr, -1, &reason);

	assert_true(fd < 0);
	assert_true(reason.text[0]);
	assert_true(perf_event_is_missing(-ENOENT));
	assert_false(perf_event_is_missing(-EACCES));
	assert_false(perf_event_is_missing(-EPERM));
	assert_false(perf_event_is_missing(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(event_is_encoded_with_whom_it_counts),
		cmocka_unit_test(event_of_which_a_letter_is_wrong_has_a_suggestion),
		cmocka_unit_test(name_that_is_like_no_event_has_none),
		cmocka_unit_test(event_that_is_missing_is_told_from_one_that_is_refused),
	};

	return RUN(tests);
}
