/*
 * boots - small result files, made for tests of what reads them.
 */
#ifndef UNIT_BOOTS_H
#define UNIT_BOOTS_H

#include "unit.h"

/* What differs between boots; what is NULL or 0 has a default that suits most. */
struct boot_file {
	const char *label, *kernel, *timing, *boot_id, *run_id, *started;
	int pair; /* 0: no series */
	int position;
	const char *host; /* more members: ",\"cpu\":{…}" */
};

/* A path of temp_path() that stays for the rest of the test program. */
static inline const char *kept(const char *path)
{
	static char paths[128][128];
	static size_t count;

	for (size_t i = 0; i < count; i++)
		if (!strcmp(paths[i], path))
			return paths[i];
	if (count == 128)
		abort();
	snprintf(paths[count], sizeof(paths[0]), "%s", path);
	return paths[count++];
}

static inline const char *make_folder(const char *name)
{
	const char *path = kept(temp_path(name));

	if (mkdir(path, 0700) && errno != EEXIST)
		abort();
	return path;
}

static inline FILE *boot_begin(const char *path, const struct boot_file *boot)
{
	static unsigned int number;
	char fresh[32];
	FILE *file = fopen(path, "we");

	if (!file)
		abort();
	snprintf(fresh, sizeof(fresh), "made-up-%u", ++number);
	fprintf(file,
		"{\"record\":\"run\",\"schema\":1,\"tool\":{\"name\":\"dmabench\",\"version\":"
		"\"1\"},"
		"\"run_id\":\"%s\",\"boot_id\":\"%s\",\"seed\":%u,\"started\":\"%s\",",
		boot->run_id ? boot->run_id : fresh, boot->boot_id ? boot->boot_id : fresh, number,
		boot->started ? boot->started : "2026-01-01T00:00:00Z");
	if (boot->pair)
		fprintf(file,
			"\"series\":{\"id\":\"s\",\"label\":\"%s\",\"pair\":%d,\"position\":%d},",
			boot->label ? boot->label : "6.1", boot->pair, boot->position);
	fprintf(file,
		"\"config\":{\"matrix\":[{\"bench\":\"null\"}],\"seed\":1},\"host\":{\"kernel\":\"%"
		"s\","
		"\"virtual\":\"none\",\"timing\":\"%s\"%s}}\n",
		boot->kernel  ? boot->kernel
		: boot->label ? boot->label
			      : "6.1",
		boot->timing ? boot->timing : "wall", boot->host ? boot->host : "");
	return file;
}

/* @samples: "1,2,3". */
static inline void boot_trial(FILE *file, const char *cell, const char *metric, const char *samples)
{
	static unsigned int order;
	bool higher = strstr(metric, "_up") != NULL;

	fprintf(file,
		"{\"record\":\"trial\",\"cell\":\"%s\",\"bench\":\"%.*s\",\"params\":{\"size_"
		"bytes\":4096},"
		"\"placement\":{\"cpus\":[0],\"cpu_node\":0,\"mem_node\":0,\"local\":true},"
		"\"block\":0,\"order\":%u,\"status\":\"ok\",\"iterations\":3,\"metrics\":{\"%s\":{"
		"\"unit\":\"%s\",\"better\":\"%s\",\"samples\":[%s]}},\"counters\":{},\"noise\":{},"
		"\"overhead_ns\":9}\n",
		cell, (int)strcspn(cell, "/"), cell, order++, metric,
		strstr(metric, "_ns") ? "ns" : "count", higher ? "higher" : "lower", samples);
}

static inline void boot_mishap(FILE *file, const char *cell, const char *status, const char *why)
{
	fprintf(file,
		"{\"record\":\"trial\",\"cell\":\"%s\",\"bench\":\"x\",\"params\":{},\"placement\":"
		"{},"
		"\"block\":0,\"order\":0,\"status\":\"%s\",\"error\":\"%s\"}\n",
		cell, status, why);
}

static inline void boot_skip(FILE *file, const char *cell, const char *why)
{
	fprintf(file, "{\"record\":\"skip\",\"cell\":\"%s\",\"reason\":\"%s\"}\n", cell, why);
}

static inline void boot_end(FILE *file)
{
	fprintf(file, "{\"record\":\"end\",\"status\":\"complete\",\"trials\":1,\"skipped\":0,"
		      "\"failed\":0,\"elapsed_ns\":1}\n");
	if (fclose(file))
		abort();
}

#endif
