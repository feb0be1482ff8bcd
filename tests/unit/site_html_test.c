#include "fail_nth.h"
#include "site/html.h"
#include "unit.h"

TEST(what_comes_from_data_is_no_markup)
{
	static const struct {
		const char *text, *escaped;
	} cases[] = {
		{ "", "" },
		{ "6.18.15+deb13-amd64", "6.18.15+deb13-amd64" },
		{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "\" onload=\"x", "&quot; onload=&quot;x" },
		{ "' onload='x", "&#39; onload=&#39;x" },
		{ "a&lt;b&", "a&amp;lt;b&amp;" },
		{ "]]><!--", "]]&gt;&lt;!--" },
		{ "\x1b[31m\n\t\x7f",
		  "&lt;U+001B&gt;[31m&lt;U+000A&gt;&lt;U+0009&gt;&lt;U+007F&gt;" },
		{ "\xc2\x9b", "&lt;U+009B&gt;" },
		{ "a\xe2\x80\xae"
		  "b\xe2\x81\xa6",
		  "a&lt;U+202E&gt;b&lt;U+2066&gt;" },
		{ "\xe2\x80\xa8\xef\xbb\xbf\xef\xbf\xbf",
		  "&lt;U+2028&gt;&lt;U+FEFF&gt;&lt;U+FFFF&gt;" },
		{ "\xc2\xb5s \xe2\x80\x93 \xf0\x9f\x98\x80",
		  "\xc2\xb5s \xe2\x80\x93 \xf0\x9f\x98\x80" },
		/* Cut short, overlong, half a surrogate, past the last character, a stray byte. */
		{ "\xe2\x80", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc0\xbcx", "\xef\xbf\xbd\xef\xbf\xbdx" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xff<", "\xef\xbf\xbd&lt;" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct text text = { 0 };

		text_add(&text, "%s", "");
		html_escape(&text, cases[i].text);
		must(!strcmp(text.text, cases[i].escaped), "\"%s\": \"%s\"", cases[i].text,
		     text.text);
		text_release(&text);
	}
}

TEST(elements_are_closed_in_order)
{
	struct html html = { .depth = 0 };

	html_begin(&html, "p", "class", "a\"b", "id", NULL, NULL);
	html_text(&html, "%d < ", 5);
	html_link(&html, "x.html#y", "%s", "<b>");
	html_end(&html);
	html_empty(&html, "img", "alt", "", NULL);
	html_leaf(&html, "h2", "%s", "&");
	assert_string_equal(html.text.text,
			    "<p class=\"a&quot;b\">5 &lt; <a href=\"x.html#y\">&lt;b&gt;"
			    "</a></p>\n<img alt=\"\"/>\n<h2>&amp;</h2>\n");
	assert_int_equal(html.depth, 0);
	assert_false(html.text.failed);
	html_end(&html);
	assert_true(html.text.failed);
	html_release(&html);
}

static enum outcome write_some(void)
{
	struct html html = { .depth = 0 };
	bool failed;

	memory_runs_out();
	html_begin(&html, "p", NULL);
	html_text(&html, "%300s", "<&>");
	html_leaf(&html, "code", "%s", "x");
	html_end(&html);
	memory_is_back();
	failed = html.text.failed;
	if (!failed && !strstr(html.text.text, "&lt;&amp;&gt;<code>x</code></p>"))
		return WRONG;
	html_release(&html);
	return failed ? REFUSED : COMPLETE;
}

TEST(memory_that_runs_out_is_seen_at_the_end)
{
	fail_walk(&(struct fail_walk){ .work = write_some });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_from_data_is_no_markup),
		cmocka_unit_test(elements_are_closed_in_order),
		cmocka_unit_test(memory_that_runs_out_is_seen_at_the_end),
	};

	return RUN(tests);
}
