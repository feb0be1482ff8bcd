#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/headroom.h"
#include "unit.h"

#define ROOM (2 * MIB)

static bool no_memory;

/* Stands in for the C library's, whose own stacks come by another way. */
void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	if (no_memory && length == ROOM)
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, addr, length, prot, flags, fd, offset);
}

static uint64_t resident_bytes(void)
{
	unsigned long size, resident;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file || fscanf(file, "%lu %lu", &size, &resident) != 2)
		abort();
	fclose(file);
	return resident * memory_page_size();
}

/* What taking room on so many CPUs of this machine leaves behind. */
static uint64_t taken(unsigned int nr_cpus)
{
	struct trial t = { .placement.nr_cpus = nr_cpus };
	struct topology *topology;
	uint64_t before;

	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		t.placement.cpus[cpu] = cpu;
	assert_int_equal(topology_open(NULL, &topology), 0);
	t.topology = topology;
	before = resident_bytes();
	headroom_take(&t);
	topology_close(topology);
	return resident_bytes() - before;
}

TEST(each_cpu_has_room_that_stays)
{
	uint64_t one = taken(1), two;

	must(one >= ROOM && one < 2 * ROOM, "%llu bytes", (unsigned long long)one);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		skip_because("this machine has one CPU");
	two = taken(2);
	must(two >= 2 * ROOM && two < 3 * ROOM, "%llu bytes", (unsigned long long)two);
}

TEST(without_memory_nothing_is_lost)
{
	no_memory = true;
	assert_true(taken(1) < ROOM);
	no_memory = false;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cpu_has_room_that_stays),
		cmocka_unit_test(without_memory_nothing_is_lost),
	};

	return RUN(tests);
}
