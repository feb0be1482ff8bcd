#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "host/setting.h"

#define NO_DRIVER "none"
#define NO_OVERRIDE "(null)" /* how sysfs prints that there is none */

static bool ends_with(const char *path, const char *end)
{
	size_t length = strlen(path), tail = strlen(end);

	return length > tail && !strcmp(path + length - tail, end);
}

static bool is_driver(const char *path)
{
	return ends_with(path, "/driver");
}

/* Of "…/bus/pci/devices/BDF/driver": the device's name, and a file of its bus. */
struct driver_paths {
	char bdf[NAME_MAX];
	char unbind[PATH_MAX], probe[PATH_MAX];
};

static void split(const char *path, struct driver_paths *paths)
{
	char copy[PATH_MAX];
	char *device;

	snprintf(copy, sizeof(copy), "%s", path);
	device = dirname(copy);
	snprintf(paths->unbind, sizeof(paths->unbind), "%.3000s/unbind", path);
	snprintf(paths->bdf, sizeof(paths->bdf), "%.200s", basename(device));
	/* Not "device/../..": the device is a link out of its bus's folder. */
	snprintf(paths->probe, sizeof(paths->probe), "%.3000s/drivers_probe",
		 dirname(dirname(device)));
}

static int read_driver(const char *path, char *value, size_t room)
{
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target) - 1);

	if (length < 0) {
		char copy[PATH_MAX];

		snprintf(copy, sizeof(copy), "%s", path);
		if (errno != ENOENT || access(dirname(copy), F_OK))
			return -errno;
		snprintf(value, room, NO_DRIVER);
		return 0;
	}
	target[length] = '\0';
	snprintf(value, room, "%s", basename(target));
	return 0;
}

static int write_driver(const char *path, const char *value)
{
	struct driver_paths paths;
	char now[NAME_MAX];
	int ret = read_driver(path, now, sizeof(now));

	if (ret || !strcmp(now, value))
		return ret;
	split(path, &paths);
	if (strcmp(now, NO_DRIVER))
		ret = file_write(paths.unbind, paths.bdf);
	if (ret || !strcmp(value, NO_DRIVER))
		return ret;
	ret = file_write(paths.probe, paths.bdf);
	if (!ret)
		ret = read_driver(path, now, sizeof(now));
	return ret ? ret : strcmp(now, value) ? -ENODEV : 0;
}

int setting_read(const char *path, char *value, size_t room)
{
	if (is_driver(path))
		return read_driver(path, value, room);
	return file_read_setting(value, room, "%s", path);
}

/* An override is taken away by an empty line, not by the word that stands for none. */
static const char *as_written(const char *path, const char *value)
{
	return ends_with(path, "/driver_override") && !strcmp(value, NO_OVERRIDE) ? "\n" : value;
}

int setting_write(const char *path, const char *value)
{
	if (is_driver(path))
		return write_driver(path, value);
	return file_write(path, as_written(path, value));
}

void setting_describe(const char *path, const char *value, struct text *text)
{
	struct driver_paths paths;

	if (!is_driver(path)) {
		text_add(text, "%s <- %s\n", path, value);
		return;
	}
	split(path, &paths);
	if (strcmp(value, NO_DRIVER))
		text_add(text, "%s <- %s\n", paths.probe, paths.bdf);
	else
		text_add(text, "%s <- %s\n", paths.unbind, paths.bdf);
}
