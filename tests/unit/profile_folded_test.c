#include "boots.h"
#include "profile/folded.h"

static const char *folded(const struct boot_profile_text *text, const char *label)
{
	static char written[1024];
	FILE *file = fmemopen(memset(written, 0, sizeof(written)), sizeof(written), "w");
	struct profile *profile = boot_profile_of(text);

	assert_int_equal(folded_write(profile, label, file), 0);
	fclose(file);
	profile_free(profile);
	return written;
}

TEST(each_stack_is_a_line_below_its_cell_and_metric)
{
	struct boot_profile_text text = { .cell = "b/a=b",
					  .metric = "op_ns",
					  .interrupts = 7,
					  .stacks = "[user]=3 [user];f;g@m=10/2 [user];h=4/1" };

	/* f took nothing itself. */
	assert_string_equal(folded(&text, NULL), "b/a=b;op_ns;[user] 3\n"
						 "b/a=b;op_ns;[user];f;g 10\n"
						 "b/a=b;op_ns;[user];h 4\n"
						 "b/a=b;op_ns;[interrupts] 7\n");
	text.stacks = "f=1";
	text.interrupts = 0;
	assert_string_equal(folded(&text, "6.18"), "6.18;b/a=b;op_ns;f 1\n");
}

TEST(names_end_no_frame_and_no_line)
{
	struct boot_profile_text text = { .cell = "b/a=x;y", .metric = "op_ns", .stacks = "f\n=1" };

	assert_string_equal(folded(&text, "a;b"), "a:b;b/a=x:y;op_ns;f? 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stack_is_a_line_below_its_cell_and_metric),
		cmocka_unit_test(names_end_no_frame_and_no_line),
	};

	return RUN(tests);
}
