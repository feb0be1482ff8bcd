/*
 * interned - keeps one copy of each text, so that many can share it and tell texts apart by address.
 */
#ifndef BASE_INTERNED_H
#define BASE_INTERNED_H

#include <stddef.h>

/* All zero is a store without texts. */
struct interned {
	char **slots; /* a hash table of nr_slots, a power of two; NULL: an empty slot */
	size_t nr_slots, count;
};

/* Returns the store's copy of @text, which lives as long as the store; NULL: memory ran out. */
const char *interned_add(struct interned *store, const char *text);

/* Frees all texts; the store can be used again. */
void interned_release(struct interned *store);

#endif
