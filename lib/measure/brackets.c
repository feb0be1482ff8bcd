#include <errno.h>
#include <stdlib.h>

#include "measure/brackets.h"

#define NOWHERE SIZE_MAX

/* Returns the first reading from @from on whose successor is @length later. */
static size_t find_neighbours(const struct clock_marks *marks, size_t from, uint64_t length)
{
	for (size_t i = from; i + 1 < marks->count; i++)
		if (marks->list[i + 1] - marks->list[i] == length)
			return i;
	return NOWHERE;
}

/* Whether there is a reading at @time: they are in order, for one thread made them. */
static bool has_reading(const struct clock_marks *marks, size_t from, uint64_t time)
{
	size_t low = from, high = marks->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (marks->list[middle] < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low < marks->count && marks->list[low] == time;
}

/* Returns the first reading from @from on after which there is another one, @length later. */
static size_t find_any(const struct clock_marks *marks, size_t from, uint64_t length)
{
	for (size_t i = from; i + 1 < marks->count; i++)
		if (has_reading(marks, i + 1, marks->list[i] + length))
			return i;
	return NOWHERE;
}

static int add(struct brackets *brackets, uint64_t start, uint64_t length)
{
	if (brackets->count == brackets->room) {
		size_t room = brackets->room ? 2 * brackets->room : 64;
		struct timed_bracket *list = realloc(brackets->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		brackets->list = list;
		brackets->room = room;
	}
	brackets->list[brackets->count++] = (struct timed_bracket){ start, start + length };
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct timed_bracket *left = a, *right = b;

	return left->start_ns < right->start_ns ? -1 : left->start_ns > right->start_ns;
}

/* Whether samples come one by one, or in the order of time, is the benchmark's affair. */
int brackets_find(struct brackets *brackets, const struct clock_marks *marks,
		  const uint64_t *lengths_ns, size_t count)
{
	size_t next = 0;
	int ret = 0;

	brackets->count = 0;
	brackets->unplaced = 0;
	for (size_t i = 0; i < count && !ret; i++) {
		size_t at = find_neighbours(marks, next, lengths_ns[i]);

		if (at == NOWHERE && next)
			at = find_neighbours(marks, 0, lengths_ns[i]);
		if (at == NOWHERE)
			at = find_any(marks, 0, lengths_ns[i]);
		if (at == NOWHERE) {
			brackets->unplaced++;
			continue;
		}
		ret = add(brackets, marks->list[at], lengths_ns[i]);
		next = at + 1;
	}
	if (brackets->count > 1)
		qsort(brackets->list, brackets->count, sizeof(*brackets->list), by_start);
	return ret;
}

bool brackets_hold(const struct brackets *brackets, uint64_t time_ns)
{
	size_t low = 0, high = brackets->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (brackets->list[middle].start_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low && time_ns < brackets->list[low - 1].end_ns;
}

void brackets_release(struct brackets *brackets)
{
	free(brackets->list);
	*brackets = (struct brackets){ .count = 0 };
}
