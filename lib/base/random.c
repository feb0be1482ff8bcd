#include <sys/random.h>
#include <time.h>

#include "base/random.h"

/* splitmix64, which is good with any seed. */
uint64_t random_next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

struct random random_seeded(uint64_t seed, uint64_t stream)
{
	struct random random = { .state = seed };

	random.state = random_next(&random) ^ (stream * 0xd1342543de82ef95ULL);
	random_next(&random);
	return random;
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	uint64_t biased = -bound % bound; /* values below this would favour small results */
	uint64_t value;

	do {
		value = random_next(random);
	} while (value < biased);
	return value % bound;
}

void random_shuffle(struct random *random, uint32_t *items, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = random_below(random, i);
		uint32_t item = items[i - 1];

		items[i - 1] = items[j];
		items[j] = item;
	}
}

uint64_t random_fresh_seed(void)
{
	uint32_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint32_t)time(NULL);
	return seed;
}
