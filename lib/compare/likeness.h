/*
 * likeness - whether runs differ in nothing but what is compared.
 *
 * Every fact that a run record holds about host, program and way of measuring is looked at. Some
 * follow the kernel and may differ between sides; some vary by boot and say nothing; all others,
 * also those that a later version records, must be equal, or be allowed by name.
 */
#ifndef COMPARE_LIKENESS_H
#define COMPARE_LIKENESS_H

#include <stdbool.h>

#include "base/text.h"
#include "result/sides.h"

/* What a fact may do. */
enum likeness_rule {
	LIKENESS_MUST_EQUAL,
	LIKENESS_OF_KERNEL, /* may differ between sides, not within one */
	LIKENESS_WHERE_BOTH, /* equal where both have it: an older kernel may not know the file */
	LIKENESS_NEAR, /* numbers, equal to 2 % */
	LIKENESS_FREE, /* says nothing, or varies by boot */
	LIKENESS_NEVER, /* must be equal, and nothing allows otherwise */
};

/* @key: as in facts.h, and what --allow takes. */
enum likeness_rule likeness_rule(const char *key);

struct difference {
	char *key; /* "cpu.microcode"; what --allow takes */
	char *left, *right; /* what differs of both values, as JSON; "absent" where there is none */
	const char *left_path, *right_path; /* the sides' */
	bool never; /* no --allow permits it */
	bool allowed;
};

struct likeness {
	struct difference *list; /* one a key */
	size_t count;
	bool refused; /* one of them is not allowed */
};

/* @allow: keys; "cpu" allows all of "cpu.…". 0 or -ENOMEM. */
int likeness_check(const struct sides *sides, const char *const *allow, size_t nr_allow,
		   struct likeness *ret_likeness);
void likeness_release(struct likeness *likeness);

/* A line each, of those that are not allowed, with the way out. */
void likeness_explain(const struct likeness *likeness, struct text *text);

#endif
