/*
 * grow - arrays that take one element more, whose room is told from their count alone.
 */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stdlib.h>

/*
 * Room for one element more than @count, of @size bytes each: the array, perhaps elsewhere, or NULL
 * when memory ran out, and then it is as it was. Its room doubles whenever the count is a power of
 * two, so it must have grown by this alone, one by one.
 */
static inline void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

#endif
