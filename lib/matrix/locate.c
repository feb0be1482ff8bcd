#include <string.h>

#include "matrix/locate.h"

void path_push_key(struct json_path *path, const char *key)
{
	if (path->depth < LOCATE_DEPTH) {
		path->steps[path->depth].key = key;
		path->steps[path->depth].index = 0;
	}
	path->depth++;
}

void path_push_index(struct json_path *path, size_t index)
{
	path_push_key(path, NULL);
	if (path->depth <= LOCATE_DEPTH)
		path->steps[path->depth - 1].index = index;
}

void path_pop(struct json_path *path)
{
	path->depth--;
}

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* Returns the end of a value of any kind; brackets inside strings do not count. */
static const char *skip_value(const char *at)
{
	size_t depth = 0;

	at = skip_space(at);
	do {
		if (*at == '"') {
			at = skip_string(at);
		} else if (strchr("{[", *at) && *at) {
			depth++;
			at++;
		} else if (strchr("}]", *at) && *at) {
			depth--;
			at++;
		} else if (depth) {
			at++;
		} else {
			at += strcspn(at, ",]} \t\r\n");
		}
	} while (depth && *at);
	return at;
}

static bool is_key(const char *at, const char *key)
{
	size_t length = strlen(key);

	return !strncmp(at + 1, key, length) && at[1 + length] == '"';
}

/* This and the next return NULL where the object or array has no such member. */
static const char *find_member(const char *at, const char *key, const char **ret_key)
{
	at = skip_space(at);
	if (*at != '{')
		return NULL;
	at = skip_space(at + 1);
	while (*at == '"') {
		const char *name = at;

		at = skip_space(skip_string(at));
		at = skip_space(at + (*at == ':'));
		if (is_key(name, key)) {
			*ret_key = name;
			return at;
		}
		at = skip_space(skip_value(at));
		at = skip_space(at + (*at == ','));
	}
	return NULL;
}

static const char *find_element(const char *at, size_t index)
{
	at = skip_space(at);
	if (*at != '[')
		return NULL;
	at = skip_space(at + 1);
	for (; index && *at && *at != ']'; index--) {
		at = skip_space(skip_value(at));
		at = skip_space(at + (*at == ','));
	}
	return *at && *at != ']' ? at : NULL;
}

void locate(const char *text, const struct json_path *path, bool at_key, size_t *ret_line,
	    size_t *ret_column)
{
	const char *at = skip_space(text);
	const char *key = at;

	for (size_t i = 0; i < path->depth && i < LOCATE_DEPTH; i++) {
		const char *next;

		if (path->steps[i].key)
			next = find_member(at, path->steps[i].key, &key);
		else
			next = find_element(at, path->steps[i].index);
		/* A list of one may be written without brackets: the text has no array then. */
		if (!next)
			break;
		at = next;
		if (!path->steps[i].key)
			key = at;
	}
	if (at_key)
		at = key;
	*ret_line = 1;
	*ret_column = 1;
	for (const char *c = text; c < at; c++) {
		*ret_column += (*c & 0xc0) != 0x80; /* a character of UTF-8 is one column */
		if (*c == '\n') {
			++*ret_line;
			*ret_column = 1;
		}
	}
}
