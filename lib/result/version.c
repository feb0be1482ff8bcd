#include <stdio.h>

#include <hwloc.h>
#include <perfmon/pfmlib.h>

#include "result/version.h"

const char dmabench_version[] = DMABENCH_VERSION;

static json_t *dotted(unsigned int major, unsigned int minor, int patch)
{
	char text[32];

	if (patch < 0)
		snprintf(text, sizeof(text), "%u.%u", major, minor);
	else
		snprintf(text, sizeof(text), "%u.%u.%d", major, minor, patch);
	return json_string(text);
}

json_t *version_json(void)
{
	json_t *libraries = json_object();
	unsigned int hwloc = hwloc_get_api_version();
	int pfm = pfm_get_version();

	json_object_set_new(libraries, "hwloc",
			    dotted(hwloc >> 16, hwloc >> 8 & 0xff, (int)(hwloc & 0xff)));
	json_object_set_new(libraries, "jansson", json_string(jansson_version_str()));
	json_object_set_new(
		libraries, "libpfm4",
		dotted((unsigned int)PFM_MAJ_VERSION(pfm), (unsigned int)PFM_MIN_VERSION(pfm), -1));
	json_object_set_new(libraries, "liburing", json_string(LIBURING_VERSION));
	return json_pack("{s:s, s:s, s:o}", "name", "dmabench", "version", dmabench_version,
			 "libraries", libraries);
}
