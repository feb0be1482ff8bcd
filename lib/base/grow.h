/*
 * grow - makes room for one more element of an array.
 */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stdlib.h>

/*
 * Makes room for one element more than @count, of @size bytes each. Returns the array, which may
 * have moved, or NULL when memory ran out, and then it is as it was. The room doubles whenever the
 * count is a power of two, so the array must have been made by this function alone, one by one.
 */
static inline void *grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

#endif
