#include <string.h>

#include "table/compare_formats.h"

const struct compare_format compare_formats[] = {
	{ "text", EXPLAINS_GATE, compare_text_print, NULL },
	{ "markdown", EXPLAINS_GATE, compare_markdown_print, NULL },
	{ "json", EXPLAINS_GATE, compare_json_print, NULL },
	{ "csv", EXPLAINS_IF_ASKED, compare_csv_print, NULL },
	{ "benchstat", EXPLAINS_NEVER, compare_benchstat_print, NULL },
	{ "classic", EXPLAINS_NEVER, compare_classic_print,
	  "classic: its GB/s is GiB/s, its AVERAGE the median of boots" },
	{ NULL, EXPLAINS_NEVER, NULL, NULL },
};

const struct compare_format *compare_format_find(const char *name)
{
	for (const struct compare_format *format = compare_formats; format->name; format++)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

const char *const *compare_format_names(void)
{
	static const char *names[sizeof(compare_formats) / sizeof(compare_formats[0])];

	for (size_t i = 0; compare_formats[i].name; i++)
		names[i] = compare_formats[i].name;
	return names;
}
