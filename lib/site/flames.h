/* flames - loads the profiles of a report, and draws flame graphs of them. */
#ifndef SITE_FLAMES_H
#define SITE_FLAMES_H

#include "site/page.h"

/*
 * Fills site->profiles, or leaves it NULL if no boot has any, and names the pages that show them.
 * Returns 0 or -errno with the reason.
 */
int site_flames_load(struct site *site, struct site_names *names, struct reason *reason);

/* Draws a flame graph of each profile, and of each change. Returns 0 or -errno with the reason. */
int site_flames_draw(struct site *site, struct reason *reason);

/* Frees site->profiles and site->flames. */
void site_flames_release(struct site *site);

#endif
