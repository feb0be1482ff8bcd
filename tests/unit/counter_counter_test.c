#include "counter/counter.h"
#include "unit.h"

/*
 * A made-up program. Its instructions are 2 bytes long, but for calls; blocks are described as the
 * plugin would, and run by hand.
 */
#define KERNEL UINT64_C(0xffffffff81000000)
#define USER UINT64_C(0x401000)
#define METRIC 3

/* As bytes of x86. */
static const struct instruction nop = { .size = 2, .bytes = { 0x66, 0x90 } },
				ret = { .size = 2, .bytes = { 0xf3, 0xc3 } },
				read_clock = { .size = 2, .bytes = { 0x0f, 0x31 } },
				system_call = { .size = 2, .bytes = { 0x0f, 0x05 } },
				sysret = { .size = 2, .bytes = { 0x0f, 0x07 } },
				iret = { .size = 2, .bytes = { 0x48, 0xcf } },
				halt = { .size = 2, .bytes = { 0x3e, 0xf4 } },
				trap = { .size = 2, .bytes = { 0x0f, 0x0b } },
				call_rax = { .size = 2, .bytes = { 0xff, 0xd0 } },
				jump_rax = { .size = 2, .bytes = { 0xff, 0xe0 } },
				stosb = { .size = 2, .bytes = { 0xf3, 0xaa } };

/* A program under way. */
struct guest {
	struct block_counter counter;
	uint64_t executed;
};

static struct guest begin(void)
{
	struct guest guest = { .executed = 1000 };

	must(!counter_init(&guest.counter, "x86_64"), "init");
	counter_start(&guest.counter, 7);
	return guest;
}

static void announce(struct guest *guest, enum announcement_kind kind, uint64_t number)
{
	const struct announcement heard = { .kind = kind, .metric = METRIC, .number = number };

	counter_hear(&guest->counter, &heard);
}

/* A call or a jump of 5 bytes: 0xe8 or 0xe9. */
static struct instruction jump_to(uint8_t opcode, uint64_t from, uint64_t target)
{
	int32_t distance = (int32_t)(target - (from + 5));
	struct instruction instruction = { .size = 5, .bytes = { opcode } };

	memcpy(instruction.bytes + 1, &distance, sizeof(distance));
	return instruction;
}

/* A block of @count instructions, of which the last one is given. */
static struct counter_block *block(struct guest *guest, uint64_t address, size_t count,
				   struct instruction last)
{
	struct instruction list[16];
	struct counter_block *made;

	for (size_t i = 0; i < count; i++) {
		list[i] = i + 1 < count ? nop : last;
		list[i].address = address + 2 * i;
	}
	made = counter_describe(&guest->counter, list, count);
	must(made, "a block");
	return made;
}

static struct counter_block *call(struct guest *guest, uint64_t address, size_t count,
				  uint64_t target)
{
	uint64_t from = address + 2 * (count - 1);

	return block(guest, address, count, jump_to(0xe8, from, target));
}

/* It begins, and so many of its instructions do. */
static void run_part(struct guest *guest, struct counter_block *block, uint64_t count)
{
	counter_enter(&guest->counter, block, guest->executed);
	guest->executed += count;
}

static void run(struct guest *guest, struct counter_block *block)
{
	run_part(guest, block, block->nr_instructions);
}

/* Reads the clock in user space: what is between two of those is a bracket of 2 instructions more. */
static void read_the_clock(struct guest *guest)
{
	run(guest, block(guest, USER, 2, read_clock));
}

static void enter_kernel(struct guest *guest)
{
	run(guest, block(guest, USER + 0x100, 1, system_call));
	run(guest, block(guest, KERNEL, 3, jump_rax));
}

static void leave_kernel(struct guest *guest)
{
	run(guest, block(guest, KERNEL + 6, 1, sysret));
}

/* Ends the bracket of @ticks instructions, which are one sample. */
static const struct round_tally *sample(struct guest *guest, uint64_t ticks)
{
	read_the_clock(guest);
	run(guest, block(guest, USER + 0x200, 1, nop));
	announce(guest, ANNOUNCE_SAMPLE, ticks);
	return &guest->counter.rounds.tallies[METRIC];
}

static void begin_bracket(struct guest *guest)
{
	run(guest, block(guest, USER + 0x200, 1, nop));
	announce(guest, ANNOUNCE_ROUND, 0);
	read_the_clock(guest);
}

static uint64_t sum(const struct round_tally *tally)
{
	uint64_t all = 0;

	for (size_t i = 0; i < tally->room; i++)
		all += tally->instructions[i];
	return all;
}

/* How a path is written: its entries from the root, less KERNEL, in hexadecimal. */
static void path_text(const struct guest *guest, uint64_t number, char *text, size_t room)
{
	const struct path *path;
	char parent[256];

	if (number <= PATHS_UNKNOWN) {
		snprintf(text, room, number == PATHS_USER ? "user" : "unknown");
		return;
	}
	path = paths_get(&guest->counter.paths, (uint32_t)number);
	path_text(guest, path->parent, parent, sizeof(parent));
	snprintf(text, room, "%.200s %s%llx", parent, path->returns_to ? "" : "!",
		 (unsigned long long)(path->entry ? path->entry - KERNEL : 0));
}

/* The instructions of a block on a path, in a tally. */
static uint64_t counted(const struct guest *guest, const struct round_tally *tally,
			const char *path, uint64_t address, uint64_t *ret_executions)
{
	uint64_t instructions = 0, executions = 0;

	for (size_t i = 0; i < guest->counter.places.count && i < tally->room; i++) {
		const struct numbering_key *key = &guest->counter.places.keys[i];
		char text[256];

		path_text(guest, key->a, text, sizeof(text));
		if (key->b != address || strcmp(text, path) != 0)
			continue;
		instructions += tally->instructions[i];
		executions += tally->executions[i];
	}
	if (ret_executions)
		*ret_executions = executions;
	return instructions;
}

#define must_count(guest, tally, path, address, expected)                                     \
	must(counted(guest, tally, path, KERNEL + (address), NULL) == (expected),             \
	     "%llu instructions of %s at %x",                                                 \
	     (unsigned long long)counted(guest, tally, path, KERNEL + (address), NULL), path, \
	     (unsigned int)(address))

/* ---- brackets ---- */

TEST(what_runs_between_two_clock_reads_is_a_sample)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	leave_kernel(&guest);
	tally = sample(&guest, 7);
	must(tally->operations == 1 && !tally->unclaimed && sum(tally) == 7, "%llu",
	     (unsigned long long)sum(tally));
	must_count(&guest, tally, "user !0", 0, 3u);
	must_count(&guest, tally, "user !0", 6, 1u);
	must(counted(&guest, tally, "user", 0, NULL) == 3, "the program's own");
	counter_release(&guest.counter);
}

TEST(what_no_sample_claims_is_dropped)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	leave_kernel(&guest);
	read_the_clock(&guest);
	begin_bracket(&guest);
	tally = sample(&guest, 2);
	must(sum(tally) == 2 && !tally->unclaimed, "%llu", (unsigned long long)sum(tally));
	tally = sample(&guest, 7);
	must(tally->unclaimed == 1 && sum(tally) == 2, "a stretch of the round before");
	counter_release(&guest.counter);
}

TEST(samples_of_one_length_are_taken_in_their_order)
{
	struct guest guest = begin();
	const struct round_tally *tally = NULL;
	struct counter_block *first, *second;

	begin_bracket(&guest);
	first = block(&guest, KERNEL + 0x1000, 4, jump_rax);
	second = block(&guest, KERNEL + 0x2000, 4, jump_rax);
	for (int i = 0; i < 2; i++) {
		enter_kernel(&guest);
		run(&guest, i ? second : first);
		leave_kernel(&guest);
		read_the_clock(&guest);
	}
	run(&guest, block(&guest, USER + 0x200, 1, nop));
	for (int i = 0; i < 2; i++)
		announce(&guest, ANNOUNCE_SAMPLE, 11);
	tally = &guest.counter.rounds.tallies[METRIC];
	must(!tally->unclaimed && sum(tally) == 22, "both");
	must_count(&guest, tally, "user !0", 0x1000, 4u);
	must_count(&guest, tally, "user !0", 0x2000, 4u);
	counter_release(&guest.counter);
}

TEST(a_sum_of_samples_is_a_sample)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	read_the_clock(&guest);
	enter_kernel(&guest);
	leave_kernel(&guest);
	read_the_clock(&guest);
	run(&guest, block(&guest, USER + 0x300, 5, nop));
	read_the_clock(&guest);
	read_the_clock(&guest);
	run(&guest, block(&guest, USER + 0x200, 1, nop));
	announce(&guest, ANNOUNCE_SAMPLE, 2);
	announce(&guest, ANNOUNCE_SAMPLE, 7);
	announce(&guest, ANNOUNCE_SAMPLE, 9); /* which is also the whole of both */
	announce(&guest, ANNOUNCE_SAMPLE, 18); /* all three */
	tally = &guest.counter.rounds.tallies[METRIC];
	must(!tally->unclaimed && sum(tally) == 36, "%llu of %llu unclaimed",
	     (unsigned long long)tally->unclaimed, (unsigned long long)sum(tally));
	counter_release(&guest.counter);
}

/* ---- calls ---- */

TEST(calls_and_returns_make_a_path)
{
	struct guest guest = begin();
	const struct round_tally *tally;
	uint64_t times;

	begin_bracket(&guest);
	enter_kernel(&guest);
	for (int i = 0; i < 2; i++) {
		run(&guest, call(&guest, KERNEL + 0x10, 2, KERNEL + 0x100)); /* a calls b */
		run(&guest, block(&guest, KERNEL + 0x100, 2, call_rax)); /* b calls c */
		run(&guest, block(&guest, KERNEL + 0x200, 5, ret));
		run(&guest, block(&guest, KERNEL + 0x104, 1, ret));
		run(&guest, block(&guest, KERNEL + 0x17, 1, jump_rax));
	}
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 2 * 11);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 100 200", 0x200, 10u);
	must_count(&guest, tally, "user !0 100", 0x104, 2u);
	counted(&guest, tally, "user !0 100 200", KERNEL + 0x200, &times);
	must(times == 2, "entered %llu times", (unsigned long long)times);
	counter_release(&guest.counter);
}

TEST(a_tail_call_stays_in_its_frame)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	run(&guest,
	    block(&guest, KERNEL + 0x100, 2, jump_to(0xe9, KERNEL + 0x102, KERNEL + 0x200)));
	run(&guest, call(&guest, KERNEL + 0x200, 2, KERNEL + 0x300));
	run(&guest, block(&guest, KERNEL + 0x300, 3, ret));
	run(&guest, block(&guest, KERNEL + 0x207, 1, ret));
	run(&guest, block(&guest, KERNEL + 0x15, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 2 + 2 + 3 + 1 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 100", 0x200, 2u);
	must_count(&guest, tally, "user !0 100 300", 0x300, 3u);
	must_count(&guest, tally, "user !0", 0x15, 1u);
	counter_release(&guest.counter);
}

TEST(a_return_past_several_calls_finds_its_own)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	run(&guest, call(&guest, KERNEL + 0x100, 1, KERNEL + 0x200));
	run(&guest, block(&guest, KERNEL + 0x200, 2, ret)); /* to the first one */
	run(&guest, block(&guest, KERNEL + 0x15, 4, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 1 + 2 + 4);
	must_count(&guest, tally, "user !0", 0x15, 4u);
	counter_release(&guest.counter);
}

TEST(a_return_that_fits_no_call_begins_anew_and_the_next_calls_are_right)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	run(&guest, block(&guest, KERNEL + 0x100, 2, ret));
	run(&guest, call(&guest, KERNEL + 0x5000, 1, KERNEL + 0x6000));
	run(&guest, block(&guest, KERNEL + 0x6000, 3, ret));
	run(&guest, block(&guest, KERNEL + 0x5005, 1, jump_rax));
	leave_kernel(&guest);
	run(&guest, block(&guest, USER + 0x102, 1, nop));
	enter_kernel(&guest);
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 2 + 1 + 3 + 1 + 1 + 5);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "unknown 6000", 0x6000, 3u);
	must_count(&guest, tally, "unknown", 0x5005, 1u);
	must_count(&guest, tally, "user !0", 0, 6u);
	counter_release(&guest.counter);
}

/* ---- interrupts and exceptions ---- */

#define TIMER (KERNEL + 0x900000)
#define FAULT (KERNEL + 0xa00000)

/* An interrupt of @count instructions, which calls something. */
static void interrupt(struct guest *guest, uint64_t count)
{
	run(guest, call(guest, TIMER, 1, TIMER + 0x100));
	run(guest, block(guest, TIMER + 0x100, count - 2, ret));
	run(guest, block(guest, TIMER + 5, 1, iret));
}

TEST(an_interrupt_stands_below_what_it_interrupted_and_goes)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	run(&guest, block(&guest, KERNEL + 0x100, 2, nop));
	interrupt(&guest, 9);
	run(&guest, block(&guest, KERNEL + 0x104, 3, ret));
	run(&guest, block(&guest, KERNEL + 0x15, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 2 + 9 + 3 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 100 !900000 900100", TIMER + 0x100 - KERNEL, 7u);
	must_count(&guest, tally, "user !0 100 !900000", TIMER - KERNEL, 1u);
	must_count(&guest, tally, "user !0 100", 0x104, 3u);
	must_count(&guest, tally, "user !0", 0x15, 1u);
	counter_release(&guest.counter);
}

TEST(an_interrupt_between_a_call_and_its_function_hides_neither)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	interrupt(&guest, 9);
	run(&guest, block(&guest, KERNEL + 0x100, 2, ret));
	interrupt(&guest, 9); /* by now its address is known */
	run(&guest, block(&guest, KERNEL + 0x15, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 9 + 2 + 9 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 100", 0x100, 2u);
	must_count(&guest, tally, "user !0 100 !900000", TIMER - KERNEL, 1u);
	must_count(&guest, tally, "user !0 !900000", TIMER - KERNEL, 1u);
	must_count(&guest, tally, "user !0", 0x15, 1u);
	counter_release(&guest.counter);
}

TEST(a_faulting_instruction_counts_when_it_is_tried_again)
{
	struct guest guest = begin();
	struct counter_block *whole = block(&guest, KERNEL + 0x100, 6, jump_rax);
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run_part(&guest, whole, 3); /* the third one faults */
	run(&guest, block(&guest, FAULT, 5, iret));
	run(&guest, block(&guest, KERNEL + 0x104, 4, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 2 + 5 + 4);
	must(!tally->unclaimed && sum(tally) == 18, "%llu", (unsigned long long)sum(tally));
	must_count(&guest, tally, "user !0", 0x100, 2u);
	must_count(&guest, tally, "user !0 !a00000", FAULT - KERNEL, 5u);
	counter_release(&guest.counter);
}

TEST(a_fault_at_a_blocks_end_is_known_once_one_was_seen_within)
{
	struct guest guest = begin();
	struct counter_block *whole = block(&guest, KERNEL + 0x100, 6, ret);
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x100));
	run_part(&guest, whole, 3);
	run(&guest, block(&guest, FAULT, 5, iret));
	run(&guest, block(&guest, KERNEL + 0x104, 4, ret)); /* the return itself faults */
	run(&guest, block(&guest, FAULT, 5, iret));
	run(&guest, block(&guest, KERNEL + 0x10a, 1, ret));
	run(&guest, block(&guest, KERNEL + 0x15, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 2 + 5 + 3 + 5 + 1 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 100 !a00000", FAULT - KERNEL, 10u);
	must_count(&guest, tally, "user !0", 0x15, 1u);
	counter_release(&guest.counter);
}

TEST(what_the_emulator_begins_anew_counts_once)
{
	struct guest guest = begin();
	struct counter_block *whole = block(&guest, KERNEL + 0x100, 6, jump_rax);
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run_part(&guest, whole, 3); /* the third one is of a device: behind it, another block */
	run(&guest, block(&guest, KERNEL + 0x106, 3, jump_rax));
	run_part(&guest, whole, 3); /* the third one writes to code: it is tried again */
	run(&guest, block(&guest, KERNEL + 0x104, 1, nop));
	run(&guest, block(&guest, KERNEL + 0x106, 3, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 6 + 6);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0", 0x106, 6u);
	counter_release(&guest.counter);
}

TEST(a_repeated_instruction_is_no_interrupt)
{
	struct guest guest = begin();
	struct counter_block *repeat = block(&guest, KERNEL + 0x104, 1, stosb);
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, block(&guest, KERNEL + 0x100, 3, stosb));
	run(&guest, repeat);
	run(&guest, repeat);
	run(&guest, block(&guest, KERNEL + 0x106, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 3 + 2 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0", 0x104, 2u);
	must_count(&guest, tally, "user !0", 0x106, 1u);
	counter_release(&guest.counter);
}

TEST(a_trap_counts_and_is_gone_back_from)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, block(&guest, KERNEL + 0x100, 3, trap));
	run(&guest, block(&guest, FAULT, 5, iret));
	run(&guest, block(&guest, KERNEL + 0x106, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 3 + 5 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !0 !a00000", FAULT - KERNEL, 5u);
	must_count(&guest, tally, "user !0", 0x106, 1u);
	counter_release(&guest.counter);
}

TEST(a_page_fault_of_the_program_is_below_the_program)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	run_part(&guest, block(&guest, USER + 0x300, 4, nop), 2);
	run(&guest, block(&guest, FAULT, 5, iret));
	run(&guest, block(&guest, USER + 0x302, 3, nop));
	tally = sample(&guest, 1 + 5 + 3 + 2);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "user !a00000", FAULT - KERNEL, 5u);
	must(counted(&guest, tally, "user", 0, NULL) == 6, "the program's own");
	counter_release(&guest.counter);
}

/* ---- sleep and tasks ---- */

TEST(time_that_the_cpu_slept_is_of_the_sample_but_no_instructions)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, block(&guest, KERNEL + 0x100, 2, halt));
	counter_enter(&guest.counter, block(&guest, TIMER, 4, iret), guest.executed);
	guest.executed += 4;
	must(counter_sleeps(&guest.counter), "it slept");
	counter_slept(&guest.counter, 1000000);
	run(&guest, block(&guest, KERNEL + 0x104, 1, jump_rax));
	must(!counter_sleeps(&guest.counter), "it is told once");
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 2 + 4 + 1 + 1000000);
	must(!tally->unclaimed && tally->idle == 1000000, "unclaimed");
	must(sum(tally) == 14, "%llu", (unsigned long long)sum(tally));
	must_count(&guest, tally, "user !0 !900000", TIMER - KERNEL, 4u);
	must_count(&guest, tally, "user !0", 0x104, 1u);
	counter_release(&guest.counter);
}

TEST(each_task_goes_on_where_it_was)
{
	struct guest guest = begin();
	const struct round_tally *tally;

	begin_bracket(&guest);
	enter_kernel(&guest);
	run(&guest, call(&guest, KERNEL + 0x10, 1, KERNEL + 0x700));
	run(&guest, call(&guest, KERNEL + 0x700, 1, KERNEL + 0x800)); /* switches */
	counter_enter(&guest.counter, block(&guest, KERNEL + 0x800, 3, ret), guest.executed);
	guest.executed += 3;
	counter_switch_from(&guest.counter, 0x11);
	counter_switch_to(&guest.counter, 0x22);
	run(&guest, call(&guest, KERNEL + 0x5000, 1, KERNEL + 0x6000)); /* of the other task */
	counter_enter(&guest.counter, block(&guest, KERNEL + 0x6000, 2, ret), guest.executed);
	guest.executed += 2;
	counter_switch_from(&guest.counter, 0x22);
	counter_switch_to(&guest.counter, 0x11);
	run(&guest, block(&guest, KERNEL + 0x705, 4, ret));
	run(&guest, block(&guest, KERNEL + 0x15, 1, jump_rax));
	leave_kernel(&guest);
	tally = sample(&guest, 7 + 1 + 1 + 3 + 1 + 2 + 4 + 1);
	must(!tally->unclaimed, "unclaimed");
	must_count(&guest, tally, "unknown", 0x5000, 1u);
	must_count(&guest, tally, "user !0 700", 0x705, 4u);
	must_count(&guest, tally, "user !0", 0x15, 1u);
	counter_release(&guest.counter);
}

/* ---- announcements and the outcome ---- */

TEST(an_announcement_comes_word_by_word)
{
	struct announcement heard = { .missing = 0 };
	const uint64_t number = 0xfedcba9876543210;

	must(!announcement_hear(&heard, 5), "a digit of nothing");
	must(!announcement_hear(&heard, announcement_begin(ANNOUNCE_SAMPLE, 31)), "its number");
	for (unsigned int i = 0; i < ANNOUNCEMENT_DIGITS; i++)
		must(announcement_hear(&heard, announcement_digit(number, i)) ==
			     (i == ANNOUNCEMENT_DIGITS - 1),
		     "digit %u", i);
	must(heard.kind == ANNOUNCE_SAMPLE && heard.metric == 31 && heard.number == number, "%llx",
	     (unsigned long long)heard.number);
	must(announcement_hear(&heard, announcement_begin(ANNOUNCE_ROUND, 0)), "without a number");
	must(heard.kind == ANNOUNCE_ROUND, "a round");
}

TEST(the_outcome_is_written)
{
	struct guest guest = begin();
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	begin_bracket(&guest);
	enter_kernel(&guest);
	leave_kernel(&guest);
	sample(&guest, 7);
	announce(&guest, ANNOUNCE_SAMPLE, 12345);
	must(!counter_write(&guest.counter, file), "written");
	fclose(file);
	assert_string_equal(text, "trial 7 0 0\n"
				  "path 2 0 0 ffffffff81000000\n"
				  "metric 3 2 12352 0 1\n"
				  "at 0 0 3 2\n"
				  "at 2 ffffffff81000000 3 1\n"
				  "at 2 ffffffff81000006 1 1\n"
				  "end\n");
	free(text);
	counter_release(&guest.counter);
}

TEST(a_machine_that_is_not_known_is_refused)
{
	struct block_counter counter;

	must(counter_init(&counter, "riscv64") == -ENOTSUP, "refused");
	must(!counter_init(&counter, "aarch64"), "known");
	counter_release(&counter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_runs_between_two_clock_reads_is_a_sample),
		cmocka_unit_test(what_no_sample_claims_is_dropped),
		cmocka_unit_test(samples_of_one_length_are_taken_in_their_order),
		cmocka_unit_test(a_sum_of_samples_is_a_sample),
		cmocka_unit_test(calls_and_returns_make_a_path),
		cmocka_unit_test(a_tail_call_stays_in_its_frame),
		cmocka_unit_test(a_return_past_several_calls_finds_its_own),
		cmocka_unit_test(
			a_return_that_fits_no_call_begins_anew_and_the_next_calls_are_right),
		cmocka_unit_test(an_interrupt_stands_below_what_it_interrupted_and_goes),
		cmocka_unit_test(an_interrupt_between_a_call_and_its_function_hides_neither),
		cmocka_unit_test(a_faulting_instruction_counts_when_it_is_tried_again),
		cmocka_unit_test(a_fault_at_a_blocks_end_is_known_once_one_was_seen_within),
		cmocka_unit_test(what_the_emulator_begins_anew_counts_once),
		cmocka_unit_test(a_repeated_instruction_is_no_interrupt),
		cmocka_unit_test(a_trap_counts_and_is_gone_back_from),
		cmocka_unit_test(a_page_fault_of_the_program_is_below_the_program),
		cmocka_unit_test(time_that_the_cpu_slept_is_of_the_sample_but_no_instructions),
		cmocka_unit_test(each_task_goes_on_where_it_was),
		cmocka_unit_test(an_announcement_comes_word_by_word),
		cmocka_unit_test(the_outcome_is_written),
		cmocka_unit_test(a_machine_that_is_not_known_is_refused),
	};

	return RUN(tests);
}
