#include <sched.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/bench.h"
#include "measure/param.h"
#include "mem/backing.h"
#include "fake_page.h"
#include "unit.h"

static const char *const words[] = { "touch", "populate", "madvise", NULL };

static const struct param size = { .name = "size", .type = &param_size };
static const struct param bounded_size = {
	.name = "chunk", .type = &param_size, .min = 64 * KIB, .max = GIB
};
static const struct param count = { .name = "threads", .type = &param_count, .min = 1, .max = 512 };
static const struct param free_count = { .name = "depth", .type = &param_count };
static const struct param chunk = { .name = "chunk", .type = &param_chunk };
static const struct param word = { .name = "how", .type = &param_word, .choices = words };
static const struct param backing = { .name = "backing", .type = &param_backing };

static const struct param *const all_params[] = { &size,       &bounded_size, &count,
						  &free_count, &word,	      &backing };

TEST(values_are_read_and_printed_the_same)
{
	static const struct {
		const struct param *param;
		const char *text, *printed;
		uint64_t number;
	} cases[] = {
		{ &size, "1GiB", "1GiB", GIB },
		{ &size, "1024M", "1GiB", GIB },
		{ &size, "65536", "64KiB", 65536 },
		{ &bounded_size, "64K", "64KiB", 65536 },
		{ &bounded_size, "1G", "1GiB", GIB },
		{ &chunk, "2M", "2MiB", 2 * MIB },
		{ &chunk, "whole", "whole", 0 },
		{ &count, "1", "1", 1 },
		{ &count, "0512", "512", 512 },
		{ &free_count, "0", "0", 0 },
		{ &word, "touch", "touch", 0 },
		{ &word, "madvise", "madvise", 2 },
		{ &backing, "hugetlb-2m", "hugetlb-2m", 2 * MIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct param_type *type = cases[i].param->type;
		struct value value = { 42, NULL };
		struct reason reason = { "" };
		char text[PARAM_TEXT];

		must(!type->parse(cases[i].param, cases[i].text, &value, &reason), "%s: %s",
		     cases[i].text, reason.text);
		assert_int_equal(value.number, cases[i].number);
		assert_string_equal(type->print(&value, text), cases[i].printed);
	}
}

/* One config serves kernels of all page sizes: 4KiB is a size on each, and no kernel has 4097 bytes. */
TEST(sizes_are_read_alike_whatever_the_base_page)
{
	static const struct {
		long page_bytes;
		const char *page;
	} kernels[] = { { 4 * KIB, "4KiB" }, { 16 * KIB, "16KiB" }, { 64 * KIB, "64KiB" } };

	for (size_t i = 0; i < COUNT(kernels); i++) {
		struct reason reason = { "" };
		char text[PARAM_TEXT];
		struct value value;

		fake_page_bytes = kernels[i].page_bytes;
		must(!chunk.type->parse(&chunk, "4KiB", &value, &reason), "%s: %s", kernels[i].page,
		     reason.text);
		assert_int_equal(value.number, 4 * KIB);
		assert_int_equal(size.type->parse(&size, "4097", &value, &reason), -EINVAL);
		assert_int_equal(size.type->parse(&size, "page", &value, &reason), 0);
		assert_string_equal(size.type->print(&value, text), kernels[i].page);
		assert_int_equal(chunk.type->parse(&chunk, "page", &value, &reason), 0);
		assert_int_equal(value.number, kernels[i].page_bytes);
		assert_int_equal(bounded_size.type->parse(&bounded_size, "page", &value, &reason),
				 kernels[i].page_bytes < 64 * (long)KIB ? -ERANGE : 0);
	}
	fake_page_bytes = 0;
}

TEST(values_that_make_no_sense_are_refused_with_the_way_out)
{
	static const struct {
		const struct param *param;
		const char *text;
		int ret;
		const char *why;
	} cases[] = {
		{ &size, "0", -EINVAL, "size is 0, expected at least one page" },
		{ &size, "-4K", -EINVAL, "size \"-4K\" is no size" },
		{ &size, "4097", -EINVAL, "not a multiple of the page" },
		{ &size, "big", -EINVAL, "expected one like 4K, 2MiB or 16G" },
		{ &size, "", -EINVAL, "is no size" },
		{ &size, "1.5G", -EINVAL, "is no size" },
		{ &size, "64MB", -EINVAL, "could mean either: write 64MiB or 64000000" },
		{ &size, "16777216TiB", -ERANGE, "does not fit in 64 bits" },
		{ &size, "99999999999999999999", -ERANGE, "does not fit in 64 bits" },
		{ &bounded_size, "32K", -ERANGE, "below the least, 64KiB" },
		{ &bounded_size, "2G", -ERANGE, "above the most, 1GiB" },
		{ &count, "0", -ERANGE, "below the least, 1" },
		{ &count, "513", -ERANGE, "above the most, 512" },
		{ &count, "two", -EINVAL, "threads \"two\" is no whole number" },
		{ &count, "-1", -EINVAL, "no whole number" },
		{ &count, "1.5", -EINVAL, "no whole number" },
		{ &count, "99999999999999999999", -ERANGE, "99999999999999999999" },
		{ &word, "tuch", -EINVAL, "did you mean \"touch\"?" },
		{ &word, "zzzzzzzz", -EINVAL, "expected touch, populate, madvise" },
		{ &word, "", -EINVAL, "unknown how \"\"" },
		{ &backing, "thpp", -EINVAL, "did you mean \"thp\"?" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct value value = { 42, NULL };
		struct reason reason = { "" };
		int ret =
			cases[i].param->type->parse(cases[i].param, cases[i].text, &value, &reason);

		must(ret == cases[i].ret, "%s=\"%s\" gave %d: %s", cases[i].param->name,
		     cases[i].text, ret, reason.text);
		must_contain(reason.text, cases[i].why);
		assert_int_equal(value.number, 42);
	}
}

TEST(all_stands_for_values_that_can_be_read_back)
{
	for (size_t i = 0; i < COUNT(all_params); i++) {
		const struct param *param = all_params[i];
		struct value values[PARAM_MAX_ALL];
		size_t nr = param->type->list(param, values);

		must(nr > 0 && nr <= PARAM_MAX_ALL, "all of %s is %zu values", param->name, nr);
		for (size_t j = 0; j < nr; j++) {
			char text[PARAM_TEXT];
			struct value again;
			struct reason reason = { "" };
			int ret = param->type->parse(param, param->type->print(&values[j], text),
						     &again, &reason);

			must(!ret, "%s: %s", param->name, reason.text);
			assert_int_equal(again.number, values[j].number);
			assert_ptr_equal(again.word, values[j].word);
			for (size_t k = 0; k < j; k++)
				must(values[k].number != values[j].number ||
					     values[k].word != values[j].word,
				     "all of %s has a value twice", param->name);
		}
	}
}

TEST(all_counts_go_up_to_the_cpus_that_we_may_use)
{
	struct value values[PARAM_MAX_ALL];
	size_t nr = param_count.list(&count, values);
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_int_equal(values[0].number, 1);
	assert_int_equal(values[nr - 1].number, CPU_COUNT(&set));
}

TEST(all_sizes_stay_within_what_is_there)
{
	struct value values[PARAM_MAX_ALL];
	size_t nr = param_size.list(&bounded_size, values);
	uint64_t free_bytes;

	assert_int_equal(values[0].number, 64 * KIB);
	assert_int_equal(values[nr - 1].number, GIB);
	nr = param_size.list(&size, values);
	assert_int_equal(memory_available(NULL, 0, &free_bytes), 0);
	assert_int_equal(values[0].number, memory_page_size());
	assert_true(values[nr - 1].number < free_bytes);
}

/* On a host with fewer CPUs than the least, no value is possible. */
TEST(all_counts_keep_to_the_least)
{
	const struct param many = { .name = "threads", .type = &param_count, .min = 4096 };
	struct value values[PARAM_MAX_ALL];
	size_t nr = param_count.list(&many, values);

	for (size_t i = 0; i < nr; i++)
		must(values[i].number >= 4096, "all has %llu, the least is 4096",
		     (unsigned long long)values[i].number);
}

TEST(words_live_as_long_as_the_program)
{
	struct value first, second;
	char text[] = "thp";

	assert_int_equal(param_backing.parse(&backing, text, &first, NULL), 0);
	assert_ptr_not_equal(first.word, text);
	assert_int_equal(param_backing.parse(&backing, "thp", &second, NULL), 0);
	assert_ptr_equal(first.word, second.word);
}

TEST(values_become_json_with_the_unit_in_their_key)
{
	const struct value number = { 1024, NULL }, named = { 2, "madvise" };
	const struct value whole = { 0, NULL };
	json_t *json;

	assert_string_equal(param_size.key_suffix, "_bytes");
	assert_string_equal(param_count.key_suffix, "");
	json = param_size.to_json(&number);
	assert_int_equal(json_integer_value(json), 1024);
	json_decref(json);
	json = param_chunk.to_json(&number);
	assert_int_equal(json_integer_value(json), 1024);
	json_decref(json);
	json = param_chunk.to_json(&whole);
	assert_true(json_is_null(json));
	json_decref(json);
	json = param_count.to_json(&number);
	assert_int_equal(json_integer_value(json), 1024);
	json_decref(json);
	json = param_word.to_json(&named);
	assert_string_equal(json_string_value(json), "madvise");
	json_decref(json);
	json = param_backing.to_json(&named);
	assert_string_equal(json_string_value(json), "madvise");
	json_decref(json);
}

TEST(description_tells_what_is_taken)
{
	char text[160], little[8];

	param_describe(&word, text, sizeof(text));
	must_contain(text, "populate");
	param_describe(&size, text, sizeof(text));
	must_contain(text, "size");
	param_describe(&backing, text, sizeof(text));
	must_contain(text, "backing");
	param_describe(&count, text, sizeof(text));
	must_contain(text, "number");
	param_describe(&word, little, sizeof(little));
	assert_true(strlen(little) < sizeof(little));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_and_printed_the_same),
		cmocka_unit_test(sizes_are_read_alike_whatever_the_base_page),
		cmocka_unit_test(values_that_make_no_sense_are_refused_with_the_way_out),
		cmocka_unit_test(all_stands_for_values_that_can_be_read_back),
		cmocka_unit_test(all_counts_go_up_to_the_cpus_that_we_may_use),
		cmocka_unit_test(all_sizes_stay_within_what_is_there),
		cmocka_unit_test(all_counts_keep_to_the_least),
		cmocka_unit_test(words_live_as_long_as_the_program),
		cmocka_unit_test(values_become_json_with_the_unit_in_their_key),
		cmocka_unit_test(description_tells_what_is_taken),
	};

	return RUN(tests);
}
