/*
 * answers - remembers what the host answered, so that it is asked once and not for each cell.
 */
#ifndef MATRIX_ANSWERS_H
#define MATRIX_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A question, told from others by the addresses that it has and by its number. */
struct question {
	const void *kind; /* what is asked; not NULL */
	const void *about, *where;
	uint64_t number;
};

struct answer {
	struct question question;
	const char *skip; /* why not; NULL: yes */
	const void *found; /* what else the question came to; may be NULL */
};

/* All zero is a store without answers. */
struct answers {
	struct answer *slots; /* a hash table of nr_slots, a power of two */
	size_t nr_slots, count;
};

/*
 * Finds the answer to @question. One that was not asked before is @ret_new, and the caller fills it
 * in. It stays where it is until the next question; NULL: memory ran out.
 */
struct answer *answers_find(struct answers *answers, const struct question *question,
			    bool *ret_new);

void answers_release(struct answers *answers);

#endif
