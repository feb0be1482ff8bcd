#include "base/file.h"
#include "base/text.h"
#include "host/file_fact.h"

void file_fact_add_text(json_t *object, const char *name, const char *text)
{
	if (text && text[0])
		json_object_set_new(object, name, json_string(text));
}

void file_fact_add(json_t *object, const struct file_fact *fact)
{
	char text[4096];

	if (file_read(text, sizeof(text), "%s", fact->path) > 0)
		file_fact_add_text(object, fact->name, text_trim(text));
}

void file_fact_add_all(json_t *object, const struct file_fact *facts)
{
	for (; facts->name; facts++)
		file_fact_add(object, facts);
}
