/*
 * compare_formats - the ways in which a comparison can be printed, one file each.
 */
#ifndef TABLE_COMPARE_FORMATS_H
#define TABLE_COMPARE_FORMATS_H

#include <stdio.h>

#include "base/reason.h"
#include "compare/comparison.h"

struct compare_format {
	const char *name;
	/* 0, or -errno with the reason: -ENOMEM, or -ENODATA where nothing fits the format. */
	int (*print)(const struct comparison *comparison, FILE *file, bool colour,
		     struct reason *reason);
	const char *note; /* for stderr: what a reader of the format must know; or NULL */
};

extern const struct compare_format compare_formats[]; /* ends with a NULL name */

const struct compare_format *compare_format_find(const char *name);

/* Names of all, for suggestions; ends with NULL. */
const char *const *compare_format_names(void);

int compare_text_print(const struct comparison *comparison, FILE *file, bool colour,
		       struct reason *reason);
int compare_markdown_print(const struct comparison *comparison, FILE *file, bool colour,
			   struct reason *reason);
int compare_json_print(const struct comparison *comparison, FILE *file, bool colour,
		       struct reason *reason);
int compare_csv_print(const struct comparison *comparison, FILE *file, bool colour,
		      struct reason *reason);
int compare_benchstat_print(const struct comparison *comparison, FILE *file, bool colour,
			    struct reason *reason);
int compare_classic_print(const struct comparison *comparison, FILE *file, bool colour,
			  struct reason *reason);

#endif
