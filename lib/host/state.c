#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "host/state.h"

static int folder(char *path, size_t room)
{
	const char *given = getenv("DMABENCH_STATE");
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	int length;

	if (given && given[0])
		length = snprintf(path, room, "%s", given);
	else if (geteuid() == 0)
		length = snprintf(path, room, "/var/lib/dmabench");
	else if (xdg && xdg[0])
		length = snprintf(path, room, "%s/dmabench", xdg);
	else
		length = snprintf(path, room, "%s/.local/state/dmabench", home ? home : "/tmp");
	return length >= 0 && (size_t)length < room ? 0 : -ENAMETOOLONG;
}

static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		int ret;

		if (slash)
			*slash = '\0';
		ret = mkdir(path, 0755);
		if (slash)
			*slash = '/';
		if (ret && errno != EEXIST)
			return -errno;
		if (!slash)
			return 0;
	}
}

static int join(const char *name, char *path, size_t room)
{
	size_t length = strlen(path);

	if (length + strlen(name) + 2 > room)
		return -ENAMETOOLONG;
	snprintf(path + length, room - length, "/%s", name);
	return 0;
}

int state_path(const char *name, char *path, size_t room)
{
	int ret = folder(path, room);

	return ret ? ret : join(name, path, room);
}

int state_path_make(const char *name, char *path, size_t room)
{
	int ret = folder(path, room);

	if (!ret)
		ret = make_folders(path);
	return ret ? ret : join(name, path, room);
}

void host_boot_id(char id[40])
{
	int length = file_read(id, 40, "/proc/sys/kernel/random/boot_id");

	if (length < 0 || id[strspn(id, "0123456789abcdef-")])
		id[0] = '\0';
}
