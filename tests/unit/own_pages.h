/*
 * own_pages - whether /proc/self/pagemap shows this process's pages: where an emulator runs it
 * (qemu-user), they are the emulator's.
 */
#ifndef OWN_PAGES_H
#define OWN_PAGES_H

#include <sys/mman.h>

#include "unit.h"

static inline bool own_page_is_present(const char *page, size_t page_bytes)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	bool read = pread(fd, &entry, sizeof(entry),
			  (off_t)((uintptr_t)page / page_bytes * sizeof(entry))) == sizeof(entry);

	close(fd);
	return read && entry >> 63;
}

/* A page that is there once it is touched, and not before. */
static inline bool own_pages_are_seen(void)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool before = own_page_is_present(page, bytes);

	*(volatile char *)page = 1;
	before = !before && own_page_is_present(page, bytes);
	munmap(page, bytes);
	return before;
}

#define needs_own_pages()                                                                \
	do {                                                                             \
		if (!own_pages_are_seen())                                               \
			skip_because("pagemap does not show this process's pages here"); \
	} while (0)

#endif
