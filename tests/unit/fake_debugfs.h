/*
 * fake_debugfs - the kernel's own benchmarks behind fake_vfio.h: files of debugfs that say what
 * they are told to say.
 */
#ifndef FAKE_DEBUGFS_H
#define FAKE_DEBUGFS_H

#include <linux/types.h>
#include <string.h>
#include <sys/ioctl.h>

#include "unit.h"

/* What the two files take, as kernels lay it out. */
struct fake_gup {
	__u64 get_us, put_us, addr, size;
	__u32 batch, flags, test_flags, which[8];
};

struct fake_dma {
	__u64 map_units, map_stddev, unmap_units, unmap_stddev;
	__u32 threads, seconds;
	__s32 node;
	__u32 bits, direction, transfer_ns, granule;
	__u8 mode, expansion[75];
};

static struct {
	int open_error, error;
	bool pins_less, knows_no_modes;
	unsigned int calls;
	unsigned long request;
	struct fake_gup gup; /* what was asked for last */
	struct fake_dma dma;
} fake_debugfs;

static inline char fake_debugfs_kind(const char *path)
{
	if (!strcmp(path, "/sys/kernel/debug/gup_test"))
		return 'u';
	return strcmp(path, "/sys/kernel/debug/dma_map_benchmark") ? 0 : 'm';
}

static inline int fake_gup_answer(unsigned long request, struct fake_gup *args)
{
	if (_IOC_TYPE(request) != 'g' || _IOC_NR(request) < 1 || _IOC_NR(request) > 5 ||
	    _IOC_SIZE(request) != sizeof(*args))
		return EINVAL;
	fake_debugfs.gup = *args;
	args->get_us = 1500;
	args->put_us = 700;
	if (fake_debugfs.pins_less)
		args->size /= 2;
	return fake_debugfs.error;
}

/* Older kernels take the mode for room that is left. */
static inline int fake_dma_answer(unsigned long request, struct fake_dma *args)
{
	if (_IOC_TYPE(request) != 'd' || _IOC_NR(request) != 1 ||
	    _IOC_SIZE(request) != sizeof(*args))
		return EINVAL;
	if (args->mode > 1 && !fake_debugfs.knows_no_modes)
		return EINVAL;
	if (!args->threads || !args->seconds || !args->granule || args->bits < 20)
		return EINVAL;
	fake_debugfs.dma = *args;
	args->map_units = 12;
	args->unmap_units = 34;
	args->map_stddev = 5;
	args->unmap_stddev = 6;
	return fake_debugfs.error;
}

/* An errno, or 0. */
static inline int fake_debugfs_answer(char kind, unsigned long request, void *argument)
{
	fake_debugfs.calls++;
	fake_debugfs.request = request;
	return kind == 'u' ? fake_gup_answer(request, argument)
			   : fake_dma_answer(request, argument);
}

#endif
