/* The host's page sizes do not matter here: those of x86-64 are given. */
#include "base/units.h"
#include "vfio/entries.h"
#include "unit.h"

static const struct entry_sizes sizes = { { 4 * KIB, 2 * MIB, GIB } };

/* A span at an address that is @off bytes away from having the bus address's alignment. */
static struct bar_window make_window(uint64_t size_bytes, uint64_t off)
{
	return (struct bar_window){
		.bus_start = 64 * GIB,
		.addr = (char *)(uintptr_t)(0x7f0000000000 + off),
		.size_bytes = size_bytes,
		.areas = { { 0, size_bytes } },
		.nr_areas = 1,
	};
}

TEST(blocks_are_as_large_as_both_addresses_allow)
{
	static const struct {
		uint64_t size_bytes, off, counts[ENTRY_LEVELS], table_bytes;
	} cases[] = {
		{ GIB, 0, { 0, 0, 1 }, 0 },
		{ GIB, 2 * MIB, { 0, 512, 0 }, 0 },
		/* 513 page tables, since the ends lie in two half-filled ones. */
		{ GIB, 4 * KIB, { 262144, 0, 0 }, 513 * 4 * KIB },
		{ 4 * GIB, 0, { 0, 0, 4 }, 0 },
		{ GIB + 2 * MIB + 4 * KIB, 0, { 1, 1, 1 }, 4 * KIB },
		{ 512 * MIB, 0, { 0, 256, 0 }, 0 },
		{ MIB, 0, { 256, 0, 0 }, 4 * KIB },
		{ 4 * KIB, 0, { 1, 0, 0 }, 4 * KIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bar_window window = make_window(cases[i].size_bytes, cases[i].off);
		struct entries entries;

		entries_predict(&window, &sizes, GIB, false, &entries);
		for (size_t j = 0; j < ENTRY_LEVELS; j++)
			must(entries.counts[j] == cases[i].counts[j], "case %zu, level %zu: %llu",
			     i, j, (unsigned long long)entries.counts[j]);
		must(entries.table_bytes == cases[i].table_bytes, "case %zu", i);
	}
}

TEST(a_bus_address_of_its_own_alignment_limits_blocks)
{
	struct bar_window window = make_window(2 * GIB, 512 * MIB);
	struct entries entries;

	/* Both 512 MiB past a GiB: the middle GiB is aligned in both. */
	window.bus_start += 512 * MIB;
	entries_predict(&window, &sizes, GIB, false, &entries);
	assert_int_equal(entries.counts[ENTRY_PUD], 1);
	assert_int_equal(entries.counts[ENTRY_PMD], 512);
	assert_int_equal(entries.faults, 513);
}

/* What kernels do, as the lab has shown it: faults, growth of page tables, what it comes to. */
TEST(what_was_seen_tells_the_entries)
{
	static const struct {
		const char *what;
		uint64_t size_bytes, off, faults, table_bytes;
		bool at_once;
		uint64_t least_bytes, entries;
	} cases[] = {
		{ "6.12, aligned", GIB, 0, 1, 0, false, GIB, 1 },
		{ "6.12, off by 2 MiB", GIB, 2 * MIB, 512, 8 * KIB, false, 2 * MIB, 512 },
		{ "6.12, off by 4 KiB", GIB, 4 * KIB, 262144, 2105344, false, 4 * KIB, 262144 },
		{ "6.1, aligned", GIB, 0, 1, 2101248, true, 4 * KIB, 262144 },
		{ "6.1, off by 4 KiB", GIB, 4 * KIB, 1, 2105344, true, 4 * KIB, 262144 },
		{ "6.12, 2 MiB", 2 * MIB, 0, 1, 0, false, 2 * MIB, 1 },
		{ "6.1, 2 MiB", 2 * MIB, 0, 1, 4 * KIB, true, 4 * KIB, 512 },
		{ "6.12 without 1 GiB entries", GIB, 0, 512, 4 * KIB, false, 2 * MIB, 512 },
		{ "arm64, 4 GiB", 4 * GIB, 0, 2048, 16 * KIB, false, 2 * MIB, 2048 },
		{ "a kernel with small pages only", GIB, 0, 262144, 2 * MIB, false, 4 * KIB,
		  262144 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bar_window window = make_window(cases[i].size_bytes, cases[i].off);
		struct entries entries;
		int ret = entries_derive(&window, &sizes, cases[i].faults, cases[i].table_bytes,
					 &entries);
		uint64_t sum = 0;

		must(!ret, "%s", cases[i].what);
		must(entries.at_once == cases[i].at_once, "%s", cases[i].what);
		must(entries_least_bytes(&entries) == cases[i].least_bytes, "%s", cases[i].what);
		for (size_t j = 0; j < ENTRY_LEVELS; j++)
			sum += entries.counts[j];
		must(sum == cases[i].entries, "%s: %llu", cases[i].what, (unsigned long long)sum);
	}
}

TEST(what_no_kernel_does_is_not_explained)
{
	static const struct {
		uint64_t off, faults, table_bytes;
	} cases[] = {
		{ 0, 2, 0 }, /* one too many: a fault of somebody else's */
		{ 0, 513, 4 * KIB }, { 0, 0, 0 },
		{ 2 * MIB, 1, 0 }, /* one entry where none can lie */
		{ 4 * KIB, 512, 0 }, { 0, 1, MIB }, /* half of the page tables that filling takes */
		{ 0, 1, 64 * MIB },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bar_window window = make_window(GIB, cases[i].off);
		struct entries entries;

		must(entries_derive(&window, &sizes, cases[i].faults, cases[i].table_bytes,
				    &entries) == -ENODATA,
		     "case %zu", i);
	}
}

TEST(a_block_begins_where_its_entry_does)
{
	struct bar_window window = make_window(2 * GIB, 0);
	struct entries entries;

	entries_predict(&window, &sizes, GIB, false, &entries);
	assert_int_equal(entries_block(&window, &entries, GIB + 5 * MIB), GIB);
	entries_predict(&window, &sizes, 2 * MIB, false, &entries);
	assert_int_equal(entries_block(&window, &entries, GIB + 5 * MIB), GIB + 4 * MIB);
	entries_predict(&window, &sizes, 4 * KIB, false, &entries);
	assert_int_equal(entries_block(&window, &entries, GIB + 5 * KIB), GIB + 4 * KIB);
	entries_predict(&window, &sizes, 4 * KIB, true, &entries);
	assert_int_equal(entries_block(&window, &entries, GIB + 5 * MIB), 0);
}

TEST(entries_are_described_by_their_sizes)
{
	struct bar_window window = make_window(GIB + 2 * MIB + 4 * KIB, 0);
	struct entries entries;
	char text[64], cut[8];

	entries_predict(&window, &sizes, GIB, false, &entries);
	entries_describe(&entries, text, sizeof(text));
	assert_string_equal(text, "1 of 4KiB, 1 of 2MiB, 1 of 1GiB");
	entries_describe(&entries, cut, sizeof(cut));
	assert_string_equal(cut, "1 of 4K");
}

TEST(areas_are_mappings_of_their_own)
{
	struct bar_window window = make_window(8 * MIB, 0);
	struct entries entries;

	window.areas[0] = (struct vfio_area){ 0, 3 * MIB };
	window.areas[1] = (struct vfio_area){ 4 * MIB, 4 * MIB };
	window.nr_areas = 2;
	entries_predict(&window, &sizes, GIB, false, &entries);
	assert_int_equal(entries.counts[ENTRY_PMD], 3);
	assert_int_equal(entries.counts[ENTRY_PTE], 256);
	entries_predict(&window, &sizes, 4 * KIB, true, &entries);
	assert_int_equal(entries.faults, 2);
	assert_int_equal(entries_block(&window, &entries, 5 * MIB), 4 * MIB);
}

TEST(this_process_has_page_tables)
{
	assert_true(entries_table_bytes() > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_as_large_as_both_addresses_allow),
		cmocka_unit_test(a_bus_address_of_its_own_alignment_limits_blocks),
		cmocka_unit_test(what_was_seen_tells_the_entries),
		cmocka_unit_test(what_no_kernel_does_is_not_explained),
		cmocka_unit_test(a_block_begins_where_its_entry_does),
		cmocka_unit_test(entries_are_described_by_their_sizes),
		cmocka_unit_test(areas_are_mappings_of_their_own),
		cmocka_unit_test(this_process_has_page_tables),
	};

	return RUN(tests);
}
