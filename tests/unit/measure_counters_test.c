#include <sys/mman.h>

#include "base/file.h"
#include "host/memory.h"
#include "measure/counters.h"
#include "unit.h"

#define FAULTS "PERF_COUNT_SW_PAGE_FAULTS"
#define SWITCHES "PERF_COUNT_SW_CONTEXT_SWITCHES"

static void touch(size_t pages)
{
	size_t bytes = pages * memory_page_size();
	char *memory =
		mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	madvise(memory, bytes, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < pages; i++)
		*(volatile char *)(memory + i * memory_page_size()) = 1;
	munmap(memory, bytes);
}

TEST(names_that_libpfm4_knows_are_taken)
{
	struct reason reason = { "" };

	must(!counters_check(FAULTS, &reason), "%s", reason.text);
	must(!counters_check(SWITCHES, &reason), "%s", reason.text);
}

TEST(bad_name_is_refused_and_named)
{
	static const char *const names[] = { "no_such_event", "PERF_COUNT_SW_NOTHING", ":k",
					     "x:y:z" };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct reason reason = { "" };

		must(counters_check(names[i], &reason) == -EINVAL, "\"%s\" was taken", names[i]);
		must_contain(reason.text, names[i]);
	}
}

TEST(page_faults_are_counted_between_start_and_stop)
{
	static const char *const names[] = { FAULTS };
	struct counters counters;
	uint64_t first;

	counters_open(&counters, names, 1);
	if (counters.list[0].fd < 0) {
		counters_close(&counters);
		skip_because("%s", counters.list[0].reason.text);
	}
	touch(1000);
	counters_start(&counters);
	touch(100);
	counters_stop(&counters);
	touch(1000);
	assert_string_equal(counters.list[0].reason.text, "");
	first = counters.list[0].value;
	must(first >= 100 && first < 1000, "100 pages took %llu faults", (unsigned long long)first);
	assert_true(counters.list[0].enabled_ns > 0);
	assert_true(counters.list[0].running_ns <= counters.list[0].enabled_ns);
	/* Each start begins at zero. */
	counters_start(&counters);
	touch(10);
	counters_stop(&counters);
	assert_true(counters.list[0].value >= 10 && counters.list[0].value < 100);
	counters_close(&counters);
	assert_int_equal(counters.count, 0);
}

TEST(counter_that_cannot_be_had_has_a_reason_and_leaves_the_others_alone)
{
	static const char *const names[] = { "no_such_event", FAULTS, "nor_this_one", SWITCHES };
	struct counters counters;

	counters_open(&counters, names, COUNT(names));
	assert_int_equal(counters.count, COUNT(names));
	counters_start(&counters);
	touch(100);
	counters_stop(&counters);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct counter *counter = &counters.list[i];

		assert_string_equal(counter->name, names[i]);
		must((counter->fd < 0) == (counter->reason.text[0] != '\0'),
		     "%s has a value and a reason, or neither", names[i]);
	}
	must_contain(counters.list[0].reason.text, "no_such_event");
	must_contain(counters.list[2].reason.text, "nor_this_one");
	if (counters.list[1].fd >= 0)
		assert_true(counters.list[1].value >= 100);
	counters_close(&counters);
}

/* Whatever the machine: instructions are counted, or there is a reason to read. */
TEST(hardware_counter_has_a_value_or_a_reason)
{
	static const char *const names[] = { "instructions:k", "cycles:k" };
	struct counters counters;

	counters_open(&counters, names, COUNT(names));
	counters_start(&counters);
	touch(100);
	counters_stop(&counters);
	for (size_t i = 0; i < COUNT(names); i++)
		if (!counters.list[i].reason.text[0])
			must(counters.list[i].value > 0, "%s counted nothing", names[i]);
		else
			must(strlen(counters.list[i].reason.text) > 20, "%s: %s", names[i],
			     counters.list[i].reason.text);
	counters_close(&counters);
}

static int open_as_nobody(void *argument)
{
	static const char *const names[] = { SWITCHES ":k" };
	struct counters counters;

	(void)argument;
	if (geteuid() == 0 && setuid(65534))
		return 1;
	counters_open(&counters, names, 1);
	if (counters.list[0].fd >= 0)
		return 2;
	return strstr(counters.list[0].reason.text, "perf_event_paranoid") ? 0 : 3;
}

TEST(one_who_is_not_allowed_is_told_the_way_out)
{
	char level[16] = "";

	not_emulated("has no perf events");

	file_read(level, sizeof(level), "/proc/sys/kernel/perf_event_paranoid");
	if (atoi(level) < 2)
		skip_because("perf_event_paranoid is %s: everybody may count", level);
	assert_int_equal(in_child(open_as_nobody, NULL), 0);
}

TEST(more_counters_than_there_is_room_for_are_left_out)
{
	const char *names[COUNTERS_MAX + 3];
	struct counters counters;

	for (size_t i = 0; i < COUNT(names); i++)
		names[i] = FAULTS;
	counters_open(&counters, names, COUNT(names));
	assert_int_equal(counters.count, COUNTERS_MAX);
	counters_close(&counters);
}

TEST(no_counters_are_fine)
{
	struct counters counters;

	counters_open(&counters, NULL, 0);
	counters_start(&counters);
	counters_stop(&counters);
	counters_close(&counters);
	assert_int_equal(counters.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_libpfm4_knows_are_taken),
		cmocka_unit_test(bad_name_is_refused_and_named),
		cmocka_unit_test(page_faults_are_counted_between_start_and_stop),
		cmocka_unit_test(
			counter_that_cannot_be_had_has_a_reason_and_leaves_the_others_alone),
		cmocka_unit_test(hardware_counter_has_a_value_or_a_reason),
		cmocka_unit_test(one_who_is_not_allowed_is_told_the_way_out),
		cmocka_unit_test(more_counters_than_there_is_room_for_are_left_out),
		cmocka_unit_test(no_counters_are_fine),
	};

	return RUN(tests);
}
