#include "table/thinned.h"

void thinned_print(const struct boot *boot, FILE *file)
{
	if (boot->every > 1)
		fprintf(file, "\ntoo many samples to hold: every %lluth is used, all alike\n",
			(unsigned long long)boot->every);
}
