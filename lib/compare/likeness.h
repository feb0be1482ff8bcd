/*
 * likeness - checks that runs differ in nothing but what is compared.
 *
 * It compares every fact that a run record holds about host, program and way of measuring. Some
 * facts follow the kernel and may differ between sides; some vary by boot and do not matter; all
 * others, also those that later versions record, must be equal, or be allowed by name.
 */
#ifndef COMPARE_LIKENESS_H
#define COMPARE_LIKENESS_H

#include <stdbool.h>

#include "base/text.h"
#include "result/sides.h"

/* How facts are compared. */
enum likeness_rule {
	LIKENESS_MUST_EQUAL,
	LIKENESS_OF_KERNEL, /* may differ between sides, not within one */
	LIKENESS_WHERE_BOTH, /* equal if both have it: an older kernel may lack the file */
	LIKENESS_NEAR, /* numbers within 2 % of each other */
	LIKENESS_FREE, /* not compared: does not matter, or varies by boot */
	LIKENESS_NEVER, /* must be equal, and --allow does not apply */
};

/* Returns how the fact @key is compared. Keys are as in facts.h and in --allow. */
enum likeness_rule likeness_rule(const char *key);

/* Allows all differences between hosts, and so two machines. */
#define LIKENESS_HOST "host"

struct difference {
	char *key; /* "cpu.microcode"; what --allow takes */
	char *left, *right; /* both values, or the part that differs, as JSON; or "absent" */
	const char *left_path, *right_path; /* files, whose names belong to the sides */
	bool never; /* no --allow permits it */
	bool allowed;
};

struct likeness {
	struct difference *list; /* one per key */
	size_t count;
	bool refused; /* a difference is not allowed */
	bool two_hosts; /* differences were allowed by LIKENESS_HOST: two machines are compared */
};

/*
 * Lists the differences; call likeness_release() afterwards. @allow: keys; "cpu" allows all of
 * "cpu.…". Returns 0 or -ENOMEM.
 */
int likeness_check(const struct sides *sides, const char *const *allow, size_t nr_allow,
		   struct likeness *ret_likeness);
void likeness_release(struct likeness *likeness);

/* Adds a line for each difference that is not allowed, with what to do. */
void likeness_explain(const struct likeness *likeness, struct text *text);

#endif
