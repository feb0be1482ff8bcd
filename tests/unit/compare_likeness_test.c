#include "boots.h"
#include "compare/likeness.h"

/* What two runs differ by, a fact each; @within: two boots of one side, else a side each. */
static struct likeness check(const char *left, const char *right, bool within, const char *allow)
{
	const char *const arguments[] = { make_folder("left"), make_folder("right") };
	const char *const hosts[] = { left, within ? right : left, right };
	static const char *const names[] = { "left/1.jsonl", "left/2.jsonl", "right/1.jsonl" };
	static const char *const labels[] = { "left", "left", "right" };
	struct likeness likeness;
	struct reason reason = { "" };
	struct sides sides;

	for (int i = 0; i < 3; i++)
		boot_end(boot_begin(temp_path(names[i]), &(struct boot_file){ .label = labels[i],
									      .kernel = "same",
									      .pair = i + 1,
									      .host = hosts[i] }));
	must(!sides_load(arguments, 2, NULL, 0, &sides, &reason), "%s", reason.text);
	assert_int_equal(likeness_check(&sides, &allow, allow ? 1 : 0, &likeness), 0);
	for (size_t i = 0; i < likeness.count; i++) {
		assert_non_null(likeness.list[i].left_path);
		assert_non_null(likeness.list[i].right_path);
		likeness.list[i].left_path = likeness.list[i].right_path = "path";
	}
	sides_release(&sides);
	return likeness;
}

TEST(facts_differ_as_their_rule_says)
{
	static const struct {
		const char *left, *right, *key; /* key NULL: alike */
		bool within;
	} cases[] = {
		{ ",\"vendor\":\"A\"", ",\"vendor\":\"A\"", NULL, false },
		{ ",\"vendor\":\"A\"", ",\"vendor\":\"B\"", "vendor", false },
		{ ",\"vendor\":\"A\"", "", "vendor", false },
		{ ",\"later\":{\"fact\":[1,2]}", ",\"later\":{\"fact\":[1,3]}", "later.fact",
		  false },
		{ ",\"cpu\":{\"microcode\":\"1\"}", ",\"cpu\":{\"microcode\":\"2\"}",
		  "cpu.microcode", false },
		{ ",\"kernel_version\":\"#1\"", ",\"kernel_version\":\"#2\"", NULL, false },
		{ ",\"kernel_version\":\"#1\"", ",\"kernel_version\":\"#2\"", "kernel_version",
		  true },
		{ ",\"kernel_config\":\"a\"", ",\"kernel_config\":\"b\"", NULL, false },
		{ ",\"cpu\":{\"mitigations\":{\"x\":\"on\"}}", ",\"cpu\":{\"mitigations\":{}}",
		  NULL, false },
		{ ",\"cpu\":{\"mitigations\":{\"x\":\"on\"}}",
		  ",\"cpu\":{\"mitigations\":{\"x\":\"off\"}}", "cpu.mitigations.x", true },
		{ ",\"numa\":[{\"node\":0,\"memory_bytes\":1000}]",
		  ",\"numa\":[{\"node\":0,\"memory_bytes\":1010}]", NULL, false },
		{ ",\"numa\":[{\"node\":0,\"memory_bytes\":1000}]",
		  ",\"numa\":[{\"node\":0,\"memory_bytes\":1030}]", "numa.0.memory_bytes", false },
		{ ",\"thp\":{\"sizes\":{\"65536\":\"never\"}}", ",\"thp\":{\"sizes\":{}}", NULL,
		  false },
		{ ",\"thp\":{\"sizes\":{\"65536\":\"never\"}}",
		  ",\"thp\":{\"sizes\":{\"65536\":\"always\"}}", "thp.sizes.65536", false },
		{ ",\"iommu\":{\"units\":[\"a\",\"b\"]}", ",\"iommu\":{\"units\":[\"b\",\"a\"]}",
		  NULL, false },
		{ ",\"iommu\":{\"kind\":\"intel\"}", ",\"iommu\":{\"kind\":\"amd\"}", "iommu.kind",
		  false },
		{ ",\"iommu\":{\"kind\":\"intel\"}", ",\"iommu\":{}", NULL, false },
		{ ",\"iommu\":{\"units\":[\"dmar0\"]}", ",\"iommu\":{\"units\":[\"ivhd0\"]}",
		  "iommu.units", false },
		{ ",\"iommu\":{\"registers\":{\"dmar0.ecap\":\"a\"}}",
		  ",\"iommu\":{\"registers\":{\"dmar0.ecap\":\"b\"}}", "iommu.registers.dmar0.ecap",
		  false },
		{ ",\"command_line\":\"BOOT_IMAGE=/a quiet initrd=x\"",
		  ",\"command_line\":\"BOOT_IMAGE=/b  quiet\"", NULL, false },
		{ ",\"command_line\":\"quiet\"", ",\"command_line\":\"quiet iommu=pt\"",
		  "command_line", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct likeness likeness =
			check(cases[i].left, cases[i].right, cases[i].within, NULL);

		must(likeness.count == (cases[i].key ? 1 : 0), "case %zu: %zu differences", i,
		     likeness.count);
		assert_true(likeness.refused == (cases[i].key != NULL));
		if (cases[i].key)
			assert_string_equal(likeness.list[0].key, cases[i].key);
		likeness_release(&likeness);
	}
}

TEST(difference_is_allowed_by_its_key_or_by_the_part_above)
{
	static const struct {
		const char *allow;
		bool refused;
	} cases[] = { { "cpu.model", false }, { "cpu", false },	       { "cpu.mod", true },
		      { "cp", true },	      { "cpu.model.x", true }, { "numa", true } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct likeness likeness =
			check(",\"cpu\":{\"model\":\"A\"}", ",\"cpu\":{\"model\":\"B\"}", false,
			      cases[i].allow);

		assert_int_equal(likeness.count, 1);
		must(likeness.refused == cases[i].refused, "--allow %s", cases[i].allow);
		likeness_release(&likeness);
	}
}

TEST(every_difference_is_a_line_with_its_way_out)
{
	struct likeness likeness = check(",\"vendor\":\"A\",\"page_bytes\":4096",
					 ",\"vendor\":\"B\",\"page_bytes\":65536", false, NULL);
	struct text text = { 0 };

	likeness_explain(&likeness, &text);
	must_contain(text.text, "vendor: \"A\" in path, \"B\" in path (--allow vendor)\n");
	must_contain(text.text, "page_bytes: 4096 in path, 65536 in path (--allow page_bytes)\n");
	text_release(&text);
	likeness_release(&likeness);
}

static void write_cell(const char *name, const char *kernel, const char *iterations, int node)
{
	FILE *file = boot_begin(kept(temp_path(name)), &(struct boot_file){ .kernel = kernel });

	fprintf(file,
		"{\"record\":\"trial\",\"cell\":\"a\",\"status\":\"ok\",\"iterations\":%s,"
		"\"placement\":{\"cpus\":[%d],\"mem_node\":%d},\"metrics\":{\"m\":{\"unit\":\"ns\","
		"\"samples\":[1]}}}\n",
		iterations, node, node);
	boot_end(file);
}

TEST(conditions_of_trials_must_be_alike_too)
{
	const char *const arguments[] = { kept(temp_path("a.jsonl")), kept(temp_path("b.jsonl")) };
	static const struct {
		const char *iterations;
		int node;
		const char *key;
	} cases[] = { { "5", 0, NULL }, { "6", 0, "iterations" }, { "5", 1, "placement" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct likeness likeness;
		struct sides sides;

		write_cell("a.jsonl", "x", "5", 0);
		write_cell("b.jsonl", "y", cases[i].iterations, cases[i].node);
		assert_int_equal(sides_load(arguments, 2, NULL, 0, &sides, NULL), 0);
		assert_int_equal(likeness_check(&sides, NULL, 0, &likeness), 0);
		must(likeness.count == (cases[i].key ? 1 : 0), "case %zu: %zu", i, likeness.count);
		if (cases[i].key)
			assert_string_equal(likeness.list[0].key, cases[i].key);
		likeness_release(&likeness);
		sides_release(&sides);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_differ_as_their_rule_says),
		cmocka_unit_test(difference_is_allowed_by_its_key_or_by_the_part_above),
		cmocka_unit_test(every_difference_is_a_line_with_its_way_out),
		cmocka_unit_test(conditions_of_trials_must_be_alike_too),
	};

	return RUN(tests);
}
