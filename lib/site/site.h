/* site - writes a report: a folder of pages that needs no network, no script and no server. */
#ifndef SITE_SITE_H
#define SITE_SITE_H

#include <stdbool.h>

#include "base/reason.h"
#include "base/text.h"
#include "compare/comparison.h"
#include "plot/plots.h"

/* What sides_load() must keep for a report. */
#define SITE_KEEP (PLOTS_KEEP | SIDES_ONE_WILL_DO)

struct site_options {
	const char *path; /* the report's folder */
	bool force; /* replace a report that exists */
	const char *style; /* path of site.css */
	bool (*interrupted)(void); /* called now and then; NULL: cannot be interrupted */
};

/*
 * Writes a report of @comparison, which must have lone rows. @notes: gets a line for each thing
 * that the report lacks. Returns 0, or -errno with the reason, -EINTR if interrupted; then nothing
 * of the new report is left.
 */
int site_make(const struct comparison *comparison, const struct site_options *options,
	      struct text *notes, struct reason *reason);

#endif
