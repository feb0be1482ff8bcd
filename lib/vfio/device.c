#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "vfio/device.h"

int vfio_device_read_info(struct vfio_device *device)
{
	struct vfio_device_info args = { .argsz = sizeof(args) };
	struct vfio_region config;
	int ret;

	if (ioctl(device->fd, VFIO_DEVICE_GET_INFO, &args))
		return -errno;
	ret = vfio_region_read(device->fd, VFIO_PCI_CONFIG_REGION_INDEX, &config);
	if (ret)
		return ret;
	device->can_reset = args.flags & VFIO_DEVICE_FLAGS_RESET;
	device->nr_regions = args.num_regions;
	device->nr_irqs = args.num_irqs;
	device->config_offset = config.fd_offset;
	return 0;
}

static int explain_open(const struct pci_device *pci, int error, struct reason *reason)
{
	if (error == -EBUSY)
		return reason_set(reason, error, "%s is in use: another process has it open",
				  pci->bdf);
	if (error == -ENODEV)
		return reason_set(reason, error,
				  "%s is not in its group any more: is it still bound to vfio-pci "
				  "(dmabench bind %s)?",
				  pci->bdf, pci->bdf);
	return reason_set(reason, error, "VFIO does not open %s: %s", pci->bdf, strerror(-error));
}

int vfio_device_open(struct iommu *iommu, const struct pci_device *pci,
		     struct vfio_device *ret_device, struct reason *reason)
{
	struct vfio_device device = { .pci = *pci, .fd = iommu_open_device(iommu, pci) };
	int ret;

	if (device.fd < 0)
		return explain_open(pci, device.fd, reason);
	ret = vfio_device_read_info(&device);
	if (ret) {
		vfio_device_close(&device);
		return reason_set(reason, ret, "%s does not tell about itself: %s", pci->bdf,
				  strerror(-ret));
	}
	*ret_device = device;
	return 0;
}

void vfio_device_close(struct vfio_device *device)
{
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
}

int vfio_device_reset(struct vfio_device *device)
{
	return ioctl(device->fd, VFIO_DEVICE_RESET) ? -errno : 0;
}

static int all_or_error(ssize_t done, size_t length)
{
	if (done < 0)
		return -errno;
	return (size_t)done == length ? 0 : -EIO;
}

int vfio_config_read(const struct vfio_device *device, unsigned int offset, void *bytes,
		     size_t length)
{
	off_t at = (off_t)(device->config_offset + offset);

	return all_or_error(pread(device->fd, bytes, length, at), length);
}

int vfio_config_write(const struct vfio_device *device, unsigned int offset, const void *bytes,
		      size_t length)
{
	off_t at = (off_t)(device->config_offset + offset);

	return all_or_error(pwrite(device->fd, bytes, length, at), length);
}
