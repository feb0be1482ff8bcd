#include <errno.h>
#include <string.h>

#include "table/naming.h"

/* A part of a cell's name: "backing=thp". */
struct part {
	const char *text;
	size_t length, key; /* key: how much of it stands before the '=' */
};

/* The next part behind @at, where *@at is at a '/' or at the end of the name. */
static bool next_part(const char **at, struct part *part)
{
	if (!**at)
		return false;
	part->text = *at + 1;
	part->length = strcspn(part->text, "/");
	part->key = strcspn(part->text, "=/");
	*at = part->text + part->length;
	return true;
}

static const char *behind_bench(const char *cell)
{
	return cell + strcspn(cell, "/");
}

static bool find_key(const char *cell, const char *key, size_t length, struct part *ret_part)
{
	const char *at = behind_bench(cell);
	struct part part;

	while (next_part(&at, &part)) {
		if (part.key != length || strncmp(part.text, key, length) != 0)
			continue;
		*ret_part = part;
		return true;
	}
	return false;
}

bool naming_is_alike(const char *a, const char *b)
{
	struct part left, right;

	a = behind_bench(a);
	b = behind_bench(b);
	while (next_part(&a, &left))
		if (!next_part(&b, &right) || left.key != right.key ||
		    strncmp(left.text, right.text, left.key) != 0)
			return false;
	return !*b;
}

enum kind { COMMON, VARIED, OPTIONAL };

static enum kind kind_of(const struct part *part, const char *const *cells, size_t count)
{
	enum kind kind = COMMON;

	for (size_t i = 0; i < count; i++) {
		struct part other;

		if (!find_key(cells[i], part->text, part->key, &other))
			return OPTIONAL;
		if (other.length != part->length ||
		    strncmp(other.text, part->text, part->length) != 0)
			kind = VARIED;
	}
	return kind;
}

int naming_make(const char *const *cells, size_t count, struct naming *ret_naming)
{
	struct naming naming = { 0 };
	const char *at = behind_bench(cells[0]);
	struct part part;

	while (next_part(&at, &part)) {
		enum kind kind = kind_of(&part, cells, count);

		if (kind == COMMON)
			text_add(&naming.common, "%s%.*s", naming.common.length ? ", " : "",
				 (int)part.length, part.text);
		else if (kind == VARIED)
			text_add(&naming.header, "%s%.*s", naming.header.length ? "/" : "",
				 (int)part.key, part.text);
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

/* Whether @word stands in @list, set off by @separator. */
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
	struct part part;

	while (*at) {
		size_t length = strcspn(at, "/");

		if (find_key(cell, at, length, &part))
			text_add(text, "%s%.*s", text->length ? "/" : "",
				 (int)(part.length - part.key - (part.length > part.key)),
				 part.text + part.key + (part.length > part.key));
		at += length;
		at += strspn(at, "/");
	}
	at = behind_bench(cell);
	while (next_part(&at, &part))
		if (!is_in(naming->header.text, "/", part.text, part.key) &&
		    !is_in(naming->common.text, ", ", part.text, part.length))
			text_add(text, "%s%.*s", text->length ? "/" : "", (int)part.length,
				 part.text);
	text_add(text, "%s", "");
}
