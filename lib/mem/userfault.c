#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mem/userfault.h"

const char *const userfault_resolve_names[] = { [USERFAULT_CONTINUE] = "continue",
						[USERFAULT_COPY] = "copy",
						[USERFAULT_ZEROPAGE] = "zeropage",
						[USERFAULT_UNPROTECT] = "unprotect",
						NULL };

/*
 * What to ask of the kernel for each way: the mode of the watch, and the features that it takes for
 * memory of each kind, with the release that brought the last of them.
 */
static const struct {
	uint64_t mode;
	uint64_t private_features, shared_features, hugetlb_features;
	const char *since;
} ways[] = {
	[USERFAULT_CONTINUE] = { UFFDIO_REGISTER_MODE_MINOR, 0, UFFD_FEATURE_MINOR_SHMEM,
				 UFFD_FEATURE_MINOR_HUGETLBFS, "5.14" },
	[USERFAULT_COPY] = { UFFDIO_REGISTER_MODE_MISSING, 0, UFFD_FEATURE_MISSING_SHMEM,
			     UFFD_FEATURE_MISSING_HUGETLBFS, "4.11" },
	[USERFAULT_ZEROPAGE] = { UFFDIO_REGISTER_MODE_MISSING, 0, UFFD_FEATURE_MISSING_SHMEM, 0,
				 "4.11" },
	[USERFAULT_UNPROTECT] = { UFFDIO_REGISTER_MODE_WP, UFFD_FEATURE_PAGEFAULT_FLAG_WP,
				  UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
				  UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
				  "5.19" },
};

/* Faults of this program's own code are all that it resolves: that takes no privilege. */
static int open_descriptor(void)
{
	long fd = syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);

	if (fd < 0 && errno == EINVAL) /* the flag came with 5.11 */
		fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

int userfault_available(struct reason *reason)
{
	int fd = open_descriptor();

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (fd == -ENOSYS)
		return reason_set(reason, SKIPPED,
				  "this kernel has no userfaultfd (CONFIG_USERFAULTFD)");
	if (fd == -EPERM)
		return reason_set(
			reason, SKIPPED,
			"userfaultfd is not permitted: sysctl vm.unprivileged_userfaultfd=1 "
			"before Linux 5.11, else a seccomp filter, as containers have");
	return reason_set(reason, SKIPPED, "userfaultfd cannot be used: %s", strerror(-fd));
}

int userfault_possible(enum userfault_resolve resolve, const struct backing *backing,
		       struct reason *reason)
{
	bool small = backing_advice(backing) != MADV_HUGEPAGE;

	if (resolve == USERFAULT_CONTINUE && !backing_is_memfd(backing))
		return reason_set(reason, SKIPPED,
				  "resolve=continue needs pages that are there without an entry: a "
				  "memfd, mapped twice (backing=memfd, memfd-hugetlb-2m)");
	if (resolve == USERFAULT_ZEROPAGE && backing_is_hugetlb(backing))
		return reason_set(reason, SKIPPED,
				  "the kernel puts no zero pages into hugetlb memory");
	if (resolve != USERFAULT_UNPROTECT && !small)
		return reason_set(reason, SKIPPED,
				  "resolve=%s makes small entries whatever the backing: its small "
				  "pages (anon, shmem) are the same cell",
				  userfault_resolve_names[resolve]);
	return 0;
}

static uint64_t features_for(enum userfault_resolve resolve, const struct userfault *fault)
{
	if (fault->hugetlb)
		return ways[resolve].hugetlb_features;
	return fault->shared ? ways[resolve].shared_features : ways[resolve].private_features;
}

/* The features are asked for before they are set: an unknown one would close the descriptor. */
static int choose_features(const struct userfault *fault, uint64_t features, struct reason *reason)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = open_descriptor();

	if (fd < 0)
		return userfault_available(reason);
	if (ioctl(fd, UFFDIO_API, &api))
		api.features = 0;
	close(fd);
	if ((api.features & features) != features)
		return reason_set(reason, SKIPPED,
				  "this kernel's userfaultfd cannot do resolve=%s with such memory "
				  "(Linux %s or later)",
				  userfault_resolve_names[fault->resolve],
				  ways[fault->resolve].since);
	api = (struct uffdio_api){ .api = UFFD_API, .features = features };
	return ioctl(fault->fd, UFFDIO_API, &api) ? -errno : 0;
}

static int watch(const struct userfault *fault)
{
	struct uffdio_register request = { .range = { .start = (uintptr_t)fault->start,
						      .len = fault->length },
					   .mode = ways[fault->resolve].mode };

	return ioctl(fault->fd, UFFDIO_REGISTER, &request) ? -errno : 0;
}

int userfault_open(const struct region *region, enum userfault_resolve resolve, bool signals,
		   const struct snapshot *snapshot, struct userfault *ret_fault,
		   struct reason *reason)
{
	struct userfault fault = { .fd = open_descriptor(),
				   .resolve = resolve,
				   .start = region->addr,
				   .length = region->size_bytes,
				   .snapshot = snapshot,
				   .shared = backing_is_shared(&region->backing),
				   .hugetlb = backing_is_hugetlb(&region->backing) };
	int ret;

	if (fault.fd < 0)
		return userfault_available(reason);
	ret = choose_features(&fault,
			      features_for(resolve, &fault) | (signals ? UFFD_FEATURE_SIGBUS : 0),
			      reason);
	if (!ret) {
		ret = watch(&fault);
		if (ret)
			reason_set(reason, ret, "userfaultfd does not watch this memory: %s",
				   strerror(-ret));
	}
	if (ret)
		userfault_close(&fault);
	else
		*ret_fault = fault;
	return ret;
}

void userfault_close(struct userfault *fault)
{
	if (fault->fd >= 0)
		close(fault->fd);
	fault->fd = -1;
}

int userfault_reset(const struct userfault *fault)
{
	/* A page of a memfd that waits for "continue" has to stay. */
	bool keep = fault->resolve == USERFAULT_CONTINUE || !fault->shared;

	if (fault->resolve == USERFAULT_UNPROTECT)
		return 0;
	return madvise(fault->start, fault->length, keep ? MADV_DONTNEED : MADV_REMOVE) ? -errno
											: 0;
}

static int write_protect(const struct userfault *fault, uint64_t offset, uint64_t length,
			 uint64_t mode)
{
	struct uffdio_writeprotect request = {
		.range = { .start = (uintptr_t)fault->start + offset, .len = length }, .mode = mode
	};

	return ioctl(fault->fd, UFFDIO_WRITEPROTECT, &request) ? -errno : 0;
}

int userfault_protect(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	return write_protect(fault, offset, length, UFFDIO_WRITEPROTECT_MODE_WP);
}

static int resolve_continue(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	struct uffdio_continue request = { .range = { .start = (uintptr_t)fault->start + offset,
						      .len = length } };

	return ioctl(fault->fd, UFFDIO_CONTINUE, &request) ? -errno : 0;
}

static int resolve_copy(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	struct uffdio_copy request = { .dst = (uintptr_t)fault->start + offset,
				       .src = (uintptr_t)snapshot_at(fault->snapshot, offset),
				       .len = length };

	return ioctl(fault->fd, UFFDIO_COPY, &request) ? -errno : 0;
}

static int resolve_zeropage(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	struct uffdio_zeropage request = { .range = { .start = (uintptr_t)fault->start + offset,
						      .len = length } };

	return ioctl(fault->fd, UFFDIO_ZEROPAGE, &request) ? -errno : 0;
}

static int resolve_unprotect(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	return write_protect(fault, offset, length, 0);
}

int userfault_resolve(const struct userfault *fault, uint64_t offset, uint64_t length)
{
	static int (*const functions[])(const struct userfault *fault, uint64_t offset,
					uint64_t length) = {
		[USERFAULT_CONTINUE] = resolve_continue,
		[USERFAULT_COPY] = resolve_copy,
		[USERFAULT_ZEROPAGE] = resolve_zeropage,
		[USERFAULT_UNPROTECT] = resolve_unprotect,
	};

	return functions[fault->resolve](fault, offset, length);
}

int userfault_wait(const struct userfault *fault, uint64_t *ret_offset)
{
	struct uffd_msg message;
	ssize_t got = read(fault->fd, &message, sizeof(message));

	if (got < 0)
		return -errno;
	if (got != (ssize_t)sizeof(message) || message.event != UFFD_EVENT_PAGEFAULT)
		return -EPROTO;
	*ret_offset = message.arg.pagefault.address - (uintptr_t)fault->start;
	return 0;
}

void userfault_give_up(const struct userfault *fault)
{
	struct uffdio_range range = { .start = (uintptr_t)fault->start, .len = fault->length };

	ioctl(fault->fd, UFFDIO_UNREGISTER, &range);
}
