/*
 * fake_bus - what a kernel does when somebody writes to the files of fake_pci.h: drivers let go of
 * devices and take them, virtual functions come and go.
 *
 * write(2) is stood in for; what is written elsewhere goes on to the kernel. The Nth write can
 * kill the process, before it did anything or after.
 *
 * Include it in one .c file of a test.
 */
#ifndef FAKE_BUS_H
#define FAKE_BUS_H

#include <sys/syscall.h>

#include "base/text.h"
#include "fake_pci.h"

static struct {
	struct text log; /* "unbind <- 0000:01:00.0", a line each */
	unsigned int writes;
	unsigned int kill_at; /* the write that kills us, from 1; 0: none */
	bool kill_after; /* what it does is done */
	const char *refused; /* the driver that takes no device; NULL: all do */
	int error; /* of the next write to sriov_numvfs */
} fake_bus;

static inline void fake_bus_reset(void)
{
	text_release(&fake_bus.log);
	memset(&fake_bus, 0, sizeof(fake_bus));
}

static inline void fake_let_go(const char *bdf)
{
	char driver[PATH_MAX];

	if (!realpath(fake_attribute(bdf, "driver"), driver))
		return;
	unlink(fake_path("%s/%s", driver + strlen(fake_root) + 1, bdf));
	unlink(fake_attribute(bdf, "driver"));
}

/* The override's driver, or else the usual one. */
static inline void fake_probe(const char *bdf)
{
	char driver[64];

	snprintf(driver, sizeof(driver), "%.60s",
		 file_text(fake_attribute(bdf, "driver_override")));
	if (!strncmp(driver, "(null)", 6))
		snprintf(driver, sizeof(driver), "%.60s",
			 file_text(fake_attribute(bdf, "usual_driver")));
	driver[strcspn(driver, "\n")] = '\0';
	if (access(fake_attribute(bdf, "driver"), F_OK) &&
	    !access(fake_path("sys/bus/pci/drivers/%s", driver), F_OK) &&
	    !(fake_bus.refused && !strcmp(fake_bus.refused, driver)))
		fake_drive(bdf, driver);
}

static inline void fake_remove_function(const char *bdf)
{
	char folder[PATH_MAX], group[PATH_MAX];

	fake_let_go(bdf);
	if (realpath(fake_attribute(bdf, "iommu_group"), group))
		unlink(fake_path("%s/devices/%s", group + strlen(fake_root) + 1, bdf));
	if (realpath(fake_path("sys/bus/pci/devices/%s", bdf), folder))
		nftw(folder, unit_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	unlink(fake_path("sys/bus/pci/devices/%s", bdf));
}

static inline void fake_add_function(const char *bdf, const char *pf, unsigned int i)
{
	fake_add(&(struct fake_device){ bdf, .usual_driver = "e1000e", .group = 100 + (int)i });
	fake_link(fake_path("sys/bus/pci/devices/%s", pf), fake_attribute(bdf, "physfn"));
	if (file_text(fake_attribute(pf, "sriov_drivers_autoprobe"))[0] == '1')
		fake_probe(bdf);
}

static inline void fake_set_functions(const char *pf, const char *number)
{
	const struct pci_device device = fake_read(pf);
	unsigned int now = device.nr_vfs, wanted = (unsigned int)strtoul(number, NULL, 10);
	char bdf[PCI_BDF], text[16];

	for (unsigned int i = 0; i < now || i < wanted; i++) {
		if (pci_nth_function(&device, i, bdf))
			abort();
		if (i >= now)
			fake_add_function(bdf, pf, i);
		else if (i >= wanted)
			fake_remove_function(bdf);
	}
	snprintf(text, sizeof(text), "%u\n", wanted);
	make_file(fake_attribute(pf, "sriov_numvfs"), text);
}

/* The last two parts of a file's path. */
static inline void fake_names(const char *path, char *folder, char *file)
{
	const char *slash = strrchr(path, '/'), *before = slash;

	while (before[-1] != '/')
		before--;
	snprintf(folder, 64, "%.*s", (int)(slash - before), before);
	snprintf(file, 64, "%.60s", slash + 1);
}

static inline int fake_react(const char *path, const char *value)
{
	char folder[64], file[64], line[80];

	fake_names(path, folder, file);
	if (!strcmp(file, "unbind")) {
		fake_let_go(value);
	} else if (!strcmp(file, "drivers_probe")) {
		fake_probe(value);
	} else if (!strcmp(file, "sriov_numvfs")) {
		if (fake_bus.error)
			return fake_bus.error;
		fake_set_functions(folder, value);
	} else {
		snprintf(line, sizeof(line), "%.70s\n", strcmp(value, "\n") ? value : "(null)");
		make_file(path, line);
	}
	return 0;
}

static inline int fake_write(const char *path, const char *value)
{
	char folder[64], file[64];
	int ret;

	fake_bus.writes++;
	if (fake_bus.writes == fake_bus.kill_at && !fake_bus.kill_after)
		raise(SIGKILL);
	fake_names(path, folder, file);
	text_add(&fake_bus.log, "%s <- %s%s", file, value, value[0] == '\n' ? "" : "\n");
	ret = fake_react(path, value);
	if (fake_bus.writes == fake_bus.kill_at)
		raise(SIGKILL);
	return ret;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
	char link[64], path[PATH_MAX] = "", value[256];
	ssize_t got;
	int ret;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	got = readlink(link, path, sizeof(path) - 1);
	path[got > 0 ? got : 0] = '\0';
	if (!fake_root[0] || strncmp(path, fake_path("sys/"), strlen(fake_path("sys/"))))
		return syscall(SYS_write, fd, bytes, length);
	snprintf(value, sizeof(value), "%.*s", (int)length, (const char *)bytes);
	ret = fake_write(path, value);
	errno = -ret;
	return ret ? -1 : (ssize_t)length;
}

#endif
