/*
 * facts - lists what a run's record holds about host, program and way of measuring, one entry per
 * value.
 */
#ifndef COMPARE_FACTS_H
#define COMPARE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "result/boot.h"

struct fact {
	char *key; /* "cpu.model", "tool.version": members of "host" have no prefix */
	char *value; /* as JSON; lists of names are sorted */
	double number; /* NAN if it is no number */
};

struct facts {
	struct fact *list; /* in order of key */
	size_t count;
	bool failed; /* memory ran out: facts are missing */
};

/* Returns the facts of a boot; call facts_release() in any case. */
struct facts facts_of(const struct boot *boot);
void facts_release(struct facts *facts);

#endif
