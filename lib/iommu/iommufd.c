#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "iommu/iommufd.h"
#include "iommu/iommufd_abi.h"

int iommufd_explain_open(int error, struct reason *reason)
{
	if (error == -ENOENT || error == -ENODEV || error == -ENXIO)
		return reason_set(reason, SKIPPED,
				  "no /dev/iommu: modprobe iommufd, on a kernel with "
				  "CONFIG_IOMMUFD (6.2 and later; --kernel build:7.2 in the lab)");
	return reason_set(reason, error, "cannot open /dev/iommu: %s%s", strerror(-error),
			  error == -EACCES ? ": run as root" : "");
}

/* ---- the steps ---- */

int iommufd_alloc(int iommufd, uint32_t *ret_ioas)
{
	struct ioas_alloc args = { .size = sizeof(args) };

	if (ioctl(iommufd, IOAS_ALLOC, &args))
		return -errno;
	*ret_ioas = args.out_ioas_id;
	return 0;
}

int iommufd_open_cdev(const struct pci_device *device)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", device->cdev);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int iommufd_bind(int iommufd, int device_fd)
{
	struct cdev_bind args = { .argsz = sizeof(args), .iommufd = iommufd };

	return ioctl(device_fd, CDEV_BIND, &args) ? -errno : 0;
}

int iommufd_attach(uint32_t ioas, int device_fd)
{
	struct cdev_attach args = { .argsz = sizeof(args), .pt_id = ioas };

	return ioctl(device_fd, CDEV_ATTACH, &args) ? -errno : 0;
}

/* ---- open and close ---- */

static int check_devices(const struct pci_device *devices, size_t count, struct reason *reason)
{
	for (size_t i = 0; i < count; i++) {
		if (devices[i].cdev[0])
			continue;
		if (strcmp(devices[i].driver, PCI_DRIVER_VFIO))
			return reason_set(reason, -ENOENT,
					  "vfio-pci does not have %s: dmabench bind %s gives it",
					  devices[i].bdf, devices[i].bdf);
		return reason_set(
			reason, SKIPPED,
			"VFIO has no character device for %s: this kernel was built without "
			"CONFIG_VFIO_DEVICE_CDEV (6.6 and later have it); "
			"iommu=iommufd-compat-type1v2 does without",
			devices[i].bdf);
	}
	return 0;
}

static int set_option(const struct iommu *iommu, uint32_t option, uint32_t object, uint64_t value)
{
	struct ioas_option args = {
		.size = sizeof(args),
		.option_id = option,
		.op = IOAS_OPTION_SET,
		.object_id = object,
		.val64 = value,
	};

	return ioctl(iommu->fd, IOAS_OPTION, &args) ? -errno : 0;
}

static int explain_option(const char *what, int error, struct reason *reason)
{
	return reason_set(reason, error, "iommufd refuses %s: %s%s", what, strerror(-error),
			  error == -EPERM ? ": run as root" : "");
}

/* Accounting is chosen before there is anything to account, leaf sizes before anything is mapped. */
static int iommufd_prepare(struct iommu *iommu, const struct pci_device *devices, size_t count,
			   struct reason *reason)
{
	int ret = check_devices(devices, count, reason);

	if (!ret)
		ret = iommu_open_file(iommu, reason);
	if (ret)
		return ret;
	ret = iommu->options.count_by_process ? set_option(iommu, IOAS_RLIMIT_MODE, 0, 1) : 0;
	if (ret)
		return explain_option("accounting=process", ret, reason);
	ret = iommufd_alloc(iommu->fd, &iommu->ioas);
	if (ret)
		return reason_set(reason, ret, "iommufd makes no address space: %s",
				  strerror(-ret));
	ret = iommu->options.small_pages ? set_option(iommu, IOAS_HUGE_PAGES, iommu->ioas, 0) : 0;
	return ret ? explain_option("leaves=small", ret, reason) : 0;
}

static int iommufd_open_device(struct iommu *iommu, const struct pci_device *device)
{
	int fd = iommufd_open_cdev(device), ret;

	if (fd < 0)
		return fd;
	ret = iommufd_bind(iommu->fd, fd);
	if (!ret)
		ret = iommufd_attach(iommu->ioas, fd);
	if (ret) {
		close(fd);
		return ret;
	}
	return fd;
}

/* Ranges for which there is no room are not used. */
static int iommufd_read_info(struct iommu *iommu, struct reason *reason)
{
	struct ioas_range ranges[IOMMU_MAX_RANGES];
	struct ioas_iova_ranges args = {
		.size = sizeof(args),
		.ioas_id = iommu->ioas,
		.num_iovas = IOMMU_MAX_RANGES,
		.allowed_iovas = (uintptr_t)ranges,
	};

	if (ioctl(iommu->fd, IOAS_IOVA_RANGES, &args) && errno != EMSGSIZE)
		return reason_set(reason, -errno, "iommufd does not tell its I/O addresses: %s",
				  strerror(errno));
	for (size_t i = 0; i < args.num_iovas && i < IOMMU_MAX_RANGES; i++)
		iommu->ranges[i] = (struct iommu_range){ ranges[i].start, ranges[i].last };
	iommu->nr_ranges = args.num_iovas < IOMMU_MAX_RANGES ? args.num_iovas : IOMMU_MAX_RANGES;
	iommu->page_sizes = args.out_iova_alignment;
	iommu->can_unmap_all = true;
	return 0;
}

/* Devices are closed before this: with the last of them all pages were unpinned. */
static void iommufd_close(struct iommu *iommu)
{
	if (iommu->fd >= 0)
		close(iommu->fd);
	iommu->fd = -1;
}

/* ---- map and unmap ---- */

static uint32_t map_flags(unsigned int access)
{
	return IOAS_FIXED_IOVA | (access & IOMMU_READ ? IOAS_READABLE : 0) |
	       (access & IOMMU_WRITE ? IOAS_WRITEABLE : 0);
}

static int iommufd_map(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
		       unsigned int access)
{
	struct ioas_map args = {
		.size = sizeof(args),
		.flags = map_flags(access),
		.ioas_id = iommu->ioas,
		.user_va = (uintptr_t)addr,
		.length = size_bytes,
		.iova = iova,
	};

	return ioctl(iommu->fd, IOAS_MAP, &args) ? -errno : 0;
}

static uint64_t offset_of(const struct iommu *iommu, const void *addr)
{
	return (uint64_t)((const char *)addr - iommu->source.addr);
}

static int iommufd_map_file(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
			    unsigned int access)
{
	struct ioas_map_file args = {
		.size = sizeof(args),
		.flags = map_flags(access),
		.ioas_id = iommu->ioas,
		.fd = iommu->source.fd,
		.start = offset_of(iommu, addr),
		.length = size_bytes,
		.iova = iova,
	};

	return ioctl(iommu->fd, IOAS_MAP_FILE, &args) ? -errno : 0;
}

static int iommufd_copy(struct iommu *iommu, uint64_t iova, void *addr, uint64_t size_bytes,
			unsigned int access)
{
	struct ioas_copy args = {
		.size = sizeof(args),
		.flags = map_flags(access),
		.dst_ioas_id = iommu->ioas,
		.src_ioas_id = iommu->ioas,
		.length = size_bytes,
		.dst_iova = iova,
		.src_iova = iommu->source.iova + offset_of(iommu, addr),
	};

	return ioctl(iommu->fd, IOAS_COPY, &args) ? -errno : 0;
}

/* A kernel that cannot map files says so before it looks at the file. */
static bool has_map_file(const struct iommu *iommu)
{
	struct ioas_map_file args = {
		.size = sizeof(args),
		.flags = IOAS_FIXED_IOVA | IOAS_READABLE,
		.ioas_id = iommu->ioas,
		.fd = -1,
	};

	return !ioctl(iommu->fd, IOAS_MAP_FILE, &args) || errno != ENOTTY;
}

static int iommufd_check_method(const struct iommu *iommu, enum iommu_method method,
				struct reason *reason)
{
	if (method != IOMMU_MAP_FILE || has_map_file(iommu))
		return 0;
	return reason_set(reason, SKIPPED,
			  "this kernel's iommufd does not map files (6.13 and later do)");
}

/* The kernel has an error of its own for a range in which nothing is mapped. */
static int unmap_range(struct iommu *iommu, struct ioas_unmap *args)
{
	if (!ioctl(iommu->fd, IOAS_UNMAP, args))
		return 0;
	return errno == ENOENT ? -ENODATA : -errno;
}

static int iommufd_unmap(struct iommu *iommu, uint64_t iova, uint64_t size_bytes)
{
	struct ioas_unmap args = {
		.size = sizeof(args),
		.ioas_id = iommu->ioas,
		.iova = iova,
		.length = size_bytes,
	};
	int ret = unmap_range(iommu, &args);

	if (ret)
		return ret;
	return args.length == size_bytes ? 0 : -ENODATA;
}

static int iommufd_unmap_all(struct iommu *iommu)
{
	struct ioas_unmap args = {
		.size = sizeof(args),
		.ioas_id = iommu->ioas,
		.length = UINT64_MAX,
	};

	return unmap_range(iommu, &args);
}

const struct iommu_ops iommu_iommufd_ops = {
	.open = iommufd_prepare,
	.read_info = iommufd_read_info,
	.check_method = iommufd_check_method,
	.map = { [IOMMU_MAP] = iommufd_map,
		 [IOMMU_MAP_FILE] = iommufd_map_file,
		 [IOMMU_COPY] = iommufd_copy },
	.unmap = iommufd_unmap,
	.unmap_all = iommufd_unmap_all,
	.open_device = iommufd_open_device,
	.close = iommufd_close,
};
