#include "base/clocksource.h"
#include "base/units.h"
#include "unit.h"

/* What a kernel says at a time after its boot, until the next row. */
struct answer {
	uint64_t from_ns;
	const char *current, *available;
};

static char folder[] = "/tmp/clocksource-XXXXXX";
static const struct answer *answers;
static size_t nr_answers;
static uint64_t now_ns, slept_ns;

static void write_answer(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!text) {
		unlink(path);
		return;
	}
	file = fopen(path, "we");
	assert_non_null(file);
	/* The kernel ends the list, and no single name, with a space. */
	fprintf(file, "%s%s\n", text, name[0] == 'a' ? " " : "");
	fclose(file);
}

static void show(void)
{
	size_t at = 0;

	while (at + 1 < nr_answers && now_ns >= answers[at + 1].from_ns)
		at++;
	write_answer("current_clocksource", answers[at].current);
	write_answer("available_clocksource", answers[at].available);
}

static uint64_t fake_uptime(void)
{
	return now_ns;
}

static void fake_sleep(uint64_t ns)
{
	now_ns += ns;
	slept_ns += ns;
	show();
}

static const struct clocksource_kernel kernel = { folder, fake_uptime, fake_sleep };

/* Asks a kernel at a time after its boot. */
static const char *ask_at(uint64_t uptime, bool invariant, const struct answer *list, size_t count)
{
	answers = list;
	nr_answers = count;
	now_ns = uptime;
	slept_ns = 0;
	show();
	return clocksource_tsc_unfit(&kernel, invariant);
}

#define ASK_AT(uptime, invariant, list) ask_at(uptime, invariant, list, COUNT(list))

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	write_answer("current_clocksource", NULL);
	write_answer("available_clocksource", NULL);
	return rmdir(folder);
}

/* As a PC boots: between the early source and the final one neither is listed. */
static const struct answer booting[] = {
	{ 0, "tsc-early", "tsc-early hpet acpi_pm" },
	{ 3 * SEC, "hpet", "hpet acpi_pm" },
	{ 4 * SEC, "hpet", "tsc hpet acpi_pm" },
	{ 4 * SEC + 100 * MSEC, "tsc", "tsc hpet acpi_pm" },
};

TEST(answer_is_the_same_however_early_one_asks)
{
	static const uint64_t times[] = { 1,	   SEC,	    3 * SEC + 1, 3900 * MSEC,
					  4 * SEC, 5 * SEC, 1000 * SEC };

	for (size_t i = 0; i < COUNT(times); i++) {
		assert_null(ASK_AT(times[i], true, booting));
		assert_null(ASK_AT(times[i], false, booting));
		assert_true(slept_ns <= 5 * SEC);
	}
}

TEST(kernel_that_has_decided_is_not_waited_for)
{
	static const struct answer tsc[] = { { 0, "tsc", "tsc hpet acpi_pm" } };
	static const struct answer guest[] = { { 0, "kvm-clock", "kvm-clock tsc acpi_pm" } };

	assert_null(ASK_AT(SEC, false, tsc));
	assert_int_equal(slept_ns, 0);
	assert_null(ASK_AT(SEC, true, guest));
	assert_string_equal(ASK_AT(SEC, false, guest), "the TSC is not invariant");
	assert_int_equal(slept_ns, 0);
}

TEST(kernel_that_has_been_up_for_long_is_not_waited_for)
{
	static const struct answer unstable[] = { { 0, "hpet", "hpet acpi_pm" } };
	static const struct answer other[] = { { 0, "hpet", "tsc hpet acpi_pm" } };

	assert_string_equal(ASK_AT(100 * SEC, true, unstable), "the kernel found the TSC unstable");
	assert_string_equal(ASK_AT(100 * SEC, false, other), "the TSC is not invariant");
	assert_null(ASK_AT(100 * SEC, true, other));
	assert_int_equal(slept_ns, 0);
}

TEST(wait_ends_where_the_kernel_never_decides)
{
	static const struct answer young[] = { { 0, "acpi_pm", "acpi_pm" } };
	static const struct answer early[] = { { 0, "tsc-early", "tsc-early acpi_pm" } };

	assert_string_equal(ASK_AT(SEC, true, young), "the kernel found the TSC unstable");
	assert_int_equal(slept_ns, 5 * SEC);
	assert_string_equal(ASK_AT(SEC, false, early), "the TSC is not invariant");
	assert_int_equal(slept_ns, 5 * SEC);
	assert_null(ASK_AT(SEC, true, early));
}

TEST(kernel_that_says_nothing_leaves_it_to_the_cpu)
{
	static const struct answer none[] = { { 0, NULL, NULL } };

	assert_null(ASK_AT(SEC, true, none));
	assert_string_equal(ASK_AT(SEC, false, none), "the TSC is not invariant");
	assert_int_equal(slept_ns, 0);
}

TEST(source_whose_name_only_holds_the_letters_is_another)
{
	static const struct answer other[] = { { 0, "hpet", "hpet mytsc tsc2" } };

	assert_string_equal(ASK_AT(100 * SEC, true, other), "the kernel found the TSC unstable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_is_the_same_however_early_one_asks),
		cmocka_unit_test(kernel_that_has_decided_is_not_waited_for),
		cmocka_unit_test(kernel_that_has_been_up_for_long_is_not_waited_for),
		cmocka_unit_test(wait_ends_where_the_kernel_never_decides),
		cmocka_unit_test(kernel_that_says_nothing_leaves_it_to_the_cpu),
		cmocka_unit_test(source_whose_name_only_holds_the_letters_is_another),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
