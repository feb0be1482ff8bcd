#include "boots.h"
#include "compare/selection.h"

#define THP "vfio-map/backing=thp/size=1GiB/placement=remote"

/* ---- one cell, asked for ---- */

static struct sides sides;

static const struct boot_cell *load_cell(void)
{
	const char *const paths[] = { kept(temp_path("a.jsonl")), kept(temp_path("b.jsonl")) };
	struct reason reason = { "" };

	for (size_t i = 0; i < COUNT(paths); i++) {
		FILE *file = boot_begin(paths[i], &(struct boot_file){ .kernel = i ? "2" : "1" });

		boot_trial(file, THP, "map_ns", "1,2,3"); /* its size_bytes is 4096 */
		boot_end(file);
	}
	sides = (struct sides){ 0 };
	must(!sides_load(paths, 2, NULL, 0, &sides, &reason), "%s", reason.text);
	return &sides.list[0].boots[0]->cells[0];
}

struct wish {
	const char *filters[3], *rows[3];
	bool wanted;
};

static struct selection selection_of(const struct wish *wish)
{
	struct selection selection = { .filters = wish->filters, .rows = wish->rows };

	while (selection.nr_filters < 3 && wish->filters[selection.nr_filters])
		selection.nr_filters++;
	while (selection.nr_rows < 3 && wish->rows[selection.nr_rows])
		selection.nr_rows++;
	return selection;
}

TEST(row_passes_every_filter_and_one_of_the_patterns)
{
	static const struct wish wishes[] = {
		{ { NULL }, { NULL }, true },
		{ { "backing=thp" }, { NULL }, true },
		{ { "backing=anon" }, { NULL }, false },
		{ { "backing=anon,thp" }, { NULL }, true },
		{ { "backing=th" }, { NULL }, false },
		{ { "backing=thpp" }, { NULL }, false },
		{ { "backing=thp", "placement=local" }, { NULL }, false },
		{ { "backing=thp", "placement=remote" }, { NULL }, true },
		{ { "bench=vfio-map" }, { NULL }, true },
		{ { "bench=vfio" }, { NULL }, false },
		{ { "metric=map_ns" }, { NULL }, true },
		{ { "metric=unmap_ns" }, { NULL }, false },
		{ { "size=1GiB" }, { NULL }, true }, /* as it is named */
		{ { "size=4K" }, { NULL }, true }, /* as it was recorded, in any spelling */
		{ { "size=4096" }, { NULL }, true },
		{ { "size=8K" }, { NULL }, false },
		{ { "size=x" }, { NULL }, false },
		{ { "size_bytes=4096" }, { NULL }, true },
		{ { NULL }, { "thp" }, true },
		{ { NULL }, { "anon" }, false },
		{ { NULL }, { "anon", "map_ns" }, true },
		{ { NULL }, { "*thp* map_ns" }, true },
		{ { NULL }, { "thp*" }, false }, /* a glob is of the whole */
		{ { NULL }, { "*[ab]nmap_ns" }, false },
		{ { NULL }, { "remote map_ns" }, true },
		{ { "backing=thp" }, { "anon" }, false },
	};
	const struct boot_cell *cell = load_cell();

	for (size_t i = 0; i < COUNT(wishes); i++) {
		struct selection selection = selection_of(&wishes[i]);
		struct reason reason = { "" };

		must(!selection_check(&selection, &sides, &reason), "%s", reason.text);
		must(selection_wants(&selection, cell, "map_ns") == wishes[i].wanted, "wish %zu",
		     i);
	}
	sides_release(&sides);
}

TEST(cell_as_a_whole_has_no_metric_to_be_refused_by)
{
	const struct wish wish = { { "metric=unmap_ns" }, { NULL }, true };
	struct selection selection = selection_of(&wish);

	assert_true(selection_wants(&selection, load_cell(), NULL));
	sides_release(&sides);
}

TEST(filter_that_can_match_nothing_is_refused)
{
	static const struct {
		const char *filter, *why;
	} cases[] = {
		{ "thp", "expected PARAM=VALUE" },
		{ "=thp", "expected PARAM=VALUE" },
		{ "backing=", "expected PARAM=VALUE" },
		{ "", "expected PARAM=VALUE" },
		{ "bakcing=thp", "no cell has a parameter \"bakcing\"" },
		{ "siez=4K", "(did you mean \"size\"?)" },
		{ "bnech=null", "(did you mean \"bench\"?)" },
	};

	load_cell();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct selection selection = { .filters = &cases[i].filter, .nr_filters = 1 };
		struct reason reason = { "" };

		assert_int_equal(selection_check(&selection, &sides, &reason), -EINVAL);
		must_contain(reason.text, cases[i].why);
	}
	sides_release(&sides);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(row_passes_every_filter_and_one_of_the_patterns),
		cmocka_unit_test(cell_as_a_whole_has_no_metric_to_be_refused_by),
		cmocka_unit_test(filter_that_can_match_nothing_is_refused),
	};

	return RUN(tests);
}
