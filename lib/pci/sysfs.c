#include <stdlib.h>

#include "pci/sysfs.h"

static const char *from_environment(const char *variable, const char *usual)
{
	const char *given = getenv(variable);

	return given && given[0] ? given : usual;
}

const char *sysfs_root(void)
{
	return from_environment("DMABENCH_SYSFS", "/sys");
}

const char *procfs_root(void)
{
	return from_environment("DMABENCH_PROC", "/proc");
}
