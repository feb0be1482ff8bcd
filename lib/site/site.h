/*
 * site - a report: one folder of pages that needs no network, no script and no server.
 */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include <stdbool.h>

#include "base/reason.h"
#include "base/text.h"
#include "compare/comparison.h"
#include "plot/plots.h"

/* What sides_load() has to keep. */
#define SITE_KEEP (PLOTS_KEEP | SIDES_ONE_WILL_DO)

struct site_options {
	const char *path; /* the folder that is to appear */
	bool force; /* in the place of a report that is there */
	const char *style; /* the file site.css */
	bool (*interrupted)(void); /* asked now and then; NULL: never */
};

/*
 * @comparison: with lone rows. 0, or -errno with the reason; -EINTR: interrupted. Unless 0 there is
 * no trace of it. @notes: a line each on what the report lacks.
 */
int site_make(const struct comparison *comparison, const struct site_options *options,
	      struct text *notes, struct reason *reason);

#endif
