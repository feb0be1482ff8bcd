#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "table/side_name.h"

/*
 * Returns the length of a release's first @nr_numbers numbers, "6.18" of "6.18.15-amd64"; 0 if it
 * does not begin with as many, or no release is what it looks like.
 */
static size_t numbers_length(const char *label, int nr_numbers)
{
	size_t length = 0;

	for (int i = 0; i < nr_numbers; i++) {
		size_t digits = strspn(label + length, "0123456789");

		if (!digits || digits > 4)
			return 0;
		length += digits;
		if (i < nr_numbers - 1 && label[length++] != '.')
			return 0;
	}
	return label[length] && !strchr(".-+", label[length]) ? 0 : length;
}

/* Returns the length of "-rc2" at the start of , which may stand behind a number of 0; else 0. */
static size_t candidate_length(const char *rest, const char **ret_candidate)
{
	size_t digits;

	if (text_starts_with(rest, ".0-"))
		rest += 2;
	*ret_candidate = rest;
	digits = text_starts_with(rest, "-rc") ? strspn(rest + 3, "0123456789") : 0;
	return digits ? 3 + digits : 0;
}

static void cut(const char *label, int nr_numbers, char name[SIDE_NAME])
{
	size_t length = numbers_length(label, nr_numbers), rest;
	const char *candidate;

	name[0] = '\0';
	if (!length)
		return;
	rest = candidate_length(label + length, &candidate);
	snprintf(name, SIDE_NAME, "%.*s%.*s", (int)length, label, (int)rest, candidate);
}

static bool tells_apart(const struct sides *sides, int nr_numbers)
{
	for (size_t i = 0; i < sides->count; i++) {
		char name[SIDE_NAME], other[SIDE_NAME];

		cut(sides->list[i].label, nr_numbers, name);
		for (size_t j = 0; j < i; j++) {
			cut(sides->list[j].label, nr_numbers, other);
			if (!strcmp(name, other))
				return false;
		}
		if (!name[0])
			return false;
	}
	return true;
}

const char *side_name(const struct sides *sides, size_t side, char name[SIDE_NAME])
{
	for (int nr_numbers = 2; nr_numbers <= 3; nr_numbers++)
		if (tells_apart(sides, nr_numbers)) {
			cut(sides->list[side].label, nr_numbers, name);
			return name;
		}
	return text_plain(sides->list[side].label, name, SIDE_NAME);
}
