/* compare_formats - the formats in which a comparison can be printed, one file each. */
#ifndef TABLE_COMPARE_FORMATS_H
#define TABLE_COMPARE_FORMATS_H

#include <stdio.h>

#include "base/reason.h"
#include "compare/comparison.h"

/* Whether a format has room for why rows changed. */
enum compare_explains {
	EXPLAINS_NEVER,
	EXPLAINS_IF_ASKED, /* it adds lines, which a reader must expect */
	EXPLAINS_GATE, /* also where only --gate was asked for, of what fails it */
};

struct compare_format {
	const char *name;
	enum compare_explains explains;
	/*
	 * Prints the comparison. Returns 0, or -errno with the reason: -ENOMEM, or -ENODATA if
	 * nothing fits the format.
	 */
	int (*print)(const struct comparison *comparison, FILE *file, bool colour,
		     struct reason *reason);
	const char *note; /* what readers of the format must know, for stderr; or NULL */
};

extern const struct compare_format compare_formats[]; /* ends with a NULL name */

/* Finds a format by name; NULL if there is none. */
const struct compare_format *compare_format_find(const char *name);

/* Returns the names of all formats, for suggestions; ends with NULL. */
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
