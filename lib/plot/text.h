/*
 * text - text that others wrote, put into gnuplot scripts, XML and names of files.
 *
 * All that a figure shows goes through here: a kernel's name must never become code. Control
 * characters, line ends of Unicode and what is no UTF-8 become '?'.
 */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include "base/text.h"

/* 'text' as gnuplot reads it literally where it is set "noenhanced"; ' becomes ’. */
void plot_quote(struct text *out, const char *text);

/* The same for labels of ticks, which gnuplot takes for formats. */
void plot_quote_tick(struct text *out, const char *text);

/* For the content of an XML element, or between double quotes. */
void plot_add_xml(struct text *out, const char *text);

/* On one line, for a comment. */
void plot_add_plain(struct text *out, const char *text);

/* "vfio-map" of "vfio-map/x": lower-case letters, digits and single '-' only, 60 at most. */
void plot_add_slug(struct text *out, const char *text);

/* At most @most characters, with "…" in the middle where there were more. */
void plot_add_short(struct text *out, const char *text, size_t most);

/* Characters, not bytes. */
size_t plot_count(const char *text);

#endif
