#include <stdatomic.h>

#include "base/parallel.h"
#include "unit.h"

static atomic_int done[1000];

static void note(void *context, size_t piece)
{
	assert_ptr_equal(context, done);
	atomic_fetch_add(&done[piece], 1);
}

TEST(every_piece_is_done_once)
{
	static const size_t counts[] = { 0, 1, 2, COUNT(done) };

	for (size_t i = 0; i < COUNT(counts); i++) {
		memset(done, 0, sizeof(done));
		parallel_each(counts[i], note, done);
		for (size_t j = 0; j < COUNT(done); j++)
			assert_int_equal(atomic_load(&done[j]), j < counts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_piece_is_done_once) };

	return RUN(tests);
}
