#include "measure/member_outcomes.h"
#include "unit.h"

#define MEMBERS 3

static struct member_outcome *outcomes;

static int setup(void **state)
{
	(void)state;
	outcomes = member_outcomes_new(MEMBERS);
	return !outcomes;
}

static int teardown(void **state)
{
	(void)state;
	member_outcomes_free(outcomes, MEMBERS);
	return 0;
}

/* What a member of that number came to. */
static struct trial trial_of(size_t member)
{
	struct trial t = { .proof = { .method = "pagemap",
				      .pages.sizes = { { 4096, 10 }, { 2097152, member + 1 } },
				      .pages.nr_sizes = 2,
				      .nodes = { { (unsigned int)member / 2, 4096 } },
				      .nr_nodes = 1,
				      .pages.runs = 5 },
			   .proved = true,
			   .fault_in_ns = 100 * member,
			   .verify_ns = 7 };

	return t;
}

TEST(memory_of_all_is_proved_by_all)
{
	struct trial first = trial_of(0);

	for (size_t i = 0; i < MEMBERS; i++) {
		struct trial t = trial_of(i);

		member_outcome_store(&outcomes[i], &t);
	}
	assert_int_equal(member_outcomes_gather(outcomes, MEMBERS, 0, &first), 0);
	assert_int_equal(first.proof.pages.nr_sizes, 2);
	assert_int_equal(first.proof.pages.sizes[0].pages, 30);
	assert_int_equal(first.proof.pages.sizes[1].pages, 6);
	assert_int_equal(first.proof.nr_nodes, 2);
	assert_int_equal(first.proof.nodes[0].bytes, 2 * 4096);
	assert_int_equal(first.proof.nodes[1].bytes, 4096);
	assert_int_equal(first.proof.pages.runs, 15);
	assert_int_equal(first.fault_in_ns, 200);
	assert_int_equal(first.verify_ns, 7);
}

/* A member from which frames are hidden hides those of all. */
TEST(runs_are_known_of_all_or_of_none)
{
	struct trial first = trial_of(0);

	for (size_t i = 0; i < MEMBERS; i++) {
		struct trial t = trial_of(i);

		t.proof.pages.runs = i == 1 ? 0 : 5;
		member_outcome_store(&outcomes[i], &t);
	}
	assert_int_equal(member_outcomes_gather(outcomes, MEMBERS, 0, &first), 0);
	assert_int_equal(first.proof.pages.runs, 0);
}

TEST(reason_of_any_member_is_told)
{
	struct trial first = trial_of(0), second = trial_of(1);

	member_outcome_store(&outcomes[0], &first);
	reason_set(&second.reason, INVALID, "found 4KiB pages");
	member_outcome_store(&outcomes[1], &second);
	assert_int_equal(member_outcomes_gather(outcomes, MEMBERS, INVALID, &first), INVALID);
	assert_string_equal(first.reason.text, "found 4KiB pages");
	assert_int_equal(first.proof.pages.sizes[0].pages, 10);
}

TEST(member_that_died_has_told_nothing)
{
	struct trial first = trial_of(0);

	member_outcome_store(&outcomes[0], &first);
	assert_int_equal(member_outcomes_gather(outcomes, MEMBERS, -ECHILD, &first), -ECHILD);
	assert_string_equal(first.reason.text, "a process of the trial died");
}

int main(void)
{
#define FOUND_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		FOUND_TEST(memory_of_all_is_proved_by_all),
		FOUND_TEST(runs_are_known_of_all_or_of_none),
		FOUND_TEST(reason_of_any_member_is_told),
		FOUND_TEST(member_that_died_has_told_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
