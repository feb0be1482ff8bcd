#include "base/sha256.h"
#include "unit.h"

static const char *sum_of(const char *text, size_t times, size_t piece)
{
	static char sum[SHA256_TEXT];
	size_t length = strlen(text);
	struct sha256 sha;

	sha256_init(&sha);
	for (size_t i = 0; i < times; i++)
		for (size_t at = 0; at < length; at += piece)
			sha256_add(&sha, text + at, length - at < piece ? length - at : piece);
	return sha256_finish(&sha, sum);
}

/* The examples of FIPS 180-4 and of its predecessors. */
TEST(sums_are_those_of_the_standard)
{
	static const struct {
		const char *text, *sum;
		size_t times;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1 },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1 },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1 },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopq"
		  "klmnopqrlmnopqrsmnopqrstnopqrstu",
		  "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1", 1 },
		{ "aaaaaaaaaa", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		  100000 },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t piece = 1; piece < 100; piece += 21)
			assert_string_equal(sum_of(cases[i].text, cases[i].times, piece),
					    cases[i].sum);
}

/* Around the ends of blocks the length needs a block of its own. */
TEST(every_length_is_padded_as_sha256sum_does_it)
{
	char text[200] = "", command[160], line[128];

	for (size_t length = 50; length < 130; length++) {
		FILE *pipe;

		memset(text, 'x', length);
		text[length] = '\0';
		snprintf(command, sizeof(command), "head -c %zu /dev/zero | tr '\\0' x | sha256sum",
			 length);
		pipe = popen(command, "re");
		assert_non_null(pipe);
		assert_non_null(fgets(line, sizeof(line), pipe));
		pclose(pipe);
		line[64] = '\0';
		assert_string_equal(sum_of(text, 1, 64), line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_of_the_standard),
		cmocka_unit_test(every_length_is_padded_as_sha256sum_does_it),
	};

	return RUN(tests);
}
