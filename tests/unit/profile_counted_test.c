#include "profile/counted.h"
#include "unit.h"

static const char names[] = "ffffffff81000000 T entry_SYSCALL_64\n"
			    "ffffffff81000100 T do_syscall_64\n"
			    "ffffffff81000200 T sys_ioctl\n"
			    "ffffffff81000300 t helper.isra.0\n"
			    "ffffffff81000400 T jumped_to\n"
			    "ffffffff81900000 T asm_sysvec_apic_timer_interrupt\n"
			    "ffffffff81900100 T tick\n"
			    "ffffffff81a00000 T asm_exc_page_fault\n"
			    "ffffffffc0a00000 t vfio_unpin\t[vfio_iommu_type1]\n";

#define BEGIN "dmabench-count 1 x86_64\n"

/*
 * The program calls the system, which calls an ioctl, which calls a module's function; a timer tick
 * and a page fault come.
 */
static const char good[] = BEGIN "trial 42 0 0\n"
				 "path 2 0 0 ffffffff81000000\n"
				 "path 3 2 ffffffff81000020 ffffffff81000100\n"
				 "path 4 3 ffffffff81000110 ffffffffc0a00000\n"
				 "path 5 4 0 ffffffff81900000\n"
				 "path 6 5 ffffffff81900010 ffffffff81900100\n"
				 "path 7 0 0 ffffffff81a00000\n"
				 "path 8 3 ffffffff81000410 ffffffff81000300\n"
				 "metric 1 2 200 30 0\n"
				 "at 0 0 10 4\n"
				 "at 2 ffffffff81000000 20 2\n"
				 "at 3 ffffffff81000100 30 2\n"
				 "at 3 ffffffff81000108 5 2\n"
				 "at 3 ffffffff81000400 15 3\n"
				 "at 4 ffffffffc0a00000 40 8\n"
				 "at 5 ffffffff81900000 3 1\n"
				 "at 6 ffffffff81900100 7 1\n"
				 "at 7 ffffffff81a00000 6 1\n"
				 "at 8 ffffffff81000300 8 1\n"
				 "at 1 ffffffff81000210 25 1\n"
				 "at 3 ffffffff82ffffff 1 1\n"
				 "end\n";

static struct counts read_counts(const char *text)
{
	struct reason reason = { "" };
	struct counts counts;

	must(!counts_read(temp_file("counts", text), &counts, &reason), "%s", reason.text);
	return counts;
}

static struct symbols read_names(void)
{
	struct reason reason = { "" };
	struct symbols symbols;

	must(!symbols_parse(names, strlen(names), &symbols, &reason), "%s", reason.text);
	return symbols;
}

/* Makes the profile of the first metric of the first trial. */
static int profile_of(const char *text, struct profile **ret_profile, struct reason *reason)
{
	const struct profile_facts facts = { .cell = "vfio-map/size=1", .metric = "unmap_ns" };
	struct counts counts = read_counts(text);
	struct symbols symbols = read_names();
	int ret = counted_profile(&counts, &counts.trials[0], &counts.metrics[0], &symbols, facts,
				  ret_profile, reason);

	symbols_release(&symbols);
	counts_release(&counts);
	return ret;
}

static const struct call_node *node(struct profile *profile, const char *stack)
{
	char text[256], *rest = text, *name;
	size_t at = 0, next;

	snprintf(text, sizeof(text), "%s", stack);
	while ((name = strsep(&rest, ";"))) {
		for (next = profile->tree.nodes[at].first_child; next;
		     next = profile->tree.nodes[next].next_sibling)
			if (!strcmp(profile->tree.nodes[next].name, name))
				break;
		must(next, "no %s in %s", name, stack);
		at = next;
	}
	return &profile->tree.nodes[at];
}

TEST(stacks_have_names_from_the_program_to_a_module)
{
	static const struct {
		const char *stack, *module;
		uint64_t self, calls;
	} cases[] = {
		{ "[user]", "[user]", 10, 0 },
		{ "[user];entry_SYSCALL_64", "", 20, 2 },
		{ "[user];entry_SYSCALL_64;do_syscall_64", "", 35, 2 },
		{ "[user];entry_SYSCALL_64;do_syscall_64;vfio_unpin", "vfio_iommu_type1", 40, 8 },
		/* Left by a jump, it is the caller of what was called there. */
		{ "[user];entry_SYSCALL_64;do_syscall_64;jumped_to", "", 15, 3 },
		{ "[user];entry_SYSCALL_64;do_syscall_64;jumped_to;helper.isra.0", "", 8, 1 },
		{ "[user];entry_SYSCALL_64;do_syscall_64;[unknown]", "", 1, 0 },
		{ "[user];asm_exc_page_fault", "", 6, 1 },
		{ "sys_ioctl", "", 25, 0 }, /* met in its middle */
	};
	struct profile *profile;
	struct reason reason = { "" };

	must(!profile_of(good, &profile, &reason), "%s", reason.text);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct call_node *found = node(profile, cases[i].stack);

		must(found->self == cases[i].self && found->calls == cases[i].calls &&
			     !strcmp(found->module, cases[i].module),
		     "%s: %llu, %llu calls", cases[i].stack, (unsigned long long)found->self,
		     (unsigned long long)found->calls);
	}
	must(call_tree_sum(&profile->tree) == 160, "%llu",
	     (unsigned long long)call_tree_sum(&profile->tree));
	must(profile->interrupts == 10 && profile->idle_ns == 30 && profile->operations == 2,
	     "%llu in interrupts", (unsigned long long)profile->interrupts);
	must(counted_unknown_share(profile) > 0.006 && counted_unknown_share(profile) < 0.0063,
	     "%f", counted_unknown_share(profile));
	profile_free(profile);
}

TEST(what_cannot_be_a_profile_says_why)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ BEGIN "trial 1 0 0\nmetric 1 10 200 0 10\nend\n", "worked out" },
		{ BEGIN "trial 1 0 0\nmetric 1 10 200 0 3\nend\n", "3 of 10 samples" },
		{ BEGIN "trial 1 2 0\nmetric 1 10 200 0 0\nend\n", "too many clock reads" },
		{ BEGIN "trial 1 0 1\nmetric 1 10 200 0 0\nend\n", "out of memory" },
	};
	struct profile *profile;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };

		must(profile_of(cases[i].text, &profile, &reason) == SKIPPED, "case %zu", i);
		must_contain(reason.text, cases[i].why);
	}
}

TEST(a_trial_without_its_end_is_left_out)
{
	struct counts counts =
		read_counts(BEGIN "trial 1 0 0\nend\ntrial 2 0 0\nmetric 0 1 1 0 0\n");

	must(counts_find(&counts, 1) && !counts_find(&counts, 2), "%zu trials", counts.nr_trials);
	counts_release(&counts);
}

TEST(another_file_is_refused_with_its_line)
{
	static const struct {
		const char *text, *where;
	} cases[] = {
		{ "", ":1: not what" },
		{ "dmabench-count 2 x86_64\n", ":1: not what" },
		{ BEGIN "trial 1 0 0\nend\nsurprise 1\n", ":4: not what" },
		{ BEGIN "trial 1 0\n", ":2: not what" },
		{ BEGIN "trial 1 0 x\n", ":2: not what" },
		{ BEGIN "metric 1 2 3 4 5\n", ":2: not what" },
		{ BEGIN "trial 1 0 0\npath 3 0 0 1\n", ":3: not what" },
		{ BEGIN "trial 1 0 0\nmetric 1 2 3 4 5\nat 2 0 1 1\n", ":4: not what" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reason reason = { "" };
		struct counts counts;

		must(counts_read(temp_file("counts", cases[i].text), &counts, &reason) == -EINVAL,
		     "case %zu", i);
		must_contain(reason.text, cases[i].where);
		counts_release(&counts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_have_names_from_the_program_to_a_module),
		cmocka_unit_test(what_cannot_be_a_profile_says_why),
		cmocka_unit_test(a_trial_without_its_end_is_left_out),
		cmocka_unit_test(another_file_is_refused_with_its_line),
	};

	return RUN(tests);
}
