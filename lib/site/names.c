#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/grow.h"
#include "site/names.h"

#define NUMBER 12 /* room for a number, "-2", behind a name that is taken */

static bool is_safe(char character)
{
	return isascii((unsigned char)character) &&
	       (isalnum((unsigned char)character) || strchr("._", character));
}

/* Replaces each run of unsafe characters by one '-'; none is at an end, and no '.' comes first. */
static void make_safe(const char *text, char name[SITE_NAME])
{
	size_t length = 0;

	for (; *text && length + NUMBER < SITE_NAME; text++) {
		bool safe = is_safe(*text) && (length || *text != '.');

		if (safe)
			name[length++] = *text;
		else if (length && name[length - 1] != '-')
			name[length++] = '-';
	}
	while (length && strchr("-.", name[length - 1]))
		length--;
	name[length] = '\0';
	if (!length)
		snprintf(name, SITE_NAME, "unnamed");
}

static bool is_taken(const struct site_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcasecmp(names->list[i], name))
			return true;
	return false;
}

int site_names_make(struct site_names *names, const char *text, char ret_name[SITE_NAME])
{
	char(*grown)[SITE_NAME] = grow(names->list, names->count, sizeof(*grown));
	char name[SITE_NAME];
	size_t length;

	if (!grown)
		return -ENOMEM;
	names->list = grown;
	make_safe(text, name);
	length = strlen(name);
	for (size_t number = 2; is_taken(names, name); number++)
		snprintf(name + length, sizeof(name) - length, "-%zu", number);
	memcpy(grown[names->count++], name, sizeof(name));
	memcpy(ret_name, name, sizeof(name));
	return 0;
}

void site_names_release(struct site_names *names)
{
	free(names->list);
	*names = (struct site_names){ 0 };
}
