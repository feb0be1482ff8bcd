#include <sys/mman.h>

#include "base/units.h"
#include "host/memory.h"
#include "measure/headroom.h"

#define ROOM (2 * MIB) /* more than an iteration takes, page tables included */

static int take(void *argument, size_t member)
{
	uint64_t step = memory_page_size();
	char *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)argument;
	(void)member;
	if (room == MAP_FAILED)
		return 0;
	madvise(room, ROOM, MADV_NOHUGEPAGE);
	for (uint64_t i = 0; i < ROOM; i += step)
		*(volatile char *)(room + i) = 1;
	return 0;
}

void headroom_take(struct trial *t)
{
	struct team *team;
	uint64_t ticks;

	if (team_open(t->topology, t->placement.cpus, t->placement.nr_cpus, &team))
		return;
	team_time(team, take, NULL, &ticks);
	team_close(team);
}
