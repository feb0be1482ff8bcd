#include "matrix/answers.h"
#include "unit.h"

static const char kind[1], other_kind[1], about[1], where[1];

static struct answer *find(struct answers *answers, const struct question *question, bool expected)
{
	bool is_new = !expected;
	struct answer *answer = answers_find(answers, question, &is_new);

	assert_non_null(answer);
	assert_int_equal(is_new, expected);
	return answer;
}

TEST(question_is_new_once)
{
	const struct question question = { kind, about, where, 7 };
	struct answers answers = { 0 };
	struct answer *answer = find(&answers, &question, true);

	assert_null(answer->skip);
	assert_null(answer->found);
	answer->skip = "no";
	assert_string_equal(find(&answers, &question, false)->skip, "no");
	answers_release(&answers);
	find(&answers, &question, true);
	answers_release(&answers);
}

TEST(questions_that_differ_in_one_part_have_answers_of_their_own)
{
	const struct question questions[] = {
		{ kind, about, where, 7 }, { other_kind, about, where, 7 },
		{ kind, NULL, where, 7 },  { kind, about, NULL, 7 },
		{ kind, about, where, 8 }, { kind, where, about, 7 },
	};
	struct answers answers = { 0 };

	for (size_t i = 0; i < COUNT(questions); i++)
		find(&answers, &questions[i], true)->found = &questions[i];
	for (size_t i = 0; i < COUNT(questions); i++)
		assert_ptr_equal(find(&answers, &questions[i], false)->found, &questions[i]);
	answers_release(&answers);
}

/* The table behind them grows several times on the way. */
TEST(many_answers_are_all_kept)
{
	struct answers answers = { 0 };
	static char found[5000];

	for (size_t i = 0; i < COUNT(found); i++)
		find(&answers, &(struct question){ kind, NULL, NULL, i }, true)->found = &found[i];
	for (size_t i = 0; i < COUNT(found); i++)
		assert_ptr_equal(
			find(&answers, &(struct question){ kind, NULL, NULL, i }, false)->found,
			&found[i]);
	assert_int_equal(answers.count, COUNT(found));
	answers_release(&answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(question_is_new_once),
		cmocka_unit_test(questions_that_differ_in_one_part_have_answers_of_their_own),
		cmocka_unit_test(many_answers_are_all_kept),
	};

	return RUN(tests);
}
