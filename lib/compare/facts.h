/*
 * facts - what a run's record says of host, program and way of measuring, leaf by leaf.
 */
#ifndef COMPARE_FACTS_H
#define COMPARE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "result/boot.h"

struct fact {
	char *key; /* "cpu.model", "tool.version": members of "host" have no prefix */
	char *value; /* as JSON; lists of names are sorted */
	double number; /* NAN where it is none */
};

struct facts {
	struct fact *list; /* by key */
	size_t count;
	bool failed; /* memory ran out: some are missing */
};

struct facts facts_of(const struct boot *boot);
void facts_release(struct facts *facts);

#endif
