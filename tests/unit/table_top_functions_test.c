#include "boots.h"
#include "table/top_functions.h"

#define CELL "uring-pin/backing=anon"

/* What is printed of a file; good until the next call. */
static const char *print(const char *path)
{
	static char text[8192];
	FILE *file = fmemopen(memset(text, 0, sizeof(text)), sizeof(text), "w");
	struct reason reason = { "" };
	int ret = top_functions_print(path, file, false, &reason);

	fclose(file);
	must(!ret, "%s", reason.text);
	return text;
}

/* A file with one trial of CELL, and this profile behind it. */
static const char *file_of(const struct boot_profile_text *profile)
{
	const char *path = temp_path("profiled");
	FILE *file = boot_begin(path, &(struct boot_file){ .label = "6.18" });

	boot_trial(file, CELL, "pin_ns", "5,1,3");
	if (profile)
		boot_profile(file, profile);
	boot_end(file);
	return path;
}

static const char *sampled(const char *stacks)
{
	return print(file_of(&(struct boot_profile_text){ .cell = CELL,
							  .metric = "pin_ns",
							  .source = "perf",
							  .event = "cpu-clock",
							  .unit = "samples",
							  .operations = 20,
							  .interrupts = 3,
							  .stacks = stacks }));
}

TEST(functions_of_samples_have_shares_and_how_sure_they_are)
{
	assert_string_equal(
		sampled("[user]=10 [user];syscall;pin=600 [user];syscall;pin;grab@vfio=300 "
			"[user];syscall=90"),
		"\n" CELL " pin_ns: 1000 samples of cpu-clock, 20 operations; 3 in interrupts\n"
		"    self   95 % sure  with calls  function     mostly called by\n"
		"  60.0 %  57 .. 63 %      90.0 %  pin          syscall\n"
		"  30.0 %  27 .. 33 %      30.0 %  grab [vfio]  pin\n"
		"   9.0 %   7 .. 11 %      99.0 %  syscall      [user]\n"
		"   1.0 %    1 .. 2 %     100.0 %  [user]       \n");
}

TEST(instructions_that_were_counted_are_sure)
{
	const char *text = print(file_of(
		&(struct boot_profile_text){ .cell = CELL,
					     .metric = "pin_ns",
					     .stacks = "[user];pin=300/2 [user];unpin=700/2" }));

	must_contain(text, ": 1000 instructions, 1 operation\n");
	must_contain(text, "  70.0 %        70.0 %  unpin");
	assert_null(strstr(text, "95 %"));
}

/* "lock" takes 40 below one caller, and 30 and 30 below another, in two places. */
TEST(caller_is_the_one_below_which_it_took_most)
{
	const char *text = sampled("[user];a;lock=40 [user];b;lock=30 [user];c;b;lock=30");

	must_contain(text, "100.0 %  lock      b\n");
}

TEST(small_functions_are_one_line)
{
	const char *text = sampled("[user];a=500 [user];b=480 [user];c=9 [user];d=8 [user];e=3");

	must_contain(text, "\n   2.0 %                          3 more");
	assert_null(strstr(text, " c "));
}

TEST(no_more_than_six_functions_are_named)
{
	const char *text = sampled("[user];a=10 [user];b=10 [user];c=10 [user];d=10 [user];e=10 "
				   "[user];f=10 [user];g=10 [user];h=10");

	must_contain(text, "25.0 %");
	must_contain(text, "2 more");
}

TEST(file_without_profiles_has_no_list)
{
	assert_string_equal(print(file_of(NULL)), "");
}

TEST(names_from_a_file_cannot_move_the_cursor)
{
	const char *text = sampled("[user];pin\033[2Jpages=5");

	assert_null(strchr(text, '\033'));
	must_contain(text, "pin?[2Jpages");
}

TEST(damaged_profile_is_an_error_with_its_line)
{
	static const char lines[] = "{\"record\":\"run\",\"schema\":1}\n{\"record\":\"profile\"}\n";
	const char *path = temp_file("damaged", lines);
	struct reason reason = { "" };

	assert_int_equal(top_functions_print(path, stdout, false, &reason), -EINVAL);
	must_contain(reason.text, ":2: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_samples_have_shares_and_how_sure_they_are),
		cmocka_unit_test(instructions_that_were_counted_are_sure),
		cmocka_unit_test(caller_is_the_one_below_which_it_took_most),
		cmocka_unit_test(small_functions_are_one_line),
		cmocka_unit_test(no_more_than_six_functions_are_named),
		cmocka_unit_test(file_without_profiles_has_no_list),
		cmocka_unit_test(names_from_a_file_cannot_move_the_cursor),
		cmocka_unit_test(damaged_profile_is_an_error_with_its_line),
	};

	return RUN(tests);
}
