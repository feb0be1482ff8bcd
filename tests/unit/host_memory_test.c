#include <sys/mman.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/units.h"
#include "host/memory.h"
#include "populate.h"
#include "unit.h"

TEST(some_memory_can_be_had_but_not_all)
{
	uint64_t bytes = 0, total = 0;
	char table[8192];

	assert_int_equal(memory_available(NULL, 0, &bytes), 0);
	assert_true(file_read(table, sizeof(table), "/proc/meminfo") > 0);
	assert_int_equal(file_table_u64(table, "MemTotal", &total), 0);
	assert_true(bytes > 0);
	assert_true(bytes < total * KIB);
}

/* The reserve is at least 64 MiB; another process may free memory between the two looks. */
TEST(reserve_is_left_for_everybody_else)
{
	uint64_t bytes, free_kib;
	char table[8192];
	bool left = false;

	for (int attempt = 0; attempt < 20 && !left; attempt++) {
		assert_true(file_read(table, sizeof(table), "/proc/meminfo") > 0);
		assert_int_equal(file_table_u64(table, "MemAvailable", &free_kib), 0);
		assert_int_equal(memory_available(NULL, 0, &bytes), 0);
		left = bytes + 64 * MIB <= free_kib * KIB;
	}
	assert_true(left);
}

TEST(node_has_no_more_than_the_system)
{
	const unsigned int node = 0, nowhere = 4000;
	uint64_t all, one, none;
	bool less = false;

	for (int attempt = 0; attempt < 20 && !less; attempt++) {
		assert_int_equal(memory_available(NULL, 0, &all), 0);
		assert_int_equal(memory_available(&node, 1, &one), 0);
		less = one <= all;
	}
	assert_true(less);
	assert_true(one > 0);
	/* Of a node that nobody knows, the system's figure stands. */
	assert_int_equal(memory_available(&nowhere, 1, &none), 0);
	assert_true(none > 0);
}

TEST(page_size_is_the_kernels)
{
	assert_int_equal(memory_page_size(), sysconf(_SC_PAGESIZE));
	assert_int_equal(memory_page_size() & (memory_page_size() - 1), 0);
}

TEST(resident_memory_grows_with_what_is_touched)
{
	const size_t size = 64 * MIB;
	uint64_t before = memory_resident();
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	needs_populate();
	assert_true(memory != MAP_FAILED);
	assert_true(before > 0);
	assert_true(memory_resident() >= before + size / 10 * 9);
	munmap(memory, size);
}

static int without_capability(void *argument)
{
	struct rlimit limit = { 4 * MIB, 8 * MIB };

	(void)argument;
	if (setrlimit(RLIMIT_MEMLOCK, &limit))
		return 1;
	if (geteuid() == 0 && memory_lock_limit() != UINT64_MAX)
		return 2;
	if (geteuid() == 0 && setuid(65534))
		return 3;
	if (memory_lock_limit() != 8 * MIB)
		return 4;
	memory_lock_raise();
	return getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur != 8 * MIB ? 5 : 0;
}

TEST(locked_memory_is_limited_by_the_hard_limit_but_for_root)
{
	assert_int_equal(in_child(without_capability, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(some_memory_can_be_had_but_not_all),
		cmocka_unit_test(reserve_is_left_for_everybody_else),
		cmocka_unit_test(node_has_no_more_than_the_system),
		cmocka_unit_test(page_size_is_the_kernels),
		cmocka_unit_test(resident_memory_grows_with_what_is_touched),
		cmocka_unit_test(locked_memory_is_limited_by_the_hard_limit_but_for_root),
	};

	return RUN(tests);
}
