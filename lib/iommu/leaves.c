#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "iommu/leaves.h"
#include "pci/sysfs.h"

/* A file a device since Linux 6.7; before, one for all, in which a line names each. */
#define FOLDER "kernel/debug/iommu/intel"
#define TABLE "domain_translation_struct"

#define DEEPEST_COLUMNS 5 /* of a 4 KiB leaf: PML5, PML4, PDP, PD and PT entries */

/* "0x00000000fee00 |	0x…	0x…	0x…": the columns behind the bar; 0 on any other line. */
static int count_columns(const char *line)
{
	const char *bar = strchr(line, '|');
	int columns = 0;

	if (strncmp(line, "0x", 2) || !bar)
		return 0;
	for (const char *next = strstr(bar, "0x"); next; next = strstr(next + 2, "0x"))
		columns++;
	return columns;
}

static void read_lines(FILE *file, const char *bdf, struct leaves *leaves)
{
	bool ours = true; /* until a line names a device, of which the next lines are */
	char line[512], device[32];

	while (fgets(line, sizeof(line), file)) {
		int level = DEEPEST_COLUMNS - count_columns(line);

		if (sscanf(line, "Device %31s", device) == 1)
			ours = !strcmp(device, bdf);
		if (!ours || level < 0 || level >= LEAVES_SIZES)
			continue;
		leaves->sizes[level].count++;
		leaves->seen++;
	}
}

void leaves_read(const char *bdf, struct leaves *ret_leaves)
{
	struct leaves leaves = { .sizes = { { 4 * KIB, 0 }, { 2 * MIB, 0 }, { GIB, 0 } } };
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/" FOLDER "/%s/" TABLE, sysfs_root(), bdf);
	file = fopen(path, "re");
	if (!file) {
		snprintf(path, sizeof(path), "%s/" FOLDER "/" TABLE, sysfs_root());
		file = fopen(path, "re");
	}
	if (file) {
		read_lines(file, bdf, &leaves);
		fclose(file);
	}
	*ret_leaves = leaves;
}
