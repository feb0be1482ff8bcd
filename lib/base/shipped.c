#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/shipped.h"

bool shipped_folder(const char *variable, const char *name, size_t i, char *folder, size_t room)
{
	static const char *const above[] = { "..", "../.." };
	const char *given = getenv(variable);
	char self[PATH_MAX / 2];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (given) {
		snprintf(folder, room, "%s", given);
		return i == 0;
	}
	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	if (i < 2)
		snprintf(folder, room, "%s/%s/%s", self, above[i], name);
	else
		snprintf(folder, room, DATADIR "/%s", name);
	return i <= 2;
}
