#include <math.h>

#include "plot/axis.h"
#include "plot/figure.h"
#include "plot/svg.h"
#include "plot/text.h"
#include "unit.h"

/* What each place makes of a text that others wrote. */
static const struct {
	const char *text, *quoted, *tick, *xml, *plain, *slug;
} hostile[] = {
	{ "6.18.15", "'6.18.15'", "'6.18.15'", "6.18.15", "6.18.15", "6-18-15" },
	{ "", "''", "''", "", "", "x" },
	{ "it's", "'it’s'", "'it’s'", "it&#39;s", "it's", "it-s" },
	{ "'; system('id'); '", "'’; system(’id’); ’'", "'’; system(’id’); ’'",
	  "&#39;; system(&#39;id&#39;); &#39;", "'; system('id'); '", "system-id" },
	{ "100 %d%s", "'100 %d%s'", "'100 %%d%%s'", "100 %d%s", "100 %d%s", "100-d-s" },
	{ "a_b^{c}@d&e", "'a_b^{c}@d&e'", "'a_b^{c}@d&e'", "a_b^{c}@d&amp;e", "a_b^{c}@d&e",
	  "a-b-c-d-e" },
	{ "<b a=\"1\">", "'<b a=\"1\">'", "'<b a=\"1\">'", "&lt;b a=&quot;1&quot;&gt;",
	  "<b a=\"1\">", "b-a-1" },
	{ "two\nlines\r\t", "'two?lines?\?'", "'two?lines?\?'", "two?lines?\?", "two?lines?\?",
	  "two-lines" },
	{ "\033[31mred\x7f", "'?[31mred?'", "'?[31mred?'", "?[31mred?", "?[31mred?", "31mred" },
	{ "../../etc/passwd", "'../../etc/passwd'", "'../../etc/passwd'", "../../etc/passwd",
	  "../../etc/passwd", "etc-passwd" },
	{ "\\", "'\\'", "'\\'", "\\", "\\", "x" },
	{ "`id`", "'`id`'", "'`id`'", "`id`", "`id`", "id" },
	{ "ü µ", "'ü µ'", "'ü µ'", "ü µ", "ü µ", "x" },
	{ "\xff\xc3(\xe2\x80\xa8\xc2\x85", "'?\?(?\?'", "'?\?(?\?'", "?\?(?\?", "?\?(?\?", "x" },
	{ "\xed\xa0\x80\xef\xbf\xbf\xe2\x80\xae", "'?\??\?\?'", "'?\??\?\?'", "?\??\??", "?\??\??",
	  "x" },
	{ "UPPER case", "'UPPER case'", "'UPPER case'", "UPPER case", "UPPER case", "upper-case" },
};

static void check(void (*write)(struct text *, const char *), const char *text,
		  const char *expected, const char *where)
{
	struct text out = { 0 };

	write(&out, text);
	must(!strcmp(out.text ? out.text : "", expected), "%s of \"%s\": \"%s\", expected \"%s\"",
	     where, text, out.text, expected);
	text_release(&out);
}

TEST(text_of_files_is_only_text_wherever_it_is_put)
{
	for (size_t i = 0; i < COUNT(hostile); i++) {
		check(plot_quote, hostile[i].text, hostile[i].quoted, "quoted");
		check(plot_quote_tick, hostile[i].text, hostile[i].tick, "tick");
		check(plot_add_xml, hostile[i].text, hostile[i].xml, "xml");
		check(plot_add_plain, hostile[i].text, hostile[i].plain, "plain");
		check(plot_add_slug, hostile[i].text, hostile[i].slug, "slug");
	}
}

TEST(a_slug_is_no_longer_than_a_file_name_may_be)
{
	char name[5001];
	struct text slug = { 0 };

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	plot_add_slug(&slug, name);
	assert_int_equal(slug.length, 60);
	text_release(&slug);
}

TEST(long_text_loses_its_middle_not_half_a_character)
{
	static const struct {
		const char *text;
		size_t most;
		const char *expected;
	} cases[] = {
		{ "short", 5, "short" },
		{ "abcdefghij", 5, "ab…ij" },
		{ "ääääääääää", 5, "ää…ää" },
		{ "abc\ndefghij", 6, "abc…ij" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text out = { 0 };

		plot_add_short(&out, cases[i].text, cases[i].most);
		must(!strcmp(out.text, cases[i].expected), "\"%s\", expected \"%s\"", out.text,
		     cases[i].expected);
		text_release(&out);
	}
	assert_int_equal(plot_count("ä…x"), 3);
}

/* ---- axes ---- */

/* Its labels, one behind another. */
static const char *labels_of(const struct axis *axis)
{
	static char text[AXIS_TICKS * (AXIS_LABEL + 1) + 1];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < axis->nr_ticks; i++)
		used += (size_t)sprintf(text + used, "%s|", axis->ticks[i].label);
	return text;
}

TEST(an_axis_has_round_labels_with_their_unit)
{
	static const struct {
		double lo, hi;
		bool log;
		const char *unit, *labels;
	} cases[] = {
		{ 0, 147, false, "ns", "0|50 ns|100 ns|150 ns|" },
		{ 0, 3.3e9, false, "ns", "0|1 s|2 s|3 s|" },
		{ 0, 41230, false, "ns", "0|10 us|20 us|30 us|40 us|" },
		{ 0, 7.6, false, "ratio", "0|2|4|6|8|" },
		{ 900, 1.1e6, true, "ns", "1 us|10 us|100 us|1 ms|" },
		{ 1.5e6, 3e7, true, "ns", "2 ms|5 ms|10 ms|20 ms|" },
		{ 0, 0, false, "ns", "0|0.5 ns|1 ns|" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct axis axis;

		axis_make(&axis, cases[i].lo, cases[i].hi, cases[i].log, cases[i].unit);
		must(axis.min <= cases[i].lo && axis.max >= cases[i].hi, "case %zu: %g .. %g", i,
		     axis.min, axis.max);
		must(!strcmp(labels_of(&axis), cases[i].labels), "%s, expected %s",
		     labels_of(&axis), cases[i].labels);
	}
}

TEST(an_axis_of_ratios_has_one_on_it_and_not_too_many_labels)
{
	for (int down = 0; down < 19; down++)
		for (int up = 0; up < 19; up++) {
			double lo = pow(3, -down), hi = pow(3, up);
			struct axis axis;
			bool one = false;

			axis_make_ratio(&axis, lo, hi);
			for (size_t i = 0; i < axis.nr_ticks; i++)
				one |= axis.ticks[i].at == 1;
			must(one && axis.nr_ticks >= 2 && axis.nr_ticks <= 13, "%g to %g: %s", lo,
			     hi, labels_of(&axis));
		}
}

TEST(labels_that_would_touch_are_left_out)
{
	struct axis axis = { .min = 0, .max = 10 };

	for (int i = 0; i <= 10; i++)
		axis_add(&axis, i, "1000 ms");
	axis_thin(&axis, 100, 7);
	assert_string_equal(labels_of(&axis), "1000 ms||||||1000 ms|||||");
	axis_thin(&axis, 1000, 7);
	assert_string_equal(labels_of(&axis), "1000 ms||||||1000 ms|||||");
}

TEST(an_axis_takes_no_more_ticks_than_it_has_room_for)
{
	struct axis axis = { .max = 100 };

	for (int i = 0; i < 100; i++)
		axis_add(&axis, i, "a label that is longer than there is any room for it");
	assert_int_equal(axis.nr_ticks, AXIS_TICKS);
	assert_int_equal(strlen(axis.ticks[0].label), AXIS_LABEL - 1);
}

/* ---- figures ---- */

TEST(lines_are_broken_between_words_and_end)
{
	struct figure figure = { .width = 200 };
	struct text script = { 0 };

	text_add(&figure.name, "x");
	figure_lines(&figure, 10, "one two three four five six seven eight");
	figure_write(&figure, &script);
	must_contain(script.text, "array words[2] = ['one two three four five six', "
				  "'seven eight']");
	text_release(&script);
	/* Not a word in it, and characters of several bytes. */
	figure_lines(&figure, 10, "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääää");
	figure_write(&figure, &script);
	must(!strchr(script.text, '?'), "%s", script.text);
	text_release(&script);
	figure_release(&figure);
}

TEST(lists_of_nothing_are_arrays_that_gnuplot_takes)
{
	struct figure figure = { .width = 10 };
	struct text script = { 0 };

	text_add(&figure.name, "x");
	figure_write(&figure, &script);
	must_contain(script.text, "nr_texts = 0\n");
	must_contain(script.text, "array words[1] = [0]\n");
	text_release(&script);
	figure_release(&figure);
}

/* ---- svg ---- */

#define HEAD "<?xml version=\"1.0\"?>\n<svg \n viewBox=\"0 0 1 1\"\n>\n\n"

TEST(an_svg_gets_a_title_a_description_and_two_sets_of_colours)
{
	static const char drawn[] = HEAD "<title>Gnuplot</title>\n"
					 "<desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>\n"
					 "<g id=\"gnuplot_plot_1\" ><title>file.dat</title>\n"
					 "<path stroke='black'/></g></svg>\n";
	struct text dressed = { 0 };
	struct reason reason = { "" };

	assert_int_equal(plot_svg_dress(drawn, "A < B", "What & \"why\"", &dressed, &reason), 0);
	must_contain(dressed.text, "<svg role=\"img\" \n viewBox=\"0 0 1 1\"\n>");
	must_contain(dressed.text, "<title>A &lt; B</title>\n"
				   "<desc>What &amp; &quot;why&quot;</desc>\n<style>");
	must_contain(dressed.text, "@media (prefers-color-scheme: dark)");
	must_contain(dressed.text, "[stroke=\"rgb(  0, 114, 178)\"]");
	must_contain(dressed.text, "<g id=\"gnuplot_plot_1\" >\n<path stroke='black'/></g></svg>");
	must(!strstr(dressed.text, "GNUPLOT") && !strstr(dressed.text, "file.dat"), "%s",
	     dressed.text);
	text_release(&dressed);
}

TEST(half_an_svg_is_none)
{
	static const char *const drawn[] = { "", HEAD,
					     HEAD "<title>Gnuplot</title>\n<desc></desc>\n",
					     "<title></title></desc>\n</svg>" };

	for (size_t i = 0; i < COUNT(drawn); i++) {
		struct text dressed = { 0 };
		struct reason reason = { "" };

		assert_int_equal(plot_svg_dress(drawn[i], "a", "b", &dressed, &reason), SKIPPED);
		must_contain(reason.text, "gnuplot wrote no SVG");
		assert_null(dressed.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_of_files_is_only_text_wherever_it_is_put),
		cmocka_unit_test(a_slug_is_no_longer_than_a_file_name_may_be),
		cmocka_unit_test(long_text_loses_its_middle_not_half_a_character),
		cmocka_unit_test(an_axis_has_round_labels_with_their_unit),
		cmocka_unit_test(an_axis_of_ratios_has_one_on_it_and_not_too_many_labels),
		cmocka_unit_test(labels_that_would_touch_are_left_out),
		cmocka_unit_test(an_axis_takes_no_more_ticks_than_it_has_room_for),
		cmocka_unit_test(lines_are_broken_between_words_and_end),
		cmocka_unit_test(lists_of_nothing_are_arrays_that_gnuplot_takes),
		cmocka_unit_test(an_svg_gets_a_title_a_description_and_two_sets_of_colours),
		cmocka_unit_test(half_an_svg_is_none),
	};

	return RUN(tests);
}
