#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <liburing.h>

#include "base/file.h"
#include "host/facts.h"
#include "measure/needs.h"
#include "mem/userfault.h"
#include "pci/bind.h"
#include "pci/device.h"
#include "pci/sysfs.h"

#define IOMMU_GROUPS "/sys/kernel/iommu_groups"

static int need_io_uring(struct reason *reason)
{
	struct io_uring ring;
	uint64_t disabled = 0;
	int ret = io_uring_queue_init(1, &ring, 0);

	if (!ret) {
		io_uring_queue_exit(&ring);
		return 0;
	}
	file_read_u64(&disabled, "/proc/sys/kernel/io_uring_disabled");
	if (ret == -ENOSYS)
		return reason_set(reason, SKIPPED,
				  "this kernel has no io_uring (CONFIG_IO_URING, 5.1 or later)");
	if (disabled)
		return reason_set(reason, SKIPPED,
				  "io_uring is switched off: sysctl kernel.io_uring_disabled=0");
	return reason_set(reason, SKIPPED, "io_uring cannot be used: %s%s", strerror(-ret),
			  ret == -EPERM ? " (a seccomp filter, as containers have?)" : "");
}

const char *needs_vfio_advice(const char *virtual, bool has_groups)
{
	static char advice[500];
	char first[300];

	if (has_groups)
		snprintf(first, sizeof(first), "modprobe vfio-pci");
	else if (!strcmp(virtual, "none"))
		snprintf(first, sizeof(first), "%s, then modprobe vfio-pci",
			 bind_iommu_advice(NULL));
	else
		snprintf(first, sizeof(first),
			 "this VM (%s) has no IOMMU: its host can give it one, then modprobe "
			 "vfio-pci",
			 virtual);
	snprintf(advice, sizeof(advice), "%s; or in a VM of the lab, which has all: %s", first,
		 NEEDS_LAB_COMMAND);
	return advice;
}

static int need_vfio_device(struct reason *reason)
{
	struct pci_device *devices;
	size_t count;

	/* A kernel may have iommufd in the container's place. */
	if (access("/dev/vfio/vfio", F_OK) && access("/dev/iommu", F_OK))
		return reason_set(
			reason, SKIPPED, NEEDS_NO_VFIO ": %s",
			needs_vfio_advice(facts_virtual(), file_folder_is_filled(IOMMU_GROUPS)));
	if (pci_list_vfio(&devices, &count))
		count = 0;
	else
		free(devices);
	if (!count)
		return reason_set(reason, SKIPPED,
				  "no device is bound to vfio-pci: dmabench bind BDF");
	return 0;
}

/* Files of debugfs, which are root's: what cannot be seen there may be there. */
static int need_debugfs(const char *file, const char *option, struct reason *reason)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/kernel/debug/%s", sysfs_root(), file);
	if (!access(path, R_OK | W_OK))
		return 0;
	if (errno == EACCES)
		return reason_set(reason, SKIPPED, "cannot see %s: run as root", path);
	return reason_set(reason, SKIPPED,
			  "no %s: it takes a kernel with %s (--kernel build:7.2 in the lab), and "
			  "debugfs mounted",
			  path, option);
}

static int need_gup_test(struct reason *reason)
{
	return need_debugfs("gup_test", "CONFIG_GUP_TEST", reason);
}

/* The file comes with the first device that the driver has. */
static int need_dma_map_benchmark(struct reason *reason)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/bus/pci/drivers/dma_map_benchmark", sysfs_root());
	if (need_debugfs("dma_map_benchmark", "CONFIG_DMA_MAP_BENCHMARK", NULL) &&
	    !access(path, F_OK) && !geteuid())
		return reason_set(reason, SKIPPED,
				  "no device is bound to dma_map_benchmark: dmabench bind --driver "
				  "dma_map_benchmark BDF");
	return need_debugfs("dma_map_benchmark", "CONFIG_DMA_MAP_BENCHMARK", reason);
}

int needs_check(unsigned int needs, struct reason *reason)
{
	static const struct {
		unsigned int need;
		int (*check)(struct reason *reason);
	} checks[] = {
		{ NEEDS_IO_URING, need_io_uring },
		{ NEEDS_VFIO_DEVICE, need_vfio_device },
		{ NEEDS_GUP_TEST, need_gup_test },
		{ NEEDS_DMA_MAP_BENCHMARK, need_dma_map_benchmark },
		{ NEEDS_USERFAULTFD, userfault_available },
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		int ret = needs & checks[i].need ? checks[i].check(reason) : 0;

		if (ret)
			return ret;
	}
	return 0;
}
