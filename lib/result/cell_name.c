#include <stdio.h>
#include <string.h>

#include "result/cell_name.h"

/* ---- taking apart ---- */

size_t cell_bench_length(const char *cell)
{
	return strcspn(cell, "/");
}

bool cell_is_of(const char *cell, const char *bench)
{
	size_t length = strlen(bench);

	return cell_bench_length(cell) == length && !strncmp(cell, bench, length);
}

bool cell_has_bench_of(const char *cell, const char *other)
{
	size_t length = cell_bench_length(cell);

	return length == cell_bench_length(other) && !strncmp(cell, other, length);
}

const char *cell_parts(const char *cell)
{
	return cell + cell_bench_length(cell);
}

bool cell_next_part(const char **at, struct cell_part *ret_part)
{
	if (!**at)
		return false;
	ret_part->text = *at + 1;
	ret_part->length = strcspn(ret_part->text, "/");
	ret_part->key_length = strcspn(ret_part->text, "=/");
	*at = ret_part->text + ret_part->length;
	return true;
}

bool cell_find_part(const char *cell, const char *key, size_t key_length,
		    struct cell_part *ret_part)
{
	const char *at = cell_parts(cell);
	struct cell_part part;

	while (cell_next_part(&at, &part)) {
		if (part.key_length != key_length || strncmp(part.text, key, key_length) != 0)
			continue;
		*ret_part = part;
		return true;
	}
	return false;
}

bool cell_has_part(const char *cell, const char *key)
{
	struct cell_part part;

	return cell_find_part(cell, key, strlen(key), &part);
}

bool cell_has_value(const char *cell, const char *key, const char *value)
{
	struct cell_part part;
	const char *found;
	size_t length;

	if (!cell_find_part(cell, key, strlen(key), &part))
		return false;
	found = cell_part_value(&part, &length);
	return length == strlen(value) && !strncmp(found, value, length);
}

const char *cell_part_value(const struct cell_part *part, size_t *ret_length)
{
	size_t equals = part->length > part->key_length;

	*ret_length = part->length - part->key_length - equals;
	return part->text + part->key_length + equals;
}

bool cell_part_has_key(const struct cell_part *part, const char *key)
{
	return part->key_length == strlen(key) && !strncmp(part->text, key, part->key_length);
}

bool cell_part_has_key_of(const struct cell_part *part, const struct cell_part *other)
{
	return part->key_length == other->key_length &&
	       !strncmp(part->text, other->text, part->key_length);
}

bool cell_part_is(const struct cell_part *part, const struct cell_part *other)
{
	return part->length == other->length && !strncmp(part->text, other->text, part->length);
}

const char *cell_settings(const char *cell)
{
	const char *parts = cell_parts(cell);

	return *parts ? parts + 1 : cell;
}

static bool is_word(const char *text, size_t length, char joint)
{
	if (!length || text[0] < 'a' || text[0] > 'z')
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != joint)
			return false;
	}
	return true;
}

bool cell_name_is_good(const char *cell)
{
	const char *at = cell_parts(cell);
	struct cell_part part;

	if (!is_word(cell, cell_bench_length(cell), '-'))
		return false;
	while (cell_next_part(&at, &part)) {
		size_t length;

		cell_part_value(&part, &length);
		if (!is_word(part.text, part.key_length, '_') || !length)
			return false;
	}
	return true;
}

/* ---- putting together ---- */

size_t cell_name_begin(char name[CELL_NAME], const char *bench)
{
	return (size_t)snprintf(name, CELL_NAME, "%s", bench);
}

size_t cell_name_add(char name[CELL_NAME], size_t used, const char *key, const char *value)
{
	if (used >= CELL_NAME)
		return used;
	return used + (size_t)snprintf(name + used, CELL_NAME - used, "/%s=%s", key, value);
}

void cell_name_add_escaped(struct text *name, const char *key, const char *value)
{
	text_add(name, "/%s=", key);
	for (; *value; value++) {
		unsigned char byte = (unsigned char)*value;

		if (byte < ' ' || byte == 0x7f || byte == '/' || byte == '%')
			text_add(name, "%%%02X", byte);
		else
			text_add_bytes(name, value, 1);
	}
}
