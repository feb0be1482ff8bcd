#include "base/units.h"
#include "profile/symbols.h"
#include "unit.h"

static const char list[] = "0000000000000000 A fixed_percpu_data\n"
			   "ffffffff81000000 T _stext\n"
			   "ffffffff81000000 T _text\n"
			   "ffffffff81000100 t unpin_user_pages.part.0\n"
			   "ffffffff810001f0 T __pfx_iommu_map\n"
			   "ffffffff81000200 T iommu_map\n"
			   "ffffffff81000300 d some_data\n"
			   "ffffffff81000400 W weak_name\n"
			   "ffffffff81000400 t local_name\n"
			   "ffffffff81000400 T __global_name\n"
			   "ffffffff81000400 T global_name\n"
			   "ffffffffc0a00000 t vfio_unpin\t[vfio_iommu_type1]\n"
			   "ffffffffc0b00040 t bpf_prog_6deef7357e7b4530\t[bpf]\n"
			   "ffffffffc0400000 t early_module\t[vfio]\n";

static struct symbols parse(const char *text)
{
	struct symbols symbols;
	struct reason reason = { "" };

	must(!symbols_parse(text, strlen(text), &symbols, &reason), "%s", reason.text);
	return symbols;
}

TEST(address_lies_in_the_function_before_it)
{
	static const struct {
		uint64_t address;
		const char *name, *module;
	} cases[] = {
		{ 0xffffffff81000100, "unpin_user_pages.part.0", "" },
		{ 0xffffffff810001ef, "unpin_user_pages.part.0", "" },
		{ 0xffffffff81000200, "iommu_map", "" },
		{ 0xffffffff81000350, "iommu_map", "" }, /* data is passed over */
		{ 0xffffffffc0a00010, "vfio_unpin", "vfio_iommu_type1" },
		{ 0xffffffffc0b00041, "bpf_prog_6deef7357e7b4530", "bpf" },
		{ 0xffffffffc0400000, "early_module", "vfio" }, /* the list is not in order */
	};
	struct symbols symbols = parse(list);

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct symbol *symbol = symbols_find(&symbols, cases[i].address);

		must(symbol, "%llx", (unsigned long long)cases[i].address);
		assert_string_equal(symbol->name, cases[i].name);
		assert_string_equal(symbol->module, cases[i].module);
	}
	symbols_release(&symbols);
}

TEST(functions_of_another_boot_are_moved)
{
	static const char two_boots[] = "ffffffff81000000 T _text\n"
					"ffffffff81000100 T iommu_map\n"
					"ffffffff9a000000 T _text\n"
					"ffffffffc0a00000 t vfio_unpin\t[vfio_iommu_type1]\n";
	struct symbols symbols = parse(two_boots);

	assert_string_equal(symbols_find(&symbols, 0xffffffff9a000110)->name, "iommu_map");
	assert_null(symbols_find(&symbols, 0xffffffff81000110));
	assert_string_equal(symbols_find(&symbols, 0xffffffffc0a00010)->name, "vfio_unpin");
	symbols_release(&symbols);
}

TEST(global_name_is_taken_of_several)
{
	struct symbols symbols = parse(list);

	assert_string_equal(symbols_find(&symbols, 0xffffffff81000480)->name, "global_name");
	assert_string_equal(symbols_find(&symbols, 0xffffffff81000000)->name, "_stext");
	symbols_release(&symbols);
}

TEST(address_before_or_far_behind_all_functions_is_in_none)
{
	struct symbols symbols = parse(list);

	assert_null(symbols_find(&symbols, 0));
	assert_null(symbols_find(&symbols, 0xffffffff80ffffff));
	assert_null(symbols_find(&symbols, 0xffffffff81000400 + MIB));
	assert_null(symbols_find(&symbols, UINT64_MAX));
	symbols_release(&symbols);
}

TEST(last_line_needs_no_end)
{
	struct symbols symbols = parse("ffffffff81000000 T one\nffffffff81000010 T two");

	assert_int_equal(symbols.count, 2);
	assert_string_equal(symbols_find(&symbols, 0xffffffff81000018)->name, "two");
	symbols_release(&symbols);
}

TEST(hidden_addresses_have_a_reason_and_a_way_out)
{
	static const char hidden[] = "0000000000000000 T _stext\n"
				     "0000000000000000 t vfio_unpin\t[vfio_iommu_type1]\n";
	struct symbols symbols;
	struct reason reason = { "" };

	assert_int_equal(symbols_parse(hidden, strlen(hidden), &symbols, &reason), -EPERM);
	must_contain(reason.text, "kptr_restrict");
	must_contain(reason.text, "run as root");
}

TEST(list_that_is_none_is_refused_with_its_line)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{ "ffffffff81000000 T one\nkernel panic\n", "line 2" },
		{ "ffffffff81000000 T one\n\nffffffff81000010 T two\n", "line 2" },
		{ "ffffffff81000000 T\n", "line 1" },
		{ "ffffffff81000000 T \n", "line 1" },
		{ "ffffffff81000000 TT one\n", "line 1" },
		{ "ffffffff81000000 T one\t[vfio\n", "line 1" },
		{ "ffffffff81000000 T one two\n", "line 1" },
		{ "", "no function" },
		{ "ffffffff81000000 d data\n", "no function" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct symbols symbols;
		struct reason reason = { "" };

		must(symbols_parse(cases[i].text, strlen(cases[i].text), &symbols, &reason) ==
			     -EINVAL,
		     "\"%s\" was taken", cases[i].text);
		must_contain(reason.text, cases[i].told);
	}
}

TEST(this_kernels_list_is_read_or_there_is_a_reason)
{
	struct symbols symbols;
	struct reason reason = { "" };
	int ret = symbols_read(&symbols, &reason);

	if (ret) {
		assert_true(reason.text[0]);
		skip_because("%s", reason.text);
	}
	must(symbols.count > 1000, "%zu functions", symbols.count);
	for (size_t i = 1; i < symbols.count; i++)
		assert_true(symbols.list[i - 1].address < symbols.list[i].address);
	symbols_release(&symbols);
}

static int read_as_nobody(void *argument)
{
	struct symbols symbols;
	struct reason reason = { "" };

	(void)argument;
	if (geteuid() == 0 && setuid(65534))
		return 1;
	if (!symbols_read(&symbols, &reason)) {
		symbols_release(&symbols);
		return 77;
	}
	return strstr(reason.text, "kptr_restrict") ? 0 : 2;
}

TEST(one_from_whom_they_are_hidden_is_told_so)
{
	int code = in_child(read_as_nobody, NULL);

	if (code == 77)
		skip_because("this kernel shows its addresses to everybody");
	assert_int_equal(code, 0);
}

TEST(entries_of_interrupts_are_told_from_those_of_exceptions)
{
	static const char *const are[] = { "asm_sysvec_apic_timer_interrupt",
					   "asm_common_interrupt",
					   "common_interrupt",
					   "el1h_64_irq_handler",
					   "apic_timer_interrupt",
					   "asm_exc_nmi" };
	static const char *const are_not[] = { "asm_exc_page_fault",
					       "common_interrupt_return",
					       "entry_SYSCALL_64_after_hwframe",
					       "el0t_64_sync",
					       "el1h_64_sync",
					       "handle_mm_fault" };

	for (size_t i = 0; i < COUNT(are); i++)
		must(symbols_is_interrupt(are[i]), "%s", are[i]);
	for (size_t i = 0; i < COUNT(are_not); i++)
		must(!symbols_is_interrupt(are_not[i]), "%s", are_not[i]);
}

TEST(what_switches_interrupts_on_is_known)
{
	assert_true(symbols_switches_interrupts_on("pvm_irq_enable"));
	assert_true(symbols_switches_interrupts_on("native_irq_enable"));
	assert_true(symbols_switches_interrupts_on("__raw_callee_save_pvm_irq_enable"));
	assert_true(symbols_switches_interrupts_on("xen_irq_enable_direct"));
	assert_false(symbols_switches_interrupts_on("_irq_enable"));
	assert_false(symbols_switches_interrupts_on("gup_fast_fallback"));
	assert_false(symbols_switches_interrupts_on("enable_irq"));
	assert_false(symbols_switches_interrupts_on("_raw_spin_unlock_irqrestore"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_lies_in_the_function_before_it),
		cmocka_unit_test(functions_of_another_boot_are_moved),
		cmocka_unit_test(global_name_is_taken_of_several),
		cmocka_unit_test(address_before_or_far_behind_all_functions_is_in_none),
		cmocka_unit_test(last_line_needs_no_end),
		cmocka_unit_test(hidden_addresses_have_a_reason_and_a_way_out),
		cmocka_unit_test(list_that_is_none_is_refused_with_its_line),
		cmocka_unit_test(entries_of_interrupts_are_told_from_those_of_exceptions),
		cmocka_unit_test(what_switches_interrupts_on_is_known),
		cmocka_unit_test(this_kernels_list_is_read_or_there_is_a_reason),
		cmocka_unit_test(one_from_whom_they_are_hidden_is_told_so),
	};

	return RUN(tests);
}
