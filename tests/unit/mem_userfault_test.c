#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "mem/userfault.h"
#include "unit.h"

#define PAGES 4

static void needs_userfaultfd(void)
{
	struct reason reason;

	if (userfault_available(&reason))
		skip_because(reason.text);
}

static struct region map(const char *name)
{
	struct region region = REGION_NONE;
	struct backing backing;

	assert_int_equal(backing_find(name, &backing, NULL), 0);
	assert_int_equal(region_reserve(&backing, PAGES * memory_page_size(), &region, NULL), 0);
	assert_int_equal(region_map(&region, false), 0);
	return region;
}

static struct userfault watch(const struct region *region, enum userfault_resolve resolve,
			      const struct snapshot *snapshot)
{
	struct userfault fault = USERFAULT_NONE;
	struct reason reason = { "" };
	int ret = userfault_open(region, resolve, true, snapshot, &fault, &reason);

	if (ret == SKIPPED)
		skip_because(reason.text);
	must(!ret, "%s: %s", userfault_resolve_names[resolve], reason.text);
	return fault;
}

TEST(a_copy_brings_the_source_and_is_gone_after_a_reset)
{
	static const char *const names[] = { "anon", "shmem", "memfd" };
	uint64_t page = memory_page_size();
	struct snapshot snapshot;

	needs_userfaultfd();
	assert_int_equal(snapshot_of_piece(page, &snapshot, NULL), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct region region = map(names[i]);
		struct userfault fault = watch(&region, USERFAULT_COPY, &snapshot);

		for (int round = 0; round < 2; round++) {
			assert_int_equal(userfault_resolve(&fault, page, page), 0);
			assert_memory_equal(region.addr + page, snapshot.addr, page);
			/* What is there already is not made again. */
			assert_int_equal(userfault_resolve(&fault, page, page), -EEXIST);
			assert_int_equal(userfault_reset(&fault), 0);
		}
		userfault_close(&fault);
		region_release(&region);
	}
	snapshot_release(&snapshot);
}

TEST(a_page_that_is_in_the_memfd_only_needs_its_entry)
{
	uint64_t page = memory_page_size();
	struct region region, view;
	struct userfault fault;

	needs_userfaultfd();
	region = map("memfd");
	memset(region.addr, 7, page);
	view = REGION_NONE;
	assert_int_equal(region_reserve(&region.backing, region.size_bytes, &view, NULL), 0);
	view.memfd = dup(region.memfd);
	assert_int_equal(region_map(&view, false), 0);
	fault = watch(&view, USERFAULT_CONTINUE, NULL);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(userfault_resolve(&fault, 0, page), 0);
		assert_int_equal(view.addr[0], 7);
		assert_int_equal(userfault_reset(&fault), 0);
	}
	/* The second page was never written: there is nothing to continue with. */
	assert_int_equal(userfault_resolve(&fault, page, page), -EFAULT);
	userfault_close(&fault);
	region_release(&view);
	region_release(&region);
}

TEST(zeros_and_write_protection)
{
	uint64_t page = memory_page_size();
	struct userfault fault;
	struct region region;

	needs_userfaultfd();
	region = map("anon");
	fault = watch(&region, USERFAULT_ZEROPAGE, NULL);
	assert_int_equal(userfault_resolve(&fault, 0, page), 0);
	assert_int_equal(region.addr[0], 0);
	userfault_close(&fault);
	region.addr[0] = 3;
	fault = watch(&region, USERFAULT_UNPROTECT, NULL);
	assert_int_equal(userfault_protect(&fault, 0, page), 0);
	assert_int_equal(region.addr[0], 3);
	assert_int_equal(userfault_resolve(&fault, 0, page), 0);
	region.addr[0] = 4;
	/* A reset keeps what was there before. */
	assert_int_equal(userfault_reset(&fault), 0);
	assert_int_equal(region.addr[0], 4);
	userfault_close(&fault);
	region_release(&region);
}

TEST(memory_that_is_given_up_is_the_kernels_again)
{
	struct userfault fault;
	struct region region;

	needs_userfaultfd();
	region = map("anon");
	fault = watch(&region, USERFAULT_ZEROPAGE, NULL);
	userfault_give_up(&fault);
	region.addr[0] = 1; /* would raise SIGBUS */
	userfault_close(&fault);
	userfault_close(&fault);
	region_release(&region);
}

static int possible(enum userfault_resolve resolve, const char *name, struct reason *reason)
{
	struct backing backing;

	assert_int_equal(backing_find(name, &backing, NULL), 0);
	return userfault_possible(resolve, &backing, reason);
}

TEST(what_no_kernel_does_is_a_skip)
{
	struct reason reason;

	assert_int_equal(possible(USERFAULT_CONTINUE, "memfd", &reason), 0);
	assert_int_equal(possible(USERFAULT_CONTINUE, "anon", &reason), SKIPPED);
	assert_non_null(strstr(reason.text, "memfd"));
	assert_int_equal(possible(USERFAULT_ZEROPAGE, "hugetlb-2m", &reason), SKIPPED);
	assert_int_equal(possible(USERFAULT_COPY, "thp", &reason), SKIPPED);
	assert_int_equal(possible(USERFAULT_UNPROTECT, "thp", &reason), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_brings_the_source_and_is_gone_after_a_reset),
		cmocka_unit_test(a_page_that_is_in_the_memfd_only_needs_its_entry),
		cmocka_unit_test(zeros_and_write_protection),
		cmocka_unit_test(memory_that_is_given_up_is_the_kernels_again),
		cmocka_unit_test(what_no_kernel_does_is_a_skip),
	};

	return RUN(tests);
}
