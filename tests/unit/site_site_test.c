#include "boots.h"
#include "fail_nth.h"
#include "compare/making.h"
#include "site/site.h"
#include "unit.h"

static const char *write_boot(const char *name, const char *label, int pair, const char *samples)
{
	const struct boot_file boot = { .label = label, .pair = pair };
	const char *path = kept(temp_path(name));
	FILE *file = boot_begin(path, &boot);

	boot_trial(file, "null/op=nothing", "op_ns", "15,16,17");
	boot_trial(file, "x/size=1/<b>=2", "map_ns", samples);
	boot_trial(file, "x/size=2/<b>=2", "map_ns", samples);
	boot_skip(file, "x/size=3/<b>=2", "too <big>");
	boot_end(file);
	return path;
}

/* Of as many sides as there are paths; the caller releases both. */
static struct comparison *compare(const char *const *paths, size_t count, struct sides *sides)
{
	const struct comparison_options wanted = { .lone_rows = true };
	struct comparison *comparison = NULL;
	struct text refusal = { 0 };
	struct reason reason = { "" };
	int ret = sides_load(paths, count, NULL, SITE_KEEP, sides, &reason);

	must(!ret, "%s", reason.text);
	ret = comparison_make(sides, &wanted, &comparison, &refusal, &reason);
	must(!ret, "%s%s", reason.text, refusal.text ? refusal.text : "");
	text_release(&refusal);
	return comparison;
}

static int make_it(const struct comparison *comparison, const char *path, struct text *notes,
		   struct reason *reason)
{
	const struct site_options wanted = { .path = path,
					     .style = kept(temp_path("site.css")),
					     .force = true };

	return site_make(comparison, &wanted, notes, reason);
}

static const char *page(const char *site, const char *name)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/%s", site, name);
	return file_text(kept(temp_path(path)));
}

TEST(two_boots_are_told_from_a_verdict)
{
	const char *paths[] = { write_boot("a.jsonl", "6.17", 1, "100,101,102"),
				write_boot("b.jsonl", "6.18", 1, "200,201,202") };
	struct text notes = { 0 };
	struct reason reason = { "" };
	struct sides sides;
	struct comparison *comparison = compare(paths, 2, &sides);

	assert_int_equal(make_it(comparison, temp_path("two"), &notes, &reason), 0);
	must_contain(page("two", "index.html"), "<h1>6.18 against 6.17</h1>");
	must_contain(page("two", "index.html"),
		     "one boot a side; a verdict needs 6 pairs of boots");
	must_contain(page("two", "index.html"), "x/size=3/&lt;b&gt;=2");
	must_contain(page("two", "x.html"), "too &lt;big&gt;");
	must_contain(page("two", "x.html"), "<td class=\"n\">201 ns</td>");
	must_contain(page("two", "x.html"), "quartiles");
	must_contain(page("two", "raw.html"), "raw/6.18/boot-01.jsonl");
	must_contain(page("two", "comparison.txt"), "x map_ns");
	comparison_free(comparison);
	sides_release(&sides);
	text_release(&notes);
}

TEST(one_side_has_pages_too)
{
	const char *path = write_boot("c.jsonl", "6.17", 1, "100,101,102");
	struct text notes = { 0 };
	struct reason reason = { "" };
	struct sides sides;
	struct comparison *comparison = compare(&path, 1, &sides);

	assert_int_equal(make_it(comparison, temp_path("one"), &notes, &reason), 0);
	must_contain(page("one", "index.html"), "One side, 6.17");
	must_contain(page("one", "x.html"), "<td class=\"n\">101 ns</td>");
	must(!strstr(page("one", "raw.html"), "comparison.txt"), "a comparison of one");
	comparison_free(comparison);
	sides_release(&sides);
	text_release(&notes);
}

static bool at_once(void)
{
	return true;
}

TEST(an_interruption_leaves_nothing)
{
	const char *path = write_boot("d.jsonl", "6.17", 1, "100,101,102");
	const struct site_options wanted = { .path = kept(temp_path("never")),
					     .style = path,
					     .interrupted = at_once };
	struct text notes = { 0 };
	struct reason reason = { "" };
	struct sides sides;
	struct comparison *comparison = compare(&path, 1, &sides);

	assert_int_equal(site_make(comparison, &wanted, &notes, &reason), -EINTR);
	assert_int_equal(access(wanted.path, F_OK), -1);
	comparison_free(comparison);
	sides_release(&sides);
	text_release(&notes);
}

static const char *write_little(const char *name, const char *label, const char *samples)
{
	const struct boot_file boot = { .label = label, .pair = 1 };
	const char *path = kept(temp_path(name));
	FILE *file = boot_begin(path, &boot);

	boot_trial(file, "x/size=1", "map_ns", samples);
	boot_end(file);
	return path;
}

static struct comparison *little;

static enum outcome make_with_little_memory(void)
{
	const char *path = kept(temp_path("little"));
	struct text notes = { 0 };
	struct reason reason = { "" };
	int ret;

	memory_runs_out();
	ret = make_it(little, path, &notes, &reason);
	memory_is_back();
	text_release(&notes);
	if (!ret && (!strstr(page("little", "index.html"), "</html>") ||
		     !strstr(page("little", "x.html"), "201 ns") ||
		     !strstr(page("little", "method.html"), "</html>")))
		return WRONG;
	if (!ret && !strstr(page("little", "environments.html"), "kernel"))
		return WRONG;
	return ret == -ENOMEM ? REFUSED : ret ? WRONG : COMPLETE;
}

TEST(memory_that_runs_out_is_told)
{
	const char *paths[] = { write_little("e.jsonl", "6.17", "100"),
				write_little("f.jsonl", "6.18", "201") };
	struct sides sides;

	little = compare(paths, 2, &sides);
	fail_walk(&(struct fail_walk){ .work = make_with_little_memory, .may_keep = true });
	comparison_free(little);
	sides_release(&sides);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_boots_are_told_from_a_verdict),
		cmocka_unit_test(one_side_has_pages_too),
		cmocka_unit_test(an_interruption_leaves_nothing),
		cmocka_unit_test(memory_that_runs_out_is_told),
	};

	temp_file("site.css", "body {}\n");
	/* Plots have tests of their own, and gnuplot would take the walk's time. */
	setenv("PATH", "/nowhere", 1);
	return RUN(tests);
}
