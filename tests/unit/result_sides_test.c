#include "boots.h"
#include "result/sides.h"

static const char *make_boot(const char *name, const struct boot_file *boot)
{
	const char *path = kept(temp_path(name));
	FILE *file = boot_begin(path, boot);

	boot_trial(file, "null", "op_ns", "1,2,3");
	boot_end(file);
	return path;
}

static int load(const char *const *arguments, size_t count, const char *base, struct sides *sides,
		struct reason *reason)
{
	*reason = (struct reason){ "" };
	*sides = (struct sides){ 0 };
	return sides_load(arguments, count, base, 0, sides, reason);
}

static void must_load(const char *const *arguments, size_t count, struct sides *sides)
{
	struct reason reason;

	must(!load(arguments, count, NULL, sides, &reason), "%s", reason.text);
}

static void must_refuse(const char *const *arguments, size_t count, const char *why)
{
	struct reason reason;
	struct sides sides;

	must(load(arguments, count, NULL, &sides, &reason) < 0, "taken, expected: %s", why);
	must_contain(reason.text, why);
	assert_null(sides.list);
}

/* A series of two kernels, two boots each: as the lab leaves it. */
static const char *make_series(void)
{
	const char *top = make_folder("series");

	make_folder("series/6.10");
	make_folder("series/6.9");
	make_boot("series/6.10/boot-01.jsonl",
		  &(struct boot_file){ .label = "6.10", .pair = 1, .position = 0 });
	make_boot("series/6.10/boot-02.jsonl",
		  &(struct boot_file){ .label = "6.10", .pair = 2, .position = 1 });
	make_boot("series/6.9/boot-01.jsonl",
		  &(struct boot_file){ .label = "6.9", .pair = 1, .position = 1 });
	make_boot("series/6.9/boot-02.jsonl",
		  &(struct boot_file){ .label = "6.9", .pair = 2, .position = 0 });
	temp_file("series/6.9/console.log", "no result");
	return top;
}

TEST(folder_is_a_side_with_its_boots_in_order_of_pairs)
{
	const char *const arguments[] = { kept(temp_path("series/6.10")),
					  kept(temp_path("series/6.9")) };
	struct sides sides;

	make_series();
	must_load(arguments, 2, &sides);
	assert_int_equal(sides.count, 2);
	assert_string_equal(sides.list[0].label, "6.10");
	assert_string_equal(sides.list[1].label, "6.9");
	for (size_t i = 0; i < 2; i++) {
		int64_t pair = 0;

		assert_int_equal(sides.list[i].nr_boots, 2);
		assert_true(boot_pair(sides.list[i].boots[1], &pair) && pair == 2);
	}
	assert_true(!sides.notes.length);
	sides_release(&sides);
}

TEST(one_folder_alone_is_split_by_label_in_order_of_versions)
{
	const char *const arguments[] = { make_series() };
	struct reason reason;
	struct sides sides;

	must_load(arguments, 1, &sides);
	assert_int_equal(sides.count, 2);
	assert_string_equal(sides.list[0].label, "6.9");
	assert_string_equal(sides.list[1].label, "6.10");
	sides_release(&sides);
	assert_int_equal(load(arguments, 1, "6.10", &sides, &reason), 0);
	assert_string_equal(sides.list[0].label, "6.10");
	assert_string_equal(sides.list[1].label, "6.9");
	sides_release(&sides);
	assert_int_equal(load(arguments, 1, "6.11", &sides, &reason), -ENOENT);
	must_contain(reason.text, "6.9, 6.10");
}

TEST(labels_of_sides_are_distinct)
{
	const char *const arguments[] = { make_boot("a.jsonl", &(struct boot_file){ 0 }),
					  make_boot("b.jsonl", &(struct boot_file){ 0 }),
					  make_boot("c.jsonl",
						    &(struct boot_file){ .kernel = "7" }) };
	struct sides sides;

	must_load(arguments, 3, &sides);
	must_contain(sides.list[0].label, "6.1 (");
	must_contain(sides.list[0].label, "a.jsonl)");
	must_contain(sides.list[1].label, "b.jsonl)");
	assert_string_equal(sides.list[2].label, "7");
	sides_release(&sides);
}

TEST(copy_of_a_run_is_refused_wherever_it_stands)
{
	static const struct boot_file run = { .run_id = "one", .boot_id = "boot" };
	const char *const across[] = { make_boot("a.jsonl", &run), make_boot("b.jsonl", &run) };
	const char *const within[] = { make_folder("copies"),
				       make_boot("c.jsonl", &(struct boot_file){ 0 }) };

	must_refuse(across, 2, "hold one and the same run (run_id one)");
	make_boot("copies/1.jsonl", &run);
	make_boot("copies/2.jsonl", &run);
	must_refuse(within, 2, "hold one and the same run");
}

TEST(boots_that_are_alike_by_design_are_told_apart_by_their_pair)
{
	const char *const arguments[] = { make_folder("fixed"),
					  make_boot("c.jsonl", &(struct boot_file){ 0 }) };
	struct sides sides;

	make_boot("fixed/1.jsonl", &(struct boot_file){ .run_id = "x", .boot_id = "x", .pair = 1 });
	make_boot("fixed/2.jsonl", &(struct boot_file){ .run_id = "x", .boot_id = "x", .pair = 2 });
	must_load(arguments, 2, &sides);
	assert_int_equal(sides.list[0].nr_boots, 2);
	sides_release(&sides);
}

TEST(file_may_be_compared_with_itself_and_that_is_told)
{
	const char *path = make_boot("a.jsonl", &(struct boot_file){ 0 });
	const char *const arguments[] = { path, path };
	struct sides sides;

	must_load(arguments, 2, &sides);
	must_contain(sides.notes.text, "is compared with itself");
	sides_release(&sides);
}

TEST(runs_of_one_boot_are_one_boot)
{
	const char *const arguments[] = { make_folder("same-boot"),
					  make_boot("c.jsonl", &(struct boot_file){ 0 }) };
	struct sides sides;

	make_boot("same-boot/1.jsonl", &(struct boot_file){ .boot_id = "x" });
	make_boot("same-boot/2.jsonl", &(struct boot_file){ .boot_id = "y" });
	make_boot("same-boot/3.jsonl", &(struct boot_file){ .boot_id = "x" });
	must_load(arguments, 2, &sides);
	assert_int_equal(sides.list[0].nr_boots, 2);
	must_contain(sides.notes.text, "of one boot");
	for (size_t i = 0; i < 2; i++) {
		const struct boot *boot = sides.list[0].boots[i];

		assert_int_equal(boot_find(boot, "null")->nr_ok, boot->nr_paths);
	}
	sides_release(&sides);
}

TEST(torn_file_is_told)
{
	const char *const arguments[] = { make_boot("a.jsonl", &(struct boot_file){ 0 }),
					  make_boot("b.jsonl", &(struct boot_file){ 0 }) };
	FILE *file = fopen(arguments[1], "ae");
	struct sides sides;

	fputs("{\"record\":\"tri", file);
	fclose(file);
	must_load(arguments, 2, &sides);
	must_contain(sides.notes.text, "b.jsonl: the last line is torn off: used up to there");
	sides_release(&sides);
}

TEST(what_is_no_side_is_refused_by_name)
{
	const char *good = make_boot("a.jsonl", &(struct boot_file){ 0 });
	const char *const pairs[][2] = {
		{ good, kept(temp_path("nowhere")) },
		{ good, kept(temp_file("empty.jsonl", "")) },
		{ good, kept(temp_file("text.jsonl", "a,b\n1,2\n")) },
		{ good, make_folder("bare") },
		{ good, "/dev/null" },
		{ good, kept(temp_file("future.jsonl", "{\"record\":\"run\",\"schema\":2}\n")) },
	};
	static const char *const why[] = { "nowhere: No such file",
					   "empty.jsonl: is empty",
					   "text.jsonl:1:",
					   "bare: holds no result file, expected *.jsonl",
					   "/dev/null: is no regular file",
					   "schema 2, this dmabench reads schema 1" };
	const char *const mixed[] = { make_series(), good };

	for (size_t i = 0; i < COUNT(pairs); i++)
		must_refuse(pairs[i], 2, why[i]);
	must_refuse(&good, 1, "nothing to compare it with");
	must_refuse(mixed, 2, "holds boots of 6.9 and of 6.10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folder_is_a_side_with_its_boots_in_order_of_pairs),
		cmocka_unit_test(one_folder_alone_is_split_by_label_in_order_of_versions),
		cmocka_unit_test(labels_of_sides_are_distinct),
		cmocka_unit_test(copy_of_a_run_is_refused_wherever_it_stands),
		cmocka_unit_test(boots_that_are_alike_by_design_are_told_apart_by_their_pair),
		cmocka_unit_test(file_may_be_compared_with_itself_and_that_is_told),
		cmocka_unit_test(runs_of_one_boot_are_one_boot),
		cmocka_unit_test(torn_file_is_told),
		cmocka_unit_test(what_is_no_side_is_refused_by_name),
	};

	return RUN(tests);
}
