#include <sched.h>
#include <sys/mman.h>

#include "host/memory.h"
#include "measure/noise.h"
#include "unit.h"

static int find(const struct noise *noise, const char *name)
{
	for (size_t i = 0; i < noise->count; i++)
		if (!strcmp(noise->tags[i].name, name))
			return (int)i;
	return -1;
}

TEST(reading_names_each_source_once)
{
	struct noise noise;

	noise_read(&noise, (unsigned int)sched_getcpu());
	assert_true(noise.count > 0 && noise.count <= NOISE_MAX);
	for (size_t i = 0; i < noise.count; i++)
		must(find(&noise, noise.tags[i].name) == (int)i, "%s is read twice",
		     noise.tags[i].name);
	assert_true(find(&noise, "minor_faults") >= 0);
	assert_true(find(&noise, "involuntary_switches") >= 0);
}

/* The room must do for more sources: what does not fit is lost without a word. */
TEST(room_for_sources_is_not_used_up)
{
	struct noise noise;

	noise_read(&noise, 0);
	assert_true(noise.count < NOISE_MAX);
}

TEST(cpu_that_is_not_there_has_no_interrupts_of_its_own)
{
	struct noise noise;

	noise_read(&noise, 40000);
	assert_int_equal(find(&noise, "interrupts"), -1);
	assert_int_equal(find(&noise, "steal_ticks"), -1);
	assert_true(find(&noise, "minor_faults") >= 0);
}

TEST(difference_is_what_happened_in_between)
{
	const size_t pages = 100;
	struct noise before, after, between;
	int tag;
	char *memory = mmap(NULL, pages * memory_page_size(), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(memory != MAP_FAILED);
	madvise(memory, pages * memory_page_size(), MADV_NOHUGEPAGE);
	noise_read(&before, 0);
	for (size_t i = 0; i < pages; i++)
		memory[i * memory_page_size()] = 1;
	usleep(1000);
	noise_read(&after, 0);
	noise_between(&before, &after, &between);
	tag = find(&between, "minor_faults");
	assert_true(tag >= 0);
	assert_true(between.tags[tag].value >= pages);
	tag = find(&between, "voluntary_switches");
	assert_true(tag >= 0);
	assert_true(between.tags[tag].value >= 1);
	munmap(memory, pages * memory_page_size());
}

TEST(sources_that_only_one_reading_has_are_left_out)
{
	const struct noise before = {
		.tags = { { "both", 5 }, { "gone", 7 }, { "back", 9 }, { "same", 3 } }, .count = 4
	};
	const struct noise after = {
		.tags = { { "new", 1 }, { "same", 3 }, { "back", 2 }, { "both", 12 } }, .count = 4
	};
	struct noise between;

	noise_between(&before, &after, &between);
	assert_int_equal(between.count, 2);
	assert_int_equal(between.tags[find(&between, "both")].value, 7);
	assert_int_equal(between.tags[find(&between, "same")].value, 0);
}

TEST(difference_forgets_what_was_in_its_place)
{
	struct noise before = { .tags = { { "a", 1 } }, .count = 1 };
	struct noise after = { .tags = { { "b", 1 } }, .count = 1 }, between = after;

	noise_between(&before, &after, &between);
	assert_int_equal(between.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_names_each_source_once),
		cmocka_unit_test(room_for_sources_is_not_used_up),
		cmocka_unit_test(cpu_that_is_not_there_has_no_interrupts_of_its_own),
		cmocka_unit_test(difference_is_what_happened_in_between),
		cmocka_unit_test(sources_that_only_one_reading_has_are_left_out),
		cmocka_unit_test(difference_forgets_what_was_in_its_place),
	};

	return RUN(tests);
}
