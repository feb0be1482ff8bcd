#include <errno.h>
#include <string.h>

#include "result/cell_name.h"
#include "table/naming.h"

bool naming_is_alike(const char *a, const char *b)
{
	struct cell_part left, right;

	a = cell_parts(a);
	b = cell_parts(b);
	while (cell_next_part(&a, &left))
		if (!cell_next_part(&b, &right) || !cell_part_has_key_of(&left, &right))
			return false;
	return !*b;
}

enum kind { COMMON, VARIED, OPTIONAL };

static enum kind kind_of(const struct cell_part *part, const char *const *cells, size_t count)
{
	enum kind kind = COMMON;

	for (size_t i = 0; i < count; i++) {
		struct cell_part other;

		if (!cell_find_part(cells[i], part->text, part->key_length, &other))
			return OPTIONAL;
		if (!cell_part_is(&other, part))
			kind = VARIED;
	}
	return kind;
}

int naming_make(const char *const *cells, size_t count, struct naming *ret_naming)
{
	struct naming naming = { 0 };
	const char *at = cell_parts(cells[0]);
	struct cell_part part;

	while (cell_next_part(&at, &part)) {
		enum kind kind = kind_of(&part, cells, count);

		if (kind == COMMON)
			text_add(&naming.common, "%s%.*s", naming.common.length ? ", " : "",
				 (int)part.length, part.text);
		else if (kind == VARIED)
			text_add(&naming.header, "%s%.*s", naming.header.length ? "/" : "",
				 (int)part.key_length, part.text);
	}
	text_add(&naming.common, "%s", "");
	text_add(&naming.header, "%s", "");
	if (naming.common.failed || naming.header.failed) {
		naming_release(&naming);
		return -ENOMEM;
	}
	*ret_naming = naming;
	return 0;
}

void naming_release(struct naming *naming)
{
	text_release(&naming->common);
	text_release(&naming->header);
}

/* Tells whether @word is in @list, whose items are separated by @separator. */
static bool is_in(const char *list, const char *separator, const char *word, size_t length)
{
	while (*list) {
		size_t one = strcspn(list, separator);

		if (one == length && !strncmp(list, word, length))
			return true;
		list += one;
		list += strspn(list, separator);
	}
	return false;
}

void naming_shorten(const struct naming *naming, const char *cell, struct text *text)
{
	const char *at = naming->header.text;
	struct cell_part part;

	while (*at) {
		size_t length = strcspn(at, "/"), value_length;

		if (cell_find_part(cell, at, length, &part)) {
			const char *value = cell_part_value(&part, &value_length);

			text_add(text, "%s%.*s", text->length ? "/" : "", (int)value_length, value);
		}
		at += length;
		at += strspn(at, "/");
	}
	at = cell_parts(cell);
	while (cell_next_part(&at, &part))
		if (!is_in(naming->header.text, "/", part.text, part.key_length) &&
		    !is_in(naming->common.text, ", ", part.text, part.length))
			text_add(text, "%s%.*s", text->length ? "/" : "", (int)part.length,
				 part.text);
	text_add(text, "%s", "");
}
