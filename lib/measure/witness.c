#include "counter/announcement.h"
#include "host/facts.h"
#include "measure/witness.h"

#include <string.h>

bool witness_speaks;

/* Only addresses in it matter. */
static const char page[ANNOUNCEMENT_PAGE] __attribute__((aligned(ANNOUNCEMENT_PAGE))) = "dmabench";

/* A load of a form that nobody else has: the plugin looks for its bytes. */
static void say(unsigned int word)
{
#if defined(__x86_64__)
	__asm__ volatile("movb 0x62616d64(%0), %%r8b" ::"c"((uintptr_t)page + word - 0x62616d64)
			 : "r8", "memory");
#elif defined(__aarch64__)
	register uintptr_t at __asm__("x24") = (uintptr_t)page + word - 0xdab;

	__asm__ volatile("ldrb w25, [%0, #0xdab]" ::"r"(at) : "x25", "memory");
#else
	(void)word;
#endif
}

static void say_number(uint64_t number)
{
	for (unsigned int i = 0; i < ANNOUNCEMENT_DIGITS; i++)
		say(announcement_digit(number, i));
}

void witness_begin(uint64_t trial)
{
	witness_speaks = !strcmp(facts_timing(), "icount");
	if (!witness_speaks)
		return;
	say(announcement_begin(ANNOUNCE_TRIAL, 0));
	say_number(trial);
}

void witness_end(void)
{
	if (witness_speaks)
		say(announcement_begin(ANNOUNCE_END, 0));
	witness_speaks = false;
}

void witness_round(void)
{
	if (witness_speaks)
		say(announcement_begin(ANNOUNCE_ROUND, 0));
}

void witness_say_sample(unsigned int metric, uint64_t ticks)
{
	say(announcement_begin(ANNOUNCE_SAMPLE, metric));
	say_number(ticks);
}
