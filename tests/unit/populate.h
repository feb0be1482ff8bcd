/*
 * populate - whether memory can be faulted in at once: an emulator of programs (qemu-user) takes
 * MAP_POPULATE and MADV_POPULATE_WRITE, and does nothing.
 */
#ifndef POPULATE_H
#define POPULATE_H

#include <sys/mman.h>

#include "unit.h"

static inline bool populate_works(void)
{
	size_t bytes = (size_t)sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	bool read = pread(pagemap, &entry, sizeof(entry),
			  (off_t)((uintptr_t)page / bytes * sizeof(entry))) == sizeof(entry);

	close(pagemap);
	munmap(page, bytes);
	return !read || entry >> 63;
}

#define needs_populate()                                                                    \
	do {                                                                                \
		if (!populate_works())                                                      \
			skip_because("memory is not faulted in here when it is asked for"); \
	} while (0)

#endif
