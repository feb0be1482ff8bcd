#include "compare/doubt.h"
#include "unit.h"

/* What is said of a row, cause and remedy apart. */
struct told {
	enum doubt doubt;
	const char *why, *remedy;
};

static struct told explain(const struct doubt_case *about)
{
	static char why[DOUBT_TEXT];
	size_t remedy;
	enum doubt doubt = doubt_explain(about, why, &remedy);

	return (struct told){ doubt, why, remedy ? why + remedy : "" };
}

TEST(each_doubt_has_its_cause_and_its_remedy)
{
	static const struct {
		struct verdict verdict;
		struct doubt_case about;
		enum doubt doubt;
		const char *cause, *remedy;
	} cases[] = {
		{ { .pairs = 6 }, { .has_zero = true }, DOUBT_ZERO, "of 0", "" },
		{ { .pairs = 1 },
		  { .one_boot_each = true },
		  DOUBT_ONE_BOOT,
		  "one boot",
		  "--boots 6" },
		{ { .pairs = 3 },
		  { .one_boot_each = false },
		  DOUBT_FEW_PAIRS,
		  "3 pairs of boots",
		  "--boots 6" },
		{ { .pairs = 8 },
		  { .one_boot_each = false },
		  DOUBT_BEYOND_REACH,
		  "differ among",
		  "no number" },
		{ { .pairs = 8, .pairs_wanted = 7 },
		  { .icount = false },
		  DOUBT_NEAR_MARGIN,
		  "near",
		  "more pairs" },
		{ { .pairs = 8, .pairs_wanted = 30 },
		  { .icount = false },
		  DOUBT_MORE_BOOTS,
		  "differ among",
		  "about 30 pairs" },
		{ { .pairs = 8, .pairs_wanted = 900 },
		  { .icount = false },
		  DOUBT_MANY_BOOTS,
		  "differ among",
		  "about 900" },
		{ { .pairs = 1 }, { .icount = true }, DOUBT_LAYOUT, "layout", "--boots" },
		{ { .pairs = 1 },
		  { .icount = true, .small_pages = true },
		  DOUBT_SMALL_PAGES,
		  "small pages",
		  "--boots" },
		{ { .pairs = 6, .pairs_wanted = 9 },
		  { .icount = true },
		  DOUBT_MORE_BOOTS,
		  "layout",
		  "about 9 boots a side" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct doubt_case about = cases[i].about;
		struct told told;

		about.verdict = &cases[i].verdict;
		about.margin = 0.02;
		told = explain(&about);
		must(told.doubt == cases[i].doubt, "%zu: doubt %d", i, told.doubt);
		must_contain(told.why, cases[i].cause);
		must_contain(told.remedy, cases[i].remedy);
	}
}

TEST(what_many_boots_can_tell_is_more_than_the_margin)
{
	const struct verdict verdict = { .pairs = 8, .pairs_wanted = 2000 };
	const struct doubt_case about = { .verdict = &verdict, .margin = 0.02 };

	/* 20 pairs tell what 2000 would tell at a tenth of it: 20 %. */
	must_contain(explain(&about).remedy, "20 pairs of boots would show a change of 22 %");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_doubt_has_its_cause_and_its_remedy),
		cmocka_unit_test(what_many_boots_can_tell_is_more_than_the_margin),
	};

	return RUN(tests);
}
