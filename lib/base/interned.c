#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/interned.h"

#define FIRST_SLOTS 64

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3ULL;
	return hash ^ hash >> 32;
}

/* The slot that has @text, or the empty one where it belongs. */
static char **find_slot(char **slots, size_t nr_slots, const char *text)
{
	size_t i = (size_t)hash_text(text) & (nr_slots - 1);

	while (slots[i] && strcmp(slots[i], text))
		i = (i + 1) & (nr_slots - 1);
	return &slots[i];
}

/* Half of the slots stay empty, so that searches are short. */
static int make_room(struct interned *store)
{
	size_t nr_slots = store->nr_slots ? store->nr_slots * 2 : FIRST_SLOTS;
	char **slots;

	if (store->count * 2 < store->nr_slots)
		return 0;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < store->nr_slots; i++)
		if (store->slots[i])
			*find_slot(slots, nr_slots, store->slots[i]) = store->slots[i];
	free(store->slots);
	store->slots = slots;
	store->nr_slots = nr_slots;
	return 0;
}

const char *interned_add(struct interned *store, const char *text)
{
	char **slot;

	if (make_room(store))
		return NULL;
	slot = find_slot(store->slots, store->nr_slots, text);
	if (!*slot) {
		*slot = strdup(text);
		store->count += *slot != NULL;
	}
	return *slot;
}

void interned_release(struct interned *store)
{
	for (size_t i = 0; i < store->nr_slots; i++)
		free(store->slots[i]);
	free(store->slots);
	*store = (struct interned){ 0 };
}
