#include <stdlib.h>
#include <string.h>

#include "pci/sysfs.h"

#define SYSFS "/sys"

static const char *from_environment(const char *variable, const char *usual)
{
	const char *given = getenv(variable);

	return given && given[0] ? given : usual;
}

const char *sysfs_root(void)
{
	return from_environment("DMABENCH_SYSFS", SYSFS);
}

const char *procfs_root(void)
{
	return from_environment("DMABENCH_PROC", "/proc");
}

bool sysfs_is_real(void)
{
	return !strcmp(sysfs_root(), SYSFS);
}
