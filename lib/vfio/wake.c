#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/pci_regs.h>

#include "base/units.h"
#include "vfio/wake.h"

#define POWER_UP_NS (10 * MSEC) /* what a function may take from D3hot to D0 */
#define MOST_CAPABILITIES 48 /* more do not fit: a list that leads back into itself ends */

static int read_u16(const struct vfio_device *device, unsigned int offset, uint16_t *ret_value)
{
	uint8_t bytes[2];
	int ret = vfio_config_read(device, offset, bytes, sizeof(bytes));

	if (!ret)
		*ret_value = (uint16_t)(bytes[0] | bytes[1] << 8);
	return ret;
}

static int write_u16(const struct vfio_device *device, unsigned int offset, uint16_t value)
{
	uint8_t bytes[2] = { (uint8_t)value, (uint8_t)(value >> 8) };

	return vfio_config_write(device, offset, bytes, sizeof(bytes));
}

/* Finds the offset of the power management capability; 0 where there is none. */
static int find_power(const struct vfio_device *device, unsigned int *ret_offset)
{
	uint8_t next = 0, capability[2];
	uint16_t status;
	int ret = read_u16(device, PCI_STATUS, &status);

	*ret_offset = 0;
	if (!ret && status & PCI_STATUS_CAP_LIST)
		ret = vfio_config_read(device, PCI_CAPABILITY_LIST, &next, 1);
	for (int i = 0; !ret && i < MOST_CAPABILITIES && next >= PCI_STD_HEADER_SIZEOF; i++) {
		unsigned int here = next & ~3U;

		ret = vfio_config_read(device, here, capability, sizeof(capability));
		if (!ret && capability[0] == PCI_CAP_ID_PM) {
			*ret_offset = here;
			return 0;
		}
		next = capability[1];
	}
	return ret;
}

static int set_power(const struct vfio_device *device, unsigned int offset, unsigned int state)
{
	const struct timespec pause = { .tv_nsec = POWER_UP_NS };
	uint16_t control;
	int ret = read_u16(device, offset + PCI_PM_CTRL, &control);

	if (ret)
		return ret;
	control = (uint16_t)((control & ~PCI_PM_CTRL_STATE_MASK) | state);
	ret = write_u16(device, offset + PCI_PM_CTRL, control);
	nanosleep(&pause, NULL);
	return ret;
}

static int set_decoding(const struct vfio_device *device, bool on)
{
	uint16_t command;
	int ret = read_u16(device, PCI_COMMAND, &command);

	if (ret)
		return ret;
	command = (uint16_t)(on ? command | PCI_COMMAND_MEMORY : command & ~PCI_COMMAND_MEMORY);
	return write_u16(device, PCI_COMMAND, command);
}

static int wake_power(const struct vfio_device *device, struct vfio_wake *wake)
{
	uint16_t control;
	int ret = find_power(device, &wake->power_offset);

	if (ret || !wake->power_offset)
		return ret;
	ret = read_u16(device, wake->power_offset + PCI_PM_CTRL, &control);
	if (ret || !(control & PCI_PM_CTRL_STATE_MASK))
		return ret;
	wake->power_was = control & PCI_PM_CTRL_STATE_MASK;
	ret = set_power(device, wake->power_offset, 0);
	if (!ret)
		ret = read_u16(device, wake->power_offset + PCI_PM_CTRL, &control);
	return !ret && control & PCI_PM_CTRL_STATE_MASK ? -EIO : ret;
}

/* A virtual function decodes as its physical one does: its own bit means nothing. */
static int wake_decoding(const struct vfio_device *device, struct vfio_wake *wake)
{
	uint16_t command;
	int ret = read_u16(device, PCI_COMMAND, &command);

	if (ret || device->pci.pf[0] || command & PCI_COMMAND_MEMORY)
		return ret;
	wake->decoding_was_off = true;
	ret = set_decoding(device, true);
	if (!ret)
		ret = read_u16(device, PCI_COMMAND, &command);
	return !ret && !(command & PCI_COMMAND_MEMORY) ? -EIO : ret;
}

int vfio_wake(const struct vfio_device *device, struct vfio_wake *ret_wake, struct reason *reason)
{
	struct vfio_wake wake = { .decoding_was_off = false };
	int ret = wake_power(device, &wake);

	if (ret)
		return reason_set(reason, ret,
				  "%s stays in power state D%u (%s): wake it by "
				  "`echo on >/sys/bus/pci/devices/%s/power/control`",
				  device->pci.bdf, wake.power_was, strerror(-ret), device->pci.bdf);
	ret = wake_decoding(device, &wake);
	if (ret) {
		vfio_wake_undo(device, &wake);
		return reason_set(reason, ret,
				  "memory decoding of %s cannot be switched on (%s): "
				  "`setpci -s %s COMMAND=2:2`, with the device not in use",
				  device->pci.bdf, strerror(-ret), device->pci.bdf);
	}
	*ret_wake = wake;
	return 0;
}

int vfio_wake_undo(const struct vfio_device *device, const struct vfio_wake *wake)
{
	int ret = wake->decoding_was_off ? set_decoding(device, false) : 0;
	int power = wake->power_was ? set_power(device, wake->power_offset, wake->power_was) : 0;

	return ret ? ret : power;
}

const char *vfio_wake_note(const struct vfio_wake *wake, char text[64])
{
	if (!wake->decoding_was_off && !wake->power_was)
		return NULL;
	if (!wake->power_was)
		snprintf(text, 64, "memory decoding was off, it was switched on");
	else
		snprintf(text, 64, "%sit was in D%u, it was woken",
			 wake->decoding_was_off ? "memory decoding was off, " : "",
			 wake->power_was);
	return text;
}

int vfio_device_open_awake(struct iommu *iommu, const struct pci_device *pci,
			   struct vfio_device *ret_device, struct vfio_wake *ret_wake,
			   struct reason *reason)
{
	struct vfio_device device;
	int ret = vfio_device_open(iommu, pci, &device, reason);

	if (ret)
		return ret;
	ret = vfio_wake(&device, ret_wake, reason);
	if (ret) {
		vfio_device_close(&device);
		return ret;
	}
	*ret_device = device;
	return 0;
}

void vfio_device_close_awake(struct vfio_device *device, const struct vfio_wake *wake)
{
	if (device->fd >= 0)
		vfio_wake_undo(device, wake);
	vfio_device_close(device);
}
