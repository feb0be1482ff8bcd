/*
 * fake_pci - made-up /sys and /proc: PCI devices, their groups, drivers and what sits on them.
 *
 * As in the kernel's, a device's folder is under devices/, and bus/, class/ and iommu_groups/
 * have links to it. fake_pci_setup() gives each test an empty one.
 */
#ifndef FAKE_PCI_H
#define FAKE_PCI_H

#include <limits.h>

#include "pci/device.h"
#include "unit.h"

#define NO_GROUP (-1)

static char fake_root[128];

struct fake_device {
	const char *bdf;
	const char *behind; /* the bridge above it; NULL: none */
	const char *driver; /* NULL: none */
	const char *usual_driver; /* the one that takes it when nothing is overridden */
	int group; /* NO_GROUP: none */
	unsigned int class_code; /* 0: a network interface */
	unsigned int max_vfs;
};

/* "ROOT/…"; good for the next seven calls. */
__attribute__((format(printf, 1, 2))) static inline const char *fake_path(const char *format, ...)
{
	static char paths[8][PATH_MAX];
	static size_t next;
	char *path = paths[next++ % 8];
	int length = snprintf(path, PATH_MAX, "%s/", fake_root);
	va_list args;

	va_start(args, format);
	vsnprintf(path + length, (size_t)(PATH_MAX - length), format, args);
	va_end(args);
	return path;
}

/* The folders above a path. */
static inline void fake_parents(const char *path)
{
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0755) && errno != EEXIST)
			abort();
		*slash = '/';
	}
}

static inline const char *fake_file(const char *path, const char *text)
{
	fake_parents(path);
	return make_file(path, text);
}

static inline void fake_link(const char *target, const char *path)
{
	fake_parents(path);
	unlink(path);
	if (symlink(target, path))
		abort();
}

/* A file of a device. */
static inline const char *fake_attribute(const char *bdf, const char *name)
{
	return fake_path("sys/bus/pci/devices/%s/%s", bdf, name);
}

static inline void fake_driver(const char *name)
{
	fake_file(fake_path("sys/bus/pci/drivers/%s/unbind", name), "");
	fake_file(fake_path("sys/bus/pci/drivers/%s/bind", name), "");
}

static inline void fake_drive(const char *bdf, const char *driver)
{
	fake_link(fake_path("sys/bus/pci/drivers/%s", driver), fake_attribute(bdf, "driver"));
	fake_link(fake_path("sys/bus/pci/devices/%s", bdf),
		  fake_path("sys/bus/pci/drivers/%s/%s", driver, bdf));
}

static inline void fake_put_into_group(const char *bdf, int group)
{
	fake_link(fake_path("sys/kernel/iommu_groups/%d", group),
		  fake_attribute(bdf, "iommu_group"));
	fake_link(fake_path("sys/bus/pci/devices/%s", bdf),
		  fake_path("sys/kernel/iommu_groups/%d/devices/%s", group, bdf));
}

static inline void fake_functions(const struct fake_device *device)
{
	char number[16];

	snprintf(number, sizeof(number), "%u\n", device->max_vfs);
	fake_file(fake_attribute(device->bdf, "sriov_totalvfs"), number);
	fake_file(fake_attribute(device->bdf, "sriov_numvfs"), "0\n");
	fake_file(fake_attribute(device->bdf, "sriov_drivers_autoprobe"), "1\n");
	fake_file(fake_attribute(device->bdf, "sriov_offset"), "16\n");
	fake_file(fake_attribute(device->bdf, "sriov_stride"), "1\n");
}

static inline void fake_add(const struct fake_device *device)
{
	const char *folder =
		fake_path("sys/devices/pci0000:00/%s%s%s", device->behind ? device->behind : "",
			  device->behind ? "/" : "", device->bdf);
	char class_code[16];

	snprintf(class_code, sizeof(class_code), "0x%06x\n",
		 device->class_code ? device->class_code : 0x020000);
	fake_link(folder, fake_path("sys/bus/pci/devices/%s", device->bdf));
	fake_file(fake_path("%s/class", folder + strlen(fake_root) + 1), class_code);
	fake_file(fake_attribute(device->bdf, "vendor"), "0x8086\n");
	fake_file(fake_attribute(device->bdf, "device"), "0x10d3\n");
	fake_file(fake_attribute(device->bdf, "numa_node"), "-1\n");
	fake_file(fake_attribute(device->bdf, "driver_override"), "(null)\n");
	if (device->usual_driver)
		fake_file(fake_attribute(device->bdf, "usual_driver"), device->usual_driver);
	if (device->driver)
		fake_drive(device->bdf, device->driver);
	if (device->group != NO_GROUP)
		fake_put_into_group(device->bdf, device->group);
	if (device->max_vfs)
		fake_functions(device);
}

/* On node 1, behind a link of half its speed and width, with two ways to be reset. */
static inline void fake_describe(const char *bdf)
{
	fake_file(fake_attribute(bdf, "numa_node"), "1\n");
	fake_file(fake_attribute(bdf, "reset_method"), "flr bus\n");
	fake_file(fake_attribute(bdf, "current_link_speed"), "8.0 GT/s PCIe\n");
	fake_file(fake_attribute(bdf, "current_link_width"), "4\n");
	fake_file(fake_attribute(bdf, "max_link_speed"), "16.0 GT/s PCIe\n");
	fake_file(fake_attribute(bdf, "max_link_width"), "8\n");
}

/* What a class has on a device: "block", "0000:01:00.0", "nvme/nvme0", "nvme0n1". */
static inline void fake_entry(const char *class, const char *bdf, const char *way, const char *name)
{
	const char *folder = fake_path("sys/bus/pci/devices/%s/%s/%s", bdf, way, name);
	char real[PATH_MAX];

	fake_file(fake_path("%s/uevent", folder + strlen(fake_root) + 1), "");
	if (!realpath(folder, real))
		abort();
	fake_link(real, fake_path("sys/class/%s/%s", class, name));
}

static inline void fake_entry_file(const char *class, const char *name, const char *file,
				   const char *text)
{
	fake_file(fake_path("sys/class/%s/%s/%s", class, name, file), text);
}

/* A process that has a file open. */
static inline void fake_process(int pid, const char *opened)
{
	fake_link("/dev/null", fake_path("proc/%d/fd/0", pid));
	fake_link(opened, fake_path("proc/%d/fd/7", pid));
}

/* Sets one up for each test. */
static inline int fake_pci_setup(void **state)
{
	static unsigned int count;
	char name[16];

	(void)state;
	snprintf(name, sizeof(name), "host%u", count++);
	snprintf(fake_root, sizeof(fake_root), "%s", temp_path(name));
	fake_file(fake_path("sys/bus/pci/drivers_probe"), "");
	fake_file(fake_path("proc/self/mountinfo"), "");
	fake_driver(PCI_DRIVER_VFIO);
	fake_driver("e1000e");
	fake_driver("nvme");
	return setenv("DMABENCH_SYSFS", fake_path("sys"), 1) ||
	       setenv("DMABENCH_PROC", fake_path("proc"), 1) ||
	       setenv("DMABENCH_STATE", fake_path("state"), 1);
}

static inline struct pci_device fake_read(const char *bdf)
{
	struct reason reason = { "" };
	struct pci_device device;

	must(!pci_read(bdf, &device, &reason), "%s", reason.text);
	return device;
}

#endif
