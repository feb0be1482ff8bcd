#include <stdlib.h>
#include <string.h>

#include "counter/numbering.h"

#define FIRST_ROOM 1024

static size_t hash_of(const struct numbering_key *key)
{
	uint64_t hash = key->a * 0x9e3779b97f4a7c15u;

	hash = (hash ^ (hash >> 29) ^ key->b) * 0xbf58476d1ce4e5b9u;
	hash = (hash ^ (hash >> 32) ^ key->c) * 0x94d049bb133111ebu;
	return (size_t)(hash ^ (hash >> 31));
}

static uint32_t *slot_of(const struct numbering *numbering, const struct numbering_key *key)
{
	size_t mask = 2 * numbering->room - 1;
	size_t i = hash_of(key) & mask;

	while (numbering->slots[i] != NUMBERING_NONE &&
	       memcmp(&numbering->keys[numbering->slots[i]], key, sizeof(*key)) != 0)
		i = (i + 1) & mask;
	return &numbering->slots[i];
}

static bool grow(struct numbering *numbering)
{
	size_t room = numbering->room ? 2 * numbering->room : FIRST_ROOM;
	struct numbering_key *keys = realloc(numbering->keys, room * sizeof(*keys));
	uint32_t *slots;

	if (!keys)
		return false;
	numbering->keys = keys;
	slots = malloc(2 * room * sizeof(*slots));
	if (!slots)
		return false;
	memset(slots, 0xff, 2 * room * sizeof(*slots));
	free(numbering->slots);
	numbering->slots = slots;
	numbering->room = room;
	for (size_t i = 0; i < numbering->count; i++)
		*slot_of(numbering, &keys[i]) = (uint32_t)i;
	return true;
}

uint32_t numbering_of(struct numbering *numbering, const struct numbering_key *key)
{
	uint32_t *slot;

	if (numbering->count == numbering->room && !grow(numbering))
		return NUMBERING_NONE;
	slot = slot_of(numbering, key);
	if (*slot == NUMBERING_NONE) {
		*slot = (uint32_t)numbering->count;
		numbering->keys[numbering->count++] = *key;
	}
	return *slot;
}

void numbering_release(struct numbering *numbering)
{
	free(numbering->keys);
	free(numbering->slots);
	*numbering = (struct numbering){ .keys = NULL };
}
