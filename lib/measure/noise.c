#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "measure/noise.h"

static void add(struct noise *noise, const char *name, uint64_t value)
{
	if (noise->count == NOISE_MAX)
		return;
	noise->tags[noise->count].name = name;
	noise->tags[noise->count++].value = value;
}

static void read_usage(struct noise *noise)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage))
		return;
	add(noise, "voluntary_switches", (uint64_t)usage.ru_nvcsw);
	add(noise, "involuntary_switches", (uint64_t)usage.ru_nivcsw);
	add(noise, "minor_faults", (uint64_t)usage.ru_minflt);
	add(noise, "major_faults", (uint64_t)usage.ru_majflt);
}

/* "se.nr_migrations    :     3" */
static void read_migrations(struct noise *noise)
{
	char text[8192];
	const char *line, *colon;

	if (file_read(text, sizeof(text), "/proc/self/sched") < 0)
		return;
	line = strstr(text, "nr_migrations");
	colon = line ? strchr(line, ':') : NULL;
	if (colon)
		add(noise, "migrations", strtoull(colon + 1, NULL, 10));
}

/* "cpu1 user nice system idle iowait irq softirq steal …", in ticks of the kernel's clock */
static void read_steal(struct noise *noise, unsigned int cpu)
{
	char name[16], line[512];
	unsigned long long steal;
	FILE *file = fopen("/proc/stat", "re");
	size_t length = (size_t)snprintf(name, sizeof(name), "cpu%u ", cpu);

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length))
			continue;
		if (sscanf(line + length, "%*u %*u %*u %*u %*u %*u %*u %llu", &steal) == 1)
			add(noise, "steal_ticks", steal);
		break;
	}
	fclose(file);
}

/* The column that belongs to @cpu: columns are named in the first line, offline CPUs have none. */
static int find_column(const char *header, unsigned int cpu)
{
	int column = 0;

	for (const char *name = strstr(header, "CPU"); name; name = strstr(name + 3, "CPU")) {
		if (strtoul(name + 3, NULL, 10) == cpu)
			return column;
		column++;
	}
	return -1;
}

static uint64_t value_in_column(const char *line, int column)
{
	const char *next = strchr(line, ':');
	char *end;
	uint64_t value = 0;

	if (!next)
		return 0;
	next++;
	for (int i = 0; i <= column; i++) {
		value = strtoull(next, &end, 10);
		if (end == next)
			return 0;
		next = end;
	}
	return value;
}

static void read_interrupts(struct noise *noise, unsigned int cpu)
{
	FILE *file = fopen("/proc/interrupts", "re");
	char *line = NULL;
	size_t room = 0;
	uint64_t sum = 0;
	int column = -1;

	if (!file)
		return;
	if (getline(&line, &room, file) > 0)
		column = find_column(line, cpu);
	while (column >= 0 && getline(&line, &room, file) > 0)
		sum += value_in_column(line, column);
	if (column >= 0)
		add(noise, "interrupts", sum);
	free(line);
	fclose(file);
}

static void read_vmstat(struct noise *noise)
{
	static const char *const names[] = {
		"thp_fault_alloc",
		"thp_fault_fallback",
		"thp_collapse_alloc",
		"thp_split_page",
		"compact_stall",
		"compact_success",
		"compact_migrate_scanned",
		"pgmigrate_success",
		"numa_pages_migrated",
		"numa_hint_faults",
		"pswpin",
		"pswpout",
		"pgsteal_direct",
	};
	char *table;
	size_t length;

	if (file_read_all("/proc/vmstat", &table, &length))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t value;

		if (!file_table_u64(table, names[i], &value))
			add(noise, names[i], value);
	}
	free(table);
}

void noise_read(struct noise *noise, unsigned int cpu)
{
	noise->count = 0;
	read_vmstat(noise);
	read_interrupts(noise, cpu);
	read_steal(noise, cpu);
	read_migrations(noise);
	read_usage(noise); /* the process's own: nearest to what is measured */
}

static int find_tag(const struct noise *noise, const char *name)
{
	for (size_t i = 0; i < noise->count; i++)
		if (!strcmp(noise->tags[i].name, name))
			return (int)i;
	return -1;
}

void noise_between(const struct noise *before, const struct noise *after, struct noise *ret_noise)
{
	ret_noise->count = 0;
	for (size_t i = 0; i < after->count; i++) {
		int old = find_tag(before, after->tags[i].name);
		uint64_t value = after->tags[i].value;

		if (old >= 0 && value >= before->tags[old].value)
			add(ret_noise, after->tags[i].name, value - before->tags[old].value);
	}
}
