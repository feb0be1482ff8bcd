/* pairing - pairs each boot of one side with one of the other. */
#ifndef COMPARE_PAIRING_H
#define COMPARE_PAIRING_H

#include "result/sides.h"

enum pairing_basis {
	PAIRED_BY_SERIES, /* as the lab drew them: chance decided which boot came first */
	PAIRED_BY_START, /* in order of start, first with first: the order was not random */
};

struct pair {
	size_t base, new; /* indices into the sides' boots */
};

struct pairing {
	enum pairing_basis basis;
	struct pair *list; /* in the order of the base's boots */
	size_t count;
	size_t base_left, new_left; /* boots without a partner */
};

/* Pairs the boots; call pairing_release() afterwards. Returns 0 or -ENOMEM. */
int pairing_make(const struct side *base, const struct side *new, struct pairing *ret_pairing);
void pairing_release(struct pairing *pairing);

#endif
