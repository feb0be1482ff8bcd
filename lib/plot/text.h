/*
 * text - writes text from outside into gnuplot scripts, XML and names of files.
 *
 * All that a figure shows is written by these functions: a kernel's name must never become code.
 * Control characters, line ends of Unicode and bytes that are not UTF-8 become '?'.
 */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include "base/text.h"

/* Adds 'text', which gnuplot reads literally in its mode "noenhanced"; ' becomes ’. */
void plot_quote(struct text *out, const char *text);

/* Adds the same for labels of ticks, which gnuplot uses as formats. */
void plot_quote_tick(struct text *out, const char *text);

/* Adds text for the content of an XML element, or for an attribute in double quotes. */
void plot_add_xml(struct text *out, const char *text);

/* Adds text on one line, for a comment. */
void plot_add_plain(struct text *out, const char *text);

/*
 * Adds a name with lower-case letters, digits and single '-' only, at most 60: "vfio-map" for
 * "vfio-map/x".
 */
void plot_add_slug(struct text *out, const char *text);

/* Adds at most @most characters, with "…" in the middle if there are more. */
void plot_add_short(struct text *out, const char *text, size_t most);

/* Returns the number of characters, not bytes. */
size_t plot_count(const char *text);

/* Returns how many bytes fit into a line of @most characters: entire words, if one fits at all. */
size_t plot_line(const char *text, size_t most);

#endif
