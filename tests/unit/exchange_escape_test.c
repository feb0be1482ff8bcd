#include "exchange/escape.h"
#include "unit.h"

static const char *const words[] = { "\\\"", "" };
static const struct escape escape = { "\"!", words };

TEST(text_is_written_so_that_nobody_obeys_it)
{
	static const struct {
		const char *text, *written;
	} cases[] = {
		{ "", "" },
		{ "plain text/../x <b>", "plain text/../x <b>" },
		{ "a \"word\"!", "a \\\"word\\\"" },
		{ "\n\r\t\x1b[31m\x7f", "<U+000A><U+000D><U+0009><U+001B>[31m<U+007F>" },
		{ "\xc2\x85|\xc2\x9b", "<U+0085>|<U+009B>" }, /* next line, CSI */
		{ "\xe2\x80\xa8\xe2\x80\xa9", "<U+2028><U+2029>" },
		{ "\xc2\xb5s \xe2\x80\x93 \xf0\x9f\x98\x80",
		  "\xc2\xb5s \xe2\x80\x93 \xf0\x9f\x98\x80" },
		{ "cut \xe2\x80", "cut \xe2\x80" },
		{ "cut \xc2", "cut \xc2" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256] = "";
		FILE *file = fmemopen(text, sizeof(text), "w");

		escape_write(&escape, cases[i].text, file);
		fclose(file);
		assert_string_equal(text, cases[i].written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_written_so_that_nobody_obeys_it),
	};

	return RUN(tests);
}
