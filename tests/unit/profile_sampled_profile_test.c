#include "profile/sampled_profile.h"
#include "unit.h"

static const char list[] = "ffffffff81000000 T entry_SYSCALL_64\n"
			   "ffffffff81000100 T do_syscall\n"
			   "ffffffff81000200 t pin_pages\n"
			   "ffffffff81000300 t never_called\n"
			   "ffffffff81000400 T asm_sysvec_apic_timer_interrupt\n"
			   "ffffffff81000500 T run_timers\n"
			   "ffffffff81000600 t pvm_irq_enable\n"
			   "ffffffff81000700 T __raw_callee_save_pvm_irq_enable\n"
			   "ffffffffc0a00000 t vfio_pin\t[vfio]\n";

static const struct profile_facts facts = {
	.cell = "uring-pin/size=4K",
	.metric = "pin_ns",
	.source = PROFILE_PERF,
	.event = "cpu-clock",
	.unit = PROFILE_SAMPLES,
	.block = 2,
	.order = 5,
	.operations = 20,
	.lost = 3,
};

/* "STACK=SAMPLES" of each node with samples, as they stand in the tree. */
static void tree_text(const struct profile *profile, char *text, size_t room)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 1; i < profile->tree.count; i++) {
		const struct call_node *node = &profile->tree.nodes[i];
		const char *names[16];
		size_t depth = 0;

		if (!node->self)
			continue;
		for (size_t at = i; at; at = profile->tree.nodes[at].parent)
			names[depth++] = profile->tree.nodes[at].name;
		while (depth-- > 0)
			length += (size_t)snprintf(text + length, room - length, "%s%s",
						   names[depth], depth ? ";" : "");
		length += (size_t)snprintf(text + length, room - length, "=%llu ",
					   (unsigned long long)node->self);
	}
}

static bool by_clock;

static struct profile *make(json_t *stacks)
{
	struct symbols symbols;
	struct profile *profile;

	assert_int_equal(symbols_parse(list, strlen(list), &symbols, NULL), 0);
	assert_int_equal(sampled_profile(&facts, stacks, by_clock, &symbols, &profile), 0);
	symbols_release(&symbols);
	json_decref(stacks);
	return profile;
}

static void must_be(json_t *stacks, const char *expected, uint64_t total, uint64_t interrupts)
{
	struct profile *profile = make(stacks);
	char text[512];

	tree_text(profile, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_int_equal(profile->total, total);
	assert_int_equal(profile->interrupts, interrupts);
	profile_free(profile);
}

TEST(frames_are_named_below_the_program)
{
	must_be(json_pack("{s:i, s:i}", "ffffffff81000010;ffffffff81000110;ffffffffc0a00000", 7, "",
			  2),
		"[user]=2 [user];entry_SYSCALL_64;do_syscall;vfio_pin=7 ", 9, 0);
}

TEST(addresses_of_one_function_are_one_frame)
{
	must_be(json_pack("{s:i, s:i}", "ffffffff81000010;ffffffff81000210", 3,
			  "ffffffff81000020;ffffffff81000220", 4),
		"[user];entry_SYSCALL_64;pin_pages=7 ", 7, 0);
}

/* A caller's address is where the call returns to; the innermost one is the sample's own. */
TEST(call_at_the_end_of_a_function_is_of_that_function)
{
	must_be(json_pack("{s:i}", "ffffffff81000010;ffffffff81000300;ffffffff81000200", 1),
		"[user];entry_SYSCALL_64;pin_pages;pin_pages=1 ", 1, 0);
}

TEST(interrupts_are_kept_apart)
{
	must_be(json_pack("{s:i, s:i}",
			  "ffffffff81000010;ffffffff81000110;ffffffff81000410;ffffffff81000510", 5,
			  "ffffffff81000010;ffffffff81000110", 2),
		"[user];entry_SYSCALL_64;do_syscall=2 ", 2, 5);
}

TEST(address_that_is_in_no_function_is_unknown)
{
	must_be(json_pack("{s:i}", "ffffffff81000010;1234", 1),
		"[user];entry_SYSCALL_64;[unknown]=1 ", 1, 0);
}

#define SWITCHED_ON "ffffffff81000010;ffffffff81000210;ffffffff81000710;ffffffff81000600"

TEST(timers_samples_where_interrupts_come_on_are_of_what_had_them_off)
{
	by_clock = true;
	must_be(json_pack("{s:i, s:i}", SWITCHED_ON, 8, "ffffffff81000610", 1),
		"[user];entry_SYSCALL_64;pin_pages=8 [user];pvm_irq_enable=1 ", 9, 0);
	by_clock = false;
	must_be(json_pack("{s:i}", SWITCHED_ON, 8),
		"[user];entry_SYSCALL_64;pin_pages;__raw_callee_save_pvm_irq_enable;"
		"pvm_irq_enable=8 ",
		8, 0);
}

TEST(no_samples_are_an_empty_profile)
{
	must_be(json_object(), "", 0, 0);
}

TEST(record_of_it_comes_back)
{
	struct profile *profile =
		make(json_pack("{s:i}", "ffffffff81000010;ffffffff81000110;ffffffffc0a00000", 7));
	struct profile *again;
	struct reason reason = { "" };
	json_t *record = profile_to_record(profile, NULL);
	char text[512];

	must(!profile_from_record(record, &again, &reason), "%s", reason.text);
	tree_text(again, text, sizeof(text));
	assert_string_equal(text, "[user];entry_SYSCALL_64;do_syscall;vfio_pin=7 ");
	assert_string_equal(again->event, "cpu-clock");
	assert_true(profile_is_samples(again));
	assert_int_equal(again->operations, 20);
	assert_int_equal(again->lost, 3);
	assert_int_equal(again->block, 2);
	assert_int_equal(again->order, 5);
	json_decref(record);
	profile_free(profile);
	profile_free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_named_below_the_program),
		cmocka_unit_test(addresses_of_one_function_are_one_frame),
		cmocka_unit_test(call_at_the_end_of_a_function_is_of_that_function),
		cmocka_unit_test(interrupts_are_kept_apart),
		cmocka_unit_test(address_that_is_in_no_function_is_unknown),
		cmocka_unit_test(timers_samples_where_interrupts_come_on_are_of_what_had_them_off),
		cmocka_unit_test(no_samples_are_an_empty_profile),
		cmocka_unit_test(record_of_it_comes_back),
	};

	return RUN(tests);
}
